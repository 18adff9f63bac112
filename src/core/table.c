/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table.c - bytes in, an open table out: header, checksum and the borders of the sections */
#include "table_record.h"

/* The checksum is taken with its own field zero. */
static uint32_t table_crc(struct span table)
{
	static const uint8_t zero[4];
	struct span rest = table, head, field;

	if (!span_take(&rest, TABLE_AT_CRC, &head) || !span_take(&rest, sizeof(zero), &field))
		return 0;
	return span_crc32_update(span_crc32_update(span_crc32(head), span_of(zero, sizeof(zero))),
				 rest);
}

static enum status magic_check(struct span header)
{
	uint32_t magic;
	uint16_t version, flags;

	if (!span_le32(header, TABLE_AT_MAGIC, &magic) ||
	    !span_le16(header, TABLE_AT_VERSION, &version) ||
	    !span_le16(header, TABLE_AT_FLAGS, &flags))
		return STATUS_TRUNCATED;
	if (magic == TABLE_MAGIC_SWAPPED)
		return STATUS_BYTE_ORDER;
	if (magic != TABLE_MAGIC || version < TABLE_VERSION)
		return STATUS_MALFORMED;
	return version > TABLE_VERSION || flags & ~TABLE_FLAG_HASHED ? STATUS_TOO_NEW : STATUS_OK;
}

static bool is_zero(struct span bytes)
{
	for (size_t i = 0; i < bytes.size; i++)
		if (bytes.at[i])
			return false;
	return true;
}

/* Cuts the table out of `bytes`: what follows it may only be a section's zero padding. */
static enum status extent_check(struct span bytes, struct table *table)
{
	uint32_t size;
	struct span padding = bytes;

	if (!span_le32(bytes, TABLE_AT_SIZE, &size) || !span_le32(bytes, TABLE_AT_CRC, &table->crc))
		return STATUS_TRUNCATED;
	if (size < TABLE_HEADER_SIZE)
		return STATUS_MALFORMED;
	if (!span_take(&padding, size, &table->bytes))
		return STATUS_TRUNCATED;
	if (table_crc(table->bytes) != table->crc)
		return STATUS_CHECKSUM;
	return is_zero(padding) ? STATUS_OK : STATUS_MALFORMED;
}

static bool counts_read(struct table *table)
{
	struct span reserved;
	uint8_t bucket_bits;
	uint16_t flags;

	if (!span_le16(table->bytes, TABLE_AT_FLAGS, &flags) ||
	    !span_le32(table->bytes, TABLE_AT_RULES, &table->n_rules) ||
	    !span_le32(table->bytes, TABLE_AT_KEYS, &table->n_keys) ||
	    !span_u8(table->bytes, TABLE_AT_BUCKET_BITS, &bucket_bits) ||
	    !span_slice(table->bytes, TABLE_AT_RESERVED, TABLE_HEADER_SIZE - TABLE_AT_RESERVED,
			&reserved))
		return false;
	if (bucket_bits > TABLE_MAX_BUCKET_BITS || !is_zero(reserved))
		return false;
	table->n_buckets = 1u << bucket_bits;
	table->is_hashed = flags & TABLE_FLAG_HASHED;
	return true;
}

/* Sections that an open table does not keep as they are. */
struct key_sections {
	struct span fields, directory;
};

static struct span *section_of(struct table *table, struct key_sections *keys, uint32_t tag)
{
	switch (tag) {
	case TABLE_SECTION_FORMS:
		return &table->forms;
	case TABLE_SECTION_SHAPES:
		return &table->shapes;
	case TABLE_SECTION_ACTIONS:
		return &table->actions;
	case TABLE_SECTION_STRINGS:
		return &table->strings;
	case TABLE_SECTION_HASHES:
		return &table->hashes;
	case TABLE_SECTION_RULES:
		return &table->rules;
	case TABLE_SECTION_BLOCKS:
		return &table->blocks;
	case TABLE_SECTION_FIELDS:
		return &keys->fields;
	case TABLE_SECTION_KEYS:
		return &keys->directory;
	default:
		return NULL;
	}
}

