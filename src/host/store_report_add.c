/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_report_add.c - reports filed, grouped by firmware and linked to rules in one transaction */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/match.h>

#include "rules_memory.h"
#include "store_report_sql.h"

/* What makes two machines the same firmware; the columns of `firmware`, in their order. */
static const enum field firmware_fields[] = {
	FIELD_BIOS_VENDOR,  FIELD_BIOS_VERSION,    FIELD_BIOS_DATE,    FIELD_SYS_VENDOR,
	FIELD_PRODUCT_NAME, FIELD_PRODUCT_VERSION, FIELD_BOARD_VENDOR, FIELD_BOARD_NAME,
};
#define N_FIRMWARE_FIELDS (sizeof(firmware_fields) / sizeof(firmware_fields[0]))

enum {
	FIND_REPORT,
	FIND_FIRMWARE,
	ADD_FIRMWARE,
	ADD_REPORT,
	ADD_LINE,
	ADD_LINK,
	ALL_REPORTS,
	N_STATEMENTS,
};

static const char find_report[] = "SELECT id FROM report WHERE hash = ? AND content = ?";
static const char find_firmware[] = "SELECT id FROM firmware WHERE key = ?";
static const char add_firmware[] =
	"INSERT INTO firmware (key, bios_vendor, bios_version, bios_date, sys_vendor, product_name,"
	"product_version, board_vendor, board_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char add_report[] =
	"INSERT INTO report (hash, content, firmware, date, seen_by) VALUES (?, ?, ?, ?, ?)";
static const char add_line[] = "INSERT INTO report_line VALUES (?, ?, ?, ?, ?)";
static const char add_link[] = "INSERT INTO report_rule VALUES (?, ?)";
static const char all_reports[] = "SELECT id, content FROM report";

static const char *const statements[N_STATEMENTS] = {
	find_report, find_firmware, add_firmware, add_report, add_line, add_link, all_reports,
};

struct filing {
	sqlite3 *db;
	sqlite3_stmt *statement[N_STATEMENTS];
	const struct table *table;
	bool links_all; /* the rules have changed: every report is linked anew at the end */
	struct report_counts counts;
};

/* ---- firmware ---- */

static void key_append(FILE *out, struct text text)
{
	struct text_fold fold = text_fold_begin(text);

	for (int c; (c = text_fold_next(&fold)) >= 0;)
		fprintf(out, c >= 0x20 && c < 0x7f && c != '\\' && c != '|' ? "%c" : "\\x%02x", c);
	putc('|', out);
}

static char *firmware_key(const struct identity *identity)
{
	char *key = NULL;
	size_t size;
	FILE *out = open_memstream(&key, &size);

	if (!out)
		abort();
	for (size_t i = 0; i < N_FIRMWARE_FIELDS; i++)
		key_append(out, identity->field[firmware_fields[i]]);
	if (fclose(out))
		abort();
	return key;
}

/* The first column of the row that a statement finds; false when there is none. */
static bool id_find(sqlite3_stmt *statement, int64_t *ret_id)
{
	bool is_row = sqlite3_step(statement) == SQLITE_ROW;

	if (is_row)
		*ret_id = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return is_row;
}

static bool firmware_add(struct filing *filing, const struct identity *identity, const char *key,
			 int64_t *ret_id)
{
	struct sql_value value[1 + N_FIRMWARE_FIELDS] = {SQL_TEXT(key)};
	char *text[N_FIRMWARE_FIELDS];
	bool is_added;

	for (size_t i = 0; i < N_FIRMWARE_FIELDS; i++) {
		text[i] = report_text(identity->field[firmware_fields[i]]);
		value[1 + i] = SQL_TEXT(text[i]);
	}
	is_added = sql_run(filing->statement[ADD_FIRMWARE], value, 1 + N_FIRMWARE_FIELDS);
	for (size_t i = 0; i < N_FIRMWARE_FIELDS; i++)
		free(text[i]);
	*ret_id = sqlite3_last_insert_rowid(filing->db);
	filing->counts.n_firmware += is_added;
	return is_added;
}

