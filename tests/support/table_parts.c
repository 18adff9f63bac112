/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_parts.c - sections in, a table with a good checksum out, however bad the rest may be */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/span.h>

#include "support/table_parts.h"

static void put(uint8_t *at, uint64_t value, unsigned n_bytes)
{
	for (; n_bytes--; value >>= 8)
		*at++ = (uint8_t)value;
}

static uint32_t get32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

struct table_part *table_parts_add(struct table_parts *parts, uint32_t tag, const void *bytes,
				   size_t size)
{
	struct table_part *part = &parts->part[parts->n_parts++];

	if (size > TABLE_PART_ROOM || parts->n_parts > TABLE_PARTS_MOST)
		abort();
	part->tag = tag;
	part->size = size;
	if (size)
		memcpy(part->at, bytes, size);
	return part;
}

struct table_part *table_parts_find(struct table_parts *parts, uint32_t tag)
{
	for (unsigned i = 0; i < parts->n_parts; i++)
		if (parts->part[i].tag == tag)
			return &parts->part[i];
	abort();
}

/* FLDS here: fields ascending, each with lengths below 7, so in one byte. */
static void add_length(struct table_parts *parts, enum field field, uint8_t length_bit)
{
	struct table_part *fields = table_parts_find(parts, TABLE_SECTION_FIELDS);
	size_t at = 0;

	while (at < fields->size && fields->at[at] < field)
		at += 2;
	if (at == fields->size || fields->at[at] != field) {
		memmove(fields->at + at + 2, fields->at + at, fields->size - at);
		fields->at[at] = (uint8_t)field;
		fields->at[at + 1] = 0;
		fields->size += 2;
	}
	fields->at[at + 1] |= length_bit;
}

/* KEYS here: a list of one bucket, bit after bit: where it starts and ends, then the entries. */
static uint64_t bits_get(const uint8_t *at, unsigned bit, unsigned bits)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bits; i++, bit++)
		value |= (uint64_t)(at[bit / 8] >> bit % 8 & 1) << i;
	return value;
}

static void bits_set(uint8_t *at, unsigned bit, unsigned bits, uint64_t value)
{
	for (unsigned i = 0; i < bits; i++, bit++)
		at[bit / 8] |= (uint8_t)((value >> i & 1) << bit % 8);
}

static unsigned entry_bits(const struct table_parts *parts)
{
	return TABLE_TAG_BITS + table_bits(get32(&parts->header[TABLE_AT_RULES]));
}

static unsigned starts_size(unsigned n_keys)
{
	return (2 * table_bits(n_keys) + 7) / 8;
}

void table_parts_keys(struct table_parts *parts, struct table_part_keys *ret_keys)
{
	const struct table_part *part = table_parts_find(parts, TABLE_SECTION_KEYS);
	unsigned bits = entry_bits(parts);

	memset(ret_keys, 0, sizeof(*ret_keys));
	ret_keys->n = parts->header[TABLE_AT_KEYS];
	for (unsigned i = 0; i < ret_keys->n; i++) {
		uint64_t entry = bits_get(part->at + starts_size(ret_keys->n), i * bits, bits);

		ret_keys->tag[i] = (uint32_t)(entry % TABLE_TAGS);
		ret_keys->rule[i] = (uint32_t)(entry / TABLE_TAGS);
	}
}

void table_parts_set_keys(struct table_parts *parts, const struct table_part_keys *keys)
{
	struct table_part *part = table_parts_find(parts, TABLE_SECTION_KEYS);
	unsigned bits = entry_bits(parts), start_bits = table_bits(keys->n);
	uint8_t *entries = part->at + starts_size(keys->n);

	memset(part->at, 0, sizeof(part->at));
	part->size = starts_size(keys->n) + (keys->n * bits + 7) / 8 + TABLE_KEYS_PADDING;
	parts->header[TABLE_AT_KEYS] = (uint8_t)keys->n;
	bits_set(part->at, start_bits, start_bits, keys->n);
	for (unsigned i = 0; i < keys->n; i++)
		bits_set(entries, i * bits, bits,
			 (uint64_t)keys->rule[i] << TABLE_TAG_BITS | keys->tag[i]);
}

void table_parts_add_key(struct table_parts *parts, enum field field, enum operator_ op,
			 const char *value, uint8_t rule)
{
	struct table_part_keys keys;
	unsigned size, at = 0;
	uint32_t tag;

	tag = TABLE_KEY_TAG(table_key_hash(field, op, text_of(value), TABLE_MAX_PREFIX, &size));
	add_length(parts, field, op == OPERATOR_EQUAL ? TABLE_LENGTHS_WHOLE : (uint8_t)(1 << size));
	table_parts_keys(parts, &keys);
	while (at < keys.n &&
	       (keys.rule[at] < rule || (keys.rule[at] == rule && keys.tag[at] < tag)))
		at++;
	for (unsigned i = keys.n++; i > at; i--) {
		keys.tag[i] = keys.tag[i - 1];
		keys.rule[i] = keys.rule[i - 1];
	}
	keys.tag[at] = tag;
	keys.rule[at] = rule;
	table_parts_set_keys(parts, &keys);
}

void table_parts_read(struct table_parts *parts, const uint8_t *table, size_t size)
{
	unsigned n_parts = table[TABLE_AT_SECTIONS];
	size_t at = TABLE_HEADER_SIZE + n_parts * TABLE_SECTION_SIZE;

	memset(parts, 0, sizeof(*parts));
	memcpy(parts->header, table, sizeof(parts->header));
	for (unsigned i = 0; i < n_parts; i++) {
		const uint8_t *entry = table + TABLE_HEADER_SIZE + i * TABLE_SECTION_SIZE;

		table_parts_add(parts, get32(entry), table + at, get32(entry + 4));
		at += get32(entry + 4);
	}
	if (at != size)
		abort();
}

size_t table_parts_write(const struct table_parts *parts, uint8_t *out)
{
	uint8_t *entry = out + TABLE_HEADER_SIZE;
	uint8_t *at = entry + parts->n_parts * TABLE_SECTION_SIZE;

	memcpy(out, parts->header, sizeof(parts->header));
	for (unsigned i = 0; i < parts->n_parts; i++) {
		const struct table_part *part = &parts->part[i];

		put(entry, part->tag, 4);
		put(entry + 4, part->size, 4);
		entry += TABLE_SECTION_SIZE;
		memcpy(at, part->at, part->size);
		at += part->size;
	}
	put(out + TABLE_AT_SECTIONS, parts->n_parts, 2);
	put(out + TABLE_AT_SIZE, (uint64_t)(at - out), 4);
	table_checksum(out, (size_t)(at - out));
	return (size_t)(at - out);
}

void table_checksum(uint8_t *table, size_t size)
{
	put(table + TABLE_AT_CRC, 0, 4);
	put(table + TABLE_AT_CRC, span_crc32(span_of(table, size)), 4);
}
