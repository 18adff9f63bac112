/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_apply.c - plans against a machine that fails at every step in turn: nothing half-done stays */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/apply.h>

#include "fake/platform_fake.h"

/* A plan of rules that all are APPLIED so far; an action by its number `a` and who wants it. */
static struct plan plan;

static void plan_begin(unsigned n_rules)
{
	memset(&plan, 0, sizeof(plan));
	memset(&platform_fake, 0, sizeof(platform_fake));
	plan.n_rules = n_rules;
	for (unsigned i = 0; i < n_rules; i++) {
		plan.rule[i].rule_id = 10 + i;
		plan.rule[i].verdict = VERDICT_APPLIED;
	}
}

static void plan_want(enum workaround workaround, uint64_t a, uint32_t rules)
{
	struct action *action = &plan.action[plan.n_actions++];

	action->workaround = workaround;
	action->parameter.a = a;
	action->rules = rules;
	while (!(rules & 1u << action->rule))
		action->rule++;
	action->rule_id = plan.rule[action->rule].rule_id;
}

/* Rule 0: two ranges. Rule 1: a third one. */
static void plan_two_rules(void)
{
	plan_begin(2);
	plan_want(WORKAROUND_RESERVE, 1, 1);
	plan_want(WORKAROUND_RESERVE, 2, 1);
	plan_want(WORKAROUND_RESERVE, 3, 2);
}

static void assert_rule(unsigned n, enum verdict verdict, enum reason reason)
{
	if (plan.rule[n].verdict != verdict || plan.rule[n].reason != reason)
		fail_msg("rule %u: %s/%s, expected %s/%s", n, verdict_name(plan.rule[n].verdict),
			 reason_name(plan.rule[n].reason), verdict_name(verdict),
			 reason_name(reason));
}

/* The machine has just these changes, in this order, and the plan says so. */
static void assert_in_effect(unsigned n, const uint64_t *a)
{
	unsigned n_in_effect = 0;

	assert_int_equal(platform_fake.n_misuses, 0);
	assert_int_equal(platform_fake.n_changes, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(platform_fake.change[i].a, a[i]);
	for (unsigned i = 0; i < plan.n_actions; i++)
		n_in_effect += plan.action[i].in_effect;
	assert_int_equal(n_in_effect, n);
}

#define ASSERT_IN_EFFECT(...)                                                  \
	assert_in_effect(sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), \
			 (uint64_t[]){__VA_ARGS__})

static void assert_calls(const char *expected)
{
	static const char letters[STEP_COUNT] = {'c', 'a', 'v', 'u'};
	char calls[2 * PLATFORM_FAKE_CALLS + 1] = "";

	for (unsigned i = 0; i < platform_fake.n_calls; i++) {
		calls[2 * i] = letters[platform_fake.call[i].step];
		calls[2 * i + 1] = (char)('0' + platform_fake.call[i].a);
	}
	assert_string_equal(calls, expected);
}

