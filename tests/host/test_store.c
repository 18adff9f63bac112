/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_store.c - text into a database and back: the same text, and the same bytes every time */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <fwquirk/host/store.h>

#include "support/made_rules.h"
#include "support/scratch.h"

static struct scratch scratch;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static void parse_bytes(struct rule_set *set, const char *path, const char *text, size_t size)
{
	struct diagnostics diagnostics = {.n = 0};

	if (!rules_parse_bytes(set, path, text, size, &diagnostics)) {
		for (size_t i = 0; i < diagnostics.n; i++)
			diagnostic_print(stderr, &diagnostics.list[i]);
		fail();
	}
	diagnostics_free(&diagnostics);
}

static void parse_path(struct rule_set *set, const char *path)
{
	struct diagnostics diagnostics = {.n = 0};

	assert_true(rules_parse_path(set, path, &diagnostics));
	diagnostics_free(&diagnostics);
}

static void build(const char *path, const struct rule_set *set)
{
	char *error = NULL;

	if (!store_build(path, set, &error))
		fail_msg("%s", error);
}

static struct rule_set load(const char *path)
{
	struct rule_set set = {.n_files = 0};
	char *error = NULL;
	struct store *store = store_open(path, &error);

	if (!store || !store_load(store, &set, &error))
		fail_msg("%s", error);
	store_close(store);
	return set;
}

static char *formatted(const struct rule_set *set, size_t file)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	rules_format_file(out, set, file);
	fclose(out);
	return text;
}

/* Text, database, text: nothing is different. */
static void assert_round_trip(const struct rule_set *set)
{
	const char *path = scratch_path(&scratch, "round.sqlite");
	struct rule_set loaded;

	build(path, set);
	loaded = load(path);
	assert_int_equal(loaded.n_files, set->n_files);
	assert_int_equal(loaded.n_rules, set->n_rules);
	for (size_t i = 0; i < set->n_files; i++) {
		char *before = formatted(set, i), *after = formatted(&loaded, i);

		assert_string_equal(loaded.file[i].path, set->file[i].path);
		assert_string_equal(after, before);
		free(before);
		free(after);
	}
	rule_set_free(&loaded);
}

static void generated_rules_come_back(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 25; seed++) {
		struct rule_set set = {.n_files = 0};
		size_t size;
		char *text = made_rules_text(seed, 1, 40, &size), *again;

		parse_bytes(&set, "a.quirks", text, size);
		again = formatted(&set, 0);
		assert_string_equal(again, text); /* the generator writes canonical text */
		assert_round_trip(&set);
		rule_set_free(&set);
		free(again);
		free(text);
	}
}

static void shipped_rules_come_back(void **state)
{
	struct rule_set set = {.n_files = 0};

	(void)state;
	parse_path(&set, "quirks");
	assert_true(set.n_rules > 0);
	assert_round_trip(&set);
	rule_set_free(&set);
}

static void no_rules_are_a_database_too(void **state)
{
	const char *path = scratch_path(&scratch, "none.sqlite");
	struct rule_set set = {.n_files = 0}, loaded;

	(void)state;
	build(path, &set);
	loaded = load(path);
	assert_int_equal(loaded.n_files, 0);
	assert_int_equal(loaded.n_rules, 0);
	rule_set_free(&loaded);
}

static void extreme_numbers_come_back(void **state)
{
	static const char text[] =
		"[FWQ-99999999]\nTitle = t\nDefect = other\nConfidence = reported\nMode = observe\n"
		"Match = cpu-id masked 0xffffffffffffffff = 0xffffffffffffffff\n"
		"Match = bios-vendor \"\\xff\\xfe\\x01\"\nWorkaround = ebs-delay 999999999\n"
		"Workaround = max-address 0xffffffffffffffff\nEvidence = https://example.org/\n";
	struct rule_set set = {.n_files = 0};

	(void)state;
	parse_bytes(&set, "extreme.quirks", text, strlen(text));
	assert_round_trip(&set);
	rule_set_free(&set);
}

