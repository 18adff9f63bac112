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
	return hash ^ hash >> 13;
}

uint32_t table_key_hash(enum field field, enum operator_ op, struct text value, unsigned *ret_size)
{
	bool is_whole = op == OPERATOR_EQUAL;
	struct text_fold fold = text_fold_begin(value);
	uint32_t hash = table_key_begin(field);
	unsigned size = 0;
	int c;

	while ((is_whole || size < TABLE_MAX_PREFIX) && (c = text_fold_next(&fold)) >= 0) {
		hash = text_hash_step(hash, (uint8_t)c);
		size++;
	}
	*ret_size = size;
	return table_key_finish(hash, is_whole);
}

static uint32_t rule_of(const struct table *table, uint32_t key)
{
	return table_number_at(table->key_rules, key, table->rule_size);
}

/* First key in [low, high) whose fingerprint is not smaller; a bucket is in that order. */
static uint32_t first_of(const uint8_t *fingerprints, uint32_t low, uint32_t high,
			 uint8_t fingerprint)
{
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (fingerprints[middle] < fingerprint)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct table_keys table_keys_find(const struct table *table, uint32_t hash)
{
	uint32_t bucket = hash & (table->n_buckets - 1);
	struct table_keys keys = {
		.next = table_number_at(table->starts, bucket, table->start_size),
		.end = table_number_at(table->starts, bucket + 1, table->start_size),
		.fingerprint = TABLE_KEY_FINGERPRINT(hash),
	};

	/* Nobody has looked at the numbers yet. */
	if (keys.end > table->n_keys)
		keys.end = table->n_keys;
	keys.next = first_of(table->fingerprints.at, keys.next, keys.end, keys.fingerprint);
	return keys;
}

bool table_keys_next(const struct table *table, struct table_keys *keys, uint32_t *ret_at)
{
	uint32_t at;

	if (keys->next >= keys->end || table->fingerprints.at[keys->next] != keys->fingerprint)
		return false;
	at = rule_of(table, keys->next++);
	while (keys->next < keys->end && table->fingerprints.at[keys->next] == keys->fingerprint &&
	       rule_of(table, keys->next) == at)
		keys->next++;
	*ret_at = at;
	return true;
}
