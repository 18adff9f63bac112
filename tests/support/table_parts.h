/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_parts.h - a packed table taken apart, to be damaged and put together with a good checksum */
#ifndef FWQUIRK_TESTS_TABLE_PARTS_H
#define FWQUIRK_TESTS_TABLE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <fwquirk/table_format.h>
#include <fwquirk/vocab.h>

#define TABLE_PART_ROOM  4096u
#define TABLE_PARTS_MOST 12u
#define TABLE_PARTS_ROOM (TABLE_PARTS_MOST * TABLE_PART_ROOM)

struct table_part {
	uint32_t tag;
	size_t size;
	uint8_t at[TABLE_PART_ROOM];
};

struct table_parts {
	uint8_t header[TABLE_HEADER_SIZE]; /* size, checksum and sections are made anew */
	unsigned n_parts;
	struct table_part part[TABLE_PARTS_MOST];
};

/* Adds a section; the bytes are copied. */
struct table_part *table_parts_add(struct table_parts *parts, uint32_t tag, const void *bytes,
				   size_t size);
/* The section with this tag; ends the program when there is none. */
struct table_part *table_parts_find(struct table_parts *parts, uint32_t tag);
/* Adds one key to KEYS and FLDS of a table with one bucket and fewer than 256 keys and rules. */
void table_parts_add_key(struct table_parts *parts, enum field field, enum operator_ op,
			 const char *value, uint8_t rule);
/* The entries of KEYS of such a table, to be changed. */
struct table_part_keys {
	unsigned n;
	uint32_t tag[64], rule[64];
};

void table_parts_keys(struct table_parts *parts, struct table_part_keys *ret_keys);
/* Sets KEYS and the number of keys. */
void table_parts_set_keys(struct table_parts *parts, const struct table_part_keys *keys);
/* Takes a sound table apart. */
void table_parts_read(struct table_parts *parts, const uint8_t *table, size_t size);
/* Puts it together in `out` (TABLE_PARTS_ROOM bytes) and returns the size. */
size_t table_parts_write(const struct table_parts *parts, uint8_t *out);
/* Sets the checksum right over whatever the bytes are; for at least a header. */
void table_checksum(uint8_t *table, size_t size);

#endif
