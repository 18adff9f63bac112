/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_format.c - rule text to rules and back: canonical, complete, and a fixpoint */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules_support.h"

#define KEYS "Title = T\nDefect = other\nConfidence = reported\nMode = observe\n"
#define KEY  "Match = product-name \"P\"\n"
#define END  "Evidence = https://example.org\n"

/* Parses without a finding. */
static void parse(struct rule_set *set, const char *text, size_t size)
{
	struct diagnostics diagnostics = {.n = 0};
	bool is_good = rules_parse_bytes(set, "t", text, size, &diagnostics);
	char *findings = findings_text(&diagnostics);

	assert_string_equal(findings, "");
	assert_true(is_good);
	free(findings);
	diagnostics_free(&diagnostics);
}

/* What the text becomes; also that it stays that and says the same. */
static char *canonical(const char *text)
{
	struct rule_set set = {.n_files = 0}, again = {.n_files = 0};
	char *first, *second;
	size_t first_size, second_size;

	parse(&set, text, strlen(text));
	first = file_text(&set, 0, &first_size);
	parse(&again, first, first_size);
	assert_true(same_set(&set, &again));
	second = file_text(&again, 0, &second_size);
	assert_int_equal(first_size, second_size);
	assert_memory_equal(first, second, first_size);
	free(second);
	rule_set_free(&set);
	rule_set_free(&again);
	return first;
}

static void expect(const char *text, const char *expected)
{
	char *formatted = canonical(text);

	assert_string_equal(formatted, expected);
	free(formatted);
}

/* Every key and every operator, as canonical text has them. */
static const char whole[] =
	"# SPDX-License-Identifier: CC0-1.0\n"
	"# second line\n"
	"\n"
	"# about the rule\n"
	"#\n"
	"#unusual\n"
	"[FWQ-0001]\n"
	"Title = A title # with a sign, \"quotes\" and caf\303\251\n"
	"Defect = map-free-readonly\n"
	"Confidence = vendor-confirmed\n"
	"Mode = arm\n"
	"Match = bios-vendor \"Dell Inc.\"\n"
	"Match = product-name any-of \"A \" \"B\"\n"
	"Match = product-name any-of prefix \"20K\" \"20L\"\n"
	"Match = sys-vendor not \"X\"\n"
	"Match = sys-vendor not prefix \"X\"\n"
	"Match = sys-vendor not any-of \"A\" \"B\"\n"
	"Match = sys-vendor not any-of contains \"A\" \"B\"\n"
	"Match = bios-version suffix \"x\"\n"
	"Match = bios-version contains \"x\"\n"
	"Match = bios-version glob \"F[0-9]*\\\\*\"\n"
	"Match = bios-version version dell >= \"1.2.0\" < \"1.10.0\"\n"
	"Match = bios-version version dell > \"1.2.0\" <= \"1.10.0\"\n"
	"Match = bios-version version dell <= \"1.2.0\"\n"
	"Match = bios-version version dell > \"1.2.0\"\n"
	"Match = bios-version version dell = \"1.2.0\"\n"
	"Match = bios-date date >= 2020-01-01 < 2021-06-30\n"
	"Match = bios-date date = 2020-02-29\n"
	"Match = cpu-id masked 0xffff000f = 0x0a160001\n"
	"Match = cpu-id not masked 0xff00000000000000 = 0x0100000000000000\n"
	"Match = board-name \"a\\\"b\\\\c\\x01\\x7f\\xff caf\303\251 \\xc2\\xa0\"\n"
	"Introduced = bios-version version debian \"2025.02-1\"\n"
	"Introduced = bios-date date 2023-06-01\n"
	"Fixed = bios-version version debian \"2025.05-1\"\n"
	"Fixed = bios-date date 2024-01-01\n"
	"Unbounded = why\n"
	"Known-good = bios-version \"1.2.5\"\n"
	"Known-good = bios-version any-of prefix \"1.3.\" \"1.4.\"\n"
	"Probe = free-readonly-faults\n"
	"Probe = not map-present\n"
	"Unprobed = why\n"
	"Workaround = free-writable\n"
	"Workaround = reserve 0x1000..0x1fff\n"
	"Workaround = max-address 0xffffffff\n"
	"Workaround = ebs-retry 3\n"
	"Workaround = ebs-delay 50\n"
	"Workaround = drop-table 8868e871-e4f1-11d3-bc22-0080c73c8881\n"
	"Workaround = kernel-option \"efi=noruntime\"\n"
	"Workaround = mask-runtime SetVirtualAddressMap QueryVariableInfo\n"
	"Population = 999999999\n"
	"Evidence = https://example.org/1 what it says = all\n"
	"Evidence = https://example.org/2\n"
	"Case = dell-sv.2019\n"
	"Case = 1\n"
	"Machine = a-1.2_3\n"
	"Near-miss = b\n"
	"Near-miss = c\n"
	"Expires = 2027-12-31\n"
	"Remove-when = free text\n"
	"Note = one\n"
	"Note = two\n"
	"\n"
	"[FWQ-0002]\n" KEYS "Fixed = bios-date date 2024-01-01\n"
	"Unmatched = which machines = \"unknown\"\n"
	"Workaround = drop-mat\n"
	"Population = 0\n" END "\n"
	"[FWQ-10000]\n" KEYS KEY END;