static bool firmware_find(struct filing *filing, const struct report *report, int64_t *ret_id)
{
	sqlite3_stmt *find = filing->statement[FIND_FIRMWARE];
	struct identity identity;
	bool is_found;
	char *key;

	report_identity(report, &identity);
	key = firmware_key(&identity);
	is_found = sql_bind(find, (struct sql_value[]){SQL_TEXT(key)}, 1) &&
		   (id_find(find, ret_id) || firmware_add(filing, &identity, key, ret_id));
	free(key);
	return is_found;
}

/* ---- links ---- */

static bool link_add(struct filing *filing, int64_t id, const struct identity *identity)
{
	struct match_cursor cursor;
	struct table_rule rule;

	match_begin(filing->table, identity, &cursor);
	while (match_candidate_next(filing->table, identity, &cursor, &rule)) {
		struct match match;

		match_rule(filing->table, &rule, identity, &match);
		if (match.matched &&
		    !SQL_RUN(filing->statement[ADD_LINK], SQL_INT(id), SQL_INT(rule.id)))
			return false;
	}
	return true;
}

static bool link_report(struct filing *filing, int64_t id, const struct report *report)
{
	struct identity identity;

	report_identity(report, &identity);
	return link_add(filing, id, &identity);
}

/* What was filed was readable; bytes that are not any more are somebody else's work: no link. */
static bool link_content(struct filing *filing, int64_t id, const void *bytes, size_t size)
{
	struct report report = {.n = 0};
	char *error = NULL;
	bool is_linked;

	if (!report_read("report", bytes, size, &report, &error)) {
		free(error);
		return true;
	}
	is_linked = link_report(filing, id, &report);
	report_free(&report);
	return is_linked;
}

static bool link_all(struct filing *filing)
{
	sqlite3_stmt *row = filing->statement[ALL_REPORTS];
	bool is_good =
		sqlite3_exec(filing->db, "DELETE FROM report_rule", NULL, NULL, NULL) == SQLITE_OK;
	int code = SQLITE_ROW;

	while (is_good && (code = sqlite3_step(row)) == SQLITE_ROW)
		is_good = link_content(filing, sqlite3_column_int64(row, 0),
				       sqlite3_column_blob(row, 1),
				       (size_t)sqlite3_column_bytes(row, 1));
	sqlite3_reset(row);
	return is_good && code == SQLITE_DONE;
}

/* ---- reports ---- */

static bool line_add(struct filing *filing, int64_t id, size_t position,
		     const struct report_entry *entry)
{
	char *value = report_text(text_sized(entry->value, entry->size));
	bool is_added = SQL_RUN(filing->statement[ADD_LINE], SQL_INT(id), SQL_INT(position),
				SQL_TEXT(report_key_name(entry->key)),
				SQL_TEXT(report_entry_name(entry)), SQL_TEXT(value));

	free(value);
	return is_added;
}

static bool lines_add(struct filing *filing, int64_t id, const struct report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		if (!line_add(filing, id, i, &report->entry[i]))
			return false;
	}
	return true;
}

static int64_t content_hash(const struct report_input *input)
{
	uint32_t hash = text_hash_start();

	for (size_t i = 0; i < input->size; i++)
		hash = text_hash_step(hash, (uint8_t)input->bytes[i]);
	return hash;
}

/* The first two parameters of FIND_REPORT and ADD_REPORT. */
static bool content_bind(sqlite3_stmt *statement, const struct report_input *input)
{
	return !sqlite3_bind_int64(statement, 1, content_hash(input)) &&
	       !sqlite3_bind_blob(statement, 2, input->bytes, (int)input->size, SQLITE_STATIC);
}

