/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_export.c - each thing that a target says, and each thing that it loses, by one rule */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/export.h>

#include "support/ruled.h"
#include "support/scratch.h"

/* An export of one rule: its files, one behind the other, and the report. */
struct made {
	struct export_files files;
	struct export_loss loss;
	char *text, *report;
};

static char *print(const struct export_loss *loss)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	export_loss_print(out, loss, "target");
	fclose(out);
	return text;
}

static void make(struct made *made, export_make *target, const char *lines, bool widen)
{
	struct export_options options = {.widen = widen};
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *error = NULL, *rule;
	size_t size;
	FILE *out;

	*made = (struct made){.text = NULL};
	assert_true(asprintf(&rule,
			     "[FWQ-0001]\nTitle = T\nDefect = ebs-fail\nConfidence = reported\n"
			     "Mode = observe\n%s\nEvidence = https://example.org\n",
			     lines) > 0);
	if (!rules_parse_bytes(&set, "quirks/a.quirks", rule, strlen(rule), &diagnostics))
		fail_msg("%s: %s", lines, diagnostics.list[0].message);
	diagnostics_free(&diagnostics);
	assert_true(target(&set, &options, &made->files, &made->loss, &error));
	export_files_close(&made->files);
	out = open_memstream(&made->text, &size);
	for (size_t i = 0; i < made->files.n; i++)
		fwrite(made->files.file[i].bytes, 1, made->files.file[i].size, out);
	fclose(out);
	made->report = print(&made->loss);
	rule_set_free(&set);
	free(rule);
}

static void made_free(struct made *made)
{
	export_files_free(&made->files);
	export_loss_free(&made->loss);
	free(made->text);
	free(made->report);
}

/* One rule and what becomes of it. NULL in `says`: it is left out. NULL in `loses`: nothing of it is
 * lost. */
