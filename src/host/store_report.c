/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_report.c - the database of reports opened, checked and read; never changes one */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fwquirk/host/embedded.h>
#include <fwquirk/host/file.h>

#include "rules_memory.h"
#include "store_report_sql.h"

/* How long to wait for another import that is under way. */
#define BUSY_MS 10000

bool reports_error(sqlite3 *db, const char *path, char **ret_error)
{
	switch (sqlite3_errcode(db)) {
	case SQLITE_NOTADB:
		return file_error(ret_error, "%s: not a database of reports", path);
	case SQLITE_CORRUPT:
		return file_error(ret_error,
				  "%s: the database of reports is damaged; bring it back from a "
				  "copy, or file an export again",
				  path);
	case SQLITE_BUSY:
		return file_error(ret_error, "%s: another process is writing it; try again later",
				  path);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return file_error(ret_error,
				  "%s: cannot be opened for this; name another file in "
				  "$FWQUIRK_REPORTS",
				  path);
	case SQLITE_FULL:
		return file_error(ret_error, "%s: no room left; make room and try again", path);
	default:
		return file_error(ret_error, "%s: %s", path, sqlite3_errmsg(db));
	}
}

static bool number_read(sqlite3 *db, const char *sql, int64_t *ret_number)
{
	sqlite3_stmt *statement;
	bool is_row;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
		return false;
	is_row = sqlite3_step(statement) == SQLITE_ROW;
	if (is_row)
		*ret_number = sqlite3_column_int64(statement, 0);
	return sqlite3_finalize(statement) == SQLITE_OK && is_row;
}

static bool execute(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Ours, of this version; an empty one is made ours when writing. */
static bool schema_check(sqlite3 *db, const char *path, enum reports_open how, char **ret_error)
{
	int64_t application, version, n_tables;

	if (!number_read(db, "PRAGMA application_id", &application) ||
	    !number_read(db, "PRAGMA user_version", &version) ||
	    !number_read(db, "SELECT count(*) FROM sqlite_schema", &n_tables))
		return reports_error(db, path, ret_error);
	if (how == REPORTS_WRITE && !application && !version && !n_tables)
		return execute(db, fwquirk_reports_sql) || reports_error(db, path, ret_error);
	if (application != STORE_REPORT_APPLICATION_ID)
		return file_error(ret_error, "%s: not a database of reports", path);
	if (version > STORE_REPORT_VERSION)
		return file_error(ret_error, "%s: written by a newer fwquirk; use that one", path);
	return true;
}

sqlite3 *reports_open(const char *path, enum reports_open how, char **ret_error)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db;

	*ret_error = NULL;
	if (how == REPORTS_READ && access(path, F_OK) != 0 && errno == ENOENT)
		return NULL;
	/* READWRITE for reading too: what a killed import left is then rolled back. A file that may
	 * only be read is opened so. */
	if (sqlite3_open_v2(path, &db, flags | (how == REPORTS_WRITE ? SQLITE_OPEN_CREATE : 0),
			    NULL)) {
		reports_error(db, path, ret_error);
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, BUSY_MS);
	if (!execute(db, "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
			 "PRAGMA cell_size_check = ON") ||
	    !execute(db, how == REPORTS_WRITE ? "BEGIN IMMEDIATE" : "BEGIN"))
		reports_error(db, path, ret_error);
	else if (schema_check(db, path, how, ret_error))
		return db;
	reports_close(db);
	return NULL;
}

bool reports_commit(sqlite3 *db, const char *path, char **ret_error)
{
	return execute(db, "COMMIT") || reports_error(db, path, ret_error);
}

void reports_close(sqlite3 *db)
{
	sqlite3_close(db); /* rolls back what was not committed */
}

/* ---- reading ---- */

static const char sightings_sql[] =
	"SELECT firmware, seen_by, date, result, firmware_id, report FROM sightings WHERE rule = ?";

static bool rows_take(sqlite3_stmt *row, struct sightings *sightings)
{
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct sighting *sighting;

		sightings->list = rules_grow(sightings->list, sightings->n, sizeof(*sighting));
		sighting = &sightings->list[sightings->n++];
		sighting->firmware = sql_column_copy(row, 0);
		sighting->seen_by = sql_column_copy(row, 1);
		sighting->date = sql_column_copy(row, 2);
		sighting->result = sql_column_copy(row, 3);
		sighting->firmware_id = sqlite3_column_int64(row, 4);
		sighting->report_id = sqlite3_column_int64(row, 5);
	}
	return code == SQLITE_DONE;
}

bool store_report_sightings(const char *path, uint32_t rule, uint32_t table_crc,
			    struct sightings *ret_sightings, char **ret_error)
{
	struct sightings sightings = {.n = 0};
	sqlite3 *db = reports_open(path, REPORTS_READ, ret_error);
	sqlite3_stmt *row = NULL;
	int64_t crc = -1;
	bool is_good;

	if (!db && *ret_error)
		return false;
	*ret_sightings = sightings;
	if (!db)
		return true;
	is_good = number_read(db, "SELECT table_crc FROM link_state", &crc) &&
		  !sqlite3_prepare_v2(db, sightings_sql, -1, &row, NULL) &&
		  sql_bind(row, (struct sql_value[]){SQL_INT(rule)}, 1) &&
		  rows_take(row, &sightings);
	if (!is_good)
		reports_error(db, path, ret_error);
	sqlite3_finalize(row);
	reports_close(db);
	sightings.is_stale = crc != table_crc;
	if (is_good)
		*ret_sightings = sightings;
	else
		sightings_free(&sightings);
	return is_good;
}

void sightings_free(struct sightings *sightings)
{
	for (size_t i = 0; i < sightings->n; i++) {
		free(sightings->list[i].firmware);
		free(sightings->list[i].seen_by);
		free(sightings->list[i].date);
		free(sightings->list[i].result);
	}
	free(sightings->list);
	*sightings = (struct sightings){.n = 0};
}

bool store_report_each(const char *path, store_report_each_fn *each, void *context,
		       char **ret_error)
{
	sqlite3 *db = reports_open(path, REPORTS_READ, ret_error);
	sqlite3_stmt *row = NULL;
	int code;

	if (!db)
		return *ret_error ? false
				  : file_error(ret_error,
					       "%s: no reports there; 'fwquirk import' files them",
					       path);
	code = sqlite3_prepare_v2(db, "SELECT id, content FROM report ORDER BY id", -1, &row, NULL);
	while (!code && (code = sqlite3_step(row)) == SQLITE_ROW) {
		const char *bytes = sqlite3_column_blob(row, 1);

		each(context, sqlite3_column_int64(row, 0), bytes,
		     (size_t)sqlite3_column_bytes(row, 1));
		code = SQLITE_OK;
	}
	if (code != SQLITE_DONE)
		reports_error(db, path, ret_error);
	sqlite3_finalize(row);
	reports_close(db);
	return code == SQLITE_DONE;
}
