/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match_key.c - an identity in, the few rules worth deciding out; decides none of them */
#include <fwquirk/match.h>

#include "table_record.h"

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

/* Most of a lookup is these two loops. */
#define HOT __attribute__((flatten))

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

/* Hashes the rest of the field. */
HOT static void whole_step(struct match_cursor *cursor)
{
	struct text_fold rest = cursor->rest;
	uint32_t hash = cursor->hash;
	int c;

	while ((c = text_fold_next(&rest)) >= 0)
		hash = text_hash_step(hash, (uint8_t)c);
	cursor->hash = hash;
	cursor->is_whole = true;
}

/* Goes on to the field's next length that has keys, the whole text at last; false behind it. */
static bool field_step(const struct table *table, struct match_cursor *cursor)
{
	if (cursor->is_whole)
		return false;
	if (!prefix_step(cursor)) {
		if (!(cursor->lengths & TABLE_LENGTHS_WHOLE))
			return false;
		whole_step(cursor);
	}
	cursor->keys = table_keys_find(table, table_key_finish(cursor->hash, cursor->is_whole));
	return true;
}

static bool lookup_next(const struct table *table, const struct identity *identity,
			struct match_cursor *cursor)
{
	for (; cursor->field < FIELD_COUNT; cursor->field++, cursor->is_begun = false) {
		if (!cursor->is_begun && !field_begin(table, identity, cursor))
			continue;
		if (field_step(table, cursor))
			return true;
	}
	return false;
}

static unsigned key_size(struct text value)
{
	size_t size = text_fold_size(value);

	return size < TABLE_MAX_PREFIX ? (unsigned)size : TABLE_MAX_PREFIX;
}

/*
 * Hashes may agree by chance, and several values of one rule may be prefixes of the same text. The
 * rule counts here only when the lookup was for the first of its values that really agrees.
 */
static bool is_first_hit(const struct table *table, const struct table_rule *rule,
			 const struct identity *identity, const struct match_cursor *cursor)
{
	enum operator_ op = cursor->is_whole ? OPERATOR_EQUAL : OPERATOR_PREFIX;
	struct text field = identity->field[cursor->field], value;
	struct condition key;

	if (!table_rule_key(table, rule, &key) || key.field != cursor->field || key.op != op)
		return false;
	while (table_condition_value(table, &key.values, &value)) {
		if (op == OPERATOR_EQUAL && text_equal(field, value))
			return true;
		if (op == OPERATOR_PREFIX && text_has_prefix(field, value))
			return key_size(value) == cursor->size;
	}
	return false;
}

bool match_candidate_next(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor, struct table_rule *ret_rule)
{
	do {
		struct table_rule rule;
		uint32_t at;

		while (table_keys_next(table, &cursor->keys, &at)) {
			table_rule_at(table, at, &rule);
			if (is_first_hit(table, &rule, identity, cursor)) {
				*ret_rule = rule;
				return true;
			}
		}
	} while (lookup_next(table, identity, cursor));
	return false;
}
