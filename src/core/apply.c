/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* apply.c - a plan in, changes of the machine out; leaves nothing of a rule behind that failed */
#include <fwquirk/apply.h>
#include <fwquirk/platform.h>

static bool is_wanted(const struct plan *plan, unsigned action, unsigned rule)
{
	return plan->action[action].rules & 1u << rule;
}

static enum reason reason_of(enum status status)
{
	switch (status) {
	case STATUS_UNSUPPORTED:
		return REASON_NOT_IMPLEMENTED;
	case STATUS_NO_SPACE:
		return REASON_NO_SPACE;
	case STATUS_FAILED:
		return REASON_NOT_VERIFIED;
	default:
		return REASON_PRECONDITION;
	}
}

static void give_up(struct plan *plan, unsigned rule, unsigned action, enum verdict verdict,
		    enum status status)
{
	plan->rule[rule].verdict = verdict;
	plan->rule[rule].reason = reason_of(status);
	plan->rule[rule].detail = (uint8_t)plan->action[action].workaround;
}

static bool rule_check(struct plan *plan, unsigned rule)
{
	for (unsigned i = 0; i < plan->n_actions; i++) {
		enum status status;

		if (!is_wanted(plan, i, rule) || plan->action[i].in_effect)
			continue;
		status = platform_check(&plan->action[i]);
		if (status) {
			give_up(plan, rule, i, VERDICT_REFUSED, status);
			return false;
		}
	}
	return true;
}

/* From here on the action belongs to the rule. A change that does not verify is still a change. */
static enum status action_apply(struct plan *plan, unsigned action, unsigned rule)
{
	struct action *doing = &plan->action[action];
	enum status status;

	doing->rule = (uint8_t)rule;
	doing->rule_id = plan->rule[rule].rule_id;
	status = platform_apply(doing);
	if (status)
		return status;
	doing->in_effect = true;
	return platform_verify(doing);
}

/* False when something could not be put back. */
static bool rule_undo(struct plan *plan, unsigned rule)
{
	bool is_clean = true;

	for (unsigned i = plan->n_actions; i--;) {
		struct action *action = &plan->action[i];

		if (!action->in_effect || action->rule != rule)
			continue;
		if (platform_undo(action))
			is_clean = false;
		else
			action->in_effect = false;
	}
	return is_clean;
}

/* False only when the machine is in a state that nobody knows. */
static bool rule_apply(struct plan *plan, unsigned rule)
{
	bool has_own = false;

	if (!rule_check(plan, rule))
		return true;
	for (unsigned i = 0; i < plan->n_actions; i++) {
		enum status status;

		if (!is_wanted(plan, i, rule) || plan->action[i].in_effect)
			continue;
		has_own = true;
		status = action_apply(plan, i, rule);
		if (status) {
			give_up(plan, rule, i, VERDICT_FAILED, status);
			return rule_undo(plan, rule);
		}
	}
	if (!has_own)
		plan->rule[rule].reason = REASON_DUPLICATE;
	else if (plan->rule[rule].reason == REASON_DUPLICATE)
		plan->rule[rule].reason = REASON_NONE;
	return true;
}

unsigned apply_plan(struct plan *plan)
{
	unsigned n_in_effect = 0;
	bool is_known = true;

	for (unsigned rule = 0; rule < plan->n_rules; rule++) {
		if (plan->rule[rule].verdict != VERDICT_APPLIED)
			continue;
		if (is_known) {
			is_known = rule_apply(plan, rule);
			continue;
		}
		plan->rule[rule].verdict = VERDICT_REFUSED;
		plan->rule[rule].reason = REASON_PRECONDITION;
	}
	for (unsigned i = 0; i < plan->n_actions; i++)
		n_in_effect += plan->action[i].in_effect;
	return n_in_effect;
}
