/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_pack.c - `fwquirk pack`: a database or rule files in, the packed table out */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>

#include "input.h"
#include "tool.h"

static int say_packed(const char *output, const struct table *table, bool as_json)
{
	size_t size = table->bytes.size;
	double per_rule = table->n_rules ? (double)size / table->n_rules : 0;

	if (as_json)
		return tool_print_json(
			json_pack("{s:o, s:I, s:I, s:I, s:o}", "output",
				  tool_json_text(text_of(output)), "bytes", (json_int_t)size,
				  "rules", (json_int_t)table->n_rules, "crc",
				  (json_int_t)table->crc, "bytes_per_rule",
				  table->n_rules ? json_real(per_rule) : json_null()),
			TOOL_YES);
	tool_print_text(stdout, text_of(output));
	printf(": %zu bytes, %" PRIu32 " rule%s", size, table->n_rules,
	       table->n_rules == 1 ? "" : "s");
	if (table->n_rules)
		printf(", %.1f bytes a rule", per_rule);
	printf(", crc %08" PRIx32 "\n", table->crc);
	return TOOL_YES;
}

static int pack_write(const char *output, const uint8_t *bytes, size_t size, bool as_json)
{
	struct table table;
	char *error = NULL;
	enum status status = table_open(span_of(bytes, size), &table);

	if (status != STATUS_OK) /* the packer promises that it does not happen */
		return tool_error("%s: not written: the packed table is not valid: %s", output,
				  status_text(status));
	if (!file_write(output, bytes, size, &error))
		return tool_error_take(error);
	return say_packed(output, &table, as_json);
}

static int pack_run(const char *output, char *const *path, int n_paths, bool as_json,
		    bool is_hashed)
{
	struct rule_set set;
	char *error = NULL;
	uint8_t *bytes;
	size_t size;
	int code;

	if (!input_load(path, n_paths, &set))
		return tool_error("nothing was packed");
	bytes = is_hashed ? pack_rules_hashed(&set, &size, &error)
			  : pack_rules(&set, &size, &error);
	rule_set_free(&set);
	if (!bytes)
		return tool_error_take(error);
	code = pack_write(output, bytes, size, as_json);
	free(bytes);
	return code;
}

int cmd_pack(int argc, char **argv)
{
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"no-texts", no_argument, NULL, 'n'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	const char *output = NULL;
	bool as_json = false, is_hashed = false;

	for (int c; (c = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		if (c == 'o')
			output = optarg;
		else if (c == 'j')
			as_json = true;
		else if (c == 'n')
			is_hashed = true;
		else
			return tool_usage("pack", NULL);
	}
	if (!output)
		return tool_usage("pack", "expected -o and the table to write");
	return pack_run(output, argv + optind, argc - optind, as_json, is_hashed);
}
