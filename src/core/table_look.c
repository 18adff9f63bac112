/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_look.c - hashes to look up in, places of rules out; does not compare texts */
#include "table_record.h"

/* The bits have said that it may be there. */
static bool has_tag(const struct table_looks *looks, uint32_t tag)
{
	for (unsigned i = 0; i < looks->n_tags; i++)
		if (looks->tag[i] == tag)
			return true;
	return looks->n_tags == TABLE_TAGS_LISTED;
}

/* The next key of the bucket that agrees with a hash. */
static bool key_next(const struct table *table, struct table_looks *looks, uint32_t hash,
		     uint32_t *ret_at)
{
	uint32_t key = looks->key, end = looks->end;
	uint64_t bit = (uint64_t)key * table->key_bits;

	for (; key < end; bit += table->key_bits) {
		uint64_t entry = table_bits_at(table->entries, bit);
		uint32_t tag = ((uint32_t)entry ^ TABLE_KEY_TAG(hash)) % TABLE_TAGS;

		key++;
		if (!(looks->bits[tag % TABLE_TAGS_BITS / 64] >> tag % 64 & 1) ||
		    !has_tag(looks, tag))
			continue;
		entry = (entry & ((1ull << table->key_bits) - 1)) >> TABLE_TAG_BITS;
		/* Two values of a rule stand side by side. */
		if (entry == looks->last)
			continue;
		*ret_at = looks->last = (uint32_t)entry;
		looks->key = key;
		return true;
	}
	looks->key = end;
	return false;
}

bool table_looks_next(const struct table *table, struct table_looks *looks, uint32_t *ret_at)
{
	/* Where the last one stopped, then one look after another. */
	while (looks->key == looks->end ||
	       !key_next(table, looks, looks->hash[looks->next - 1], ret_at)) {
		if (looks->next == looks->n)
			return false;
		table_bucket(table, looks->hash[looks->next++], &looks->key, &looks->end);
		looks->last = UINT32_MAX;
	}
	return true;
}
