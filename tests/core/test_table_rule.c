/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_table_rule.c - tables whose checksum is right and whose inside is not, used without table_check,
 * as firmware does: a rule that is not well made never matches, the others are as they were.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/plan.h>

#include "support/hand_table.h"

static uint8_t bytes[TABLE_PARTS_ROOM];

/* A machine that both rules of the table match. */
static void both(struct identity *identity)
{
	identity_clear(identity);
	identity_set_text(identity, FIELD_PRODUCT_NAME, text_of("X1"));
	identity_set_text(identity, FIELD_SYS_VENDOR, text_of("Acme Corp"));
	identity_set_text(identity, FIELD_BIOS_VERSION, text_of("1.1"));
	identity_set_text(identity, FIELD_BOARD_NAME, text_of("Z1"));
	identity_set_text(identity, FIELD_BIOS_DATE, text_of("01/01/2020"));
	identity_set_text(identity, FIELD_CPU_ID, text_of("0x10a"));
}

static void open_only(const struct table_parts *parts, struct table *ret_table)
{
	size_t size = table_parts_write(parts, bytes);

	assert_int_equal(table_open(span_of(bytes, size), ret_table), STATUS_OK);
}

static void consider(const struct table_parts *parts, struct plan *ret_plan)
{
	struct identity identity;
	struct table table;

	both(&identity);
	open_only(parts, &table);
	plan_consider(ret_plan, &table, &identity);
}

/* One byte of a section, and what becomes of the rules at places 0 and 1. */
static const struct damage {
	const char *name;
	uint32_t section;
	unsigned at;
	uint8_t value;
	enum reason reason[2];
} damages[] = {
	{"rule without a key", TABLE_SECTION_FORMS, 2, 0, {REASON_MALFORMED, 0}},
	{"rule with two keys", TABLE_SECTION_FORMS, 4 + 2, TABLE_FORM_KEY, {REASON_MALFORMED, 0}},
	{"reserved bits in actions", TABLE_SECTION_ACTIONS, 4, 0x20, {REASON_MALFORMED, 0}},
	{"probe cut short", TABLE_SECTION_ACTIONS, 5, 1, {REASON_MALFORMED, 0}},
	{"probe past its probes", TABLE_SECTION_ACTIONS, 7, 1, {REASON_MALFORMED, 0}},
	{"workaround past its actions", TABLE_SECTION_ACTIONS, 9, 1, {REASON_MALFORMED, 0}},
	{"record past its section",
	 TABLE_SECTION_RULES,
	 0,
	 100,
	 {REASON_MALFORMED, REASON_MALFORMED}},
	{"form that is not there", TABLE_SECTION_SHAPES, 5, 6, {REASON_MALFORMED, 0}},
	{"string past the strings", TABLE_SECTION_RULES, 6, 5 << 1, {REASON_MALFORMED, 0}},
	{"text past its record", TABLE_SECTION_RULES, 9, 4 << 1 | 1, {REASON_MALFORMED, 0}},
	{"text shorter than its bytes", TABLE_SECTION_RULES, 3, 1 << 1 | 1, {REASON_DIFFERS, 0}},
	{"actions past their record", TABLE_SECTION_RULES, 21, 100, {0, REASON_MALFORMED}},
	{"range cut short", TABLE_SECTION_RULES, 25, 2, {0, REASON_MALFORMED}},
	{"month 0", TABLE_SECTION_RULES, 31, 0x01, {0, REASON_MALFORMED}},
	{"number past its record", TABLE_SECTION_RULES, 37, 0x80, {0, REASON_MALFORMED}},
	{"block past the records",
	 TABLE_SECTION_BLOCKS,
	 0,
	 0x80,
	 {REASON_MALFORMED, REASON_MALFORMED}},
	/* What says nothing about a rule does not stop it. */
	{"key of a rule that is not there", TABLE_SECTION_KEYS, 4, 0xff, {0, 0}},
	{"keys that end past all", TABLE_SECTION_KEYS, 0, 3 << 2, {0, 0}},
	{"keys that begin behind their end", TABLE_SECTION_KEYS, 0, 3 | 1 << 2, {0, 0}},
	{"length that no key has", TABLE_SECTION_FIELDS, 1, 0x7f, {0, 0}},
};

static void damaged_rules_never_match(void **state)
{
	struct table_parts parts;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		uint8_t *at;

		hand_table(&parts);
		at = &table_parts_find(&parts, damage->section)->at[damage->at];
		assert_int_not_equal(*at, damage->value);
		*at = damage->value;
		consider(&parts, &plan);
		assert_int_equal(plan.n_rules, 2);
		for (unsigned rule = 0; rule < 2; rule++) {
			enum reason reason = damage->reason[rule];

			assert_int_equal(plan.rule[rule].at, rule);
			if (plan.rule[rule].reason != reason)
				fail_msg("%s: rule %u: %s, not %s", damage->name, rule,
					 reason_name(plan.rule[rule].reason), reason_name(reason));
			assert_int_equal(plan.rule[rule].verdict,
					 reason ? VERDICT_NOT_APPLICABLE : VERDICT_MATCHED);
		}
	}
}

