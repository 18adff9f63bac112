/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_match.c - a source and a table in, the rules that match out; where the source has lost
 * characters, values lose them too */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/scan.h>

#include "rules_memory.h"

bool scan_is_blankless(const struct source *source)
{
	return source->kind == SOURCE_MODALIAS;
}

/* What drivers/firmware/dmi-id.c of Linux leaves out of a modalias: ascii_filter. */
static bool is_lost(char c)
{
	return c <= ' ' || c > '~' || c == ':';
}

/* Values are at most as long as a rule line; what is behind cannot decide a sensible comparison. */
#define KEPT_SIZE 512u

static struct text keep(struct text text, char kept[static KEPT_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < text.size && n < KEPT_SIZE; i++)
		if (!is_lost(text.at[i]))
			kept[n++] = text.at[i];
	return text_sized(kept, n);
}

/* The first character of the normal form of what is kept; -1 for nothing. */
static int first_kept(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!is_lost(text.at[i]))
			return text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] + ('a' - 'A')
								      : text.at[i];
	return -1;
}

static bool holds(enum operator_ op, struct text field, struct text value)
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

static bool any_holds(const struct table *table, const struct condition *condition,
		      struct text field)
{
	char kept[KEPT_SIZE], kept_value[KEPT_SIZE];
	bool is_from_start = condition->op == OPERATOR_EQUAL || condition->op == OPERATOR_PREFIX;
	struct span values = condition->values;
	int first = first_kept(field);
	struct text value;

	while (table_condition_value(table, &values, &value)) {
		/* Most rules are about others, and most of them end here. */
		if (is_from_start && first_kept(value) != first)
			continue;
		if (field.at != kept)
			field = keep(field, kept);
		value = keep(value, kept_value);
		/* Nothing left of it: it would be contained in everything. */
		if (value.size && holds(condition->op, field, value))
			return true;
	}
	return false;
}

static bool is_of_texts(const struct condition *condition)
{
	return !condition->is_unknown && condition->op != OPERATOR_VERSION &&
	       condition->op != OPERATOR_DATE && condition->op != OPERATOR_MASKED;
}

enum reason scan_condition(const struct table *table, const struct condition *condition,
			   const struct source *source)
{
	const struct identity *identity = &source->identity;
	enum reason reason = match_condition(table, condition, identity);
	bool is_excluding = condition->role == ROLE_FIXED || condition->role == ROLE_KNOWN_GOOD;
	bool is_held;

	if (!is_of_texts(condition) || !scan_is_blankless(source) ||
	    !identity_has(identity, condition->field))
		return reason;
	is_held = any_holds(table, condition, identity->field[condition->field]);
	if ((is_held != condition->negated) != is_excluding)
		return REASON_NONE;
	return condition->role == ROLE_INTRODUCED   ? REASON_BEFORE_INTRODUCED
	       : condition->role == ROLE_FIXED      ? REASON_SINCE_FIXED
	       : condition->role == ROLE_KNOWN_GOOD ? REASON_KNOWN_GOOD
	       : condition->negated                 ? REASON_EXCLUDED
						    : REASON_DIFFERS;
}

void scan_rule(const struct table *table, const struct table_rule *rule,
	       const struct source *source, struct match *ret_match)
{
	struct match match = {.rule_id = rule->id, .at = rule->at, .matched = true};
	struct conditions cursor = rule->conditions;
	struct condition condition;

	if (!scan_is_blankless(source)) {
		match_rule(table, rule, &source->identity, ret_match);
		return;
	}
	for (; table_condition_next(table, &cursor, &condition); match.condition++) {
		match.reason = scan_condition(table, &condition, source);
		if (match.reason == REASON_NONE)
			continue;
		match.matched = false;
		match.field = condition.field;
		*ret_match = match;
		return;
	}
	match.condition = 0;
	*ret_match = match;
}

static int at_compare(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void hit_add(uint32_t **at, size_t *n, uint32_t place)
{
	*at = rules_grow(*at, *n, sizeof(**at));
	(*at)[(*n)++] = place;
}

size_t scan_source(const struct table *table, const struct source *source, uint32_t **ret_at)
{
	struct match_cursor candidates;
	struct table_rule rule;
	struct match match;
	uint32_t cursor = 0;
	size_t n = 0;

	if (scan_is_blankless(source)) {
		while (table_next(table, &cursor, &rule)) {
			scan_rule(table, &rule, source, &match);
			if (match.matched)
				hit_add(ret_at, &n, rule.at);
		}
		return n;
	}
	match_begin(table, &source->identity, &candidates);
	while (match_candidate_next(table, &source->identity, &candidates, &rule)) {
		match_rule(table, &rule, &source->identity, &match);
		if (match.matched)
			hit_add(ret_at, &n, rule.at);
	}
	if (n > 1)
		qsort(*ret_at, n, sizeof(**ret_at), at_compare);
	return n;
}
