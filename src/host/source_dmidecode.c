/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_dmidecode.c - what dmidecode prints in, an identity out; never takes a second structure of
 * a type */
#include <string.h>

#include "source_private.h"

enum { TYPE_BIOS, TYPE_SYSTEM, TYPE_BOARD, TYPE_CHASSIS, TYPE_PROCESSOR, N_TYPES };

#define TYPE_END_OF_TABLE 127
#define NO_TYPE           256u

enum value_kind { VALUE_STRING, VALUE_RELEASE, VALUE_CHASSIS_TYPE, VALUE_CPU_ID };

/*
 * The lines that matter, in the words of dmidecode 2.x to 3.x and of 1.x, and the length from which
 * on a structure has them (DSP0134 3.7.0 sections 7.1 to 7.5).
 */
static const struct key {
	uint8_t type, min_length;
	enum value_kind kind;
	enum field field;
	const char *name, *old_name;
} keys[] = {
	{TYPE_BIOS, 0x12, VALUE_STRING, FIELD_BIOS_VENDOR, "Vendor", NULL},
	{TYPE_BIOS, 0x12, VALUE_STRING, FIELD_BIOS_VERSION, "Version", NULL},
	{TYPE_BIOS, 0x12, VALUE_STRING, FIELD_BIOS_DATE, "Release Date", "Release"},
	{TYPE_BIOS, 0x18, VALUE_RELEASE, FIELD_BIOS_RELEASE, "BIOS Revision", NULL},
	{TYPE_BIOS, 0x18, VALUE_RELEASE, FIELD_EC_RELEASE, "Firmware Revision", NULL},
	{TYPE_SYSTEM, 0x08, VALUE_STRING, FIELD_SYS_VENDOR, "Manufacturer", "Vendor"},
	{TYPE_SYSTEM, 0x08, VALUE_STRING, FIELD_PRODUCT_NAME, "Product Name", "Product"},
	{TYPE_SYSTEM, 0x08, VALUE_STRING, FIELD_PRODUCT_VERSION, "Version", NULL},
	{TYPE_SYSTEM, 0x1b, VALUE_STRING, FIELD_PRODUCT_SKU, "SKU Number", NULL},
	{TYPE_SYSTEM, 0x1b, VALUE_STRING, FIELD_PRODUCT_FAMILY, "Family", NULL},
	{TYPE_BOARD, 0x08, VALUE_STRING, FIELD_BOARD_VENDOR, "Manufacturer", "Vendor"},
	{TYPE_BOARD, 0x08, VALUE_STRING, FIELD_BOARD_NAME, "Product Name", "Product"},
	{TYPE_BOARD, 0x08, VALUE_STRING, FIELD_BOARD_VERSION, "Version", NULL},
	{TYPE_CHASSIS, 0x09, VALUE_CHASSIS_TYPE, FIELD_CHASSIS_TYPE, "Type", "Chassis Type"},
	{TYPE_PROCESSOR, 0x1a, VALUE_STRING, FIELD_CPU_VERSION, "Version", "Processor Version"},
	{TYPE_PROCESSOR, 0x1a, VALUE_CPU_ID, FIELD_CPU_ID, "ID", NULL},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/* Chassis types from 1 on, DSP0134 3.7.0 section 7.4.1, in the words of dmidecode. */
static const char chassis_types[] = "Other\0"
				    "Unknown\0"
				    "Desktop\0"
				    "Low Profile Desktop\0"
				    "Pizza Box\0"
				    "Mini Tower\0"
				    "Tower\0"
				    "Portable\0"
				    "Laptop\0"
				    "Notebook\0"
				    "Hand Held\0"
				    "Docking Station\0"
				    "All In One\0"
				    "Sub Notebook\0"
				    "Space-saving\0"
				    "Lunch Box\0"
				    "Main Server Chassis\0"
				    "Expansion Chassis\0"
				    "Sub Chassis\0"
				    "Bus Expansion Chassis\0"
				    "Peripheral Chassis\0"
				    "RAID Chassis\0"
				    "Rack Mount Chassis\0"
				    "Sealed-case PC\0"
				    "Multi-system\0"
				    "CompactPCI\0"
				    "AdvancedTCA\0"
				    "Blade\0"
				    "Blade Enclosing\0"
				    "Tablet\0"
				    "Convertible\0"
				    "Detachable\0"
				    "IoT Gateway\0"
				    "Embedded PC\0"
				    "Mini PC\0"
				    "Stick PC\0";

/* Titles are all that `dmidecode -q` leaves of a structure's head. */
static const struct {
	unsigned type;
	const char *title;
} titles[] = {
	{TYPE_BIOS, "BIOS Information"},           {TYPE_SYSTEM, "System Information"},
	{TYPE_BOARD, "Base Board Information"},    {TYPE_CHASSIS, "Chassis Information"},
	{TYPE_PROCESSOR, "Processor Information"},
};

struct reader {
	struct source *source;
	unsigned n_structures;
	bool has_end;             /* the whole table is there: nothing was left out on request */
	bool has_handles;         /* not the output of dmidecode -q */
	bool knows_releases;      /* dmidecode 2.7 and later print them */
	bool expects_title;       /* the next line is the title of a structure */
	bool is_wanted;           /* inside the first structure of a type that matters */
	unsigned type;            /* of the structure being read, NO_TYPE before it is known */
	size_t title_indent;      /* in bytes */
	size_t field_indent;      /* 0: no field seen yet */
	unsigned seen;            /* bit 1 << type */
	unsigned length[N_TYPES]; /* of the first structure of the type */
	uint32_t printed;         /* fields that had a line, whatever it said */
};

static void structure_begin(struct reader *reader, unsigned type, unsigned length)
{
	reader->n_structures++;
	reader->type = type;
	reader->expects_title = true;
	reader->field_indent = 0;
	reader->is_wanted = type < N_TYPES && !(reader->seen >> type & 1);
	if (reader->is_wanted) {
		reader->seen |= 1u << type;
		reader->length[type] = length;
	}
	if (type == TYPE_END_OF_TABLE)
		reader->has_end = true;
}

/* `DMI type 1, 27 bytes`, behind the handle or, to dmidecode 2.8, on a line of its own. */
static bool structure_line(struct reader *reader, struct text line)
{
	unsigned type, length = 0;

	if (text_cut(&line, "Handle 0x")) {
		reader->has_handles = true;
		reader->is_wanted = false;
		reader->expects_title = false;
		for (size_t i = 0; i < 4 && line.size && line.at[0] != ','; i++)
			line = text_sized(line.at + 1, line.size - 1);
		text_cut(&line, ",");
		text_cut_blanks(&line);
		if (!line.size)
			return true;
	}
	if (!text_cut(&line, "DMI type ") || !text_cut_number(&line, &type))
		return false;
	if (text_cut(&line, ", "))
		text_cut_number(&line, &length);
	structure_begin(reader, type, length);
	return true;
}

/*
 * With -q a title begins a structure. Elsewhere, too, when it stands at the border without a head
 * before it: filters that hide serial numbers have been seen to hide the head as well.
 */
static bool title_line(struct reader *reader, struct text line, size_t indent)
{
	if (reader->has_handles && (indent || reader->expects_title))
		return false;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (!text_is_same(line, text_of(titles[i].title)))
			continue;
		structure_begin(reader, titles[i].type, 0xff);
		reader->expects_title = false;
		return true;
	}
	return false;
}

