/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_find.c - words and filters in, rules that fit out; words are data and never query syntax */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <fwquirk/host/file.h>
#include <fwquirk/version.h>

#include "rules_memory.h"
#include "store_sql.h"

/*
 * The statement has a condition for every filter that was given and nothing for the others, so that
 * SQLite begins with an index and reads the few rules that it leads to (EXPLAIN QUERY PLAN: SEARCH
 * rule USING INTEGER PRIMARY KEY, LIST SUBQUERY). A condition that is left out costs nothing; one that
 * is `? IS NULL OR ...` would make every query read every rule.
 */
#define MAX_VALUES 24

struct find {
	sqlite3 *db;
	char *sql;
	size_t size;
	FILE *out; /* into `sql` */
	struct sql_value value[MAX_VALUES];
	char *owned[MAX_VALUES]; /* texts among them */
	size_t n_values;
};

/* Adds a condition; each `?` of it stands for one of the texts behind, ended by NULL. */
static void add(struct find *find, const char *condition, const char *const *text)
{
	fprintf(find->out, " AND %s", condition);
	for (; *text; text++)
		find->value[find->n_values++] = SQL_TEXT(*text);
}

#define ADD(find, condition, ...) add(find, condition, (const char *const[]){__VA_ARGS__, NULL})

/* A text that lives as long as the statement. */
static const char *own(struct find *find, char *text)
{
	find->owned[find->n_values] = text;
	return text;
}

/* ---- words ------------------------------------------------------------------------------------ */

/* A text as an FTS5 string: nothing in it is syntax. */
static void put_quoted(FILE *out, const char *at, size_t size)
{
	fputc('"', out);
	for (; size--; at++)
		fputs(*at == '"' ? "\"\"" : (char[]){*at, '\0'}, out);
	fputc('"', out);
}

/* The words as an FTS5 expression: each a quoted prefix, all needed. */
static void add_words(struct find *find, const struct store_query *query)
{
	size_t size;
	char *text = NULL;
	FILE *out;

	if (!query->n_words)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (size_t i = 0; i < query->n_words; i++) {
		fputs(i ? " AND " : "", out);
		put_quoted(out, query->word[i], strlen(query->word[i]));
		fputc('*', out);
	}
	if (fclose(out))
		abort();
	ADD(find, "id IN (SELECT rowid FROM rule_words WHERE rule_words MATCH ?)", own(find, text));
}

/* ---- names ------------------------------------------------------------------------------------ */

/* More letters would make more substrings than looking at every rule costs. */
#define SHORT_NAME 48u
#define RUN        3u /* letters that rule_names has together */

/* The normal form of an ASCII text that is short, else false. */
static bool name_fold(const char *name, char ret_folded[static SHORT_NAME + 1])
{
	struct text_fold fold = text_fold_begin(text_of(name));
	size_t n = 0;
	int c;

	while ((c = text_fold_next(&fold)) >= 0) {
		if (c < 0x20 || c > 0x7e || n == SHORT_NAME)
			return false;
		ret_folded[n++] = (char)c;
	}
	ret_folded[n] = '\0';
	return n > 0;
}

/* Every run of three letters, all needed, as an FTS5 expression. */
static char *runs_of(const char *name)
{
	size_t size, n = strlen(name);
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (size_t i = 0; i + RUN <= n; i++) {
		fputs(i ? " AND " : "", out);
		put_quoted(out, name + i, RUN);
	}
	if (fclose(out))
		abort();
	return text;
}

/* Every part of the name as a JSON array: what a condition would have to say to hold for it. */
static char *parts_of(const char *name)
{
	size_t n = strlen(name);
	json_t *array = json_array();
	char *text;

	for (size_t from = 0; from < n; from++)
		for (size_t size = 1; from + size <= n; size++)
			json_array_append_new(array, json_stringn(name + from, size));
	text = json_dumps(array, JSON_COMPACT);
	json_decref(array);
	if (!text)
		abort();
	return text;
}

#define VENDORS "'sys_vendor', 'bios_vendor', 'board_vendor', 'efi_vendor'"
#define PRODUCTS                                                               \
	"'product_name', 'product_version', 'product_sku', 'product_family', " \
	"'board_name'"

/*
 * Few rules among which are all that name a text: it is part of a value (by its runs of letters), or a
 * value is part of it (by the index of values; an equal one has the runs), or there is a pattern.
 */
#define NAMED_LIKE                                                                      \
	"UNION SELECT v.rule FROM rule_condition_value AS v JOIN rule_condition AS c "  \
	"ON c.rule = v.rule AND c.position = v.condition "                              \
	"WHERE v.normal IN (SELECT value FROM json_each(?)) AND c.operator <> 'equal' " \
	"UNION SELECT rule FROM rule_condition WHERE operator = 'glob' "                \
	"AND field IN (" VENDORS ", " PRODUCTS "))"

/*
 * Every run of three letters that begins with a name of one or two, any of them needed. A name ends
 * with LF in the index, so that "HP" alone begins such a run, too.
 */
