/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_table.c - a table written by hand reads as it should, and words of a newer table are kept
 * without being understood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/match.h>
#include <fwquirk/plan.h>
#include <fwquirk/table.h>

#include "support/hand_table.h"

static uint8_t bytes[TABLE_PARTS_ROOM];

static enum status open_parts(const struct table_parts *parts, struct table *ret_table)
{
	enum status status = table_open(span_of(bytes, table_parts_write(parts, bytes)), ret_table);

	return status ? status : table_check(ret_table);
}

static void assert_text(struct text text, const char *expected)
{
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.at, expected, text.size);
}

static void assert_value(const struct table *table, struct span *values, const char *expected)
{
	struct text value;

	assert_true(table_condition_value(table, values, &value));
	assert_text(value, expected);
}

static void assert_first_rule(const struct table *table, struct table_rule *rule)
{
	struct rule_workaround workaround;
	struct condition condition;
	struct rule_probe probe;

	assert_int_equal(rule->id, 1);
	assert_int_equal(rule->mode, MODE_ARM);
	assert_int_equal(rule->confidence, CONFIDENCE_ROOT_CAUSED);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.field, FIELD_PRODUCT_NAME);
	assert_true(condition.is_key && !condition.is_unknown && !condition.negated);
	assert_value(table, &condition.values, "X1");
	assert_int_equal(condition.values.size, 0);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.op, OPERATOR_PREFIX);
	assert_int_equal(condition.n_values, 2);
	assert_value(table, &condition.values, "Acme");
	assert_value(table, &condition.values, "B");
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.role, ROLE_FIXED);
	assert_true(condition.has_low && condition.low_included && !condition.has_high);
	assert_text(condition.low_version, "1.2");
	assert_false(table_condition_next(table, &rule->conditions, &condition));
	assert_true(table_probe_next(table, &rule->probes, &probe));
	assert_int_equal(probe.probe, PROBE_FREE_READONLY_FAULTS);
	assert_true(probe.wanted);
	assert_false(table_probe_next(table, &rule->probes, &probe));
	assert_true(table_workaround_next(table, &rule->workarounds, &workaround));
	assert_int_equal(workaround.workaround, WORKAROUND_FREE_WRITABLE);
	assert_false(table_workaround_next(table, &rule->workarounds, &workaround));
}

static void assert_second_rule(const struct table *table, struct table_rule *rule)
{
	struct rule_workaround workaround;
	struct condition condition;

	assert_int_equal(rule->id, 5);
	assert_int_equal(rule->at, 1);
	assert_int_equal(rule->mode, MODE_OBSERVE);
	assert_int_equal(rule->confidence, CONFIDENCE_REPRODUCED);
	assert_int_equal(rule->probes.size, 0);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_true(condition.is_key);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.low_date, 20200101);
	assert_int_equal(condition.high_date, 20211230);
	assert_true(condition.low_included && !condition.high_included);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.mask, 0xff);
	assert_int_equal(condition.masked_value, 0x0a);
	assert_false(table_condition_next(table, &rule->conditions, &condition));
	assert_true(table_workaround_next(table, &rule->workarounds, &workaround));
	assert_int_equal(workaround.workaround, WORKAROUND_RESERVE);
	assert_int_equal(workaround.parameter.a, 0x1000);
	assert_int_equal(workaround.parameter.b, 0x1010);
}

static void hand_made_table_reads(void **state)
{
	struct table_parts parts;
	struct table_rule rule;
	struct table table;
	uint32_t cursor = 0;

	(void)state;
	hand_table(&parts);
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	assert_int_equal(table.n_rules, 2);
	assert_true(table_next(&table, &cursor, &rule));
	assert_first_rule(&table, &rule);
	assert_true(table_next(&table, &cursor, &rule));
	assert_second_rule(&table, &rule);
	assert_false(table_next(&table, &cursor, &rule));
	table_rule_at(&table, 2, &rule);
	assert_int_equal(rule.id, 0);
}

static void empty_table_opens(void **state)
{
	struct table_parts parts;
	struct table_rule rule;
	struct table table;
	uint32_t cursor = 0;

	(void)state;
	hand_table_empty(&parts);
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	assert_false(table_next(&table, &cursor, &rule));
}

/* Opens the hand-made table with some bytes of one section replaced and gives a rule of it. */
static void open_newer(struct table_parts *parts, struct table *table, uint32_t at,
		       struct table_rule *rule)
{
	assert_int_equal(open_parts(parts, table), STATUS_OK);
	table_rule_at(table, at, rule);
}

