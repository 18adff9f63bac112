/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_diff.c - `fwquirk diff`: two states of the rules in, what changes, and on which machines, out */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/host/rules_diff.h>
#include <fwquirk/table_format.h>

#include "census.h"
#include "input.h"
#include "progress.h"
#include "tool.h"

#define TABLE_FILE_MAX_BYTES ((size_t)64 << 20)
#define MODELS_SHOWN         5u

struct diff_run {
	struct rule_set before, after;
	struct rules_diff rules;
	struct population *population; /* NULL when none was asked for */
	struct machines_diff machines;
};

/* ---- input ---- */

static bool is_table(const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t start[4];
	bool is_same;

	if (!file)
		return false;
	is_same = fread(start, sizeof(start), 1, file) == 1 && memcmp(start, "FWQT", 4) == 0;
	fclose(file);
	return is_same;
}

static bool load_table(const char *path, struct rule_set *ret_set)
{
	struct tool_table table;
	char *error = NULL;
	bool is_loaded;

	if (!tool_table_open(path, &table))
		return false;
	is_loaded = unpack_rules(&table.table, path, ret_set, &error);
	if (!is_loaded)
		tool_error_take(error);
	tool_table_close(&table);
	return is_loaded;
}

static bool load(char *path, struct rule_set *ret_set)
{
	return is_table(path) ? load_table(path, ret_set) : input_load(&path, 1, ret_set);
}

/* What a table would have of the rules: beside a table nothing else can be compared. */
static bool reduce_to_table(const char *path, struct rule_set *set)
{
	struct rule_set reduced;
	struct table table;
	char *error = NULL;
	size_t size;
	uint8_t *bytes = pack_rules(set, &size, &error);
	bool is_reduced = bytes && table_open(span_of(bytes, size), &table) == STATUS_OK &&
			  unpack_rules(&table, path, &reduced, &error);

	free(bytes);
	if (!is_reduced) {
		tool_error_take(error);
		return false;
	}
	rule_set_free(set);
	*set = reduced;
	return true;
}

static bool load_both(char *before, char *after, struct diff_run *run)
{
	bool is_table_before = is_table(before), is_table_after = is_table(after);

	if (!load(before, &run->before) || !load(after, &run->after))
		return false;
	if (is_table_before && !is_table_after)
		return reduce_to_table(after, &run->after);
	if (is_table_after && !is_table_before)
		return reduce_to_table(before, &run->before);
	return true;
}

/* ---- words ---- */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_rule(const struct rule_difference *difference)
{
	const struct rule *rule = difference->after ? difference->after : difference->before;

	printf("%s  " RULE_ID_FORMAT "%s",
	       !difference->before  ? "added  "
	       : !difference->after ? "removed"
				    : "changed",
	       rule->id, rule->title ? "  " : "");
	tool_print_text(stdout, text_of(rule->title ? rule->title : ""));
	putchar('\n');
	for (size_t i = 0; i < difference->n_lines; i++) {
		char sign = difference->line[i].sign;

		printf("    %s%c", tool_colour(stdout, sign == '-' ? "red" : "green"), sign);
		tool_print_text(stdout, text_of(difference->line[i].text));
		printf("%s\n", tool_colour(stdout, ""));
	}
}

static void print_machines(const struct diff_run *run, const struct machine_difference *difference)
{
	switch (difference->change) {
	case WORKAROUND_GAINED:
		printf("gain    %s", difference->after);
		break;
	case WORKAROUND_LOST:
		printf("lose    %s", difference->before);
		break;
	case WORKAROUND_CHANGED:
		printf("change  %s to %s", difference->before, difference->after);
		break;
	}
	printf(": %" PRIu32 " machine%s of %zu model%s: ", difference->n_machines,
	       plural(difference->n_machines), difference->n_shares, plural(difference->n_shares));
	census_print_models(run->population, difference->share, difference->n_shares, MODELS_SHOWN);
	putchar('\n');
}

static void print_lacking(const struct machines_diff *machines)
{
	const char *before = "fields that the population lacks, and that were not looked at: ";

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (!(machines->lacking >> field & 1))
			continue;
		printf("%s%s", before, field_name(field));
		before = ", ";
	}
	if (machines->lacking)
		putchar('\n');
	if (machines->n_skipped)
		printf("rules that find nothing with the fields of the population: %zu\n",
		       machines->n_skipped);
}

struct counts {
	size_t n_added, n_removed, n_changed;
};

static struct counts count(const struct rules_diff *diff)
{
	struct counts counts = {.n_added = 0};

	for (size_t i = 0; i < diff->n; i++) {
		counts.n_added += !diff->list[i].before;
		counts.n_removed += !diff->list[i].after;
	}
	counts.n_changed = diff->n - counts.n_added - counts.n_removed;
	return counts;
}

