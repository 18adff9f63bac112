/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match_key.c - an identity in, the few rules worth deciding out; decides none of them */
#include <fwquirk/match.h>

#include "table_record.h"

/* Most of a lookup is these loops. */
#define HOT __attribute__((flatten))

/* Hashes the rest of a normal form. */
HOT static uint32_t hash_rest(uint32_t hash, struct text_fold rest)
{
	int c;

	while ((c = text_fold_next(&rest)) >= 0)
		hash = text_hash_step(hash, (uint8_t)c);
	return table_key_finish(hash, true);
}

/* The hash of a field; those of its beginnings that are longer than the shortest of keys become tags. */
HOT static uint32_t hash_field(struct match_cursor *cursor, uint32_t hash, uint64_t lengths,
			       struct text_fold rest)
{
	unsigned size = 0;
	int c;

	for (lengths >>= 1; (c = text_fold_next(&rest)) >= 0; size++) {
		hash = text_hash_step(hash, (uint8_t)c);
		if (size < TABLE_MAX_PREFIX && lengths & ((1ull << size) - 1))
			table_tags_add(&cursor->tags,
				       table_second_tag(table_key_finish(hash, false)));
	}
	return table_key_finish(hash, true);
}

/* What second keys this machine has, before anything is looked up. */
static void seconds_begin(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor)
{
	cursor->has_seconds = true;
	table_tags_add(&cursor->tags, 0);
	for (unsigned n = 0; n < FIELD_COUNT; n++) {
		enum field field = (enum field)n;

		if (!(table->seconds >> n & 1) || !identity_has(identity, field))
			continue;
		cursor->whole[n] = hash_field(cursor, table_key_begin(field), table->lengths[n],
					      text_fold_begin(identity->field[n]));
		table_tags_add(&cursor->tags, table_second_tag(cursor->whole[n]));
	}
}

/* Makes the cursor ready for its field; false when no key can be in it. */
static bool field_begin(const struct table *table, const struct identity *identity,
			struct match_cursor *cursor)
{
	enum field field = (enum field)cursor->field;

	cursor->lengths = table->lengths[field];
	if (!cursor->lengths || !identity_has(identity, field))
		return false;
	cursor->rest = text_fold_begin(identity->field[field]);
	cursor->hash = table_key_begin(field);
	cursor->size = 0;
	cursor->is_begun = true;
	cursor->is_whole = false;
	return true;
}

/* Hashes on to the next length that prefixes have; false when the field ends before it. */
HOT static bool prefix_step(struct match_cursor *cursor)
{
	uint64_t longer = cursor->lengths >> cursor->size;
	int c;

	while ((longer >>= 1)) {
		c = text_fold_next(&cursor->rest);
		if (c < 0)
			return false;
		cursor->hash = text_hash_step(cursor->hash, (uint8_t)c);
		cursor->size++;
		if (longer & 1)
			return true;
	}
	return false;
}

/* Goes on to the field's next length that has keys, the whole text at last; false behind it. */
static bool field_step(const struct table *table, struct match_cursor *cursor)
{
	uint32_t hash;

	if (cursor->is_whole)
		return false;
	if (prefix_step(cursor)) {
		hash = table_key_finish(cursor->hash, false);
	} else {
		if (!(cursor->lengths & TABLE_LENGTHS_WHOLE))
			return false;
		cursor->is_whole = true;
		hash = cursor->whole[cursor->field];
		if (!hash) /* a hash has bit 0 */
			hash = hash_rest(cursor->hash, cursor->rest);
	}
	cursor->keys = table_keys_find(table, hash);
	return true;
}

static bool lookup_next(const struct table *table, const struct identity *identity,
			struct match_cursor *cursor)
{
	if (!cursor->has_seconds)
		seconds_begin(table, identity, cursor);
	for (; cursor->field < FIELD_COUNT; cursor->field++, cursor->is_begun = false) {
		if (!cursor->is_begun && !field_begin(table, identity, cursor))
			continue;
		if (field_step(table, cursor))
			return true;
	}
	return false;
}

/* Whether a value agrees; then how long it is, as far as keys go. */
static bool text_agrees(const struct condition *key, struct text value, struct text field,
			unsigned *ret_size)
{
	size_t size;

	if (key->op == OPERATOR_EQUAL)
		return text_equal(field, value);
	if (!text_has_prefix(field, value))
		return false;
	size = text_fold_size(value);
	*ret_size = size < TABLE_MAX_PREFIX ? (unsigned)size : TABLE_MAX_PREFIX;
	return true;
}

/* The first value of a key condition that agrees with the field. */
static bool value_agrees(const struct table *table, const struct condition *key, struct text field,
			 unsigned *ret_size)
{
	struct span values = key->values, hashes = key->hashes;
	struct value_hash hash;
	struct text value;

	while (table_condition_hash(table, key, &hashes, &hash))
		if (table_hash_holds(key->field, field, &hash)) {
			*ret_size = hash.size;
			return true;
		}
	while (table_condition_value(table, &values, &value))
		if (text_agrees(key, value, field, ret_size))
			return true;
	return false;
}

/*
 * Hashes may agree by chance, and several values of one rule may be prefixes of the same text. The
 * rule counts here only when the lookup was for the first of its values that really agrees.
 */
static bool is_first_hit(const struct table *table, const struct table_rule *rule,
			 const struct identity *identity, const struct match_cursor *cursor)
{
	enum operator_ op = cursor->is_whole ? OPERATOR_EQUAL : OPERATOR_PREFIX;
	struct condition key;
	unsigned size = 0;

	if (!table_rule_key(table, rule, &key) || key.field != cursor->field || key.op != op ||
	    !value_agrees(table, &key, identity->field[cursor->field], &size))
		return false;
	return cursor->is_whole || table_key_length(cursor->lengths, size) == cursor->size;
}

bool match_candidate_next(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor, struct table_rule *ret_rule)
{
	do {
		struct table_rule rule;
		uint32_t at;

		while (table_keys_next(table, &cursor->keys, &cursor->tags, &at)) {
			table_rule_at(table, at, &rule);
			if (is_first_hit(table, &rule, identity, cursor)) {
				*ret_rule = rule;
				return true;
			}
		}
	} while (lookup_next(table, identity, cursor));
	return false;
}
