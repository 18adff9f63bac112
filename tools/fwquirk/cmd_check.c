/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_check.c - rule files in, every finding of parser and linter out; never writes a file */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/version.h>

#include "tool.h"

#define DEFAULT_PATH "quirks"

struct options {
	bool json;
	const char *machines;
	char today[sizeof("yyyy-mm-dd")];
	char **path;
	int n_paths;
};

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

static bool read_options(int argc, char **argv, struct options *ret_options)
{
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"machines", required_argument, NULL, 'm'},
		{"today", required_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	static char *default_paths[] = {DEFAULT_PATH};
	struct options options = {.json = false};
	int option;

	set_today(options.today);
	while ((option = getopt_long(argc, argv, "j", known, NULL)) >= 0) {
		if (option == 'j')
			options.json = true;
		else if (option == 'm')
			options.machines = optarg;
		else if (option == 't') {
			if (!read_day(optarg, options.today))
				return false;
		} else {
			tool_usage("check", NULL);
			return false;
		}
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

static int print_json(const struct diagnostics *diagnostics, int code)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < diagnostics->n; i++)
		json_array_append_new(findings, json_finding(&diagnostics->list[i]));
	return tool_print_json(findings, code);
}

static int print_text(const struct diagnostics *diagnostics, const struct rule_set *set, int code)
{
	for (size_t i = 0; i < diagnostics->n; i++)
		diagnostic_print(stdout, &diagnostics->list[i]);
	printf("%zu rule%s in %zu file%s: %zu error%s, %zu warning%s\n", set->n_rules,
	       set->n_rules == 1 ? "" : "s", set->n_files, set->n_files == 1 ? "" : "s",
	       diagnostics->n_errors, diagnostics->n_errors == 1 ? "" : "s",
	       diagnostics->n_warnings, diagnostics->n_warnings == 1 ? "" : "s");
	return code;
}

int cmd_check(int argc, char **argv)
{
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_files = 0};
	struct options options;
	bool is_readable = true;
	int code;

	if (!read_options(argc, argv, &options))
		return TOOL_ERROR;
	for (int i = 0; i < options.n_paths; i++)
		is_readable &= rules_parse_path(&set, options.path[i], &diagnostics);
	rules_lint(&set, &diagnostics);
	rules_lint_expired(&set, options.today, &diagnostics);
	if (options.machines)
		rules_lint_machines(&set, options.machines, &diagnostics);
	diagnostics_sort(&diagnostics, 0);
	code = !is_readable ? TOOL_ERROR : diagnostics.n_errors ? TOOL_NO : TOOL_YES;
	code = options.json ? print_json(&diagnostics, code) : print_text(&diagnostics, &set, code);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	return code;
}
