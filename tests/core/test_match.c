/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_match.c - every operator, role and reason one by one, then thousands beside a plain oracle */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/match.h>

#include "support/match_oracle.h"
#include "support/rule_generator.h"
#include "support/ruled.h"

/* Behind `Match = board-name "key"`: one line, what the field has (NULL: absent), the outcome. */
struct one {
	const char *line, *field, *value;
	enum reason reason;
};

static const struct one texts[] = {
	{"Match = product-name \"X1\"", "product-name", "X1", REASON_NONE},
	{"Match = product-name \"X1\"", "product-name", " \tx1  ", REASON_NONE},
	{"Match = product-name \"X1\"", "product-name", "X12", REASON_DIFFERS},
	{"Match = product-name \"X1\"", "product-name", "X", REASON_DIFFERS},
	{"Match = product-name \"A  B\"", "product-name", "a b", REASON_NONE},
	{"Match = product-name \"A B\"", "product-name", "ab", REASON_DIFFERS},
	{"Match = product-name \"X1\"", "product-name", NULL, REASON_FIELD_ABSENT},
	{"Match = product-name \"X1\"", "product-name", "Default string", REASON_PLACEHOLDER},
	{"Match = product-name not \"X1\"", "product-name", "X2", REASON_NONE},
	{"Match = product-name not \"X1\"", "product-name", "x1 ", REASON_EXCLUDED},
	{"Match = product-name not \"X1\"", "product-name", NULL, REASON_FIELD_ABSENT},
	{"Match = product-name not \"X1\"", "product-name", "To Be Filled By O.E.M.",
	 REASON_PLACEHOLDER},
	{"Match = product-name any-of \"A\" \"B\"", "product-name", "b", REASON_NONE},
	{"Match = product-name any-of \"A\" \"B\"", "product-name", "C", REASON_DIFFERS},
	{"Match = product-name not any-of \"A\" \"B\"", "product-name", "B", REASON_EXCLUDED},
	{"Match = product-name not any-of \"A\" \"B\"", "product-name", "C", REASON_NONE},
	{"Match = product-name prefix \"20K\"", "product-name", " 20kn", REASON_NONE},
	{"Match = product-name prefix \"20K\"", "product-name", "20", REASON_DIFFERS},
	{"Match = product-name prefix \"20K\"", "product-name", "20L", REASON_DIFFERS},
	{"Match = product-name not prefix \"20K\"", "product-name", "20K", REASON_EXCLUDED},
	{"Match = product-name any-of prefix \"20K\" \"20L\"", "product-name", "20LX", REASON_NONE},
	{"Match = product-name suffix \"WW\"", "product-name", "20KNww ", REASON_NONE},
	{"Match = product-name suffix \"WW\"", "product-name", "WWx", REASON_DIFFERS},
	{"Match = product-name suffix \"WW\"", "product-name", "W", REASON_DIFFERS},
	{"Match = product-name contains \"b c\"", "product-name", "aB \t Cd", REASON_NONE},
	{"Match = product-name contains \"b c\"", "product-name", "bc", REASON_DIFFERS},
	{"Match = product-name glob \"x[0-4]*\"", "product-name", "X1 Yoga", REASON_NONE},
	{"Match = product-name glob \"x[0-4]*\"", "product-name", "X5", REASON_DIFFERS},
	{"Match = product-name glob \"x?\"", "product-name", "X12", REASON_DIFFERS},
	{"Match = product-name glob \"x[!0-4]\"", "product-name", "X5", REASON_NONE},
	{"Match = product-name any-of glob \"a*\" \"*z\"", "product-name", "buzz", REASON_NONE},
	{"Match = product-name \"\\xc3\\xbc\"", "product-name", "\xc3\xbc", REASON_NONE},
};

