/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_plan.c - each verdict of the planner with its reason, its order and what stays untouched */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/fault_rule.h>
#include <fwquirk/plan.h>

#include "support/ruled.h"

#define ALL UINT32_MAX

struct fixture {
	struct ruled ruled;
	struct identity identity;
	struct probe_vector probes;
	struct policy policy;
	struct plan plan;
};

/* A machine with product-name "P", every probe answered yes, every workaround there. */
static void begin(struct fixture *fixture, const char *const *lines)
{
	memset(fixture, 0, sizeof(*fixture));
	ruled_of_lines(&fixture->ruled, lines);
	identity_clear(&fixture->identity);
	machine_set(&fixture->identity, "product-name", "P");
	memset(fixture->probes.answer, PROBE_ANSWER_YES, sizeof(fixture->probes.answer));
	fixture->policy.implemented = ALL;
	fixture->policy.fault_loosens = fault_rule_loosens;
	/* What was there before does not matter. */
	memset(&fixture->plan, 0x5a, sizeof(fixture->plan));
}

static void consider(struct fixture *fixture)
{
	plan_consider(&fixture->plan, &fixture->ruled.table, &fixture->identity);
}

static void decide(struct fixture *fixture)
{
	consider(fixture);
	plan_decide(&fixture->plan, &fixture->ruled.table, &fixture->probes, &fixture->policy);
}

static void end(struct fixture *fixture)
{
	ruled_free(&fixture->ruled);
}

static void assert_rule(const struct fixture *fixture, unsigned n, enum verdict verdict,
			enum reason reason)
{
	const struct plan_rule *rule = &fixture->plan.rule[n];

	assert_true(n < fixture->plan.n_rules);
	if (rule->verdict != verdict || rule->reason != reason)
		fail_msg("rule %u: %s/%s, expected %s/%s", n, verdict_name(rule->verdict),
			 reason_name(rule->reason), verdict_name(verdict), reason_name(reason));
}

static void assert_action(const struct fixture *fixture, unsigned n, uint32_t rule_id,
			  enum workaround workaround)
{
	assert_true(n < fixture->plan.n_actions);
	assert_int_equal(fixture->plan.action[n].rule_id, rule_id);
	assert_int_equal(fixture->plan.action[n].workaround, workaround);
	assert_false(fixture->plan.action[n].in_effect);
}

#define P "Match = product-name \"P\"\n"

