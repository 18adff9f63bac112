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

/* What the person in front of the machine and the build allow. */
struct policy {
	bool off;     /* nothing is applied */
	bool observe; /* everything is journalled, nothing is applied */
	bool allow_loosen;
	uint32_t implemented; /* bit 1 << enum workaround: what this build can apply */
};

#define PLAN_MAX_RULES   24u
#define PLAN_MAX_ACTIONS 16u

struct plan_rule {
	uint32_t rule_id;
	uint32_t at;
	enum verdict verdict;
	enum reason reason;
	enum field field; /* for reasons of matching */
	uint8_t detail;   /* condition index, or probe, or workaround, as the reason has it */
	enum probe detail_probe;
};

struct action {
	uint32_t rule_id;
	uint8_t rule; /* index in plan->rule */
	enum workaround workaround;
	struct workaround_parameter parameter;
};

/* Filled by the functions below in this order; the caller owns it (static storage in the firmware).
 */
struct plan {
	unsigned n_rules;
	struct plan_rule rule[PLAN_MAX_RULES];
	unsigned n_not_listed; /* rules considered for which there was no room above */
	unsigned n_actions;
	struct action action[PLAN_MAX_ACTIONS];
};

/*
 * Step 1: the rules considered. Candidates by hash with their verdict MATCHED or NOT_APPLICABLE;
 * after them, as long as the table has at most PLAN_MAX_RULES rules, the others too, so that the
 * record of a small table is complete. Matched rules are never dropped for ones that did not match.
 */
void plan_consider(struct plan *plan, const struct table *table, const struct identity *identity);

/* Step 2: bit 1 << enum probe for every probe that a matched rule names. Zero when none matched. */
uint32_t plan_probes_wanted(const struct plan *plan, const struct table *table);

/*
 * Step 3: decides each matched rule by the probe answers and the policy and lists the actions of
 * those that are armed, in rule order. Afterwards no rule has verdict MATCHED: it is FIXED,
 * UNKNOWN_PROBE, OBSERVED, REFUSED, SWITCHED_OFF, or (tentatively, until apply_plan) APPLIED.
 * A rule is refused as a whole: none of its actions stays when one cannot be done.
 */
void plan_decide(struct plan *plan, const struct table *table, const struct probe_vector *probes,
		 const struct policy *policy);

#endif
