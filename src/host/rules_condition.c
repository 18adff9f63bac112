/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_condition.c - values of Match, Introduced, Fixed and Known-good in, a condition out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "rules_memory.h"
#include "rules_parser.h"

/* A condition being read: the texts in it are freed unless it ends up in the rule. */
static void condition_free(struct rule_condition *condition)
{
	for (size_t i = 0; i < condition->n_values; i++)
		free(condition->value[i]);
	free(condition->value);
	free(condition->low);
	free(condition->high);
}

static bool is_text_operator(enum operator_ op)
{
	return op != OPERATOR_VERSION && op != OPERATOR_DATE && op != OPERATOR_MASKED;
}

static bool takes_version(enum field field)
{
	return field_kind(field) == FIELD_KIND_TEXT || field == FIELD_BIOS_RELEASE ||
	       field == FIELD_EC_RELEASE || field == FIELD_UEFI_REVISION;
}

static bool takes_mask(enum field field)
{
	return field == FIELD_CPU_ID || field == FIELD_EFI_REVISION || field == FIELD_CHASSIS_TYPE;
}

/* The operators that make sense on a field, as a message lists them. */
static const char *operators_of_field(enum field field)
{
	if (field_kind(field) == FIELD_KIND_DATE)
		return "date or a text operator";
	if (field_kind(field) == FIELD_KIND_TEXT)
		return "version or a text operator";
	if (takes_mask(field))
		return "equal, any-of or masked";
	return takes_version(field) ? "equal, any-of or version" : "equal or any-of";
}

static bool field_takes(enum field field, enum operator_ op)
{
	switch (op) {
	case OPERATOR_VERSION:
		return takes_version(field);
	case OPERATOR_DATE:
		return field_kind(field) == FIELD_KIND_DATE;
	case OPERATOR_MASKED:
		return takes_mask(field);
	case OPERATOR_EQUAL:
		return true;
	default:
		return field_kind(field) != FIELD_KIND_NUMBER;
	}
}

static bool role_takes(enum condition_role role, enum operator_ op)
{
	switch (role) {
	case ROLE_INTRODUCED:
	case ROLE_FIXED:
		return op == OPERATOR_VERSION || op == OPERATOR_DATE;
	case ROLE_KNOWN_GOOD:
		return is_text_operator(op);
	default:
		return true;
	}
}

static const char *operators_of_role(enum condition_role role)
{
	return role == ROLE_KNOWN_GOOD ? "a text operator" : "version or date";
}

static bool parse_field(struct rules_parser *parser, struct cursor *cursor, enum field *ret_field)
{
	struct text word = rules_peek_word(cursor);

	if (!field_from_name(word, ret_field)) {
		rules_error_word(parser, cursor->at, "P023",
				 rules_nearest(word, field_name, FIELD_COUNT), "a field");
		return false;
	}
	rules_take_word(cursor);
	return true;
}

/* Words in the place of an operator, for hints: the operators, then `not` and `any-of`. */
static const char *operator_word(unsigned i)
{
	return i < OPERATOR_COUNT ? operator_name(i) : i == OPERATOR_COUNT ? "not" : "any-of";
}

/* Reads the operator's word; a string in its place means `equal`. */
static bool parse_operator_word(struct rules_parser *parser, struct cursor *cursor,
				enum operator_ *ret_op)
{
	struct text word = rules_peek_word(cursor);

	if (word.size && word.at[0] == '"') {
		*ret_op = OPERATOR_EQUAL;
		return true;
	}
	if (!operator_from_name(word, ret_op)) {
		rules_error_word(parser, cursor->at, "P024",
				 rules_nearest(word, operator_word, OPERATOR_COUNT + 2),
				 "an operator or a string in double quotes");
		return false;
	}
	rules_take_word(cursor);
	return true;
}

static bool refuse_operator(struct rules_parser *parser, const struct cursor *at,
			    const char *expected)
{
	rules_error(parser, at->at, "P037", NULL, "expected %s, found %s", expected,
		    rules_found(at).text);
	return false;
}

static bool parse_operator(struct rules_parser *parser, struct cursor *cursor,
			   struct rule_condition *condition, bool is_any_of)
{
	struct cursor at = *cursor;