static const struct one {
	export_make *target;
	const char *lines;
	bool widen;
	const char *says, *loses;
} ones[] = {
	/* dmi-c */
	{export_dmi_c, "Match = sys-vendor \"A B\"", false,
	 "DMI_EXACT_MATCH(DMI_SYS_VENDOR, \"A B\")", NULL},
	{export_dmi_c, "Match = sys-vendor \"A\"\nMatch = product-family contains \"B\"", false,
	 "DMI_MATCH(DMI_PRODUCT_FAMILY, \"B\")", NULL},
	{export_dmi_c, "Match = sys-vendor prefix \"A\"", false, NULL,
	 "left-out: operator: Match = sys-vendor prefix \"A\": DMI_MATCH finds it anywhere"},
	{export_dmi_c, "Match = product-name prefix \"A\"", true,
	 "DMI_MATCH(DMI_PRODUCT_NAME, \"A\")", "widened: operator: "},
	{export_dmi_c, "Match = sys-vendor \"A\"\nMatch = product-name glob \"A*\"", false, NULL,
	 "left-out: operator: Match = product-name glob"},
	{export_dmi_c, "Match = sys-vendor \"A\"\nMatch = arch \"aarch64\"", false,
	 "#if defined(__aarch64__)\n\t{", NULL},
	{export_dmi_c, "Match = sys-vendor \"A\"\nMatch = arch any-of \"arm\" \"ia32\"", false,
	 "#if defined(__arm__) || defined(__i386__)\n\t{", NULL},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = arch \"x86_64\"", false, NULL,
	 "left-out: field: Match = arch \"x86_64\": a 64-bit kernel"},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = arch \"x86_64\"", true,
	 "#if defined(__x86_64__)", "widened: field: "},
	{export_dmi_c, "Match = arch \"aarch64\"\nMatch = efi-vendor \"X\"", true, NULL,
	 "left-out: empty: "},
	{export_dmi_c, "Match = sys-vendor \"A\"\nMatch = cpu-version \"B\"", true, NULL,
	 "left-out: vendor: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = cpu-version \"B\"", true,
	 "DMI_EXACT_MATCH(DMI_PRODUCT_NAME, \"A\")",
	 "widened: field: Match = cpu-version \"B\" is not asked for: no slot"},
	{export_dmi_c,
	 "Match = product-name \"A\"\nIntroduced = bios-version version dell \"1.2.0\"", false,
	 NULL, "left-out: bound: Introduced = bios-version version dell \"1.2.0\"\n"},
	{export_dmi_c, "Match = product-name \"A\"\nFixed = bios-date date 2020-01-01", false, NULL,
	 "left-out: bound: Fixed = bios-date date 2020-01-01\n"},
	{export_dmi_c, "Match = product-name \"A\"\nKnown-good = bios-version \"7\"", false, NULL,
	 "left-out: bound: Known-good = bios-version \"7\"\n"},
	{export_dmi_c, "Match = product-name \"A\"\nKnown-good = bios-version \"7\"", true,
	 "DMI_EXACT_MATCH(DMI_PRODUCT_NAME, \"A\")", "widened: bound: Known-good"},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = bios-version version dell < \"2\"",
	 false, NULL, "left-out: version: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = bios-version version dell = \"2\"",
	 false, "DMI_EXACT_MATCH(DMI_BIOS_VERSION, \"2\")", "narrowed: version: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = bios-date date = 2020-01-31", false,
	 "DMI_EXACT_MATCH(DMI_BIOS_DATE, \"01/31/2020\")", "narrowed: date: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = bios-date date >= 2020-01-31", false,
	 NULL, "left-out: date: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = sys-vendor not \"B\"", false, NULL,
	 "left-out: not: "},
	{export_dmi_c, "Match = product-name \"A\"\nMatch = cpu-id masked 0xf = 0x1", false, NULL,
	 "left-out: masked: "},
	{export_dmi_c,
	 "Match = product-name \"A\"\nMatch = sys-vendor \"A\"\nMatch = bios-vendor \"A\"\n"
	 "Match = board-vendor \"A\"\nMatch = board-name \"A\"",
	 false, NULL, "left-out: conditions: "},
	{export_dmi_c,
	 "Match = product-name any-of \"A\" "
	 "\"A2345678901234567890123456789012345678901234567890123456789012345678901234567890\"",
	 false, "DMI_EXACT_MATCH(DMI_PRODUCT_NAME, \"A\")", "narrowed: length: "},
	{export_dmi_c, "Match = product-name \"A\"\nProbe = not map-present", false,
	 "DMI_EXACT_MATCH(DMI_PRODUCT_NAME, \"A\")", "dropped: probe: Probe = not map-present: "},
	{export_dmi_c, "Unmatched = nobody knows", true, NULL, "left-out: unmatched: "},
	{export_dmi_c, "Match = product-name \"?\?=\\\\\\\"\\x011\"", false,
	 "DMI_EXACT_MATCH(DMI_PRODUCT_NAME, \"\\?\\?=\\\\\\\"\\0011\")", NULL},
	/* hwdb */
	{export_hwdb, "Match = sys-vendor \"A B\"\nMatch = product-name \"C\"", false,
	 "\ndmi*:svnAB:pnC:*\n FWQUIRK_0001=observe ebs-fail\n", NULL},
	{export_hwdb, "Match = product-name prefix \"A\"", false, "\ndmi*:pnA*\n", NULL},
	{export_hwdb, "Match = bios-version suffix \".3\"\nMatch = sys-vendor \"A\"", false,
	 "\ndmi*:bvr*.3:bd*:svnA:*\n", NULL},
	{export_hwdb, "Match = bios-vendor \"A\"\nMatch = bios-version contains \"3\"", false,
	 "\ndmi*:bvnA:bvr*3*:bd*\n", NULL},
	{export_hwdb, "Match = product-name prefix \"A\"\nMatch = board-name \"B\"", false,
	 "\ndmi*:pnA*:rnB:*\n", NULL},
	{export_hwdb, "Match = product-sku \"A\"", false, "\ndmi*:skuA:*\n", NULL},
	{export_hwdb, "Match = product-name \"A\"\nMatch = product-sku suffix \"B\"", false,
	 "\ndmi*:pnA:*:sku*B:\n", NULL},
	{export_hwdb, "Match = bios-date \"1/2/2020\"\nMatch = sys-vendor \"A\"", false,
	 "\ndmi*:bd1/2/2020:*:svnA:*\ndmi*:bd1/2/2020:svnA:*\n", NULL},
	{export_hwdb, "Match = sys-vendor \"A\"\nMatch = bios-date suffix \"2020\"", false, NULL,
	 "left-out: operator: Match = bios-date suffix \"2020\": the pattern would run on"},
	{export_hwdb,
	 "Match = product-name any-of \"A\" \"B\"\nMatch = board-name any-of \"C\" \"D\"", false,
	 "\ndmi*:pnA:*:rnC:*\ndmi*:pnA:*:rnD:*\ndmi*:pnB:*:rnC:*\ndmi*:pnB:*:rnD:*\n", NULL},
	{export_hwdb, "Match = sys-vendor \"A\"\nMatch = bios-version glob \"F[0-9]*x?\"", false,
	 "\ndmi*:bvrF[0-9]*x?:bd*:svnA:*\n", NULL},
	{export_hwdb, "Match = sys-vendor \"A\"\nMatch = bios-version glob \"F[!0-9]\"", false,
	 NULL, "left-out: operator: "},
	{export_hwdb, "Match = sys-vendor \"A\"\nMatch = bios-version glob \"F[9-a]\"", false, NULL,
	 "left-out: operator: "},
	{export_hwdb, "Match = sys-vendor \"A\"\nMatch = bios-version glob \"F\\\\*\"", false, NULL,
	 "left-out: operator: "},
	{export_hwdb, "Match = product-name \"A:B\"", false, NULL, "left-out: characters: "},
	{export_hwdb, "Match = product-name \"A:B\"", true, "\ndmi*:pnAB:*\n",
	 "widened: characters: "},
	{export_hwdb, "Match = product-name \"A#\"", true, NULL, "left-out: empty: "},
	{export_hwdb, "Match = product-name any-of \"A#\" \"B\"", false, "\ndmi*:pnB:*\n",
	 "narrowed: characters: "},
	{export_hwdb, "Match = product-name \"\\xc3\\xa9\"", true, NULL, "left-out: empty: "},
	{export_hwdb, "Match = product-name \"a*[?\\\\\"", false, "\ndmi*:pna\\*\\[\\?\\\\:*\n",
	 NULL},
	{export_hwdb, "Match = product-name prefix \"A\"\nMatch = product-name suffix \"B\"", false,
	 NULL, "left-out: field: Match = product-name suffix \"B\": a second condition"},
	{export_hwdb, "Match = product-name \"A\"\nMatch = chassis-type \"10\"", false,
	 "\ndmi*:pnA:*:ct10:*\n", NULL},
	{export_hwdb, "Match = product-name \"A\"\nMatch = product-family \"B\"", false, NULL,
	 "left-out: field: Match = product-family \"B\": not in the modalias"},
	/* hwids */
	{export_hwids, "Match = sys-vendor \"LENOVO\"\nMatch = product-name \"20ARS19C0C\"", false,
	 "\"0cf8618d-9eff-537c-9f35-46861406eb9c\"", NULL},
	{export_hwids,
	 "Match = sys-vendor \"LENOVO\"\nMatch = product-name any-of \"X\" \"20ARS19C0C\"", false,
	 ",\n        \"0cf8618d-9eff-537c-9f35-46861406eb9c\"\n", NULL},
	{export_hwids, "Match = product-name \"20ARS19C0C\"", true, NULL, "left-out: field: "},
	{export_hwids, "Match = sys-vendor \"LENOVO\"\nMatch = product-name prefix \"20AR\"", false,
	 NULL, "left-out: operator: "},
	{export_hwids,
	 "Match = sys-vendor \"LENOVO\"\nMatch = product-name \"20ARS19C0C\"\n"
	 "Match = bios-version \"1\"",
	 false, NULL, "left-out: field: no hardware id is made of exactly these fields"},
	{export_hwids,
	 "Match = sys-vendor \"LENOVO\"\nMatch = product-name \"20ARS19C0C\"\n"
	 "Match = bios-version any-of \"1\" \"2\"",
	 true, "[\n        \"0cf8618d-9eff-537c-9f35-46861406eb9c\"\n    ]",
	 "widened: field: bios-version is not asked for: HardwareID-09 has no place"},
	{export_hwids, "Match = sys-vendor \"A\"\nMatch = bios-version \"1\"", true, NULL,
	 "left-out: vendor: "},
	{export_hwids, "Match = sys-vendor \"A\"\nMatch = product-name \"0405\"", false, NULL,
	 "left-out: characters: "},
	{export_hwids, "Match = sys-vendor \"A\"\nMatch = product-name \"\\xe9\"", false, NULL,
	 "left-out: characters: "},
	{export_hwids, "Match = sys-vendor \"A\"\nMatch = arch \"arm\"", false, NULL,
	 "left-out: field: Match = arch \"arm\": no hardware id is made of it"},
	/* c */
	{export_c, "Match = product-name not any-of prefix \"A  B\" \"C\"", false,
	 "{.role = FWQUIRK_ROLE_MATCH, .field = FWQUIRK_FIELD_PRODUCT_NAME, .op = "
	 "FWQUIRK_OP_PREFIX, "
	 ".negated = 1, .n_values = 2, .value = values_1_0},",
	 NULL},
	{export_c, "Match = product-name \" A  B \"", false, "values_1_0[] = {\"a b\"};", NULL},
	{export_c, "Match = product-name \"A\"\nFixed = bios-version version dell \"1.2.0\"", false,
	 ".scheme = FWQUIRK_SCHEME_DELL, .low_included = 1, .low_version = \"1.2.0\"}", NULL},
	{export_c, "Match = product-name \"A\"\nMatch = bios-date date > 2020-01-02 <= 2021-03-04",
	 false,
	 ".low_included = 0, .low_date = 20200102, .high_included = 1, .high_date = 20210304}",
	 NULL},
	{export_c, "Match = product-name \"A\"\nMatch = cpu-id masked 0xff = 0x12", false,
	 ".mask = 0xffu, .masked_value = 0x12u}", NULL},
	{export_c, "Match = product-name \"A\"\nProbe = not map-present\nWorkaround = ebs-retry 3",
	 false,
	 "probes_1[] = {{\"map-present\", 0}};\nstatic const char *const workarounds_1[] = "
	 "{\"ebs-retry 3\"};",
	 NULL},
	{export_c, "Unmatched = nobody knows", false, NULL, "left-out: unmatched: "},
	/* csv */
	{export_csv, "Match = product-name \"A,B\"\nMatch = sys-vendor \"C\"\nNote = a \"b\"",
	 false,
	 "\r\nFWQ-0001,T,ebs-fail,reported,observe,\"product-name \"\"A,B\"\" | sys-vendor "
	 "\"\"C\"\"\","
	 ",,,,,,,,,https://example.org,,,,,,\"a \"\"b\"\"\",,quirks/a.quirks\r\n",
	 NULL},
};

