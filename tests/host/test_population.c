/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_population.c - counts of machines against a plain loop, models, and what the counts are said to mean */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/population.h>
#include <fwquirk/match.h>

#include "rules_support.h"
#include "support/rule_generator.h"
#include "support/ruled.h"
#include "support/scratch.h"

static struct scratch scratch;

static struct population *population_of(const char *text)
{
	const char *path = scratch_path(&scratch, "p.tsv");
	struct population *population;
	char *error = NULL;

	scratch_write(path, text, strlen(text));
	if (!population_open(path, &population, &error))
		fail_msg("%s", error);
	return population;
}

static const char machines[] =
	"sys_vendor\tproduct_name\tboard_vendor\tboard_name\tbios_version\tbios_date\tarch\n"
	"Acme\tOne\t\\N\t\\N\t1.0\t01/01/2020\tx86\n"
	"Acme\tTwo\t\\N\t\\N\t1.1\t01/01/2021\tx86\n"
	" ACME \t one\t\\N\t\\N\t1.2\t01/01/2022\taarch64\n"
	"Default string\tDefault string\tBoards Ltd\tB1\t1.0\t01/01/2020\tx86\n"
	"Acme\tTwo\t\\N\t\\N\tA05\t01/01/2021\tx86\n"
	"Other\tOne\t\\N\t\\N\t\\N\t\\N\tx86\n"
	"\\N\t\\N\t\\N\t\\N\t1.0\t01/01/2020\tx86\n"
	"Acme\tTwo\t\\N\t\\N\t2.0\t01/01/2024\tx86\n";

/* Vendor and product, number of machines, in the order of the first. */
static void models_are_told_apart(void **state)
{
	static const struct {
		const char *vendor, *product;
		uint32_t n;
	} expected[] = {{"Acme", "One", 2},
			{"Acme", "Two", 3},
			{"Boards Ltd", "B1", 1},
			{"Other", "One", 1},
			{"", "", 1}};
	struct population *population = population_of(machines);

	(void)state;
	assert_int_equal(population->n_models, 5);
	for (size_t i = 0; i < 5; i++) {
		const struct population_model *model = &population->model[i];

		assert_true(text_is_same(model->vendor, text_of(expected[i].vendor)));
		assert_true(text_is_same(model->product, text_of(expected[i].product)));
		assert_int_equal(model->n_machines, expected[i].n);
	}
	for (size_t i = 1; i < population->table->n_rows; i++) {
		uint32_t before = population->order[i - 1], row = population->order[i];

		assert_true(population->model_of[before] < population->model_of[row] ||
			    (population->model_of[before] == population->model_of[row] &&
			     before < row));
	}
	population_close(population);
}

/* Counts and findings for rules of which only the lines that matter are given. */
static char *findings_of(const char *const *lines, uint32_t limit)
{
	struct population *population = population_of(machines);
	struct population_limits limits = {limit, POPULATION_TOLERANCE};
	struct population_count *counts;
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_files = 0};
	char *text, *findings, *error = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs("# h\n", out);
	for (unsigned i = 0; lines[i]; i++)
		fprintf(out,
			"\n[FWQ-%04u]\nTitle = T\nDefect = other\nConfidence = reported\nMode = "
			"observe\n%s\nEvidence = https://example.org\n",
			i + 1, lines[i]);
	fclose(out);
	assert_true(rules_parse_bytes(&set, "t", text, size, &diagnostics));
	free(text);
	if (!population_count(population, &set, NULL, &counts, &error))
		fail_msg("%s", error);
	population_lint(population, &set, counts, &limits, &diagnostics);
	findings = findings_text(&diagnostics);
	population_counts_free(counts, set.n_rules);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	population_close(population);
	return findings;
}