static const struct one numbers[] = {
	{"Match = cpu-id masked 0xffff000f = 0x0a160001", "cpu-id", "0x000000000a165551",
	 REASON_NONE},
	{"Match = cpu-id masked 0xffff000f = 0x0a160001", "cpu-id", "0x000000000a165552",
	 REASON_DIFFERS},
	{"Match = cpu-id masked 0xffff000f = 0x0a160001", "cpu-id", NULL, REASON_FIELD_ABSENT},
	{"Match = chassis-type masked 0xff = 0xa", "chassis-type", "10", REASON_NONE},
	{"Match = chassis-type masked 0xff = 0xa", "chassis-type", "ten", REASON_UNPARSABLE},
	{"Match = chassis-type masked 0xffffffffffffffff = 0xffffffffffffffff", "chassis-type",
	 "0xffffffffffffffff", REASON_NONE},
	{"Match = chassis-type \"10\"", "chassis-type", "10", REASON_NONE},
	{"Match = uefi-revision \"2.70\"", "uefi-revision", "2.60", REASON_DIFFERS},
	{"Match = bios-date date >= 2020-01-01 < 2021-06-30", "bios-date", "01/01/2020",
	 REASON_NONE},
	{"Match = bios-date date >= 2020-01-01 < 2021-06-30", "bios-date", "06/30/2021",
	 REASON_DIFFERS},
	{"Match = bios-date date >= 2020-01-01 < 2021-06-30", "bios-date", "12/31/19",
	 REASON_DIFFERS},
	{"Match = bios-date date > 2020-01-01", "bios-date", "01/01/2020", REASON_DIFFERS},
	{"Match = bios-date date <= 2020-01-01", "bios-date", "01/01/2020", REASON_NONE},
	{"Match = bios-date date = 2020-01-01", "bios-date", "2020-01-01", REASON_NONE},
	{"Match = bios-date date = 2020-01-01", "bios-date", "01/02/2020", REASON_DIFFERS},
	{"Match = bios-date date >= 1980-01-01", "bios-date", "13/13/2020", REASON_UNPARSABLE},
	{"Match = bios-date date <= 2099-12-31", "bios-date", "12/31/2099", REASON_NONE},
};

/* Each scheme once with a lower and a higher version, so that no scheme is mixed up on the way. */
static const struct one versions[] = {
	{"Match = bios-version version dotted >= \"1.9.0\" < \"1.10.0\"", "bios-version", "1.9.3",
	 REASON_NONE},
	{"Match = bios-version version dotted >= \"1.9.0\" < \"1.10.0\"", "bios-version", "1.10.0",
	 REASON_DIFFERS},
	{"Match = bios-version version dotted > \"1.9.0\"", "bios-version", "1.9.0",
	 REASON_DIFFERS},
	{"Match = bios-version version dotted <= \"1.9.0\"", "bios-version", "1.9.0", REASON_NONE},
	{"Match = bios-version version dotted = \"1.9.0\"", "bios-version", "1.9.0", REASON_NONE},
	{"Match = bios-version version dotted = \"1.9.0\"", "bios-version", "1.9.1",
	 REASON_DIFFERS},
	{"Match = bios-version version dotted = \"1.9.0\"", "bios-version", "what",
	 REASON_UNPARSABLE},
	{"Match = bios-version version dell >= \"A12\"", "bios-version", "1.0.0", REASON_NONE},
	{"Match = bios-version version dell >= \"A12\"", "bios-version", "A05", REASON_DIFFERS},
	{"Match = bios-version version lenovo < \"N1EET95W (1.68 )\"", "bios-version",
	 "N1EET79W (1.52 )", REASON_NONE},
	{"Match = bios-version version lenovo < \"N1EET95W (1.68 )\"", "bios-version",
	 "N2HET70W (1.53 )", REASON_UNPARSABLE},
	{"Match = bios-version version hp < \"F.0A\"", "bios-version", "F.09", REASON_NONE},
	{"Match = bios-version version number < \"3006\"", "bios-version", "0405", REASON_NONE},
	{"Match = bios-version version gigabyte < \"F10\"", "bios-version", "F9", REASON_NONE},
	{"Match = bios-version version apple < \"428.0.0.0.0\"", "bios-version", "170.0.0.0.0",
	 REASON_NONE},
	{"Match = bios-version version surface < \"394.779.768\"", "bios-version", "390.2279.768",
	 REASON_NONE},
	{"Match = bios-version version debian < \"2025.02-8+deb13u1\"", "bios-version", "2024.11-5",
	 REASON_NONE},
	{"Match = bios-version version debian < \"2025.02-8+deb13u1\"", "bios-version",
	 "2026.08+ds-2", REASON_DIFFERS},
};