static void small_table_is_recorded_whole_in_order(void **state)
{
	static const char *const lines[] = {"Match = product-name \"Q\"",
					    P "Match = sys-vendor prefix \"V\"", P,
					    "Match = board-name prefix \"B\"", NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	consider(&fixture);
	assert_int_equal(fixture.plan.n_rules, 4);
	assert_int_equal(fixture.plan.n_not_listed, 0);
	assert_int_equal(fixture.plan.n_actions, 0);
	assert_rule(&fixture, 0, VERDICT_NOT_APPLICABLE, REASON_DIFFERS);
	assert_rule(&fixture, 1, VERDICT_NOT_APPLICABLE, REASON_FIELD_ABSENT);
	assert_int_equal(fixture.plan.rule[1].field, FIELD_SYS_VENDOR);
	assert_int_equal(fixture.plan.rule[1].detail, 1);
	assert_rule(&fixture, 2, VERDICT_MATCHED, REASON_NONE);
	assert_rule(&fixture, 3, VERDICT_NOT_APPLICABLE, REASON_FIELD_ABSENT);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(fixture.plan.rule[i].rule_id, i + 1);
	end(&fixture);
}

#define N_MANY 60

/* Many rules of one product; those of `matching` match, the others want another vendor. */
static void begin_many(struct fixture *fixture, bool (*matching)(unsigned n), const char *other)
{
	const char *lines[N_MANY + 1] = {NULL};

	for (unsigned n = 0; n < N_MANY; n++)
		lines[n] = matching(n) ? P "Workaround = reserve-low" : other;
	begin(fixture, lines);
}

static bool every_fifth_from_behind(unsigned n)
{
	return n >= 20 && n % 5 == 0;
}

static bool all_of_them(unsigned n)
{
	(void)n;
	return true;
}

static bool none_of_them(unsigned n)
{
	(void)n;
	return false;
}

static void matches_are_never_dropped_for_others(void **state)
{
	struct fixture fixture;
	unsigned n_matched = 0;

	(void)state;
	begin_many(&fixture, every_fifth_from_behind, P "Match = sys-vendor prefix \"V\"");
	consider(&fixture);
	assert_int_equal(fixture.plan.n_rules, PLAN_MAX_RULES);
	assert_int_equal(fixture.plan.n_not_listed, N_MANY - PLAN_MAX_RULES);
	for (unsigned i = 0; i < PLAN_MAX_RULES; i++) {
		n_matched += fixture.plan.rule[i].verdict == VERDICT_MATCHED;
		if (i)
			assert_true(fixture.plan.rule[i].rule_id >
				    fixture.plan.rule[i - 1].rule_id);
	}
	assert_int_equal(n_matched, 8);
	end(&fixture);
}

static void of_too_many_matches_the_first_stay(void **state)
{
	struct fixture fixture;

	(void)state;
	begin_many(&fixture, all_of_them, NULL);
	consider(&fixture);
	assert_int_equal(fixture.plan.n_rules, PLAN_MAX_RULES);
	assert_int_equal(fixture.plan.n_not_listed, N_MANY - PLAN_MAX_RULES);
	for (unsigned i = 0; i < PLAN_MAX_RULES; i++)
		assert_int_equal(fixture.plan.rule[i].rule_id, i + 1);
	end(&fixture);
}

/* Keys are looked up field by field, so that rules with lower ids may come later. */
static void late_candidates_do_not_push_matches_out(void **state)
{
	const char *lines[N_MANY + 1] = {NULL};
	struct fixture fixture;

	(void)state;
	for (unsigned n = 0; n < N_MANY; n++)
		lines[n] =
			n < 10 ? P "Match = sys-vendor prefix \"V\"" : "Match = bios-vendor \"B\"";
	begin(&fixture, lines);
	machine_set(&fixture.identity, "bios-vendor", "B");
	consider(&fixture);
	assert_int_equal(fixture.plan.n_not_listed, N_MANY - PLAN_MAX_RULES);
	for (unsigned i = 0; i < PLAN_MAX_RULES; i++) {
		assert_rule(&fixture, i, VERDICT_MATCHED, REASON_NONE);
		assert_int_equal(fixture.plan.rule[i].rule_id, 11 + i);
	}
	machine_set(&fixture.identity, "sys-vendor", "V");
	consider(&fixture);
	for (unsigned i = 0; i < PLAN_MAX_RULES; i++)
		assert_int_equal(fixture.plan.rule[i].rule_id, 1 + i);
	end(&fixture);
}

static void large_table_lists_candidates_only(void **state)
{
	struct fixture fixture;

	(void)state;
	begin_many(&fixture, none_of_them, "Match = product-name \"Q\"");
	consider(&fixture);
	assert_int_equal(fixture.plan.n_rules, 0);
	assert_int_equal(fixture.plan.n_not_listed, 0);
	end(&fixture);
}

static void probes_of_matched_rules_are_wanted(void **state)
{
	static const char *const lines[] = {
		"Match = product-name \"Q\"\nProbe = map-present",
		P "Probe = free-readonly-faults",
		P "Probe = not map-sets-readonly\nProbe = free-readonly-faults",
		P,
		P "Probe = services-restored",
		NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	consider(&fixture);
	assert_int_equal(plan_probes_wanted(&fixture.plan, &fixture.ruled.table),
			 1ull << PROBE_FREE_READONLY_FAULTS | 1ull << PROBE_MAP_SETS_READONLY |
				 1ull << PROBE_SERVICES_RESTORED);
	machine_set(&fixture.identity, "product-name", "none");
	consider(&fixture);
	assert_int_equal(plan_probes_wanted(&fixture.plan, &fixture.ruled.table), 0);
	end(&fixture);
}

/* Two probes, the second negated: every pair of answers. */
static void every_pair_of_probe_answers(void **state)
{
	static const char *const lines[] = {
		P "Probe = map-present\nProbe = not map-sets-readonly\nWorkaround = reserve-low",
		NULL};
	/* [map-present][map-sets-readonly] by PROBE_NOT_RUN, NO, YES, NO_ANSWER */
	static const enum verdict expected[4][4] = {
		{VERDICT_UNKNOWN_PROBE, VERDICT_UNKNOWN_PROBE, VERDICT_FIXED,
		 VERDICT_UNKNOWN_PROBE},
		{VERDICT_FIXED, VERDICT_FIXED, VERDICT_FIXED, VERDICT_FIXED},
		{VERDICT_UNKNOWN_PROBE, VERDICT_APPLIED, VERDICT_FIXED, VERDICT_UNKNOWN_PROBE},
		{VERDICT_UNKNOWN_PROBE, VERDICT_UNKNOWN_PROBE, VERDICT_FIXED,
		 VERDICT_UNKNOWN_PROBE},
	};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	for (uint8_t first = 0; first < 4; first++) {
		for (uint8_t second = 0; second < 4; second++) {
			enum verdict verdict = expected[first][second];
			bool is_applied = verdict == VERDICT_APPLIED;

			fixture.probes.answer[PROBE_MAP_PRESENT] = first;
			fixture.probes.answer[PROBE_MAP_SETS_READONLY] = second;
			decide(&fixture);
			assert_rule(&fixture, 0, verdict,
				    is_applied                 ? REASON_NONE
				    : verdict == VERDICT_FIXED ? REASON_PROBE_NO
							       : REASON_PROBE_UNKNOWN);
			assert_int_equal(fixture.plan.n_actions, is_applied);
		}
	}
	fixture.probes.answer[PROBE_MAP_PRESENT] = PROBE_ANSWER_YES;
	fixture.probes.answer[PROBE_MAP_SETS_READONLY] = PROBE_ANSWER_YES;
	decide(&fixture);
	assert_int_equal(fixture.plan.rule[0].detail_probe, PROBE_MAP_SETS_READONLY);
	end(&fixture);
}

/* Where nobody reads its words it is held to be the worst. */
static void fault_fixup_loosens_by_its_words(void **state)
{
	static const char *const lines[] = {P "Workaround = fault-fixup \"map\"",
					    P "Workaround = fault-fixup \"exec\"", NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 1, VERDICT_REFUSED, REASON_POLICY_LOOSEN);
	fixture.policy.fault_loosens = NULL;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_REFUSED, REASON_POLICY_LOOSEN);
	end(&fixture);
}

/* A smaller image than the table was made for: told apart from a probe that could not tell. */
static void a_probe_that_is_not_here(void **state)
{
	static const char *const lines[] = {
		P "Probe = map-present\nProbe = not map-sets-readonly\nWorkaround = reserve-low",
		NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	fixture.policy.no_probes = 1ull << PROBE_MAP_SETS_READONLY;
	fixture.probes.answer[PROBE_MAP_PRESENT] = PROBE_ANSWER_YES;
	fixture.probes.answer[PROBE_MAP_SETS_READONLY] = PROBE_NOT_RUN;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_UNKNOWN_PROBE, REASON_PROBE_ABSENT);
	assert_int_equal(fixture.plan.rule[0].detail_probe, PROBE_MAP_SETS_READONLY);
	assert_int_equal(fixture.plan.n_actions, 0);

	fixture.probes.answer[PROBE_MAP_PRESENT] = PROBE_ANSWER_NO;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_FIXED, REASON_PROBE_NO);

	fixture.policy.no_probes = 1ull << PROBE_MAP_PRESENT;
	fixture.probes.answer[PROBE_MAP_PRESENT] = PROBE_NOT_RUN;
	fixture.probes.answer[PROBE_MAP_SETS_READONLY] = PROBE_NO_ANSWER;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_UNKNOWN_PROBE, REASON_PROBE_ABSENT);
	assert_int_equal(fixture.plan.rule[0].detail_probe, PROBE_MAP_PRESENT);
	end(&fixture);
}

