/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_row.h - columns of a row that may come from anywhere, taken only when they make sense */
#ifndef FWQUIRK_STORE_ROW_H
#define FWQUIRK_STORE_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include <fwquirk/text.h>

/* The current row of a table; its first column names it in messages. */
struct row {
	sqlite3_stmt *statement;
	const char *path, *table;
	char *error; /* malloc'ed, after the first refusal */
};

/* Refuses the row because of that column; always false. */
bool row_error(struct row *row, const char *column);

/*
 * Texts, malloc'ed. A value may hold every byte but NUL, a line what the parser lets through in one
 * line, a comment lines that begin with "#". NULL stays NULL for a comment and for `or_null`, and is
 * refused for the others. On failure the output is untouched.
 */
bool row_value(struct row *row, int column, char **ret_text);
bool row_line(struct row *row, int column, char **ret_text);
bool row_line_or_null(struct row *row, int column, char **ret_text);
bool row_comment(struct row *row, int column, char **ret_text);

/* "0x" and 16 digits; a number of at least 0; a GUID as text into the bytes of EFI_GUID. */
bool row_hex(struct row *row, int column, uint64_t *ret_value);
bool row_count(struct row *row, int column, uint64_t *ret_value);
bool row_guid(struct row *row, int column, uint8_t ret_guid[static 16]);

/* A word of the vocabulary as its number; STEM_from_name says whether we know it. */
#define ROW_WORD(row, stem, column, ret_number)                 \
	(stem##_from_name(row_word(row, column), ret_number) || \
	 row_error(row, sqlite3_column_name((row)->statement, column)))
struct text row_word(struct row *row, int column);

#endif
