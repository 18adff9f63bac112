/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_verb.c - what `journal` and `status` have in common: options, loading, JSON */
#include <getopt.h>

#include "record.h"
#include "tool.h"

int record_verb(int argc, char **argv, int max_files,
		void (*print)(const struct record *record, bool verbose))
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	bool as_json = false, verbose = false;
	for (int c; (c = getopt_long(argc, argv, "v", options, NULL)) != -1;) {
		if (c == '?')
			return tool_usage(argv[0], NULL);
		as_json |= c == 'j';
		verbose |= c == 'v';
	}
	if (argc - optind > max_files)
		return tool_usage(argv[0], "unexpected argument \"%s\"", argv[optind + max_files]);
	struct record record;
	enum record_found found = record_load(argv[optind], &record);
	if (found != RECORD_FOUND)
		return found == RECORD_NONE ? TOOL_NO : TOOL_ERROR;
	int code = TOOL_YES;
	if (as_json)
		code = tool_print_json(record_json(&record), TOOL_YES);
	else
		print(&record, verbose);
	record_free(&record);
	return code;
}
