/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_text.c - two properties of sources: whatever the bytes are, what is read lies inside them and
 * is consistent; and an identity written as dmidecode text, attributes or JSON, in any line ends and
 * encoding, reads back the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/identity_json.h>
#include <fwquirk/host/source.h>

#define MAX_SIZE 4096u

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool lies_in(const char *at, size_t size, const void *room, size_t room_size)
{
	const char *begin = room;

	return at >= begin && at <= begin + room_size && size <= (size_t)(begin + room_size - at);
}

static void check_source(const struct source *source)
{
	const struct identity *identity = &source->identity;

	must(source->kind < SOURCE_KIND_COUNT);
	must(!(identity->placeholder & ~identity->present));
	must(!(identity->present & source->unknowable));
	must(!(source->lossy & ~identity->present));
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text text = identity->field[field];

		if (!(identity->present >> field & 1)) {
			must(text.size == 0);
			continue;
		}
		must(!text.size || lies_in(text.at, text.size, source->bytes, source->size) ||
		     lies_in(text.at, text.size, identity->numbers[field], IDENTITY_NUMBER_SIZE));
	}
	for (size_t i = 0; i < source->n_remarks; i++) {
		for (const char *c = source->remark[i]; *c; c++)
			must(*c >= 0x20 && *c <= 0x7e);
	}
}

static void any_bytes(const uint8_t *data, size_t size)
{
	struct source *source;
	char *error = NULL;

	if (source_open_bytes("fuzz", data, size, &source, &error)) {
		check_source(source);
		source_close(source);
		return;
	}
	must(error && strstr(error, "fuzz"));
	free(error);
}

/* ---- an identity out of the bytes ---- */

struct made {
	struct identity identity;
	char texts[MAX_SIZE];
	size_t used;
};

static uint8_t take(const uint8_t **data, const uint8_t *end)
{
	return *data < end ? *(*data)++ : 0;
}

/* What dmidecode can print: 20h to 7Eh; not the words that it has for nothing. */
static struct text make_text(struct made *made, const uint8_t **data, const uint8_t *end)
{
	char *at = made->texts + made->used;
	size_t size = take(data, end) % 80;

	if (size > sizeof(made->texts) - made->used)
		size = sizeof(made->texts) - made->used;
	for (size_t i = 0; i < size; i++)
		at[i] = (char)(0x20 + take(data, end) % 0x5f);
	made->used += size;
	return text_sized(at, size);
}

static void make_identity(struct made *made, const uint8_t **data, const uint8_t *end)
{
	made->used = 0;
	identity_clear(&made->identity);
	for (unsigned field = 0; field < FIELD_EFI_VENDOR; field++) {
		uint8_t choice = take(data, end);

		if (choice % 4 == 0)
			continue;
		if (field_kind((enum field)field) != FIELD_KIND_NUMBER)
			identity_set_text(&made->identity, (enum field)field,
					  make_text(made, data, end));
		else if (field == FIELD_BIOS_RELEASE || field == FIELD_EC_RELEASE)
			identity_set_release(&made->identity, (enum field)field, choice,
					     take(data, end));
		else if (field == FIELD_CHASSIS_TYPE)
			identity_set_number(&made->identity, FIELD_CHASSIS_TYPE, 3);
		else
			identity_set_number(&made->identity, (enum field)field,
					    choice * 0x0123456789abcdefu);
	}
}

/* ---- tiny writers ---- */

static const char *const dmidecode_names[FIELD_COUNT] = {
	[FIELD_BIOS_VENDOR] = "Vendor",           [FIELD_BIOS_VERSION] = "Version",
	[FIELD_BIOS_DATE] = "Release Date",       [FIELD_BIOS_RELEASE] = "BIOS Revision",
	[FIELD_EC_RELEASE] = "Firmware Revision", [FIELD_SYS_VENDOR] = "Manufacturer",
	[FIELD_PRODUCT_NAME] = "Product Name",    [FIELD_PRODUCT_VERSION] = "Version",
	[FIELD_PRODUCT_SKU] = "SKU Number",       [FIELD_PRODUCT_FAMILY] = "Family",
	[FIELD_BOARD_VENDOR] = "Manufacturer",    [FIELD_BOARD_NAME] = "Product Name",
	[FIELD_BOARD_VERSION] = "Version",        [FIELD_CHASSIS_TYPE] = "Type",
	[FIELD_CPU_VERSION] = "Version",          [FIELD_CPU_ID] = "ID",
};

static const struct {
	const char *title;
	enum field first, last;
} structures[] = {
	{"BIOS Information", FIELD_BIOS_VENDOR, FIELD_EC_RELEASE},
	{"System Information", FIELD_SYS_VENDOR, FIELD_PRODUCT_FAMILY},
	{"Base Board Information", FIELD_BOARD_VENDOR, FIELD_BOARD_VERSION},
	{"Chassis Information", FIELD_CHASSIS_TYPE, FIELD_CHASSIS_TYPE},
	{"Processor Information", FIELD_CPU_VERSION, FIELD_CPU_ID},
};

static void write_value(FILE *out, const struct identity *identity, enum field field)
{
	struct text text = identity->field[field];
	unsigned long long id;

	if (!(identity->present >> field & 1)) {
		fputs("Not Specified", out);
	} else if (field == FIELD_CHASSIS_TYPE) {
		fputs("Desktop", out);
	} else if (field == FIELD_CPU_ID) {
		id = strtoull(identity->numbers[field], NULL, 16);
		for (unsigned i = 0; i < 8; i++)
			fprintf(out, "%s%02X", i ? " " : "", (unsigned)(id >> (8 * i) & 0xff));
	} else {
		fwrite(text.at, 1, text.size, out);
	}
}