static void test_canonical_stays(void **state)
{
	(void)state;
	expect(whole, whole);
	expect("", "");
	expect("# h\n", "# h\n");
	expect("[FWQ-0001]\n" KEYS KEY END, "[FWQ-0001]\n" KEYS KEY END);
	expect("# c\n[FWQ-0001]\n" KEYS KEY END, "# c\n[FWQ-0001]\n" KEYS KEY END);
}

/* A few members, so that parser and formatter cannot agree on something wrong. */
static void test_members(void **state)
{
	static const uint8_t acpi20[16] = {0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
					   0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81};
	struct rule_set set = {.n_files = 0};
	const struct rule *rule;
	const struct rule_condition *c;

	(void)state;
	parse(&set, whole, sizeof(whole) - 1);
	assert_int_equal(set.n_rules, 3);
	assert_string_equal(set.file[0].header,
			    "# SPDX-License-Identifier: CC0-1.0\n# second line");
	assert_int_equal(set.rule[2].id, 10000);
	assert_int_equal(set.rule[2].place.line, 74);
	assert_string_equal(set.rule[1].unmatched, "which machines = \"unknown\"");
	assert_int_equal(set.rule[1].unmatched_place.line, 69);
	assert_true(set.rule[1].has_population && set.rule[1].population == 0);
	assert_false(set.rule[2].has_population);
	rule = &set.rule[0];
	assert_string_equal(rule->comment, "# about the rule\n#\n#unusual");
	assert_int_equal(rule->id, 1);
	assert_int_equal(rule->defect, DEFECT_MAP_FREE_READONLY);
	assert_int_equal(rule->confidence, CONFIDENCE_VENDOR_CONFIRMED);
	assert_int_equal(rule->mode, MODE_ARM);
	assert_int_equal(rule->n_conditions, 26);
	c = &rule->condition[2];
	assert_int_equal(c->op, OPERATOR_PREFIX);
	assert_int_equal(c->n_values, 2);
	assert_false(c->negated);
	assert_int_equal(c->place.line, 14);
	assert_int_equal(c->place.column, 9);
	c = &rule->condition[10];
	assert_true(c->has_low && c->low_included && c->has_high && !c->high_included);
	assert_string_equal(c->low, "1.2.0");
	assert_string_equal(c->high, "1.10.0");
	c = &rule->condition[14];
	assert_true(c->has_low && c->low_included && c->has_high && c->high_included);
	assert_string_equal(c->high, "1.2.0");
	c = &rule->condition[17];
	assert_true(c->mask == 0xffff000f && c->masked_value == 0x0a160001);
	assert_string_equal(rule->condition[19].value[0],
			    "a\"b\\c\x01\x7f\xff caf\303\251 \302\240");
	c = &rule->condition[22];
	assert_int_equal(c->role, ROLE_FIXED);
	assert_true(c->has_low && c->low_included && !c->has_high);
	assert_int_equal(rule->condition[25].role, ROLE_KNOWN_GOOD);
	assert_true(rule->probe[0].wanted);
	assert_false(rule->probe[1].wanted);
	assert_true(rule->workaround[1].a == 0x1000 && rule->workaround[1].b == 0x1fff);
	assert_memory_equal(rule->workaround[5].guid, acpi20, 16);
	assert_true(rule->workaround[7].a == 0x2080);
	assert_string_equal(rule->evidence[0].says, "what it says = all");
	assert_null(rule->evidence[1].says);
	assert_null(rule->unmatched);
	assert_true(rule->has_population && rule->population == 999999999);
	assert_int_equal(rule->n_cases, 2);
	assert_string_equal(rule->case_name[0], "dell-sv.2019");
	assert_string_equal(rule->expires, "2027-12-31");
	assert_int_equal(rule->expires_place.line, 58);
	rule_set_free(&set);
}

