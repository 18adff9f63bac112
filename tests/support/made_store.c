/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* made_store.c - rule text in, a set or a database out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "support/made_store.h"

struct rule_set made_set(const char *text)
{
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_files = 0};

	if (!rules_parse_bytes(&set, "made.quirks", text, strlen(text), &diagnostics)) {
		for (size_t i = 0; i < diagnostics.n; i++)
			diagnostic_print(stderr, &diagnostics.list[i]);
		abort();
	}
	diagnostics_free(&diagnostics);
	return set;
}

void made_store_build(const char *path, const char *text)
{
	struct rule_set set = made_set(text);
	char *error = NULL;

	if (!store_build(path, &set, &error)) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	rule_set_free(&set);
}

struct store *made_store_open(const char *path)
{
	char *error = NULL;
	struct store *store = store_open(path, &error);

	if (!store) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	return store;
}

void made_store_change(const char *path, const char *sql)
{
	sqlite3 *db;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) ||
	    sqlite3_exec(db, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
			 NULL, NULL, NULL) ||
	    sqlite3_exec(db, sql, NULL, NULL, NULL)) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		abort();
	}
	sqlite3_close(db);
}
