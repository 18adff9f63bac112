/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_store_errors.c - what is not a database of ours is refused by name, and nothing is half-built */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <fwquirk/host/store.h>

#include "support/made_rules.h"
#include "support/made_store.h"
#include "support/scratch.h"

#define RULE(id)                                                                                \
	"[" id "]\nTitle = A title\nDefect = ebs-fail\nConfidence = reported\nMode = observe\n" \
	"Match = sys-vendor \"Dell Inc.\"\nMatch = bios-version version dell < \"A05\"\n"       \
	"Match = cpu-id masked 0xf = 0x1\nUnbounded = unknown\nProbe = map-present\n"           \
	"Workaround = ebs-retry 3\nWorkaround = drop-table "                                    \
	"01234567-89ab-cdef-fedc-ba9876543210\nWorkaround = reserve 0x1000..0x1fff\n"           \
	"Evidence = https://example.org/ says so\nMachine = one\nNote = a note\n"

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
	scratch_regain_root();
	scratch_remove(&scratch);
	return 0;
}

/* ---- opening ---- */

static void assert_not_opened(const char *path, const char *expected)
{
	char *error = NULL;

	assert_null(store_open(path, &error));
	assert_non_null(error);
	assert_int_equal(strncmp(error, path, strlen(path)), 0);
	if (!strstr(error, expected))
		fail_msg("'%s' is not in '%s'", expected, error);
	free(error);
}

static const char *made(const char *name)
{
	const char *path = scratch_path(&scratch, name);

	made_store_build(path, RULE("FWQ-0001"));
	return path;
}

static void missing(void **state)
{
	(void)state;
	assert_not_opened(scratch_path(&scratch, "missing.sqlite"), "No such file");
	assert_not_opened(scratch_path(&scratch, "missing.sqlite"), "'fwquirk build' makes it");
}

static void folder(void **state)
{
	(void)state;
	assert_not_opened(scratch.folder, "is a folder");
}

static void unreadable(void **state)
{
	const char *path = made("unreadable.sqlite");

	(void)state;
	assert_int_equal(chmod(path, 0), 0);
	scratch_drop_root();
	assert_not_opened(path, "Permission denied");
	scratch_regain_root();
}

static void not_a_database(void **state)
{
	const char *path = scratch_path(&scratch, "text.sqlite");
	char text[500];

	(void)state;
	memset(text, 'x', sizeof(text));
	scratch_write(path, text, sizeof(text));
	assert_not_opened(path, "not a database");
	scratch_write(path, "SQLite format 3", 16);
	assert_not_opened(path, "not a database");
	scratch_write(path, "", 0);
	assert_not_opened(path, "not a database");
}

static void cut_off(void **state)
{
	const char *path = made("cut.sqlite");
	static const size_t sizes[] = {100, 512, 4096, 8192, 10000};
	size_t size;
	uint8_t *bytes = scratch_read(path, &size);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		scratch_write(path, bytes, sizes[i]);
		assert_not_opened(path, "cut off");
	}
	scratch_write(path, bytes, size - 1);
	assert_not_opened(path, "cut off");
	free(bytes);
}

static void of_another_program(void **state)
{
	const char *path = made("foreign.sqlite");

	(void)state;
	made_store_change(path, "PRAGMA application_id = 0x12345678");
	assert_not_opened(path, "another program (application_id 0x12345678");
}

static void of_a_newer_schema(void **state)
{
	const char *path = made("newer.sqlite");

	(void)state;
	made_store_change(path, "PRAGMA user_version = 2");
	assert_not_opened(path, "newer fwquirk (schema 2, this one knows 1)");
}

static void of_an_older_schema(void **state)
{
	const char *path = made("older.sqlite");

	(void)state;
	made_store_change(path, "PRAGMA user_version = 0");
	assert_not_opened(path, "an old schema (0, now 1)");
}

/* ---- loading ---- */