	if (!parse_operator_word(parser, cursor, &condition->op))
		return false;
	if (!role_takes(condition->role, condition->op))
		return refuse_operator(parser, &at, operators_of_role(condition->role));
	if (is_any_of && !is_text_operator(condition->op))
		return refuse_operator(parser, &at, "a text operator behind any-of");
	if (condition->negated &&
	    (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE))
		return refuse_operator(parser, &at, "a text operator or masked behind not");
	if (!field_takes(condition->field, condition->op))
		return refuse_operator(parser, &at, operators_of_field(condition->field));
	return true;
}

static bool parse_values(struct rules_parser *parser, struct cursor *cursor,
			 struct rule_condition *condition, bool is_any_of)
{
	do {
		const char *at = cursor->at;
		char *value;

		if (condition->n_values == CONDITION_MAX_VALUES) {
			rules_error(parser, at, "P044", "write a second rule",
				    "expected at most %u strings, found more",
				    CONDITION_MAX_VALUES);
			return false;
		}
		if (!rules_take_string(parser, cursor, &value))
			return false;
		condition->value = rules_grow(condition->value, condition->n_values,
					      sizeof(*condition->value));
		condition->value[condition->n_values++] = value;
		if (condition->op == OPERATOR_GLOB && !text_glob_is_valid(text_of(value))) {
			rules_error(parser, at, "P025",
				    "close every [ with ], put \\\\ before a literal [",
				    "expected a glob pattern, found %.*s", (int)(cursor->at - at),
				    at);
			return false;
		}
	} while (is_any_of && cursor->at < cursor->end);
	return true;
}

bool rules_take_date(struct rules_parser *parser, struct cursor *cursor, char **ret_date)
{
	struct text word = rules_peek_word(cursor);
	uint32_t date;

	if (word.size != 10 || date_read_iso(word, &date) != STATUS_OK) {
		rules_error(parser, cursor->at, "P040", NULL,
			    "expected a date as yyyy-mm-dd, found %s", rules_found(cursor).text);
		return false;
	}
	*ret_date = rules_copy(word.at, word.size);
	rules_take_word(cursor);
	return true;
}

/* A version string, or a date: malloc'ed. */
static bool parse_bound_value(struct rules_parser *parser, struct cursor *cursor, enum operator_ op,
			      char **ret_value)
{
	if (op == OPERATOR_VERSION)
		return rules_take_string(parser, cursor, ret_value);
	return rules_take_date(parser, cursor, ret_value);
}

enum bound { BOUND_LOW = 1, BOUND_HIGH = 2, BOUND_BOTH = 3 };

/* `<`, `<=`, `=`, `>=` or `>`. */
static bool parse_bound_word(struct cursor *cursor, enum bound *ret_bound, bool *ret_included)
{
	static const struct {
		const char *word;
		enum bound bound;
		bool included;
	} words[] = {{"<", BOUND_HIGH, false},
		     {"<=", BOUND_HIGH, true},
		     {"=", BOUND_BOTH, true},
		     {">=", BOUND_LOW, true},
		     {">", BOUND_LOW, false}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (rules_take_if(cursor, words[i].word)) {
			*ret_bound = words[i].bound;
			*ret_included = words[i].included;
			return true;
		}
	}
	return false;
}

static void set_bound(struct rule_condition *condition, enum bound bound, bool included,
		      char *value)
{
	if (bound & BOUND_LOW) {
		condition->has_low = true;
		condition->low_included = included;
		condition->low = value;
	}
	if (bound & BOUND_HIGH) {
		condition->has_high = true;
		condition->high_included = included;
		condition->high = bound == BOUND_BOTH ? rules_copy(value, strlen(value)) : value;
	}
}

static bool parse_bound(struct rules_parser *parser, struct cursor *cursor,
			struct rule_condition *condition)
{
	struct cursor at = *cursor;
	enum bound bound, taken = (condition->has_low ? BOUND_LOW : 0) |
				  (condition->has_high ? BOUND_HIGH : 0);
	bool included;
	char *value;

	if (!parse_bound_word(cursor, &bound, &included)) {
		rules_error(parser, at.at, "P038", NULL, "expected <, <=, =, >= or >, found %s",
			    rules_found(&at).text);
		return false;
	}
	if (bound & taken) {
		rules_error(parser, at.at, "P039", NULL, "expected %s, found %s",
			    taken == BOUND_LOW    ? "an upper bound (< or <=)"
			    : taken == BOUND_HIGH ? "a lower bound (> or >=)"
						  : "no further bound",
			    rules_found(&at).text);
		return false;
	}
	if (!parse_bound_value(parser, cursor, condition->op, &value))
		return false;
	set_bound(condition, bound, included, value);
	return true;
}

