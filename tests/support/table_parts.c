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

	if (size > TABLE_PART_ROOM)
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

/* KEYS here: two starts, n fingerprints, n rules, a byte each, ascending. */
void table_parts_add_key(struct table_parts *parts, enum field field, enum operator_ op,
			 const char *value, uint8_t rule)
{
	struct table_part *keys = table_parts_find(parts, TABLE_SECTION_KEYS);
	uint8_t *n_keys = &parts->header[TABLE_AT_KEYS], *prints = keys->at + 2, print;
	uint8_t *rules = prints + *n_keys;
	unsigned size, at = 0;

	print = TABLE_KEY_FINGERPRINT(table_key_hash(field, op, text_of(value), &size));
	add_length(parts, field, op == OPERATOR_EQUAL ? TABLE_LENGTHS_WHOLE : (uint8_t)(1 << size));
	while (at < *n_keys && (prints[at] < print || (prints[at] == print && rules[at] < rule)))
		at++;
	memmove(rules + at + 1, rules + at, *n_keys - at);
	rules[at] = rule;
	memmove(prints + at + 1, prints + at, keys->size - 2 - at + 1);
	prints[at] = print;
	keys->size += 2;
	keys->at[1] = ++*n_keys;
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
