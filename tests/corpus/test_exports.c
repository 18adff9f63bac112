/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_exports.c - shipped rules on 81,357 real machines: hwdb and dmi-c never find more than the matcher */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/export.h>
#include <fwquirk/match.h>

#include "support/corpus.h"
#include "support/export_readers.h"
#include "support/ruled.h"

static const struct {
	const char *name;
	enum field field;
} columns[] = {
	{"bios_vendor", FIELD_BIOS_VENDOR},     {"bios_version", FIELD_BIOS_VERSION},
	{"bios_date", FIELD_BIOS_DATE},         {"sys_vendor", FIELD_SYS_VENDOR},
	{"product_name", FIELD_PRODUCT_NAME},   {"product_version", FIELD_PRODUCT_VERSION},
	{"product_sku", FIELD_PRODUCT_SKU},     {"product_family", FIELD_PRODUCT_FAMILY},
	{"board_vendor", FIELD_BOARD_VENDOR},   {"board_name", FIELD_BOARD_NAME},
	{"board_version", FIELD_BOARD_VERSION}, {"cpu_version", FIELD_CPU_VERSION},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define MAX_RULE  100000u

static struct tsv machines;
static struct ruled ruled;
/* By rule: whether the target has it, whether ours matches and theirs does. */
static bool written[MAX_RULE], ours[MAX_RULE], theirs[MAX_RULE];
static size_t n_ids; /* above the highest */

static void machine_read(size_t row, struct identity *identity,
			 const char *text[static FIELD_COUNT])
{
	identity_clear(identity);
	memset(text, 0, FIELD_COUNT * sizeof(text[0]));
	for (size_t i = 0; i < N_COLUMNS; i++) {
		const char *value =
			tsv_cell(&machines, row, tsv_column(&machines, columns[i].name));

		if (strcmp(value, "\\N") == 0 || strcmp(value, "Not Specified") == 0)
			continue;
		text[columns[i].field] = value;
		identity_set_text(identity, columns[i].field, text_of(value));
	}
}

static void find_ours(const struct identity *identity)
{
	struct match_cursor cursor;
	struct table_rule rule;
	struct match match;

	memset(ours, 0, n_ids);
	match_begin(&ruled.table, identity, &cursor);
	while (match_candidate_next(&ruled.table, identity, &cursor, &rule)) {
		match_rule(&ruled.table, &rule, identity, &match);
		ours[rule.id] |= match.matched;
	}
}

struct tally {
	size_t n_ours, n_theirs, n_too_many;
};

static void count(size_t row, struct tally *tally)
{
	for (size_t i = 0; i < ruled.set.n_rules; i++) {
		uint32_t id = ruled.set.rule[i].id;

		tally->n_ours += ours[id] && written[id];
		tally->n_theirs += ours[id] && theirs[id];
		if (!theirs[id] || ours[id])
			continue;
		tally->n_too_many++;
		printf("# too much: " RULE_ID_FORMAT " on row %zu\n", id, row);
	}
}

static char *exported(export_make *target)
{
	struct export_options options = {.widen = false};
	struct export_files files = {.n = 0};
	struct export_loss loss = {.n = 0};
	char *error = NULL, *text;

	assert_true(target(&ruled.set, &options, &files, &loss, &error));
	export_files_close(&files);
	text = strdup(files.file[0].bytes);
	memset(written, 0, sizeof(written));
	for (size_t i = 0; i < ruled.set.n_rules; i++)
		written[ruled.set.rule[i].id] = true;
	for (size_t i = 0; i < loss.n; i++)
		if (loss.line[i].kind == EXPORT_LEFT_OUT)
			written[loss.line[i].rule] = false;
	export_files_free(&files);
	export_loss_free(&loss);
	return text;
}

static void finish(const struct tally *tally)
{
	printf("# of %zu matches of rules that it has it finds %zu\n", tally->n_ours,
	       tally->n_theirs);
	assert_int_equal(tally->n_too_many, 0);
	assert_true(tally->n_theirs > 0);
}

static void hwdb_finds_no_more(void **state)
{
	struct tally tally = {.n_ours = 0};
	char *text = exported(export_hwdb);
	struct hwdb hwdb;

	(void)state;
	hwdb_read(&hwdb, text);
	for (size_t row = 0; row < machines.n_rows; row++) {
		char modalias[MODALIAS_SIZE];
		const char *machine[FIELD_COUNT];
		struct identity identity;

		machine_read(row, &identity, machine);
		find_ours(&identity);
		memset(theirs, 0, n_ids);
		modalias_of(machine, modalias);
		hwdb_find(&hwdb, modalias, theirs);
		count(row, &tally);
	}
	hwdb_free(&hwdb);
	free(text);
	finish(&tally);
}

static void dmi_c_finds_no_more(void **state)
{
	struct tally tally = {.n_ours = 0};
	char *text = exported(export_dmi_c);
	struct dmi_table table;

	(void)state;
	dmi_table_read(&table, text);
	for (size_t row = 0; row < machines.n_rows; row++) {
		const char *machine[FIELD_COUNT];
		struct identity identity;

		machine_read(row, &identity, machine);
		/* Entries for other processors are read too: say that this is one. */
		identity_set_text(&identity, FIELD_ARCH, text_of("aarch64"));
		find_ours(&identity);
		memset(theirs, 0, n_ids);
		dmi_table_find(&table, machine, theirs);
		count(row, &tally);
	}
	dmi_table_free(&table);
	free(text);
	finish(&tally);
}

static void rules_read(void)
{
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_files = 0};

	if (!rules_parse_path(&set, "quirks", &diagnostics))
		abort();
	diagnostics_free(&diagnostics);
	for (size_t i = 0; i < set.n_rules; i++)
		if (set.rule[i].id >= n_ids)
			n_ids = set.rule[i].id + 1;
	if (n_ids > MAX_RULE)
		abort();
	ruled_of_set(&ruled, set);
}

int main(void)
{
	static const char *const programs[] = {"xz", NULL};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hwdb_finds_no_more),
		cmocka_unit_test(dmi_c_finds_no_more),
	};
	char command[4400];
	int failed;
	FILE *in;

	corpus_or_skip(programs);
	snprintf(command, sizeof(command), "xz -dc '%s'",
		 corpus_path("dmidecode-txt/identities.tsv.xz"));
	in = popen(command, "r");
	if (!in)
		abort();
	tsv_read(&machines, in);
	pclose(in);
	rules_read();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	ruled_free(&ruled);
	tsv_free(&machines);
	return failed;
}
