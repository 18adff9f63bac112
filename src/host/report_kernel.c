/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_kernel.c - a kernel log in, counts and known words out; never an address, a path or a name
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report_private.h"

#define PAGE_SHIFT     12
#define TYPE_OTHER     16u /* the last of memory_names */
#define N_TYPES        17u
#define MAX_ATTRIBUTES 16u
#define MAX_MESSAGES   64u

/* UEFI 2.10 section 7.2.3, in the order of report_attribute_name. */
static const uint64_t attribute_bits[] = {
	UINT64_C(1) << 63, 0x20000, 0x4000, 0x2000, 0x1000, 0x40000, 0x10000, 0x8000, 0x80000,
};
#define N_ATTRIBUTES (sizeof(attribute_bits) / sizeof(attribute_bits[0]))

struct map_shape {
	bool is_seen;
	uint32_t descriptors[N_TYPES];
	uint64_t pages[N_TYPES];
	uint32_t attributes[MAX_ATTRIBUTES];
};

struct log_facts {
	struct map_shape efi, e820;
	uint32_t messages[MAX_MESSAGES];
};

static bool find(struct text text, const char *part, struct text *ret_behind)
{
	size_t size = strlen(part);
	const char *at = text.size ? memmem(text.at, text.size, part, size) : NULL;

	if (!at)
		return false;
	*ret_behind = text_sized(at + size, text.size - (size_t)(at - text.at) - size);
	return true;
}

static bool starts(struct text text, const char *part)
{
	return text.size >= strlen(part) && memcmp(text.at, part, strlen(part)) == 0;
}

static bool take(struct text *text, const char *part)
{
	if (!starts(*text, part))
		return false;
	*text = text_sized(text->at + strlen(part), text->size - strlen(part));
	return true;
}

static void skip_blanks(struct text *text)
{
	while (take(text, " "))
		;
}

static bool take_hex(struct text *text, uint64_t *ret_value)
{
	struct text rest = *text;
	uint64_t value = 0;
	size_t n = 0;

	if (!take(&rest, "0x"))
		return false;
	for (; rest.size && n < 16; n++) {
		const char *digits = "0123456789abcdef", *digit = strchr(digits, *rest.at);

		if (!digit || !*digit)
			break;
		value = value << 4 | (uint64_t)(digit - digits);
		rest = text_sized(rest.at + 1, rest.size - 1);
	}
	if (!n)
		return false;
	*text = rest;
	*ret_value = value;
	return true;
}

/* ---- the memory map ---- */

static void count(struct map_shape *shape, unsigned type, uint64_t first, uint64_t last)
{
	shape->is_seen = true;
	shape->descriptors[type]++;
	if (last >= first)
		shape->pages[type] += ((last - first) >> PAGE_SHIFT) + 1;
}

/* Behind the first number: `-0xLAST]`, before Linux 4.10 `-0xEND)`. */
static bool take_range(struct text *text, uint64_t *ret_first, uint64_t *ret_last)
{
	uint64_t first, last;

	if (!take_hex(text, &first) || !take(text, "-") || !take_hex(text, &last))
		return false;
	if (take(text, ")"))
		last--;
	*ret_first = first;
	*ret_last = last;
	return true;
}

/* drivers/firmware/efi/efi.c of Linux, memory_type_name; longer words in older kernels. */
static unsigned type_of(struct text name)
{
	static const char words[] = "Reserved\0Loader Code\0Loader Data\0Boot Code\0Boot Data\0"
				    "Runtime Code\0Runtime Data\0Conventional\0Unusable\0"
				    "ACPI Reclaim\0ACPI Mem\0MMIO\0MMIO Port\0PAL Code\0"
				    "Persistent\0Unaccepted\0";

	if (starts(name, "MMIO Port"))
		return 12;
	if (starts(name, "Memory Mapped I/O"))
		return 11;
	for (unsigned i = 0; *text_nth(words, i); i++) {
		if (starts(name, text_nth(words, i)))
			return i;
	}
	return TYPE_OTHER;
}

/* `|RUN|  |XP|...]`, each column in blanks. */
static void count_columns(struct map_shape *shape, struct text columns)
{
	for (unsigned i = 0; i < N_ATTRIBUTES; i++) {
		char column[8];
		struct text rest = columns, ignored;

		snprintf(column, sizeof(column), "|%s", report_attribute_name(i));
		for (char *at = column; *at; at++)
			*at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
		shape->attributes[i] += find(rest, column, &ignored);
	}
}

static void count_bits(struct map_shape *shape, uint64_t attributes)
{
	for (unsigned i = 0; i < N_ATTRIBUTES; i++)
		shape->attributes[i] += (attributes & attribute_bits[i]) != 0;
}

