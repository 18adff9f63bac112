/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_row.c - a column in, a checked text or number out; every refusal names table, row and column */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "rules_parser.h"
#include "store_row.h"
#include "store_sql.h"

bool row_error(struct row *row, const char *column)
{
	const char *value = (const char *)sqlite3_column_text(row->statement, 0);

	return file_error(&row->error,
			  "%s: table %s, row of %s: %s is not what this fwquirk knows; "
			  "use the one that built it, or build it again with 'fwquirk build'",
			  row->path, row->table, value ? value : "?", column);
}

static bool refuse(struct row *row, int column)
{
	return row_error(row, sqlite3_column_name(row->statement, column));
}

/* What the parser lets through in one line: UTF-8 that shows. */
static bool is_line_of(const char *text, size_t size)
{
	while (size) {
		uint32_t code_point;
		size_t n = rules_plain(text, size);

		if (!n) {
			n = rules_utf8(text, size, &code_point);
			if (!n || rules_is_unseen(code_point))
				return false;
		}
		text += n;
		size -= n;
	}
	return true;
}

static bool is_line(const char *text)
{
	return is_line_of(text, strlen(text));
}

static bool is_comment(const char *text)
{
	for (;;) {
		size_t size = strcspn(text, "\n");

		if (*text != '#' || !is_line_of(text, size))
			return false;
		if (!text[size])
			return true;
		text += size + 1;
	}
}

static bool is_value(const char *text)
{
	(void)text;
	return true;
}

static bool is_null(struct row *row, int column)
{
	return sqlite3_column_type(row->statement, column) == SQLITE_NULL;
}

static bool take(struct row *row, int column, bool (*is_good)(const char *text), char **ret_text)
{
	char *text;

	if (sqlite3_column_type(row->statement, column) != SQLITE_TEXT)
		return refuse(row, column);
	text = sql_column_copy(row->statement, column);
	if (!text || strlen(text) != (size_t)sqlite3_column_bytes(row->statement, column) ||
	    !is_good(text)) {
		free(text);
		return refuse(row, column);
	}
	*ret_text = text;
	return true;
}

bool row_value(struct row *row, int column, char **ret_text)
{
	return take(row, column, is_value, ret_text);
}

bool row_line(struct row *row, int column, char **ret_text)
{
	return take(row, column, is_line, ret_text);
}

bool row_line_or_null(struct row *row, int column, char **ret_text)
{
	return is_null(row, column) || row_line(row, column, ret_text);
}

bool row_comment(struct row *row, int column, char **ret_text)
{
	return is_null(row, column) || take(row, column, is_comment, ret_text);
}

struct text row_word(struct row *row, int column)
{
	const char *word = (const char *)sqlite3_column_text(row->statement, column);

	return text_of(word ? word : "");
}

bool row_hex(struct row *row, int column, uint64_t *ret_value)
{
	struct text text = row_word(row, column);

	if (text.size != 18 || !text_to_u64(text, ret_value))
		return refuse(row, column);
	return true;
}

bool row_count(struct row *row, int column, uint64_t *ret_value)
{
	sqlite3_int64 value = sqlite3_column_int64(row->statement, column);

	if (sqlite3_column_type(row->statement, column) != SQLITE_INTEGER || value < 0)
		return refuse(row, column);
	*ret_value = (uint64_t)value;
	return true;
}

static bool digits_read(const char *text, unsigned n, uint64_t *ret_value)
{
	char spelled[19];
	struct text_buffer buffer = text_buffer_of(spelled, sizeof(spelled));

	text_append_c(&buffer, "0x");
	text_append(&buffer, text_sized(text, n));
	return text_to_u64(text_of(spelled), ret_value);
}

/* 8-4-4-4-12; the first three groups are little-endian in memory (UEFI 2.10 appendix A). */
bool row_guid(struct row *row, int column, uint8_t ret_guid[static 16])
{
	static const struct {
		uint8_t at, n_bytes, to;
		bool is_reversed;
	} groups[] = {
		{0, 4, 0, true},   {9, 2, 4, true},    {14, 2, 6, true},
		{19, 2, 8, false}, {24, 6, 10, false},
	};
	struct text text = row_word(row, column);
	uint8_t guid[16];

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		unsigned n = groups[i].n_bytes;
		uint64_t value;

		if (text.size != 36 || !digits_read(text.at + groups[i].at, 2 * n, &value))
			return refuse(row, column);
		for (unsigned byte = 0; byte < n; byte++) {
			unsigned from_low = groups[i].is_reversed ? byte : n - 1 - byte;

			guid[groups[i].to + byte] = (uint8_t)(value >> 8 * from_low);
		}
	}
	memcpy(ret_guid, guid, sizeof(guid));
	return true;
}
