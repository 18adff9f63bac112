/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_report.c - identity, answers and counts in, the text of a report out; masks what names one machine */
#include <fwquirk/secret.h>

#include "probe.h"
#include "probe_report.h"
#include "proto/tables.h"
#include "variables.h"

/* docs/report-format.md: bytes in a value. */
#define VALUE_MAX 256u
#define COUNT_MAX 0xffffffffull
#define N_TYPES   17u

static const char answers[] = "not-run\0no\0yes\0no-answer\0";
static const char types[] =
	"reserved\0loader-code\0loader-data\0boot-code\0boot-data\0runtime-code\0"
	"runtime-data\0conventional\0unusable\0acpi-reclaim\0acpi-nvs\0mmio\0"
	"mmio-port\0pal-code\0persistent\0unaccepted\0other\0";
static const char permissions[] = "r--\0rw-\0r-x\0rwx\0";
static const char attributes[] = "run\0ro\0xp\0rp\0wp\0sp\0mr\0nv\0cc\0";

/* UEFI 2.10 section 7.2.3, in the order of the names above. */
static const uint64_t attribute_bits[] = {MEMORY_RUNTIME, MEMORY_RO, MEMORY_XP, 0x2000, 0x1000,
					  0x40000,        0x10000,   0x8000,    0x80000};

/* As Linux names them in its log. */
static const struct {
	EFI_GUID guid;
	char name[12];
} tables[] = {
	{ACPI_1_TABLE_GUID, "ACPI"},
	{ACPI_2_TABLE_GUID, "ACPI 2.0"},
	{SMBIOS_2_TABLE_GUID, "SMBIOS"},
	{SMBIOS_3_TABLE_GUID, "SMBIOS 3.0"},
	{SYSTEM_RESOURCE_TABLE_GUID, "ESRT"},
	{MEMORY_ATTRIBUTES_TABLE_GUID, "MEMATTR"},
	{TCG2_FINAL_EVENTS_TABLE_GUID, "TPMFinalLog"},
	{RT_PROPERTIES_TABLE_GUID, "RTPROP"},
};

const char *probe_answer_name(unsigned answer)
{
	return text_nth(answers, answer);
}

const char *memory_type_name(unsigned type)
{
	return text_nth(types, type);
}

const char *permission_name(unsigned permission)
{
	return text_nth(permissions, permission);
}

void memory_summary_take(struct memory_summary *summary)
{
	struct memory_range range;
	struct memmap map;

	*summary = (struct memory_summary){.has_map = firmware_map(&map) == STATUS_OK};
	if (firmware.has_pagetable)
		pagetable_count(&firmware.pagetable, summary->mapped);
	if (!summary->has_map)
		return;
	for (struct span cursor = map.bytes; memmap_next(&map, &cursor, &range);) {
		unsigned type = range.type < N_TYPES ? range.type : N_TYPES - 1;

		summary->n_descriptors[type]++;
		summary->n_pages[type] += range.n_pages;
		for (unsigned i = 0; i < sizeof(attribute_bits) / sizeof(attribute_bits[0]); i++)
			summary->n_attribute[i] += (range.attributes & attribute_bits[i]) != 0;
	}
	firmware_free_map(&map);
}

static void key(struct text_buffer *report, const char *word, const char *name)
{
	text_append_c(report, word);
	if (name) {
		text_append_char(report, ' ');
		text_append_c(report, name);
	}
	text_append_c(report, " = ");
}

static void line(struct text_buffer *report, const char *word, const char *name, const char *value)
{
	key(report, word, name);
	text_append_c(report, value);
	text_append_char(report, '\n');
}

static void number(struct text_buffer *report, const char *word, const char *name, uint64_t value)
{
	key(report, word, name);
	text_append_u64(report, value < COUNT_MAX ? value : COUNT_MAX);
	text_append_char(report, '\n');
}

static void append_byte(struct text_buffer *report, char c)
{
	if (c == '"' || c == '\\')
		text_append_char(report, '\\');
	/* A zero byte has no spelling; no text of SMBIOS has one inside. */
	if (c)
		text_append_escaped(report, text_sized(&c, 1));
}

static void quoted(struct text_buffer *report, const char *word, const char *name,
		   struct text value)
{
	char before = ' ';

	if (value.size > VALUE_MAX)
		value.size = VALUE_MAX;
	key(report, word, name);
	text_append_char(report, '"');
	while (value.size) {
		size_t secret = secret_size(value, before), size = secret ? secret : 1;

		for (size_t i = 0; i < size; i++) {
			bool is_digit = secret && value.at[i] != '-' && value.at[i] != ':';

			append_byte(report, is_digit ? 'x' : value.at[i]);
		}
		before = value.at[size - 1];
		value = text_sized(value.at + size, value.size - size);
	}
	text_append_c(report, "\"\n");
}

/* Two digits, the first one may be 0. */
static void append_two(struct text_buffer *report, unsigned n)
{
	text_append_char(report, (char)('0' + n / 10 % 10));
	text_append_char(report, (char)('0' + n % 10));
}

static void date(struct text_buffer *report)
{
	EFI_TIME time;

	if (EFI_ERROR(firmware.system->RuntimeServices->GetTime(&time, NULL)) || time.Year < 2000 ||
	    time.Year > 2199 || time.Month - 1u > 11 || time.Day - 1u > 30)
		return;
	key(report, "date", NULL);
	text_append_u64(report, time.Year);
	text_append_char(report, '-');
	append_two(report, time.Month);
	text_append_char(report, '-');
	append_two(report, time.Day);
	text_append_char(report, '\n');
}

static void who(struct text_buffer *report, const struct identity *identity)
{
	quoted(report, "maker", NULL, text_of("fwquirk-probe " FWQUIRK_VERSION));
	date(report);
	quoted(report, "source", NULL, text_of("firmware tables, before any system"));
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		if (identity->present & 1u << field)
			quoted(report, "identity", field_name(field), identity->field[field]);
}

static void memory_lines(struct text_buffer *report, const struct memory_summary *memory)
{
	line(report, "memory-map", NULL, "efi");
	for (unsigned type = 0; type < N_TYPES; type++) {
		if (!memory->n_descriptors[type])
			continue;
		key(report, "memory", memory_type_name(type));
		text_append_u64(report, memory->n_descriptors[type]);
		text_append_c(report, " descriptors ");
		text_append_u64(report, memory->n_pages[type]);
		text_append_c(report, " pages\n");
	}
	for (unsigned i = 0; i < sizeof(attribute_bits) / sizeof(attribute_bits[0]); i++)
		if (memory->n_attribute[i])
			number(report, "memory-attribute", text_nth(attributes, i),
			       memory->n_attribute[i]);
}

void probe_report_write(struct text_buffer *report, const struct identity *identity,
			const struct probe_vector *probes, const struct memory_summary *memory)
{
	text_append_c(report, "fwquirk-report 1\n");
	who(report, identity);
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		line(report, "probe", probe_name(probe), probe_answer_name(probes->answer[probe]));
	line(report, "efi-bits", NULL, "64");
	line(report, "secure-boot", NULL, variables_secure_boot() ? "on" : "off");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (firmware_table(&tables[i].guid))
			quoted(report, "efi-table", NULL, text_of(tables[i].name));
	if (memory->has_map)
		memory_lines(report, memory);
	if (!firmware.has_pagetable)
		return;
	line(report, "paging-levels", NULL, firmware.pagetable.n_levels == 5 ? "5" : "4");
	for (unsigned i = 0; i < 4; i++)
		number(report, "pages", permission_name(i), memory->mapped[i]);
}
