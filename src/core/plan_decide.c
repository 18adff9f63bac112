/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* plan_decide.c - matched rules, probe answers and a policy in, verdicts and actions out */
#include <fwquirk/plan.h>

/* Workarounds that undo each other's purpose. Listed first wins. */
static const struct {
	enum workaround a, b;
	bool only_same_parameter;
} exclusions[] = {
	{WORKAROUND_HIDE_MAP, WORKAROUND_WRAP_MAP, false},
	{WORKAROUND_HIDE_MAP, WORKAROUND_PROVIDE_MAP, false},
	{WORKAROUND_DROP_MAT, WORKAROUND_REBUILD_MAT, false},
	{WORKAROUND_DROP_TABLE, WORKAROUND_MOVE_TABLE, true},
};

/* EFI_RT_SUPPORTED_*: UEFI 2.10 section 4.6.2. */
#define SERVICE_SET_VARIABLE            0x0040u
#define SERVICE_SET_VIRTUAL_ADDRESS_MAP 0x0080u
#define SERVICE_QUERY_VARIABLE_INFO     0x2000u

#define N_EXCLUSIONS (sizeof(exclusions) / sizeof(exclusions[0]))

_Static_assert(PLAN_MAX_RULES <= 32, "action.rules has a bit a rule");

static void decide(struct plan_rule *rule, enum verdict verdict, enum reason reason)
{
	rule->verdict = verdict;
	rule->reason = reason;
}

static bool same_parameter(const struct workaround_parameter *a,
			   const struct workaround_parameter *b)
{
	for (size_t i = 0; i < sizeof(a->guid); i++)
		if (a->guid[i] != b->guid[i])
			return false;
	return a->a == b->a && a->b == b->b && text_is_same(a->text, b->text);
}

/* The machine has one of it, so two numbers contradict each other. */
static bool is_single(enum workaround workaround)
{
	enum parameter_kind kind = workaround_parameter(workaround);

	return kind == PARAMETER_ADDRESS || kind == PARAMETER_COUNT ||
	       kind == PARAMETER_MILLISECONDS;
}

static bool excludes(const struct action *action, enum workaround workaround,
		     const struct workaround_parameter *parameter)
{
	bool is_same = same_parameter(&action->parameter, parameter);

	if (action->workaround == workaround)
		return is_single(workaround) && !is_same;
	for (size_t i = 0; i < N_EXCLUSIONS; i++) {
		bool is_pair =
			(exclusions[i].a == workaround && exclusions[i].b == action->workaround) ||
			(exclusions[i].b == workaround && exclusions[i].a == action->workaround);

		if (is_pair && (is_same || !exclusions[i].only_same_parameter))
			return true;
	}
	return false;
}

/* REASON_DUPLICATE when the action is there already, REASON_NONE when it was added. */
static enum reason action_add(struct plan *plan, unsigned rule, const struct rule_workaround *use)
{
	enum workaround workaround = (enum workaround)use->workaround;

	for (unsigned i = 0; i < plan->n_actions; i++) {
		struct action *action = &plan->action[i];

		if (excludes(action, workaround, &use->parameter))
			return REASON_CONFLICT;
		if (action->workaround == workaround &&
		    same_parameter(&action->parameter, &use->parameter)) {
			action->rules |= 1u << rule;
			return REASON_DUPLICATE;
		}
	}
	if (plan->n_actions == PLAN_MAX_ACTIONS)
		return REASON_NO_SPACE;
	plan->action[plan->n_actions++] = (struct action){
		.rule_id = plan->rule[rule].rule_id,
		.rule = (uint8_t)rule,
		.rules = 1u << rule,
		.workaround = workaround,
		.parameter = use->parameter,
	};
	return REASON_NONE;
}

/* What a switch says about this rule, or NULL. */
static const struct policy_rule *rule_switch(const struct policy *policy, uint32_t rule_id)
{
	for (unsigned i = 0; i < policy->n_rules; i++)
		if (policy->rule[i].rule_id == rule_id)
			return &policy->rule[i];
	return NULL;
}

/* The words of fault-fixup decide its class. */
static bool loosens(const struct policy *policy, const struct rule_workaround *use)
{
	if (use->workaround == WORKAROUND_FAULT_FIXUP)
		return !policy->fault_loosens || policy->fault_loosens(use->parameter.text);
	return workaround_wx((enum workaround)use->workaround) == WX_LOOSEN;
}

/* Whether an operating system would act as the workaround wants it to. */
static bool is_heeded(const struct plan *plan, const struct rule_workaround *use)
{
	uint64_t services = use->parameter.a;

	if (use->workaround != WORKAROUND_MASK_RUNTIME || !plan->is_x86)
		return true;
	return !(services & SERVICE_SET_VIRTUAL_ADDRESS_MAP) &&
	       (!(services & SERVICE_QUERY_VARIABLE_INFO) || services & SERVICE_SET_VARIABLE);
}

