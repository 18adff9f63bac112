/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_check.c - rule files in, every finding of parser and linter out; never writes a file */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fwquirk/version.h>

#include "census.h"
#include "progress.h"
#include "tool.h"

#define DEFAULT_PATH "quirks"

struct options {
	bool json;
	const char *machines, *population;
	struct population_limits limits;
	char today[sizeof("yyyy-mm-dd")];
	char **path;
	int n_paths;
};

/* What was read and found on the way. */
struct check {
	struct rule_set set;
	struct diagnostics diagnostics;
	struct population *population; /* NULL when none was asked for */
	struct population_count *counts;
};

/* ---- options ---- */

static void set_today(char today[static 11])
{
	time_t now = time(NULL);
	struct tm date;

	if (!gmtime_r(&now, &date) || !strftime(today, 11, "%Y-%m-%d", &date))
		today[0] = '\0'; /* a clock beyond the calendar: nothing has expired */
}

static bool read_day(const char *text, char today[static 11])
{
	uint32_t date;

	if (date_read_iso(text_of(text), &date) != STATUS_OK || strlen(text) != 10) {
		tool_usage("check", "expected --today yyyy-mm-dd, found \"%s\"", text);
		return false;
	}
	memcpy(today, text, 11);
	return true;
}

static bool read_number(const char *option, const char *text, uint32_t *ret_number)
{
	uint64_t number;

	if (!text_to_u64(text_of(text), &number) || number > UINT32_MAX) {
		tool_usage("check", "expected a number behind --%s, found \"%s\"", option, text);
		return false;
	}
	*ret_number = (uint32_t)number;
	return true;
}

static bool take_option(int option, struct options *options)
{
	switch (option) {
	case 'j':
		options->json = true;
		return true;
	case 'm':
		options->machines = optarg;
		return true;
	case 't':
		return read_day(optarg, options->today);
	case 'p':
		options->population = optarg;
		return true;
	case 'l':
		return read_number("limit", optarg, &options->limits.limit);
	case 'o':
		return read_number("tolerance", optarg, &options->limits.tolerance);
	default:
		tool_usage("check", NULL);
		return false;
	}
}

static bool read_options(int argc, char **argv, struct options *ret_options)
{
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"machines", required_argument, NULL, 'm'},
		{"today", required_argument, NULL, 't'},
		{"population", required_argument, NULL, 'p'},
		{"limit", required_argument, NULL, 'l'},
		{"tolerance", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	static char *default_paths[] = {DEFAULT_PATH};
	struct options options = {.limits = {POPULATION_LIMIT, POPULATION_TOLERANCE}};
	int option;

	set_today(options.today);
	while ((option = getopt_long(argc, argv, "j", known, NULL)) >= 0) {
		if (!take_option(option, &options))
			return false;
	}
	options.n_paths = argc - optind;
	options.path = argv + optind;
	if (!options.n_paths) {
		options.n_paths = 1;
		options.path = default_paths;
	}
	*ret_options = options;
	return true;
}

/* ---- output ---- */

static json_t *json_finding(const struct diagnostic *d)
{
	json_t *finding = json_pack("{s:s, s:s, s:o, s:o}", "code", d->code, "severity",
				    diagnostic_severity_name(d->severity), "path",
				    tool_json_text(text_of(d->path)), "message",
				    tool_json_text(text_of(d->message)));

	if (d->place.line) {
		json_object_set_new(finding, "line", json_integer(d->place.line));
		json_object_set_new(finding, "column", json_integer(d->place.column));
	}
	if (d->hint)
		json_object_set_new(finding, "hint", tool_json_text(text_of(d->hint)));
	return finding;
}

/* The findings; with a population an object that has them and it. */
static int print_json(const struct check *check, int code)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < check->diagnostics.n; i++)
		json_array_append_new(findings, json_finding(&check->diagnostics.list[i]));
	if (!check->population)
		return tool_print_json(findings, code);
	return tool_print_json(
		json_pack("{s:o, s:o}", "findings", findings, "population",
			  census_json(check->population, &check->set, check->counts)),
		code);
}

static int print_text(const struct check *check, int code)
{
	const struct diagnostics *diagnostics = &check->diagnostics;
	const struct rule_set *set = &check->set;

	for (size_t i = 0; i < diagnostics->n; i++)
		diagnostic_print(stdout, &diagnostics->list[i]);
	if (check->population)
		census_print(check->population, set, check->counts);
	printf("%zu rule%s in %zu file%s: %zu error%s, %zu warning%s\n", set->n_rules,
	       set->n_rules == 1 ? "" : "s", set->n_files, set->n_files == 1 ? "" : "s",
	       diagnostics->n_errors, diagnostics->n_errors == 1 ? "" : "s",
	       diagnostics->n_warnings, diagnostics->n_warnings == 1 ? "" : "s");
	return code;
}

/* ---- the run ---- */

static bool count_machines(struct check *check, const struct options *options)
{
	char *error = NULL;

	if (!population_open(options->population, &check->population, &error) ||
	    !population_count(check->population, &check->set, progress_show, &check->counts,
			      &error)) {
		tool_error_take(error);
		return false;
	}
	population_lint(check->population, &check->set, check->counts, &options->limits,
			&check->diagnostics);
	return true;
}

static int check_run(struct check *check, const struct options *options)
{
	bool is_readable = true;
	int code;

	for (int i = 0; i < options->n_paths; i++)
		is_readable &= rules_parse_path(&check->set, options->path[i], &check->diagnostics);
	rules_lint(&check->set, &check->diagnostics);
	rules_lint_expired(&check->set, options->today, &check->diagnostics);
	if (options->machines)
		rules_lint_machines(&check->set, options->machines, &check->diagnostics);
	if (options->population && !count_machines(check, options))
		return TOOL_ERROR;
	diagnostics_sort(&check->diagnostics, 0);
	code = !is_readable ? TOOL_ERROR : check->diagnostics.n_errors ? TOOL_NO : TOOL_YES;
	return options->json ? print_json(check, code) : print_text(check, code);
}

int cmd_check(int argc, char **argv)
{
	struct check check = {.population = NULL};
	struct options options;
	int code;

	if (!read_options(argc, argv, &options))
		return TOOL_ERROR;
	code = check_run(&check, &options);
	population_counts_free(check.counts, check.set.n_rules);
	population_close(check.population);
	diagnostics_free(&check.diagnostics);
	rule_set_free(&check.set);
	return code;
}
