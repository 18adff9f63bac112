/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_export_random.c - random rules and machines: an export finds what the matcher finds, and no more */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/export.h>
#include <fwquirk/match.h>

#include "support/export_readers.h"
#include "support/ruled.h"

#define N_ROUNDS   1200u
#define N_MACHINES 40u

static const enum field fields[] = {
	FIELD_BIOS_VENDOR,   FIELD_BIOS_VERSION,    FIELD_BIOS_DATE,    FIELD_SYS_VENDOR,
	FIELD_PRODUCT_NAME,  FIELD_PRODUCT_VERSION, FIELD_BOARD_VENDOR, FIELD_BOARD_NAME,
	FIELD_BOARD_VERSION, FIELD_PRODUCT_SKU,
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static uint64_t seed = 1;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* Texts that look alike, and like names of parts. */
static void random_text(char *to, const char *letters, unsigned least, unsigned most)
{
	unsigned n = least + below(most - least + 1);

	for (unsigned i = 0; i < n; i++)
		to[i] = letters[below((unsigned)strlen(letters))];
	to[n] = '\0';
}

static void put_value(FILE *out, const char *letters)
{
	char value[8];

	random_text(value, letters, 1, 3);
	fputs(" \"", out);
	for (const char *at = value; *at; at++)
		fprintf(out, "%s%c", *at == '\\' || *at == '"' ? "\\" : "", *at);
	putc('"', out);
}

static void put_pattern(FILE *out)
{
	static const char *const pieces[] = {"*", "a", "b", "n", "?", "[ab]", "[a-p]", "v"};

	fputs(" \"n", out);
	for (unsigned i = below(3); i < 3; i++)
		fputs(pieces[below(8)], out);
	putc('"', out);
}

/* One rule: a key, and up to two other conditions on fields of their own. */
static char *random_rule(const char *letters)
{
	static const char *const operators[] = {"", "", " prefix", " suffix", " contains"};
	unsigned n = 1 + below(3), first = below(N_FIELDS);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs("[FWQ-0001]\nTitle = T\nDefect = other\nConfidence = reported\nMode = observe\n"
	      "Match = sys-vendor any-of \"n\" \"nb\"\n",
	      out);
	for (unsigned i = 0; i < n; i++) {
		unsigned at = (first + i * (1 + below(3))) % N_FIELDS;

		if (fields[at] == FIELD_SYS_VENDOR)
			continue;
		fprintf(out, "Match = %s", field_name(fields[at]));
		if (below(5) == 0) {
			fputs(" glob", out);
			put_pattern(out);
		} else {
			bool is_any = below(3) == 0;

			fprintf(out, "%s%s", is_any ? " any-of" : "", operators[below(5)]);
			put_value(out, letters);
			if (is_any)
				put_value(out, letters);
		}
		putc('\n', out);
	}
	fputs("Evidence = https://example.org\n", out);
	fclose(out);
	return text;
}

/* Every field is there; none is a placeholder, which exports know nothing of. */
static void random_machine(struct identity *identity, char text[][8], const char *letters)
{
	identity_clear(identity);
	for (unsigned i = 0; i < N_FIELDS; i++) {
		do {
			random_text(text[i], letters, 1, 5);
			if (fields[i] == FIELD_SYS_VENDOR)
				strcpy(text[i], below(2) ? "n" : "nb");
			identity_set_text(identity, fields[i], text_of(text[i]));
		} while (identity->placeholder);
	}
}

struct tally {
	unsigned n_written, n_both, n_neither;
};

/* What the reader of a target finds of the one rule on a machine. */
typedef bool reader(const char *output, const char *const text[static FIELD_COUNT]);

static bool hwdb_finds(const char *output, const char *const text[static FIELD_COUNT])
{
	char modalias[MODALIAS_SIZE];
	bool found[2] = {false};
	struct hwdb hwdb;

	modalias_of(text, modalias);
	hwdb_read(&hwdb, output);
	hwdb_find(&hwdb, modalias, found);
	hwdb_free(&hwdb);
	return found[1];
}

static bool dmi_finds(const char *output, const char *const text[static FIELD_COUNT])
{
	bool found[2] = {false};
	struct dmi_table table;

	dmi_table_read(&table, output);
	dmi_table_find(&table, text, found);
	dmi_table_free(&table);
	return found[1];
}

/* The texts as a reader wants them, the releases on some machines only. */
static void as_strings(char text[][8], const char *ret_text[static FIELD_COUNT])
{
	memset(ret_text, 0, FIELD_COUNT * sizeof(ret_text[0]));
	for (unsigned i = 0; i < N_FIELDS; i++)
		ret_text[fields[i]] = text[i];
	ret_text[FIELD_CHASSIS_TYPE] = "3";
	ret_text[FIELD_BIOS_RELEASE] = below(2) ? "1.2" : NULL;
	ret_text[FIELD_EC_RELEASE] = below(2) ? "3.4" : NULL;
}

/* One machine. `is_folded`: letters in both cases, which only ours folds, so theirs may miss some. */
static void compare_machine(const struct ruled *ruled, const char *output, reader *finds,
			    const char *letters, bool is_folded, struct tally *tally)
{
	const char *strings[FIELD_COUNT];
	struct identity identity;
	struct table_rule rule;
	char text[N_FIELDS][8];
	struct match match;
	bool theirs;

	table_rule_at(&ruled->table, 0, &rule);
	random_machine(&identity, text, letters);
	as_strings(text, strings);
	match_rule(&ruled->table, &rule, &identity, &match);
	theirs = finds(output, strings);
	tally->n_both += theirs && match.matched;
	tally->n_neither += !theirs && !match.matched;
	if (theirs ? !match.matched : match.matched && !is_folded) {
		char modalias[MODALIAS_SIZE];

		modalias_of(strings, modalias);
		fail_msg("%s: %s\n%s", theirs ? "too much" : "missing", modalias, output);
	}
}

static void compare(export_make *target, reader *finds, const char *letters, bool is_folded,
		    struct tally *tally)
{
	char *rule = random_rule(letters), *error = NULL;
	struct export_options options = {.widen = false};
	struct export_files files = {.n = 0};
	struct export_loss loss = {.n = 0};
	struct ruled ruled;

	ruled_of_text(&ruled, rule);
	assert_true(target(&ruled.set, &options, &files, &loss, &error));
	export_files_close(&files);
	tally->n_written += loss.n_written == 1;
	for (unsigned i = 0; loss.n_written && i < N_MACHINES; i++)
		compare_machine(&ruled, files.file[0].bytes, finds, letters, is_folded, tally);
	export_files_free(&files);
	export_loss_free(&loss);
	ruled_free(&ruled);
	free(rule);
}

static void run(export_make *target, reader *finds)
{
	struct tally same = {.n_written = 0}, folded = {.n_written = 0};

	seed = 1;
	for (unsigned i = 0; i < N_ROUNDS; i++)
		compare(target, finds, "anbvp.*?[\\", false, &same);
	for (unsigned i = 0; i < N_ROUNDS / 4; i++)
		compare(target, finds, "aAnN", true, &folded);
	printf("# %u rules written: %u hits, %u misses, the same; with both cases %u and %u\n",
	       same.n_written, same.n_both, same.n_neither, folded.n_both, folded.n_neither);
	assert_true(same.n_written > N_ROUNDS / 8);
	assert_true(same.n_both > 500 && same.n_neither > 500);
	assert_true(folded.n_both > 50);
}

static void hwdb(void **state)
{
	(void)state;
	run(export_hwdb, hwdb_finds);
}

static void dmi_c(void **state)
{
	(void)state;
	run(export_dmi_c, dmi_finds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hwdb),
		cmocka_unit_test(dmi_c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
