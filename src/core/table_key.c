/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_key.c - a key's hash in, the rules filed under it out; does not compare texts */
#include "table_record.h"

uint32_t table_key_begin(enum field field)
{
	return text_hash_step(text_hash_start(), (uint8_t)field);
}

uint32_t table_key_finish(uint32_t hash, bool is_whole)
{
	if (is_whole)
		hash = text_hash_step(hash, 0xff);
	/* FNV-1a mixes upwards only; the first half of MurmurHash3's finalizer (fmix32) makes up. */
	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	return (hash ^ hash >> 13) | 1;
}

uint32_t table_key_hash(enum field field, enum operator_ op, struct text value, unsigned most,
			unsigned *ret_size)
{
	bool is_whole = op == OPERATOR_EQUAL;
	struct text_fold fold = text_fold_begin(value);
	uint32_t hash = table_key_begin(field);
	unsigned size = 0;
	int c;

	while ((is_whole || size < most) && (c = text_fold_next(&fold)) >= 0) {
		hash = text_hash_step(hash, (uint8_t)c);
		size++;
	}
	*ret_size = size;
	return table_key_finish(hash, is_whole);
}

unsigned table_key_length(uint64_t lengths, unsigned size)
{
	if (size > TABLE_MAX_PREFIX)
		size = TABLE_MAX_PREFIX;
	while (size && !(lengths >> size & 1))
		size--;
	return size;
}

uint32_t table_second_tag(uint32_t hash)
{
	uint32_t tag = TABLE_KEY_TAG(hash);

	return tag ? tag : 1;
}

/* Compilers make one load of it where that is right. */
static inline __attribute__((always_inline)) uint64_t le64_at(const uint8_t *at)
{
	return at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
	       (uint64_t)at[7] << 56;
}

/* From a bit on, at least 57 of them. The padding at the end of KEYS makes room for the load. */
static inline __attribute__((always_inline)) uint64_t bits_at(struct span numbers, uint64_t bit)
{
	return le64_at(numbers.at + bit / 8) >> bit % 8;
}

uint64_t table_key_entry(const struct table *table, uint32_t key)
{
	return bits_at(table->entries, (uint64_t)key * table->key_bits) &
	       ((1ull << table->key_bits) - 1);
}

uint32_t table_key_start(const struct table *table, uint32_t bucket)
{
	return (uint32_t)(bits_at(table->starts, (uint64_t)bucket * table->start_bits) &
			  ((1ull << table->start_bits) - 1));
}

struct table_keys table_keys_find(const struct table *table, uint32_t hash)
{
	uint32_t bucket = TABLE_KEY_BUCKET(hash) & (table->n_buckets - 1);
	struct table_keys keys = {
		.next = table_key_start(table, bucket),
		.end = table_key_start(table, bucket + 1),
		.tag = TABLE_KEY_TAG(hash),
		.last = UINT32_MAX,
	};

	/* Nobody has looked at the numbers yet. */
	if (keys.end > table->n_keys)
		keys.end = table->n_keys;
	return keys;
}

void table_tags_add(struct table_tags *tags, uint32_t tag)
{
	tags->low[tag % 4096 / 64] |= 1ull << tag % 64;
	if (tags->n < TABLE_TAGS_LISTED)
		tags->list[tags->n++] = (uint16_t)tag;
}

static bool is_listed(const struct table_tags *tags, uint32_t tag)
{
	for (unsigned i = 0; i < tags->n; i++)
		if (tags->list[i] == tag)
			return true;
	return tags->n == TABLE_TAGS_LISTED;
}

bool table_keys_next(const struct table *table, struct table_keys *keys,
		     const struct table_tags *tags, uint32_t *ret_at)
{
	uint32_t next = keys->next, end = keys->end, tag = keys->tag;
	uint64_t bit = (uint64_t)next * table->key_bits;

	while (next < end) {
		uint64_t entry = bits_at(table->entries, bit);
		uint32_t folded = ((uint32_t)entry ^ tag) % TABLE_TAGS;

		bit += table->key_bits;
		next++;
		if (!(tags->low[folded % 4096 / 64] >> folded % 64 & 1) || !is_listed(tags, folded))
			continue;
		entry = (entry & ((1ull << table->key_bits) - 1)) >> TABLE_TAG_BITS;
		/* Two values of a rule stand side by side. */
		if (entry == keys->last)
			continue;
		*ret_at = keys->last = (uint32_t)entry;
		keys->next = next;
		return true;
	}
	keys->next = next;
	return false;
}