static void checks_then_changes_rule_by_rule(void **state)
{
	(void)state;
	plan_two_rules();
	assert_int_equal(apply_plan(&plan), 3);
	assert_calls("c1c2a1v1a2v2c3a3v3");
	assert_rule(0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(1, VERDICT_APPLIED, REASON_NONE);
	ASSERT_IN_EFFECT(1, 2, 3);
}

static void rules_of_other_verdicts_are_left_alone(void **state)
{
	(void)state;
	for (unsigned verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		if (verdict == VERDICT_APPLIED)
			continue;
		plan_begin(1);
		plan.rule[0].verdict = (enum verdict)verdict;
		plan.rule[0].reason = REASON_PROBE_NO;
		plan_want(WORKAROUND_RESERVE, 1, 1);
		assert_int_equal(apply_plan(&plan), 0);
		assert_int_equal(platform_fake.n_calls, 0);
		assert_rule(0, (enum verdict)verdict, REASON_PROBE_NO);
	}
}

/* Why a rule is armed stays to be read when it was applied, not when something else came of it. */
static void reason_of_a_switch_stays(void **state)
{
	(void)state;
	plan_two_rules();
	plan.rule[0].reason = plan.rule[1].reason = REASON_SWITCH_RULE_ON;
	platform_fake.fail_at = 1;
	assert_int_equal(apply_plan(&plan), 1);
	assert_rule(0, VERDICT_REFUSED, REASON_NOT_VERIFIED);
	assert_rule(1, VERDICT_APPLIED, REASON_SWITCH_RULE_ON);
}

/* Of the nine calls of the good run, the N-th fails. */
static const struct {
	const char *calls;
	enum verdict first, second;
} steps[] = {
	{"c1c3a3v3", VERDICT_REFUSED, VERDICT_APPLIED},
	{"c1c2c3a3v3", VERDICT_REFUSED, VERDICT_APPLIED},
	{"c1c2a1c3a3v3", VERDICT_FAILED, VERDICT_APPLIED},
	{"c1c2a1v1u1c3a3v3", VERDICT_FAILED, VERDICT_APPLIED},
	{"c1c2a1v1a2u1c3a3v3", VERDICT_FAILED, VERDICT_APPLIED},
	{"c1c2a1v1a2v2u2u1c3a3v3", VERDICT_FAILED, VERDICT_APPLIED},
	{"c1c2a1v1a2v2c3", VERDICT_APPLIED, VERDICT_REFUSED},
	{"c1c2a1v1a2v2c3a3", VERDICT_APPLIED, VERDICT_FAILED},
	{"c1c2a1v1a2v2c3a3v3u3", VERDICT_APPLIED, VERDICT_FAILED},
};

static void failing_at_each_step_undoes_that_rule_only(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		plan_two_rules();
		platform_fake.fail_at = i + 1;
		assert_int_equal(apply_plan(&plan), steps[i].first == VERDICT_APPLIED ? 2 : 1);
		assert_calls(steps[i].calls);
		assert_rule(0, steps[i].first,
			    steps[i].first == VERDICT_APPLIED ? REASON_NONE : REASON_NOT_VERIFIED);
		assert_rule(1, steps[i].second,
			    steps[i].second == VERDICT_APPLIED ? REASON_NONE : REASON_NOT_VERIFIED);
		if (steps[i].first == VERDICT_APPLIED)
			ASSERT_IN_EFFECT(1, 2);
		else
			ASSERT_IN_EFFECT(3);
	}
}

static void reasons_follow_the_status(void **state)
{
	static const struct {
		enum status status;
		enum reason reason;
	} reasons[] = {
		{STATUS_REFUSED, REASON_PRECONDITION},
		{STATUS_UNSUPPORTED, REASON_NOT_IMPLEMENTED},
		{STATUS_NO_SPACE, REASON_NO_SPACE},
		{STATUS_FAILED, REASON_NOT_VERIFIED},
		{STATUS_MALFORMED, REASON_PRECONDITION},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		for (unsigned step = STEP_CHECK; step <= STEP_VERIFY; step++) {
			plan_begin(1);
			plan_want(WORKAROUND_DROP_MAT, 0, 1);
			platform_fake.answer[step][WORKAROUND_DROP_MAT] = reasons[i].status;
			assert_int_equal(apply_plan(&plan), 0);
			assert_rule(0, step == STEP_CHECK ? VERDICT_REFUSED : VERDICT_FAILED,
				    reasons[i].reason);
			assert_int_equal(plan.rule[0].detail, WORKAROUND_DROP_MAT);
			assert_int_equal(platform_fake.n_changes, 0);
			assert_false(plan.action[0].in_effect);
		}
	}
}

/* Firmware that says "success" and does nothing. */
static void success_without_effect_is_failed(void **state)
{
	(void)state;
	plan_two_rules();
	platform_fake.has_no_effect = true;
	assert_int_equal(apply_plan(&plan), 0);
	assert_calls("c1c2a1v1u1c3a3v3u3");
	assert_rule(0, VERDICT_FAILED, REASON_NOT_VERIFIED);
	assert_rule(1, VERDICT_FAILED, REASON_NOT_VERIFIED);
}