/* What all rules read through is looked at before any of them is. */
static void damaged_frames_do_not_open(void **state)
{
	static const struct {
		uint32_t section;
		unsigned at;
		uint8_t value;
	} frames[] = {
		{TABLE_SECTION_FORMS, 4 + 3, 0},          /* text condition without a value */
		{TABLE_SECTION_FORMS, 8 + 2, ROLE_FIXED}, /* version without an end */
		{TABLE_SECTION_FORMS, 12 + 2, 0},         /* date without an end */
		{TABLE_SECTION_ACTIONS, 1, 0x80},         /* shared actions by the billion */
		{TABLE_SECTION_SHAPES, 2, 5},             /* ends of five bytes */
		{TABLE_SECTION_SHAPES, 0, 0},             /* no shapes, and bytes of them */
	};
	struct table_parts parts;
	struct table table;

	(void)state;
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		hand_table(&parts);
		table_parts_find(&parts, frames[i].section)->at[frames[i].at] = frames[i].value;
		assert_int_equal(
			table_open(span_of(bytes, table_parts_write(&parts, bytes)), &table),
			STATUS_MALFORMED);
	}
}

/* FLDS with as many looks as a table may have, then one more. */
static void too_many_looks_do_not_open(void **state)
{
	static const uint8_t most[] = {FIELD_BIOS_VERSION,
				       0x80,
				       0x80,
				       0x01,
				       FIELD_PRODUCT_NAME,
				       0xff,
				       0xff,
				       0xff,
				       0xff,
				       0xff,
				       0xff,
				       0xff,
				       0xff,
				       0x7f};
	struct table_parts parts;
	struct table_part *fields;
	struct table table;

	(void)state;
	hand_table(&parts);
	fields = table_parts_find(&parts, TABLE_SECTION_FIELDS);
	memcpy(fields->at, most, sizeof(most));
	fields->size = sizeof(most);
	open_only(&parts, &table);
	fields->at[1]++;
	assert_int_equal(table_open(span_of(bytes, table_parts_write(&parts, bytes)), &table),
			 STATUS_MALFORMED);
}

/* A rule that does not fit says so; that its record is damaged further on makes no difference. */
static void what_differs_comes_first(void **state)
{
	struct table_parts parts;
	struct identity identity;
	struct table table;
	struct plan plan;

	(void)state;
	both(&identity);
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_of("Nobody"));
	hand_table(&parts);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[9] = 4 << 1 | 1;
	open_only(&parts, &table);
	plan_consider(&plan, &table, &identity);
	assert_int_equal(plan.rule[0].reason, REASON_DIFFERS);
	assert_int_equal(plan.rule[0].field, FIELD_SYS_VENDOR);
	assert_int_equal(plan.rule[0].detail, 1);
}

/* Keys out of order, several times the same: the plan has each rule once. */
static void rules_are_listed_once(void **state)
{
	struct table_part_keys keys;
	struct table_parts parts;
	struct plan plan;

	(void)state;
	hand_table(&parts);
	for (unsigned i = 0; i < 3; i++) {
		table_parts_add_key(&parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "X1", 1);
		table_parts_add_key(&parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "X1", 0);
	}
	table_parts_keys(&parts, &keys);
	for (unsigned i = 0; i < keys.n; i++) /* rules 0 1 0 1 ... */
		keys.rule[i] = i & 1;
	table_parts_set_keys(&parts, &keys);
	consider(&parts, &plan);
	assert_int_equal(plan.n_rules, 2);
	assert_int_equal(plan.n_not_listed, 0);
	assert_int_equal(plan.rule[0].rule_id, 1);
	assert_int_equal(plan.rule[1].rule_id, 5);
}

/* Conditions without end: more than a rule may have, all of which hold. */
static void too_many_conditions_never_match(void **state)
{
	static const uint8_t key[] = {1 << 1, 1, 2 << 1 | 1, 'X', '1'},
			     masked[] = {0xff, 0x01, 0x0a};
	struct table_parts parts;
	struct table_part *rules, *shapes;
	struct table_rule rule;
	struct identity identity;
	struct match match;
	struct table table;

	(void)state;
	both(&identity);
	for (unsigned n_more = RULE_MAX_CONDITIONS - 1; n_more <= RULE_MAX_CONDITIONS; n_more++) {
		hand_table(&parts);
		shapes = table_parts_find(&parts, TABLE_SECTION_SHAPES);
		memcpy(shapes->at,
		       (uint8_t[]){1, 0, 2, (uint8_t)(1 + n_more), (1 + n_more) >> 8, 0}, 6);
		memset(shapes->at + 6, 4, n_more);
		shapes->size = 6 + n_more;
		rules = table_parts_find(&parts, TABLE_SECTION_RULES);
		rules->size = 2 + sizeof(key);
		memcpy(rules->at + 2, key, sizeof(key));
		for (unsigned i = 0; i < n_more; i++) {
			memcpy(rules->at + rules->size, masked, sizeof(masked));
			rules->size += sizeof(masked);
		}
		rules->at[0] = (uint8_t)((rules->size - 2) | 0x80);
		rules->at[1] = (uint8_t)((rules->size - 2) >> 7);
		table_parts_find(&parts, TABLE_SECTION_BLOCKS)
			->size++; /* RULE has 2-byte offsets */
		open_only(&parts, &table);
		table_rule_at(&table, 0, &rule);
		match_rule(&table, &rule, &identity, &match);
		assert_int_equal(match.reason,
				 n_more == RULE_MAX_CONDITIONS ? REASON_MALFORMED : REASON_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_rules_never_match),
		cmocka_unit_test(damaged_frames_do_not_open),
		cmocka_unit_test(too_many_looks_do_not_open),
		cmocka_unit_test(what_differs_comes_first),
		cmocka_unit_test(rules_are_listed_once),
		cmocka_unit_test(too_many_conditions_never_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