static void observing_and_switches(void **state)
{
	static const char *const lines[] = {
		P "Workaround = reserve-low", "Mode = observe\n" P "Workaround = drop-mat", P,
		"Match = product-name \"Q\"\nWorkaround = reserve-low", NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 1, VERDICT_OBSERVED, REASON_MODE_OBSERVE);
	assert_rule(&fixture, 2, VERDICT_OBSERVED, REASON_NO_WORKAROUND);
	assert_rule(&fixture, 3, VERDICT_NOT_APPLICABLE, REASON_DIFFERS);
	assert_int_equal(fixture.plan.n_actions, 1);
	assert_action(&fixture, 0, 1, WORKAROUND_RESERVE_LOW);

	fixture.policy.observe = true;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_OBSERVED, REASON_SWITCH_OBSERVE);
	assert_rule(&fixture, 1, VERDICT_OBSERVED, REASON_MODE_OBSERVE);
	assert_int_equal(fixture.plan.n_actions, 0);

	fixture.policy.off = true;
	decide(&fixture);
	for (unsigned i = 0; i < 3; i++)
		assert_rule(&fixture, i, VERDICT_SWITCHED_OFF, REASON_SWITCH_OFF);
	assert_rule(&fixture, 3, VERDICT_NOT_APPLICABLE, REASON_DIFFERS);
	assert_int_equal(fixture.plan.n_actions, 0);
	end(&fixture);
}

