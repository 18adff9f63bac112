/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_lint.c - a rule for every L-code that parses and must not be shipped, and what is said */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules_support.h"

/* A rule that is fine, in pieces. */
#define HEAD2  "[FWQ-0001]\nTitle = T\n"
#define HEAD   "# SPDX-License-Identifier: CC0-1.0\n\n" HEAD2
#define WEAK   "Defect = other\nConfidence = reported\nMode = observe\n"
#define ARM    "Defect = other\nConfidence = root-caused\nMode = arm\n"
#define KEY    "Match = product-name \"P\"\n"
#define BOUND  "Unbounded = u\n"
#define END    "Evidence = https://example.org\n"
#define TESTED "Machine = a\nNear-miss = b\n"
#define TEN    "0123456789"

#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *code;
	const char *text;
	size_t size;
	const char *findings;
} cases[] = {
	{NULL, TEXT(HEAD WEAK KEY BOUND END), ""},
	{NULL,
	 TEXT(HEAD ARM KEY BOUND "Probe = map-present\nWorkaround = free-writable\n" END TESTED),
	 ""},
	{"L001", TEXT(HEAD WEAK KEY BOUND END "\n[FWQ-0001]\nTitle = T\n" WEAK KEY BOUND END),
	 "t:12:1: error L001: expected an identifier of its own, found FWQ-0001 again\n"
	 "    it is taken at t:3\n"},
	{"L002", TEXT(HEAD WEAK "Match = product-name contains \"P\"\n" BOUND END),
	 "t:3:1: error L002: expected a Match by equal or prefix on a vendor, product, board or "
	 "BIOS string, found none\n"
	 "    without one every machine would have to look at the rule\n"},
	{"L002", TEXT(HEAD WEAK "Match = product-name not \"P\"\n" BOUND END),
	 "t:3:1: error L002: expected a Match by equal or prefix on a vendor, product, board or "
	 "BIOS string, found none\n"
	 "    without one every machine would have to look at the rule\n"},
	{"L002", TEXT(HEAD WEAK "Match = arch \"x86_64\"\n" BOUND END),
	 "t:3:1: error L002: expected a Match by equal or prefix on a vendor, product, board or "
	 "BIOS string, found none\n"
	 "    without one every machine would have to look at the rule\n"},
	{"L003", TEXT(HEAD WEAK KEY "Match = sys-vendor \"To be filled by O.E.M.\"\n" BOUND END),
	 "t:9:9: error L003: expected what a maker wrote, found the placeholder \"To be filled by "
	 "O.E.M.\"\n"
	 "    a placeholder counts as absent and never matches\n"},
	{"L004", TEXT(HEAD WEAK "Match = product-name prefix \"20\"\n" BOUND END),
	 "t:8:9: warning L004: expected a prefix of 3 characters or more, found 2\n"
	 "    such a short beginning says little\n"},
	{"L005", TEXT(HEAD WEAK KEY END),
	 "t:3:1: error L005: expected Fixed or Unbounded, found neither\n"
	 "    name the first good version or date, or say why there is none\n"},
	{"L006", TEXT(HEAD WEAK KEY "Fixed = bios-date date 2024-01-01\n" BOUND END),
	 "t:3:1: error L006: expected Fixed or Unbounded, found both\n"},
	{"L007",
	 TEXT(HEAD "Defect = other\nConfidence = reported\nMode = arm\n" KEY BOUND
		   "Unprobed = p\nWorkaround = drop-mat\n" END TESTED),
	 "t:3:1: error L007: expected an armed rule to be reproduced or better, found 'reported'\n"
	 "    weak evidence means 'Mode = observe'\n"},
	{"L008", TEXT(HEAD WEAK KEY BOUND "Evidence = lore.kernel.org/x\n"),
	 "t:10:12: error L008: expected an address with https:// or http://, found "
	 "'lore.kernel.org/x'\n"},
	{"L008", TEXT(HEAD WEAK KEY BOUND "Evidence = https://\n"),
	 "t:10:12: error L008: expected an address with https:// or http://, found 'https://'\n"},
	{"L009", TEXT(HEAD WEAK KEY "Fixed = bios-version version surface \"F.09\"\n" END),
	 "t:9:9: error L009: expected a version that reads under the scheme surface, found "
	 "\"F.09\"\n"},
	{"L009",
	 TEXT(HEAD WEAK KEY "Match = bios-version version debian >= \"_\" < \"1\"\n" BOUND END),
	 "t:9:9: error L009: expected a version that reads under the scheme debian, found \"_\"\n"},
	{"L010",
	 TEXT(HEAD WEAK "Match = sys-vendor \"LENOVO\"\n" KEY
			"Fixed = bios-version version dell \"1.2.0\"\n" END),
	 "t:10:9: warning L010: expected the scheme dell with a vendor 'dell', found other vendors "
	 "only\n"},
	{"L011",
	 TEXT(HEAD WEAK KEY
	      "Match = bios-version version dotted >= \"1.10\" < \"1.9\"\n" BOUND END),
	 "t:9:9: error L011: expected a range that holds something, found the upper bound 1.9 not "
	 "above the lower bound 1.10\n"},
	{"L011",
	 TEXT(HEAD WEAK KEY "Match = bios-date date >= 2020-01-01 < 2020-01-01\n" BOUND END),
	 "t:9:9: error L011: expected a range that holds something, found the upper bound "
	 "2020-01-01 not above the lower bound 2020-01-01\n"},
	{"L012",
	 TEXT(HEAD WEAK KEY "Introduced = bios-version version dotted \"1.10\"\nFixed = "
			    "bios-version version dotted \"1.9\"\n" END),
	 "t:10:9: error L012: expected Fixed above Introduced, found 1.9 and 1.10\n"},
	{"L012",
	 TEXT(HEAD WEAK KEY
	      "Introduced = bios-date date 2020-01-01\nFixed = bios-date date 2020-01-01\n" END),
	 "t:10:9: error L012: expected Fixed above Introduced, found 2020-01-01 and 2020-01-01\n"},
	{"L013", TEXT(HEAD ARM KEY BOUND "Workaround = drop-mat\n" END TESTED),
	 "t:3:1: error L013: expected a Probe in an armed rule, found none\n"
	 "    say why there is none with Unprobed\n"},
	{"L014",
	 TEXT(HEAD ARM KEY BOUND
	      "Probe = map-present\nUnprobed = p\nWorkaround = drop-mat\n" END TESTED),
	 "t:3:1: error L014: expected Probe or Unprobed, found both\n"},
	{"L015",
	 TEXT(HEAD ARM KEY BOUND
	      "Unprobed = p\nWorkaround = alloc-exec \"grubx64.efi\"\n" END TESTED),
	 "t:3:1: error L015: expected a Probe and a cause that is known, found no Probe\n"
	 "    a workaround that loosens protection needs more than an identity\n"},
	{"L015",
	 TEXT(HEAD "Defect = other\nConfidence = reproduced\nMode = arm\n" KEY BOUND
		   "Probe = map-present\nWorkaround = alloc-exec \"grubx64.efi\"\n" END
		   "Evidence = https://example.org/2\n" TESTED),
	 "t:3:1: error L015: expected a Probe and a cause that is known, found reproduced\n"
	 "    a workaround that loosens protection needs more than an identity\n"},
	{"L016", TEXT(HEAD ARM KEY BOUND "Probe = map-present\n" END TESTED),
	 "t:3:1: error L016: expected a Workaround in an armed rule, found none\n"
	 "    a rule without one is 'Mode = observe'\n"},
	{"L017", TEXT(HEAD WEAK KEY KEY BOUND END),
	 "t:3:1: error L017: expected each condition once, found number 1 again as number 2\n"},
	{"L017", TEXT(HEAD WEAK KEY BOUND "Probe = map-present\nProbe = map-present\n" END),
	 "t:3:1: error L017: expected each Probe once, found number 1 again as number 2\n"},
	{"L017", TEXT(HEAD WEAK KEY BOUND "Workaround = drop-mat\nWorkaround = drop-mat\n" END),
	 "t:3:1: error L017: expected each Workaround once, found number 1 again as number 2\n"},
	{"L017", TEXT(HEAD WEAK KEY BOUND END END),
	 "t:3:1: error L017: expected each Evidence once, found number 1 again as number 2\n"},
	{"L017",
	 TEXT(HEAD WEAK KEY BOUND END "Machine = a\nMachine = a\nNear-miss = b\nNear-miss = b\n"),
	 "t:3:1: error L017: expected each Machine once, found number 1 again as number 2\n"
	 "t:3:1: error L017: expected each Near-miss once, found number 1 again as number 2\n"},
	{"L018", TEXT(HEAD WEAK KEY BOUND "Probe = map-present\nProbe = not map-present\n" END),
	 "t:11:9: error L018: expected one answer of the probe map-present, found yes and no\n"},
	{"L019", TEXT(HEAD WEAK KEY BOUND "Workaround = reserve 0x2000..0x1fff\n" END),
	 "t:10:14: error L019: expected the last byte behind the first, found 0x2000..0x1fff\n"},
	{"L020", TEXT(HEAD WEAK KEY BOUND "Workaround = reserve 0x0..0xffff\n" END),
	 "t:10:14: error L020: expected a range above page 0, found 0x0\n"
	 "    reserve-low holds the first 64 KiB\n"},
	{"L021", TEXT(HEAD WEAK KEY BOUND "Workaround = reserve 0x1000..0x2000\n" END),
	 "t:10:14: error L021: expected whole pages as 0x9f000..0x9ffff, found 0x1000..0x2000\n"
	 "    memory is held in pages of 4 KiB\n"},
	{"L022", TEXT(HEAD WEAK KEY BOUND "Workaround = ebs-retry 0\n" END),
	 "t:10:14: error L022: expected 1 to 10 tries, found 0\n"},
	{"L022", TEXT(HEAD WEAK KEY BOUND "Workaround = ebs-retry 11\n" END),
	 "t:10:14: error L022: expected 1 to 10 tries, found 11\n"},
	{"L023", TEXT(HEAD WEAK KEY BOUND "Workaround = ebs-delay 0\n" END),
	 "t:10:14: error L023: expected 1 to 10000 milliseconds, found 0\n"},
	{"L023", TEXT(HEAD WEAK KEY BOUND "Workaround = ebs-delay 10001\n" END),
	 "t:10:14: error L023: expected 1 to 10000 milliseconds, found 10001\n"},
	{"L024", TEXT(HEAD WEAK KEY BOUND "Workaround = kernel-option \"init=/bin/sh\"\n" END),
	 "t:10:14: error L024: expected an option on the list of allowed ones, found "
	 "\"init=/bin/sh\"\n"
	 "    docs/quirk-format.md has the list\n"},
	{"L048", TEXT(HEAD WEAK KEY BOUND "Workaround = fault-fixup \"map map\"\n" END),
	 "t:10:14: error L048: expected words of map, write, exec, wx, rearm, budget=N, each once "
	 "and one of the first four, found \"map map\"\n"
	 "    docs/quirk-format.md has the list\n"},
	{"L025", TEXT(HEAD WEAK KEY BOUND "Workaround = max-address 0xffff\n" END),
	 "t:10:14: error L025: expected the last byte of a page at 0xffffff or above, found "
	 "0xffff\n"
	 "    the last byte that may be used: 0xffffffff\n"},
	{"L025", TEXT(HEAD WEAK KEY BOUND "Workaround = max-address 0x100000000\n" END),
	 "t:10:14: error L025: expected the last byte of a page at 0xffffff or above, found "
	 "0x100000000\n"
	 "    the last byte that may be used: 0xffffffff\n"},
	{"L026",
	 TEXT(HEAD WEAK KEY BOUND
	      "Workaround = drop-table f2fd1544-9794-4a2c-992e-e5bbcf20e394\n" END),
	 "t:10:14: error L026: expected a table that a system can do without, found that of SMBIOS "
	 "3\n"},
	{"L026",
	 TEXT(HEAD WEAK KEY BOUND
	      "Workaround = drop-table 00000000-0000-0000-0000-000000000000\n" END),
	 "t:10:14: error L026: expected a table that a system can do without, found the GUID of "
	 "zeros\n"},
	{"L028", TEXT(HEAD WEAK KEY BOUND END "Machine = a\nNear-miss = a\n"),
	 "t:3:1: error L028: expected a machine to match or to miss, found 'a' as both\n"},
	{"L029", TEXT(HEAD2 WEAK KEY BOUND END),
	 "t:1:1: warning L029: expected a licence line at the top, found none\n"
	 "    begin the file with '# SPDX-License-Identifier: CC0-1.0' and a blank line\n"},
	{"L029", TEXT("# Rules of ours\n\n" HEAD2 WEAK KEY BOUND END),
	 "t:1:1: warning L029: expected a licence line at the top, found none\n"
	 "    begin the file with '# SPDX-License-Identifier: CC0-1.0' and a blank line\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = chassis-type \"0x0a\"\n" BOUND END),
	 "t:9:9: error L030: expected chassis-type as identities spell it, found \"0x0a\"\n"
	 "    write \"10\"\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = uefi-revision \"2.7\"\n" BOUND END),
	 "t:9:9: error L030: expected uefi-revision as identities spell it, found \"2.7\"\n"
	 "    write \"2.70\"\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = bios-release \"01.12\"\n" BOUND END),
	 "t:9:9: error L030: expected bios-release as identities spell it, found \"01.12\"\n"
	 "    write \"1.12\"\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = efi-revision \"65536\"\n" BOUND END),
	 "t:9:9: error L030: expected efi-revision as identities spell it, found \"65536\"\n"
	 "    write \"0x00010000\"\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = cpu-id \"GenuineIntel\"\n" BOUND END),
	 "t:9:9: error L030: expected cpu-id as identities spell it, found \"GenuineIntel\"\n"},
	{"L030", TEXT(HEAD WEAK KEY "Match = arch \"x64\"\n" BOUND END),
	 "t:9:9: error L030: expected arch as identities spell it, found \"x64\"\n"},
	{"L031", TEXT("# SPDX-License-Identifier: CC0-1.0\n"),
	 "t:1:1: warning L031: expected a rule in the file, found none\n"},
	{"L032", TEXT(HEAD ARM KEY BOUND "Unprobed = p\nWorkaround = drop-mat\n" END),
	 "t:3:1: error L032: expected Machine and Near-miss in an armed rule, found no Machine\n"
	 "    an armed rule is tested on one machine that matches and one that does not\n"},
	{"L032",
	 TEXT(HEAD ARM KEY BOUND "Unprobed = p\nWorkaround = drop-mat\n" END "Machine = a\n"),
	 "t:3:1: error L032: expected Machine and Near-miss in an armed rule, found no Near-miss\n"
	 "    an armed rule is tested on one machine that matches and one that does not\n"},
	{"L033",
	 TEXT("# SPDX-License-Identifier: CC0-1.0\n\n[FWQ-0001]\nTitle = " TEN TEN TEN TEN TEN TEN
		      TEN TEN TEN TEN "!\n" WEAK KEY BOUND END),
	 "t:3:1: warning L033: expected a title of at most 100 bytes, found 101\n"
	 "    say the rest in a Note\n"},
	{"L034", TEXT(HEAD WEAK KEY "Match = product-name \"Q\"\n" BOUND END),
	 "t:9:9: error L034: expected conditions that can hold together, found a second "
	 "product-name\n"
	 "    several values of one field are written any-of\n"},
	{NULL, TEXT(HEAD WEAK "Unmatched = u\nWorkaround = drop-mat\n" END "Case = a-1\n"), ""},
	{"L036", TEXT(HEAD ARM "Unmatched = u\nUnprobed = p\nWorkaround = drop-mat\n" END),
	 "t:8:13: error L036: expected Match in an armed rule, found Unmatched\n"
	 "    a rule that no machine is told by is 'Mode = observe'\n"},
	{"L037", TEXT(HEAD WEAK "Unmatched = u\n" END "Machine = a\n"),
	 "t:8:13: error L037: expected no Machine, Near-miss and Population in a rule that no "
	 "machine is told by, found Machine\n"},
	{"L037", TEXT(HEAD WEAK "Unmatched = u\nPopulation = 0\n" END),
	 "t:8:13: error L037: expected no Machine, Near-miss and Population in a rule that no "
	 "machine is told by, found Population\n"},
	{"L017", TEXT(HEAD WEAK KEY BOUND END "Case = a\nCase = a\n"),
	 "t:3:1: error L017: expected each Case once, found number 1 again as number 2\n"},
	{"L003", TEXT(HEAD WEAK KEY "Match = sys-vendor prefix \"Default string\"\n" BOUND END),
	 "t:9:9: error L003: expected what a maker wrote, found the placeholder \"Default "
	 "string\"\n"
	 "    a placeholder counts as absent and never matches\n"},
	{"L010",
	 TEXT(HEAD ARM "Match = sys-vendor \"LENOVO\"\nMatch = product-name \"P\"\nFixed = "
		       "bios-version version "
		       "dell \"1.2.0\"\nUnprobed = p\nWorkaround = drop-mat\n" END TESTED),
	 "t:10:9: error L010: expected the scheme dell with a vendor 'dell', found other vendors "
	 "only\n"},
	{"L038", TEXT(HEAD WEAK "Match = sys-vendor \"LENOVO\"\n" BOUND END),
	 "t:3:1: error L038: expected a Match on a product, board or version beside the vendor, "
	 "found none\n"
	 "    where all are meant, Population says how many that is\n"},
	{"L038",
	 TEXT(HEAD WEAK "Match = sys-vendor \"LENOVO\"\nMatch = arch \"x86_64\"\n"
			"Match = bios-date date < 2013-01-01\nMatch = product-name not \"P\"\n"
			"Fixed = bios-version version dotted \"1.2.0\"\n" END),
	 "t:3:1: error L038: expected a Match on a product, board or version beside the vendor, "
	 "found none\n"
	 "    where all are meant, Population says how many that is\n"},
	{NULL,
	 TEXT(HEAD WEAK "Match = sys-vendor \"LENOVO\"\n"
			"Match = bios-date date >= 2012-01-01 < 2013-01-01\n" BOUND END),
	 ""},
	{NULL, TEXT(HEAD WEAK "Match = sys-vendor \"LENOVO\"\nPopulation = 11700\n" BOUND END), ""},
	{"L040",
	 TEXT(HEAD "Defect = other\nConfidence = reproduced\nMode = arm\n" KEY BOUND
		   "Unprobed = p\nWorkaround = drop-mat\n" END TESTED),
	 "t:3:1: error L040: expected two pieces of Evidence in an armed rule that is no more than "
	 "reproduced, found one\n"
	 "    reproduced means that two sources say so: name both\n"},
	{"L041", TEXT(HEAD WEAK KEY BOUND END "Evidence = http://www.EXAMPLE.org/ again\n"),
	 "t:11:12: error L041: expected another address, found that of line 10 in another "
	 "spelling\n"
	 "    one piece of evidence counts once\n"},
	{"L041",
	 TEXT(HEAD WEAK KEY BOUND "Evidence = https://lore.kernel.org/all/1@x/\n"
				  "Evidence = https://lore.kernel.org/linux-efi/1@x\n"),
	 "t:11:12: error L041: expected another address, found that of line 10 in another "
	 "spelling\n"
	 "    one piece of evidence counts once\n"},
	{NULL,
	 TEXT(HEAD WEAK KEY BOUND "Evidence = https://example.org/a#1\n"
				  "Evidence = https://example.org/a#2\n"
				  "Evidence = https://example.org/A\n"),
	 ""},
	{"L046", TEXT(HEAD WEAK "Match = product-name \"D\xd0\xb5ll 5\"\n" BOUND END),
	 "t:8:9: error L046: expected letters of one script in \"D\xd0\xb5ll 5\", found U+0435 "
	 "beside Latin ones\n"
	 "    type the string again, or copy it from the machine\n"},
	{"L046", TEXT(HEAD WEAK KEY "Fixed = bios-version version dotted \"V\xef\xbc\xa1\"\n" END),
	 "t:9:9: error L046: expected letters of one script in \"V\xef\xbc\xa1\", found U+FF21 "
	 "beside Latin ones\n"
	 "    type the string again, or copy it from the machine\n"
	 "t:9:9: error L009: expected a version that reads under the scheme dotted, found "
	 "\"V\xef\xbc\xa1\"\n"},
	{"L046", TEXT(HEAD WEAK KEY BOUND "Evidence = https://ex\xd0\xb0mple.org/\n"),
	 "t:10:12: error L046: expected an address of ASCII letters, found "
	 "'https://ex\xd0\xb0mple.org/'\n"
	 "    write other letters as %NN, and a host in its xn-- form\n"},
	{"L047", TEXT(HEAD WEAK KEY BOUND END "Note = D\xd0\xb5ll\n"),
	 "t:3:1: warning L047: expected words of one script in Note, found U+0435 beside Latin "
	 "letters\n"},
	{NULL,
	 TEXT(HEAD WEAK
	      "Match = product-name \"\xe5\xaf\x8c\xe5\xa3\xab\xe9\x80\x9a A\"\n" BOUND END
	      "Note = caf\xc3\xa9, \xd0\xb8\xd0\xbb\xd0\xb8 Dell\n"),
	 ""},
	{"L035",
	 TEXT(HEAD WEAK KEY BOUND "Workaround = reserve 0x10000000000000..0x10000000000fff\n" END),
	 "t:10:14: error L035: expected an address of at most 52 bits, found 0x10000000000fff\n"},
};

