/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_functions.c - comparisons of texts and versions as SQL functions; never reads a table */
#include <fwquirk/version.h>

#include "store_sql.h"

static struct text argument(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return text_sized(text ? text : "", (size_t)sqlite3_value_bytes(value));
}

/* Whether a field with the content `has` satisfies a text condition. */
static bool text_holds(struct text operator_, struct text value, struct text has)
{
	enum operator_ op;

	if (!operator_from_name(operator_, &op))
		return false;
	switch (op) {
	case OPERATOR_EQUAL:
		return text_equal(has, value);
	case OPERATOR_PREFIX:
		return text_has_prefix(has, value);
	case OPERATOR_SUFFIX:
		return text_has_suffix(has, value);
	case OPERATOR_CONTAINS:
		return text_contains(has, value);
	case OPERATOR_GLOB:
		return text_glob(has, value);
	default:
		return false;
	}
}

/* fwquirk_holds(operator, value, has) */
static void holds_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	(void)n;
	sqlite3_result_int(context,
			   text_holds(argument(value[0]), argument(value[1]), argument(value[2])));
}

/* fwquirk_says(operator, value, asked): it holds for what was asked, or names it in part. */
static void says_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	(void)n;
	sqlite3_result_int(context, text_contains(argument(value[1]), argument(value[2])) ||
					    text_holds(argument(value[0]), argument(value[1]),
						       argument(value[2])));
}

/* Whether `has` lies on the right side of one end; false also when no claim can be made. */
static bool end_holds(enum scheme scheme, struct text has, sqlite3_value *end,
		      sqlite3_value *is_included, int sign, bool *ret_is_claim)
{
	int order;

	if (sqlite3_value_type(end) == SQLITE_NULL)
		return true;
	if (version_compare(scheme, has, argument(end), &order) != STATUS_OK) {
		*ret_is_claim = false;
		return false;
	}
	return order * sign > 0 || (order == 0 && sqlite3_value_int(is_included));
}

/* fwquirk_within(scheme, low, low_included, high, high_included, has): NULL is no claim */
static void within_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct text has = argument(value[5]);
	bool is_claim = true, is_within;
	enum scheme scheme;

	(void)n;
	if (!scheme_from_name(argument(value[0]), &scheme))
		return;
	is_within = end_holds(scheme, has, value[1], value[2], 1, &is_claim);
	is_within = end_holds(scheme, has, value[3], value[4], -1, &is_claim) && is_within;
	if (is_claim)
		sqlite3_result_int(context, is_within);
}

bool store_functions_add(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return !sqlite3_create_function(db, "fwquirk_holds", 3, flags, NULL, holds_run, NULL,
					NULL) &&
	       !sqlite3_create_function(db, "fwquirk_says", 3, flags, NULL, says_run, NULL, NULL) &&
	       !sqlite3_create_function(db, "fwquirk_within", 6, flags, NULL, within_run, NULL,
					NULL);
}