static const struct {
	const char *lines, *findings;
	uint32_t limit;
} cases[] = {
	{"Match = sys-vendor \"Acme\"", "", 5},
	{"Match = sys-vendor \"Acme\"",
	 "t:3:1: error L050: expected at most 4 machines, or a Population that says how many, "
	 "found "
	 "5\n"
	 "    most of them Acme Two: 3\n",
	 4},
	{"Match = sys-vendor \"Acme\"\nPopulation = 5", "", 4},
	{"Match = sys-vendor \"Acme\"\nPopulation = 10", "", 4}, /* within the slack */
	{"Match = sys-vendor \"Acme\"\nPopulation = 11",
	 "t:9:14: error L051: expected 11 machines, give or take 5, found 5\n"
	 "    most of them Acme Two: 3\n",
	 4},
	{"Match = sys-vendor \"Acme\"\nPopulation = 100",
	 "t:9:14: error L051: expected 100 machines, give or take 10, found 5\n"
	 "    most of them Acme Two: 3\n",
	 4},
	{"Match = sys-vendor \"Nobody\"",
	 "t:3:1: note L052: FWQ-0001 hits none of the machines of the population\n", 4},
	{"Match = sys-vendor \"Nobody\"\nPopulation = 0", "", 4},
	{"Match = sys-vendor \"Acme\"\nMatch = efi-vendor \"E\"\nMatch = cpu-id masked 0x1 = 0x1",
	 "t:3:1: note L053: FWQ-0001 hits at most 5 machines: the population lacks cpu-id, "
	 "efi-vendor, so that was not looked at\n",
	 4},
	{"Match = efi-vendor \"E\"\nMatch = bios-version contains \"1\"",
	 "t:3:1: note L053: FWQ-0001 is not counted: the population lacks efi-vendor, and the rest "
	 "does not find a machine\n",
	 4},
	{"Match = bios-version contains \"1\"",
	 "t:3:1: note L053: FWQ-0001 is not counted: nothing finds a machine\n", 4},
	{"Match = product-name \"Two\"\nFixed = bios-version version dotted \"1.5\"",
	 "t:3:1: note L054: FWQ-0001 makes no claim about 1 machine whose bios-version it cannot "
	 "read, as \"A05\"\n",
	 5},
	{"Match = product-name \"Two\"\nMatch = bios-version version lenovo >= \"N1EET79W (1.52 "
	 ")\"",
	 "t:3:1: note L052: FWQ-0001 hits none of the machines of the population\n"
	 "t:3:1: note L054: FWQ-0001 makes no claim about 3 machines whose bios-version it cannot "
	 "read, as \"1.1\"\n",
	 5},
	{"Match = sys-vendor \"Acme\"\nMatch = arch \"x86_64\"", "", 4}, /* what x86 may be */
	{"Unmatched = u\nWorkaround = drop-mat", "", 0},
};

static void counts_have_consequences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *lines[] = {cases[i].lines, NULL};
		char *findings = findings_of(lines, cases[i].limit);

		assert_string_equal(findings, cases[i].findings);
		free(findings);
	}
}

/* A bound of 5 does not contradict a statement of 1, but one of 100. */
static void a_bound_is_no_count(void **state)
{
	const char *few[] = {
		"Match = sys-vendor \"Acme\"\nMatch = efi-vendor \"E\"\nPopulation = 1", NULL};
	const char *many[] = {
		"Match = sys-vendor \"Acme\"\nMatch = efi-vendor \"E\"\nPopulation = 100", NULL};
	char *findings;

	(void)state;
	findings = findings_of(few, 0);
	assert_null(strstr(findings, "error"));
	free(findings);
	findings = findings_of(many, 0);
	assert_non_null(
		strstr(findings, "error L051: expected 100 machines, give or take 10, found 5"));
	free(findings);
}

/* ---- against a loop that a child could check ---- */

static void put_cell(FILE *out, struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		fputc(strchr("\t\n\r", text.at[i]) ? ' ' : text.at[i], out);
}

