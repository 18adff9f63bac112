/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_modalias.c - a dmi: modalias in, an identity without blanks and colons out; never puts
 * back what the kernel dropped */
#include "source_private.h"

/*
 * drivers/firmware/dmi-id.c of Linux, get_modalias: each field is `key`, the value without bytes
 * up to 20h, above 7Eh and colons, and a colon. A field that DMI does not have is left out.
 */
static const struct key {
	const char *name;
	enum field field;
	bool is_known; /* false: no field of ours */
} keys[] = {
	{"bvn", FIELD_BIOS_VENDOR, true},   {"bvr", FIELD_BIOS_VERSION, true},
	{"bd", FIELD_BIOS_DATE, true},      {"br", FIELD_BIOS_RELEASE, true},
	{"efr", FIELD_EC_RELEASE, true},    {"svn", FIELD_SYS_VENDOR, true},
	{"pn", FIELD_PRODUCT_NAME, true},   {"pvr", FIELD_PRODUCT_VERSION, true},
	{"rvn", FIELD_BOARD_VENDOR, true},  {"rn", FIELD_BOARD_NAME, true},
	{"rvr", FIELD_BOARD_VERSION, true}, {"cvn", FIELD_COUNT, false},
	{"ct", FIELD_CHASSIS_TYPE, true},   {"cvr", FIELD_COUNT, false},
	{"sku", FIELD_PRODUCT_SKU, true},   {"pfa", FIELD_PRODUCT_FAMILY, true},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void set_value(struct source *source, enum field field, struct text value)
{
	uint64_t number;

	if (field == FIELD_BIOS_RELEASE || field == FIELD_EC_RELEASE) {
		source_set_release(&source->identity, field, value);
	} else if (field != FIELD_CHASSIS_TYPE) {
		identity_set_text(&source->identity, field, value);
		source->lossy |= (uint32_t)1 << field;
	} else if (text_to_u64(value, &number) && number < 0x80) {
		identity_set_number(&source->identity, field, number);
	}
}

/* Returns the bit of the key, 0 for one that is not known. */
static unsigned take_part(struct source *source, struct text part)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		struct text value = part;

		if (!text_cut(&value, keys[i].name))
			continue;
		if (keys[i].is_known)
			set_value(source, keys[i].field, value);
		return 1u << i;
	}
	source_remark(source, "a part of the modalias is not known: %.*s",
		      (int)(part.size < 40 ? part.size : 40), part.at);
	return 0;
}

/* Kernels before 5.7 print no releases, before 5.14 no SKU: absent there tells nothing. */
static uint32_t not_told(const struct identity *identity)
{
	uint32_t releases = FIELD_BIT(BIOS_RELEASE) | FIELD_BIT(EC_RELEASE);
	uint32_t fields = FIELDS_OUTSIDE | FIELD_BIT(CPU_VERSION) | FIELD_BIT(CPU_ID);

	if (!(identity->present & releases))
		fields |= releases;
	return fields | ((FIELD_BIT(PRODUCT_SKU) | FIELD_BIT(PRODUCT_FAMILY)) & ~identity->present);
}

/* The first line that holds something, behind what uevent and udevadm put before it. */
static bool first_modalias(struct lines *lines, struct text *ret_parts)
{
	struct text line;

	while (lines_next(lines, &line)) {
		text_cut_blanks(&line);
		if (!line.size)
			continue;
		text_cut(&line, "E: ");
		text_cut(&line, "MODALIAS=");
		if (!text_cut(&line, "dmi:"))
			return false;
		*ret_parts = line;
		return true;
	}
	return false;
}

enum source_answer source_read_modalias(struct source *source, char **ret_error)
{
	struct lines lines = lines_begin(source_text(source));
	struct text rest, part, other;
	unsigned seen = 0;

	(void)ret_error;
	if (!first_modalias(&lines, &rest))
		return SOURCE_NO;
	source->kind = SOURCE_MODALIAS;
	while (text_cut_at(&rest, ':', &part))
		seen |= take_part(source, part);
	text_cut_blanks(&rest);
	if (rest.size) {
		source_remark(source, "the modalias does not end with a colon: it may be cut off");
		seen |= take_part(source, rest);
	}
	if (!seen)
		source_remark(source, "the modalias is empty");
	if (first_modalias(&lines, &other))
		source_remark(source, "another modalias follows; only the first one was read");
	source->unknowable = not_told(&source->identity);
	return SOURCE_YES;
}
