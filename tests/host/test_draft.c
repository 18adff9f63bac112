/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_draft.c - keys, bounds and machines of drafts, by hand and against every machine of the tests
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/draft.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/match.h>

#include "../machine/machine.h"
#include "../support/ruled.h"

#define HEADER "fwquirk-report 1\n"

static const char *const evidence[] = {"https://example.org/1 the thread"};

/* Reports from texts, the draft of them with the options of `request`. */
struct drafted {
	struct report report[4];
	struct draft_request request;
	struct draft draft;
};

static void begin(struct drafted *drafted, const char *first, const char *second)
{
	const char *const texts[] = {first, second};
	char *error = NULL;

	memset(drafted, 0, sizeof(*drafted));
	drafted->request.report = drafted->report;
	drafted->request.id = 7;
	drafted->request.evidence = evidence;
	drafted->request.n_evidence = 1;
	drafted->request.defect = "ebs-fail";
	for (size_t i = 0; i < 2 && texts[i]; i++) {
		char text[2048];

		snprintf(text, sizeof(text), HEADER "%s", texts[i]);
		if (!report_read("r", text, strlen(text), &drafted->report[i], &error))
			fail_msg("%s", error);
		drafted->request.n_reports++;
	}
}

static void end(struct drafted *drafted)
{
	draft_free(&drafted->draft);
	for (size_t i = 0; i < drafted->request.n_reports; i++)
		report_free(&drafted->report[i]);
}

static void make(struct drafted *drafted)
{
	char *error = NULL;

	if (!draft_make(&drafted->request, &drafted->draft, &error))
		fail_msg("%s", error);
}

static void has_line(const struct drafted *drafted, const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (!strstr(drafted->draft.text, whole))
		fail_msg("no \"%s\" in\n%s", line, drafted->draft.text);
}

static void has_no(const struct drafted *drafted, const char *word)
{
	if (strstr(drafted->draft.text, word))
		fail_msg("\"%s\" in\n%s", word, drafted->draft.text);
}

static void refused(struct drafted *drafted, const char *message)
{
	char *error = NULL;

	assert_false(draft_make(&drafted->request, &drafted->draft, &error));
	if (!strstr(error, message))
		fail_msg("expected \"%s\" in \"%s\"", message, error);
	free(error);
	end(drafted);
}

/* ---- by hand ---- */

static const char dell[] = "note = \"hangs \\x1b[2J\"\n"
			   "identity bios-version = \"1.9.0\"\n"
			   "identity bios-date = \"09/13/2016\"\n"
			   "identity sys-vendor = \" Dell Inc. \"\n"
			   "identity product-name = \"XPS 13 9360\"\n"
			   "identity product-sku = \"075B\"\n"
			   "identity board-name = \"0MM5PT\"\n";
static const char dell_later[] = "identity bios-version = \"1.10.0\"\n"
				 "identity sys-vendor = \"Dell Inc.\"\n"
				 "identity product-name = \"xps 13  9360\"\n";

static void test_one(void **state)
{
	struct drafted drafted;

	(void)state;
	begin(&drafted, dell, NULL);
	make(&drafted);
	assert_string_equal(
		drafted.draft.text,
		"# SPDX-License-Identifier: CC0-1.0\n\n"
		"# hangs \\x1b[2J\n"
		"[FWQ-0007]\n"
		"Title = Dell Inc. XPS 13 9360, firmware 1.9.0: ExitBootServices() fails or hangs\n"
		"Defect = ebs-fail\n"
		"Confidence = reported\n"
		"Mode = observe\n"
		"Match = sys-vendor \"Dell Inc.\"\n"
		"Match = product-name \"XPS 13 9360\"\n"
		"Match = bios-version version dell = \"1.9.0\"\n"
		"Unbounded = drafted from 1 report: no repaired version is known\n"
		"Evidence = https://example.org/1 the thread\n");
	assert_int_equal(drafted.draft.n_missing, 0);
	assert_int_equal(drafted.draft.n_machines, 3);
	assert_string_equal(drafted.draft.machine[0].name, "dell-xps-13-9360-1.9.0");
	assert_string_equal(drafted.draft.machine[1].name, "dell-xps-13-9360-1.9.0-later");
	assert_non_null(strstr(drafted.draft.machine[1].text, "bios-version = 1.9.1\n"));
	assert_non_null(strstr(drafted.draft.machine[2].text, "product-name = XPS 13 9361\n"));
	end(&drafted);
}