static void print_text(const struct diff_run *run)
{
	struct counts counts = count(&run->rules);

	for (size_t i = 0; i < run->rules.n; i++)
		print_rule(&run->rules.list[i]);
	printf("rules: %zu added, %zu removed, %zu changed, %zu the same\n", counts.n_added,
	       counts.n_removed, counts.n_changed, run->rules.n_same);
	if (!run->population)
		return;
	for (size_t i = 0; i < run->machines.n; i++)
		print_machines(run, &run->machines.list[i]);
	print_lacking(&run->machines);
	printf("machines: %" PRIu32 " of %zu get something else\n", run->machines.n_machines,
	       run->population->table->n_rows);
}

/* ---- JSON ---- */

static json_t *json_of_rule(const struct rule_difference *difference)
{
	const struct rule *rule = difference->after ? difference->after : difference->before;
	json_t *lines = json_array();
	char id[16];

	snprintf(id, sizeof(id), RULE_ID_FORMAT, rule->id);
	for (size_t i = 0; i < difference->n_lines; i++) {
		char *line;

		if (asprintf(&line, "%c%s", difference->line[i].sign, difference->line[i].text) < 0)
			abort();
		json_array_append_new(lines, tool_json_text(text_of(line)));
		free(line);
	}
	return json_pack("{s:s, s:s, s:o, s:o}", "id", id, "change",
			 !difference->before  ? "added"
			 : !difference->after ? "removed"
					      : "changed",
			 "title", rule->title ? tool_json_text(text_of(rule->title)) : json_null(),
			 "lines", lines);
}

static json_t *text_or_null(const char *text)
{
	return text ? tool_json_text(text_of(text)) : json_null();
}

static json_t *json_of_machines(const struct diff_run *run)
{
	static const char *const names[] = {
		[WORKAROUND_GAINED] = "gain",
		[WORKAROUND_LOST] = "lose",
		[WORKAROUND_CHANGED] = "change",
	};
	json_t *changes = json_array(), *lacking = json_array();

	for (size_t i = 0; i < run->machines.n; i++) {
		const struct machine_difference *difference = &run->machines.list[i];

		json_array_append_new(
			changes,
			json_pack("{s:s, s:o, s:o, s:I, s:o}", "change", names[difference->change],
				  "before", text_or_null(difference->before), "after",
				  text_or_null(difference->after), "machines",
				  (json_int_t)difference->n_machines, "models",
				  census_json_models(run->population, difference->share,
						     difference->n_shares)));
	}
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (run->machines.lacking >> field & 1)
			json_array_append_new(lacking, json_string(field_name(field)));
	}
	return json_pack("{s:I, s:I, s:o, s:o, s:I}", "machines",
			 (json_int_t)run->population->table->n_rows, "affected",
			 (json_int_t)run->machines.n_machines, "changes", changes, "lacking",
			 lacking, "rules_not_counted", (json_int_t)run->machines.n_skipped);
}

static int print_json(const struct diff_run *run, int code)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < run->rules.n; i++)
		json_array_append_new(rules, json_of_rule(&run->rules.list[i]));
	return tool_print_json(json_pack("{s:o, s:I, s:o}", "rules", rules, "same",
					 (json_int_t)run->rules.n_same, "population",
					 run->population ? json_of_machines(run) : json_null()),
			       code);
}

/* ---- the run ---- */

static bool compare(struct diff_run *run, const char *population)
{
	char *error = NULL;

	if (rules_diff(&run->before, &run->after, &run->rules, &error) &&
	    (!population || (population_open(population, &run->population, &error) &&
			     machines_diff(run->population, &run->before, &run->after,
					   progress_show, &run->machines, &error))))
		return true;
	tool_error_take(error);
	return false;
}

static int diff_run(char *before, char *after, const char *population, bool as_json)
{
	struct diff_run run = {.population = NULL};
	int code = TOOL_ERROR;

	if (load_both(before, after, &run) && compare(&run, population)) {
		code = run.rules.n ? TOOL_NO : TOOL_YES;
		if (as_json)
			code = print_json(&run, code);
		else
			print_text(&run);
	}
	machines_diff_free(&run.machines);
	population_close(run.population);
	rules_diff_free(&run.rules);
	rule_set_free(&run.before);
	rule_set_free(&run.after);
	return code;
}

int cmd_diff(int argc, char **argv)
{
	static const struct option options[] = {
		{"population", required_argument, NULL, 'p'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	const char *population = NULL;
	bool as_json = false;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'p')
			population = optarg;
		else if (c == 'j')
			as_json = true;
		else
			return tool_usage("diff", NULL);
	}
	if (argc - optind != 2)
		return tool_usage("diff", "expected OLD and NEW, found %d argument%s",
				  argc - optind, argc - optind == 1 ? "" : "s");
	return diff_run(argv[optind], argv[optind + 1], population, as_json);
}