/* A change that a database of ours could not have: loading says which row, and gives nothing. */
static void assert_not_loaded(const char *change, const char *expected)
{
	const char *path = made("changed.sqlite");
	struct rule_set set = {.n_rules = 4711};
	struct store *store;
	char *error = NULL;

	made_store_change(path, change);
	store = made_store_open(path);
	assert_false(store_load(store, &set, &error));
	assert_int_equal(set.n_rules, 4711);
	if (!error || !strstr(error, expected))
		fail_msg("'%s' is not in '%s' after %s", expected, error, change);
	free(error);
	store_close(store);
}

static void unknown_words(void **state)
{
	(void)state;
	assert_not_loaded("UPDATE rule SET defect = 'new'", "table rule, row of 1: defect");
	assert_not_loaded("UPDATE rule SET confidence = ''", "confidence");
	assert_not_loaded("UPDATE rule SET mode = 'Arm'", "mode");
	assert_not_loaded("UPDATE rule_condition SET field = 'x'",
			  "table rule_condition, row of 1");
	assert_not_loaded("UPDATE rule_condition SET operator = 'x'", "operator");
	assert_not_loaded("UPDATE rule_condition SET role = 'x'", "role");
	assert_not_loaded("UPDATE rule_condition SET scheme = 'x' WHERE scheme NOT NULL", "scheme");
	assert_not_loaded("UPDATE rule_probe SET probe = 'x'", "probe");
	assert_not_loaded("UPDATE rule_workaround SET workaround = 'x'", "workaround");
}

static void impossible_values(void **state)
{
	(void)state;
	assert_not_loaded("UPDATE rule_condition SET low = NULL, high = NULL", "low");
	assert_not_loaded("UPDATE rule_condition SET mask = '0x1' WHERE mask NOT NULL", "mask");
	assert_not_loaded("UPDATE rule_workaround SET amount = -1 WHERE amount NOT NULL", "amount");
	assert_not_loaded("UPDATE rule_workaround SET guid = 'x' WHERE guid NOT NULL", "guid");
	assert_not_loaded("UPDATE rule_workaround SET guid = replace(guid, '89ab', '89-b') "
			  "WHERE guid NOT NULL",
			  "guid");
	assert_not_loaded("UPDATE rule_workaround SET address = NULL", "address");
	assert_not_loaded("UPDATE rule_condition_value SET condition = 1", "condition");
	assert_not_loaded("UPDATE rule_condition_value SET condition = 9", "condition");
	assert_not_loaded("DELETE FROM rule_condition_value", "FWQ-0001: condition 0 has no value");
	assert_not_loaded("UPDATE rule SET file = 3", "file");
	assert_not_loaded("UPDATE rule SET population = 4294967296", "population");
	assert_not_loaded("UPDATE rule SET expires = '2027-13-01'", "expires");
	assert_not_loaded("UPDATE file SET number = 1", "table file, row of 1: number");
}

/* Text that would break out of its line when the rule is written again. */
static void text_with_control_characters(void **state)
{
	(void)state;
	assert_not_loaded("UPDATE rule SET title = 'a' || char(10) || 'Mode = arm'", "title");
	assert_not_loaded("UPDATE rule SET title = 'a' || char(0) || 'b'", "title");
	assert_not_loaded("UPDATE rule SET comment = 'no comment'", "comment");
	assert_not_loaded("UPDATE rule SET comment = '# a' || char(10) || '[FWQ-0002]'", "comment");
	assert_not_loaded("UPDATE rule SET unbounded = char(27) || '[31m'", "unbounded");
	assert_not_loaded("UPDATE rule_evidence SET url = char(13)", "url");
	assert_not_loaded("UPDATE rule_note SET note = char(10)", "note");
	assert_not_loaded("UPDATE rule_machine SET machine = char(10)", "machine");
	assert_not_loaded("UPDATE rule SET unmatched = char(10)", "unmatched");
	assert_not_loaded("UPDATE file SET header = 'x'", "header");
	assert_not_loaded("UPDATE rule SET comment = '# a' || char(10)", "comment");
	assert_not_loaded("UPDATE rule SET title = char(155) || '31m'", "title");  /* C1 */
	assert_not_loaded("UPDATE rule SET title = 'a' || char(0x202e)", "title"); /* direction */
	assert_not_loaded("UPDATE rule SET title = CAST(x'61ff' AS TEXT)", "title");
}

