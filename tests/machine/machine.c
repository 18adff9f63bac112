/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* machine.c - a machine as text in, an SMBIOS table out; never mends what the text says is broken */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/vocab.h>

#include "structure.h"

enum place_kind { PLACE_STRING, PLACE_RELEASE, PLACE_BYTE, PLACE_QWORD };

/* Where each field lies, DSP0134 3.7.0 sections 7.1 to 7.5. */
static const struct place {
	enum field field;
	uint8_t type, offset;
	enum place_kind kind;
} places[] = {
	{FIELD_BIOS_VENDOR, 0, 0x04, PLACE_STRING},
	{FIELD_BIOS_VERSION, 0, 0x05, PLACE_STRING},
	{FIELD_BIOS_DATE, 0, 0x08, PLACE_STRING},
	{FIELD_BIOS_RELEASE, 0, 0x14, PLACE_RELEASE},
	{FIELD_EC_RELEASE, 0, 0x16, PLACE_RELEASE},
	{FIELD_SYS_VENDOR, 1, 0x04, PLACE_STRING},
	{FIELD_PRODUCT_NAME, 1, 0x05, PLACE_STRING},
	{FIELD_PRODUCT_VERSION, 1, 0x06, PLACE_STRING},
	{FIELD_PRODUCT_SKU, 1, 0x19, PLACE_STRING},
	{FIELD_PRODUCT_FAMILY, 1, 0x1a, PLACE_STRING},
	{FIELD_BOARD_VENDOR, 2, 0x04, PLACE_STRING},
	{FIELD_BOARD_NAME, 2, 0x05, PLACE_STRING},
	{FIELD_BOARD_VERSION, 2, 0x06, PLACE_STRING},
	{FIELD_CHASSIS_TYPE, 3, 0x05, PLACE_BYTE},
	{FIELD_CPU_VERSION, 4, 0x10, PLACE_STRING},
	{FIELD_CPU_ID, 4, 0x08, PLACE_QWORD},
};

/* Usual sizes of the formatted part; 0 where the header alone is usual. */
static const struct {
	const char *name;
	uint8_t type, length;
} sections[] = {
	{"bios", 0, 0x18},    {"system", 1, 0x1b},    {"board", 2, 0x0f},
	{"chassis", 3, 0x15}, {"processor", 4, 0x30}, {"oem-strings", 11, 0x05},
};

#define TYPE_OEM_STRINGS  11
#define TYPE_END_OF_TABLE 127

enum section { SECTION_NONE, SECTION_TABLE, SECTION_STRUCTURE, SECTION_EFI };

struct parser {
	const char *name;
	unsigned line;
	enum section section;
	struct structure structure;
	struct machine *machine;
	unsigned n_repeats, n_truncated, n_after_end;
	bool no_end, is_cut;
	char **ret_error;
};

static bool fail(struct parser *parser, const char *format, ...)
{
	char message[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	if (asprintf(parser->ret_error, "%s:%u: %s", parser->name, parser->line, message) < 0)
		abort();
	return false;
}

static void begin_structure(struct parser *parser, uint8_t type, unsigned length)
{
	structure_begin(&parser->structure, type, length, parser->machine->n_structures);
	parser->section = SECTION_STRUCTURE;
}

/* Nothing to do between structures. */
static void end_structure(struct parser *parser)
{
	if (parser->section != SECTION_STRUCTURE)
		return;
	parser->is_cut = parser->structure.unterminated;
	structure_end(&parser->structure, parser->machine);
	parser->section = SECTION_NONE;
}

static bool parse_number(struct parser *parser, const char *word, uint64_t max, uint64_t *ret_value)
{
	uint64_t value;

	if (!text_to_u64(text_of(word), &value) || value > max)
		return fail(parser, "expected a number up to %llu, found '%s'",
			    (unsigned long long)max, word);
	*ret_value = value;
	return true;
}

/* In place: quotes off, escapes resolved. The result may hold NUL bytes. */
static bool unquote(struct parser *parser, char *value, size_t *ret_size)
{
	char *out = value, *in = value + 1;

	if (*value != '"') {
		*ret_size = strlen(value);
		return true;
	}
	for (; *in && *in != '"'; in++) {
		unsigned byte;

		if (*in != '\\') {
			*out++ = *in;
		} else if (in[1] == '"' || in[1] == '\\') {
			*out++ = *++in;
		} else if (in[1] == 'x' && sscanf(in + 2, "%2x", &byte) == 1 &&
			   isxdigit((unsigned char)in[3])) {
			*out++ = (char)byte;
			in += 3;
		} else {
			return fail(parser, "expected \\\", \\\\ or \\xNN, found '%.2s'", in);
		}
	}
	if (*in != '"' || in[1])
		return fail(parser, "expected a closing quote at the end of the line, found '%s'",
			    in);
	*ret_size = (size_t)(out - value);
	return true;
}

static bool check_offset(struct parser *parser, uint64_t offset, unsigned size)
{
	if (offset >= 4 && offset + size <= parser->structure.length)
		return true;
	return fail(parser, "expected an offset in 0x04..0x%02x, found 0x%02llx",
		    parser->structure.length - size, (unsigned long long)offset);
}

static bool set_number(struct parser *parser, uint64_t offset, unsigned size, const char *value)
{
	uint64_t number, max = size == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * size) - 1;

	if (!check_offset(parser, offset, size) || !parse_number(parser, value, max, &number))
		return false;
	for (unsigned i = 0; i < size; i++)
		parser->structure.formatted[offset + i] = (uint8_t)(number >> 8 * i);
	return true;
}

