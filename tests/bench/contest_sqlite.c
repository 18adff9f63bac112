/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* contest_sqlite.c - rules as rows of a SQLite table: found by an index, and by patterns with GLOB */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/contest.h"

struct database {
	sqlite3 *db;
	sqlite3_stmt *find;
};

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
		contest_die("sqlite", sqlite3_errmsg(db));
	return statement;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		contest_die("sqlite", sqlite3_errmsg(db));
}

/* In GLOB these stand for others. */
static void glob_of(const char *text, bool is_prefix, char to[1024])
{
	size_t n = 0;

	for (; *text && n < 1000; text++) {
		if (strchr("*?[", *text))
			n += (size_t)sprintf(to + n, "[%c]", *text);
		else
			to[n++] = *text;
	}
	strcpy(to + n, is_prefix ? "*" : "");
}

/* The first condition is the vendor's, the second the name's, as workload makes them. */
static void insert(sqlite3_stmt *statement, const struct rule *rule, bool is_glob)
{
	const struct rule_condition *vendor = &rule->condition[0], *name = &rule->condition[1];
	const char *pattern[2];
	char room[2][1024];

	for (size_t i = 0; i < name->n_values; i++) {
		pattern[0] = vendor->value[0];
		pattern[1] = name->value[i];
		for (unsigned k = 0; k < 2 && is_glob; k++) {
			glob_of(pattern[k], k && name->op == OPERATOR_PREFIX, room[k]);
			pattern[k] = room[k];
		}
		sqlite3_bind_int(statement, 1, (int)rule->id);
		sqlite3_bind_int(statement, 2, vendor->field);
		sqlite3_bind_text(statement, 3, pattern[0], -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 4, name->field);
		sqlite3_bind_text(statement, 5, pattern[1], -1, SQLITE_STATIC);
		if (sqlite3_step(statement) != SQLITE_DONE)
			contest_die("sqlite", "insert");
		sqlite3_reset(statement);
	}
}

static void *build(const struct rule_set *set, const char *path, bool is_glob, size_t *ret_bytes)
{
	struct database *database = calloc(1, sizeof(*database));
	sqlite3_stmt *statement;

	unlink(path);
	if (sqlite3_open(path, &database->db))
		contest_die(path, "cannot be made");
	run(database->db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
			  "CREATE TABLE rule (id INTEGER, f1, t1, f2, t2); BEGIN");
	statement = prepare(database->db, "INSERT INTO rule VALUES (?1, ?2, ?3, ?4, ?5)");
	for (size_t i = 0; i < set->n_rules; i++)
		insert(statement, &set->rule[i], is_glob);
	sqlite3_finalize(statement);
	if (!is_glob)
		run(database->db, "CREATE INDEX names ON rule (t2, f2)");
	run(database->db, "COMMIT; ANALYZE; VACUUM");
	statement =
		prepare(database->db,
			"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
	sqlite3_step(statement);
	*ret_bytes = (size_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	database->find = prepare(database->db, is_glob ? "SELECT count(*) FROM rule WHERE f1 = ?1 "
							 "AND f2 = ?3 AND ?4 GLOB t2 AND ?2 GLOB t1"
						       : "SELECT count(*) FROM rule WHERE t2 = ?4 "
							 "AND f2 = ?3 AND f1 = ?1 AND t1 = ?2");
	return database;
}

static void *build_indexed(const struct rule_set *set, const char *folder, size_t *ret_bytes,
			   const char **ret_why)
{
	char path[4096];

	(void)ret_why;
	snprintf(path, sizeof(path), "%s/indexed.sqlite", folder);
	return build(set, path, false, ret_bytes);
}

static void *build_glob(const struct rule_set *set, const char *folder, size_t *ret_bytes,
			const char **ret_why)
{
	char path[4096];

	(void)ret_why;
	snprintf(path, sizeof(path), "%s/glob.sqlite", folder);
	return build(set, path, true, ret_bytes);
}

static unsigned find(void *built, const struct identity *identity)
{
	static const enum field pairs[][2] = {{FIELD_SYS_VENDOR, FIELD_PRODUCT_NAME},
					      {FIELD_BOARD_VENDOR, FIELD_BOARD_NAME},
					      {FIELD_SYS_VENDOR, FIELD_PRODUCT_VERSION}};
	struct database *database = built;
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		for (unsigned k = 0; k < 2; k++) {
			struct text text = identity->field[pairs[i][k]];

			sqlite3_bind_int(database->find, (int)(1 + 2 * k), pairs[i][k]);
			sqlite3_bind_text(database->find, (int)(2 + 2 * k), text.at, (int)text.size,
					  SQLITE_STATIC);
		}
		if (sqlite3_step(database->find) == SQLITE_ROW)
			n += (unsigned)sqlite3_column_int(database->find, 0);
		sqlite3_reset(database->find);
	}
	return n;
}

const struct contestant contest_sqlite = {
	.name = "SQLite, index",
	.what = "a row for each vendor and name, with an index; prefixes are not found",
	.build = build_indexed,
	.find = find,
	.needs_rules = true,
};

const struct contestant contest_sqlite_glob = {
	.name = "SQLite, GLOB",
	.what = "a row for each pattern, every one compared",
	.build = build_glob,
	.find = find,
	.needs_rules = true,
};