static enum reason workaround_allowed(const struct plan *plan, const struct rule_workaround *use,
				      const struct policy *policy, bool may_loosen)
{
	if (use->workaround >= WORKAROUND_COUNT || !(policy->implemented & 1u << use->workaround))
		return REASON_NOT_IMPLEMENTED;
	if (!is_heeded(plan, use))
		return REASON_NOT_HEEDED;
	if (!may_loosen && loosens(policy, use))
		return REASON_POLICY_LOOSEN;
	return REASON_NONE;
}

/* Takes a rule out of the actions again, and those away that nobody else wants. */
static void actions_withdraw(struct plan *plan, unsigned rule, unsigned n_before)
{
	plan->n_actions = n_before;
	for (unsigned i = 0; i < n_before; i++)
		plan->action[i].rules &= ~(1u << rule);
}

static void rule_arm(struct plan *plan, const struct table *table, unsigned rule,
		     const struct table_rule *from, const struct policy *policy, bool is_on)
{
	struct span workarounds = from->workarounds;
	enum reason armed_by = from->mode == MODE_OBSERVE ? REASON_SWITCH_RULE_ON : REASON_NONE;
	unsigned n_before = plan->n_actions;
	struct rule_workaround use;

	while (table_workaround_next(table, &workarounds, &use)) {
		enum reason reason =
			workaround_allowed(plan, &use, policy, is_on || policy->allow_loosen);

		if (!reason)
			reason = action_add(plan, rule, &use);
		if (!reason || reason == REASON_DUPLICATE)
			continue;
		actions_withdraw(plan, rule, n_before);
		plan->rule[rule].detail = (uint8_t)use.workaround;
		decide(&plan->rule[rule], VERDICT_REFUSED, reason);
		return;
	}
	decide(&plan->rule[rule], VERDICT_APPLIED,
	       plan->n_actions == n_before ? REASON_DUPLICATE : armed_by);
}

/* Whether the probes are as the rule needs them. One clear "no" outweighs what nobody knows. */
static enum reason probes_reason(const struct table *table, struct span probes,
				 const struct probe_vector *vector, uint64_t absent,
				 enum probe *ret_probe)
{
	enum reason reason = REASON_NONE;
	struct rule_probe probe;

	while (table_probe_next(table, &probes, &probe)) {
		unsigned answer =
			probe.probe < PROBE_COUNT ? vector->answer[probe.probe] : PROBE_NO_ANSWER;
		bool is_known = answer == PROBE_ANSWER_YES || answer == PROBE_ANSWER_NO;

		if (is_known && (answer == PROBE_ANSWER_YES) != probe.wanted) {
			*ret_probe = (enum probe)probe.probe;
			return REASON_PROBE_NO;
		}
		if (!is_known && !reason) {
			*ret_probe = (enum probe)probe.probe;
			reason = probe.probe < PROBE_COUNT && absent >> probe.probe & 1
					 ? REASON_PROBE_ABSENT
					 : REASON_PROBE_UNKNOWN;
		}
	}
	return reason;
}

static void rule_decide(struct plan *plan, const struct table *table, unsigned n,
			const struct probe_vector *probes, const struct policy *policy)
{
	struct plan_rule *rule = &plan->rule[n];
	const struct policy_rule *said = rule_switch(policy, rule->rule_id);
	bool is_on = said && said->is_on;
	struct table_rule from;
	enum reason reason;

	table_rule_at(table, rule->at, &from);
	reason = probes_reason(table, from.probes, probes, policy->no_probes, &rule->detail_probe);
	if (policy->off)
		decide(rule, VERDICT_SWITCHED_OFF, REASON_SWITCH_OFF);
	else if (said && !is_on)
		decide(rule, VERDICT_SWITCHED_OFF, REASON_SWITCH_RULE_OFF);
	else if (reason)
		decide(rule, reason == REASON_PROBE_NO ? VERDICT_FIXED : VERDICT_UNKNOWN_PROBE,
		       reason);
	else if (!from.workarounds.size)
		decide(rule, VERDICT_OBSERVED, REASON_NO_WORKAROUND);
	else if (from.mode == MODE_OBSERVE && !is_on)
		decide(rule, VERDICT_OBSERVED, REASON_MODE_OBSERVE);
	else if (policy->observe)
		decide(rule, VERDICT_OBSERVED, REASON_SWITCH_OBSERVE);
	else if (policy->retreat)
		decide(rule, VERDICT_SWITCHED_OFF, REASON_RETREAT);
	else
		rule_arm(plan, table, n, &from, policy, is_on);
}

void plan_decide(struct plan *plan, const struct table *table, const struct probe_vector *probes,
		 const struct policy *policy)
{
	plan->n_actions = 0;
	for (unsigned n = 0; n < plan->n_rules; n++)
		if (plan->rule[n].verdict == VERDICT_MATCHED)
			rule_decide(plan, table, n, probes, policy);
}
