/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_plan.c - `fwquirk plan`: what the firmware layer would do on a machine, by the same code */
#include <getopt.h>
#include <string.h>

#include <fwquirk/fault_rule.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/host/source.h>
#include <fwquirk/implemented.h>
#include <fwquirk/plan.h>
#include <fwquirk/switches.h>

#include "say.h"

struct plan_run {
	struct tool_table table;
	struct source *source;
	struct probe_vector probes;
	struct policy policy;
	struct plan plan;
};

/* NAME=yes or NAME=no */
static bool probe_assume(struct probe_vector *probes, const char *text)
{
	const char *equals = strchr(text, '=');
	enum probe probe;
	if (!equals || !probe_from_name(text_sized(text, (size_t)(equals - text)), &probe))
		return false;
	if (strcmp(equals + 1, "yes") == 0)
		probes->answer[probe] = PROBE_ANSWER_YES;
	else if (strcmp(equals + 1, "no") == 0)
		probes->answer[probe] = PROBE_ANSWER_NO;
	else
		return false;
	return true;
}

static void print_rule(const struct plan_run *run, const struct plan_rule *rule)
{
	printf(RULE_ID_FORMAT "  %-15s", (unsigned)rule->rule_id, verdict_name(rule->verdict));
	if (rule->verdict == VERDICT_NOT_APPLICABLE) {
		struct match match = {.rule_id = rule->rule_id,
				      .at = rule->at,
				      .reason = rule->reason,
				      .field = rule->field,
				      .condition = rule->detail};
		say_reason(stdout, &run->table.table, &match, run->source);
	} else if (reason_is_about_probe(rule->reason)) {
		printf("%s: %s", probe_name(rule->detail_probe), reason_meaning(rule->reason));
	} else {
		fputs(reason_meaning(rule->reason), stdout);
	}
	putchar('\n');
}

static void plan_print(const struct plan_run *run, uint64_t probes_wanted)
{
	const struct plan *plan = &run->plan;
	for (unsigned i = 0; i < plan->n_rules; i++)
		print_rule(run, &plan->rule[i]);
	if (plan->n_not_listed)
		printf("and %u rules more that were considered and not listed\n",
		       plan->n_not_listed);
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		if (probes_wanted >> probe & 1)
			printf("probe   %s\n", probe_name(probe));
	for (unsigned i = 0; i < plan->n_actions; i++) {
		struct rule_workaround workaround = {.workaround = plan->action[i].workaround,
						     .parameter = plan->action[i].parameter};
		printf("%sapply%s   ", tool_colour(stdout, "bold"), tool_colour(stdout, ""));
		say_workaround(stdout, &workaround);
		printf(" for " RULE_ID_FORMAT "\n", (unsigned)plan->action[i].rule_id);
	}
	if (plan->n_actions == 0)
		puts("nothing would be applied");
}

static json_t *json_plan_rule(const struct plan_rule *rule)
{
	json_t *object = json_object();
	json_object_set_new(object, "id", json_rule_id(rule->rule_id));
	json_object_set_new(object, "verdict", json_string(verdict_name(rule->verdict)));
	json_object_set_new(object, "reason", json_string(reason_name(rule->reason)));
	if (rule->verdict == VERDICT_NOT_APPLICABLE)
		json_object_set_new(object, "field", json_string(field_name(rule->field)));
	if (reason_is_about_probe(rule->reason))
		json_object_set_new(object, "probe", json_string(probe_name(rule->detail_probe)));
	return object;
}

static json_t *plan_json(const struct plan_run *run, uint64_t probes_wanted)
{
	const struct plan *plan = &run->plan;
	json_t *rules = json_array(), *probes = json_array(), *actions = json_array();
	for (unsigned i = 0; i < plan->n_rules; i++)
		json_array_append_new(rules, json_plan_rule(&plan->rule[i]));
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		if (probes_wanted >> probe & 1)
			json_array_append_new(probes, json_string(probe_name(probe)));
	for (unsigned i = 0; i < plan->n_actions; i++) {
		struct rule_workaround workaround = {.workaround = plan->action[i].workaround,
						     .parameter = plan->action[i].parameter};
		json_t *action = json_object();
		json_object_set_new(action, "id", json_rule_id(plan->action[i].rule_id));
		json_object_set_new(action, "workaround", json_workaround(&workaround));
		json_array_append_new(actions, action);
	}
	json_t *object = json_object();
	json_object_set_new(object, "rules", rules);
	json_object_set_new(object, "not_listed", json_integer(plan->n_not_listed));
	json_object_set_new(object, "probes", probes);
	json_object_set_new(object, "actions", actions);
	return object;
}

static int plan_run(struct plan_run *run, bool as_json)
{
	const struct table *table = &run->table.table;
	plan_consider(&run->plan, table, &run->source->identity);
	uint64_t wanted = plan_probes_wanted(&run->plan, table);
	plan_decide(&run->plan, table, &run->probes, &run->policy);
	int code = run->plan.n_actions ? TOOL_YES : TOOL_NO;
	if (as_json)
		return tool_print_json(plan_json(run, wanted), code);
	plan_print(run, wanted);
	return code;
}

int cmd_plan(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", required_argument, NULL, 't'},
		{"probe", required_argument, NULL, 'p'},
		{"observe", no_argument, NULL, 'o'},
		{"switches", required_argument, NULL, 's'},
		{"secure-boot", no_argument, NULL, 'S'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	static struct plan_run run;
	const char *table_path = NULL;
	bool as_json = false, is_secure = false;
	run = (struct plan_run){.policy = {.implemented = WORKAROUNDS_IMPLEMENTED,
					   .fault_loosens = fault_rule_loosens}};
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 't':
			table_path = optarg;
			break;
		case 'o':
			run.policy.observe = true;
			break;
		case 's':
			if (switches_add(&run.policy, text_of(optarg)) & SWITCH_HAS_UNKNOWN)
				return tool_usage("plan",
						  "expected off, observe, loosen, +FWQ-nnnn or "
						  "-FWQ-nnnn, found \"%s\"",
						  optarg);
			break;
		case 'S':
			is_secure = true;
			break;
		case 'j':
			as_json = true;
			break;
		case 'p':
			if (!probe_assume(&run.probes, optarg))
				return tool_usage(
					"plan",
					"expected --probe NAME=yes or NAME=no, found \"%s\"",
					optarg);
			break;
		default:
			return tool_usage("plan", NULL);
		}
	}
	if (is_secure)
		switches_restrict(&run.policy);
	if (argc - optind > 1)
		return tool_usage("plan", "one SOURCE at a time, found %d", argc - optind);
	char *error = NULL;
	if (!source_open(argv[optind], &run.source, &error))
		return tool_error_take(error);
	int code = TOOL_ERROR;
	if (tool_table_open(table_path, &run.table)) {
		code = plan_run(&run, as_json);
		tool_table_close(&run.table);
	}
	source_close(run.source);
	return code;
}