static void test_every_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_set set = {.n_files = 0};
		struct diagnostics diagnostics = {.n = 0};
		char *findings;

		assert_true(
			rules_parse_bytes(&set, "t", cases[i].text, cases[i].size, &diagnostics));
		rules_lint(&set, &diagnostics);
		findings = findings_text(&diagnostics);
		assert_string_equal(findings, cases[i].findings);
		if (cases[i].code)
			assert_string_equal(diagnostics.list[0].code, cases[i].code);
		free(findings);
		diagnostics_free(&diagnostics);
		rule_set_free(&set);
	}
}

/* L045: the day itself counts. */
static void test_expired(void **state)
{
	static const char text[] = HEAD WEAK KEY BOUND END "Expires = 2027-03-01\n";
	static const struct {
		const char *today, *findings;
	} days[] = {
		{"2027-02-28", ""},
		{"2027-03-01",
		 "t:11:11: error L045: expected a rule that has not expired, found 2027-03-01 on "
		 "2027-03-01\n"
		 "    look whether it is still needed, then move Expires or remove the rule\n"},
		{"2028-01-01",
		 "t:11:11: error L045: expected a rule that has not expired, found 2027-03-01 on "
		 "2028-01-01\n"
		 "    look whether it is still needed, then move Expires or remove the rule\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct rule_set set = {.n_files = 0};
		struct diagnostics diagnostics = {.n = 0};
		char *findings;

		assert_true(rules_parse_bytes(&set, "t", text, strlen(text), &diagnostics));
		rules_lint_expired(&set, days[i].today, &diagnostics);
		findings = findings_text(&diagnostics);
		assert_string_equal(findings, days[i].findings);
		free(findings);
		diagnostics_free(&diagnostics);
		rule_set_free(&set);
	}
}

/* L001 across files names the other file. */
static void test_duplicate_in_other_file(void **state)
{
	const char *text = HEAD WEAK KEY BOUND END;
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *findings;

	(void)state;
	assert_true(rules_parse_bytes(&set, "a", text, strlen(text), &diagnostics));
	assert_true(rules_parse_bytes(&set, "b", text, strlen(text), &diagnostics));
	rules_lint(&set, &diagnostics);
	findings = findings_text(&diagnostics);
	assert_string_equal(
		findings,
		"b:3:1: error L001: expected an identifier of its own, found FWQ-0001 again\n"
		"    it is taken at a:3\n");
	free(findings);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
}

/* L027 needs a folder of machines: one of the two is there. */
static void test_missing_machine(void **state)
{
	const char *text = HEAD WEAK KEY BOUND END TESTED;
	char folder[] = "/tmp/fwquirk-test-XXXXXX", path[64], expected[256];
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *findings;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.machine", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_true(rules_parse_bytes(&set, "t", text, strlen(text), &diagnostics));
	rules_lint_machines(&set, folder, &diagnostics);
	findings = findings_text(&diagnostics);
	snprintf(expected, sizeof(expected),
		 "t:3:1: error L027: expected the file %s/b.machine, found none\n", folder);
	assert_string_equal(findings, expected);
	free(findings);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_finding),
		cmocka_unit_test(test_expired),
		cmocka_unit_test(test_duplicate_in_other_file),
		cmocka_unit_test(test_missing_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