/* Rule 1 is armed, 2 observes, 3 loosens, 4 has no workaround, 5 asks a probe; all match. */
static const char *const switched[] = {P "Workaround = reserve-low",
				       "Mode = observe\n" P "Workaround = drop-mat",
				       P "Workaround = alloc-exec \"grub\"",
				       P,
				       P "Probe = map-present\nWorkaround = clean-pml4",
				       NULL};

static void switches_of_single_rules(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, switched);
	for (unsigned i = 0; i < 5; i++)
		fixture.policy.rule[i] = (struct policy_rule){i + 1, true};
	fixture.policy.n_rules = 5;
	fixture.probes.answer[PROBE_MAP_PRESENT] = PROBE_ANSWER_NO;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 1, VERDICT_APPLIED, REASON_SWITCH_RULE_ON);
	assert_rule(&fixture, 2, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 3, VERDICT_OBSERVED, REASON_NO_WORKAROUND);
	assert_rule(&fixture, 4, VERDICT_FIXED, REASON_PROBE_NO);
	assert_int_equal(fixture.plan.n_actions, 3);

	/* One rule's permission to loosen is not the others'. */
	fixture.policy.rule[2].rule_id = 1;
	decide(&fixture);
	assert_rule(&fixture, 2, VERDICT_REFUSED, REASON_POLICY_LOOSEN);

	fixture.policy.observe = true;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_OBSERVED, REASON_SWITCH_OBSERVE);
	assert_rule(&fixture, 1, VERDICT_OBSERVED, REASON_SWITCH_OBSERVE);

	for (unsigned i = 0; i < 5; i++)
		fixture.policy.rule[i] = (struct policy_rule){i + 1, false};
	decide(&fixture);
	for (unsigned i = 0; i < 5; i++)
		assert_rule(&fixture, i, VERDICT_SWITCHED_OFF, REASON_SWITCH_RULE_OFF);
	assert_int_equal(fixture.plan.n_actions, 0);
	fixture.policy.off = true;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_SWITCHED_OFF, REASON_SWITCH_OFF);
	end(&fixture);
}

static void retreat_keeps_everything_away(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, switched);
	fixture.policy.retreat = true;
	fixture.policy.rule[0] = (struct policy_rule){2, true};
	fixture.policy.n_rules = 1;
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_SWITCHED_OFF, REASON_RETREAT);
	assert_rule(&fixture, 1, VERDICT_SWITCHED_OFF, REASON_RETREAT);
	assert_rule(&fixture, 2, VERDICT_SWITCHED_OFF, REASON_RETREAT);
	assert_rule(&fixture, 3, VERDICT_OBSERVED, REASON_NO_WORKAROUND);
	assert_rule(&fixture, 4, VERDICT_SWITCHED_OFF, REASON_RETREAT);
	assert_int_equal(fixture.plan.n_actions, 0);
	end(&fixture);
}

