/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_table.c - three properties: whatever opens, given a good checksum, is matched and planned without
 * leaving the table and without trusting a rule that is not well made; whatever table_check passes reads
 * without a failure; and rules that are packed decide as the oracle does. The first byte chooses between
 * bytes as a table, damage to a packed table, and rules.
 */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/plan.h>

#include "support/match_oracle.h"
#include "support/rule_generator.h"
#include "support/ruled.h"
#include "support/table_parts.h"

#define MAX_TABLE 65536u

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void must_be_inside(const struct table *table, const void *at_, size_t size)
{
	const uint8_t *at = at_;

	must(!size || (at >= table->bytes.at && at + size <= table->bytes.at + table->bytes.size));
}

static void walk_condition(const struct table *table, struct condition *condition)
{
	unsigned n_values = 0;
	struct text value;

	must_be_inside(table, condition->low_version.at, condition->low_version.size);
	must_be_inside(table, condition->high_version.at, condition->high_version.size);
	must_be_inside(table, condition->values.at, condition->values.size);
	if (condition->op >= OPERATOR_COUNT)
		return;
	for (; table_condition_value(table, &condition->values, &value); n_values++)
		must_be_inside(table, value.at, value.size);
	must(n_values == condition->n_values && !condition->values.size);
}

static void walk_rule(const struct table *table, struct table_rule *rule)
{
	struct rule_workaround workaround;
	struct condition condition;
	struct rule_probe probe;
	unsigned n_keys = 0;

	while (table_condition_next(table, &rule->conditions, &condition)) {
		n_keys += condition.is_key;
		walk_condition(table, &condition);
	}
	while (table_probe_next(table, &rule->probes, &probe))
		;
	while (table_workaround_next(table, &rule->workarounds, &workaround))
		must_be_inside(table, workaround.parameter.text.at, workaround.parameter.text.size);
	must(n_keys == 1);
	must(!rule->conditions.forms.size && !rule->conditions.payload.size);
	must(!rule->probes.size && !rule->workarounds.size);
}

static void walk(const struct table *table)
{
	struct table_rule rule;
	uint32_t cursor = 0, n_rules = 0, last_id = 0;

	for (; table_next(table, &cursor, &rule); n_rules++) {
		must(rule.id > last_id && rule.at == n_rules);
		last_id = rule.id;
		walk_rule(table, &rule);
	}
	must(n_rules == table->n_rules);
}

/* Rules are listed once each, in order; those that match are well made; planning comes to an end. */
static void plan_all(const struct table *table, const struct identity *identity)
{
	struct policy policy = {.implemented = UINT32_MAX, .allow_loosen = true};
	static const struct probe_vector probes;
	static struct plan plan;
	struct table_rule rule;

	plan_consider(&plan, table, identity);
	for (unsigned i = 0; i < plan.n_rules; i++) {
		must(!i || plan.rule[i].at > plan.rule[i - 1].at);
		table_rule_at(table, plan.rule[i].at, &rule);
		must(plan.rule[i].verdict != VERDICT_MATCHED || table_rule_check(table, &rule));
	}
	(void)plan_probes_wanted(&plan, table);
	plan_decide(&plan, table, &probes, &policy);
	for (unsigned i = 0; i < plan.n_rules; i++)
		must(plan.rule[i].verdict != VERDICT_MATCHED);
}

/* In a table that is well made candidates are exactly the rules whose key holds, once each. */
static void decide(const struct table *table, const struct identity *identity, bool is_checked)
{
	struct match_cursor cursor;
	static uint8_t is_given[MAX_TABLE];
	struct table_rule rule;
	struct match match;
	uint32_t at = 0;

	memset(is_given, 0, sizeof(is_given));
	match_begin(table, identity, &cursor);
	while (match_candidate_next(table, identity, &cursor, &rule)) {
		must(rule.at < table->n_rules);
		must(!is_checked || !is_given[rule.at]);
		is_given[rule.at] = 1;
	}
	while (table_next(table, &at, &rule)) {
		match_rule(table, &rule, identity, &match);
		must(!match.matched || is_given[rule.at] || !is_checked);
		must(!match.matched || table_rule_check(table, &rule));
	}
	plan_all(table, identity);
}

static void use(const uint8_t *bytes, size_t size, struct chooser *chooser)
{
	struct generated_machine machine;
	struct table table;
	bool is_checked;

	if (table_open(span_of(bytes, size), &table))
		return;
	is_checked = table_check(&table) == STATUS_OK;
	if (is_checked)
		walk(&table);
	generate_machine(chooser, &machine);
	decide(&table, &machine.identity, is_checked);
}

/* The bytes as they are behind a header that lets them through to the sections. */
static void arbitrary(const uint8_t *data, size_t size)
{
	static const uint8_t start[] = {'F', 'W', 'Q', 'T', TABLE_VERSION, 0, 0, 0};
	struct chooser chooser = chooser_of_bytes(data, size);
	uint8_t *bytes;

	if (size < TABLE_HEADER_SIZE || size > MAX_TABLE)
		return;
	bytes = malloc(size);
	memcpy(bytes, data, size);
	memcpy(bytes, start, sizeof(start));
	for (unsigned i = 0; i < 4; i++)
		bytes[TABLE_AT_SIZE + i] = (uint8_t)(size >> 8 * i);
	table_checksum(bytes, size);
	use(bytes, size, &chooser);
	free(bytes);
}

static void damaged(struct chooser *chooser)
{
	unsigned n_changes = 1 + choose(chooser, 6);
	struct rule_set set;
	struct ruled ruled;

	generate_rules(chooser, 1 + choose(chooser, 24), &set);
	ruled_of_set(&ruled, set);
	while (n_changes--) {
		unsigned at = choose(chooser, 256) << 8 | choose(chooser, 256);

		ruled.bytes[at % ruled.size] = (uint8_t)choose(chooser, 256);
	}
	table_checksum(ruled.bytes, ruled.size);
	use(ruled.bytes, ruled.size, chooser);
	ruled_free(&ruled);
}

static void agrees(struct chooser *chooser)
{
	struct generated_machine machine;
	struct rule_set set;
	struct ruled ruled;

	generate_rules(chooser, choose(chooser, 40), &set);
	ruled_of_set(&ruled, set);
	walk(&ruled.table);
	for (unsigned i = 0; i < 4; i++) {
		generate_machine(chooser, &machine);
		must(!oracle_compare(&ruled.set, &ruled.table, &machine.identity));
		decide(&ruled.table, &machine.identity, true);
	}
	ruled_free(&ruled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chooser chooser;

	if (!size)
		return 0;
	chooser = chooser_of_bytes(data + 1, size - 1);
	switch (*data % 3) {
	case 0:
		arbitrary(data + 1, size - 1);
		break;
	case 1:
		damaged(&chooser);
		break;
	default:
		agrees(&chooser);
		break;
	}
	return 0;
}