/* Sections follow one another without a gap, in the order of their list, up to the table's end. */
static bool sections_read(struct table *table, struct key_sections *keys)
{
	struct span list, cursor = table->bytes, skipped;
	uint16_t n_sections;

	if (!span_le16(table->bytes, TABLE_AT_SECTIONS, &n_sections) ||
	    !span_take(&cursor, TABLE_HEADER_SIZE, &skipped) ||
	    !span_take(&cursor, (size_t)n_sections * TABLE_SECTION_SIZE, &list))
		return false;
	while (list.size) {
		uint32_t tag, size;
		struct span section, *known;

		if (!span_take_le32(&list, &tag) || !span_take_le32(&list, &size) ||
		    !span_take(&cursor, size, &section))
			return false;
		known = section_of(table, keys, tag);
		if (known && known->at)
			return false;
		if (known)
			*known = section;
	}
	return !cursor.size;
}

/* KEYS: where each bucket starts and the last one ends, the entries, room for a long load. */
static bool keys_cut(struct table *table, struct span keys)
{
	struct span padding;
	size_t starts_size;
	uint64_t entries_size;

	table->start_bits = (uint8_t)table_bits(table->n_keys);
	table->key_bits = (uint8_t)(TABLE_TAG_BITS + table_bits(table->n_rules));
	starts_size = (((size_t)table->n_buckets + 1) * table->start_bits + 7) / 8;
	entries_size = ((uint64_t)table->n_keys * table->key_bits + 7) / 8;
	if (!span_take(&keys, starts_size, &table->starts) ||
	    keys.size != entries_size + TABLE_KEYS_PADDING ||
	    !span_slice(keys, (size_t)entries_size, TABLE_KEYS_PADDING, &padding))
		return false;
	table->entries = keys;
	return is_zero(padding);
}

/* FLDS: in ascending order the fields that keys are on, and how long the keys are there. */
static bool lengths_read(struct table *table, struct span fields)
{
	unsigned least = 0;

	while (fields.size) {
		uint64_t lengths;
		uint8_t field;

		bool is_second;

		if (!span_take_u8(&fields, &field) || !span_take_varint(&fields, &lengths))
			return false;
		is_second = field & TABLE_FIELD_SECOND;
		field &= (uint8_t)~TABLE_FIELD_SECOND;
		if (field < least || (!lengths && !is_second))
			return false;
		least = field + 1u;
		if (field >= FIELD_COUNT)
			continue;
		table->lengths[field] = lengths;
		table->seconds |= (uint32_t)is_second << field;
	}
	/* Without keys nothing is looked up, with keys something must be. */
	return !table->n_keys == !least;
}

/* BLCK: entries of one size for all, of two numbers each. */
static bool blocks_cut(struct table *table)
{
	uint64_t n_blocks = ((uint64_t)table->n_rules + TABLE_BLOCK_RULES - 1) / TABLE_BLOCK_RULES;
	unsigned size = 0;

	table->offset_size = (uint8_t)table_number_size((uint32_t)table->rules.size);
	if (n_blocks)
		size = (unsigned)(table->blocks.size / n_blocks) - table->offset_size;
	table->id_size = (uint8_t)size;
	return table->blocks.size == n_blocks * (table->offset_size + size) &&
	       (!n_blocks || (size >= 1 && size <= sizeof(uint32_t)));
}

/* Sizes that must agree, so that every place of the table has its bytes. */
static bool sizes_check(struct table *table)
{
	size_t strings_size = table->strings.size;

	return blocks_cut(table) && table->forms.size % TABLE_FORM_SIZE == 0 &&
	       table->hashes.size % sizeof(uint32_t) == 0 &&
	       (!strings_size || !table->strings.at[strings_size - 1]);
}

enum status table_open(struct span bytes, struct table *ret_table)
{
	struct key_sections keys = {.fields = {.size = 0}};
	enum status status;
	struct table table = {.n_rules = 0};

	status = magic_check(bytes);
	if (!status)
		status = extent_check(bytes, &table);
	if (status)
		return status;
	if (!counts_read(&table) || !sections_read(&table, &keys) || !sizes_check(&table) ||
	    !keys_cut(&table, keys.directory) || !lengths_read(&table, keys.fields))
		return STATUS_MALFORMED;
	*ret_table = table;
	return STATUS_OK;
}
