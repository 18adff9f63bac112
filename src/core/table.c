/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table.c - bytes in, an open table out: header, checksum and the borders of the sections */
#include "table_record.h"

/* The numbers of a header that is there. */
static uint32_t head16(struct span table, size_t at)
{
	return table.at[at] | (uint32_t)table.at[at + 1] << 8;
}

static uint32_t head32(struct span table, size_t at)
{
	return head16(table, at) | head16(table, at + 2) << 16;
}

/* The checksum is taken with its own field zero. */
static uint32_t table_crc(struct span table)
{
	static const uint8_t zero[4];
	uint32_t crc = span_crc32(span_of(table.at, TABLE_AT_CRC));

	crc = span_crc32_update(crc, span_of(zero, sizeof(zero)));
	return span_crc32_update(crc,
				 span_of(table.at + TABLE_AT_RULES, table.size - TABLE_AT_RULES));
}

static enum status magic_check(struct span table)
{
	uint32_t magic = head32(table, TABLE_AT_MAGIC);
	uint32_t version = head16(table, TABLE_AT_VERSION);

	if (magic == TABLE_MAGIC_SWAPPED)
		return STATUS_BYTE_ORDER;
	if (magic != TABLE_MAGIC || version < TABLE_VERSION)
		return STATUS_MALFORMED;
	return version > TABLE_VERSION || head16(table, TABLE_AT_FLAGS) & ~TABLE_FLAG_HASHED
		       ? STATUS_TOO_NEW
		       : STATUS_OK;
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
	uint32_t size = head32(bytes, TABLE_AT_SIZE);
	struct span padding = bytes;

	table->crc = head32(bytes, TABLE_AT_CRC);
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
	uint8_t bucket_bits = table->bytes.at[TABLE_AT_BUCKET_BITS];
	struct span reserved =
		span_of(table->bytes.at + TABLE_AT_RESERVED, TABLE_HEADER_SIZE - TABLE_AT_RESERVED);

	table->n_rules = head32(table->bytes, TABLE_AT_RULES);
	table->n_keys = head32(table->bytes, TABLE_AT_KEYS);
	table->n_buckets = 1u << bucket_bits % 32;
	table->is_hashed = head16(table->bytes, TABLE_AT_FLAGS) & TABLE_FLAG_HASHED;
	return bucket_bits <= TABLE_MAX_BUCKET_BITS && is_zero(reserved);
}

static const uint32_t section_tag[TABLE_SECTIONS] = {
	[TABLE_FORMS] = TABLE_SECTION_FORMS,     [TABLE_SHAPES] = TABLE_SECTION_SHAPES,
	[TABLE_ACTIONS] = TABLE_SECTION_ACTIONS, [TABLE_STRINGS] = TABLE_SECTION_STRINGS,
	[TABLE_HASHES] = TABLE_SECTION_HASHES,   [TABLE_RULES] = TABLE_SECTION_RULES,
	[TABLE_BLOCKS] = TABLE_SECTION_BLOCKS,   [TABLE_FIELDS] = TABLE_SECTION_FIELDS,
	[TABLE_KEYS] = TABLE_SECTION_KEYS,
};

_Static_assert(offsetof(struct table, keys) == offsetof(struct table, section[TABLE_KEYS]),
	       "sections by name and by number");

/* Sections follow one another without a gap, in the order of their list, up to the table's end. */
static bool sections_read(struct table *table)
{
	size_t at = TABLE_HEADER_SIZE;
	size_t end = at + head16(table->bytes, TABLE_AT_SECTIONS) * TABLE_SECTION_SIZE;
	struct span rest = table->bytes, bytes;

	if (!span_take(&rest, end, &bytes))
		return false;
	for (; at < end; at += TABLE_SECTION_SIZE) {
		uint32_t tag = head32(table->bytes, at);
		unsigned n = 0;

		if (!span_take(&rest, head32(table->bytes, at + 4), &bytes))
			return false;
		while (n < TABLE_SECTIONS && section_tag[n] != tag)
			n++;
		if (n == TABLE_SECTIONS)
			continue;
		if (table->section[n].at)
			return false;
		table->section[n] = bytes;
	}
	return !rest.size;
}

/* KEYS: where each bucket starts and the last one ends, the entries, room for a long load. */
static bool keys_cut(struct table *table)
{
	struct span keys = table->keys;
	uint64_t starts_size, entries_size;

	table->start_bits = (uint8_t)table_bits(table->n_keys);
	table->key_bits = (uint8_t)(TABLE_TAG_BITS + table_bits(table->n_rules));
	starts_size = ((table->n_buckets + 1ull) * table->start_bits + 7) / 8;
	entries_size = ((uint64_t)table->n_keys * table->key_bits + 7) / 8;
	if (table->start_bits > TABLE_MAX_KEY_BITS ||
	    keys.size != starts_size + entries_size + TABLE_KEYS_PADDING)
		return false;
	table->starts = keys;
	table->entries = span_of(keys.at + starts_size, keys.size - starts_size);
	return is_zero(span_of(table->entries.at + entries_size, TABLE_KEYS_PADDING));
}

/* FLDS: in ascending order the fields that keys are on, and how long the keys are there. */
static bool lengths_read(struct table *table)
{
	struct span fields = table->fields;
	unsigned least = 0, looks = 0;

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
		for (uint64_t left = lengths; left; left &= left - 1)
			looks++;
		if (field >= FIELD_COUNT)
			continue;
		table->lengths[field] = lengths;
		table->seconds |= (uint32_t)is_second << field;
		table->looked |= 1u << field;
	}
	/* Without keys nothing is looked up, with keys something must be. */
	return !table->n_keys == !least && looks <= TABLE_MAX_LOOKS;
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

	return blocks_cut(table) && table_forms_check(table) &&
	       table_bodies_cut(table->shape_section, &table->shapes) &&
	       table_bodies_cut(table->action_section, &table->actions) &&
	       table->hashes.size % sizeof(uint32_t) == 0 &&
	       (!strings_size || !table->strings.at[strings_size - 1]);
}

enum status table_open(struct span bytes, struct table *ret_table)
{
	struct table table = {.n_rules = 0};
	enum status status;

	if (bytes.size < TABLE_HEADER_SIZE)
		return STATUS_TRUNCATED;
	status = magic_check(bytes);
	if (!status)
		status = extent_check(bytes, &table);
	if (status)
		return status;
	if (!counts_read(&table) || !sections_read(&table) || !sizes_check(&table) ||
	    !keys_cut(&table) || !lengths_read(&table))
		return STATUS_MALFORMED;
	*ret_table = table;
	return STATUS_OK;
}
