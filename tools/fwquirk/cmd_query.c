/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_query.c - `fwquirk query`: the rules in which all words occur and that pass every filter */
#include <getopt.h>

#include "hits.h"
#include "tool.h"

static const struct option options[] = {
	{"db", required_argument, NULL, 'D'},      {"vendor", required_argument, NULL, 'v'},
	{"product", required_argument, NULL, 'p'}, {"version", required_argument, NULL, 'V'},
	{"defect", required_argument, NULL, 'd'},  {"workaround", required_argument, NULL, 'w'},
	{"mode", required_argument, NULL, 'm'},    {"confidence", required_argument, NULL, 'c'},
	{"date", required_argument, NULL, 'a'},    {"since", required_argument, NULL, 's'},
	{"json", no_argument, NULL, 'j'},          {NULL, 0, NULL, 0},
};

/* Where the value of an option goes; NULL for what is none. */
static const char **place_of(struct store_query *query, const char **db, int option)
{
	switch (option) {
	case 'D':
		return db;
	case 'v':
		return &query->vendor;
	case 'p':
		return &query->product;
	case 'V':
		return &query->version;
	case 'd':
		return &query->defect;
	case 'w':
		return &query->workaround;
	case 'm':
		return &query->mode;
	case 'c':
		return &query->confidence;
	case 'a':
		return &query->date;
	case 's':
		return &query->since;
	default:
		return NULL;
	}
}

int cmd_query(int argc, char **argv)
{
	struct store_query query = {.n_words = 0};
	const char *db = NULL;
	bool as_json = false;
	size_t n = 0;
	int code;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		const char **place = place_of(&query, &db, c);

		if (c == 'j')
			as_json = true;
		else if (place)
			*place = optarg;
		else
			return tool_usage("query", NULL);
	}
	query.word = (const char *const *)argv + optind;
	query.n_words = (size_t)(argc - optind);
	code = hits_run(db, &query, as_json, &n);
	return code == TOOL_YES && !n ? TOOL_NO : code;
}