static void set_string(struct source *source, enum field field, struct text value)
{
	/* How dmidecode prints index 0 and an index past the last string. */
	if (text_is_same(value, text_of("Not Specified")))
		return;
	if (text_is_same(value, text_of("<BAD INDEX>"))) {
		source_remark(source, "%s: the index points past the last string",
			      field_name(field));
		return;
	}
	identity_set_text(&source->identity, field, value);
	/* Bytes outside 20h-7Eh are printed as dots; two of them in a row are hardly real. */
	if (text_find(value, "..") != value.size)
		source->lossy |= (uint32_t)1 << field;
}

unsigned source_chassis_type(struct text word)
{
	unsigned number = 1;

	for (const char *name = chassis_types; *name; name += strlen(name) + 1, number++) {
		if (text_equal(word, text_of(name)))
			return number;
	}
	return 0;
}

static void set_chassis_type(struct source *source, struct text value)
{
	unsigned number = source_chassis_type(value);

	if (number) {
		identity_set_number(&source->identity, FIELD_CHASSIS_TYPE, number);
		return;
	}
	source_remark(source, "chassis-type: \"%.*s\" is no type of SMBIOS 3.7",
		      (int)(value.size < 40 ? value.size : 40), value.at);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `01 0F 82 00 FF FB 8B 17`: eight bytes as they lie in the structure, lowest first. */
static void set_cpu_id(struct source *source, struct text value)
{
	uint64_t id = 0;

	for (unsigned i = 0; i < 8; i++) {
		int high, low;

		text_cut_blanks(&value);
		high = value.size >= 2 ? hex_digit(value.at[0]) : -1;
		low = high >= 0 ? hex_digit(value.at[1]) : -1;
		if (low < 0)
			return;
		id |= (uint64_t)(high << 4 | low) << (8 * i);
		value = text_sized(value.at + 2, value.size - 2);
	}
	identity_set_number(&source->identity, FIELD_CPU_ID, id);
}

static void set_value(struct reader *reader, const struct key *key, struct text value)
{
	uint32_t bit = (uint32_t)1 << key->field;

	if (reader->printed & bit)
		return;
	reader->printed |= bit;
	switch (key->kind) {
	case VALUE_STRING:
		set_string(reader->source, key->field, value);
		break;
	case VALUE_RELEASE:
		source_set_release(&reader->source->identity, key->field, value);
		break;
	case VALUE_CHASSIS_TYPE:
		set_chassis_type(reader->source, value);
		break;
	case VALUE_CPU_ID:
		set_cpu_id(reader->source, value);
		break;
	}
}

static void field_line(struct reader *reader, struct text line)
{
	struct text name;

	if (!text_cut_at(&line, ':', &name))
		return;
	text_cut(&line, " ");
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].type != reader->type)
			continue;
		if (text_is_same(name, text_of(keys[i].name))) {
			set_value(reader, &keys[i], line);
		} else if (keys[i].old_name && text_is_same(name, text_of(keys[i].old_name))) {
			reader->knows_releases = false;
			set_value(reader, &keys[i], line);
		}
	}
}