/* One or two bounds; for Introduced and Fixed a bare value, which means >=. */
static bool parse_bounds(struct rules_parser *parser, struct cursor *cursor,
			 struct rule_condition *condition)
{
	struct cursor at = *cursor;
	enum bound bound;
	bool included;
	char *value;

	if (condition->role == ROLE_MATCH) {
		if (!parse_bound(parser, cursor, condition))
			return false;
		return cursor->at == cursor->end || parse_bound(parser, cursor, condition);
	}
	if (parse_bound_word(cursor, &bound, &included)) {
		rules_error(parser, at.at, "P038", "Introduced and Fixed mean: from here on",
			    "expected a value without an operator, found %s",
			    rules_found(&at).text);
		return false;
	}
	if (!parse_bound_value(parser, cursor, condition->op, &value))
		return false;
	set_bound(condition, BOUND_LOW, true, value);
	return true;
}

static bool parse_version(struct rules_parser *parser, struct cursor *cursor,
			  struct rule_condition *condition)
{
	struct text word = rules_peek_word(cursor);

	if (!scheme_from_name(word, &condition->scheme)) {
		rules_error_word(parser, cursor->at, "P026",
				 rules_nearest(word, scheme_name, SCHEME_COUNT),
				 "a version scheme");
		return false;
	}
	rules_take_word(cursor);
	return parse_bounds(parser, cursor, condition);
}

static bool parse_masked(struct rules_parser *parser, struct cursor *cursor,
			 struct rule_condition *condition)
{
	const char *at = cursor->at;

	if (!rules_take_hex(parser, cursor, &condition->mask))
		return false;
	if (!rules_take_if(cursor, "=")) {
		rules_error(parser, cursor->at, "P038", NULL, "expected =, found %s",
			    rules_found(cursor).text);
		return false;
	}
	if (!rules_take_hex(parser, cursor, &condition->masked_value))
		return false;
	if (!condition->mask || (condition->masked_value & ~condition->mask)) {
		rules_error(parser, at, "P042", "every bit of the value must be set in the mask",
			    "expected a mask that covers the value, found 0x%llx = 0x%llx",
			    (unsigned long long)condition->mask,
			    (unsigned long long)condition->masked_value);
		return false;
	}
	return true;
}

static bool parse_after_field(struct rules_parser *parser, struct cursor *cursor,
			      struct rule_condition *condition)
{
	struct cursor at = *cursor;
	bool is_any_of;

	condition->negated = rules_take_if(cursor, "not");
	if (condition->negated && condition->role != ROLE_MATCH)
		return refuse_operator(parser, &at, operators_of_role(condition->role));
	is_any_of = rules_take_if(cursor, "any-of");
	if (!parse_operator(parser, cursor, condition, is_any_of))
		return false;
	switch (condition->op) {
	case OPERATOR_VERSION:
		return parse_version(parser, cursor, condition);
	case OPERATOR_DATE:
		return parse_bounds(parser, cursor, condition);
	case OPERATOR_MASKED:
		return parse_masked(parser, cursor, condition);
	default:
		return parse_values(parser, cursor, condition, is_any_of);
	}
}

bool rules_parse_condition(struct rules_parser *parser, struct cursor *cursor,
			   enum condition_role role)
{
	struct rule *rule = &parser->rule;
	struct rule_condition condition = {.role = role};

	condition.place = rules_place(parser, cursor->at);
	if (rule->n_conditions == RULES_MAX_CONDITIONS) {
		rules_error(parser, cursor->at, "P044", "write a second rule",
			    "expected at most %u conditions in a rule, found more",
			    RULES_MAX_CONDITIONS);
		return false;
	}
	if (!parse_field(parser, cursor, &condition.field) ||
	    !parse_after_field(parser, cursor, &condition) || !rules_take_end(parser, cursor)) {
		condition_free(&condition);
		return false;
	}
	rule->condition = rules_grow(rule->condition, rule->n_conditions, sizeof(condition));
	rule->condition[rule->n_conditions++] = condition;
	return true;
}
