/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_format.h - bytes of the packed table; the host writes them, host and firmware read them */
#ifndef FWQUIRK_TABLE_FORMAT_H
#define FWQUIRK_TABLE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/text.h>
#include <fwquirk/vocab.h>

/* docs/table-format.md is the description; this is the part of it that a compiler needs. */

#define TABLE_MAGIC         0x54515746u /* "FWQT" as bytes in the file */
#define TABLE_MAGIC_SWAPPED 0x46575154u
#define TABLE_VERSION       3u
#define TABLE_HEADER_SIZE   32u
#define TABLE_SECTION_SIZE  8u

/* Offsets in the header. Every number is little-endian, nothing is aligned. */
enum table_header {
	TABLE_AT_MAGIC = 0,
	TABLE_AT_VERSION = 4,      /* u16 */
	TABLE_AT_FLAGS = 6,        /* u16, features that a reader must know: TABLE_FLAG_... */
	TABLE_AT_SIZE = 8,         /* u32, the whole table */
	TABLE_AT_CRC = 12,         /* u32, over the whole table with this field zero */
	TABLE_AT_RULES = 16,       /* u32, number of rules */
	TABLE_AT_KEYS = 20,        /* u32, number of keys */
	TABLE_AT_SECTIONS = 24,    /* u16, number of sections */
	TABLE_AT_BUCKET_BITS = 26, /* u8, two to this power is the number of buckets */
	TABLE_AT_RESERVED = 27,    /* 5 bytes, zero */
};

/* Values of equal and prefix conditions are hashes: no texts in the table but those of other operators. */
#define TABLE_FLAG_HASHED 1u

/* Tags of the sections, readable in a dump. */
#define TABLE_SECTION_FORMS   0x4d524f46u /* "FORM" */
#define TABLE_SECTION_SHAPES  0x50414853u /* "SHAP" */
#define TABLE_SECTION_ACTIONS 0x4e544341u /* "ACTN" */
#define TABLE_SECTION_STRINGS 0x47525453u /* "STRG" */
#define TABLE_SECTION_HASHES  0x48534148u /* "HASH", 4 bytes each */
#define TABLE_SECTION_RULES   0x454c5552u /* "RULE" */
#define TABLE_SECTION_BLOCKS  0x4b434c42u /* "BLCK" */
#define TABLE_SECTION_FIELDS  0x53444c46u /* "FLDS" */
#define TABLE_SECTION_KEYS    0x5359454bu /* "KEYS" */

enum table_section {
	TABLE_FORMS,
	TABLE_SHAPES,
	TABLE_ACTIONS,
	TABLE_STRINGS,
	TABLE_HASHES,
	TABLE_RULES,
	TABLE_BLOCKS,
	TABLE_FIELDS,
	TABLE_KEYS,
	TABLE_SECTIONS
};

/* One entry of FORM: field, operator, flags, and a count or a scheme, a byte each. */
#define TABLE_FORM_SIZE          4u
#define TABLE_FORM_ROLE          0x03u
#define TABLE_FORM_NEGATED       0x04u
#define TABLE_FORM_KEY           0x08u /* the keys of the rule are the values of this condition */
#define TABLE_FORM_LOW           0x10u
#define TABLE_FORM_LOW_INCLUDED  0x20u
#define TABLE_FORM_HIGH          0x40u
#define TABLE_FORM_HIGH_INCLUDED 0x80u

/* First byte of a body in ACTN. */
#define TABLE_ACTIONS_MODE             0x03u
#define TABLE_ACTIONS_CONFIDENCE       0x1cu
#define TABLE_ACTIONS_CONFIDENCE_SHIFT 2

/* SHAP and ACTN: u16 number of bodies, u8 bytes of a number, the end of each body, the bodies. */
#define TABLE_BODIES_HEAD 3u

/* One entry of BLCK for so many rules: where the first is in RULE, and the id of the rule before it. */
#define TABLE_BLOCK_RULES 8u

/* A date is (year - 1980) << 9 | month << 5 | day, as in a FAT directory entry. */
#define TABLE_DATE_YEAR 1980u

/* FLDS: bit 7 of a field's number says that the second keys of rules are on it. */
#define TABLE_FIELD_SECOND 0x80u

/* Lengths of keys in one field, in FLDS: bit n for prefixes of n bytes, bit 0 for whole texts. */
#define TABLE_LENGTHS_WHOLE 1u

#define TABLE_MAX_BUCKET_BITS 19u
#define TABLE_MAX_KEY_BITS    28u /* of their number, so that one load reads two starts */
#define TABLE_MAX_PREFIX      63u /* of a longer prefix the first so many bytes are the key */
/* Bits in all of FLDS together: each is a look into the directory. */
#define TABLE_MAX_LOOKS 64u

/* An entry of KEYS: so many bits of the key's hash in which a second key may be folded, then the place. */
#define TABLE_TAG_BITS 14u
#define TABLE_TAGS     (1u << TABLE_TAG_BITS)
/* Zero bytes behind the last entry, so that one load reads any of them. */
#define TABLE_KEYS_PADDING 7u

/* Bytes of a number that goes up to `most`: 1 to 4. */
unsigned table_number_size(uint32_t most);
/* Bits of a number that goes up to `most`: 1 to 32. */
unsigned table_bits(uint32_t most);

/*
 * Hash of a key: begin with the field, step over the normal form eight bytes at a time (text_fold_word; what
 * the last piece lacks is zero), finish with the number of bytes and whether they are a whole text or a prefix. Bit 0
 * is set; bits from 1 are the bucket, the top TABLE_TAG_BITS the tag.
 */
#define TABLE_HASH_FACTOR 0x9e3779b97f4a7c15u

static inline uint64_t table_hash_begin(enum field field)
{
	return (field + 1ull) * TABLE_HASH_FACTOR;
}

static inline uint64_t table_hash_step(uint64_t hash, uint64_t bytes)
{
	hash = (hash ^ bytes) * TABLE_HASH_FACTOR;
	return hash ^ hash >> 32;
}

static inline uint32_t table_hash_finish(uint64_t hash, size_t size, bool is_whole)
{
	return (uint32_t)((hash ^ (size << 1 | is_whole)) * TABLE_HASH_FACTOR >> 32) | 1;
}

#define TABLE_KEY_BUCKET(hash) ((hash) >> 1)
#define TABLE_KEY_TAG(hash)    ((hash) >> (32 - TABLE_TAG_BITS))

/*
 * The hash of one value of a key condition: the whole text for OPERATOR_EQUAL; for OPERATOR_PREFIX at
 * most `most` bytes of the normal form. `*ret_size` is the number of bytes that went in.
 */
uint32_t table_key_hash(enum field field, enum operator_ op, struct text value, unsigned most,
			unsigned *ret_size);

/* A prefix of `size` bytes is filed under its first so many: the longest of `lengths`; 0 for none. */
unsigned table_key_length(uint64_t lengths, unsigned size);

/* What the hash of a second key folds into a tag; never 0. */
static inline uint32_t table_second_tag(uint32_t hash)
{
	return TABLE_KEY_TAG(hash) ? TABLE_KEY_TAG(hash) : 1;
}

#endif
