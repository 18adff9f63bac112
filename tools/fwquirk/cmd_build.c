/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_build.c - `fwquirk build`: rule files in, the SQLite database out */
#include <getopt.h>
#include <stdio.h>

#include "input.h"
#include "tool.h"

struct build_counts {
	size_t n_files, n_rules, n_armed, n_conditions, n_workarounds, n_evidence;
};

static struct build_counts count(const struct rule_set *set)
{
	struct build_counts counts = {.n_files = set->n_files, .n_rules = set->n_rules};

	for (size_t i = 0; i < set->n_rules; i++) {
		counts.n_armed += set->rule[i].mode == MODE_ARM;
		counts.n_conditions += set->rule[i].n_conditions;
		counts.n_workarounds += set->rule[i].n_workarounds;
		counts.n_evidence += set->rule[i].n_evidence;
	}
	return counts;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int say_built(const char *output, const struct build_counts *counts, bool as_json)
{
	if (as_json)
		return tool_print_json(json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "output",
						 tool_json_text(text_of(output)), "files",
						 (json_int_t)counts->n_files, "rules",
						 (json_int_t)counts->n_rules, "armed",
						 (json_int_t)counts->n_armed, "conditions",
						 (json_int_t)counts->n_conditions, "workarounds",
						 (json_int_t)counts->n_workarounds, "evidence",
						 (json_int_t)counts->n_evidence),
				       TOOL_YES);
	tool_print_text(stdout, text_of(output));
	printf(": %zu rule%s (%zu armed) of %zu file%s, %zu condition%s, %zu workaround%s, "
	       "%zu piece%s of evidence\n",
	       counts->n_rules, plural(counts->n_rules), counts->n_armed, counts->n_files,
	       plural(counts->n_files), counts->n_conditions, plural(counts->n_conditions),
	       counts->n_workarounds, plural(counts->n_workarounds), counts->n_evidence,
	       plural(counts->n_evidence));
	return TOOL_YES;
}

static int build_run(const char *output, char *const *path, int n_paths, bool as_json)
{
	struct build_counts counts;
	struct rule_set set;
	char *error = NULL;
	bool is_built;

	if (!input_parse(path, n_paths, &set))
		return tool_error("nothing was built: the rules have errors");
	is_built = store_build(output, &set, &error);
	counts = count(&set);
	rule_set_free(&set);
	return is_built ? say_built(output, &counts, as_json) : tool_error_take(error);
}

int cmd_build(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	const char *output = NULL;
	bool as_json = false;

	for (int c; (c = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		if (c == 'o')
			output = optarg;
		else if (c == 'j')
			as_json = true;
		else
			return tool_usage("build", NULL);
	}
	if (!output)
		return tool_usage("build", "expected -o and the database to write");
	return build_run(output, argv + optind, argc - optind, as_json);
}