static bool set_string(struct parser *parser, uint64_t offset, char *value)
{
	size_t size;

	if (!check_offset(parser, offset, 1) || !unquote(parser, value, &size))
		return false;
	structure_add_string(&parser->structure, value, size);
	parser->structure.formatted[offset] = (uint8_t)parser->structure.n_strings;
	return true;
}

static bool set_release(struct parser *parser, uint64_t offset, const char *value)
{
	unsigned major, minor;
	char behind;

	if (sscanf(value, "%u.%u%c", &major, &minor, &behind) != 2 || major > 255 || minor > 255)
		return fail(parser, "expected MAJOR.MINOR, found '%s'", value);
	if (!check_offset(parser, offset, 2))
		return false;
	parser->structure.formatted[offset] = (uint8_t)major;
	parser->structure.formatted[offset + 1] = (uint8_t)minor;
	return true;
}

static const struct place *find_place(const struct parser *parser, const char *key)
{
	enum field field;

	if (!field_from_name(text_of(key), &field))
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].field == field && places[i].type == parser->structure.formatted[0])
			return &places[i];
	}
	return NULL;
}

static bool set_field(struct parser *parser, const struct place *place, char *value)
{
	switch (place->kind) {
	case PLACE_STRING:
		return set_string(parser, place->offset, value);
	case PLACE_RELEASE:
		return set_release(parser, place->offset, value);
	case PLACE_BYTE:
		return set_number(parser, place->offset, 1, value);
	case PLACE_QWORD:
		return set_number(parser, place->offset, 8, value);
	}
	abort();
}

static bool break_structure(struct parser *parser, char *value)
{
	struct structure *structure = &parser->structure;
	const char *how = strtok(value, " \t"), *what = strtok(NULL, " \t");
	const struct place *place;
	uint64_t number;

	if (!how)
		return fail(parser, "expected a way to break a structure, found nothing");
	if (!strcmp(how, "length") && what) {
		if (!parse_number(parser, what, 255, &number))
			return false;
		structure->claimed_length = (int)number;
	} else if (!strcmp(how, "index-out-of-range") && what) {
		place = find_place(parser, what);
		if (place)
			number = place->offset;
		else if (!parse_number(parser, what, 255, &number))
			return false;
		if (!check_offset(parser, number, 1))
			return false;
		structure->bad_index_offset = (int)number;
	} else if (!strcmp(how, "string-set-unterminated")) {
		structure->unterminated = true;
	} else if (!strcmp(how, "single-nul")) {
		structure->single_nul = true;
	} else if (!strcmp(how, "empty-string")) {
		structure_add_string(structure, "", 0);
	} else {
		return fail(parser, "expected a way to break a structure, found '%s'", how);
	}
	return true;
}

