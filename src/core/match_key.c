/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match_key.c - an identity in, the few rules worth deciding out; decides none of them */
#include <fwquirk/match.h>
#include <fwquirk/table_format.h>

/* Makes the cursor ready for its field; false when no key can be in it. */
static bool field_begin(const struct table *table, const struct identity *identity,
			struct match_cursor *cursor)
{
	enum field field = (enum field)cursor->field;
	bool has_keys = table->prefix_sizes[field] || (table->whole_fields & 1u << field);

	if (!has_keys || !identity_has(identity, field))
		return false;
	cursor->rest = text_fold_begin(identity->field[field]);
	cursor->hash = table_key_begin(field);
	cursor->size = 0;
	cursor->is_begun = true;
	cursor->is_whole = false;
	return true;
}

/* Goes on to the field's next length that has keys, the whole text at last; false behind it. */
static bool field_step(const struct table *table, struct match_cursor *cursor)
{
	uint64_t sizes = table->prefix_sizes[cursor->field];
	int c;

	while ((c = text_fold_next(&cursor->rest)) >= 0) {
		cursor->hash = text_hash_step(cursor->hash, (uint8_t)c);
		if (++cursor->size <= TABLE_MAX_PREFIX && (sizes >> cursor->size & 1)) {
			cursor->keys =
				table_keys_find(table, table_key_finish(cursor->hash, false));
			return true;
		}
	}
	if (cursor->is_whole)
		return false;
	cursor->is_whole = true;
	cursor->keys = table_keys_find(table, table_key_finish(cursor->hash, true));
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

static bool key_condition(const struct table *table, const struct table_rule *rule,
			  struct condition *ret_condition)
{
	struct span cursor = rule->conditions;

	while (table_condition_next(table, &cursor, ret_condition))
		if (ret_condition->is_key)
			return !ret_condition->is_unknown;
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

	if (!key_condition(table, rule, &key) || key.field != cursor->field || key.op != op)
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
