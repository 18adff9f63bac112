/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * match_oracle.c - one rule and one machine in, the decision out, by C library means alone: strings
 * are normalised into buffers first, then compared with strcmp, strstr and fnmatch.
 */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "support/match_oracle.h"

/* Between the two: the field cannot be read as the condition needs it. */
enum { NO, YES, NO_CLAIM };

static void normalise(const char *from, size_t size, char to[512])
{
	size_t n = 0;

	for (size_t i = 0; i < size && n < 510; i++) {
		unsigned char c = (unsigned char)from[i];

		if (strchr(" \t\n\v\f\r", c) && c) {
			if (n && to[n - 1] != ' ')
				to[n++] = ' ';
		} else {
			to[n++] = (char)(c < 0x80 ? tolower(c) : c);
		}
	}
	if (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

static bool text_is(enum operator_ op, const char *field, const char *value)
{
	size_t n_field = strlen(field), n_value = strlen(value);

	switch (op) {
	case OPERATOR_EQUAL:
		return !strcmp(field, value);
	case OPERATOR_PREFIX:
		return !strncmp(field, value, n_value);
	case OPERATOR_SUFFIX:
		return n_value <= n_field && !strcmp(field + n_field - n_value, value);
	case OPERATOR_CONTAINS:
		return strstr(field, value);
	default:
		return !fnmatch(value, field, 0);
	}
}

static int any_text_is(const struct rule_condition *condition, struct text text)
{
	char field[512], value[512];

	normalise(text.at, text.size, field);
	for (size_t i = 0; i < condition->n_values; i++) {
		normalise(condition->value[i], strlen(condition->value[i]), value);
		if (text_is(condition->op, field, value))
			return YES;
	}
	return NO;
}

static int version_is(const struct rule_condition *condition, struct text field)
{
	int low = 1, high = -1;

	if (condition->low &&
	    version_compare(condition->scheme, field, text_of(condition->low), &low))
		return NO_CLAIM;
	if (condition->high &&
	    version_compare(condition->scheme, field, text_of(condition->high), &high))
		return NO_CLAIM;
	return (low > 0 || (low == 0 && condition->low_included)) &&
	       (high < 0 || (high == 0 && condition->high_included));
}

/* yyyy-mm-dd as bytes is in the order of dates. */
static int date_is(const struct rule_condition *condition, struct text field)
{
	uint32_t date, low = 0, high = UINT32_MAX;

	if (date_read(field, &date))
		return NO_CLAIM;
	if (condition->low) {
		date_read_iso(text_of(condition->low), &low);
		low += !condition->low_included;
	}
	if (condition->high) {
		date_read_iso(text_of(condition->high), &high);
		high -= !condition->high_included;
	}
	return low <= date && date <= high;
}

static int masked_is(const struct rule_condition *condition, struct text text)
{
	char field[512], *end;
	unsigned long long number;

	normalise(text.at, text.size, field);
	if (!isdigit((unsigned char)field[0]))
		return NO_CLAIM;
	errno = 0;
	number = strtoull(field, &end, !strncmp(field, "0x", 2) ? 16 : 10);
	if (*end || errno)
		return NO_CLAIM;
	return (number & condition->mask) == condition->masked_value;
}

static int condition_is(const struct rule_condition *condition, struct text field)
{
	switch (condition->op) {
	case OPERATOR_VERSION:
		return version_is(condition, field);
	case OPERATOR_DATE:
		return date_is(condition, field);
	case OPERATOR_MASKED:
		return masked_is(condition, field);
	default:
		return any_text_is(condition, field);
	}
}

static enum reason condition_reason(const struct rule_condition *condition,
				    const struct identity *identity)
{
	static const enum reason reasons[] = {
		[ROLE_MATCH] = REASON_DIFFERS,
		[ROLE_INTRODUCED] = REASON_BEFORE_INTRODUCED,
		[ROLE_FIXED] = REASON_SINCE_FIXED,
		[ROLE_KNOWN_GOOD] = REASON_KNOWN_GOOD,
	};
	enum condition_role role = condition->role;
	uint32_t bit = 1u << condition->field;
	int is;

	if (!(identity->present & bit))
		return role == ROLE_KNOWN_GOOD ? REASON_NONE : REASON_FIELD_ABSENT;
	if (identity->placeholder & bit)
		return role == ROLE_KNOWN_GOOD ? REASON_NONE : REASON_PLACEHOLDER;
	is = condition_is(condition, identity->field[condition->field]);
	if (is == NO_CLAIM)
		return role == ROLE_KNOWN_GOOD ? REASON_NONE : REASON_UNPARSABLE;
	if (condition->negated)
		is = !is;
	if (role == ROLE_FIXED || role == ROLE_KNOWN_GOOD)
		return is ? reasons[role] : REASON_NONE;
	if (is)
		return REASON_NONE;
	return role == ROLE_MATCH && condition->negated ? REASON_EXCLUDED : reasons[role];
}

void oracle_match(const struct rule *rule, const struct identity *identity, struct match *ret_match)
{
	struct match match = {.rule_id = rule->id, .matched = true};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		enum reason reason = condition_reason(&rule->condition[i], identity);

		if (reason == REASON_NONE)
			continue;
		match.matched = false;
		match.reason = reason;
		match.field = rule->condition[i].field;
		match.condition = (uint8_t)i;
		break;
	}
	*ret_match = match;
}

bool oracle_agrees(const struct match *oracle, const struct match *match)
{
	return oracle->rule_id == match->rule_id && oracle->matched == match->matched &&
	       oracle->reason == match->reason && oracle->field == match->field &&
	       oracle->condition == match->condition;
}

static bool key_holds(const struct table *table, const struct table_rule *rule,
		      const struct identity *identity)
{
	struct conditions cursor = rule->conditions;
	struct condition condition;

	while (table_condition_next(table, &cursor, &condition))
		if (condition.is_key)
			return match_condition(table, &condition, identity) == REASON_NONE;
	return false;
}

static const char *compare_rule(const struct rule_set *set, const struct table *table,
				const struct identity *identity, uint32_t at, bool is_candidate)
{
	struct match oracle, match;
	struct table_rule rule;

	table_rule_at(table, at, &rule);
	match_rule(table, &rule, identity, &match);
	oracle_match(&set->rule[at], identity, &oracle);
	if (match.at != at || !oracle_agrees(&oracle, &match))
		return "match_rule and the oracle disagree";
	if (match.matched && !is_candidate)
		return "a rule that matches is no candidate";
	/* One whose key holds is left out only by its second key, and so does not match. */
	if (is_candidate && !key_holds(table, &rule, identity))
		return "a candidate's key does not hold";
	return NULL;
}

const char *oracle_compare(const struct rule_set *set, const struct table *table,
			   const struct identity *identity)
{
	struct match_cursor cursor;
	bool *is_candidate = calloc(set->n_rules + 1, sizeof(*is_candidate));
	const char *problem = NULL;
	struct table_rule rule;

	match_begin(table, identity, &cursor);
	while (!problem && match_candidate_next(table, identity, &cursor, &rule)) {
		if (is_candidate[rule.at])
			problem = "a candidate came twice";
		is_candidate[rule.at] = true;
	}
	for (uint32_t at = 0; !problem && at < set->n_rules; at++)
		problem = compare_rule(set, table, identity, at, is_candidate[at]);
	free(is_candidate);
	return problem;
}
