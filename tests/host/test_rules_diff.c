/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_diff.c - what differs between generated rule sets, and on generated machines, against plain loops */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/rules_diff.h>
#include <fwquirk/match.h>

#include "rules_support.h"
#include "support/made_rules.h"
#include "support/rule_generator.h"
#include "support/ruled.h"
#include "support/scratch.h"

static struct scratch scratch;

static void parse(struct rule_set *set, const char *text)
{
	struct diagnostics diagnostics = {.n = 0};

	assert_true(rules_parse_bytes(set, "t", text, strlen(text), &diagnostics));
	diagnostics_free(&diagnostics);
}

/* ---- rules ---- */

static char *rule_text(const struct rule *rule)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	rule_format(out, rule);
	fclose(out);
	return text;
}

/* The lines that a walk along the difference takes from one side are its text, in order. */
static void assert_side(const struct rule_difference *difference, const struct rule *rule,
			char sign)
{
	char *text = rule_text(rule), *rest = NULL;
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		size_t i = n;

		while (i < difference->n_lines && (difference->line[i].sign != sign ||
						   strcmp(difference->line[i].text, line) != 0))
			i++;
		if (i < difference->n_lines)
			n = i + 1; /* changed; the others are common */
	}
	while (n < difference->n_lines)
		assert_true(difference->line[n++].sign != sign);
	free(text);
}

static void lines_are_those_of_the_rules(void **state)
{
	unsigned n_changed = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct rule_set before = {.n_files = 0}, after = {.n_files = 0};
		size_t size;
		char *old = made_rules_text(seed, 1, 30, &size);
		char *new = made_rules_text(seed % 3 ? seed + 100 : seed, 11, 30, &size);
		struct rules_diff diff;
		char *error = NULL;

		parse(&before, old);
		parse(&after, new);
		assert_true(rules_diff(&before, &after, &diff, &error));
		assert_int_equal(diff.n + diff.n_same, 40);
		for (size_t i = 0; i < diff.n; i++) {
			const struct rule_difference *difference = &diff.list[i];

			if (!difference->before || !difference->after) {
				assert_int_equal(difference->n_lines, 0);
				continue;
			}
			n_changed++;
			assert_true(difference->n_lines > 0);
			assert_int_equal(difference->before->id, difference->after->id);
			assert_side(difference, difference->before, '-');
			assert_side(difference, difference->after, '+');
		}
		rules_diff_free(&diff);
		rule_set_free(&before);
		rule_set_free(&after);
		free(old);
		free(new);
	}
	assert_true(n_changed > 100);
}

static void the_same_is_the_same(void **state)
{
	struct rule_set before = {.n_files = 0}, after = {.n_files = 0};
	struct rules_diff diff;
	size_t size;
	char *text = made_rules_text(5, 1, 50, &size), *error = NULL;

	(void)state;
	parse(&before, text);
	parse(&after, text);
	assert_true(rules_diff(&before, &after, &diff, &error));
	assert_int_equal(diff.n, 0);
	assert_int_equal(diff.n_same, 50);
	rules_diff_free(&diff);
	before.rule[3].id = before.rule[9].id;
	assert_false(rules_diff(&before, &after, &diff, &error));
	assert_non_null(strstr(error, "t: FWQ-0010 is there twice"));
	free(error);
	rule_set_free(&before);
	rule_set_free(&after);
	free(text);
}

/* ---- machines ---- */

#define SHOWN_FIELDS 5u
static const enum field shown[SHOWN_FIELDS] = {FIELD_SYS_VENDOR, FIELD_PRODUCT_NAME,
					       FIELD_BOARD_NAME, FIELD_BIOS_VENDOR,
					       FIELD_BIOS_VERSION};

static struct population *made_population(struct chooser *chooser, unsigned n)
{
	const char *path = scratch_path(&scratch, "p.tsv");
	struct population *population;
	char *text, *error = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned i = 0; i < SHOWN_FIELDS; i++)
		fprintf(out, "%s%s", i ? "\t" : "", field_name(shown[i]));
	fputc('\n', out);
	for (unsigned i = 0; i < n; i++) {
		struct generated_machine machine;

		generate_machine(chooser, &machine);
		for (unsigned j = 0; j < SHOWN_FIELDS; j++) {
			struct text cell = machine.identity.field[shown[j]];

			fputs(j ? "\t" : "", out);
			for (size_t k = 0; k < cell.size; k++)
				fputc(strchr("\t\n\r", cell.at[k]) ? ' ' : cell.at[k], out);
		}
		fputc('\n', out);
	}
	fclose(out);
	scratch_write(path, text, size);
	free(text);
	if (!population_open(path, &population, &error))
		fail_msg("%s", error);
	return population;
}

