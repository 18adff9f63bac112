/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_relations.c - rules beside each other: which contain which, and what is said about it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fwquirk/host/pack.h>
#include <fwquirk/match.h>
#include <fwquirk/plan.h>

#include "../../src/host/rules_lint.h"
#include "rules_support.h"
#include "support/rule_generator.h"
#include "support/ruled.h"

#define RULE(id, mode, keys)                                                                  \
	"[FWQ-000" #id "]\nTitle = T\nDefect = other\nConfidence = root-caused\nMode = " mode \
	"\nMatch = product-name \"P\"\n" keys "Evidence = https://example.org/" #id "\n\n"

static char *relations_of(const char *text)
{
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *findings;

	assert_true(rules_parse_bytes(&set, "t", text, strlen(text), &diagnostics));
	lint_relations(&set, &diagnostics);
	diagnostics_sort(&diagnostics, 0);
	findings = findings_text(&diagnostics);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	return findings;
}

static const struct {
	const char *code; /* NULL: nothing may be said */
	const char *text, *findings;
} cases[] = {
	/* The same machines and the same defect. */
	{"L042",
	 RULE(1, "observe", "Unbounded = u\n")
		 RULE(2, "observe", "Unbounded = another\nWorkaround = drop-mat\n"),
	 "t:10:1: error L042: expected machines or a defect of its own, found those of FWQ-0001\n"
	 "    FWQ-0001 is at t:1\n"},
	{"L042",
	 RULE(1, "observe", "Match = sys-vendor \"HP\"\nMatch = board-name any-of \"a\" \"b\"\n")
		 RULE(2, "observe",
		      "Match = board-name any-of \"B \" \"A\"\nMatch = sys-vendor \" hp\"\n"),
	 "t:11:1: error L042: expected machines or a defect of its own, found those of FWQ-0001\n"
	 "    FWQ-0001 is at t:1\n"},
	{NULL,
	 RULE(1, "observe", "Match = sys-vendor \"HP\"\n")
		 RULE(2, "observe", "Match = sys-vendor \"Dell\"\n"),
	 ""},
	{NULL,
	 RULE(1, "observe", "Probe = map-present\n")
		 RULE(2, "observe", "Probe = not map-present\n"),
	 ""},
	/* Nothing but what the wider rule does anyway. */
	{"L043",
	 RULE(1, "arm", "Workaround = drop-mat\n")
		 RULE(2, "arm", "Match = sys-vendor \"HP\"\nWorkaround = drop-mat\n"),
	 "t:10:1: warning L043: expected a rule that changes something, found that FWQ-0001 does "
	 "the "
	 "same on all its machines\n"
	 "    FWQ-0001 is at t:1\n"},
	{"L043",
	 RULE(1, "arm",
	      "Introduced = bios-version version dell \"1.2.0\"\nFixed = bios-version version dell "
	      "\"1.9.0\"\n"
	      "Workaround = drop-mat\n") RULE(2, "arm",
					      "Match = bios-version version dell >= \"1.3.0\" <= "
					      "\"1.8.9\"\nWorkaround = drop-mat\n"),
	 "t:12:1: warning L043: expected a rule that changes something, found that FWQ-0001 does "
	 "the "
	 "same on all its machines\n"
	 "    FWQ-0001 is at t:1\n"},
	{NULL,
	 RULE(1, "arm",
	      "Introduced = bios-version version dell \"1.2.0\"\nFixed = bios-version version dell "
	      "\"1.9.0\"\n"
	      "Workaround = drop-mat\n") RULE(2, "arm",
					      "Match = bios-version version dell >= \"1.3.0\" <= "
					      "\"1.9.0\"\nWorkaround = drop-mat\n"),
	 ""},
	{NULL,
	 RULE(1, "arm", "Workaround = drop-mat\n") RULE(
		 2, "arm",
		 "Match = sys-vendor \"HP\"\nWorkaround = drop-mat\nWorkaround = ebs-retry 3\n"),
	 ""},
	{NULL,
	 RULE(1, "arm", "Probe = map-present\nWorkaround = drop-mat\n")
		 RULE(2, "arm", "Match = sys-vendor \"HP\"\nWorkaround = drop-mat\n"),
	 ""},
	/* Observed here, and armed there. */
	{"L044",
	 RULE(1, "arm", "Workaround = drop-mat\n")
		 RULE(2, "observe", "Match = sys-vendor \"HP\"\nWorkaround = drop-mat\n"),
	 "t:17:14: error L044: expected drop-mat only observed on these machines, found it armed "
	 "by "
	 "FWQ-0001\n"
	 "    FWQ-0001 is at t:1\n"},
	{NULL,
	 RULE(1, "observe", "Workaround = drop-mat\n")
		 RULE(2, "arm", "Match = sys-vendor \"HP\"\nWorkaround = drop-mat\n"),
	 ""},
	{NULL,
	 RULE(1, "arm", "Known-good = bios-version \"1\"\nWorkaround = drop-mat\n")
		 RULE(2, "observe", "Match = bios-version \"1\"\nWorkaround = drop-mat\n"),
	 ""},
	/* Workarounds against each other. */
	{"L044",
	 RULE(1, "arm", "Workaround = drop-mat\n")
		 RULE(2, "arm", "Match = sys-vendor \"HP\"\nWorkaround = rebuild-mat\n"),
	 "t:17:14: error L044: expected rules that can act together, found rebuild-mat against "
	 "what "
	 "FWQ-0001 does on all these machines\n"
	 "    FWQ-0001 is at t:1\n"},
	{"L044",
	 RULE(1, "observe", "Workaround = kernel-option \"efi=runtime\"\n")
		 RULE(2, "observe",
		      "Match = sys-vendor \"HP\"\nWorkaround = kernel-option \"efi=noruntime\"\n"),
	 "t:17:14: error L044: expected rules that can act together, found kernel-option against "
	 "what "
	 "FWQ-0001 does on all these machines\n"
	 "    FWQ-0001 is at t:1\n"},
	{NULL,
	 RULE(1, "observe", "Workaround = kernel-option \"efi=runtime\"\n")
		 RULE(2, "observe",
		      "Match = sys-vendor \"HP\"\nWorkaround = kernel-option \"pci=nocrs\"\n"),
	 ""},
	/* Loosening where it need not be. */
	{"L039",
	 RULE(1, "arm",
	      "Probe = map-present\nWorkaround = alloc-exec \"x.efi\"\n") "[FWQ-0002]\nTitle = "
									  "T\nDefect = "
									  "other\nConfidence = "
									  "reported\nMode = "
									  "observe\n"
									  "Match = board-name "
									  "\"Q\"\nProbe = "
									  "map-present\nWorkaround "
									  "= wrap-map\n"
									  "Evidence = "
									  "https://example.org\n",
	 "t:7:9: error L039: expected a neutral workaround where there is one for the probe "
	 "map-present, found one that loosens: FWQ-0002 does with wrap-map\n"
	 "    FWQ-0002 is at t:11\n"},
	{NULL,
	 RULE(1, "arm",
	      "Probe = map-present\nWorkaround = alloc-exec \"x.efi\"\n") "[FWQ-0002]\nTitle = "
									  "T\nDefect = "
									  "nx-strict\nConfidence = "
									  "reported\nMode = "
									  "observe\n"
									  "Match = board-name "
									  "\"Q\"\nProbe = "
									  "map-present\nWorkaround "
									  "= wrap-map\n"
									  "Evidence = "
									  "https://example.org\n",
	 ""},
	/* No machine is told by one of them. */
	{NULL,
	 RULE(1, "observe",
	      "Workaround = drop-mat\n") "[FWQ-0002]\nTitle = T\nDefect = other\nConfidence = "
					 "reported\nMode = observe\n"
					 "Unmatched = u\nWorkaround = rebuild-mat\nEvidence = "
					 "https://example.org\n",
	 ""},
};