static const struct one roles[] = {
	{"Introduced = bios-version version debian \"2025.02-1\"", "bios-version",
	 "2025.02-8+deb13u1", REASON_NONE},
	{"Introduced = bios-version version debian \"2025.02-1\"", "bios-version", "2025.02-1",
	 REASON_NONE},
	{"Introduced = bios-version version debian \"2025.02-1\"", "bios-version", "2022.11-6",
	 REASON_BEFORE_INTRODUCED},
	{"Introduced = bios-version version dotted \"1.0\"", "bios-version", NULL,
	 REASON_FIELD_ABSENT},
	{"Introduced = bios-version version dotted \"1.0\"", "bios-version", "what",
	 REASON_UNPARSABLE},
	{"Introduced = bios-date date 2020-01-01", "bios-date", "12/31/2019",
	 REASON_BEFORE_INTRODUCED},
	{"Fixed = bios-version version debian \"2025.05-1\"", "bios-version", "2025.02-8+deb13u1",
	 REASON_NONE},
	{"Fixed = bios-version version debian \"2025.05-1\"", "bios-version", "2025.05-1",
	 REASON_SINCE_FIXED},
	{"Fixed = bios-version version debian \"2025.05-1\"", "bios-version", NULL,
	 REASON_FIELD_ABSENT},
	{"Fixed = bios-version version debian \"2025.05-1\"", "bios-version", "Default string",
	 REASON_PLACEHOLDER},
	{"Fixed = bios-version version dotted \"1.0\"", "bios-version", "what", REASON_UNPARSABLE},
	{"Fixed = bios-date date 2024-01-01", "bios-date", "01/02/2024", REASON_SINCE_FIXED},
	{"Fixed = bios-date date 2024-01-01", "bios-date", "12/31/2023", REASON_NONE},
	{"Known-good = bios-version \"1.2.5\"", "bios-version", "1.2.5", REASON_KNOWN_GOOD},
	{"Known-good = bios-version \"1.2.5\"", "bios-version", "1.2.4", REASON_NONE},
	{"Known-good = bios-version \"1.2.5\"", "bios-version", NULL, REASON_NONE},
	{"Known-good = bios-version \"1.2.5\"", "bios-version", "Default string", REASON_NONE},
	{"Known-good = bios-version any-of \"1\" \"2\"", "bios-version", "2", REASON_KNOWN_GOOD},
};

static unsigned candidates(const struct table *table, const struct identity *identity)
{
	struct match_cursor cursor;
	struct table_rule rule;
	unsigned n = 0;

	match_begin(table, identity, &cursor);
	while (match_candidate_next(table, identity, &cursor, &rule))
		n++;
	return n;
}

static void assert_one(const struct one *one)
{
	const char *lines[] = {NULL, NULL};
	struct identity identity;
	struct table_rule rule;
	struct ruled ruled;
	struct match match;
	char text[256];

	snprintf(text, sizeof(text), "Match = board-name \"key\"\n%s", one->line);
	lines[0] = text;
	ruled_of_lines(&ruled, lines);
	identity_clear(&identity);
	machine_set(&identity, "board-name", "key");
	if (one->value)
		machine_set(&identity, one->field, one->value);
	table_rule_at(&ruled.table, 0, &rule);
	match_rule(&ruled.table, &rule, &identity, &match);
	if (match.reason != one->reason)
		fail_msg("%s on \"%s\": %s, expected %s", one->line, one->value ? one->value : "",
			 reason_name(match.reason), reason_name(one->reason));
	assert_int_equal(match.matched, one->reason == REASON_NONE);
	assert_int_equal(match.rule_id, 1);
	assert_int_equal(match.condition, one->reason ? 1 : 0);
	if (one->reason)
		assert_string_equal(field_name(match.field), one->field);
	if (match.matched)
		assert_int_equal(candidates(&ruled.table, &identity), 1);
	ruled_free(&ruled);
}

#define ASSERT_ALL(list)                                              \
	for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++) \
	assert_one(&(list)[i])

static void text_operators(void **state)
{
	(void)state;
	ASSERT_ALL(texts);
}

static void numbers_and_dates(void **state)
{
	(void)state;
	ASSERT_ALL(numbers);
}

static void every_version_scheme(void **state)
{
	(void)state;
	ASSERT_ALL(versions);
}

static void every_role(void **state)
{
	(void)state;
	ASSERT_ALL(roles);
}

