/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_parts.c - `fwquirk parts`: the workarounds and probes that a table uses, or those of them that an image lacks */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/parts.h>

#include "tool.h"

/* Names of the bits, a line each or in one JSON array. */
static json_t *names(const char *kind, uint64_t bits, const char *(*name)(unsigned), bool as_json)
{
	json_t *array = as_json ? json_array() : NULL;

	for (unsigned i = 0; i < 64; i++) {
		if (!(bits >> i & 1))
			continue;
		if (as_json)
			json_array_append_new(array, json_string(name(i)));
		else
			printf("%s %s\n", kind, name(i));
	}
	return array;
}

static int print(const struct parts *parts, bool as_json, int code)
{
	json_t *workarounds = names("workaround", parts->workarounds, workaround_name, as_json);
	json_t *probes = names("probe", parts->probes, probe_name, as_json);

	if (!as_json)
		return code;
	return tool_print_json(
		json_pack("{s:o, s:o}", "workarounds", workarounds, "probes", probes), code);
}

static bool image_read(const char *path, struct parts *ret_parts)
{
	char *error = NULL;
	uint8_t *bytes;
	size_t size;
	bool is_ours;

	if (!file_read(path, FILE_LIMIT, &bytes, &size, &error)) {
		tool_error_take(error);
		return false;
	}
	is_ours = parts_of_image(bytes, size, ret_parts);
	free(bytes);
	if (!is_ours)
		tool_error("%s: is no image of fwquirk, or one that does not say what it has",
			   path);
	return is_ours;
}

int cmd_parts(int argc, char **argv)
{
	static const struct option options[] = {
		{"table", required_argument, NULL, 't'},
		{"armed", no_argument, NULL, 'a'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct parts parts, has = {.workarounds = 0};
	const char *table_path = NULL;
	bool as_json = false, armed_only = false;
	struct tool_table table;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 't')
			table_path = optarg;
		else if (c == 'a')
			armed_only = true;
		else if (c == 'j')
			as_json = true;
		else
			return tool_usage("parts", NULL);
	}
	if (argc - optind > 1)
		return tool_usage("parts", "one IMAGE at a time, found %d", argc - optind);
	if (argv[optind] && !image_read(argv[optind], &has))
		return TOOL_ERROR;
	if (!tool_table_open(table_path, &table))
		return TOOL_ERROR;
	parts = parts_used(&table.table, armed_only);
	tool_table_close(&table);
	parts.workarounds &= ~has.workarounds;
	parts.probes &= ~has.probes;
	return print(&parts, as_json,
		     argv[optind] && (parts.workarounds || parts.probes) ? TOOL_NO : TOOL_YES);
}
