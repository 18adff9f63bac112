/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_match.c - `fwquirk match`: is this machine known bad, since when, what to do, who says so */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>

#include <fwquirk/implemented.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/host/scan.h>
#include <fwquirk/host/source.h>

#include "say.h"

struct match_run {
	struct tool_table table;
	struct source *source;
	struct rule_set rules; /* those that match, of the database; empty when there is none */
	bool verbose;
	uint32_t *matched; /* places in the table, ascending */
	size_t n_matched;
};

static void print_lines(const char *label, const struct rule_evidence *evidence, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("  %-12s %s%s%s\n", i ? "" : label, evidence[i].url,
		       evidence[i].says ? " " : "", evidence[i].says ? evidence[i].says : "");
}

static void print_here(const struct match_run *run, enum field field)
{
	fputs("  (here ", stdout);
	say_value(stdout, run->source, field);
	putchar(')');
}

static void print_conditions(const struct match_run *run, const struct table_rule *rule)
{
	static const char *const labels[] = {"because", "since", "fixed in", "good"};
	struct conditions cursor = rule->conditions;
	struct condition condition;
	while (table_condition_next(&run->table.table, &cursor, &condition)) {
		enum condition_role role = condition.role;
		bool is_bound = role == ROLE_INTRODUCED || role == ROLE_FIXED;
		printf("  %-12s ", labels[role]);
		condition.role = ROLE_MATCH; /* it is said by the label */
		if (is_bound)
			say_bound(stdout, &condition);
		else
			say_condition(stdout, &run->table.table, &condition);
		if (is_bound || (role == ROLE_MATCH && condition.op != OPERATOR_EQUAL))
			print_here(run, condition.field);
		putchar('\n');
	}
	if (scan_is_blankless(run->source))
		printf("  %-12s without blanks and colons, which a modalias has not\n", "compared");
}

static const char *who_does_it(const struct table_rule *rule, uint32_t workaround)
{
	if (rule->mode == MODE_OBSERVE)
		return "observed only, not applied";
	if (workaround >= WORKAROUND_COUNT || !(WORKAROUNDS_IMPLEMENTED >> workaround & 1))
		return "the firmware layer of this version cannot do it yet";
	return "the firmware layer does it";
}

static void print_workarounds(const struct match_run *run, const struct table_rule *rule)
{
	struct span cursor = rule->workarounds;
	struct rule_workaround workaround;
	bool any = false;
	while (table_workaround_next(&run->table.table, &cursor, &workaround)) {
		printf("  %-12s ", any ? "" : "what to do");
		say_workaround(stdout, &workaround);
		printf(" (%s; %s)\n", workaround_meaning(workaround.workaround),
		       who_does_it(rule, workaround.workaround));
		any = true;
	}
	if (!any)
		printf("  %-12s nothing that the firmware layer could do; see the evidence\n",
		       "what to do");
}

static void print_matched(const struct match_run *run, const struct table_rule *rule)
{
	const struct rule *text = tool_rule_find(&run->rules, rule->id);
	printf("%sknown bad%s  " RULE_ID_FORMAT "  %s%s%s\n", tool_colour(stdout, "red"),
	       tool_colour(stdout, ""), (unsigned)rule->id, tool_colour(stdout, "bold"),
	       text ? text->title : "", tool_colour(stdout, ""));
	print_conditions(run, rule);
	if (text && text->unbounded)
		printf("  %-12s not known: %s\n", "fixed in", text->unbounded);
	print_workarounds(run, rule);
	printf("  %-12s %s\n", "confidence", confidence_name(rule->confidence));
	if (text)
		print_lines("who says so", text->evidence, text->n_evidence);
}

static void print_machine(const struct source *source)
{
	static const enum field shown[] = {FIELD_SYS_VENDOR,  FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					   FIELD_BIOS_VENDOR, FIELD_BIOS_VERSION, FIELD_BIOS_DATE};
	const char *before = " ";
	printf("%s (%s):", source->name, source_kind_name(source->kind));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!identity_has(&source->identity, shown[i]))
			continue;
		printf("%s%s ", before, field_name(shown[i]));
		before = ", ";
		tool_print_text(stdout, source->identity.field[shown[i]]);
	}
	putchar('\n');
}

static void print_not_matched(const struct match_run *run, const struct match *match)
{
	printf("no         " RULE_ID_FORMAT "  ", (unsigned)match->rule_id);
	say_reason(stdout, &run->table.table, match, run->source);
	putchar('\n');
}

/* Only the rules that matched are read, unless the reasons of the others are wanted. */
static void print_rules(const struct match_run *run)
{
	const struct table *table = &run->table.table;
	struct table_rule rule;
	struct match match;
	uint32_t cursor = 0;
	for (size_t i = 0; !run->verbose && i < run->n_matched; i++) {
		table_rule_at(table, run->matched[i], &rule);
		print_matched(run, &rule);
	}
	while (run->verbose && table_next(table, &cursor, &rule)) {
		scan_rule(table, &rule, run->source, &match);
		if (match.matched)
			print_matched(run, &rule);
		else
			print_not_matched(run, &match);
	}
}