static void every_relation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *findings = relations_of(cases[i].text);

		assert_string_equal(findings, cases[i].findings);
		if (cases[i].code)
			assert_non_null(strstr(findings, cases[i].code));
		free(findings);
	}
}

/* One condition of each: does the first imply the second? */
static const struct {
	const char *narrow, *wide;
	bool is_implied;
} implications[] = {
	{"product-name \"20KHX\"", "product-name prefix \"20K\"", true},
	{"product-name prefix \"20KH\"", "product-name prefix \"20K\"", true},
	{"product-name prefix \"20K\"", "product-name prefix \"20KH\"", false},
	{"product-name prefix \"20K\"", "product-name \"20K\"", false},
	{"product-name any-of \"a\" \"b\"", "product-name any-of \"b\" \"c\" \"a\"", true},
	{"product-name any-of \"a\" \"d\"", "product-name any-of \"b\" \"c\" \"a\"", false},
	{"product-name \"a b c\"", "product-name contains \"B\"", true},
	{"product-name suffix \"abc\"", "product-name contains \"bc\"", true},
	{"product-name glob \"a*c\"", "product-name prefix \"a\"", false}, /* true, but not seen */
	{"product-name \"abc\"", "product-name glob \"a*c\"", true},
	{"product-name \"a\"", "product-name not \"b\"", true},
	{"product-name \"a\"", "product-name not prefix \"a\"", false},
	{"product-name prefix \"a\"", "product-name not any-of prefix \"b\" \"c\"", true},
	{"product-name prefix \"a\"", "product-name not prefix \"ab\"", false},
	{"product-name not any-of \"a\" \"b\"", "product-name not \"b\"", true},
	{"product-name not \"b\"", "product-name not any-of \"a\" \"b\"", false},
	{"product-name not \"b\"", "board-name not \"b\"", false},
	{"bios-version \"1.3\"", "bios-version version dotted >= \"1.2\" < \"1.10\"", true},
	{"bios-version \"1.10\"", "bios-version version dotted >= \"1.2\" < \"1.10\"", false},
	{"bios-version version dell >= \"1.3\"", "bios-version version dotted >= \"1.2\"", false},
	{"bios-version version dotted > \"1.2\"", "bios-version version dotted >= \"1.2\"", true},
	{"bios-version version dotted >= \"1.2\"", "bios-version version dotted > \"1.2\"", false},
	{"bios-date date >= 2020-01-01 < 2021-01-01", "bios-date date >= 2019-01-01", true},
	{"bios-date \"03/01/2020\"", "bios-date date = 2020-03-01", true},
	{"cpu-id masked 0xff = 0x12", "cpu-id masked 0x0f = 0x02", true},
	{"cpu-id masked 0x0f = 0x02", "cpu-id masked 0xff = 0x12", false},
	{"cpu-id \"0x0000000000000012\"", "cpu-id masked 0x0f = 0x02", true},
	{"cpu-id not masked 0xff = 0x12", "cpu-id masked 0x0f = 0x02", false},
};