static char *runs_from(sqlite3 *db, const char *name)
{
	static const char list[] = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.run "
				   "USING fts5vocab('main', 'rule_names', 'row')";
	static const char join[] =
		"SELECT group_concat('\"' || replace(term, '\"', '\"\"') || '\"', ' OR ') "
		"FROM temp.run WHERE term >= ?1 AND term < ?1 || char(1114111)";
	sqlite3_stmt *runs;
	char *text = NULL;

	if (sqlite3_exec(db, list, NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(db, join, -1, &runs, NULL))
		return NULL;
	sqlite3_bind_text(runs, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(runs) == SQLITE_ROW)
		text = sql_column_copy(runs, 0);
	sqlite3_finalize(runs);
	return text ? text : rules_copy("\"\"", 2); /* nothing has it */
}

static void add_name_candidates(struct find *find, const char *name)
{
	char folded[SHORT_NAME + 1], *runs;

	if (!name_fold(name, folded))
		return;
	runs = strlen(folded) < RUN ? runs_from(find->db, folded) : runs_of(folded);
	if (!runs)
		return; /* every rule is looked at then */
	ADD(find, "id IN (SELECT rowid FROM rule_names WHERE rule_names MATCH ? " NAMED_LIKE,
	    own(find, runs));
	find->value[find->n_values] = SQL_TEXT(own(find, parts_of(folded)));
	find->n_values++;
}

/* clang-format off */

/* Rules with a Match on one of these fields that names the text. */
#define NAMES(fields)                                                                   \
	"EXISTS (SELECT 1 FROM rule_condition AS c "                                    \
	"JOIN rule_condition_value AS v ON v.rule = c.rule AND v.condition = c.position " \
	"WHERE c.rule = rule.id AND c.role = 'match' AND NOT c.negated "                \
	"AND c.field IN (" fields ") AND fwquirk_says(c.operator, v.value, ?))"

/* Whether the function is true for any text of condition `c`. */
#define ANY(function)                                                                   \
	"EXISTS (SELECT 1 FROM rule_condition_value AS v WHERE v.rule = c.rule "        \
	"AND v.condition = c.position AND " function "(c.operator, v.value, asked.version))"

#define WITHIN \
	"fwquirk_within(c.scheme, c.low, c.low_included, c.high, c.high_included, asked.version)"

/*
 * Left out: a rule with a condition on the version of the firmware that keeps it from matching this
 * version, or that cannot say. What a match would do, but for texts that are given in part.
 */
static const char admits_version[] =
	"NOT EXISTS (SELECT 1 FROM (SELECT ? AS version) AS asked, rule_condition AS c "
	"WHERE c.rule = rule.id AND c.field = 'bios_version' AND CASE "
	"WHEN c.role = 'known-good' AND c.operator <> 'version' THEN " ANY("fwquirk_holds") " "
	"WHEN c.role IN ('fixed', 'known-good') THEN coalesce(" WITHIN ", 1) "
	"WHEN c.operator = 'version' THEN coalesce(" WITHIN " = c.negated, 1) "
	"WHEN c.negated THEN " ANY("fwquirk_holds") " "
	"ELSE NOT " ANY("fwquirk_says") " END)";

/* The same for its date. Days are yyyy-mm-dd, which sort as texts. */
static const char admits_date[] =
	"NOT EXISTS (SELECT 1 FROM (SELECT ? AS day) AS asked, rule_condition AS c "
	"WHERE c.rule = rule.id AND c.operator = 'date' AND ("
	"coalesce(asked.day > c.low OR (asked.day = c.low AND c.low_included), 1) AND "
	"coalesce(asked.day < c.high OR (asked.day = c.high AND c.high_included), 1)) "
	"= (c.negated OR c.role IN ('fixed', 'known-good')))";

static const char since_date[] =
	"EXISTS (SELECT 1 FROM rule_condition AS c WHERE c.rule = rule.id "
	"AND c.operator = 'date' AND c.role IN ('introduced', 'fixed') AND c.low >= ?)";

static const char select_hits[] =
	"SELECT id, title, defect, mode, confidence, "
	"coalesce((SELECT group_concat(workaround, ' ') FROM (SELECT workaround "
		"FROM rule_workaround AS w WHERE w.rule = rule.id ORDER BY position)), ''), "
	"unmatched IS NOT NULL FROM rule WHERE 1";

/* clang-format on */

static void add_mode(struct find *find, const char *mode)
{
	if (mode && strcmp(mode, STORE_QUERY_ONLY) == 0)
		fputs(" AND unmatched IS NOT NULL", find->out);
	else if (mode)
		ADD(find, "mode = ? AND unmatched IS NULL", mode);
}

static void add_names(struct find *find, const struct store_query *query)
{
	if (query->vendor) {
		add_name_candidates(find, query->vendor);
		ADD(find, NAMES(VENDORS), query->vendor);
	}
	if (query->product) {
		add_name_candidates(find, query->product);
		ADD(find, NAMES(PRODUCTS), query->product);
	}
}

static void find_begin(struct find *find, sqlite3 *db, const struct store_query *query)
{
	memset(find, 0, sizeof(*find));
	find->db = db;
	find->out = open_memstream(&find->sql, &find->size);
	if (!find->out)
		abort();
	fputs(select_hits, find->out);
	add_words(find, query);
	if (query->defect)
		ADD(find, "defect = ?", query->defect);
	if (query->workaround)
		ADD(find, "id IN (SELECT rule FROM rule_workaround WHERE workaround = ?)",
		    query->workaround);
	add_mode(find, query->mode);
	if (query->confidence)
		ADD(find, "confidence = ?", query->confidence);
	add_names(find, query);
	if (query->version)
		ADD(find, admits_version, query->version);
	if (query->date)
		ADD(find, admits_date, query->date);
	if (query->since)
		ADD(find, since_date, query->since);
	fputs(" ORDER BY id", find->out);
	if (fclose(find->out))
		abort();
}

static void find_end(struct find *find)
{
	for (size_t i = 0; i < MAX_VALUES; i++)
		free(find->owned[i]);
	free(find->sql);
}

/* Says which words there are when a filter names none of them. */
static bool filter_check(const char *word, const char *what, unsigned n,
			 const char *(*name)(unsigned), char **ret_error)
{
	size_t size;
	char *list = NULL;
	FILE *out;

	for (unsigned i = 0; word && i < n; i++)
		if (strcmp(word, name(i)) == 0)
			return true;
	if (!word)
		return true;
	out = open_memstream(&list, &size);
	if (!out)
		abort();
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? ", " : "", name(i));
	if (fclose(out))
		abort();
	file_error(ret_error, "no %s \"%s\"; there are %s", what, word, list);
	free(list);
	return false;
}