static void missing_table(void **state)
{
	(void)state;
	assert_not_loaded("DROP TABLE rule_note", "not the tables it should have (no such table");
	assert_not_loaded("ALTER TABLE rule DROP COLUMN unprobed", "no such column");
}

/* Wherever a byte is wrong: a rule set or one sentence, never anything else. */
static void damaged_anywhere(void **state)
{
	const char *path = made("damaged.sqlite");
	static const char *const word[] = {"note"};
	struct store_query query = {.word = word, .n_words = 1, .vendor = "Dell", .version = "A03"};
	size_t size;
	uint8_t *bytes = scratch_read(path, &size);
	unsigned n_refused = 0;

	(void)state;
	for (unsigned i = 0; i < 250; i++) {
		size_t at = (size_t)i * 2654435761u % size;
		struct rule_set set = {.n_files = 0};
		struct store_hit *hits = NULL;
		char *error = NULL;
		struct store *store;
		size_t n = 0;

		bytes[at] ^= (uint8_t)(1 + i % 255);
		scratch_write(path, bytes, size);
		bytes[at] ^= (uint8_t)(1 + i % 255);
		store = store_open(path, &error);
		if (store && store_load(store, &set, &error))
			rule_set_free(&set);
		else
			n_refused++, assert_non_null(error), free(error);
		if (store && store_find(store, &query, &hits, &n, &error))
			store_hits_free(hits, n);
		else if (store)
			assert_non_null(error), free(error);
		store_close(store);
	}
	assert_true(n_refused > 0);
	free(bytes);
}

/* ---- building ---- */

/* The build fails with that sentence, and what was at the path is still there. */
static void assert_not_built(const char *path, const struct rule_set *set, const char *expected)
{
	char *error = NULL;

	assert_false(store_build(path, set, &error));
	assert_non_null(error);
	assert_int_equal(strncmp(error, path, strlen(path)), 0);
	if (!strstr(error, expected))
		fail_msg("'%s' is not in '%s'", expected, error);
	free(error);
}

static void assert_still_opens(const char *path)
{
	struct store *store = made_store_open(path);
	struct rule_set set;
	char *error;

	assert_true(store_load(store, &set, &error));
	assert_int_equal(set.n_rules, 1);
	rule_set_free(&set);
	store_close(store);
}

static void two_rules_of_one_number(void **state)
{
	const char *path = made("twice.sqlite");
	struct rule_set set = made_set(RULE("FWQ-0007") "\n" RULE("FWQ-0008"));

	(void)state;
	set.rule[1].id = 7;
	assert_not_built(path, &set, "FWQ-0007 is in made.quirks and again in made.quirks");
	assert_still_opens(path);
	rule_set_free(&set);
}

/* What no parser gives: the schema itself refuses, and the message names the rule. */
static void impossible_rules(void **state)
{
	const char *path = made("impossible.sqlite");
	struct rule_set set = made_set(RULE("FWQ-0007"));

	(void)state;
	set.rule[0].condition[1].has_high = false;
	assert_not_built(path, &set, "FWQ-0007: CHECK constraint failed");
	set.rule[0].condition[1].has_high = true;
	set.rule[0].workaround[0].a = UINT64_MAX;
	assert_not_built(path, &set, "FWQ-0007: CHECK constraint failed: amount >= 0");
	set.rule[0].workaround[0].a = 3;
	set.rule[0].defect = DEFECT_COUNT;
	assert_not_built(path, &set, "FWQ-0007: a word that is not in the vocabulary");
	assert_still_opens(path);
	rule_set_free(&set);
}