static void every_implication(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(implications) / sizeof(implications[0]); i++) {
		char narrow[128], wide[128];
		const char *lines[] = {narrow, wide, NULL};
		struct ruled ruled;

		snprintf(narrow, sizeof(narrow), "Match = sys-vendor \"K\"\nMatch = %s",
			 implications[i].narrow);
		snprintf(wide, sizeof(wide), "Match = sys-vendor \"K\"\nMatch = %s",
			 implications[i].wide);
		ruled_of_lines(&ruled, lines);
		if (rule_implies(&ruled.set.rule[0], &ruled.set.rule[1]) !=
		    implications[i].is_implied)
			fail_msg("%s; %s", implications[i].narrow, implications[i].wide);
		ruled_free(&ruled);
	}
}

static bool matches(const struct ruled *ruled, uint32_t at, const struct identity *identity)
{
	struct table_rule rule;
	struct match match;

	table_rule_at(&ruled->table, at, &rule);
	match_rule(&ruled->table, &rule, identity, &match);
	return match.matched;
}

/* A rule that is another with more conditions, so that implications are not rare. */
static void narrow_some(struct chooser *chooser, struct rule_set *set)
{
	for (size_t i = 1; i < set->n_rules; i += 2) {
		const struct rule *wide = &set->rule[i - 1];
		struct rule *rule = &set->rule[i];

		for (size_t j = 0; j < wide->n_conditions && j < rule->n_conditions; j++) {
			struct rule_condition *to = &rule->condition[j];
			const struct rule_condition *from = &wide->condition[j];

			bool may_be_key =
				to->role == ROLE_MATCH && !to->negated && to->op <= OPERATOR_PREFIX;

			if (choose(chooser, 4) == 0 ||
			    (may_be_key && (from->role != ROLE_MATCH || from->negated)))
				continue;
			to->field = from->field;
			to->role = from->role;
			to->negated = from->negated;
			if (to->op <= OPERATOR_GLOB && from->op <= OPERATOR_GLOB &&
			    text_fold_size(text_of(from->value[0])) && choose(chooser, 2)) {
				free(to->value[0]);
				to->value[0] = strdup(from->value[0]);
				for (size_t k = 1; k < to->n_values; k++)
					free(to->value[k]);
				to->n_values = 1;
			}
		}
	}
}

