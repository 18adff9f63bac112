/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_dump.c - a database in, SQL text that makes the same one out; never writes to it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "store_sql.h"

/*
 * What there is, in the order in which it was made. The index of words is a virtual table: it makes
 * its own tables ("shadow"), which get their rows as they are, because the words themselves are not
 * kept anywhere.
 */
#define TABLES                                                                  \
	"SELECT s.name, s.sql, t.type FROM sqlite_schema AS s "                 \
	"JOIN pragma_table_list AS t ON t.name = s.name AND t.schema = 'main' " \
	"WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY s.rowid"
#define REST                                                                       \
	"SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL " \
	"ORDER BY rowid"
/* Generated columns (hidden is 2 or 3) are made again. */
#define COLUMNS                                                                               \
	"SELECT group_concat('\"' || replace(name, '\"', '\"\"') || '\"', ', '), "            \
	"group_concat('quote(\"' || replace(name, '\"', '\"\"') || '\")', ' || '', '' || ') " \
	"FROM pragma_table_xinfo(?) WHERE hidden = 0"

static bool prepare(struct store *store, const char *sql, sqlite3_stmt **ret_statement,
		    char **ret_error)
{
	return sqlite3_prepare_v2(store->db, sql, -1, ret_statement, NULL) == SQLITE_OK ||
	       store_error(store, ret_error);
}

/* After the last row, or a failure on the way to it. */
static bool finish(struct store *store, sqlite3_stmt *statement, char **ret_error)
{
	return sqlite3_finalize(statement) == SQLITE_OK || store_error(store, ret_error);
}

static const char *column(sqlite3_stmt *row, int at)
{
	const char *text = (const char *)sqlite3_column_text(row, at);

	return text ? text : "";
}

/* Every row of the table as INSERT; `select` gives one text a row, the quoted values. */
static bool dump_rows(struct store *store, const char *table, const char *columns,
		      const char *values, FILE *out, char **ret_error)
{
	sqlite3_stmt *row;
	char *select;
	bool is_ready;

	select = sqlite3_mprintf("SELECT %s FROM \"%w\"", values, table);
	if (!select)
		abort();
	is_ready = prepare(store, select, &row, ret_error);
	sqlite3_free(select);
	if (!is_ready)
		return false;
	while (sqlite3_step(row) == SQLITE_ROW)
		fprintf(out, "INSERT INTO \"%s\" (%s) VALUES (%s);\n", table, columns,
			column(row, 0));
	return finish(store, row, ret_error);
}

static bool dump_table(struct store *store, const char *table, FILE *out, char **ret_error)
{
	sqlite3_stmt *row;
	bool is_done = true;

	if (!prepare(store, COLUMNS, &row, ret_error))
		return false;
	sqlite3_bind_text(row, 1, table, -1, SQLITE_STATIC);
	if (sqlite3_step(row) == SQLITE_ROW && *column(row, 0))
		is_done = dump_rows(store, table, column(row, 0), column(row, 1), out, ret_error);
	if (!is_done) {
		sqlite3_finalize(row);
		return false;
	}
	return finish(store, row, ret_error);
}

/* Definitions first, so that the shadow tables are there. */
static bool dump_definitions(struct store *store, FILE *out, char **ret_error)
{
	sqlite3_stmt *row;

	if (!prepare(store, TABLES, &row, ret_error))
		return false;
	while (sqlite3_step(row) == SQLITE_ROW)
		if (strcmp(column(row, 2), "shadow") != 0)
			fprintf(out, "%s;\n", column(row, 1));
	return finish(store, row, ret_error);
}

static bool dump_tables(struct store *store, FILE *out, char **ret_error)
{
	bool is_done = true;
	sqlite3_stmt *row;

	if (!prepare(store, TABLES, &row, ret_error))
		return false;
	while (is_done && sqlite3_step(row) == SQLITE_ROW) {
		if (strcmp(column(row, 2), "virtual") == 0)
			continue;
		if (strcmp(column(row, 2), "shadow") == 0)
			fprintf(out, "DELETE FROM \"%s\";\n", column(row, 0));
		is_done = dump_table(store, column(row, 0), out, ret_error);
	}
	if (is_done)
		return finish(store, row, ret_error);
	sqlite3_finalize(row);
	return false;
}

static bool dump_rest(struct store *store, FILE *out, char **ret_error)
{
	sqlite3_stmt *row;

	if (!prepare(store, REST, &row, ret_error))
		return false;
	while (sqlite3_step(row) == SQLITE_ROW)
		fprintf(out, "%s;\n", column(row, 0));
	return finish(store, row, ret_error);
}

bool store_dump(struct store *store, FILE *out, char **ret_error)
{
	fprintf(out,
		"-- A database of fwquirk; read it into an empty file with sqlite3.\n"
		/* Newer shells keep the shadow tables of a virtual table from being written. */
		".dbconfig defensive off\n"
		"PRAGMA foreign_keys = OFF;\n"
		"PRAGMA application_id = 0x%08x;\n"
		"PRAGMA user_version = %d;\n"
		"BEGIN;\n",
		STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	if (!dump_definitions(store, out, ret_error) || !dump_tables(store, out, ret_error) ||
	    !dump_rest(store, out, ret_error))
		return false;
	fputs("COMMIT;\n", out);
	return !ferror(out) || file_error(ret_error, "%s: cannot write the dump", store->path);
}
