/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_find.c - words and filters in, rules that fit out; words are data and never query syntax */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/version.h>

#include "rules_memory.h"
#include "store_sql.h"

static struct text argument(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return text_sized(text ? text : "", (size_t)sqlite3_value_bytes(value));
}

/* Whether a field with the content `has` satisfies a text condition. */
static bool text_holds(struct text operator_, struct text value, struct text has)
{
	enum operator_ op;

	if (!operator_from_name(operator_, &op))
		return false;
	switch (op) {
	case OPERATOR_EQUAL:
		return text_equal(has, value);
	case OPERATOR_PREFIX:
		return text_has_prefix(has, value);
	case OPERATOR_SUFFIX:
		return text_has_suffix(has, value);
	case OPERATOR_CONTAINS:
		return text_contains(has, value);
	case OPERATOR_GLOB:
		return text_glob(has, value);
	default:
		return false;
	}
}

/* fwquirk_holds(operator, value, has) */
static void holds_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	(void)n;
	sqlite3_result_int(context,
			   text_holds(argument(value[0]), argument(value[1]), argument(value[2])));
}

/* fwquirk_says(operator, value, asked): it holds for what was asked, or names it in part. */
static void says_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	(void)n;
	sqlite3_result_int(context, text_contains(argument(value[1]), argument(value[2])) ||
					    text_holds(argument(value[0]), argument(value[1]),
						       argument(value[2])));
}

/* Whether `has` lies on the right side of one end; false also when no claim can be made. */
static bool end_holds(enum scheme scheme, struct text has, sqlite3_value *end,
		      sqlite3_value *is_included, int sign, bool *ret_is_claim)
{
	int order;

	if (sqlite3_value_type(end) == SQLITE_NULL)
		return true;
	if (version_compare(scheme, has, argument(end), &order) != STATUS_OK) {
		*ret_is_claim = false;
		return false;
	}
	return order * sign > 0 || (order == 0 && sqlite3_value_int(is_included));
}

/* fwquirk_within(scheme, low, low_included, high, high_included, has): NULL is no claim */
static void within_run(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct text has = argument(value[5]);
	bool is_claim = true, is_within;
	enum scheme scheme;

	(void)n;
	if (!scheme_from_name(argument(value[0]), &scheme))
		return;
	is_within = end_holds(scheme, has, value[1], value[2], 1, &is_claim);
	is_within = end_holds(scheme, has, value[3], value[4], -1, &is_claim) && is_within;
	if (is_claim)
		sqlite3_result_int(context, is_within);
}

static bool functions_add(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return !sqlite3_create_function(db, "fwquirk_holds", 3, flags, NULL, holds_run, NULL,
					NULL) &&
	       !sqlite3_create_function(db, "fwquirk_says", 3, flags, NULL, says_run, NULL, NULL) &&
	       !sqlite3_create_function(db, "fwquirk_within", 6, flags, NULL, within_run, NULL,
					NULL);
}

/* clang-format off */

/* Rules with a Match on one of these fields that names the text in parameter `p`. */
#define NAMES(p, fields)                                                                \
	"(" p " IS NULL OR EXISTS (SELECT 1 FROM rule_condition AS c "                  \
	"JOIN rule_condition_value AS v ON v.rule = c.rule AND v.condition = c.position " \
	"WHERE c.rule = rule.id AND c.role = 'match' AND NOT c.negated "                \
	"AND c.field IN (" fields ") AND fwquirk_says(c.operator, v.value, " p ")))"

/* Whether the function is true for any text of condition `c`. */
#define ANY(function, p)                                                                \
	"EXISTS (SELECT 1 FROM rule_condition_value AS v WHERE v.rule = c.rule "        \
	"AND v.condition = c.position AND " function "(c.operator, v.value, " p "))"

#define WITHIN(p) \
	"fwquirk_within(c.scheme, c.low, c.low_included, c.high, c.high_included, " p ")"

/*
 * Left out: a rule with a condition on the version of the firmware that keeps it from matching
 * version `p`, or that cannot say. What a match would do, but for texts that are given in part.
 */
