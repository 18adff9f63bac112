/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_switches.c - every word, every way to get one wrong, what reduces wins, OEM strings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/switches.h>

static void words_are_known_in_any_case(void **state)
{
	static const struct {
		const char *word;
		enum switch_word expected;
		uint32_t rule_id;
	} cases[] = {
		{"off", SWITCH_OFF, 77},
		{"OFF", SWITCH_OFF, 77},
		{"observe", SWITCH_OBSERVE, 77},
		{"Loosen", SWITCH_LOOSEN, 77},
		{"+FWQ-0001", SWITCH_RULE_ON, 1},
		{"-FWQ-0001", SWITCH_RULE_OFF, 1},
		{"-fwq-1", SWITCH_RULE_OFF, 1},
		{"+fwq-4294967295", SWITCH_RULE_ON, 4294967295u},
		{"+fwq-4294967296", SWITCH_UNKNOWN, 77},
		{"+fwq-99999999999999999999999", SWITCH_UNKNOWN, 77},
		{"", SWITCH_UNKNOWN, 77},
		{"of", SWITCH_UNKNOWN, 77},
		{"offf", SWITCH_UNKNOWN, 77},
		{"-off", SWITCH_UNKNOWN, 77},
		{"+", SWITCH_UNKNOWN, 77},
		{"-", SWITCH_UNKNOWN, 77},
		{"+FWQ-", SWITCH_UNKNOWN, 77},
		{"+FWQ-0x1", SWITCH_UNKNOWN, 77},
		{"+FWQ-1a", SWITCH_UNKNOWN, 77},
		{"+FWR-0001", SWITCH_UNKNOWN, 77},
		{"FWQ-0001", SWITCH_UNKNOWN, 77},
		{"=FWQ-0001", SWITCH_UNKNOWN, 77},
		{"+0001", SWITCH_UNKNOWN, 77},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t rule_id = 77;

		assert_int_equal(switches_word(text_of(cases[i].word), &rule_id),
				 cases[i].expected);
		assert_int_equal(rule_id, cases[i].rule_id);
	}
	assert_int_equal(switches_word(text_of("+FWQ-0"), &(uint32_t){0}), SWITCH_UNKNOWN);
}

static void words_stand_between_blanks_and_commas(void **state)
{
	struct text rest = text_of(" ,off,,\t observe +FWQ-0002 ,");
	enum switch_word word = SWITCH_UNKNOWN;
	uint32_t rule_id = 0;
	(void)state;

	assert_true(switches_next(&rest, &word, &rule_id));
	assert_int_equal(word, SWITCH_OFF);
	assert_true(switches_next(&rest, &word, &rule_id));
	assert_int_equal(word, SWITCH_OBSERVE);
	assert_true(switches_next(&rest, &word, &rule_id));
	assert_int_equal(word, SWITCH_RULE_ON);
	assert_int_equal(rule_id, 2);
	assert_false(switches_next(&rest, &word, &rule_id));
}

static uint8_t add(struct policy *policy, const char *words)
{
	return switches_add(policy, text_of(words));
}

static void sources_add_up_in_any_order(void **state)
{
	static const char *const said[] = {"-FWQ-0001", "+FWQ-0001 +FWQ-0002", "observe loosen"};
	(void)state;

	for (unsigned order = 0; order < 6; order++) {
		static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
						     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
		struct policy policy = {.implemented = 5};

		for (unsigned i = 0; i < 3; i++)
			add(&policy, said[orders[order][i]]);
		assert_false(policy.off);
		assert_true(policy.observe);
		assert_true(policy.allow_loosen);
		assert_int_equal(policy.implemented, 5);
		assert_int_equal(policy.n_rules, 2);
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(policy.rule[i].is_on, policy.rule[i].rule_id == 2);
	}
}

static void outcome_tells_what_became_of_words(void **state)
{
	struct policy policy = {.off = false};
	(void)state;

	assert_int_equal(add(&policy, ""), 0);
	assert_int_equal(add(&policy, "observe -FWQ-0001"), 0);
	assert_int_equal(add(&policy, "obsrve"), SWITCH_HAS_UNKNOWN);
	assert_int_equal(add(&policy, "+FWQ-0002"), SWITCH_ASKS_MORE);
	assert_int_equal(add(&policy, "loosen typo"), SWITCH_ASKS_MORE | SWITCH_HAS_UNKNOWN);
	assert_false(policy.off);
}