/* Conditions on fields that the population does not have are taken out by hand. */
static void keep_decidable(struct rule_set *set, uint32_t fields)
{
	for (size_t i = 0; i < set->n_rules; i++) {
		struct rule *rule = &set->rule[i];
		size_t n = 0;

		for (size_t j = 0; j < rule->n_conditions; j++) {
			struct rule_condition *condition = &rule->condition[j];

			if (fields >> condition->field & 1) {
				rule->condition[n++] = *condition;
				continue;
			}
			for (size_t k = 0; k < condition->n_values; k++)
				free(condition->value[k]);
			free(condition->value);
			free(condition->low);
			free(condition->high);
		}
		rule->n_conditions = n;
	}
}

/* 2 armed, 1 observed, 0 neither: what the rules do on a machine with one spelled workaround. */
static unsigned effect_on(const struct ruled *ruled, const struct identity *identity,
			  const char *spelled)
{
	unsigned effect = 0;

	for (uint32_t i = 0; i < ruled->set.n_rules; i++) {
		const struct rule *rule = &ruled->set.rule[i];
		struct table_rule packed;
		struct match match;

		table_rule_at(&ruled->table, i, &packed);
		match_rule(&ruled->table, &packed, identity, &match);
		for (size_t j = 0; match.matched && j < rule->n_workarounds; j++) {
			char *text;
			size_t size;
			FILE *out = open_memstream(&text, &size);
			unsigned mode = rule->mode == MODE_ARM ? 2 : 1;

			rule_format_workaround(out, &rule->workaround[j]);
			fclose(out);
			if (strcmp(text, spelled) == 0 && mode > effect)
				effect = mode;
			free(text);
		}
	}
	return effect;
}

/* Workarounds without parameters only, few of them. */
static void simplify(struct chooser *chooser, struct rule_set *set)
{
	for (size_t i = 0; i < set->n_rules; i++) {
		for (size_t j = 0; j < set->rule[i].n_workarounds; j++)
			set->rule[i].workaround[j].workaround =
				choose(chooser, 2) ? WORKAROUND_DROP_MAT : WORKAROUND_FREE_WRITABLE;
	}
}

static uint32_t found_for(const struct machines_diff *diff, const char *before, const char *after)
{
	uint32_t n = 0;

	for (size_t i = 0; i < diff->n; i++) {
		if (same_text(diff->list[i].before, before) &&
		    same_text(diff->list[i].after, after))
			n += diff->list[i].n_machines;
	}
	return n;
}

static const char *effect_text(const char *workaround, unsigned effect, char *text, size_t room)
{
	if (!effect)
		return NULL;
	snprintf(text, room, "%s (%s)", workaround, effect == 2 ? "armed" : "observed");
	return text;
}

static void machines_are_those_of_a_loop(void **state)
{
	static const char *const workarounds[] = {"drop-mat", "free-writable"};
	uint32_t n_all = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 12; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct population *population = made_population(&chooser, 200);
		struct rule_set old, new;
		struct ruled before, after;
		struct machines_diff diff;
		uint32_t n[2][3][3] = {0}, n_affected = 0;
		char *error = NULL;

		generate_rules(&chooser, 30, &old);
		generate_rules(&chooser, 30, &new);
		keep_decidable(&old, population->table->fields);
		keep_decidable(&new, population->table->fields);
		simplify(&chooser, &old);
		simplify(&chooser, &new);
		ruled_of_set(&before, old);
		ruled_of_set(&after, new);
		for (size_t row = 0; row < population->table->n_rows; row++) {
			struct identity identity;
			bool is_affected = false;

			identity_table_row(population->table, row, UINT32_MAX, &identity);
			for (unsigned i = 0; i < 2; i++) {
				unsigned a = effect_on(&before, &identity, workarounds[i]);
				unsigned b = effect_on(&after, &identity, workarounds[i]);

				n[i][a][b]++;
				is_affected |= a != b;
			}
			n_affected += is_affected;
		}
		if (!machines_diff(population, &before.set, &after.set, NULL, &diff, &error))
			fail_msg("%s", error);
		assert_int_equal(diff.n_machines, n_affected);
		assert_int_equal(diff.lacking, 0);
		for (unsigned i = 0; i < 2; i++) {
			for (unsigned a = 0; a < 3; a++) {
				for (unsigned b = 0; b < 3; b++) {
					char was[64], is[64];

					if (a == b)
						continue;
					assert_int_equal(found_for(&diff,
								   effect_text(workarounds[i], a,
									       was, sizeof(was)),
								   effect_text(workarounds[i], b,
									       is, sizeof(is))),
							 n[i][a][b]);
				}
			}
		}
		n_all += n_affected;
		machines_diff_free(&diff);
		ruled_free(&before);
		ruled_free(&after);
		population_close(population);
	}
	print_message("# %u machines affected\n", (unsigned)n_all);
	assert_true(n_all > 100);
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
		cmocka_unit_test(lines_are_those_of_the_rules),
		cmocka_unit_test(the_same_is_the_same),
		cmocka_unit_test(machines_are_those_of_a_loop),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
