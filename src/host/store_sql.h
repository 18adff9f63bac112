/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_sql.h - what the files of the store share: the handle, prepared statements, errors */
#ifndef FWQUIRK_STORE_SQL_H
#define FWQUIRK_STORE_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include <fwquirk/host/store.h>

struct store {
	sqlite3 *db;
	char *path; /* as given, for messages */
};

/* One value for a statement. */
struct sql_value {
	enum { SQL_NULL, SQL_NUMBER, SQL_WORDS } kind;
	int64_t number;
	const char *words;
};

#define SQL_INT(value)  ((struct sql_value){.kind = SQL_NUMBER, .number = (int64_t)(value)})
#define SQL_TEXT(value) (sql_text_or_null(value))
/* An integer where `has` holds, else NULL. */
#define SQL_INT_IF(has, value) ((has) ? SQL_INT(value) : (struct sql_value){.kind = SQL_NULL})

/* Binds the values from the first parameter on, runs a statement that gives no rows, and makes it
 * ready for the next. False when SQLite refuses; its message is sqlite3_errmsg's. */
#define SQL_RUN(statement, ...)                               \
	sql_run(statement, (struct sql_value[]){__VA_ARGS__}, \
		sizeof((struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value))

struct sql_value sql_text_or_null(const char *text);
bool sql_run(sqlite3_stmt *statement, const struct sql_value *value, size_t n);
/* Binds only; the texts must stay until the statement is reset. */
bool sql_bind(sqlite3_stmt *statement, const struct sql_value *value, size_t n);

/* A copy of a column of the current row, malloc'ed; NULL for NULL. Ends at a NUL byte, if any. */
char *sql_column_copy(sqlite3_stmt *row, int column);

/* The current failure of a store as "PATH: ...; what to do"; always false. */
bool store_error(struct store *store, char **ret_error);

/* Fills the vocabulary tables from vocab.def. False on a failure of SQLite. */
bool store_fill_vocabulary(sqlite3 *db);

/* Room for the words of a rule, kept from one to the next; `at` is freed by the owner. */
struct words {
	char *at;
	size_t size, room;
};

/* Adds the words of one rule to the index for searching. */
bool store_index_words(sqlite3_stmt *insert, struct words *words, const struct rule *rule);

/* Fields that --vendor and --product look at, bit 1 << field: what rule_names has. */
#define STORE_VENDOR_FIELDS                                                   \
	(UINT32_C(1) << FIELD_SYS_VENDOR | UINT32_C(1) << FIELD_BIOS_VENDOR | \
	 UINT32_C(1) << FIELD_BOARD_VENDOR | UINT32_C(1) << FIELD_EFI_VENDOR)
#define STORE_PRODUCT_FIELDS                                                        \
	(UINT32_C(1) << FIELD_PRODUCT_NAME | UINT32_C(1) << FIELD_PRODUCT_VERSION | \
	 UINT32_C(1) << FIELD_PRODUCT_SKU | UINT32_C(1) << FIELD_PRODUCT_FAMILY |   \
	 UINT32_C(1) << FIELD_BOARD_NAME)
#define STORE_NAME_FIELDS (STORE_VENDOR_FIELDS | STORE_PRODUCT_FIELDS)

/* Adds the names that one rule compares machines with to the index of their letters. */
bool store_index_names(sqlite3_stmt *insert, struct words *words, const struct rule *rule);

/* Adds the functions that store_find uses: fwquirk_holds, fwquirk_says, fwquirk_within. */
bool store_functions_add(sqlite3 *db);

#endif