static void each_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
		const struct one *one = &ones[i];
		bool is_lost;
		struct made made;

		make(&made, one->target, one->lines, one->widen);
		is_lost = strstr(made.report, "FWQ-0001: ");
		if (made.loss.n_rules != 1 || made.loss.n_written != (one->says ? 1 : 0))
			fail_msg("%s: written %zu: %s", one->lines, made.loss.n_written,
				 made.report);
		if (one->says && !strstr(made.text, one->says))
			fail_msg("%s: nothing like %s in:\n%s", one->lines, one->says, made.text);
		if (one->loses ? !strstr(made.report, one->loses) : is_lost)
			fail_msg("%s: expected the loss %s, found:\n%s", one->lines,
				 one->loses ? one->loses : "of nothing", made.report);
		if (!one->widen && strstr(made.report, "FWQ-0001: widened"))
			fail_msg("%s: widened: %s", one->lines, made.report);
		made_free(&made);
	}
}

/* What is left out says nothing but why. */
static void left_out_is_all(void **state)
{
	struct made made;

	(void)state;
	make(&made, export_hwids,
	     "Match = sys-vendor \"A\"\nMatch = product-name \"B\"\n"
	     "Match = bios-version version dell = \"1\"\nProbe = map-present",
	     false);
	assert_null(strstr(made.report, "narrowed: version"));
	assert_null(strstr(made.report, "dropped: probe"));
	assert_non_null(strstr(made.report, "FWQ-0001: left-out: field"));
	made_free(&made);
}

