/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_smbios.c - an SMBIOS table in, its fields out; never takes a type's second structure */
#include <fwquirk/identity.h>

enum { TYPE_BIOS, TYPE_SYSTEM, TYPE_BOARD, TYPE_CHASSIS, TYPE_PROCESSOR, N_TYPES };

/*
 * Where a string field lies (DSP0134 3.7.0 sections 7.1 to 7.5) and how long the structure must be
 * for it to count. The lengths are those of dmidecode 3.4: it reads a group of fields or none of
 * it.
 */
static const struct place {
	uint8_t type, offset, min_length, field;
} places[] = {
	{TYPE_BIOS, 0x04, 0x12, FIELD_BIOS_VENDOR},
	{TYPE_BIOS, 0x05, 0x12, FIELD_BIOS_VERSION},
	{TYPE_BIOS, 0x08, 0x12, FIELD_BIOS_DATE},
	{TYPE_SYSTEM, 0x04, 0x08, FIELD_SYS_VENDOR},
	{TYPE_SYSTEM, 0x05, 0x08, FIELD_PRODUCT_NAME},
	{TYPE_SYSTEM, 0x06, 0x08, FIELD_PRODUCT_VERSION},
	{TYPE_SYSTEM, 0x19, 0x1b, FIELD_PRODUCT_SKU},
	{TYPE_SYSTEM, 0x1a, 0x1b, FIELD_PRODUCT_FAMILY},
	{TYPE_BOARD, 0x04, 0x08, FIELD_BOARD_VENDOR},
	{TYPE_BOARD, 0x05, 0x08, FIELD_BOARD_NAME},
	{TYPE_BOARD, 0x06, 0x08, FIELD_BOARD_VERSION},
	{TYPE_PROCESSOR, 0x10, 0x1a, FIELD_CPU_VERSION},
};

/* A pair of release bytes; FFh in either says that there is no such release (section 7.1). */
static void read_release(struct identity *identity, enum field field, struct span formatted,
			 size_t offset)
{
	uint8_t major, minor;

	if (!span_u8(formatted, offset, &major) || !span_u8(formatted, offset + 1, &minor))
		return;
	if (major != 0xff && minor != 0xff)
		identity_set_release(identity, field, major, minor);
}

static void read_numbers(struct identity *identity, const struct smbios_structure *structure)
{
	struct span formatted = structure->formatted;
	uint64_t cpu_id;
	uint8_t byte;

	switch (structure->type) {
	case TYPE_BIOS:
		if (formatted.size < 0x18)
			break;
		read_release(identity, FIELD_BIOS_RELEASE, formatted, 0x14);
		read_release(identity, FIELD_EC_RELEASE, formatted, 0x16);
		break;
	case TYPE_CHASSIS:
		/* Bit 7 is the lock (section 7.4). */
		if (formatted.size >= 0x09 && span_u8(formatted, 0x05, &byte))
			identity_set_number(identity, FIELD_CHASSIS_TYPE, byte & 0x7f);
		break;
	case TYPE_PROCESSOR:
		if (formatted.size >= 0x1a && span_le64(formatted, 0x08, &cpu_id))
			identity_set_number(identity, FIELD_CPU_ID, cpu_id);
		break;
	default:
		break;
	}
}

static void read_structure(struct identity *identity, const struct smbios_structure *structure)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct place *place = &places[i];
		struct text text;

		if (place->type == structure->type &&
		    structure->formatted.size >= place->min_length &&
		    smbios_string(structure, place->offset, &text) == STATUS_OK)
			identity_set_text(identity, (enum field)place->field, text);
	}
	read_numbers(identity, structure);
}

void identity_from_smbios(struct identity *identity, struct span table, enum smbios_end *ret_end)
{
	struct smbios_walk walk = smbios_walk_begin(table);
	struct smbios_structure structure;
	unsigned seen = 0;

	while (smbios_next(&walk, &structure) == STATUS_OK) {
		unsigned bit = structure.type < N_TYPES ? 1u << structure.type : 0;

		if (!(bit & ~seen))
			continue;
		seen |= bit;
		read_structure(identity, &structure);
		/* The way the table ends is of no interest to firmware, which has other things to
		 * do. */
		if (!ret_end && seen == (1u << N_TYPES) - 1)
			return;
	}
	if (ret_end)
		*ret_end = walk.ended;
}