/* A -ID that is lost would leave on what somebody wants off. */
static void too_many_rules_are_off(void **state)
{
	struct policy policy = {.off = false};
	char word[32];
	(void)state;

	for (unsigned i = 1; i <= POLICY_MAX_RULES; i++) {
		snprintf(word, sizeof(word), "-FWQ-%04u", i);
		assert_int_equal(add(&policy, word), 0);
	}
	assert_int_equal(add(&policy, "-FWQ-0001"), 0);
	assert_false(policy.off);
	assert_int_equal(add(&policy, "-FWQ-9999"), SWITCH_HAS_TOO_MUCH);
	assert_true(policy.off);
	assert_int_equal(policy.n_rules, POLICY_MAX_RULES);
}

static void restricted_is_only_what_reduces(void **state)
{
	struct policy policy = {.implemented = 9};
	(void)state;

	add(&policy, "+FWQ-0001 -FWQ-0002 loosen observe +FWQ-0003 -FWQ-0004");
	switches_restrict(&policy);
	assert_false(policy.allow_loosen);
	assert_true(policy.observe);
	assert_int_equal(policy.implemented, 9);
	assert_int_equal(policy.n_rules, 2);
	assert_int_equal(policy.rule[0].rule_id, 2);
	assert_int_equal(policy.rule[1].rule_id, 4);
	assert_false(policy.rule[0].is_on || policy.rule[1].is_on);
}

/* Type 0, type 11 with four strings, one of them ours; type 11 with one; end of table. */
static const uint8_t table[] = "\x00\x04\x01\x00"
			       "fwquirk=of type 0\0\0"
			       "\x0b\x05\x02\x00\x04"
			       "x\0fwquirk=off, -FWQ-0001\0Fwquirk\0 FWQUIRK=\0\0"
			       "\x0b\x05\x03\x00\x01"
			       "fwquirk=observe\0\0"
			       "\x0b\x05\x04\x00\x00\0\0"
			       "\x7f\x04\x05\x00\0\0"
			       "\x0b\x05\x06\x00\x01"
			       "fwquirk=behind\0\0";

static void oem_strings_of_every_type_11(void **state)
{
	struct switches_oem oem = {.walk = smbios_walk_begin(span_of(table, sizeof(table) - 1))};
	struct text found;
	(void)state;

	assert_true(switches_oem_next(&oem, &found));
	assert_true(text_is_same(found, text_of("off, -FWQ-0001")));
	assert_true(switches_oem_next(&oem, &found));
	assert_int_equal(found.size, 0);
	assert_true(switches_oem_next(&oem, &found));
	assert_true(text_is_same(found, text_of("observe")));
	assert_false(switches_oem_next(&oem, &found));
	assert_false(switches_oem_next(&oem, &found));
}

static void variable_is_ascii_or_ucs2(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *expected;
	} cases[] = {
		{"off", 3, "off"},
		{"off\0x", 5, "off"},
		{"o\0f\0f\0", 6, "off"},
		{"o\0f\0f\0\0\0x\0", 10, "off"},
		{"o", 1, "o"},
		{"", 0, ""},
		{"\0\0", 2, ""},
		{"a\xff", 2, "a?"},
		{"-fwq-1234567", 12, "-fwq-123"},
	};
	char room[8];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(text_is_same(
			switches_variable_text(span_of(cases[i].bytes, cases[i].size), room, 8),
			text_of(cases[i].expected)));
}

static void sources_have_names(void **state)
{
	(void)state;
	assert_string_equal(switch_source_name(SWITCH_SOURCE_OPTIONS), "load-options");
	assert_string_equal(switch_source_name(SWITCH_SOURCE_VARIABLE), "variable");
	assert_string_equal(switch_source_name(SWITCH_SOURCE_SMBIOS), "smbios");
	assert_string_equal(switch_source_name(0), "?");
	assert_string_equal(switch_source_name(4), "?");
	assert_string_equal(switch_source_name(255), "?");
}

static void a_table_cut_anywhere_ends(void **state)
{
	(void)state;

	for (size_t n = 0; n < sizeof(table); n++) {
		struct switches_oem oem = {.walk = smbios_walk_begin(span_of(table, n))};
		struct text found;
		unsigned n_found = 0;

		while (switches_oem_next(&oem, &found))
			n_found++;
		assert_true(n_found <= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_known_in_any_case),
		cmocka_unit_test(words_stand_between_blanks_and_commas),
		cmocka_unit_test(sources_add_up_in_any_order),
		cmocka_unit_test(outcome_tells_what_became_of_words),
		cmocka_unit_test(too_many_rules_are_off),
		cmocka_unit_test(restricted_is_only_what_reduces),
		cmocka_unit_test(oem_strings_of_every_type_11),
		cmocka_unit_test(variable_is_ascii_or_ucs2),
		cmocka_unit_test(sources_have_names),
		cmocka_unit_test(a_table_cut_anywhere_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
