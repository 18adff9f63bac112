/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_table.c - SMBIOS structures in, an identity and how the table ends out; never needs an
 * entry point */
#include "source_private.h"

/* Real tables have up to 42 KiB; an entry point may announce 4 GiB. */
#define TABLE_LIMIT ((size_t)1 << 20)

static bool is_printable(struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((uint8_t)text.at[i] < 0x20)
			return false;
	}
	return true;
}

/* BIOS, system or base board with a vendor that could be one: nobody else begins like that. */
static bool is_telling(const struct smbios_structure *structure)
{
	struct text vendor;

	return structure->type <= 2 && structure->formatted.size >= 8 &&
	       smbios_string(structure, 4, &vendor) == STATUS_OK && is_printable(vendor);
}

enum table_quality source_table_quality(struct span table, unsigned n_announced)
{
	struct smbios_walk walk = smbios_walk_begin(table);
	struct smbios_structure structure;
	bool tells = false;

	while (smbios_next(&walk, &structure) == STATUS_OK)
		tells = tells || is_telling(&structure);
	if (!tells)
		return TABLE_NONE;
	if (walk.ended == SMBIOS_END_TYPE_127 || walk.ended == SMBIOS_END_BYTES ||
	    (n_announced && walk.n_seen >= n_announced))
		return TABLE_COMPLETE;
	return walk.n_seen > 1 ? TABLE_BROKEN : TABLE_NONE;
}

static void remark_end(struct source *source, const struct smbios_walk *walk, size_t at)
{
	static const char *const ends[] = {
		[SMBIOS_END_SHORT_LENGTH] = "a structure header with a length below 4",
		[SMBIOS_END_TRUNCATED] = "a structure that runs past the end of the table",
		[SMBIOS_END_TOO_MANY] = "too many structures",
	};

	if (walk->ended == SMBIOS_END_BYTES)
		source_remark(source, "the table has no end-of-table structure (%u structures)",
			      walk->n_seen);
	else if (walk->ended != SMBIOS_END_TYPE_127)
		source_remark(source,
			      "the table breaks off after %u structures, at offset 0x%zx: %s",
			      walk->n_seen, at, ends[walk->ended]);
}

void source_take_table(struct source *source, struct span table)
{
	struct smbios_walk walk = smbios_walk_begin(table);
	struct smbios_structure structure;

	while (smbios_next(&walk, &structure) == STATUS_OK)
		;
	identity_from_smbios(&source->identity, table, NULL);
	source->unknowable = FIELDS_OUTSIDE;
	remark_end(source, &walk, table.size - walk.rest.size);
}

/* The bytes from `offset` on that can be the table; false when there are none. */
static bool slice_table(struct span bytes, uint64_t offset, const struct smbios_entry *entry,
			struct span *ret_table)
{
	size_t size = entry->table_size_bytes;

	if (offset >= bytes.size)
		return false;
	if (size > bytes.size - offset)
		size = bytes.size - (size_t)offset;
	return span_slice(bytes, (size_t)offset, size < TABLE_LIMIT ? size : TABLE_LIMIT,
			  ret_table);
}

enum table_quality source_find_table(struct span bytes, size_t entry_offset,
				     const struct smbios_entry *entry, struct span *ret_table,
				     size_t *ret_offset)
{
	/* Where an image begins that ends at 1 MiB, as the last 64 or 128 KiB of low memory do. */
	uint64_t base = bytes.size < 0x100000 ? 0x100000 - bytes.size : 0;
	uint64_t offsets[] = {
		entry->table_address,
		/* dmidecode --dump-bin puts the table there, and old ones left the address. */
		entry_offset + 0x20,
		entry->table_address - base,
	};
	enum table_quality best = TABLE_NONE;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		enum table_quality quality;
		struct span table;

		if (!slice_table(bytes, offsets[i], entry, &table))
			continue;
		quality = source_table_quality(table, entry->n_structures);
		if (quality <= best)
			continue;
		best = quality;
		*ret_table = table;
		*ret_offset = (size_t)offsets[i];
	}
	return best;
}

enum source_answer source_read_table(struct source *source, char **ret_error)
{
	struct span table = span_of(source->bytes, source->size);

	(void)ret_error;
	if (table.size > TABLE_LIMIT || source_table_quality(table, 0) == TABLE_NONE)
		return SOURCE_NO;
	source->kind = SOURCE_TABLE;
	source_take_table(source, table);
	return SOURCE_YES;
}