/* 11 * 11 * 11 combinations. */
static void too_many_combinations(void **state)
{
#define ELEVEN "\"a\" \"b\" \"c\" \"d\" \"e\" \"f\" \"g\" \"h\" \"i\" \"j\" \"k\""
	struct made made;

	(void)state;
	make(&made, export_hwdb,
	     "Match = product-name any-of " ELEVEN "\nMatch = board-name any-of " ELEVEN, false);
	assert_int_equal(made.loss.n_written, 1);
	made_free(&made);
	make(&made, export_hwdb,
	     "Match = product-name any-of " ELEVEN "\nMatch = board-name any-of " ELEVEN
	     "\nMatch = sys-vendor any-of " ELEVEN,
	     false);
	assert_int_equal(made.loss.n_written, 0);
	assert_non_null(strstr(made.report, "left-out: any-of: "));
	made_free(&made);
}

static void report(void **state)
{
	struct export_loss loss = {.n_rules = 3, .n_written = 2};
	json_t *json;
	char *text;

	(void)state;
	export_lose(&loss, 7, EXPORT_LEFT_OUT, "bound", "%d", 1);
	export_lose(&loss, 0, EXPORT_DROPPED, "story", "two");
	export_lose(&loss, 8, EXPORT_NARROWED, "date", "three");
	export_lose(&loss, 10000, EXPORT_WIDENED, "not", "four");
	text = print(&loss);
	assert_string_equal(text, "target: 2 of 3 rules written\nalways: dropped: story: two\n"
				  "FWQ-0007: left-out: bound: 1\nFWQ-0008: narrowed: date: three\n"
				  "FWQ-10000: widened: not: four\n");
	free(text);
	json = export_loss_json(&loss, "target");
	text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
	assert_string_equal(
		text, "{\"always\":[{\"detail\":\"two\",\"kind\":\"dropped\",\"what\":\"story\"}],"
		      "\"losses\":[{\"detail\":\"1\",\"kind\":\"left-out\",\"rule\":\"FWQ-0007\","
		      "\"what\":"
		      "\"bound\"},{\"detail\":\"three\",\"kind\":\"narrowed\",\"rule\":\"FWQ-"
		      "0008\",\"what\":"
		      "\"date\"},{\"detail\":\"four\",\"kind\":\"widened\",\"rule\":\"FWQ-10000\","
		      "\"what\":"
		      "\"not\"}],\"rules\":3,\"target\":\"target\",\"written\":2}");
	free(text);
	json_decref(json);
	export_loss_free(&loss);
}