/* Two folders, filled and named in opposite orders. */
static void put_tree(const char *folder, bool is_reversed, struct rule_set *ret_set)
{
	static const char *const names[] = {"quirks/10-a.quirks", "quirks/50-b.quirks",
					    "quirks/more/30-c.quirks"};
	char path[512];

	snprintf(path, sizeof(path), "%s/quirks/more", scratch_path(&scratch, folder));
	assert_int_equal(mkdir(scratch_path(&scratch, folder), 0755), 0);
	path[strlen(path) - strlen("/more")] = '\0';
	assert_int_equal(mkdir(path, 0755), 0);
	path[strlen(path)] = '/';
	assert_int_equal(mkdir(path, 0755), 0);
	for (unsigned n = 0; n < 3; n++) {
		unsigned i = is_reversed ? 2 - n : n;
		size_t size;
		char *text = made_rules_text(100 + i, 1000 - 300 * i, 30, &size);

		snprintf(path, sizeof(path), "%s/%s", scratch_path(&scratch, folder), names[i]);
		scratch_write(path, text, size);
		parse_path(ret_set, path);
		free(text);
	}
}

static void same_rules_give_the_same_bytes(void **state)
{
	struct rule_set a = {.n_files = 0}, b = {.n_files = 0};
	size_t a_size, b_size;
	uint8_t *a_bytes, *b_bytes;

	(void)state;
	put_tree("first", false, &a);
	put_tree("a-second-folder", true, &b);
	assert_string_not_equal(a.file[0].path, b.file[0].path);
	build(scratch_path(&scratch, "a.sqlite"), &a);
	build(scratch_path(&scratch, "b.sqlite"), &b);
	a_bytes = scratch_read(scratch_path(&scratch, "a.sqlite"), &a_size);
	b_bytes = scratch_read(scratch_path(&scratch, "b.sqlite"), &b_size);
	assert_int_equal(a_size, b_size);
	assert_memory_equal(a_bytes, b_bytes, a_size);
	free(a_bytes);
	free(b_bytes);
	rule_set_free(&a);
	rule_set_free(&b);
}

static void assert_path(const char *const *given, size_t n, const char *expected)
{
	const char *path = scratch_path(&scratch, "paths.sqlite");
	struct rule_set set = {.n_files = 0}, loaded;

	for (size_t i = 0; i < n; i++)
		parse_bytes(&set, given[i], "# header\n", strlen("# header\n"));
	build(path, &set);
	loaded = load(path);
	assert_int_equal(loaded.n_files, n);
	assert_string_equal(loaded.file[0].path, expected);
	assert_string_equal(loaded.file[0].header, "# header");
	rule_set_free(&set);
	rule_set_free(&loaded);
}

static void paths_begin_at_the_common_folder(void **state)
{
	static const char *const two[] = {"/home/me/quirks/b/c.quirks", "/home/me/quirks/a.quirks"};
	static const char *const near[] = {"quirks-a/x.quirks", "quirks-b/x.quirks"};
	static const char *const relative[] = {"quirks/a.quirks"}, *const here[] = {"./a.quirks"};
	static const char *const up[] = {"../a.quirks"}, *const bare[] = {"a.quirks"};
	static const char *const root[] = {"/a.quirks"}, *const deep[] = {"/srv/quirks/a.quirks"};
	static const char *const odd[] = {"\xff\033\n.quirks"};

	(void)state;
	assert_path(two, 2, "quirks/a.quirks");
	assert_path(near, 2, "quirks-a/x.quirks");
	assert_path(relative, 1, "quirks/a.quirks");
	assert_path(here, 1, "a.quirks");
	assert_path(up, 1, "a.quirks");
	assert_path(bare, 1, "a.quirks");
	assert_path(root, 1, "a.quirks");
	assert_path(deep, 1, "quirks/a.quirks");
	assert_path(odd, 1, "\xff\033\n.quirks"); /* file systems allow it */
}

/* ---- as other programs see it ---- */

static sqlite3 *open_made(void)
{
	const char *path = scratch_path(&scratch, "made.sqlite");
	struct rule_set set = {.n_files = 0};
	sqlite3 *db;
	size_t size;
	char *text = made_rules_text(7, 1, 300, &size);

	parse_bytes(&set, "made.quirks", text, size);
	build(path, &set);
	free(text);
	rule_set_free(&set);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return db;
}

static sqlite3_stmt *query(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	return statement;
}

static void assert_answer(sqlite3 *db, const char *sql, const char *expected)
{
	sqlite3_stmt *statement = query(db, sql);

	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	sqlite3_finalize(statement);
}

static void assert_no_row(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = query(db, sql);

	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	sqlite3_finalize(statement);
}