static void refused_as_a_whole(void **state)
{
	static const char *const lines[] = {
		P "Workaround = reserve-low\nWorkaround = alloc-exec \"grub\"",
		P "Workaround = reserve-low\nWorkaround = drop-mat", NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_REFUSED, REASON_POLICY_LOOSEN);
	assert_int_equal(fixture.plan.rule[0].detail, WORKAROUND_ALLOC_EXEC);
	assert_rule(&fixture, 1, VERDICT_APPLIED, REASON_NONE);
	assert_int_equal(fixture.plan.n_actions, 2);
	assert_action(&fixture, 0, 2, WORKAROUND_RESERVE_LOW);
	assert_int_equal(fixture.plan.action[0].rules, 1 << 1);

	fixture.policy.allow_loosen = true;
	fixture.policy.implemented = ALL & ~(1u << WORKAROUND_DROP_MAT);
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 1, VERDICT_REFUSED, REASON_NOT_IMPLEMENTED);
	assert_int_equal(fixture.plan.rule[1].detail, WORKAROUND_DROP_MAT);
	assert_int_equal(fixture.plan.n_actions, 2);
	assert_int_equal(fixture.plan.action[0].rules, 1 << 0);
	assert_true(text_is_same(fixture.plan.action[1].parameter.text, text_of("grub")));
	end(&fixture);
}

static void same_workaround_is_listed_once(void **state)
{
	static const char *const lines[] = {
		P "Workaround = reserve 0x1000..0x1fff", P "Workaround = reserve 0x1000..0x1fff",
		P "Workaround = reserve 0x1000..0x1fff\nWorkaround = reserve-low",
		P "Workaround = reserve 0x2000..0x2fff", NULL};
	struct fixture fixture;

	(void)state;
	begin(&fixture, lines);
	decide(&fixture);
	assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 1, VERDICT_APPLIED, REASON_DUPLICATE);
	assert_rule(&fixture, 2, VERDICT_APPLIED, REASON_NONE);
	assert_rule(&fixture, 3, VERDICT_APPLIED, REASON_NONE);
	assert_int_equal(fixture.plan.n_actions, 3);
	assert_action(&fixture, 0, 1, WORKAROUND_RESERVE);
	assert_int_equal(fixture.plan.action[0].rules, 7);
	assert_action(&fixture, 1, 3, WORKAROUND_RESERVE_LOW);
	assert_action(&fixture, 2, 4, WORKAROUND_RESERVE);
	assert_int_equal(fixture.plan.action[2].parameter.a, 0x2000);
	end(&fixture);
}

/* Two workarounds of two rules, and whether the second rule is refused for it. */
static const struct {
	const char *first, *second;
	bool is_conflict;
} pairs[] = {
	{"hide-map", "wrap-map", true},
	{"wrap-map", "hide-map", true},
	{"hide-map", "provide-map", true},
	{"wrap-map", "provide-map", false},
	{"drop-mat", "rebuild-mat", true},
	{"drop-table eb9d2d31-2d88-11d3-9a16-0090273fc14d",
	 "move-table eb9d2d31-2d88-11d3-9a16-0090273fc14d", true},
	{"drop-table eb9d2d31-2d88-11d3-9a16-0090273fc14d",
	 "move-table eb9d2d32-2d88-11d3-9a16-0090273fc14d", false},
	{"drop-table eb9d2d31-2d88-11d3-9a16-0090273fc14d",
	 "drop-table eb9d2d32-2d88-11d3-9a16-0090273fc14d", false},
	{"max-address 0xffffffff", "max-address 0x7fffffff", true},
	{"ebs-retry 3", "ebs-retry 4", true},
	{"ebs-retry 3", "ebs-delay 3", false},
	{"kernel-option \"efi=noruntime\"", "kernel-option \"pci=no_e820\"", false},
};