static void write_dmidecode(FILE *out, const struct identity *identity, bool is_old)
{
	const char *tab = is_old ? "\t" : "";

	fprintf(out, "# dmidecode %s\nSMBIOS 3.0 present.\n", is_old ? "2.8" : "3.4");
	for (unsigned type = 0; type < 5; type++) {
		fprintf(out,
			is_old ? "Handle 0x%04X\n\tDMI type %u, 48 bytes.\n"
			       : "\nHandle 0x%04X, DMI type %u, 48 bytes\n",
			type, type);
		fprintf(out, "%s%s\n", tab, structures[type].title);
		for (unsigned field = structures[type].first; field <= structures[type].last;
		     field++) {
			fprintf(out, "%s\t%s: ", tab, dmidecode_names[field]);
			write_value(out, identity, (enum field)field);
			fprintf(out, "\n%s\t\tVersion: not this\n", tab);
		}
	}
	fputs(is_old ? "Handle 0x007F\n\tDMI type 127, 4 bytes.\n\tEnd Of Table\n"
		     : "\nHandle 0x007F, DMI type 127, 4 bytes\nEnd Of Table\n",
	      out);
}

static const char *const attribute_names[FIELD_COUNT] = {
	[FIELD_BIOS_VENDOR] = "bios_vendor",
	[FIELD_BIOS_VERSION] = "bios_version",
	[FIELD_BIOS_DATE] = "bios_date",
	[FIELD_BIOS_RELEASE] = "bios_release",
	[FIELD_EC_RELEASE] = "ec_firmware_release",
	[FIELD_SYS_VENDOR] = "sys_vendor",
	[FIELD_PRODUCT_NAME] = "product_name",
	[FIELD_PRODUCT_VERSION] = "product_version",
	[FIELD_PRODUCT_SKU] = "product_sku",
	[FIELD_PRODUCT_FAMILY] = "product_family",
	[FIELD_BOARD_VENDOR] = "board_vendor",
	[FIELD_BOARD_NAME] = "board_name",
	[FIELD_BOARD_VERSION] = "board_version",
	[FIELD_CHASSIS_TYPE] = "chassis_type",
};

static void write_attributes(FILE *out, const struct identity *identity)
{
	fputs("modalias=dmi:bvnnot this:\n", out);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (!attribute_names[field] || !(identity->present >> field & 1))
			continue;
		fprintf(out, "%s=", attribute_names[field]);
		fwrite(identity->field[field].at, 1, identity->field[field].size, out);
		putc('\n', out);
	}
}

static void write_json(FILE *out, const struct identity *identity)
{
	json_t *object = identity_to_json(identity);

	must(object && json_dumpf(object, out, JSON_INDENT(1)) == 0);
	json_decref(object);
}

/* ---- line ends and encodings ---- */

static size_t encode(const char *text, size_t size, unsigned how, uint8_t *to)
{
	bool is_wide = how & 4, is_big = how & 8;
	size_t n = 0;

	if (is_wide) {
		to[n++] = is_big ? 0xfe : 0xff;
		to[n++] = is_big ? 0xff : 0xfe;
	}
	for (size_t i = 0; i < size; i++) {
		const char *end = how % 4 == 1 ? "\r\n" : how % 4 == 2 ? "\r" : "\n";
		char one[2] = {text[i], '\0'};

		for (const char *c = text[i] == '\n' ? end : one; *c; c++) {
			if (is_wide && is_big)
				to[n++] = 0;
			to[n++] = (uint8_t)*c;
			if (is_wide && !is_big)
				to[n++] = 0;
		}
	}
	return n;
}

static void check_same(const struct identity *a, const struct identity *b, uint32_t fields)
{
	must((a->present & fields) == (b->present & fields));
	must((a->placeholder & fields) == (b->placeholder & fields));
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (fields >> field & 1)
			must(text_is_same(a->field[field], b->field[field]));
	}
}

static void round_trip(struct made *made, unsigned writer, unsigned how)
{
	uint32_t fields = ((uint32_t)1 << FIELD_EFI_VENDOR) - 1;
	char *text = NULL, *error;
	struct source *source;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	uint8_t *encoded;

	must(out != NULL);
	if (writer < 2)
		write_dmidecode(out, &made->identity, writer == 1);
	else if (writer == 2)
		write_attributes(out, &made->identity);
	else
		write_json(out, &made->identity);
	fclose(out);
	encoded = malloc(4 * size + 2);
	must(encoded != NULL);
	size = encode(text, size, how, encoded);
	must(source_open_bytes("made", encoded, size, &source, &error));
	must(source->kind == (writer < 2    ? SOURCE_DMIDECODE_TEXT
			      : writer == 2 ? SOURCE_SYSFS_TEXT
					    : SOURCE_IDENTITY_JSON));
	check_source(source);
	if (writer == 2)
		fields &= ~((uint32_t)1 << FIELD_CPU_VERSION | (uint32_t)1 << FIELD_CPU_ID);
	check_same(&made->identity, &source->identity, fields);
	source_close(source);
	free(encoded);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size;
	struct made made;
	uint8_t how;

	if (size > MAX_SIZE)
		return 0;
	any_bytes(data, size);
	how = take(&at, end);
	make_identity(&made, &at, end);
	round_trip(&made, how >> 6, how & 0xf);
	return 0;
}
