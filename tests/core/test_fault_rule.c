/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_fault_rule.c - the words of fault-fixup: each, each refusal, and what they mean for protection */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fwquirk/fault_rule.h>

static const struct {
	const char *words;
	struct fault_rule rule;
	bool loosens;
} good[] = {
	{"map", {.map = true, .budget = FAULT_BUDGET_DEFAULT}, false},
	{"write", {.write = true, .budget = FAULT_BUDGET_DEFAULT}, false},
	{"exec", {.exec = true, .budget = FAULT_BUDGET_DEFAULT}, true},
	{"wx", {.exec = true, .wx = true, .budget = FAULT_BUDGET_DEFAULT}, true},
	{"map rearm", {.map = true, .rearm = true, .budget = FAULT_BUDGET_DEFAULT}, false},
	{"budget=1 write map", {.map = true, .write = true, .budget = 1}, false},
	{"  map\twrite exec wx rearm budget=1000000 ",
	 {.map = true, .write = true, .exec = true, .wx = true, .rearm = true, .budget = 1000000},
	 true},
	{"map budget=0x10", {.map = true, .budget = 16}, false},
};

static const char *const bad[] = {
	"",
	" ",
	"rearm",
	"budget=5",
	"map map",
	"mapp",
	"ma",
	"MAP",
	"map,write",
	"map budget=",
	"map budget",
	"map budget=0",
	"map budget=-1",
	"map budget=1000001",
	"map budget=5 budget=6",
	"map budget=5x",
	"map budget=18446744073709551616",
	"map\0write",
};

static void words_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct fault_rule rule;

		assert_int_equal(fault_rule_read(text_of(good[i].words), &rule), STATUS_OK);
		assert_int_equal(rule.map, good[i].rule.map);
		assert_int_equal(rule.write, good[i].rule.write);
		assert_int_equal(rule.exec, good[i].rule.exec);
		assert_int_equal(rule.wx, good[i].rule.wx);
		assert_int_equal(rule.rearm, good[i].rule.rearm);
		assert_int_equal(rule.budget, good[i].rule.budget);
		assert_int_equal(fault_rule_loosens(text_of(good[i].words)), good[i].loosens);
	}
}

static void refused_and_untouched(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fault_rule rule = {.budget = 77};
		struct text words = text_of(bad[i]);

		if (i + 1 == sizeof(bad) / sizeof(bad[0]))
			words.size = 9;
		assert_int_equal(fault_rule_read(words, &rule), STATUS_MALFORMED);
		assert_int_equal(rule.budget, 77);
		/* What cannot be read is held to be the worst. */
		assert_true(fault_rule_loosens(words));
	}
}

static struct fault_rule joined(const char *a, const char *b)
{
	struct fault_rule first, second;

	assert_int_equal(fault_rule_read(text_of(a), &first), STATUS_OK);
	assert_int_equal(fault_rule_read(text_of(b), &second), STATUS_OK);
	return fault_rule_join(&first, &second);
}

static void two_rules_want_what_either_wants(void **state)
{
	struct fault_rule rule = joined("map rearm budget=2", "write");

	(void)state;
	assert_true(rule.map && rule.write);
	assert_false(rule.exec || rule.wx);
	/* The other one's repair is for good. */
	assert_false(rule.rearm);
	assert_int_equal(rule.budget, FAULT_BUDGET_DEFAULT);
	rule = joined("exec rearm budget=9", "map rearm budget=5");
	assert_true(rule.map && rule.exec && rule.rearm);
	assert_false(rule.write || rule.wx);
	assert_int_equal(rule.budget, 9);
	rule = joined("write", "map wx");
	assert_true(rule.map && rule.write && rule.exec && rule.wx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read),
		cmocka_unit_test(refused_and_untouched),
		cmocka_unit_test(two_rules_want_what_either_wants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