#define ADMITS(p)                                                                       \
	"(" p " IS NULL OR NOT EXISTS (SELECT 1 FROM rule_condition AS c "              \
	"WHERE c.rule = rule.id AND c.field = 'bios_version' AND CASE "                 \
	"WHEN c.role = 'known-good' AND c.operator <> 'version' "                       \
		"THEN " ANY("fwquirk_holds", p) " "                                     \
	"WHEN c.role IN ('fixed', 'known-good') THEN coalesce(" WITHIN(p) ", 1) "       \
	"WHEN c.operator = 'version' THEN coalesce(" WITHIN(p) " = c.negated, 1) "      \
	"WHEN c.negated THEN " ANY("fwquirk_holds", p) " "                              \
	"ELSE NOT " ANY("fwquirk_says", p) " END))"

static const char find_sql[] =
	"SELECT id, title, defect, mode, confidence, "
	"coalesce((SELECT group_concat(workaround, ' ') FROM (SELECT workaround "
		"FROM rule_workaround AS w WHERE w.rule = rule.id ORDER BY position)), ''), unmatched IS NOT NULL "
	"FROM rule WHERE "
	"(?1 IS NULL OR id IN (SELECT rowid FROM rule_words WHERE rule_words MATCH ?1)) "
	"AND (?2 IS NULL OR defect = ?2) "
	"AND (?3 IS NULL OR mode = ?3) "
	"AND (?4 IS NULL OR confidence = ?4) "
	"AND (?5 IS NULL OR EXISTS (SELECT 1 FROM rule_workaround AS w "
		"WHERE w.rule = rule.id AND w.workaround = ?5)) "
	"AND " NAMES("?6", "'sys_vendor', 'bios_vendor', 'board_vendor', 'efi_vendor'") " "
	"AND " NAMES("?7", "'product_name', 'product_version', 'product_sku', 'product_family', "
			   "'board_name'") " "
	"AND " ADMITS("?8") " ORDER BY id";

/* clang-format on */

/* The words as an FTS5 expression: each a quoted prefix, all needed. NULL for none. */
static char *words_quoted(const struct store_query *query)
{
	size_t size;
	char *text = NULL;
	FILE *out;

	if (!query->n_words)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (size_t i = 0; i < query->n_words; i++) {
		fputs(i ? " AND \"" : "\"", out);
		for (const char *at = query->word[i]; *at; at++)
			fputs(*at == '"' ? "\"\"" : (char[]){*at, '\0'}, out);
		fputs("\"*", out);
	}
	if (fclose(out))
		abort();
	return text;
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

static bool query_check(const struct store_query *query, char **ret_error)
{
	return filter_check(query->defect, "defect", DEFECT_COUNT, defect_name, ret_error) &&
	       filter_check(query->workaround, "workaround", WORKAROUND_COUNT, workaround_name,
			    ret_error) &&
	       filter_check(query->mode, "mode", MODE_COUNT, mode_name, ret_error) &&
	       filter_check(query->confidence, "confidence", CONFIDENCE_COUNT, confidence_name,
			    ret_error);
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
	sqlite3_stmt *find = NULL;
	char *words;
	bool is_found;

	if (!query_check(query, ret_error))
		return false;
	words = words_quoted(query);
	struct sql_value value[] = {SQL_TEXT(words),
				    SQL_TEXT(query->defect),
				    SQL_TEXT(query->mode),
				    SQL_TEXT(query->confidence),
				    SQL_TEXT(query->workaround),
				    SQL_TEXT(query->vendor),
				    SQL_TEXT(query->product),
				    SQL_TEXT(query->version)};
	if (!functions_add(store->db) || sqlite3_prepare_v2(store->db, find_sql, -1, &find, NULL) ||
	    !sql_bind(find, value, sizeof(value) / sizeof(value[0])))
		is_found = store_error(store, ret_error);
	else
		is_found = hits_collect(store, find, ret_hits, ret_n, ret_error);
	sqlite3_finalize(find);
	free(words);
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