static void test_two(void **state)
{
	struct drafted drafted;

	(void)state;
	begin(&drafted, dell, dell_later);
	make(&drafted);
	has_line(&drafted, "Match = bios-version version dell >= \"1.9.0\" <= \"1.10.0\"");
	has_line(&drafted, "Match = product-name \"XPS 13 9360\"");
	assert_int_equal(drafted.draft.n_machines, 4);
	assert_non_null(strstr(drafted.draft.machine[2].text, "bios-version = 1.10.1\n"));
	end(&drafted);
	begin(&drafted, dell, "identity sys-vendor = \"HP\"\nidentity product-name = \"X15\"\n");
	refused(&drafted, "nothing to find the machine by");
}

static void test_fixed(void **state)
{
	struct drafted drafted;

	(void)state;
	begin(&drafted, dell, NULL);
	drafted.request.fixed = "1.12.0";
	drafted.request.has_machines = true;
	make(&drafted);
	has_line(&drafted, "Introduced = bios-version version dell \"1.9.0\"");
	has_line(&drafted, "Fixed = bios-version version dell \"1.12.0\"");
	has_line(&drafted, "Machine = dell-xps-13-9360-1.9.0");
	has_line(&drafted, "Near-miss = dell-xps-13-9360-1.9.0-other");
	has_no(&drafted, "Unbounded");
	assert_non_null(strstr(drafted.draft.machine[1].text, "bios-version = 1.12.0\n"));
	end(&drafted);
	begin(&drafted, dell, NULL);
	drafted.request.fixed = "1.9.0";
	refused(&drafted, "would not match report 1");
}

/* What is not there is not made up. */
static void test_missing(void **state)
{
	struct drafted drafted;
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};

	(void)state;
	begin(&drafted, dell, NULL);
	drafted.request.defect = NULL;
	drafted.request.n_evidence = 0;
	make(&drafted);
	has_line(&drafted, "Defect = FILL-IN");
	has_line(&drafted, "Evidence = FILL-IN");
	assert_int_equal(drafted.draft.n_missing, 2);
	assert_false(rules_parse_bytes(&set, "draft", drafted.draft.text, drafted.draft.size,
				       &diagnostics));
	assert_string_equal(diagnostics.list[0].code, "P027");
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	end(&drafted);
}

static void test_defect_of_report(void **state)
{
	struct drafted drafted;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "%sprobe map-present = yes\nprobe map-sets-readonly = no\n",
		 dell);
	begin(&drafted, text, NULL);
	drafted.request.defect = NULL;
	make(&drafted);
	has_line(&drafted, "Defect = map-lies");
	has_line(&drafted, "Probe = map-present");
	has_line(&drafted, "Probe = not map-sets-readonly");
	end(&drafted);
	snprintf(text, sizeof(text), "%sprobe free-readonly-faults = yes\n", dell);
	begin(&drafted, text, NULL);
	drafted.request.defect = NULL;
	make(&drafted);
	has_line(&drafted, "Defect = map-free-readonly");
	has_line(&drafted, "Probe = free-readonly-faults");
	end(&drafted);
	snprintf(text, sizeof(text), "%skernel-said runtime-disabled = 1\n", dell);
	begin(&drafted, text, NULL);
	drafted.request.defect = NULL;
	make(&drafted);
	has_line(&drafted, "Defect = FILL-IN");
	end(&drafted);
	snprintf(text, sizeof(text), "%skernel-said mat-type = 3\n", dell);
	begin(&drafted, text, NULL);
	drafted.request.defect = NULL;
	make(&drafted);
	has_line(&drafted, "Defect = mat-bogus");
	has_no(&drafted, "Probe");
	end(&drafted);
}

