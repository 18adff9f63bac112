/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match.c - a condition and an identity in, a reason out; never looks at anything but the two */
#include <fwquirk/match.h>
#include <fwquirk/version.h>

#include "table_record.h"

/* What a condition says before role and `not` are looked at. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NO_CLAIM };

static bool text_holds(enum operator_ op, struct text field, struct text value)
{
	switch (op) {
	case OPERATOR_EQUAL:
		return text_equal(field, value);
	case OPERATOR_PREFIX:
		return text_has_prefix(field, value);
	case OPERATOR_SUFFIX:
		return text_has_suffix(field, value);
	case OPERATOR_CONTAINS:
		return text_contains(field, value);
	case OPERATOR_GLOB:
		return text_glob(field, value);
	default:
		return false;
	}
}

static unsigned prefix_size(enum operator_ op, struct text value)
{
	size_t size = op == OPERATOR_PREFIX ? text_fold_size(value) : 0;

	return size < TABLE_MAX_PREFIX ? (unsigned)size : TABLE_MAX_PREFIX;
}

bool match_texts(const struct table *table, const struct condition *condition, struct text field,
		 unsigned *ret_size)
{
	struct span values = condition->values, hashes = condition->hashes;
	struct value_hash hash;
	struct text value;

	while (hashes.size && table_condition_hash(table, condition, &hashes, &hash)) {
		if (!table_hash_holds(condition->field, field, &hash))
			continue;
		if (ret_size)
			*ret_size = hash.size;
		return true;
	}
	while (values.size && table_condition_value(table, &values, &value)) {
		if (!text_holds(condition->op, field, value))
			continue;
		if (ret_size)
			*ret_size = prefix_size(condition->op, value);
		return true;
	}
	return false;
}

/* Both orders are of the field against the bound: negative, zero, positive. */
static enum answer range_answer(const struct condition *condition, int low_order, int high_order)
{
	if (condition->has_low && (low_order < 0 || (!low_order && !condition->low_included)))
		return ANSWER_NO;
	if (condition->has_high && (high_order > 0 || (!high_order && !condition->high_included)))
		return ANSWER_NO;
	return ANSWER_YES;
}

static enum answer version_answer(const struct condition *condition, struct text field)
{
	int low = 0, high = 0;

	if (condition->has_low &&
	    version_compare(condition->scheme, field, condition->low_version, &low))
		return ANSWER_NO_CLAIM;
	if (condition->has_high &&
	    version_compare(condition->scheme, field, condition->high_version, &high))
		return ANSWER_NO_CLAIM;
	return range_answer(condition, low, high);
}

static int order_of(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static enum answer date_answer(const struct condition *condition, struct text field)
{
	uint32_t date;

	if (date_read(field, &date))
		return ANSWER_NO_CLAIM;
	return range_answer(condition, order_of(date, condition->low_date),
			    order_of(date, condition->high_date));
}

static enum answer masked_answer(const struct condition *condition, struct text field)
{
	uint64_t number;

	if (!text_to_u64(field, &number))
		return ANSWER_NO_CLAIM;
	return (number & condition->mask) == condition->masked_value ? ANSWER_YES : ANSWER_NO;
}

static enum answer condition_answer(const struct table *table, const struct condition *condition,
				    struct text field)
{
	switch (condition->op) {
	case OPERATOR_VERSION:
		return version_answer(condition, field);
	case OPERATOR_DATE:
		return date_answer(condition, field);
	case OPERATOR_MASKED:
		return masked_answer(condition, field);
	default:
		return match_texts(table, condition, field, NULL) ? ANSWER_YES : ANSWER_NO;
	}
}

/* The reason when a condition of this role does not let the rule pass. */
static enum reason reason_of(const struct condition *condition)
{
	switch (condition->role) {
	case ROLE_INTRODUCED:
		return REASON_BEFORE_INTRODUCED;
	case ROLE_FIXED:
		return REASON_SINCE_FIXED;
	case ROLE_KNOWN_GOOD:
		return REASON_KNOWN_GOOD;
	default:
		return condition->negated ? REASON_EXCLUDED : REASON_DIFFERS;
	}
}

static enum reason no_claim(const struct condition *condition, enum reason reason)
{
	return condition->role == ROLE_KNOWN_GOOD ? REASON_NONE : reason;
}

enum reason match_condition(const struct table *table, const struct condition *condition,
			    const struct identity *identity)
{
	bool is_excluding = condition->role == ROLE_FIXED || condition->role == ROLE_KNOWN_GOOD;
	enum answer answer;
	bool holds;

	if (condition->is_unknown)
		return REASON_UNKNOWN_TAG;
	if (!identity_has(identity, condition->field))
		return no_claim(condition, identity->present & 1u << condition->field
						   ? REASON_PLACEHOLDER
						   : REASON_FIELD_ABSENT);
	answer = condition_answer(table, condition, identity->field[condition->field]);
	if (answer == ANSWER_NO_CLAIM)
		return no_claim(condition, REASON_UNPARSABLE);
	holds = (answer == ANSWER_YES) != condition->negated;
	return holds != is_excluding ? REASON_NONE : reason_of(condition);
}

void match_rule(const struct table *table, const struct table_rule *rule,
		const struct identity *identity, struct match *ret_match)
{
	struct match match = {.rule_id = rule->id, .at = rule->at};
	struct conditions cursor = rule->conditions;
	struct condition condition;
	unsigned n = 0, n_keys = 0;

	for (; !match.reason && table_condition_next(table, &cursor, &condition); n++) {
		match.reason = match_condition(table, &condition, identity);
		match.field = condition.field;
		match.condition = (uint8_t)n;
		n_keys += condition.is_key;
	}
	if (!match.reason) {
		match.field = (enum field)0;
		match.condition = 0;
		/* A condition that cannot be read is one of which nobody can say that it holds. */
		if (!table_rule_ends_well(table, rule, &cursor, n, n_keys))
			match.reason = REASON_MALFORMED;
	}
	match.matched = !match.reason;
	*ret_match = match;
}