/* Conditions are looked at as written: the first that fails is the reason, the key included. */
static void first_failing_condition_is_the_reason(void **state)
{
	static const char *const lines[] = {"Match = sys-vendor \"A\"\nMatch = product-name "
					    "\"B\"\nMatch = board-name not \"C\"",
					    NULL};
	struct identity identity;
	struct table_rule rule;
	struct ruled ruled;
	struct match match;

	(void)state;
	ruled_of_lines(&ruled, lines);
	table_rule_at(&ruled.table, 0, &rule);
	identity_clear(&identity);
	machine_set(&identity, "sys-vendor", "A");
	machine_set(&identity, "product-name", "X");
	machine_set(&identity, "board-name", "C");
	match_rule(&ruled.table, &rule, &identity, &match);
	assert_int_equal(match.reason, REASON_DIFFERS);
	assert_int_equal(match.condition, 1);
	machine_set(&identity, "product-name", "B");
	match_rule(&ruled.table, &rule, &identity, &match);
	assert_int_equal(match.reason, REASON_EXCLUDED);
	assert_int_equal(match.condition, 2);
	ruled_free(&ruled);
}

/* Several values of one key that hit at once, and values that are one in normal form. */
static void candidate_comes_once(void **state)
{
	static const char *const lines[] = {
		"Match = product-name any-of prefix \"20KN\" \"2\" \"20K\" \"20k\" \"20KNX\"",
		"Match = product-name any-of \"20KNX\" \"20knx\" \" 20KNX\"",
		"Match = product-name any-of prefix \"9\" \"20\"", "Match = product-name \"20KN\"",
		NULL};
	struct identity identity;
	struct ruled ruled;

	(void)state;
	ruled_of_lines(&ruled, lines);
	identity_clear(&identity);
	machine_set(&identity, "product-name", "20KNX");
	assert_int_equal(candidates(&ruled.table, &identity), 3);
	machine_set(&identity, "product-name", "20KN");
	assert_int_equal(candidates(&ruled.table, &identity), 3);
	machine_set(&identity, "product-name", "Default string");
	assert_int_equal(candidates(&ruled.table, &identity), 0);
	ruled_free(&ruled);
}

/* Of a prefix longer than a hash goes, the rest is compared too. */
static void long_prefixes(void **state)
{
#define TEN     "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN
	static const char *const lines[] = {"Match = product-name any-of prefix \"" SEVENTY
					    "x\" \"" SEVENTY "y\"",
					    "Match = product-name prefix \"" SEVENTY "yy\"", NULL};
	struct identity identity;
	struct ruled ruled;

	(void)state;
	ruled_of_lines(&ruled, lines);
	identity_clear(&identity);
	machine_set(&identity, "product-name", SEVENTY "yyz");
	assert_int_equal(candidates(&ruled.table, &identity), 2);
	machine_set(&identity, "product-name", SEVENTY "yz");
	assert_int_equal(candidates(&ruled.table, &identity), 1);
	machine_set(&identity, "product-name", SEVENTY "z");
	assert_int_equal(candidates(&ruled.table, &identity), 0);
	ruled_free(&ruled);
}

static void compare_sets(unsigned first_seed, unsigned n_sets, size_t n_rules, unsigned n_machines)
{
	for (unsigned seed = first_seed; seed < first_seed + n_sets; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct generated_machine machine;
		struct rule_set set;
		struct ruled ruled;

		generate_rules(&chooser, n_rules ? n_rules : seed % 50, &set);
		ruled_of_set(&ruled, set);
		for (unsigned i = 0; i < n_machines; i++) {
			const char *problem;

			generate_machine(&chooser, &machine);
			problem = oracle_compare(&ruled.set, &ruled.table, &machine.identity);
			if (problem)
				fail_msg("seed %u machine %u: %s", seed, i, problem);
		}
		ruled_free(&ruled);
	}
}

static void small_sets_agree_with_oracle(void **state)
{
	(void)state;
	compare_sets(1, 300, 0, 20);
}

static void large_set_agrees_with_oracle(void **state)
{
	(void)state;
	compare_sets(1000, 1, 3000, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_operators),
		cmocka_unit_test(numbers_and_dates),
		cmocka_unit_test(every_version_scheme),
		cmocka_unit_test(every_role),
		cmocka_unit_test(first_failing_condition_is_the_reason),
		cmocka_unit_test(candidate_comes_once),
		cmocka_unit_test(long_prefixes),
		cmocka_unit_test(small_sets_agree_with_oracle),
		cmocka_unit_test(large_set_agrees_with_oracle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
