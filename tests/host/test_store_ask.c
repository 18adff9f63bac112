/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_store_ask.c - names against a loop a child could check, dates, modes, and some rules of many */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/store.h>
#include <fwquirk/text.h>

#include "support/made_rules.h"

#define N_MADE 600

/* Three rules with names of every operator and with dates, behind the made ones. */
static const char more[] = "# SPDX-License-Identifier: CC0-1.0\n\n"
			   "[FWQ-9001]\nTitle = a\nDefect = other\nConfidence = reported\n"
			   "Mode = observe\nMatch = sys-vendor \"HP\"\n"
			   "Match = product-name glob \"Elite*Book?8[0-9]0\"\n"
			   "Introduced = bios-date date 2020-03-01\n"
			   "Fixed = bios-date date 2021-06-30\nEvidence = https://example.org/1\n"
			   "\n"
			   "[FWQ-9002]\nTitle = b\nDefect = other\nConfidence = reported\n"
			   "Mode = observe\nMatch = sys-vendor contains \"ewlett\"\n"
			   "Match = product-name suffix \"G5\"\n"
			   "Match = bios-date date >= 2019-01-01 <= 2019-12-31\n"
			   "Unbounded = x\nEvidence = https://example.org/2\n"
			   "\n"
			   "[FWQ-9003]\nTitle = c\nDefect = other\nConfidence = reported\n"
			   "Mode = observe\nUnmatched = the strings\nUnbounded = x\n"
			   "Fixed = bios-date date 2022-02-02\n"
			   "Evidence = https://example.org/3\n";

static struct rule_set set;
static struct store *store;

static int setup(void **state)
{
	struct diagnostics diagnostics = {.n = 0};
	size_t size;
	char *text = made_rules_text(7, 1, N_MADE, &size), *error = NULL;

	(void)state;
	rules_parse_bytes(&set, "made.quirks", text, size, &diagnostics);
	free(text);
	rules_parse_bytes(&set, "more.quirks", more, sizeof(more) - 1, &diagnostics);
	if (diagnostics.n)
		diagnostic_print(stderr, &diagnostics.list[0]);
	if (diagnostics.n)
		return -1;
	store = store_from_rules(&set, &error);
	return store ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	store_close(store);
	rule_set_free(&set);
	return 0;
}

static bool says(enum operator_ op, struct text value, struct text asked)
{
	return text_contains(value, asked) || (op == OPERATOR_EQUAL && text_equal(asked, value)) ||
	       (op == OPERATOR_PREFIX && text_has_prefix(asked, value)) ||
	       (op == OPERATOR_SUFFIX && text_has_suffix(asked, value)) ||
	       (op == OPERATOR_CONTAINS && text_contains(asked, value)) ||
	       (op == OPERATOR_GLOB && text_glob(asked, value));
}

static bool rule_names(const struct rule *rule, const char *asked, uint32_t fields)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		if (condition->role != ROLE_MATCH || condition->negated ||
		    !(fields >> condition->field & 1))
			continue;
		for (size_t n = 0; n < condition->n_values; n++)
			if (says(condition->op, text_of(condition->value[n]), text_of(asked)))
				return true;
	}
	return false;
}

/* Hits come in ascending order, as the rules of the set are. */
static size_t assert_names(const struct store_query *query, const char *asked, uint32_t fields)
{
	struct store_hit *hits = NULL;
	char *error = NULL;
	size_t n = 0, at = 0;

	if (!store_find(store, query, &hits, &n, &error))
		fail_msg("%s", error);
	for (size_t i = 0; i < set.n_rules; i++) {
		if (!rule_names(&set.rule[i], asked, fields))
			continue;
		if (at == n || hits[at].id != set.rule[i].id)
			fail_msg("\"%s\": FWQ-%04u is not found", asked, set.rule[i].id);
		at++;
	}
	if (at != n)
		fail_msg("\"%s\": FWQ-%04u should not be found", asked, hits[at].id);
	store_hits_free(hits, n);
	return n;
}

#define BIT(id) (UINT32_C(1) << FIELD_##id)
#define VENDORS (BIT(SYS_VENDOR) | BIT(BIOS_VENDOR) | BIT(BOARD_VENDOR) | BIT(EFI_VENDOR))
#define PRODUCTS                                                                             \
	(BIT(PRODUCT_NAME) | BIT(PRODUCT_VERSION) | BIT(PRODUCT_SKU) | BIT(PRODUCT_FAMILY) | \
	 BIT(BOARD_NAME))