/* A maker's way of naming: model, firmware family, placeholders. */
static void test_makers(void **state)
{
	struct drafted drafted;

	(void)state;
	begin(&drafted,
	      "identity bios-version = \"N1WET51W (1.30 )\"\nidentity sys-vendor = \"LENOVO\"\n"
	      "identity product-name = \"20HGS17B0R\"\nidentity board-name = \"20HGS17B0R\"\n",
	      NULL);
	make(&drafted);
	has_line(&drafted, "Match = product-name prefix \"20HG\"");
	has_line(&drafted, "Match = bios-version version lenovo = \"N1WET51W (1.30 )\"");
	has_no(&drafted, "20HGS17B0R\"");
	end(&drafted);
	begin(&drafted,
	      "identity bios-version = \"0405\"\nidentity sys-vendor = \"System manufacturer\"\n"
	      "identity product-name = \"System Product Name\"\n"
	      "identity board-vendor = \"ASUSTeK COMPUTER INC.\"\nidentity board-name = "
	      "\"M5A97\"\n",
	      NULL);
	make(&drafted);
	has_line(&drafted, "Match = board-vendor \"ASUSTeK COMPUTER INC.\"");
	has_line(&drafted, "Match = board-name \"M5A97\"");
	has_line(&drafted, "Match = bios-version version number = \"0405\"");
	end(&drafted);
	/* No order in the versions: these and no others, and the date. */
	begin(&drafted,
	      "identity bios-version = \"late build\"\nidentity bios-date = \"01/02/2020\"\n"
	      "identity sys-vendor = \"Maker\"\nidentity product-name = \"Model\"\n",
	      NULL);
	make(&drafted);
	has_line(&drafted, "Match = bios-version \"late build\"");
	has_line(&drafted, "Match = bios-date date = 2020-01-02");
	end(&drafted);
	/* The family finds it where no name does. */
	begin(&drafted,
	      "identity bios-version = \"R70 Ver. 01.02.00\"\nidentity sys-vendor = \"HP\"\n",
	      NULL);
	make(&drafted);
	has_line(&drafted, "Match = bios-version prefix \"R70\"");
	end(&drafted);
	begin(&drafted, "identity sys-vendor = \"Maker\"\nidentity product-name = \"Model\"\n",
	      NULL);
	make(&drafted);
	assert_false(drafted.draft.is_bounded);
	has_no(&drafted, "bios-");
	end(&drafted);
	begin(&drafted, "identity bios-version = \"1\"\nidentity sys-vendor = \"Maker\"\n", NULL);
	refused(&drafted, "nothing to find the machine by");
}

/* Names of a maker that no rule can spell raw. */
static void test_awkward(void **state)
{
	struct drafted drafted;

	(void)state;
	begin(&drafted,
	      "identity bios-version = \"V\\x1b\\xff\"\nidentity sys-vendor = "
	      "\"M\\\"a\\\\k\\xc3\\xb6\"\n"
	      "identity product-name = \"\\xe2\\x80\\xae evil\"\n",
	      NULL);
	make(&drafted);
	has_line(&drafted, "Match = sys-vendor \"M\\\"a\\\\k\xc3\xb6\"");
	has_line(&drafted, "Match = product-name \"\\xe2\\x80\\xae evil\"");
	has_line(&drafted, "Match = bios-version \"V\\x1b\\xff\"");
	end(&drafted);
}

static void test_refused_options(void **state)
{
	static const char *const bad_workaround[] = {"reboot"}, *const two_lines[] = {
									"a\nMode = arm"};
	struct drafted drafted;

	(void)state;
	begin(&drafted, dell, NULL);
	drafted.request.title = "a\n[FWQ-0001]";
	refused(&drafted, "one line of text that shows");
	begin(&drafted, dell, NULL);
	drafted.request.evidence = two_lines;
	refused(&drafted, "evidence is one line");
	begin(&drafted, dell, NULL);
	drafted.request.workaround = two_lines;
	drafted.request.n_workarounds = 1;
	refused(&drafted, "a workaround is one line");
	begin(&drafted, dell, NULL);
	drafted.request.workaround = bad_workaround;
	drafted.request.n_workarounds = 1;
	refused(&drafted, "expected a workaround, found 'reboot'");
	begin(&drafted, dell, NULL);
	drafted.request.defect = "ebs";
	refused(&drafted, "expected a defect class");
	begin(&drafted, dell, NULL);
	drafted.request.key_fields = 1u << FIELD_BOARD_VERSION;
	refused(&drafted, "no such keys");
	begin(&drafted, "identity sys-vendor = \"V\"\nidentity product-name = \"Pro\"\n", NULL);
	drafted.request.fixed = "2";
	refused(&drafted, "--fixed needs versions");
}

/* ---- with a population ---- */

static const char machines[] = "sys_vendor\tproduct_name\tboard_name\tbios_version\n"
			       "Maker\tModel\tOne\t1.0\n"
			       "Maker\tModel\tOne\t1.0\n"
			       "Maker\tModel\tTwo\t1.0\n"
			       "Maker\tOther\tOne\t1.0\n"
			       "Maker\tOther\tThree\t1.0\n";