static void match_print(const struct match_run *run)
{
	print_machine(run->source);
	print_rules(run);
	if (run->n_matched == 0)
		printf("%snot known bad%s: none of %" PRIu32 " rules matches%s\n",
		       tool_colour(stdout, "green"), tool_colour(stdout, ""),
		       run->table.table.n_rules, run->verbose ? "" : " (--verbose tells why)");
}

static json_t *json_match(const struct match_run *run, const struct table_rule *rule,
			  const struct match *match)
{
	const struct table *table = &run->table.table;
	const struct rule *text = tool_rule_find(&run->rules, rule->id);
	json_t *object = json_object();
	json_object_set_new(object, "id", json_rule_id(rule->id));
	json_object_set_new(object, "matched", json_boolean(match->matched));
	json_object_set_new(object, "mode", json_string(mode_name(rule->mode)));
	json_object_set_new(object, "confidence", json_string(confidence_name(rule->confidence)));
	if (!match->matched) {
		json_object_set_new(object, "reason", json_string(reason_name(match->reason)));
		json_object_set_new(object, "field", json_string(field_name(match->field)));
		json_object_set_new(object, "text", json_reason(table, match, run->source));
	}
	json_t *workarounds = json_array();
	struct span cursor = rule->workarounds;
	struct rule_workaround workaround;
	while (table_workaround_next(table, &cursor, &workaround))
		json_array_append_new(workarounds, json_workaround(&workaround));
	json_object_set_new(object, "workarounds", workarounds);
	if (!text)
		return object;
	json_object_set_new(object, "title", json_string(text->title));
	json_object_set_new(object, "defect", json_string(defect_name(text->defect)));
	json_t *evidence = json_array();
	for (size_t i = 0; i < text->n_evidence; i++)
		json_array_append_new(evidence, json_string(text->evidence[i].url));
	json_object_set_new(object, "evidence", evidence);
	return object;
}

static int match_print_json(const struct match_run *run)
{
	const struct table *table = &run->table.table;
	json_t *rules = json_array();
	uint32_t cursor = 0;
	struct table_rule rule;
	while (table_next(table, &cursor, &rule)) {
		struct match match;
		scan_rule(table, &rule, run->source, &match);
		if (match.matched || run->verbose)
			json_array_append_new(rules, json_match(run, &rule, &match));
	}
	json_t *object = json_object();
	json_object_set_new(object, "source", json_string(run->source->name));
	json_object_set_new(object, "kind", json_string(source_kind_name(run->source->kind)));
	json_object_set_new(object, "known_bad", json_boolean(run->n_matched > 0));
	if (scan_is_blankless(run->source))
		json_object_set_new(object, "without_blanks", json_true());
	json_object_set_new(object, "n_rules", json_integer(table->n_rules));
	json_object_set_new(object, "rules", rules);
	return tool_print_json(object, run->n_matched ? TOOL_YES : TOOL_NO);
}

/* The rules that matched, from the database, which is opened only for them or because it was named. */
static bool rules_load(struct match_run *run, const char *db)
{
	uint32_t *id = calloc(run->n_matched + 1, sizeof(*id));
	bool failed = false;
	if (!id)
		abort();
	for (size_t i = 0; i < run->n_matched; i++) {
		struct table_rule rule;
		table_rule_at(&run->table.table, run->matched[i], &rule);
		id[i] = rule.id;
	}
	if (run->n_matched || db)
		tool_rules_load_ids(db, id, run->n_matched, &run->rules, &failed);
	free(id);
	return !failed;
}

static int match_run(struct match_run *run, const char *db, bool as_json)
{
	run->n_matched = scan_source(&run->table.table, run->source, &run->matched);
	if (!rules_load(run, db))
		return TOOL_ERROR;
	if (as_json)
		return match_print_json(run);
	match_print(run);
	return run->n_matched ? TOOL_YES : TOOL_NO;
}

int cmd_match(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", required_argument, NULL, 't'},
		{"db", required_argument, NULL, 'd'},
		{"verbose", no_argument, NULL, 'v'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct match_run run = {.verbose = false};
	const char *table_path = NULL, *db = NULL;
	bool as_json = false;
	for (int c; (c = getopt_long(argc, argv, "v", options, NULL)) != -1;) {
		switch (c) {
		case 't':
			table_path = optarg;
			break;
		case 'd':
			db = optarg;
			break;
		case 'v':
			run.verbose = true;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return tool_usage("match", NULL);
		}
	}
	if (argc - optind > 1)
		return tool_usage("match", "one SOURCE at a time, found %d", argc - optind);
	char *error = NULL;
	if (!source_open(argv[optind], &run.source, &error))
		return tool_error_take(error);
	int code = TOOL_ERROR;
	if (tool_table_open(table_path, &run.table)) {
		code = match_run(&run, db, as_json);
		tool_table_close(&run.table);
	}
	free(run.matched);
	rule_set_free(&run.rules);
	source_close(run.source);
	return code;
}