static void onto_a_folder(void **state)
{
	struct rule_set set = made_set(RULE("FWQ-0001"));

	(void)state;
	assert_not_built(scratch.folder, &set, "is a folder");
	rule_set_free(&set);
}

static void into_a_folder_that_is_not_there(void **state)
{
	struct rule_set set = made_set(RULE("FWQ-0001"));

	(void)state;
	assert_not_built(scratch_path(&scratch, "no/such.sqlite"), &set,
			 "No such file or directory");
	rule_set_free(&set);
}

static void into_a_folder_that_is_read_only(void **state)
{
	const char *locked = scratch_path(&scratch, "locked");
	struct rule_set set = made_set(RULE("FWQ-0001"));

	(void)state;
	assert_int_equal(mkdir(locked, 0555), 0);
	scratch_drop_root();
	assert_not_built(scratch_path(&scratch, "locked/new.sqlite"), &set, "Permission denied");
	scratch_regain_root();
	assert_int_equal(scratch_count(locked), 0);
	rule_set_free(&set);
}

static void over_the_limit_of_a_file(void **state)
{
	const char *path = made("limit.sqlite");
	struct rule_set set = made_set(RULE("FWQ-0001") "\n" RULE("FWQ-0002"));
	struct rlimit before, limit;
	unsigned n_before = scratch_count(scratch.folder);

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){.rlim_cur = 20000, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_not_built(path, &set, "File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_still_opens(path);
	assert_int_equal(scratch_count(scratch.folder), n_before);
	rule_set_free(&set);
}

/* /dev/full is a disk that is always full (full(4)). */
static void onto_a_full_disk(void **state)
{
	struct rule_set set = made_set(RULE("FWQ-0001"));

	(void)state;
	assert_not_built("/dev/full", &set, "No space left on device; make room");
	rule_set_free(&set);
}

static _Noreturn void build_for_ever(const char *path, const struct rule_set *a,
				     const struct rule_set *b)
{
	for (;;) {
		char *error;

		if (!store_build(path, a, &error) || !store_build(path, b, &error))
			_exit(3);
	}
}

static void killed_at_any_time(void **state)
{
	const char *path = made("killed.sqlite");
	struct rule_set a = made_set(RULE("FWQ-0001")), b;
	size_t size;
	char *text = made_rules_text(3, 1, 1, &size);

	(void)state;
	b = made_set(text);
	for (unsigned i = 0; i < 25; i++) {
		struct timespec pause = {.tv_nsec = 1000000l * (20 + i * 7 % 60)};
		int status;
		pid_t child = fork();

		assert_int_not_equal(child, -1);
		if (!child)
			build_for_ever(path, &a, &b);
		nanosleep(&pause, NULL);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_still_opens(path);
	}
	made_store_build(path, RULE("FWQ-0001")); /* what was left beside is no hindrance */
	rule_set_free(&a);
	rule_set_free(&b);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing),
		cmocka_unit_test(folder),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(not_a_database),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(of_another_program),
		cmocka_unit_test(of_a_newer_schema),
		cmocka_unit_test(of_an_older_schema),
		cmocka_unit_test(unknown_words),
		cmocka_unit_test(impossible_values),
		cmocka_unit_test(text_with_control_characters),
		cmocka_unit_test(missing_table),
		cmocka_unit_test(damaged_anywhere),
		cmocka_unit_test(two_rules_of_one_number),
		cmocka_unit_test(impossible_rules),
		cmocka_unit_test(onto_a_folder),
		cmocka_unit_test(into_a_folder_that_is_not_there),
		cmocka_unit_test(into_a_folder_that_is_read_only),
		cmocka_unit_test(over_the_limit_of_a_file),
		cmocka_unit_test(onto_a_full_disk),
		cmocka_unit_test(killed_at_any_time),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