static bool structure_line(struct parser *parser, char *key, char *value)
{
	struct structure *structure = &parser->structure;
	const struct place *place = find_place(parser, key);
	char *offset_word = strpbrk(key, " \t");
	uint64_t number;
	size_t size;

	if (place)
		return set_field(parser, place, value);
	if (!strcmp(key, "break"))
		return break_structure(parser, value);
	if (!strcmp(key, "handle")) {
		if (!parse_number(parser, value, 0xffff, &number))
			return false;
		structure_set_handle(structure, (unsigned)number);
		return true;
	}
	if (!strcmp(key, "length")) {
		if (!parse_number(parser, value, 255, &number))
			return false;
		structure->length = (unsigned)number;
		return number >= 4 || fail(parser,
					   "expected a length of at least 4, found %s "
					   "(to break it: break = length %s)",
					   value, value);
	}
	if (!strcmp(key, "text")) {
		if (!unquote(parser, value, &size))
			return false;
		structure_add_string(structure, value, size);
		if (structure->formatted[0] == TYPE_OEM_STRINGS)
			structure->formatted[4] = (uint8_t)structure->n_strings;
		return true;
	}
	if (!offset_word)
		return fail(parser, "expected a key of type %u, found '%s'",
			    structure->formatted[0], key);
	*offset_word++ = '\0';
	if (!parse_number(parser, offset_word, 255, &number))
		return false;
	if (!strcmp(key, "string"))
		return set_string(parser, number, value);
	size = !strcmp(key, "byte") ? 1 : !strcmp(key, "word") ? 2 : !strcmp(key, "dword") ? 4 : 0;
	return size ? set_number(parser, number, (unsigned)size, value)
		    : fail(parser, "expected string, byte, word or dword, found '%s'", key);
}

static bool break_table(struct parser *parser, char *value)
{
	struct machine *machine = parser->machine;
	const char *how = strtok(value, " \t"), *what = strtok(NULL, " \t");
	uint64_t number = 0;

	if (!how)
		return fail(parser, "expected a way to break a table, found nothing");
	if (what && !parse_number(parser, what, 0x7fffffff, &number))
		return false;
	if (!strcmp(how, "no-end") && !what)
		parser->no_end = true;
	else if (!strcmp(how, "checksum") && !what)
		machine->wrong_checksum = true;
	else if (!strcmp(how, "intermediate-checksum") && !what)
		machine->wrong_intermediate = true;
	else if (!strcmp(how, "truncate") && what)
		parser->n_truncated = (unsigned)number;
	else if (!strcmp(how, "after-end") && what)
		parser->n_after_end = (unsigned)number;
	else if (!strcmp(how, "repeat") && what)
		parser->n_repeats = (unsigned)number;
	else if (!strcmp(how, "announce") && what)
		machine->announced_size = (long)number;
	else if (!strcmp(how, "count") && what)
		machine->announced_count = (long)number;
	else if (!strcmp(how, "entry-length") && what)
		machine->entry_length = (long)number;
	else
		return fail(parser, "expected a way to break a table, found '%s'", how);
	return true;
}

static bool table_line(struct parser *parser, const char *key, char *value)
{
	unsigned major, minor, docrev = 0;
	char behind;
	int n;

	if (!strcmp(key, "break"))
		return break_table(parser, value);
	if (strcmp(key, "smbios"))
		return fail(parser, "expected smbios or break, found '%s'", key);
	n = sscanf(value, "%u.%u.%u%c", &major, &minor, &docrev, &behind);
	if (n < 2 || n > 3 || major > 255 || minor > 255 || docrev > 255)
		return fail(parser, "expected a version such as 2.8 or 3.0.0, found '%s'", value);
	parser->machine->major = (uint8_t)major;
	parser->machine->minor = (uint8_t)minor;
	parser->machine->docrev = (uint8_t)docrev;
	return true;
}

static bool efi_line(struct parser *parser, const char *key, char *value)
{
	struct identity *efi = &parser->machine->efi;
	unsigned major, minor;
	enum field field;
	uint64_t number;
	size_t size;
	char behind;

	if (!field_from_name(text_of(key), &field) || field < FIELD_EFI_VENDOR)
		return fail(parser, "expected a field of the EFI system table or arch, found '%s'",
			    key);
	if (field == FIELD_EFI_REVISION) {
		if (!parse_number(parser, value, UINT32_MAX, &number))
			return false;
		identity_set_number(efi, field, number);
		return true;
	}
	if (field == FIELD_UEFI_REVISION) {
		if (sscanf(value, "%u.%u%c", &major, &minor, &behind) != 2)
			return fail(parser, "expected a revision such as 2.70, found '%s'", value);
		identity_set_release(efi, field, major, minor);
		return true;
	}
	if (!unquote(parser, value, &size))
		return false;
	free(parser->machine->efi_text[field]);
	parser->machine->efi_text[field] = machine_grow(NULL, size + 1);
	memcpy(parser->machine->efi_text[field], value, size);
	identity_set_text(efi, field, text_sized(parser->machine->efi_text[field], size));
	return true;
}

