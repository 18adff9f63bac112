/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_explain.c - `fwquirk explain`: every condition of one rule beside what the machine says */
#include <getopt.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/host/scan.h>
#include <fwquirk/host/source.h>

#include "say.h"

struct explain_run {
	struct tool_table table;
	struct source *source;
	struct rule_set rules;
	struct table_rule rule;
	struct match match;
};

static bool explain_find_rule(struct explain_run *run, uint32_t id)
{
	const struct rule *text = tool_rule_find(&run->rules, id);
	uint32_t cursor = 0;
	while (table_next(&run->table.table, &cursor, &run->rule))
		if (run->rule.id == id)
			return true;
	if (text && text->unmatched)
		tool_error(RULE_ID_FORMAT " has no condition to explain, it is there to be found: "
					  "%s; 'fwquirk show " RULE_ID_FORMAT "' tells all",
			   (unsigned)id, text->unmatched, (unsigned)id);
	else
		tool_error("the table has no rule " RULE_ID_FORMAT
			   "; 'fwquirk list' shows those of the database",
			   (unsigned)id);
	return false;
}

static void print_condition(const struct explain_run *run, const struct condition *condition)
{
	enum reason reason = scan_condition(&run->table.table, condition, run->source);
	bool holds = reason == REASON_NONE;
	printf("  %s%-4s%s ", tool_colour(stdout, holds ? "green" : "red"), holds ? "yes" : "no",
	       tool_colour(stdout, ""));
	say_condition(stdout, &run->table.table, condition);
	if (!condition->is_unknown) {
		fputs("\n       here ", stdout);
		say_value(stdout, run->source, condition->field);
		if (run->source->lossy >> condition->field & 1)
			fputs(scan_is_blankless(run->source)
				      ? " (compared without blanks: a modalias has none)"
				      : " (this kind of source changes the text)",
			      stdout);
	}
	if (!holds)
		printf("\n       %s: %s", reason_name(reason), reason_meaning(reason));
	putchar('\n');
}

static void print_firmware_part(const struct explain_run *run)
{
	const struct table *table = &run->table.table;
	struct span cursor = run->rule.probes;
	struct rule_probe probe;
	while (table_probe_next(table, &cursor, &probe))
		printf("  then probe %s, which must answer %s: %s\n", probe_name(probe.probe),
		       probe.wanted ? "yes" : "no", probe_meaning(probe.probe));
	cursor = run->rule.workarounds;
	struct rule_workaround workaround;
	while (table_workaround_next(table, &cursor, &workaround)) {
		fputs("  then apply ", stdout);
		say_workaround(stdout, &workaround);
		printf(": %s\n", workaround_meaning(workaround.workaround));
	}
}

static void explain_print(const struct explain_run *run)
{
	const struct rule *text = tool_rule_find(&run->rules, run->rule.id);
	printf(RULE_ID_FORMAT "  %s (mode %s, confidence %s)\n", (unsigned)run->rule.id,
	       text ? text->title : "", mode_name(run->rule.mode),
	       confidence_name(run->rule.confidence));
	struct conditions cursor = run->rule.conditions;
	struct condition condition;
	while (table_condition_next(&run->table.table, &cursor, &condition))
		print_condition(run, &condition);
	if (run->match.matched) {
		puts("matches by identity");
		print_firmware_part(run);
	} else {
		fputs("does not match: ", stdout);
		say_reason(stdout, &run->table.table, &run->match, run->source);
		putchar('\n');
	}
	if (text)
		for (size_t i = 0; i < text->n_evidence; i++)
			printf("  see %s\n", text->evidence[i].url);
}

static json_t *json_explained(const struct explain_run *run, const struct condition *condition)
{
	enum reason reason = scan_condition(&run->table.table, condition, run->source);
	json_t *object = json_object();
	json_object_set_new(object, "condition", json_condition(&run->table.table, condition));
	json_object_set_new(object, "holds", json_boolean(reason == REASON_NONE));
	json_object_set_new(object, "reason", json_string(reason_name(reason)));
	json_object_set_new(object, "field", json_string(field_name(condition->field)));
	if (run->source->identity.present >> condition->field & 1)
		json_object_set_new(object, "value",
				    tool_json_text(run->source->identity.field[condition->field]));
	json_object_set_new(object, "knowable",
			    json_boolean(!(run->source->unknowable >> condition->field & 1)));
	return object;
}

static json_t *explain_json(const struct explain_run *run)
{
	json_t *object = json_object(), *conditions = json_array(), *probes = json_array(),
	       *workarounds = json_array();
	const struct table *table = &run->table.table;
	struct conditions rest = run->rule.conditions;
	struct span cursor;
	struct condition condition;
	while (table_condition_next(table, &rest, &condition))
		json_array_append_new(conditions, json_explained(run, &condition));
	cursor = run->rule.probes;
	for (struct rule_probe probe; table_probe_next(table, &cursor, &probe);)
		json_array_append_new(probes,
				      json_pack("{s:s, s:b}", "name", probe_name(probe.probe),
						"wanted", (int)probe.wanted));
	cursor = run->rule.workarounds;
	for (struct rule_workaround workaround; table_workaround_next(table, &cursor, &workaround);)
		json_array_append_new(workarounds, json_workaround(&workaround));
	json_object_set_new(object, "id", json_rule_id(run->rule.id));
	json_object_set_new(object, "matched", json_boolean(run->match.matched));
	json_object_set_new(object, "mode", json_string(mode_name(run->rule.mode)));
	json_object_set_new(object, "conditions", conditions);
	json_object_set_new(object, "probes", probes);
	json_object_set_new(object, "workarounds", workarounds);
	return object;
}

static int explain_run(struct explain_run *run, uint32_t id, const char *db, bool as_json)
{
	bool failed;
	tool_rules_load_ids(db, &id, 1, &run->rules, &failed);
	if (failed || !explain_find_rule(run, id))
		return TOOL_ERROR;
	scan_rule(&run->table.table, &run->rule, run->source, &run->match);
	int code = run->match.matched ? TOOL_YES : TOOL_NO;
	if (as_json)
		return tool_print_json(explain_json(run), code);
	explain_print(run);
	return code;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", required_argument, NULL, 't'},
		{"db", required_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct explain_run run = {.source = NULL};
	const char *table_path = NULL, *db = NULL;
	bool as_json = false;
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 't':
			table_path = optarg;
			break;
		case 'd':
			db = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return tool_usage("explain", NULL);
		}
	}
	uint32_t id;
	if (argc - optind < 1 || argc - optind > 2)
		return tool_usage("explain", "expected ID [SOURCE], found %d arguments",
				  argc - optind);
	if (!rule_id_from_text(argv[optind], &id))
		return tool_usage("explain", "expected a rule such as FWQ-0001, found \"%s\"",
				  argv[optind]);
	char *error = NULL;
	if (!source_open(argv[optind + 1], &run.source, &error))
		return tool_error_take(error);
	int code = TOOL_ERROR;
	if (tool_table_open(table_path, &run.table)) {
		code = explain_run(&run, id, db, as_json);
		tool_table_close(&run.table);
	}
	rule_set_free(&run.rules);
	source_close(run.source);
	return code;
}