static void workarounds_that_exclude_one_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char first[128], second[128];
		const char *lines[] = {first, second, NULL};
		struct fixture fixture;

		snprintf(first, sizeof(first), P "Workaround = %s", pairs[i].first);
		snprintf(second, sizeof(second), P "Workaround = %s", pairs[i].second);
		begin(&fixture, lines);
		decide(&fixture);
		assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
		if (pairs[i].is_conflict)
			assert_rule(&fixture, 1, VERDICT_REFUSED, REASON_CONFLICT);
		else
			assert_rule(&fixture, 1, VERDICT_APPLIED, REASON_NONE);
		assert_int_equal(fixture.plan.n_actions, pairs[i].is_conflict ? 1 : 2);
		end(&fixture);
	}
}

/* Linux on x86 calls some services whatever it is told. */
static void masks_that_nobody_heeds(void **state)
{
	static const struct {
		const char *arch, *services;
		bool is_heeded;
	} masks[] = {
		{"x86_64", "SetVirtualAddressMap", false},
		{"x86_64", "GetTime SetVirtualAddressMap", false},
		{"aarch64", "SetVirtualAddressMap", true},
		{"x86_64", "QueryVariableInfo", false},
		{"x86_64", "SetVariable QueryVariableInfo", true},
		{"aarch64", "QueryVariableInfo", true},
		{"x86_64", "GetTime SetTime ResetSystem", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		char line[128];
		const char *lines[] = {line, NULL};
		struct fixture fixture;

		snprintf(line, sizeof(line), P "Workaround = mask-runtime %s", masks[i].services);
		begin(&fixture, lines);
		machine_set(&fixture.identity, "arch", masks[i].arch);
		decide(&fixture);
		if (masks[i].is_heeded)
			assert_rule(&fixture, 0, VERDICT_APPLIED, REASON_NONE);
		else
			assert_rule(&fixture, 0, VERDICT_REFUSED, REASON_NOT_HEEDED);
		end(&fixture);
	}
}

static void rule_without_room_for_its_actions_is_refused(void **state)
{
	char text[PLAN_MAX_ACTIONS][128], two[256];
	const char *lines[PLAN_MAX_ACTIONS + 1] = {NULL};
	struct fixture fixture;

	(void)state;
	for (unsigned i = 0; i < PLAN_MAX_ACTIONS - 1; i++) {
		snprintf(text[i], sizeof(text[i]), P "Workaround = reserve 0x%x000..0x%xfff", i + 1,
			 i + 1);
		lines[i] = text[i];
	}
	snprintf(two, sizeof(two), P "Workaround = reserve-low\nWorkaround = drop-mat");
	lines[PLAN_MAX_ACTIONS - 1] = two;
	begin(&fixture, lines);
	decide(&fixture);
	assert_rule(&fixture, PLAN_MAX_ACTIONS - 1, VERDICT_REFUSED, REASON_NO_SPACE);
	assert_int_equal(fixture.plan.n_actions, PLAN_MAX_ACTIONS - 1);
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_table_is_recorded_whole_in_order),
		cmocka_unit_test(matches_are_never_dropped_for_others),
		cmocka_unit_test(of_too_many_matches_the_first_stay),
		cmocka_unit_test(late_candidates_do_not_push_matches_out),
		cmocka_unit_test(large_table_lists_candidates_only),
		cmocka_unit_test(probes_of_matched_rules_are_wanted),
		cmocka_unit_test(every_pair_of_probe_answers),
		cmocka_unit_test(a_probe_that_is_not_here),
		cmocka_unit_test(fault_fixup_loosens_by_its_words),
		cmocka_unit_test(observing_and_switches),
		cmocka_unit_test(switches_of_single_rules),
		cmocka_unit_test(retreat_keeps_everything_away),
		cmocka_unit_test(refused_as_a_whole),
		cmocka_unit_test(same_workaround_is_listed_once),
		cmocka_unit_test(masks_that_nobody_heeds),
		cmocka_unit_test(workarounds_that_exclude_one_another),
		cmocka_unit_test(rule_without_room_for_its_actions_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
