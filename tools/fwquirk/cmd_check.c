/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_check.c - rule files in, every finding of parser and linter out; never writes a file */
#include <getopt.h>

#include <fwquirk/host/rule.h>

#include "tool.h"

#define DEFAULT_PATH "quirks"

struct options {
	bool json;
	const char *machines;
	char **path;
	int n_paths;
};

static bool read_options(int argc, char **argv, struct options *ret_options)
{
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"machines", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0},
	};
	static char *default_paths[] = {DEFAULT_PATH};
	struct options options = {.json = false};
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "j", known, NULL)) >= 0) {
		if (option == 'j')
			options.json = true;
		else if (option == 'm')
			options.machines = optarg;
		else
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
		return tool_usage("check", NULL);
	for (int i = 0; i < options.n_paths; i++)
		is_readable &= rules_parse_path(&set, options.path[i], &diagnostics);
	rules_lint(&set, &diagnostics);
	if (options.machines)
		rules_lint_machines(&set, options.machines, &diagnostics);
	diagnostics_sort(&diagnostics, 0);
	code = !is_readable ? TOOL_ERROR : diagnostics.n_errors ? TOOL_NO : TOOL_YES;
	code = options.json ? print_json(&diagnostics, code) : print_text(&diagnostics, &set, code);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	return code;
}