static void folder(void **state)
{
	struct export_files files = {.n = 0};
	struct scratch scratch;
	char *error = NULL;
	uint8_t *bytes;
	size_t size;

	(void)state;
	scratch_make(&scratch);
	fputs("one", export_file_add(&files, "a"));
	fputs("two", export_file_add(&files, "b/c/d"));
	export_files_close(&files);
	assert_true(export_files_write(&files, scratch_path(&scratch, "new//"), &error));
	bytes = scratch_read(scratch_path(&scratch, "new/b/c/d"), &size);
	assert_int_equal(size, 3);
	assert_memory_equal(bytes, "two", 3);
	free(bytes);
	assert_int_equal(scratch_count(scratch.folder), 1);
	assert_false(export_files_write(&files, scratch_path(&scratch, "new"), &error));
	assert_non_null(strstr(error, "new: is there and not empty; name a folder to be made"));
	free(error);
	assert_int_equal(scratch_count(scratch.folder), 1);
	export_files_free(&files);
	scratch_remove(&scratch);
}

/* The third file cannot be made, so there are none. */
static void folder_fails(void **state)
{
	struct export_files files = {.n = 0};
	struct scratch scratch;
	char *error = NULL;

	(void)state;
	scratch_make(&scratch);
	fputs("one", export_file_add(&files, "a"));
	fputs("two", export_file_add(&files, "b/c"));
	fputs("three", export_file_add(&files, "a/d"));
	export_files_close(&files);
	assert_false(export_files_write(&files, scratch_path(&scratch, "new"), &error));
	assert_non_null(strstr(error, ".new.new"));
	free(error);
	assert_int_equal(scratch_count(scratch.folder), 0);
	scratch_write(scratch_path(&scratch, "file"), "x", 1);
	assert_false(export_files_write(&files, scratch_path(&scratch, "file"), &error));
	assert_non_null(strstr(error, "file: cannot be the folder to make: Not a directory"));
	free(error);
	assert_int_equal(scratch_count(scratch.folder), 1);
	export_files_free(&files);
	scratch_remove(&scratch);
}

/* Paths of a database of others. */
static void names_stay_below(void **state)
{
	static const char *const bad[] = {"../a", "a/../b", "/a", "a//b", "a/.", ".", "..", "a/"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		/* The other one keeps a folder from being shared. */
		struct rule_file file[] = {{.path = (char *)bad[i]}, {.path = (char *)"x.quirks"}};
		struct rule_set set = {.n_files = 2, .file = file};
		struct export_files files = {.n = 0};
		struct export_loss loss = {.n = 0};
		char *error = NULL;

		assert_false(export_quirks(&set, NULL, &files, &loss, &error));
		assert_non_null(strstr(error, "no name for a file below the folder"));
		free(error);
		export_files_free(&files);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_one),
		cmocka_unit_test(left_out_is_all),
		cmocka_unit_test(too_many_combinations),
		cmocka_unit_test(report),
		cmocka_unit_test(folder),
		cmocka_unit_test(folder_fails),
		cmocka_unit_test(names_stay_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