/* Columns for everything but efi-vendor, cpu-id and uefi-revision. */
static bool is_column(enum field field)
{
	return field != FIELD_EFI_VENDOR && field != FIELD_CPU_ID && field != FIELD_UEFI_REVISION;
}

static struct population *made_population(struct chooser *chooser, unsigned n)
{
	struct population *population;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (is_column((enum field)field))
			fprintf(out, "%s\t", field_name((enum field)field));
	}
	fputs("end\n", out);
	for (unsigned i = 0; i < n; i++) {
		struct generated_machine machine;

		generate_machine(chooser, &machine);
		for (unsigned field = 0; field < FIELD_COUNT; field++) {
			if (!is_column((enum field)field))
				continue;
			if (machine.identity.present >> field & 1)
				put_cell(out, machine.identity.field[field]);
			else
				fputs("\\N", out);
			fputc('\t', out);
		}
		fputs("\n", out);
	}
	fclose(out);
	population = population_of(text);
	free(text);
	return population;
}

/* Every condition that the population can decide holds. */
static bool holds(const struct ruled *ruled, uint32_t at, uint32_t fields,
		  const struct identity *identity)
{
	struct table_rule rule;
	struct condition condition;

	table_rule_at(&ruled->table, at, &rule);
	while (table_condition_next(&ruled->table, &rule.conditions, &condition)) {
		if (fields >> condition.field & 1 &&
		    match_condition(&ruled->table, &condition, identity) != REASON_NONE)
			return false;
	}
	return true;
}

static uint32_t share_of(const struct population_count *count, uint32_t model)
{
	for (size_t i = 0; i < count->n_shares; i++) {
		if (count->share[i].model == model)
			return count->share[i].n_machines;
	}
	return 0;
}

static void assert_count(const struct population *population, const struct ruled *ruled,
			 uint32_t at, const struct population_count *count)
{
	uint32_t *shares = calloc(population->n_models + 1, sizeof(*shares)), n = 0;

	for (size_t row = 0; row < population->table->n_rows; row++) {
		struct identity identity;

		identity_table_row(population->table, row, UINT32_MAX, &identity);
		if (!holds(ruled, at, population->table->fields, &identity))
			continue;
		shares[population->model_of[row]]++;
		n++;
	}
	assert_int_equal(count->n_machines, n);
	for (uint32_t model = 0; model < population->n_models; model++)
		assert_int_equal(share_of(count, model), shares[model]);
	for (size_t i = 1; i < count->n_shares; i++)
		assert_true(count->share[i - 1].n_machines >= count->share[i].n_machines);
	free(shares);
}

static void counts_are_those_of_a_loop(void **state)
{
	size_t n_hits = 0, n_at_most = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct population *population = made_population(&chooser, 300);
		struct population_count *counts;
		struct rule_set set;
		struct ruled ruled;
		char *error = NULL;

		generate_rules(&chooser, 50, &set);
		ruled_of_set(&ruled, set);
		if (!population_count(population, &ruled.set, NULL, &counts, &error))
			fail_msg("%s", error);
		for (uint32_t i = 0; i < ruled.set.n_rules; i++) {
			if (counts[i].scope == POPULATION_NO_KEY)
				continue;
			assert_count(population, &ruled, i, &counts[i]);
			n_hits += counts[i].n_machines;
			n_at_most += counts[i].scope == POPULATION_AT_MOST;
		}
		population_counts_free(counts, ruled.set.n_rules);
		ruled_free(&ruled);
		population_close(population);
	}
	print_message("# %zu hits, %zu rules counted in part\n", n_hits, n_at_most);
	assert_true(n_hits > 500 && n_at_most > 50);
}

static int make_scratch(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int remove_scratch(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_are_told_apart),
		cmocka_unit_test(counts_have_consequences),
		cmocka_unit_test(a_bound_is_no_count),
		cmocka_unit_test(counts_are_those_of_a_loop),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