/* `[Boot Data          |RUN|  |...|WB|WT|WC|UC]`, or with `|attr=0x...]`. */
static bool take_description(struct map_shape *shape, struct text *text, unsigned *ret_type)
{
	const char *end = text->size ? memchr(text->at, ']', text->size) : NULL;
	struct text inside, bits;
	uint64_t attributes;

	if (!end || !take(text, "["))
		return false;
	inside = text_sized(text->at, (size_t)(end - text->at));
	*text = text_sized(end + 1, text->size - inside.size - 1);
	if (find(inside, "attr=", &bits) && take_hex(&bits, &attributes))
		count_bits(shape, attributes);
	else
		count_columns(shape, inside);
	*ret_type = type_of(inside);
	return true;
}

/* Before Linux 4.0: `type=7, attr=0xf, range=[...)`. */
static bool take_numbers(struct map_shape *shape, struct text *text, unsigned *ret_type)
{
	unsigned type = 0;
	uint64_t attributes;

	if (!take(text, "type="))
		return false;
	while (text->size && *text->at >= '0' && *text->at <= '9') {
		type = type < TYPE_OTHER ? type * 10 + (unsigned)(*text->at - '0') : type;
		*text = text_sized(text->at + 1, text->size - 1);
	}
	if (!take(text, ", attr=") || !take_hex(text, &attributes))
		return false;
	count_bits(shape, attributes);
	*ret_type = type < TYPE_OTHER ? type : TYPE_OTHER;
	take(text, ",");
	return true;
}

/* x86: `efi: mem00: [...] range=[0x...-0x...] (0MB)`. */
static bool read_efi_x86(struct map_shape *shape, struct text line)
{
	struct text rest;
	uint64_t first, last;
	unsigned type;

	if (!find(line, "efi: mem", &line))
		return false;
	/* A second map (after kexec) stands for the first; an entry that cannot be is no memory. */
	if (find(line, "(invalid)", &rest))
		return true;
	if (starts(line, "00: "))
		*shape = (struct map_shape){.is_seen = false};
	while (line.size && *line.at >= '0' && *line.at <= '9')
		line = text_sized(line.at + 1, line.size - 1);
	if (!take(&line, ": ") ||
	    !(take_description(shape, &line, &type) || take_numbers(shape, &line, &type)))
		return false;
	skip_blanks(&line);
	if (!take(&line, "range=[") || !take_range(&line, &first, &last))
		return false;
	count(shape, type, first, last);
	return true;
}

/* arm64, riscv: `efi:   0x000040000000-0x00004000ffff [Boot Data|...]`. */
static bool read_efi_generic(struct map_shape *shape, struct text line)
{
	uint64_t first, last;
	unsigned type;

	if (!find(line, "efi:  ", &line))
		return false;
	skip_blanks(&line);
	if (!take_range(&line, &first, &last))
		return false;
	skip_blanks(&line);
	if (!take_description(shape, &line, &type))
		return false;
	count(shape, type, first, last);
	return true;
}

/* `BIOS-e820: [mem 0x...-0x...] usable`. */
static void read_e820(struct map_shape *shape, struct text line)
{
	static const struct {
		const char *word;
		unsigned type;
	} types[] = {{"usable", 7},    {"reserved", 0}, {"ACPI data", 9},
		     {"ACPI NVS", 10}, {"unusable", 8}, {"persistent", 14}};
	uint64_t first, last;
	unsigned type = TYPE_OTHER;

	if (!find(line, "BIOS-e820: [mem ", &line) || !take_range(&line, &first, &last) ||
	    !take(&line, "] "))
		return;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (starts(line, types[i].word))
			type = types[i].type;
	}
	count(shape, type, first, last);
}

/* ---- words ---- */

static const char kernel_options[] = "add_efi_memmap\0efi_no_storage_paranoia\0noefi\0nokaslr\0";
static const char option_lists[] =
	"efi=debug\0efi=disable_early_pci_dma\0efi=no_disable_early_pci_dma\0efi=nochunk\0"
	"efi=noruntime\0efi=nosoftreserve\0efi=novamap\0efi=old_map\0efi=runtime\0pci=no_e820\0"
	"pci=nocrs\0pci=use_crs\0pci=use_e820\0reboot=acpi\0reboot=efi\0reboot=pci\0";

static bool is_in(const char *list, struct text word)
{
	for (unsigned i = 0; *text_nth(list, i); i++) {
		if (text_is_same(text_of(text_nth(list, i)), word))
			return true;
	}
	return false;
}

static struct text take_until(struct text *rest, char end)
{
	struct text part = text_sized(rest->at, 0);

	while (part.size < rest->size && rest->at[part.size] != end)
		part.size++;
	*rest = text_sized(rest->at + part.size + (part.size < rest->size),
			   rest->size - part.size - (part.size < rest->size));
	return part;
}

