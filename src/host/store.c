/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store.c - a path in, an open database that is really ours out; never writes */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fwquirk/host/file.h>
#include <fwquirk/span.h>

#include "rules_memory.h"
#include "store_sql.h"

/* Database header: SQLite file format, section 1.3, big-endian numbers. */
#define HEADER_SIZE        100u
#define HEADER_MAGIC       "SQLite format 3" /* with its NUL */
#define HEADER_PAGE_SIZE   16u               /* u16, 1 stands for 65536 */
#define HEADER_CHANGES     24u
#define HEADER_N_PAGES     28u
#define HEADER_VALID_FOR   92u /* the number of pages holds when this equals the changes */
#define BUILD_AGAIN_ADVICE "build it again with 'fwquirk build'"

struct sql_value sql_text_or_null(const char *text)
{
	return (struct sql_value){.kind = text ? SQL_WORDS : SQL_NULL, .words = text};
}

bool sql_bind(sqlite3_stmt *statement, const struct sql_value *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int at = (int)i + 1, code = SQLITE_OK;

		if (value[i].kind == SQL_NUMBER)
			code = sqlite3_bind_int64(statement, at, value[i].number);
		else if (value[i].kind == SQL_WORDS)
			code = sqlite3_bind_text(statement, at, value[i].words, -1, SQLITE_STATIC);
		else
			code = sqlite3_bind_null(statement, at);
		if (code)
			return false;
	}
	return true;
}

bool sql_run(sqlite3_stmt *statement, const struct sql_value *value, size_t n)
{
	/* The failure of a step is the failure of the reset behind it. */
	if (!sql_bind(statement, value, n))
		return false;
	sqlite3_step(statement);
	return sqlite3_reset(statement) == SQLITE_OK;
}

char *sql_column_copy(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? rules_copy(text, strlen(text)) : NULL;
}

bool store_error(struct store *store, char **ret_error)
{
	switch (sqlite3_errcode(store->db)) {
	case SQLITE_NOTADB:
		return file_error(ret_error, "%s: not a database; " BUILD_AGAIN_ADVICE,
				  store->path);
	case SQLITE_CORRUPT:
		return file_error(ret_error, "%s: the database is damaged; " BUILD_AGAIN_ADVICE,
				  store->path);
	case SQLITE_ERROR:
		return file_error(ret_error,
				  "%s: not the tables it should have (%s); " BUILD_AGAIN_ADVICE,
				  store->path, sqlite3_errmsg(store->db));
	case SQLITE_BUSY:
		return file_error(ret_error, "%s: another process is writing it; try again later",
				  store->path);
	default:
		return file_error(ret_error, "%s: %s", store->path, sqlite3_errmsg(store->db));
	}
}

static uint32_t big_endian(const uint8_t *at, unsigned n)
{
	uint32_t value = 0;

	while (n--)
		value = value << 8 | *at++;
	return value;
}

/* What SQLite would say later and less clearly: no file, a folder, something else, half a file. */
static bool header_check(const char *path, char **ret_error)
{
	FILE *file = fopen(path, "re");
	uint8_t header[HEADER_SIZE];
	uint64_t size_bytes;
	struct stat status;
	size_t n;

	if (!file)
		return file_error(ret_error, "%s: cannot open: %s%s", path, strerror(errno),
				  errno == ENOENT ? "; 'fwquirk build' makes it" : "");
	n = fread(header, 1, sizeof(header), file);
	if (fstat(fileno(file), &status))
		memset(&status, 0, sizeof(status));
	fclose(file);
	if (S_ISDIR(status.st_mode))
		return file_error(ret_error, "%s: is a folder, not a database", path);
	if (n < sizeof(header) || memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0)
		return file_error(ret_error, "%s: not a database", path);
	size_bytes = big_endian(header + HEADER_PAGE_SIZE, 2);
	size_bytes =
		(size_bytes == 1 ? 65536 : size_bytes) * big_endian(header + HEADER_N_PAGES, 4);
	if (memcmp(header + HEADER_CHANGES, header + HEADER_VALID_FOR, 4) == 0 &&
	    (uint64_t)status.st_size < size_bytes)
		return file_error(ret_error, "%s: cut off: %lld of %llu bytes; " BUILD_AGAIN_ADVICE,
				  path, (long long)status.st_size, (unsigned long long)size_bytes);
	return true;
}

static bool pragma_read(struct store *store, const char *sql, int64_t *ret_value)
{
	sqlite3_stmt *pragma;
	bool is_row;

	if (sqlite3_prepare_v2(store->db, sql, -1, &pragma, NULL))
		return false;
	is_row = sqlite3_step(pragma) == SQLITE_ROW;
	if (is_row)
		*ret_value = sqlite3_column_int64(pragma, 0);
	sqlite3_finalize(pragma);
	return is_row;
}

static bool versions_check(struct store *store, char **ret_error)
{
	int64_t application, version;

	if (!pragma_read(store, "PRAGMA application_id", &application) ||
	    !pragma_read(store, "PRAGMA user_version", &version))
		return store_error(store, ret_error);
	if (application != STORE_APPLICATION_ID)
		return file_error(ret_error,
				  "%s: a database of another program (application_id "
				  "0x%08x, not 0x%08x)",
				  store->path, (unsigned)application, STORE_APPLICATION_ID);
	if (version > STORE_SCHEMA_VERSION)
		return file_error(ret_error,
				  "%s: written by a newer fwquirk (schema %lld, this one "
				  "knows %d); use that one, or " BUILD_AGAIN_ADVICE,
				  store->path, (long long)version, STORE_SCHEMA_VERSION);
	if (version < STORE_SCHEMA_VERSION)
		return file_error(ret_error,
				  "%s: an old schema (%lld, now %d); " BUILD_AGAIN_ADVICE,
				  store->path, (long long)version, STORE_SCHEMA_VERSION);
	return true;
}

/* The file may come from anywhere: no function of it is called, no schema of it is changed. */
static bool connection_open(struct store *store)
{
	int on;

	if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY, NULL))
		return false;
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on);
	return true;
}

struct store *store_open(const char *path, char **ret_error)
{
	struct store *store;

	if (!header_check(path, ret_error))
		return NULL;
	store = calloc(1, sizeof(*store));
	if (!store)
		abort();
	store->path = rules_copy(path, strlen(path));
	if (!connection_open(store))
		store_error(store, ret_error);
	else if (versions_check(store, ret_error))
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}
