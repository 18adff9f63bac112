/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint_imply.c - two rules in, whether every machine of one is one of the other; says no in doubt */
#include <string.h>

#include <fwquirk/version.h>

#include "rules_lint.h"

/* What a condition asks of its field, whatever its role. */
enum demand {
	DEMAND_ANY,   /* one of the texts holds */
	DEMAND_NONE,  /* none of them holds, and the field is there */
	DEMAND_SPARE, /* none of them holds, or the field is not there */
	DEMAND_RANGE,
	DEMAND_BITS,
	DEMAND_OTHER, /* what no rule text says */
};

static enum demand demand_of(const struct rule_condition *condition)
{
	bool is_wanted = condition->role == ROLE_MATCH || condition->role == ROLE_INTRODUCED;

	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE) {
		bool is_fixed =
			condition->role == ROLE_FIXED && condition->has_low && !condition->has_high;

		return !condition->negated && (is_wanted || is_fixed) ? DEMAND_RANGE : DEMAND_OTHER;
	}
	if (condition->op == OPERATOR_MASKED)
		return is_wanted ? DEMAND_BITS : DEMAND_OTHER;
	if (condition->role == ROLE_KNOWN_GOOD)
		return condition->negated ? DEMAND_OTHER : DEMAND_SPARE;
	return is_wanted == condition->negated ? DEMAND_NONE : DEMAND_ANY;
}

/* ---- texts ---- */

/* Does `value` hold for every field for which `part` does? */
static bool text_covers(enum operator_ op, const char *value, enum operator_ part_op,
			const char *part_value)
{
	struct text whole = text_of(part_value), part = text_of(value);

	switch (op) {
	case OPERATOR_EQUAL:
		return part_op == OPERATOR_EQUAL && text_equal(whole, part);
	case OPERATOR_PREFIX:
		return (part_op == OPERATOR_EQUAL || part_op == OPERATOR_PREFIX) &&
		       text_has_prefix(whole, part);
	case OPERATOR_SUFFIX:
		return (part_op == OPERATOR_EQUAL || part_op == OPERATOR_SUFFIX) &&
		       text_has_suffix(whole, part);
	case OPERATOR_CONTAINS:
		return part_op != OPERATOR_GLOB && text_contains(whole, part);
	case OPERATOR_GLOB:
		return part_op == OPERATOR_EQUAL  ? text_glob(whole, part)
		       : part_op == OPERATOR_GLOB ? text_equal(whole, part)
						  : false;
	default:
		return false;
	}
}

/* Can no field satisfy both? */
static bool text_excludes(enum operator_ a_op, const char *a, enum operator_ b_op, const char *b)
{
	struct text left = text_of(a), right = text_of(b);

	if (a_op == OPERATOR_EQUAL)
		return !text_covers(b_op, b, a_op, a);
	if (b_op == OPERATOR_EQUAL)
		return !text_covers(a_op, a, b_op, b);
	if (a_op == OPERATOR_PREFIX && b_op == OPERATOR_PREFIX)
		return !text_has_prefix(left, right) && !text_has_prefix(right, left);
	return false;
}

/* Is every text of `part` covered by one of `whole`? */
static bool texts_cover(const struct rule_condition *whole, const struct rule_condition *part)
{
	for (size_t i = 0; i < part->n_values; i++) {
		size_t j = 0;

		while (j < whole->n_values &&
		       !text_covers(whole->op, whole->value[j], part->op, part->value[i]))
			j++;
		if (j == whole->n_values)
			return false;
	}
	return true;
}

static bool texts_exclude(const struct rule_condition *a, const struct rule_condition *b)
{
	for (size_t i = 0; i < a->n_values; i++) {
		for (size_t j = 0; j < b->n_values; j++) {
			if (!text_excludes(a->op, a->value[i], b->op, b->value[j]))
				return false;
		}
	}
	return true;
}

/* ---- ranges ---- */

/* One end of what a condition lets pass. `sign` is 1 for a lower end, -1 for an upper one. */
struct end {
	bool has, is_included;
	const char *value;
};

static struct end end_of(const struct rule_condition *condition, int sign)
{
	/* "Good from here on" lets what is older pass. */
	if (condition->role == ROLE_FIXED)
		return sign > 0 ? (struct end){.has = false}
				: (struct end){true, !condition->low_included, condition->low};
	return sign > 0 ? (struct end){condition->has_low, condition->low_included, condition->low}
			: (struct end){condition->has_high, condition->high_included,
				       condition->high};
}