/* Rule 0: action 1. Rule 1: actions 1 and 2. Rule 2: action 1. */
static void plan_shared(void)
{
	plan_begin(3);
	plan_want(WORKAROUND_RESERVE, 1, 7);
	plan_want(WORKAROUND_RESERVE, 2, 2);
}

static void shared_action_is_done_once(void **state)
{
	(void)state;
	plan_shared();
	assert_int_equal(apply_plan(&plan), 2);
	assert_calls("c1a1v1c2a2v2");
	assert_rule(0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(1, VERDICT_APPLIED, REASON_NONE);
	assert_rule(2, VERDICT_APPLIED, REASON_DUPLICATE);
	assert_int_equal(plan.action[0].rule_id, 10);
	ASSERT_IN_EFFECT(1, 2);
}

/* The second rule fails on its own action: what the first one put in effect is not its to undo. */
static void shared_action_outlives_another_rule(void **state)
{
	(void)state;
	plan_shared();
	platform_fake.fail_at = 5; /* a2 */
	assert_int_equal(apply_plan(&plan), 1);
	assert_calls("c1a1v1c2a2");
	assert_rule(1, VERDICT_FAILED, REASON_NOT_VERIFIED);
	assert_rule(2, VERDICT_APPLIED, REASON_DUPLICATE);
	ASSERT_IN_EFFECT(1);
}

/* The first rule fails: the next that wants the action tries for itself, and then it is its own. */
static void shared_action_is_tried_again(void **state)
{
	(void)state;
	plan_shared();
	platform_fake.fail_at = 3; /* v1 */
	assert_int_equal(apply_plan(&plan), 2);
	assert_calls("c1a1v1u1c1c2a1v1a2v2");
	assert_rule(0, VERDICT_FAILED, REASON_NOT_VERIFIED);
	assert_rule(1, VERDICT_APPLIED, REASON_NONE);
	assert_rule(2, VERDICT_APPLIED, REASON_DUPLICATE);
	assert_int_equal(plan.action[0].rule, 1);
	assert_int_equal(plan.action[0].rule_id, 11);
	ASSERT_IN_EFFECT(1, 2);
}

static void nothing_more_is_done_after_a_failed_undo(void **state)
{
	(void)state;
	plan_begin(3);
	plan_want(WORKAROUND_RESERVE, 1, 1);
	plan_want(WORKAROUND_DROP_MAT, 2, 1);
	plan_want(WORKAROUND_RESERVE, 3, 2);
	plan.rule[2].verdict = VERDICT_OBSERVED;
	platform_fake.answer[STEP_VERIFY][WORKAROUND_DROP_MAT] = STATUS_FAILED;
	platform_fake.answer[STEP_UNDO][WORKAROUND_RESERVE] = STATUS_FAILED;
	assert_int_equal(apply_plan(&plan), 1);
	assert_calls("c1c2a1v1a2v2u2u1");
	assert_rule(0, VERDICT_FAILED, REASON_NOT_VERIFIED);
	assert_rule(1, VERDICT_REFUSED, REASON_PRECONDITION);
	assert_rule(2, VERDICT_OBSERVED, REASON_NONE);
	ASSERT_IN_EFFECT(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_then_changes_rule_by_rule),
		cmocka_unit_test(rules_of_other_verdicts_are_left_alone),
		cmocka_unit_test(reason_of_a_switch_stays),
		cmocka_unit_test(failing_at_each_step_undoes_that_rule_only),
		cmocka_unit_test(reasons_follow_the_status),
		cmocka_unit_test(success_without_effect_is_failed),
		cmocka_unit_test(shared_action_is_done_once),
		cmocka_unit_test(shared_action_outlives_another_rule),
		cmocka_unit_test(shared_action_is_tried_again),
		cmocka_unit_test(nothing_more_is_done_after_a_failed_undo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
