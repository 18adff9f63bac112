/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* plan.h - matched rules, probe answers and a policy in; ordered actions and a verdict a rule out
 */
#ifndef FWQUIRK_PLAN_H
#define FWQUIRK_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/match.h>
#include <fwquirk/table.h>

enum probe_answer {
	PROBE_NOT_RUN = 0,
	PROBE_ANSWER_NO,
	PROBE_ANSWER_YES,
	PROBE_NO_ANSWER, /* it ran and could not tell */
};

/* One answer a probe. */
struct probe_vector {
	uint8_t answer[PROBE_COUNT]; /* enum probe_answer */
};

#define POLICY_MAX_RULES 16u

/* What the person in front of the machine and the build allow. switches.h fills all but `implemented`,
 * `no_probes`, `fault_loosens` and `retreat`. */
struct policy {
	bool off;     /* nothing is applied */
	bool observe; /* everything is journalled, nothing is applied */
	bool allow_loosen;
	bool retreat;         /* boots with workarounds in effect have died: attempt.h */
	uint32_t implemented; /* bit 1 << enum workaround: what this build or image can apply */
	uint64_t no_probes;   /* bit 1 << enum probe: what it cannot ask */
	/* fault_rule_loosens; NULL where fault-fixup is not implemented, and then it does. A pointer, so that such an
	 * image need not have it. */
	bool (*fault_loosens)(struct text words);
	unsigned n_rules;
	struct policy_rule {
		uint32_t rule_id;
		bool is_on; /* armed although it observes, and may loosen; else switched off */
	} rule[POLICY_MAX_RULES];
};

#define PLAN_MAX_RULES   24u
#define PLAN_MAX_ACTIONS 16u

struct plan_rule {
	uint32_t rule_id;
	uint32_t at;
	enum verdict verdict : 8;
	enum reason reason : 8;
	enum field field : 8; /* for reasons of matching */
	uint8_t detail;       /* condition index or enum workaround, as the reason has it */
	enum probe detail_probe;
};

/*
 * One change of the machine. When several rules want the same workaround with the same parameter it
 * is listed once. `rule` and `rule_id` are the rule it is listed under: the first that wants it,
 * and after apply_plan the one that put it in effect.
 */
struct action {
	uint32_t rule_id;
	uint8_t rule;   /* index in plan->rule */
	bool in_effect; /* set by apply_plan: applied, verified, not undone */
	uint32_t rules; /* bit 1 << index in plan->rule: every rule that wants it */
	enum workaround workaround;
	struct workaround_parameter parameter;
};

/* Filled by the functions below in this order; the caller owns it (static storage in the firmware).
 */
struct plan {
	bool is_x86; /* what the identity says: x86 Linux has services that it calls unasked */
	unsigned n_rules;
	struct plan_rule rule[PLAN_MAX_RULES];
	unsigned n_not_listed; /* rules considered for which there was no room above */
	unsigned n_actions;
	struct action action[PLAN_MAX_ACTIONS];
};

/*
 * Step 1: the rules considered, in ascending id, with verdict MATCHED or NOT_APPLICABLE: candidates
 * by hash, and when the table has at most PLAN_MAX_RULES rules the others too, so that the record
 * of a small table is complete. Matched rules are never dropped for ones that did not match; when
 * even the matched ones are too many those of the lowest ids stay.
 */
void plan_consider(struct plan *plan, const struct table *table, const struct identity *identity);

/* Step 2: bit 1ull << enum probe for every probe that a matched rule names. Zero when none matched. */
uint64_t plan_probes_wanted(const struct plan *plan, const struct table *table);

/*
 * Step 3: decides each matched rule by the probe answers and the policy and lists the actions of
 * those that are armed, in rule order. Afterwards no rule has verdict MATCHED. The first that holds:
 *
 *   SWITCHED_OFF   switch-off       policy says off
 *   SWITCHED_OFF   switch-rule-off  policy turns this rule off
 *   FIXED          probe-no         a probe gave another answer than the rule needs
 *   UNKNOWN_PROBE  probe-absent     this image does not have a probe
 *   UNKNOWN_PROBE  probe-unknown    a probe was not run, could not tell, or is not known here
 *   OBSERVED       no-workaround    nothing to apply (query only)
 *   OBSERVED       mode-observe     the rule only observes and policy does not turn it on
 *   OBSERVED       switch-observe   policy says observe
 *   SWITCHED_OFF   retreat          boots with workarounds in effect have died
 *   REFUSED        not-implemented  this image or build does not have or know a workaround
 *   REFUSED        not-heeded       the operating system would not heed it, see below
 *   REFUSED        policy-loosen    a workaround loosens, policy neither allows that nor turns the rule on
 *   REFUSED        conflict         an action listed already excludes it, see below
 *   REFUSED        no-space         more than PLAN_MAX_ACTIONS actions
 *   APPLIED        duplicate        all its actions are listed already for an earlier rule
 *   APPLIED        switch-rule-on   it observes, and policy turns it on (tentative)
 *   APPLIED        none             (tentative, until apply_plan)
 *
 * A rule is refused as a whole: none of its actions stays when one cannot be done. A duplicate is
 * APPLIED because that is what became of its workaround; it is not listed a second time. Excluding
 * one another: hide-map and wrap-map or provide-map; drop-mat and rebuild-mat; drop-table and
 * move-table of one table; a workaround with one number (max-address, ebs-retry, ebs-delay) and
 * itself with another number.
 *
 * Not heeded: on x86, mask-runtime with SetVirtualAddressMap, which Linux calls whatever the table says (only its
 * generic stub, for other architectures, looks), and with QueryVariableInfo but not SetVariable, because it asks for the
 * room at every write.
 *
 * `detail_probe` is set with the probe reasons, `detail` (enum workaround) with the refusals.
 */
void plan_decide(struct plan *plan, const struct table *table, const struct probe_vector *probes,
		 const struct policy *policy);

#endif