/* `efi=debug,nochunk` is two options. */
static void add_option(struct report *report, struct text word)
{
	struct text values = word, key = take_until(&values, '=');

	if (is_in(kernel_options, word))
		report_add(report, REPORT_KERNEL_OPTION, 0, word);
	while (values.size) {
		struct text value = take_until(&values, ',');
		char option[64];
		int size = snprintf(option, sizeof(option), "%.*s=%.*s", (int)key.size, key.at,
				    (int)value.size, value.at);

		if (size > 0 && (size_t)size < sizeof(option) &&
		    is_in(option_lists, text_of(option)))
			report_add(report, REPORT_KERNEL_OPTION, 0, text_of(option));
	}
}

static void read_command_line(struct report *report, struct text line)
{
	if (report_find(report, REPORT_KERNEL_OPTION, 0) || !find(line, "ommand line: ", &line))
		return;
	while (line.size)
		add_option(report, take_until(&line, ' '));
}

/* Names of tables as `efi: ACPI=0x... SMBIOS 3.0=0x...` has them; the addresses stay here. */
static void read_tables(struct report *report, struct text line)
{
	static const char tables[] =
		"ACPI\0ACPI 2.0\0SMBIOS\0SMBIOS 3.0\0ESRT\0MEMATTR\0MPS\0PROP\0"
		"RNG\0RTPROP\0TPMEventLog\0TPMFinalLog\0CCFinalLog\0MOKvar\0"
		"MEMRESERVE\0INITRD\0UGA\0UVsystab\0CoCoSecret\0Unaccepted\0";

	if (report_find(report, REPORT_EFI_TABLE, 0) || !find(line, "efi: ", &line))
		return;
	for (unsigned i = 0; *text_nth(tables, i); i++) {
		struct text before = line, behind;
		char word[32];

		snprintf(word, sizeof(word), "%s=0x", text_nth(tables, i));
		if (!find(line, word, &behind))
			continue;
		before.size = line.size - behind.size - strlen(word);
		if (!before.size || before.at[before.size - 1] == ' ')
			report_add(report, REPORT_EFI_TABLE, 0, text_of(text_nth(tables, i)));
	}
}

static void read_words(struct report *report, struct text line)
{
	struct text rest;

	if (find(line, "Linux version ", &rest))
		report_add_kernel_release(report, take_until(&rest, ' '));
	read_command_line(report, line);
	read_tables(report, line);
	if (find(line, "ecure boot enabled", &rest))
		report_add(report, REPORT_SECURE_BOOT, 0, text_of("on"));
	else if (find(line, "ecure boot disabled", &rest))
		report_add(report, REPORT_SECURE_BOOT, 0, text_of("off"));
}

/* ---- the log ---- */

static void read_line(struct report *report, struct log_facts *facts, struct text line)
{
	struct text rest;

	if (!read_efi_x86(&facts->efi, line) && !read_efi_generic(&facts->efi, line)) {
		read_e820(&facts->e820, line);
		read_words(report, line);
	}
	for (uint32_t i = 0; report_message_text(i) && i < MAX_MESSAGES; i++)
		facts->messages[i] += find(line, report_message_text(i), &rest);
}

static void add_number(struct report *report, enum report_key key, uint32_t name, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, number);
	if (number)
		report_add(report, key, name, text_of(text));
}

static void add_shape(struct report *report, const struct map_shape *shape, const char *which)
{
	report_add(report, REPORT_MEMORY_MAP, 0, text_of(which));
	for (uint32_t i = 0; i < N_TYPES; i++) {
		char text[64];

		snprintf(text, sizeof(text), "%" PRIu32 " descriptors %" PRIu64 " pages",
			 shape->descriptors[i], shape->pages[i]);
		if (shape->descriptors[i])
			report_add(report, REPORT_MEMORY, i, text_of(text));
	}
	for (uint32_t i = 0; i < N_ATTRIBUTES; i++)
		add_number(report, REPORT_MEMORY_ATTRIBUTE, i, shape->attributes[i]);
}

void report_add_kernel_log(struct report *report, struct text log)
{
	struct log_facts facts = {.efi = {.is_seen = false}};

	while (log.size) {
		struct text line = take_until(&log, '\n');

		read_line(report, &facts, line);
	}
	if (facts.efi.is_seen)
		add_shape(report, &facts.efi, "efi");
	else if (facts.e820.is_seen)
		add_shape(report, &facts.e820, "e820");
	for (uint32_t i = 0; report_message_text(i) && i < MAX_MESSAGES; i++)
		add_number(report, REPORT_KERNEL_SAID, i, facts.messages[i]);
}