static void assert_unknown_condition(struct table_parts *parts, uint32_t at, unsigned nth)
{
	struct condition condition;
	struct identity identity;
	struct table_rule rule;
	struct table table;
	struct match match;
	struct conditions cursor;

	open_newer(parts, &table, at, &rule);
	cursor = rule.conditions;
	for (unsigned i = 0; i <= nth; i++)
		assert_true(table_condition_next(&table, &cursor, &condition));
	assert_true(condition.is_unknown);
	identity_clear(&identity);
	assert_int_equal(match_condition(&table, &condition, &identity), REASON_UNKNOWN_TAG);
	match_rule(&table, &rule, &identity, &match);
	assert_false(match.matched);
}

static void unknown_conditions_are_kept_and_never_match(void **state)
{
	struct table_parts parts;
	struct table table;

	(void)state;
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16 + 1] = OPERATOR_COUNT;
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[35] = 2; /* bytes that follow */
	assert_unknown_condition(&parts, 1, 2);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16 + 2] = 0xf7; /* whatever that means */
	assert_unknown_condition(&parts, 1, 2);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[35] = 3;
	assert_int_equal(open_parts(&parts, &table), STATUS_MALFORMED);

	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16] = FIELD_COUNT;
	assert_unknown_condition(&parts, 1, 2);
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[8 + 3] = 0xff; /* scheme */
	assert_unknown_condition(&parts, 0, 2);
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[20] = 0xff; /* field of a key */
	assert_unknown_condition(&parts, 1, 0);
}

static void unknown_actions_are_kept(void **state)
{
	struct rule_workaround workaround;
	struct table_parts parts;
	struct rule_probe probe;
	struct table_rule rule;
	struct table table;

	(void)state;
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[24] = WORKAROUND_COUNT;
	open_newer(&parts, &table, 1, &rule);
	assert_true(table_workaround_next(&table, &rule.workarounds, &workaround));
	assert_int_equal(workaround.workaround, WORKAROUND_COUNT);
	assert_false(table_workaround_next(&table, &rule.workarounds, &workaround));

	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[6] = PROBE_COUNT << 1;
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[4] = MODE_COUNT | 7 << 2;
	open_newer(&parts, &table, 0, &rule);
	assert_true(table_probe_next(&table, &rule.probes, &probe));
	assert_int_equal(probe.probe, PROBE_COUNT);
	assert_false(probe.wanted);
	assert_int_equal(rule.mode, MODE_OBSERVE);
	assert_int_equal(rule.confidence, 7);

	hand_table(&parts);
	table_parts_add(&parts, 0x41525458, "whatever", 8);
	open_newer(&parts, &table, 1, &rule);
	assert_second_rule(&table, &rule);
}

/* What became of the rule at a place on a machine that both rules match. */
static struct plan_rule decided(struct table_parts *parts, uint32_t at)
{
	struct probe_vector probes = {.answer = {[PROBE_FREE_READONLY_FAULTS] = PROBE_ANSWER_YES}};
	struct policy policy = {.implemented = UINT32_MAX, .allow_loosen = true};
	struct identity identity;
	struct table table;
	struct plan plan;

	identity_clear(&identity);
	identity_set_text(&identity, FIELD_PRODUCT_NAME, text_of("X1"));
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_of("Acme Corp"));
	identity_set_text(&identity, FIELD_BIOS_VERSION, text_of("1.1"));
	identity_set_text(&identity, FIELD_BOARD_NAME, text_of("Z1"));
	identity_set_text(&identity, FIELD_BIOS_DATE, text_of("01/01/2020"));
	identity_set_text(&identity, FIELD_CPU_ID, text_of("0x10a"));
	assert_int_equal(open_parts(parts, &table), STATUS_OK);
	plan_consider(&plan, &table, &identity);
	assert_true(plan_probes_wanted(&plan, &table) < 1ull << PROBE_COUNT);
	plan_decide(&plan, &table, &probes, &policy);
	assert_int_equal(plan.n_rules, 2);
	return plan.rule[at];
}

static void unknown_actions_are_never_applied(void **state)
{
	struct table_parts parts;

	(void)state;
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[22] = MODE_ARM;
	assert_int_equal(decided(&parts, 0).verdict, VERDICT_APPLIED);
	assert_int_equal(decided(&parts, 1).verdict, VERDICT_APPLIED);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[24] = WORKAROUND_COUNT;
	assert_int_equal(decided(&parts, 1).verdict, VERDICT_REFUSED);
	assert_int_equal(decided(&parts, 1).reason, REASON_NOT_IMPLEMENTED);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[22] = MODE_COUNT;
	assert_int_equal(decided(&parts, 1).reason, REASON_MODE_OBSERVE);
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[6] = PROBE_COUNT << 1;
	assert_int_equal(decided(&parts, 0).verdict, VERDICT_UNKNOWN_PROBE);
	assert_int_equal(decided(&parts, 0).detail_probe, PROBE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hand_made_table_reads),
		cmocka_unit_test(empty_table_opens),
		cmocka_unit_test(unknown_conditions_are_kept_and_never_match),
		cmocka_unit_test(unknown_actions_are_kept),
		cmocka_unit_test(unknown_actions_are_never_applied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