/* What is said to be implied is: no machine matches the narrow rule without the wide one. */
static void implied_is_implied(void **state)
{
	size_t n_implied = 0, n_both = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct rule_set set;
		struct ruled ruled;

		generate_rules(&chooser, 60, &set);
		narrow_some(&chooser, &set);
		ruled_of_set(&ruled, set);
		for (unsigned n = 0; n < 120; n++) {
			struct generated_machine machine;

			generate_machine(&chooser, &machine);
			for (uint32_t a = 0; a < ruled.table.n_rules; a++) {
				if (!matches(&ruled, a, &machine.identity))
					continue;
				for (uint32_t b = 0; b < ruled.table.n_rules; b++) {
					if (a == b ||
					    !rule_implies(&ruled.set.rule[a], &ruled.set.rule[b]))
						continue;
					n_both++;
					assert_true(matches(&ruled, b, &machine.identity));
				}
			}
		}
		for (uint32_t a = 0; a < ruled.table.n_rules; a++) {
			for (uint32_t b = 0; b < ruled.table.n_rules; b++)
				n_implied += a != b &&
					     rule_implies(&ruled.set.rule[a], &ruled.set.rule[b]);
		}
		ruled_free(&ruled);
	}
	print_message("# %zu implications, met by machines %zu times\n", n_implied, n_both);
	assert_true(n_implied > 100 && n_both > 100);
}

/* Two rules with a workaround each on one machine: does the planner refuse the second? */
static bool planner_refuses(const struct ruled *ruled)
{
	struct identity identity;
	struct plan plan;
	struct probe_vector probes = {.answer = {0}};
	struct policy policy = {.allow_loosen = true, .implemented = UINT32_MAX};

	identity_clear(&identity);
	machine_set(&identity, "product-name", "P");
	machine_set(&identity, "sys-vendor", "HP");
	plan_consider(&plan, &ruled->table, &identity);
	plan_decide(&plan, &ruled->table, &probes, &policy);
	assert_int_equal(plan.n_rules, 2);
	return plan.rule[1].verdict == VERDICT_REFUSED && plan.rule[1].reason == REASON_CONFLICT;
}

static const char *parameter_text(enum workaround workaround, unsigned n)
{
	static const char *const texts[][2] = {
		[PARAMETER_NONE] = {"", ""},
		[PARAMETER_RANGE] = {" 0x1000..0x1fff", " 0x3000..0x3fff"},
		[PARAMETER_ADDRESS] = {" 0xffffffff", " 0xfffffff"},
		[PARAMETER_COUNT] = {" 3", " 4"},
		[PARAMETER_MILLISECONDS] = {" 10", " 20"},
		[PARAMETER_SERVICES] = {" SetTime", " GetTime"},
		[PARAMETER_GUID] = {" 01234567-89ab-cdef-fedc-ba9876543210",
				    " 11234567-89ab-cdef-fedc-ba9876543210"},
		[PARAMETER_TEXT] = {" \"nokaslr\"", " \"efi=debug\""},
	};

	if (workaround == WORKAROUND_FAULT_FIXUP)
		return n ? " \"write\"" : " \"map\"";
	return texts[workaround_parameter(workaround)][n];
}

/* L044 knows the same pairs as the planner in the firmware. */
static void agrees_with_the_planner(void **state)
{
	unsigned n_refused = 0;

	(void)state;
	for (unsigned a = 0; a < WORKAROUND_COUNT; a++) {
		for (unsigned b = 0; b < WORKAROUND_COUNT * 2; b++) {
			enum workaround other = (enum workaround)(b / 2);
			struct diagnostics diagnostics = {.n = 0};
			struct ruled ruled;
			char first[160], second[160];
			const char *lines[] = {first, second, NULL};
			bool is_refused, is_found = false;

			snprintf(first, sizeof(first),
				 "Match = product-name \"P\"\nWorkaround = %s%s",
				 workaround_name(a), parameter_text((enum workaround)a, 0));
			snprintf(second, sizeof(second),
				 "Match = product-name \"P\"\nMatch = sys-vendor "
				 "\"HP\"\nWorkaround = "
				 "%s%s",
				 workaround_name(other), parameter_text(other, b % 2));
			ruled_of_lines(&ruled, lines);
			lint_relations(&ruled.set, &diagnostics);
			for (size_t i = 0; i < diagnostics.n; i++)
				is_found |= strcmp(diagnostics.list[i].code, "L044") == 0;
			is_refused = planner_refuses(&ruled);
			n_refused += is_refused;
			if (is_found != is_refused)
				fail_msg("%s\n%s\nlint %d, planner %d", first, second, is_found,
					 is_refused);
			diagnostics_free(&diagnostics);
			ruled_free(&ruled);
		}
	}
	assert_true(n_refused >= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_relation),
		cmocka_unit_test(every_implication),
		cmocka_unit_test(implied_is_implied),
		cmocka_unit_test(agrees_with_the_planner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
