/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_list.c - `fwquirk list`: every rule of the database, a line each */
#include <getopt.h>

#include "hits.h"
#include "tool.h"

int cmd_list(int argc, char **argv)
{
	static const struct option options[] = {
		{"db", required_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct store_query everything = {.n_words = 0};
	const char *db = NULL;
	bool as_json = false;
	size_t n;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			db = optarg;
		else if (c == 'j')
			as_json = true;
		else
			return tool_usage("list", NULL);
	}
	if (argc > optind)
		return tool_usage("list",
				  "expected no argument, found \"%s\"; 'fwquirk query' searches",
				  argv[optind]);
	return hits_run(db, &everything, as_json, &n);
}