static const char *mode_word(unsigned mode)
{
	return mode < MODE_COUNT ? mode_name(mode) : STORE_QUERY_ONLY;
}

static bool day_check(const char *day, char **ret_error)
{
	uint32_t date;

	return !day || date_read_iso(text_of(day), &date) == STATUS_OK ||
	       file_error(ret_error, "\"%s\" is not a day; expected yyyy-mm-dd", day);
}

static bool query_check(const struct store_query *query, char **ret_error)
{
	return filter_check(query->defect, "defect", DEFECT_COUNT, defect_name, ret_error) &&
	       filter_check(query->workaround, "workaround", WORKAROUND_COUNT, workaround_name,
			    ret_error) &&
	       filter_check(query->mode, "mode", MODE_COUNT + 1, mode_word, ret_error) &&
	       filter_check(query->confidence, "confidence", CONFIDENCE_COUNT, confidence_name,
			    ret_error) &&
	       day_check(query->date, ret_error) && day_check(query->since, ret_error);
}

static char *column_or_empty(sqlite3_stmt *row, int column)
{
	char *text = sql_column_copy(row, column);

	return text ? text : rules_copy("", 0);
}

static struct store_hit hit_of(sqlite3_stmt *row)
{
	return (struct store_hit){.id = (uint32_t)sqlite3_column_int64(row, 0),
				  .title = column_or_empty(row, 1),
				  .defect = column_or_empty(row, 2),
				  .mode = column_or_empty(row, 3),
				  .confidence = column_or_empty(row, 4),
				  .workarounds = column_or_empty(row, 5),
				  .is_unmatched = sqlite3_column_int(row, 6) != 0};
}

static bool hits_collect(struct store *store, sqlite3_stmt *find, struct store_hit **ret_hits,
			 size_t *ret_n, char **ret_error)
{
	struct store_hit *hits = NULL;
	size_t n = 0;
	int code;

	while ((code = sqlite3_step(find)) == SQLITE_ROW) {
		hits = rules_grow(hits, n, sizeof(*hits));
		hits[n++] = hit_of(find);
	}
	if (code != SQLITE_DONE) {
		store_hits_free(hits, n);
		return store_error(store, ret_error);
	}
	*ret_hits = hits;
	*ret_n = n;
	return true;
}

bool store_find(struct store *store, const struct store_query *query, struct store_hit **ret_hits,
		size_t *ret_n, char **ret_error)
{
	sqlite3_stmt *rows = NULL;
	struct find find;
	bool is_found;

	if (!query_check(query, ret_error))
		return false;
	find_begin(&find, store->db, query);
	if (!store_functions_add(store->db) ||
	    sqlite3_prepare_v2(store->db, find.sql, -1, &rows, NULL) ||
	    !sql_bind(rows, find.value, find.n_values))
		is_found = store_error(store, ret_error);
	else
		is_found = hits_collect(store, rows, ret_hits, ret_n, ret_error);
	sqlite3_finalize(rows);
	find_end(&find);
	return is_found;
}

void store_hits_free(struct store_hit *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(hits[i].title);
		free(hits[i].defect);
		free(hits[i].mode);
		free(hits[i].confidence);
		free(hits[i].workarounds);
	}
	free(hits);
}
