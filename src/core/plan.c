/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* plan.c - a table and an identity in, the rules considered and the probes to run out */
#include <fwquirk/plan.h>

/* The one to give up for a matched rule: the last that did not match, else the last of all. */
static unsigned victim_of(const struct plan *plan)
{
	for (unsigned i = plan->n_rules; i--;)
		if (plan->rule[i].verdict != VERDICT_MATCHED)
			return i;
	return plan->n_rules - 1;
}

static void plan_remove(struct plan *plan, unsigned at)
{
	plan->n_rules--;
	for (; at < plan->n_rules; at++)
		plan->rule[at] = plan->rule[at + 1];
}

/* Keeps the order of the table, which is that of ids. */
static void plan_insert(struct plan *plan, const struct match *match)
{
	unsigned at = plan->n_rules++;

	for (; at && plan->rule[at - 1].at > match->at; at--)
		plan->rule[at] = plan->rule[at - 1];
	plan->rule[at] = (struct plan_rule){
		.rule_id = match->rule_id,
		.at = match->at,
		.verdict = match->matched ? VERDICT_MATCHED : VERDICT_NOT_APPLICABLE,
		.reason = match->reason,
		.field = match->field,
		.detail = match->condition,
	};
}

/* True when the rule is worth a place; then there is one. */
static bool make_room(struct plan *plan, const struct match *match)
{
	unsigned victim;

	if (plan->n_rules < PLAN_MAX_RULES)
		return true;
	plan->n_not_listed++;
	if (!match->matched)
		return false;
	victim = victim_of(plan);
	if (plan->rule[victim].verdict == VERDICT_MATCHED && plan->rule[victim].at < match->at)
		return false;
	plan_remove(plan, victim);
	return true;
}

static bool plan_has(const struct plan *plan, uint32_t at)
{
	for (unsigned i = 0; i < plan->n_rules; i++)
		if (plan->rule[i].at == at)
			return true;
	return false;
}

static void plan_add(struct plan *plan, const struct table *table, const struct table_rule *rule,
		     const struct identity *identity)
{
	struct match match;

	if (plan_has(plan, rule->at))
		return;
	match_rule(table, rule, identity, &match);
	if (make_room(plan, &match))
		plan_insert(plan, &match);
}

void plan_consider(struct plan *plan, const struct table *table, const struct identity *identity)
{
	struct match_cursor cursor;
	struct table_rule rule;
	uint32_t at = 0;

	plan->is_x86 = text_is_same(identity->field[FIELD_ARCH], text_of("x86_64"));
	plan->n_rules = 0;
	plan->n_not_listed = 0;
	plan->n_actions = 0;
	match_begin(table, identity, &cursor);
	while (match_candidate_next(table, identity, &cursor, &rule))
		plan_add(plan, table, &rule, identity);
	if (table->n_rules > PLAN_MAX_RULES)
		return;
	while (table_next(table, &at, &rule))
		plan_add(plan, table, &rule, identity);
}

uint64_t plan_probes_wanted(const struct plan *plan, const struct table *table)
{
	struct rule_probe probe;
	struct table_rule rule;
	uint64_t wanted = 0;

	for (unsigned i = 0; i < plan->n_rules; i++) {
		if (plan->rule[i].verdict != VERDICT_MATCHED)
			continue;
		table_rule_at(table, plan->rule[i].at, &rule);
		while (table_probe_next(table, &rule.probes, &probe))
			if (probe.probe < PROBE_COUNT)
				wanted |= 1ull << probe.probe;
	}
	return wanted;
}
