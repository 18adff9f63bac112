/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_errors.c - a broken text for every P-code, and exactly what is said about it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules_support.h"

/* A good rule, in pieces: lines 1 to 7, 8, 9. */
#define KEYS "Title = T\nDefect = other\nConfidence = reported\nMode = observe\n"
#define TOP  "# h\n\n[FWQ-0001]\n" KEYS
#define KEY  "Match = product-name \"P\"\n"
#define END  "Evidence = https://example.org\n"

#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *code;
	const char *text;
	size_t size;
	const char *findings;
} cases[] = {
	{"P003", TEXT("\xef\xbb\xbf" TOP KEY END),
	 "t:1:1: error P003: expected text, found a byte order mark\n"
	 "    save the file as UTF-8 without one\n"},
	{"P004", TEXT(TOP KEY END "No\0te = n\n"),
	 "t:10:3: error P004: expected text, found a NUL byte\n"
	 "    a binary file, or UTF-16: save it as UTF-8\n"},
	{"P004", TEXT("\0"),
	 "t:1:1: error P004: expected text, found a NUL byte\n"
	 "    a binary file, or UTF-16: save it as UTF-8\n"},
	{"P005", TEXT(TOP KEY END "Note = a\r\nNote = b\r\n"),
	 "t:10:9: error P005: expected lines that end in LF, found CR LF\n"
	 "    save the file with Unix line ends\n"},
	{"P005", TEXT(TOP KEY END "Note = a\rb\n"),
	 "t:10:9: error P005: expected lines that end in LF, found a CR byte\n"
	 "    save the file with Unix line ends\n"},
	{"P006", TEXT(TOP KEY END "Note =\tn\n"),
	 "t:10:7: error P006: expected blanks, found a tab\n"
	 "    in a string write \\x09\n"},
	{"P007", TEXT(TOP KEY END "Note = \033[1m\n"),
	 "t:10:8: error P007: expected text, found the control character 0x1b\n"
	 "    in a string write \\xNN\n"},
	{"P007", TEXT(TOP KEY END "Note = \177\n"),
	 "t:10:8: error P007: expected text, found the control character 0x7f\n"
	 "    in a string write \\xNN\n"},
	{"P008", TEXT(TOP KEY END "Note = caf\351\n"),
	 "t:10:11: error P008: expected UTF-8, found the byte 0xe9\n"
	 "    save the file as UTF-8, in a string write \\xNN\n"},
	{"P008", TEXT(TOP KEY END "Note = \300\257\n"),
	 "t:10:8: error P008: expected UTF-8, found the byte 0xc0\n"
	 "    save the file as UTF-8, in a string write \\xNN\n"},
	{"P008", TEXT(TOP KEY END "Note = \355\240\200\n"),
	 "t:10:8: error P008: expected UTF-8, found the byte 0xed\n"
	 "    save the file as UTF-8, in a string write \\xNN\n"},
	{"P009", TEXT(TOP KEY END "Note = a\302\240b\n"),
	 "t:10:9: error P009: expected characters that show, found U+00A0\n"
	 "    remove it, or in a string write its bytes as \\xNN\n"},
	{"P009", TEXT(TOP KEY END "Note = \342\200\256\n"),
	 "t:10:8: error P009: expected characters that show, found U+202E\n"
	 "    remove it, or in a string write its bytes as \\xNN\n"},
	{"P010", TEXT(TOP KEY END "Note = a\n    b\n"),
	 "t:11:1: error P010: expected a key at the start of the line, found a blank\n"
	 "    a value stays on one line: join it to the line before\n"},
	{"P012", TEXT("Title = T\nMode = arm\n"),
	 "t:1:1: error P012: expected a comment or a section as [FWQ-0001], found 'Title'\n"},
	{"P012", TEXT(TOP KEY END "\n# c\nfoo\nbar\n"),
	 "t:12:1: error P012: expected a comment or a section as [FWQ-0001], found 'foo'\n"},
	{"P013", TEXT(TOP KEY END "Note\n"),
	 "t:10:1: error P013: expected a line 'Key = value', found 'Note'\n"
	 "    a value stays on one line\n"},
	{"P013", TEXT(TOP KEY END "= n\n"),
	 "t:10:1: error P013: expected a line 'Key = value', found '='\n"
	 "    a value stays on one line\n"},
	{"P014", TEXT(TOP KEY "\n" END),
	 "t:10:1: error P014: expected a comment or a section behind a blank line, found a key\n"
	 "    remove the blank line before it\n"},
	{"P015", TEXT(TOP KEY "# c\n" END),
	 "t:9:1: error P015: expected a key or a blank line, found a comment\n"
	 "    use Note, or leave a blank line before a comment on the next rule\n"},
	{"P016", TEXT(TOP KEY END "\n# c\n\n# d\n"),
	 "t:11:1: error P016: expected a rule behind the comment, found none\n"
	 "    a comment stands directly before its section\n"
	 "t:13:1: error P016: expected a rule behind the comment, found none\n"
	 "    a comment stands directly before its section\n"},
	{"P017", TEXT("[FWQ-0002\n" KEYS KEY END),
	 "t:1:1: error P017: expected a section as [FWQ-0001], found '[FWQ-0002'\n"},
	{"P018", TEXT("[FWQ-1]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found 'FWQ-1'\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P018", TEXT("[FWQ-0000]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found 'FWQ-0000'\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P018", TEXT("[FWQ-00001]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found 'FWQ-00001'\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P018", TEXT("[]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found none\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P018", TEXT("[fwq-0001]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found 'fwq-0001'\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P018", TEXT("[FWQ-123456789]\n" KEYS KEY END),
	 "t:1:2: error P018: expected an identifier as FWQ-0001, found 'FWQ-123456789'\n"
	 "    FWQ- and four digits, more only from 10000 on, not 0000\n"},
	{"P019", TEXT(TOP KEY END "Near-mis = a\n"),
	 "t:10:1: error P019: expected a key, found 'Near-mis'\n"
	 "    did you mean 'Near-miss'?\n"},
	{"P019", TEXT(TOP KEY END "Colour = red\n"),
	 "t:10:1: error P019: expected a key, found 'Colour'\n"},
	{"P020", TEXT(TOP KEY END "Title = U\n"),
	 "t:10:1: error P020: expected 'Title' once in a rule, found it again\n"},
	{"P021", TEXT("[FWQ-0001]\nTitle = T\n"),
	 "t:1:1: error P021: expected the required keys in the rule, found no Defect, Confidence, "
	 "Mode, Match, Evidence\n"
	 "    where no identity is known, Unmatched says what is missing\n"},
	{"P021", TEXT("[FWQ-0001]\n" KEYS "Unmatched = u\n"),
	 "t:1:1: error P021: expected the required keys in the rule, found no Evidence\n"},
	{"P022", TEXT(TOP KEY END "Note =\n"),
	 "t:10:7: error P022: expected a value for 'Note', found nothing behind the '='\n"
	 "    leave the key out instead\n"},
	{"P023", TEXT(TOP "Match = bios-vendr \"x\"\n" END),
	 "t:8:9: error P023: expected a field, found 'bios-vendr'\n"
	 "    did you mean 'bios-vendor'?\n"},
	{"P024", TEXT(TOP "Match = bios-vendor prefx \"x\"\n" END),
	 "t:8:21: error P024: expected an operator or a string in double quotes, found 'prefx'\n"
	 "    did you mean 'prefix'?\n"},
	{"P024", TEXT(TOP "Match = bios-vendor\n" END),
	 "t:8:20: error P024: expected an operator or a string in double quotes, found the end of "
	 "the line\n"},
	{"P024", TEXT(TOP "Match = bios-vendor x\n" END),
	 "t:8:21: error P024: expected an operator or a string in double quotes, found 'x'\n"},
	{"P025", TEXT(TOP KEY "Match = bios-version glob \"F[0-9\"\n" END),
	 "t:9:27: error P025: expected a glob pattern, found \"F[0-9\"\n"
	 "    close every [ with ], put \\\\ before a literal [\n"},
	{"P026", TEXT(TOP KEY "Match = bios-version version del >= \"1\"\n" END),
	 "t:9:30: error P026: expected a version scheme, found 'del'\n"
	 "    did you mean 'dell'?\n"},
	{"P027",
	 TEXT("[FWQ-0001]\nTitle = T\nDefect = mat-bogs\nConfidence = reported\nMode = "
	      "observe\n" KEY END),
	 "t:3:10: error P027: expected a defect class, found 'mat-bogs'\n"
	 "    did you mean 'mat-bogus'?\n"},
	{"P028",
	 TEXT("[FWQ-0001]\nTitle = T\nDefect = other\nConfidence = sure\nMode = observe\n" KEY END),
	 "t:4:14: error P028: expected reported, reproduced, root-caused or vendor-confirmed, "
	 "found 'sure'\n"},
	{"P029",
	 TEXT("[FWQ-0001]\nTitle = T\nDefect = other\nConfidence = reported\nMode = armed\n" KEY
		      END),
	 "t:5:8: error P029: expected observe or arm, found 'armed'\n"
	 "    did you mean 'arm'?\n"},
	{"P030", TEXT(TOP KEY "Workaround = free-writeable\n" END),
	 "t:9:14: error P030: expected a workaround, found 'free-writeable'\n"
	 "    did you mean 'free-writable'?\n"},
	{"P031", TEXT(TOP KEY "Workaround = mask-runtime QueryVariable\n" END),
	 "t:9:27: error P031: expected a runtime service, found 'QueryVariable'\n"
	 "    did you mean 'QueryVariableInfo'?\n"},
	{"P031", TEXT(TOP KEY "Workaround = mask-runtime\n" END),
	 "t:9:26: error P031: expected a runtime service, found the end of the line\n"},
	{"P031", TEXT(TOP KEY "Workaround = mask-runtime SetTime SetTime\n" END),
	 "t:9:35: error P031: expected each runtime service once, found 'SetTime' again\n"},
	{"P032", TEXT(TOP "Match = bios-vendor prefix Dell\n" END),
	 "t:8:28: error P032: expected a string in double quotes, found 'Dell'\n"},
	{"P038", TEXT(TOP KEY "Fixed = bios-version version dell >= \"1.0.0\"\n" END),
	 "t:9:35: error P038: expected a value without an operator, found '>='\n"
	 "    Introduced and Fixed mean: from here on\n"},
	{"P032", TEXT(TOP KEY "Workaround = kernel-option\n" END),
	 "t:9:27: error P032: expected a string in double quotes, found the end of the line\n"},
	{"P033", TEXT(TOP "Match = bios-vendor \"Dell\n" END),
	 "t:8:21: error P033: expected a closing quote, found the end of the line\n"},
	{"P033", TEXT(TOP "Match = bios-vendor \"Dell\\\"\n" END),
	 "t:8:21: error P033: expected a closing quote, found the end of the line\n"},
	{"P034", TEXT(TOP "Match = bios-vendor \"a\\n\"\n" END),
	 "t:8:23: error P034: expected \\\", \\\\ or \\xNN, found '\\n'\n"},
	{"P034", TEXT(TOP "Match = bios-vendor \"a\\x4\"\n" END),
	 "t:8:23: error P034: expected \\\", \\\\ or \\xNN, found '\\x'\n"},
	{"P034", TEXT(TOP "Match = bios-vendor \"a\\x00\"\n" END),
	 "t:8:23: error P034: expected a byte from \\x01 to \\xff, found '\\x00'\n"
	 "    no SMBIOS string holds a NUL byte\n"},
	{"P034", TEXT(TOP "Match = bios-vendor \"a\\\n" END),
	 "t:8:23: error P034: expected \\\", \\\\ or \\xNN, found '\\'\n"},
	{"P035", TEXT(TOP "Match = bios-vendor \"\"\n" END),
	 "t:8:21: error P035: expected at least one character that is not blank, found \"\"\n"
	 "    an absent field never matches: leave it out\n"},
	{"P035", TEXT(TOP "Match = bios-vendor any-of \"a\" \" \\x09 \"\n" END),
	 "t:8:32: error P035: expected at least one character that is not blank, found \" \\x09 "
	 "\"\n"
	 "    an absent field never matches: leave it out\n"},
	{"P036", TEXT(TOP "Match = bios-vendor any-of \"a\"\"b\"\n" END),
	 "t:8:31: error P036: expected a blank behind the string, found \"b\"\n"
	 "    a quote inside a string is written \\\"\n"},
	{"P037", TEXT(TOP KEY "Match = bios-version date >= 2020-01-01\n" END),
	 "t:9:22: error P037: expected version or a text operator, found 'date'\n"},
	{"P037", TEXT(TOP KEY "Match = bios-date version dotted >= \"1\"\n" END),
	 "t:9:19: error P037: expected date or a text operator, found 'version'\n"},
	{"P037", TEXT(TOP KEY "Match = arch masked 0x1 = 0x1\n" END),
	 "t:9:14: error P037: expected equal or any-of, found 'masked'\n"},
	{"P037", TEXT(TOP KEY "Match = cpu-id prefix \"0x\"\n" END),
	 "t:9:16: error P037: expected equal, any-of or masked, found 'prefix'\n"},
	{"P037", TEXT(TOP KEY "Match = bios-release prefix \"1\"\n" END),
	 "t:9:22: error P037: expected equal, any-of or version, found 'prefix'\n"},
	{"P037", TEXT(TOP KEY "Match = bios-version any-of version dell\n" END),
	 "t:9:29: error P037: expected a text operator behind any-of, found 'version'\n"},
	{"P037", TEXT(TOP KEY "Match = bios-version not version dell >= \"1\"\n" END),
	 "t:9:26: error P037: expected a text operator or masked behind not, found 'version'\n"},
	{"P037", TEXT(TOP KEY "Fixed = bios-version \"1\"\n" END),
	 "t:9:22: error P037: expected version or date, found \"1\"\n"},
	{"P037", TEXT(TOP KEY "Introduced = bios-version not \"1\"\n" END),
	 "t:9:27: error P037: expected version or date, found 'not'\n"},
	{"P037", TEXT(TOP KEY "Known-good = bios-version version dell\n" END),
	 "t:9:27: error P037: expected a text operator, found 'version'\n"},
	{"P037", TEXT(TOP KEY "Known-good = bios-version not \"1\"\n" END),
	 "t:9:27: error P037: expected a text operator, found 'not'\n"},
	{"P038", TEXT(TOP KEY "Match = bios-version version dell \"1\"\n" END),
	 "t:9:35: error P038: expected <, <=, =, >= or >, found \"1\"\n"},
	{"P038", TEXT(TOP KEY "Match = cpu-id masked 0x1\n" END),
	 "t:9:26: error P038: expected =, found the end of the line\n"},
	{"P039", TEXT(TOP KEY "Match = bios-version version dell >= \"1\" > \"2\"\n" END),
	 "t:9:42: error P039: expected an upper bound (< or <=), found '>'\n"},
	{"P039", TEXT(TOP KEY "Match = bios-version version dell < \"1\" <= \"2\"\n" END),
	 "t:9:41: error P039: expected a lower bound (> or >=), found '<='\n"},
	{"P039", TEXT(TOP KEY "Match = bios-version version dell = \"1\" <= \"2\"\n" END),
	 "t:9:41: error P039: expected no further bound, found '<='\n"},
	{"P040", TEXT(TOP KEY "Match = bios-date date >= 2023-02-30\n" END),
	 "t:9:27: error P040: expected a date as yyyy-mm-dd, found '2023-02-30'\n"},
	{"P040", TEXT(TOP KEY "Fixed = bios-date date 06/01/2023\n" END),
	 "t:9:24: error P040: expected a date as yyyy-mm-dd, found '06/01/2023'\n"},
	{"P040", TEXT(TOP KEY "Fixed = bios-date date\n" END),
	 "t:9:23: error P040: expected a date as yyyy-mm-dd, found the end of the line\n"},
	{"P040", TEXT(TOP KEY END "Expires = 2027\n"),
	 "t:10:11: error P040: expected a date as yyyy-mm-dd, found '2027'\n"},
	{"P041", TEXT(TOP KEY "Match = cpu-id masked 65535 = 0x1\n" END),
	 "t:9:23: error P041: expected 0x and hexadecimal digits, found '65535'\n"
	 "    for example 0xffff000f, at most 16 digits\n"},
	{"P041", TEXT(TOP KEY "Workaround = max-address 0x10000000000000000\n" END),
	 "t:9:26: error P041: expected 0x and hexadecimal digits, found '0x10000000000000000'\n"
	 "    for example 0xffff000f, at most 16 digits\n"},
	{"P041", TEXT(TOP KEY "Workaround = max-address\n" END),
	 "t:9:25: error P041: expected 0x and hexadecimal digits, found the end of the line\n"
	 "    for example 0xffff000f, at most 16 digits\n"},
	{"P042", TEXT(TOP KEY "Match = cpu-id masked 0xff00 = 0x1\n" END),
	 "t:9:23: error P042: expected a mask that covers the value, found 0xff00 = 0x1\n"
	 "    every bit of the value must be set in the mask\n"},
	{"P042", TEXT(TOP KEY "Match = cpu-id masked 0x0 = 0x0\n" END),
	 "t:9:23: error P042: expected a mask that covers the value, found 0x0 = 0x0\n"
	 "    every bit of the value must be set in the mask\n"},
	{"P043",
	 TEXT("[FWQ-0001]\nTitle = T\nDefect = other\nConfidence = reported\nMode = arm # now\n" KEY
		      END),
	 "t:5:12: error P043: expected the end of the line, found '#'\n"
	 "    comments stand on lines of their own before the section; in a rule use Note\n"},
	{"P043", TEXT(TOP "Match = bios-vendor \"a\" \"b\"\n" END),
	 "t:8:25: error P043: expected the end of the line, found \"b\"\n"},
	{"P043", TEXT(TOP KEY "Workaround = free-writable 3\n" END),
	 "t:9:28: error P043: expected the end of the line, found '3'\n"},
	{"P043", TEXT(TOP KEY "Population = 12 machines\n" END),
	 "t:9:17: error P043: expected the end of the line, found 'machines'\n"},
	{"P043", TEXT(TOP KEY END "Expires = 2027-01-01 or later\n"),
	 "t:10:22: error P043: expected the end of the line, found 'or'\n"},
	{"P043", TEXT(TOP KEY END "Case = a b\n"),
	 "t:10:10: error P043: expected the end of the line, found 'b'\n"},
	{"P043", TEXT("[FWQ-0001] x\n" KEYS KEY END),
	 "t:1:12: error P043: expected the end of the line, found 'x'\n"},
	{"P045", TEXT(TOP KEY "Workaround = ebs-retry three\n" END),
	 "t:9:24: error P045: expected a count in decimal, found 'three'\n"},
	{"P045", TEXT(TOP KEY "Workaround = ebs-delay 007\n" END),
	 "t:9:24: error P045: expected milliseconds in decimal, found '007'\n"},
	{"P045", TEXT(TOP KEY "Workaround = ebs-delay\n" END),
	 "t:9:23: error P045: expected milliseconds in decimal, found the end of the line\n"},
	{"P045", TEXT(TOP KEY "Population = 4294967296\n" END),
	 "t:9:14: error P045: expected a count of machines in decimal, found '4294967296'\n"},
	{"P045", TEXT(TOP KEY "Population = many\n" END),
	 "t:9:14: error P045: expected a count of machines in decimal, found 'many'\n"},
	{"P046", TEXT(TOP KEY "Workaround = reserve 0x1000-0x1fff\n" END),
	 "t:9:22: error P046: expected a range as 0x9f000..0x9ffff, found '0x1000-0x1fff'\n"
	 "    first and last byte, both included\n"},
	{"P046", TEXT(TOP KEY "Workaround = reserve 0x1000..\n" END),
	 "t:9:22: error P046: expected a range as 0x9f000..0x9ffff, found '0x1000..'\n"
	 "    first and last byte, both included\n"},
	{"P047", TEXT(TOP KEY "Workaround = drop-table 8868e871\n" END),
	 "t:9:25: error P047: expected a GUID as 8-4-4-4-12 hexadecimal digits, found "
	 "'8868e871'\n"},
	{"P047", TEXT(TOP KEY "Workaround = drop-table {868e871-e4f1-11d3-bc22-0080c73c8881\n" END),
	 "t:9:25: error P047: expected a GUID as 8-4-4-4-12 hexadecimal digits, found "
	 "'{868e871-e4f1-11d3-bc22-0080c73c8881'\n"},
	{"P048", TEXT(TOP KEY "Probe = no-such-thing\n" END),
	 "t:9:9: error P048: expected a probe, found 'no-such-thing'\n"},
	{"P048", TEXT(TOP KEY "Probe = not\n" END),
	 "t:9:12: error P048: expected a probe, found the end of the line\n"},
	{"P049", TEXT(TOP KEY END "Machine = ../x\n"),
	 "t:10:11: error P049: expected the name of a machine from a-z, 0-9, '-', '_' and '.', "
	 "found '../x'\n"
	 "    the file is NAME.machine\n"},
	{"P049", TEXT(TOP KEY END "Near-miss = A\n"),
	 "t:10:13: error P049: expected the name of a machine from a-z, 0-9, '-', '_' and '.', "
	 "found 'A'\n"
	 "    the file is NAME.machine\n"},
	{"P053", TEXT(TOP KEY "Unmatched = u\n" END),
	 "t:9:13: error P053: expected Match or Unmatched in a rule, found both\n"
	 "    Unmatched is for what no machine can be recognised by\n"},
	/* An Unmatched without a value is told once, and not as a contradiction without a place. */
	{"P022", TEXT(TOP KEY "Unmatched =\n" END),
	 "t:9:12: error P022: expected a value for 'Unmatched', found nothing behind the '='\n"
	 "    leave the key out instead\n"},
	{"P054", TEXT(TOP KEY END "Case = Dell_1\n"),
	 "t:10:8: error P054: expected the name of a case from a-z and 0-9, joined by '-' or '.', "
	 "found 'Dell_1'\n"
	 "    as dell-sv.2019, at most 64 bytes\n"},
	{"P054", TEXT(TOP KEY END "Case = a..b\n"),
	 "t:10:8: error P054: expected the name of a case from a-z and 0-9, joined by '-' or '.', "
	 "found 'a..b'\n"
	 "    as dell-sv.2019, at most 64 bytes\n"},
	{"P054", TEXT(TOP KEY END "Case = a-\n"),
	 "t:10:8: error P054: expected the name of a case from a-z and 0-9, joined by '-' or '.', "
	 "found 'a-'\n"
	 "    as dell-sv.2019, at most 64 bytes\n"},
	{"P050", TEXT(TOP KEY "Evidence = https://example.org"),
	 "t:9:31: error P050: expected a line feed at the end of the file, found none\n"},
};

static void test_every_refusal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_set set = {.n_files = 0};
		struct diagnostics diagnostics = {.n = 0};
		char *findings;

		assert_false(
			rules_parse_bytes(&set, "t", cases[i].text, cases[i].size, &diagnostics));
		findings = findings_text(&diagnostics);
		assert_string_equal(findings, cases[i].findings);
		assert_string_equal(diagnostics.list[0].code, cases[i].code);
		free(findings);
		diagnostics_free(&diagnostics);
		rule_set_free(&set);
	}
}

/* Parses a text that the test made, checks what is said, frees all. */
static void expect(const char *text, size_t size, const char *expected, size_t n_rules)
{
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	bool is_good = rules_parse_bytes(&set, "t", text, size, &diagnostics);
	char *findings = findings_text(&diagnostics);

	assert_string_equal(findings, expected);
	assert_int_equal(is_good, !*expected);
	assert_int_equal(set.n_rules, n_rules);
	free(findings);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
}

/* P002: nothing of a file that is too large is looked at. */
static void test_too_large(void **state)
{
	size_t size = ((size_t)16 << 20) + 1;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '\n', size);
	expect(text, size - 1, "", 0);
	expect(text, size,
	       "t: error P002: expected at most 16 MiB, found more\n    is this a file of rules?\n",
	       0);
	free(text);
}

/* P011: 4000 bytes are allowed, one more is not; in comments too. */
static void test_too_long(void **state)
{
	static const struct {
		const char *before, *after, *findings;
	} places[] = {
		{TOP KEY END "Note = ", "\n",
		 "t:10:8: error P011: expected at most 4000 bytes in a value, found 4001\n"},
		{TOP KEY END "\n#", "\n[FWQ-0002]\n" KEYS KEY END,
		 "t:11:1: error P011: expected at most 4000 bytes in a comment line, found 4001\n"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t extra = 0; extra < 2; extra++) {
			size_t n = 4000 + extra - i, size;
			char *text;
			FILE *out = open_memstream(&text, &size);

			fputs(places[i].before, out);
			for (size_t j = 0; j < n; j++)
				fputc('x', out);
			fputs(places[i].after, out);
			fclose(out);
			expect(text, size, extra ? places[i].findings : "", i ? 2 : !extra);
			free(text);
		}
	}
}

static void put_conditions(FILE *out, unsigned n)
{
	fputs("[FWQ-0001]\n" KEYS, out);
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "Match = product-name not \"%u\"\n", i);
	fputs(END, out);
}

static void put_values(FILE *out, unsigned n)
{
	fputs("[FWQ-0001]\n" KEYS "Match = product-name any-of", out);
	for (unsigned i = 0; i < n; i++)
		fprintf(out, " \"%u\"", i);
	fputs("\n" END, out);
}

/* P044: the most that is allowed, and one more. */
static void test_too_many(void **state)
{
	static const struct {
		void (*put)(FILE *out, unsigned n);
		unsigned most;
		const char *findings;
	} limits[] = {
		{put_conditions, 64,
		 "t:70:9: error P044: expected at most 64 conditions in a rule, found more\n"
		 "    write a second rule\n"},
		{put_values, 255,
		 "t:6:1449: error P044: expected at most 255 strings, found more\n"
		 "    write a second rule\n"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (unsigned extra = 0; extra < 2; extra++) {
			char *text;
			size_t size;
			FILE *out = open_memstream(&text, &size);

			limits[i].put(out, limits[i].most + extra);
			fclose(out);
			expect(text, size, extra ? limits[i].findings : "", !extra);
			free(text);
		}
	}
}

/* P051: a file of nonsense does not drown the reader. */
static void test_too_many_errors(void **state)
{
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	const char *last = "t: note P051: 4 more errors are not shown\n";
	char *text, *findings;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fputs("[FWQ-0001]\n" KEYS KEY END, out);
	for (unsigned i = 0; i < 1004; i++)
		fputs("nonsense\n", out);
	fclose(out);
	assert_false(rules_parse_bytes(&set, "t", text, size, &diagnostics));
	assert_int_equal(diagnostics.n_errors, 1000);
	assert_int_equal(diagnostics.n, 1001);
	findings = findings_text(&diagnostics);
	assert_non_null(strstr(findings, last));
	free(findings);
	free(text);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
}

/* One run shows every mistake, in the order of the text, and the good rules are kept. */
static void test_goes_on(void **state)
{
	(void)state;
	expect(TEXT("[FWQ-0001]\n" KEYS "Match = product-nam \"P\"\nMatch = sys-vendor\n" END
		    "\n[FWQ-0002]\n" KEYS KEY END "\n[FWQ-3]\n" KEYS KEY "Evidence = \n\n"
		    "stray\nstray\n\n[FWQ-0004]\n" KEYS KEY END),
	       "t:6:9: error P023: expected a field, found 'product-nam'\n"
	       "    did you mean 'product-name'?\n"
	       "t:7:19: error P024: expected an operator or a string in double quotes, found the "
	       "end of the line\n"
	       "t:18:2: error P018: expected an identifier as FWQ-0001, found 'FWQ-3'\n"
	       "    FWQ- and four digits, more only from 10000 on, not 0000\n"
	       "t:24:11: error P022: expected a value for 'Evidence', found nothing behind the "
	       "'='\n"
	       "    leave the key out instead\n"
	       "t:26:1: error P013: expected a line 'Key = value', found 'stray'\n"
	       "    a value stays on one line\n"
	       "t:26:1: error P014: expected a comment or a section behind a blank line, found a "
	       "key\n"
	       "    remove the blank line before it\n"
	       "t:27:1: error P013: expected a line 'Key = value', found 'stray'\n"
	       "    a value stays on one line\n",
	       2);
}

/* P001 and P052: paths that lead to no rules. */
static void test_paths(void **state)
{
	char folder[] = "/tmp/fwquirk-test-XXXXXX", expected[256];
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *findings;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_false(rules_parse_path(&set, "/nowhere/x.quirks", &diagnostics));
	assert_false(rules_parse_path(&set, folder, &diagnostics));
	snprintf(expected, sizeof(expected),
		 "/nowhere/x.quirks: error P001: expected a file or folder that can be read, "
		 "found: No such file or directory\n"
		 "%s: error P052: expected files *.quirks in the folder, found none\n",
		 folder);
	findings = findings_text(&diagnostics);
	assert_string_equal(findings, expected);
	free(findings);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_refusal),   cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_too_long),        cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_too_many_errors), cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