/* What may be written otherwise, and how it is written. */
static void test_made_canonical(void **state)
{
	static const struct {
		const char *written, *canonical;
	} lines[] = {
		{"Note=a  b\n", "Note = a  b\n"},
		{"Note  =   a   \n", "Note = a\n"},
		{"Machine = a\nNote = a\n", "Machine = a\nNote = a\n"},
		{"Note = a\nMachine = a\n", "Machine = a\nNote = a\n"},
	};
	static const struct {
		const char *written, *canonical;
	} matches[] = {
		{"bios-vendor equal \"a\"", "bios-vendor \"a\""},
		{"bios-vendor   \"a\"  ", "bios-vendor \"a\""},
		{"bios-vendor not equal \"a\"", "bios-vendor not \"a\""},
		{"bios-vendor any-of \"a\"", "bios-vendor \"a\""},
		{"bios-vendor any-of equal \"a\" \"b\"", "bios-vendor any-of \"a\" \"b\""},
		{"bios-vendor \"\\x41\\x5A\\xC3\\xA9\\x22\"", "bios-vendor \"AZ\303\251\\\"\""},
		{"bios-vendor \"\\xE2\\x80\\xAE\\xC3\"", "bios-vendor \"\\xe2\\x80\\xae\\xc3\""},
		{"cpu-id masked 0xF = 0x1", "cpu-id masked 0x0000000f = 0x00000001"},
		{"bios-version version dotted < \"2\" >= \"1\"",
		 "bios-version version dotted >= \"1\" < \"2\""},
		{"bios-version version dotted >= \"1\" <= \"1\"",
		 "bios-version version dotted = \"1\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char written[512], expected[512];

		snprintf(written, sizeof(written), "[FWQ-0001]\n" KEYS KEY END "%s",
			 lines[i].written);
		snprintf(expected, sizeof(expected), "[FWQ-0001]\n" KEYS KEY END "%s",
			 lines[i].canonical);
		expect(written, expected);
	}
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		char written[512], expected[512];

		snprintf(written, sizeof(written), "[FWQ-0001]\n" KEYS "Match = %s\n" END,
			 matches[i].written);
		snprintf(expected, sizeof(expected), "[FWQ-0001]\n" KEYS "Match = %s\n" END,
			 matches[i].canonical);
		expect(written, expected);
	}
}

/* Blank lines, order of keys and conditions, places of comments. */
static void test_layout(void **state)
{
	(void)state;
	expect("\n  \n# h\n\n\n# c\n[FWQ-0002]\nEvidence = https://example.org\n"
	       "Fixed = bios-date date 2024-01-01\nMatch = sys-vendor \"V\"\n"
	       "Known-good = bios-version \"1\"\nMatch = product-name \"P\"\n"
	       "Mode = observe\nConfidence = reported\nDefect = other\nTitle = T\n"
	       "[FWQ-0001]\n" KEYS KEY END "\n\n\n",
	       "# h\n\n# c\n[FWQ-0002]\n" KEYS
	       "Match = sys-vendor \"V\"\nMatch = product-name \"P\"\n"
	       "Fixed = bios-date date 2024-01-01\nKnown-good = bios-version \"1\"\n"
	       "Evidence = https://example.org\n\n[FWQ-0001]\n" KEYS KEY END);
}

static void test_ids(void **state)
{
	static const struct {
		const char *text;
		uint32_t id;
	} ids[] = {
		{"FWQ-0001", 1},      {"FWQ-9999", 9999},
		{"FWQ-10000", 10000}, {"FWQ-99999999", 99999999},
		{"FWQ-0000", 0},      {"FWQ-001", 0},
		{"FWQ-00001", 0},     {"FWQ-100000000", 0},
		{"FWQ-0001 ", 0},     {"fwq-0001", 0},
		{"FWQ-", 0},          {"", 0},
		{"FWQ-00x1", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		uint32_t id = 0;

		assert_int_equal(rule_id_from_text(ids[i].text, &id), ids[i].id != 0);
		assert_int_equal(id, ids[i].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_stays),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_made_canonical),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
