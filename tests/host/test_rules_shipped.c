/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_shipped.c - the rules under quirks/: no finding, canonical, and right about machines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fwquirk/host/pack.h>
#include <fwquirk/match.h>

#include "../machine/machine.h"
#include "rules_support.h"

#define MACHINES "tests/data/machines"

/* Every rule, parsed once. */
static struct rule_set set;

static int parse_all(void **state)
{
	struct diagnostics diagnostics = {.n = 0};
	char *findings;

	(void)state;
	assert_true(rules_parse_path(&set, "quirks", &diagnostics));
	rules_lint(&set, &diagnostics);
	rules_lint_machines(&set, MACHINES, &diagnostics);
	findings = findings_text(&diagnostics);
	assert_string_equal(findings, "");
	free(findings);
	diagnostics_free(&diagnostics);
	return 0;
}

static int free_all(void **state)
{
	(void)state;
	rule_set_free(&set);
	return 0;
}

static void test_canonical(void **state)
{
	(void)state;
	assert_true(set.n_files > 0);
	for (size_t i = 0; i < set.n_files; i++) {
		struct diagnostics diagnostics = {.n = 0};
		char *bytes, *canonical;
		size_t size, canonical_size;

		assert_true(rules_read_file(set.file[i].path, &bytes, &size, &diagnostics));
		canonical = file_text(&set, i, &canonical_size);
		assert_int_equal(size, canonical_size);
		assert_memory_equal(bytes, canonical, size);
		free(bytes);
		free(canonical);
	}
}

/* The shipped rules use every text operator, every range and most of the schemes somewhere. */
static void test_breadth(void **state)
{
	unsigned operators = 0, schemes = 0;

	(void)state;
	for (size_t i = 0; i < set.n_rules; i++) {
		for (size_t j = 0; j < set.rule[i].n_conditions; j++) {
			const struct rule_condition *c = &set.rule[i].condition[j];

			operators |= 1u << c->op;
			if (c->op == OPERATOR_VERSION)
				schemes |= 1u << c->scheme;
		}
	}
	assert_int_equal(operators, (1u << OPERATOR_COUNT) - 1);
	assert_true(__builtin_popcount(schemes) >= 7);
}

static bool machine_matches(const struct table *table, uint32_t id, const char *name)
{
	struct machine *machine;
	struct identity identity;
	struct table_rule rule;
	struct match match = {.matched = false};
	uint32_t cursor = 0;
	char path[256], *error = NULL;

	snprintf(path, sizeof(path), MACHINES "/%s.machine", name);
	if (!machine_read(path, &machine, &error))
		fail_msg("%s", error);
	machine_identity(machine, &identity);
	while (table_next(table, &cursor, &rule)) {
		if (rule.id == id)
			match_rule(table, &rule, &identity, &match);
	}
	machine_free(machine);
	return match.matched;
}

static void check_machines(const struct table *table, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_machines; i++) {
		if (!machine_matches(table, rule->id, rule->machine[i]))
			fail_msg(RULE_ID_FORMAT " does not match %s", rule->id, rule->machine[i]);
	}
	for (size_t i = 0; i < rule->n_near_misses; i++) {
		if (machine_matches(table, rule->id, rule->near_miss[i]))
			fail_msg(RULE_ID_FORMAT " matches %s", rule->id, rule->near_miss[i]);
	}
}

static void test_machines(void **state)
{
	struct table table;
	size_t size, n_machines = 0;
	char *error = NULL;
	uint8_t *bytes = pack_rules(&set, &size, &error);

	(void)state;
	if (!bytes)
		fail_msg("%s", error);
	assert_int_equal(table_open(span_of(bytes, size), &table), STATUS_OK);
	for (size_t i = 0; i < set.n_rules; i++) {
		check_machines(&table, &set.rule[i]);
		n_machines += set.rule[i].n_machines;
	}
	assert_true(n_machines > 0);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_breadth),
		cmocka_unit_test(test_machines),
	};

	return cmocka_run_group_tests(tests, parse_all, free_all);
}