static bool order_of(const struct rule_condition *range, const char *a, const char *b,
		     int *ret_order)
{
	uint32_t left, right;

	if (range->op == OPERATOR_VERSION)
		return version_compare(range->scheme, text_of(a), text_of(b), ret_order) ==
		       STATUS_OK;
	if (date_read(text_of(a), &left) != STATUS_OK || date_read(text_of(b), &right) != STATUS_OK)
		return false;
	*ret_order = (left > right) - (left < right);
	return true;
}

/* Is every value beyond `inner` beyond `outer` too? */
static bool end_within(const struct rule_condition *range, struct end inner, struct end outer,
		       int sign)
{
	int order;

	if (!inner.has || !order_of(range, inner.value, outer.value, &order))
		return false;
	order *= sign;
	return order > 0 || (order == 0 && (outer.is_included || !inner.is_included));
}

/* Do the texts of `a` all lie inside this end of the range? */
static bool texts_within(const struct rule_condition *a, const struct rule_condition *range,
			 struct end outer, int sign)
{
	for (size_t i = 0; i < a->n_values; i++) {
		struct end at = {true, true, a->value[i]};

		if (!end_within(range, at, outer, sign))
			return false;
	}
	return true;
}

static bool end_implied_by(const struct rule_condition *a, const struct rule_condition *b, int sign)
{
	struct end outer = end_of(b, sign);

	if (a->field != b->field)
		return false;
	if (demand_of(a) == DEMAND_ANY && a->op == OPERATOR_EQUAL)
		return texts_within(a, b, outer, sign);
	return a->op == b->op && (a->op != OPERATOR_VERSION || a->scheme == b->scheme) &&
	       demand_of(a) == DEMAND_RANGE && end_within(b, end_of(a, sign), outer, sign);
}

/* The two ends of a range may follow from different conditions. */
static bool range_implied(const struct rule *a, const struct rule_condition *b)
{
	for (int sign = -1; sign <= 1; sign += 2) {
		size_t i = 0;

		if (!end_of(b, sign).has)
			continue;
		while (i < a->n_conditions && !end_implied_by(&a->condition[i], b, sign))
			i++;
		if (i == a->n_conditions)
			return false;
	}
	return true;
}

/* ---- masked numbers ---- */

static bool bits_implied(const struct rule_condition *a, const struct rule_condition *b)
{
	if (demand_of(a) == DEMAND_BITS && a->negated == b->negated) {
		if (a->mask == b->mask && a->masked_value == b->masked_value)
			return true;
		return !a->negated && (a->mask & b->mask) == b->mask &&
		       (a->masked_value & b->mask) == b->masked_value;
	}
	if (demand_of(a) != DEMAND_ANY || a->op != OPERATOR_EQUAL)
		return false;
	for (size_t i = 0; i < a->n_values; i++) {
		uint64_t number;

		if (!text_to_u64(text_of(a->value[i]), &number) ||
		    ((number & b->mask) == b->masked_value) == b->negated)
			return false;
	}
	return true;
}

/* ---- conditions and rules ---- */

static bool condition_implied_by(const struct rule_condition *a, const struct rule_condition *b)
{
	enum demand has = demand_of(a), wanted = demand_of(b);

	if (a->field != b->field)
		return false;
	switch (wanted) {
	case DEMAND_ANY:
		return has == DEMAND_ANY && texts_cover(b, a);
	case DEMAND_NONE:
		return (has == DEMAND_ANY && texts_exclude(a, b)) ||
		       (has == DEMAND_NONE && texts_cover(a, b));
	case DEMAND_SPARE:
		return (has == DEMAND_ANY && texts_exclude(a, b)) ||
		       ((has == DEMAND_NONE || has == DEMAND_SPARE) && texts_cover(a, b));
	case DEMAND_BITS:
		return bits_implied(a, b);
	default:
		return false;
	}
}

static bool condition_implied(const struct rule *a, const struct rule_condition *b)
{
	if (demand_of(b) == DEMAND_RANGE)
		return range_implied(a, b);
	for (size_t i = 0; i < a->n_conditions; i++) {
		if (condition_implied_by(&a->condition[i], b))
			return true;
	}
	return false;
}

bool rule_implies(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < b->n_conditions; i++) {
		if (!condition_implied(a, &b->condition[i]))
			return false;
	}
	return true;
}