static bool report_insert(struct filing *filing, const struct report_input *input, int64_t firmware)
{
	const struct report_entry *date = report_find(input->report, REPORT_DATE, 0);
	const struct report_entry *by = report_find(input->report, REPORT_BY, 0);
	char *seen_by = by ? report_text(text_sized(by->value, by->size)) : NULL;
	sqlite3_stmt *add = filing->statement[ADD_REPORT];
	bool is_added = content_bind(add, input) && !sqlite3_bind_int64(add, 3, firmware) &&
			!sqlite3_bind_text(add, 4, date ? date->value : NULL, -1, SQLITE_STATIC) &&
			!sqlite3_bind_text(add, 5, seen_by, -1, SQLITE_STATIC);

	if (is_added)
		sqlite3_step(add);
	is_added = sqlite3_reset(add) == SQLITE_OK && is_added;
	free(seen_by);
	return is_added;
}

static bool report_file(struct filing *filing, const struct report_input *input)
{
	sqlite3_stmt *find = filing->statement[FIND_REPORT];
	int64_t id, firmware;

	if (!content_bind(find, input))
		return false;
	if (id_find(find, &id)) {
		filing->counts.n_known++;
		return true;
	}
	if (!firmware_find(filing, input->report, &firmware) ||
	    !report_insert(filing, input, firmware))
		return false;
	id = sqlite3_last_insert_rowid(filing->db);
	filing->counts.n_new++;
	return lines_add(filing, id, input->report) &&
	       (filing->links_all || link_report(filing, id, input->report));
}

/* ---- the transaction ---- */

static bool number_read(sqlite3 *db, const char *sql, int64_t *ret_number)
{
	sqlite3_stmt *statement = NULL;
	bool is_read = !sqlite3_prepare_v2(db, sql, -1, &statement, NULL) &&
		       id_find(statement, ret_number);

	return sqlite3_finalize(statement) == SQLITE_OK && is_read;
}

static bool prepare(struct filing *filing)
{
	int64_t crc = -1;
	char set[96];

	if (!number_read(filing->db, "SELECT coalesce(table_crc, -1) FROM link_state", &crc))
		return false;
	filing->links_all = crc != (int64_t)filing->table->crc;
	snprintf(set, sizeof(set), "UPDATE link_state SET table_crc = %lu",
		 (unsigned long)filing->table->crc);
	if (sqlite3_exec(filing->db, set, NULL, NULL, NULL))
		return false;
	for (size_t i = 0; i < N_STATEMENTS; i++) {
		if (sqlite3_prepare_v2(filing->db, statements[i], -1, &filing->statement[i], NULL))
			return false;
	}
	return true;
}

static bool count(struct filing *filing)
{
	int64_t n_reports, n_linked;

	if (!number_read(filing->db, "SELECT count(*) FROM report", &n_reports) ||
	    !number_read(filing->db, "SELECT count(DISTINCT report) FROM report_rule", &n_linked))
		return false;
	filing->counts.n_reports = (size_t)n_reports;
	filing->counts.n_linked = (size_t)n_linked;
	return true;
}

static bool file_all(struct filing *filing, const struct report_input *input, size_t n)
{
	if (!prepare(filing))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!report_file(filing, &input[i]))
			return false;
	}
	return (!filing->links_all || link_all(filing)) && count(filing);
}

bool store_report_add(const char *path, const struct report_input *input, size_t n,
		      const struct table *table, struct report_counts *ret_counts, char **ret_error)
{
	struct filing filing = {.db = reports_open(path, REPORTS_WRITE, ret_error), .table = table};
	bool is_filed;

	if (!filing.db)
		return false;
	is_filed = file_all(&filing, input, n);
	if (!is_filed)
		reports_error(filing.db, path, ret_error);
	for (size_t i = 0; i < N_STATEMENTS; i++)
		sqlite3_finalize(filing.statement[i]);
	is_filed = is_filed && reports_commit(filing.db, path, ret_error);
	reports_close(filing.db);
	if (is_filed)
		*ret_counts = filing.counts;
	return is_filed;
}