static void other_programs_find_it_whole(void **state)
{
	sqlite3 *db = open_made();

	(void)state;
	assert_answer(db, "PRAGMA application_id", "1180127521");
	assert_answer(db, "PRAGMA user_version", "1");
	assert_answer(db, "PRAGMA integrity_check", "ok");
	assert_answer(db, "SELECT count(*) FROM rule", "300");
	assert_no_row(db, "PRAGMA foreign_key_check");
	assert_no_row(db, "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict "
			  "AND name NOT LIKE 'sqlite_%'");
	assert_no_row(db, "SELECT rule FROM rule_condition WHERE field LIKE '%-%'");
	sqlite3_close(db);
}

static void vocabulary_is_whole(void **state)
{
	sqlite3 *db = open_made();
	char number[16];
#define ASSERT_COUNT(table, n)                                 \
	snprintf(number, sizeof(number), "%u", (unsigned)(n)); \
	assert_answer(db, "SELECT count(*) FROM " table, number)

	(void)state;
	ASSERT_COUNT("field", FIELD_COUNT);
	ASSERT_COUNT("operator", OPERATOR_COUNT);
	ASSERT_COUNT("scheme", SCHEME_COUNT);
	ASSERT_COUNT("defect", DEFECT_COUNT);
	ASSERT_COUNT("confidence", CONFIDENCE_COUNT);
	ASSERT_COUNT("mode", MODE_COUNT);
	ASSERT_COUNT("wx", WX_COUNT);
	ASSERT_COUNT("workaround", WORKAROUND_COUNT);
	ASSERT_COUNT("probe", PROBE_COUNT);
	assert_answer(db, "SELECT number || kind FROM field WHERE name = 'bios_date'", "2date");
	assert_answer(db, "SELECT wx || parameter FROM workaround WHERE name = 'alloc-exec'",
		      "loosentext");
	sqlite3_close(db);
}

/* The view spells conditions as the formatter does, where nothing needs \xNN. */
static void view_spells_conditions_as_the_text(void **state)
{
	sqlite3 *db = open_made();
	struct rule_set set = load(scratch_path(&scratch, "made.sqlite"));
	sqlite3_stmt *view = query(db, "SELECT text FROM condition_text ORDER BY rule, position");
	size_t n_compared = 0;

	(void)state;
	for (size_t i = 0; i < set.n_rules; i++) {
		for (size_t n = 0; n < set.rule[i].n_conditions; n++) {
			size_t size;
			char *text = NULL;
			FILE *out = open_memstream(&text, &size);

			rule_format_condition(out, &set.rule[i].condition[n]);
			fclose(out);
			assert_int_equal(sqlite3_step(view), SQLITE_ROW);
			if (!strstr(text, "\\x")) {
				assert_string_equal((const char *)sqlite3_column_text(view, 0),
						    text);
				n_compared++;
			}
			free(text);
		}
	}
	assert_int_equal(sqlite3_step(view), SQLITE_DONE);
	assert_true(n_compared > 500);
	sqlite3_finalize(view);
	sqlite3_close(db);
	rule_set_free(&set);
}

static void views_answer(void **state)
{
	sqlite3 *db = open_made();
	sqlite3_stmt *views = query(db, "SELECT name FROM sqlite_schema WHERE type = 'view'");
	unsigned n = 0;

	(void)state;
	for (; sqlite3_step(views) == SQLITE_ROW; n++) {
		char sql[128];
		sqlite3_stmt *statement;

		snprintf(sql, sizeof(sql), "SELECT * FROM %s", sqlite3_column_text(views, 0));
		statement = query(db, sql);
		assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
		sqlite3_finalize(statement);
	}
	sqlite3_finalize(views);
	assert_true(n >= 8);
	assert_answer(db, "SELECT count(*) FROM rule_overview", "300");
	assert_answer(db, "SELECT sum(n_rules) FROM defect_use", "300");
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_rules_come_back),
		cmocka_unit_test(shipped_rules_come_back),
		cmocka_unit_test(no_rules_are_a_database_too),
		cmocka_unit_test(extreme_numbers_come_back),
		cmocka_unit_test(same_rules_give_the_same_bytes),
		cmocka_unit_test(paths_begin_at_the_common_folder),
		cmocka_unit_test(other_programs_find_it_whole),
		cmocka_unit_test(vocabulary_is_whole),
		cmocka_unit_test(view_spells_conditions_as_the_text),
		cmocka_unit_test(views_answer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
