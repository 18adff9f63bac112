/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* input.c - paths in, a rule set or an open database out; every failure has been said on return */
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "tool.h"

#define DEFAULT_RULES "quirks"

bool input_parse(char *const *path, int n_paths, struct rule_set *ret_set)
{
	static char *const usual[] = {DEFAULT_RULES};
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_files = 0};
	bool is_good = true;

	if (!n_paths) {
		path = usual;
		n_paths = 1;
	}
	for (int i = 0; i < n_paths; i++)
		is_good &= rules_parse_path(&set, path[i], &diagnostics);
	for (size_t i = 0; i < diagnostics.n; i++)
		diagnostic_print(stderr, &diagnostics.list[i]);
	diagnostics_free(&diagnostics);
	if (is_good)
		*ret_set = set;
	else
		rule_set_free(&set);
	return is_good;
}

/* SQLite file format, section 1.3.1. */
static bool is_database(const char *path)
{
	static const char magic[16] = "SQLite format 3";
	FILE *file = fopen(path, "re");
	char start[sizeof(magic)];
	bool is_same;

	if (!file)
		return false;
	is_same = fread(start, sizeof(start), 1, file) == 1 &&
		  memcmp(start, magic, sizeof(magic)) == 0;
	fclose(file);
	return is_same;
}

static bool load_database(const char *path, struct rule_set *ret_set)
{
	struct store *store = input_store(path);
	char *error = NULL;
	bool is_loaded;

	if (!store)
		return false;
	is_loaded = store_load(store, ret_set, &error);
	if (!is_loaded)
		tool_error_take(error);
	store_close(store);
	return is_loaded;
}

bool input_load(char *const *path, int n_paths, struct rule_set *ret_set)
{
	for (int i = 0; i < n_paths; i++) {
		if (!is_database(path[i]))
			continue;
		if (n_paths == 1)
			return load_database(path[i], ret_set);
		tool_error("%s: is a database; give it alone, or rule files without it", path[i]);
		return false;
	}
	return input_parse(path, n_paths, ret_set);
}

struct store *input_store(const char *option)
{
	char *error = NULL;
	struct store *store = store_open(tool_database_path(option), &error);

	if (!store)
		tool_error_take(error);
	return store;
}