static void test_population(void **state)
{
	static const char report[] =
		"identity bios-version = \"1.0\"\nidentity sys-vendor = \"Maker\"\n"
		"identity product-name = \"Model\"\nidentity board-name = \"One\"\n";
	struct population *population;
	struct drafted drafted;
	char path[] = "/tmp/draft-XXXXXX", *error = NULL;
	FILE *out = fdopen(mkstemp(path), "w");

	(void)state;
	fputs(machines, out);
	fclose(out);
	if (!population_open(path, &population, &error))
		fail_msg("%s", error);
	remove(path);
	/* Two of three Models have this board, and so has an Other: together they are two. */
	begin(&drafted, report, NULL);
	drafted.request.population = population;
	make(&drafted);
	has_line(&drafted, "Match = product-name \"Model\"");
	has_line(&drafted, "Match = board-name \"One\"");
	assert_int_equal(drafted.draft.n_choices, 3);
	assert_true(drafted.draft.choice[0].is_chosen);
	assert_int_equal(drafted.draft.choice[0].n_machines, 2);
	assert_int_equal(drafted.draft.choice[1].n_machines, 3);
	assert_string_equal(drafted.draft.choice[1].text,
			    "sys-vendor \"Maker\", product-name \"Model\"");
	assert_int_equal(drafted.draft.choice[2].n_models, 2);
	assert_int_equal(drafted.draft.count.n_machines, 2);
	end(&drafted);
	begin(&drafted, report, NULL);
	drafted.request.population = population;
	drafted.request.key_fields = 1u << FIELD_SYS_VENDOR | 1u << FIELD_PRODUCT_NAME;
	make(&drafted);
	has_no(&drafted, "board-name");
	assert_int_equal(drafted.draft.count.n_machines, 3);
	end(&drafted);
	population_close(population);
}

/* ---- every machine of the tests ---- */

static void machine_agrees(const struct draft_machine *made, const struct table *table)
{
	struct identity identity;
	struct machine *machine;
	struct table_rule rule;
	struct match match;
	char *error = NULL;

	if (!machine_parse(made->name, made->text, strlen(made->text), &machine, &error))
		fail_msg("%s", error);
	machine_identity(machine, &identity);
	table_rule_at(table, 0, &rule);
	match_rule(table, &rule, &identity, &match);
	if (match.matched != made->must_match)
		fail_msg("%s: matched %d", made->name, match.matched);
	machine_free(machine);
}

/* The draft is canonical, has no finding but what a person decides, and its machines are right. */
static void check_machine(const char *path)
{
	struct diagnostics diagnostics = {.n = 0};
	struct drafted drafted = {.request = {.report = drafted.report, .n_reports = 1, .id = 9}};
	struct rule_set set = {.n_files = 0};
	struct identity identity;
	struct machine *machine;
	struct ruled ruled;
	char *error = NULL, *again = NULL;
	size_t size;
	FILE *out;

	if (!machine_read(path, &machine, &error))
		fail_msg("%s", error);
	machine_identity(machine, &identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (identity.present >> field & 1)
			report_add(&drafted.report[0], REPORT_IDENTITY, field,
				   identity.field[field]);
	}
	drafted.request.defect = "other";
	drafted.request.evidence = evidence;
	drafted.request.n_evidence = 1;
	drafted.request.has_machines = true;
	make(&drafted);
	assert_true(rules_parse_bytes(&set, "draft", drafted.draft.text, drafted.draft.size,
				      &diagnostics));
	rules_lint(&set, &diagnostics);
	for (size_t i = 0; i < diagnostics.n; i++)
		diagnostic_print(stderr, &diagnostics.list[i]);
	assert_int_equal(diagnostics.n_errors + diagnostics.n_warnings, 0);
	out = open_memstream(&again, &size);
	rules_format_file(out, &set, 0);
	fclose(out);
	assert_string_equal(again, drafted.draft.text);
	free(again);
	diagnostics_free(&diagnostics);
	ruled_of_set(&ruled, set);
	for (size_t i = 0; i < drafted.draft.n_machines; i++)
		machine_agrees(&drafted.draft.machine[i], &ruled.table);
	ruled_free(&ruled);
	machine_free(machine);
	end(&drafted);
}

static void test_every_machine(void **state)
{
	static const char folder[] = "tests/data/machines";
	DIR *dir = opendir(folder);
	unsigned n = 0;

	(void)state;
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		char path[512];

		if (!strstr(entry->d_name, ".machine"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		check_machine(path);
		n++;
	}
	closedir(dir);
	assert_true(n > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_defect_of_report),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_awkward),
		cmocka_unit_test(test_refused_options),
		cmocka_unit_test(test_population),
		cmocka_unit_test(test_every_machine),
	};

	return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