/* A line of the structure being read, `indent` blanks dropped. Lists stand deeper than fields. */
static void structure_body(struct reader *reader, struct text line, size_t indent)
{
	if (reader->expects_title) {
		reader->expects_title = false;
		reader->title_indent = indent;
		return;
	}
	if (!reader->is_wanted)
		return;
	if (!reader->field_indent && indent >= reader->title_indent)
		reader->field_indent = indent + 1;
	if (indent + 1 == reader->field_indent)
		field_line(reader, line);
	else if (indent + 1 < reader->field_indent)
		reader->is_wanted = false;
}

/* `SMBIOS 3.1.1 present.`, `Legacy DMI 2.0 present.` */
static void version_line(struct source *source, struct text line)
{
	unsigned major, minor;

	if (source->smbios_major || text_find(line, "present") == line.size ||
	    (!text_cut(&line, "SMBIOS ") && !text_cut(&line, "Legacy DMI ")) ||
	    !text_cut_number(&line, &major) || !text_cut(&line, ".") ||
	    !text_cut_number(&line, &minor) || major > 0xff || minor > 0xff)
		return;
	source->smbios_major = (uint8_t)major;
	source->smbios_minor = (uint8_t)minor;
}

/*
 * What dmidecode says about itself and about the table. Complaints go to standard error and so may
 * stand anywhere, always at the border. False for any other line.
 */
static bool outside_line(struct reader *reader, struct text line)
{
	static const char *const complaints[] = {"Invalid entry length", "Wrong DMI structures",
						 "SMBIOS version fixup"};
	unsigned major, minor;
	struct text rest = line;
	bool is_outside = line.at[0] == '#';

	version_line(reader->source, line);
	text_cut(&rest, "# ");
	if (text_cut(&rest, "dmidecode ") && text_cut_number(&rest, &major) &&
	    text_cut(&rest, ".") && text_cut_number(&rest, &minor))
		reader->knows_releases = major > 2 || (major == 2 && minor >= 7);
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		rest = line;
		if (!text_cut(&rest, complaints[i]))
			continue;
		source_remark(reader->source, "dmidecode said: %.*s",
			      (int)(line.size < 200 ? line.size : 200), line.at);
		if (text_find(line, "broken") != line.size)
			reader->has_end = true;
		is_outside = true;
	}
	return is_outside;
}

static void read_line(struct reader *reader, struct text line)
{
	size_t indent = text_cut_blanks(&line);

	if (!line.size)
		return;
	if ((line.at[0] == 'H' || line.at[0] == 'D') && structure_line(reader, line))
		return;
	if (!indent && outside_line(reader, line))
		return;
	if (title_line(reader, line, indent))
		reader->title_indent = indent;
	else
		structure_body(reader, line, indent);
}

/* Fields that a longer or a newer text could have told. */
static uint32_t not_told(const struct reader *reader)
{
	uint32_t fields = 0;

	for (size_t i = 0; i < N_KEYS; i++) {
		const struct key *key = &keys[i];
		bool is_seen = reader->seen >> key->type & 1;
		/* dmidecode leaves out a release of FFh, never a string. */
		bool is_told = key->kind == VALUE_RELEASE ? reader->knows_releases
							  : reader->printed >> key->field & 1;

		if (is_seen ? reader->length[key->type] >= key->min_length && !is_told
			    : !reader->has_end)
			fields |= (uint32_t)1 << key->field;
	}
	return fields & ~reader->printed;
}

/* Cheap and certain enough: a head of a structure, or the first title of -q. */
static bool is_dmidecode(struct text text)
{
	struct text head = text_sized(text.at, text.size < 4096 ? text.size : 4096);
	size_t at = text_find(text, "DMI type ");

	if (at != text.size) {
		unsigned type;

		text = text_sized(text.at + at, text.size - at);
		return text_cut(&text, "DMI type ") && text_cut_number(&text, &type);
	}
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		at = text_find(head, titles[i].title);
		if (at != head.size && (!at || head.at[at - 1] == '\n' || head.at[at - 1] == '\r'))
			return true;
	}
	return false;
}

enum source_answer source_read_dmidecode(struct source *source, char **ret_error)
{
	struct reader reader = {.source = source, .type = NO_TYPE, .knows_releases = true};
	struct lines lines = lines_begin(source_text(source));
	struct text line;

	(void)ret_error;
	if (!is_dmidecode(source_text(source)))
		return SOURCE_NO;
	source->kind = SOURCE_DMIDECODE_TEXT;
	while (lines_next(&lines, &line))
		read_line(&reader, line);
	source->unknowable = FIELDS_OUTSIDE | not_told(&reader);
	if (!reader.has_end && reader.has_handles)
		source_remark(source, "the text does not show the end of the table: structures may "
				      "have been left out");
	return SOURCE_YES;
}