static bool begin_section(struct parser *parser, const char *name)
{
	unsigned type;
	char behind;

	end_structure(parser);
	if (parser->is_cut)
		return fail(parser,
			    "expected nothing behind an unterminated string set, found [%s]", name);
	if (!strcmp(name, "table")) {
		parser->section = SECTION_TABLE;
		return true;
	}
	if (!strcmp(name, "efi")) {
		parser->section = SECTION_EFI;
		return true;
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (!strcmp(name, sections[i].name)) {
			begin_structure(parser, sections[i].type, sections[i].length);
			return true;
		}
	}
	if (sscanf(name, "type %u%c", &type, &behind) != 1 || type > 255)
		return fail(parser, "expected a section name, found [%s]", name);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (type == sections[i].type) {
			begin_structure(parser, (uint8_t)type, sections[i].length);
			return true;
		}
	}
	begin_structure(parser, (uint8_t)type, 4);
	return true;
}

static char *trim(char *at)
{
	char *end = at + strlen(at);

	while (end > at && strchr(" \t\r", end[-1]))
		end--;
	*end = '\0';
	return at + strspn(at, " \t");
}

static bool parse_line(struct parser *parser, char *line)
{
	char *key = trim(line), *value;
	size_t size = strlen(key);

	if (!size || *key == '#')
		return true;
	if (*key == '[') {
		if (key[size - 1] != ']')
			return fail(parser, "expected ']', found the end of the line");
		key[size - 1] = '\0';
		return begin_section(parser, key + 1);
	}
	value = strchr(key, '=');
	if (!value)
		return fail(parser, "expected KEY = VALUE or [SECTION], found '%s'", key);
	*value++ = '\0';
	key = trim(key);
	value = trim(value);
	switch (parser->section) {
	case SECTION_TABLE:
		return table_line(parser, key, value);
	case SECTION_STRUCTURE:
		return structure_line(parser, key, value);
	case SECTION_EFI:
		return efi_line(parser, key, value);
	case SECTION_NONE:
		break;
	}
	return fail(parser, "expected a [SECTION] first, found '%s'", key);
}

/* What concerns the whole table comes when all structures are there. */
static bool finish_table(struct parser *parser)
{
	struct machine *machine = parser->machine;
	size_t once = machine->table_size;
	unsigned n_once;

	end_structure(parser);
	once = machine->table_size;
	n_once = machine->n_structures;
	for (unsigned i = 1; i < parser->n_repeats; i++) {
		uint8_t *copy = machine_grow(NULL, once ? once : 1);

		if (once)
			memcpy(copy, machine->table, once);
		machine_add(machine, copy, once);
		machine->n_structures += n_once;
		free(copy);
	}
	if (!parser->no_end && !parser->is_cut) {
		begin_structure(parser, TYPE_END_OF_TABLE, 4);
		end_structure(parser);
	}
	for (unsigned i = 0; i < parser->n_after_end; i++)
		machine_add(machine, "\xff", 1);
	if (parser->n_truncated > machine->table_size)
		return fail(parser, "expected to cut at most %zu bytes, found truncate %u",
			    machine->table_size, parser->n_truncated);
	machine->table_size -= parser->n_truncated;
	return true;
}

bool machine_parse(const char *name, const char *text, size_t size, struct machine **ret_machine,
		   char **ret_error)
{
	struct parser parser = {.name = name, .ret_error = ret_error};
	char *copy = machine_grow(NULL, size + 1), *rest = copy, *line;
	bool ok = true;

	memcpy(copy, text, size);
	copy[size] = '\0';
	parser.machine = machine_grow(NULL, sizeof(*parser.machine));
	*parser.machine = (struct machine){
		.major = 3, .announced_size = -1, .announced_count = -1, .entry_length = -1};
	while (ok && (line = strsep(&rest, "\n"))) {
		parser.line++;
		ok = parse_line(&parser, line);
	}
	ok = ok && finish_table(&parser);
	free(parser.structure.strings);
	free(copy);
	if (!ok) {
		machine_free(parser.machine);
		return false;
	}
	*ret_machine = parser.machine;
	return true;
}

bool machine_read(const char *path, struct machine **ret_machine, char **ret_error)
{
	char buffer[65536];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		if (asprintf(ret_error, "%s: cannot be read: %s", path, strerror(errno)) < 0)
			abort();
		return false;
	}
	size = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	if (size == sizeof(buffer)) {
		if (asprintf(ret_error, "%s: expected less than 64 KiB", path) < 0)
			abort();
		return false;
	}
	return machine_parse(path, buffer, size, ret_machine, ret_error);
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		free(machine->efi_text[i]);
	free(machine->table);
	free(machine);
}