static void names_are_those_of_a_plain_loop(void **state)
{
	static const char *const asked[] = {
		"dell",
		"Dell Inc.",
		"dell  INC.  17",
		"ell",
		"l",
		"LENOVO 3",
		"hp",
		"Hewlett-Packard",
		"hewlett-packard 5 of many",
		"HP ProBook 640 G5",
		"EliteBook 840",
		"EliteBook-840",
		"elite",
		"富",
		"富士通",
		"medion \"AG\"",
		"\"AG\"",
		"back\\slash",
		"utf-8 \x1b[31m",
		"not \xff utf-8",
		"\xff",
		"'; DROP TABLE rule; --",
		"%",
		"*",
		" ",
		"x",
		"a name that is a good deal longer than forty-eight letters, LENOVO 3",
		"technology co., ltd. 1"};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		n += assert_names(&(struct store_query){.vendor = asked[i]}, asked[i], VENDORS);
		n += assert_names(&(struct store_query){.product = asked[i]}, asked[i], PRODUCTS);
	}
	assert_true(n > 2000);
}

static void assert_found(const struct store_query *query, const char *expected)
{
	struct store_hit *hits = NULL;
	char found[64] = "", *error = NULL;
	size_t n = 0, size = 0;

	if (!store_find(store, query, &hits, &n, &error))
		fail_msg("%s", error);
	for (size_t i = 0; i < n; i++)
		if (hits[i].id > 9000)
			size += (size_t)snprintf(found + size, sizeof(found) - size, "%u ",
						 hits[i].id - 9000);
	assert_string_equal(found, expected);
	store_hits_free(hits, n);
}

#define ASSERT_FOUND(expected, ...) assert_found(&(struct store_query){__VA_ARGS__}, expected)

static void dates_leave_out_what_they_rule_out(void **state)
{
	(void)state;
	ASSERT_FOUND("3 ", .date = "2018-12-31");
	ASSERT_FOUND("2 3 ", .date = "2019-01-01");
	ASSERT_FOUND("2 3 ", .date = "2019-12-31");
	ASSERT_FOUND("3 ", .date = "2020-02-29");
	ASSERT_FOUND("1 3 ", .date = "2020-03-01");
	ASSERT_FOUND("1 3 ", .date = "2021-06-29");
	ASSERT_FOUND("3 ", .date = "2021-06-30");
	ASSERT_FOUND("", .date = "2022-02-02");
	ASSERT_FOUND("1 ", .date = "2020-03-01", .product = "EliteBook 840");
}

static void since_is_by_what_came_or_went(void **state)
{
	(void)state;
	ASSERT_FOUND("1 3 ", .since = "2020-03-01");
	ASSERT_FOUND("1 3 ", .since = "2021-06-30");
	ASSERT_FOUND("3 ", .since = "2021-07-01");
	ASSERT_FOUND("", .since = "2022-02-03");
}

static void query_only_is_a_mode(void **state)
{
	(void)state;
	ASSERT_FOUND("3 ", .mode = "query-only");
	ASSERT_FOUND("1 2 ", .mode = "observe");
}

static void days_that_are_none_are_refused(void **state)
{
	struct store_hit *hits;
	char *error = NULL;
	size_t n;

	(void)state;
	assert_false(
		store_find(store, &(struct store_query){.date = "2020-02-30"}, &hits, &n, &error));
	assert_string_equal(error, "\"2020-02-30\" is not a day; expected yyyy-mm-dd");
	free(error);
	assert_false(
		store_find(store, &(struct store_query){.since = "last year"}, &hits, &n, &error));
	free(error);
}

static char *text_of_rule(const struct rule *rule)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	rule_format(out, rule);
	fclose(out);
	return text;
}

static void some_rules_are_as_all(void **state)
{
	static const uint32_t wanted[] = {9002, 17, 600, 17, 12345678, 3};
	static const uint32_t got[] = {3, 17, 600, 9002};
	struct rule_set some;
	char *error = NULL;

	(void)state;
	assert_true(store_load_ids(store, wanted, 6, &some, &error));
	assert_int_equal(some.n_rules, 4);
	assert_int_equal(some.n_files, 2);
	for (size_t i = 0; i < some.n_rules; i++) {
		const struct rule *same = &set.rule[got[i] == 9002 ? N_MADE + 1 : got[i] - 1];
		char *a = text_of_rule(&some.rule[i]), *b = text_of_rule(same);

		assert_int_equal(some.rule[i].id, got[i]);
		assert_string_equal(a, b);
		assert_string_equal(some.file[some.rule[i].file].path, set.file[same->file].path);
		free(a);
		free(b);
	}
	rule_set_free(&some);
}

static void no_rule_is_no_failure(void **state)
{
	struct rule_set some;
	char *error = NULL;

	(void)state;
	assert_true(store_load_ids(store, NULL, 0, &some, &error));
	assert_int_equal(some.n_rules, 0);
	rule_set_free(&some);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_a_plain_loop),
		cmocka_unit_test(dates_leave_out_what_they_rule_out),
		cmocka_unit_test(since_is_by_what_came_or_went),
		cmocka_unit_test(query_only_is_a_mode),
		cmocka_unit_test(days_that_are_none_are_refused),
		cmocka_unit_test(some_rules_are_as_all),
		cmocka_unit_test(no_rule_is_no_failure),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
