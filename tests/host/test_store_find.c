/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_store_find.c - words and filters: what is found, what is not, and that no word is syntax */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/store.h>

#include "support/made_store.h"
#include "support/scratch.h"

static const char rules[] = "# Hangs at boot; reported by a user in Kraków\n"
			    "[FWQ-0001]\n"
			    "Title = Old Inspiron hangs in ExitBootServices()\n"
			    "Defect = ebs-fail\nConfidence = reported\nMode = observe\n"
			    "Match = sys-vendor \"Dell Inc.\"\n"
			    "Match = product-name any-of prefix \"Inspiron 15\" \"Inspiron 17\"\n"
			    "Introduced = bios-version version dell \"A05\"\n"
			    "Fixed = bios-version version dell \"1.10.0\"\n"
			    "Known-good = bios-version \"1.9.9\"\n"
			    "Unprobed = it would hang\n"
			    "Workaround = ebs-retry 3\nWorkaround = disconnect-net\n"
			    "Evidence = https://example.org/bug/11074 the thread\n"
			    "Note = \"quoted\" and (bracketed) * starred\n"
			    "\n"
			    "[FWQ-0002]\n"
			    "Title = ThinkPad protocol lies\n"
			    "Defect = map-lies\nConfidence = root-caused\nMode = arm\n"
			    "Match = sys-vendor \"LENOVO\"\n"
			    "Match = product-version glob \"thinkpad x1*\"\n"
			    "Match = bios-version not prefix \"N2\"\n"
			    "Unbounded = nobody knows\n"
			    "Probe = map-sets-readonly\n"
			    "Workaround = wrap-map\n"
			    "Evidence = https://example.org/b\n"
			    "\n"
			    "[FWQ-0003]\n"
			    "Title = Free of a read-only page faults\n"
			    "Defect = map-free-readonly\nConfidence = root-caused\nMode = arm\n"
			    "Match = bios-vendor \"Debian distribution of EDK II\"\n"
			    "Match = bios-version \"2025.02-8\"\n"
			    "Match = sys-vendor not \"QEMU\"\n"
			    "Unbounded = see evidence\n"
			    "Probe = free-readonly-faults\n"
			    "Workaround = free-writable\n"
			    "Evidence = https://example.org/c\n"
			    "\n"
			    "[FWQ-0004]\n"
			    "Title = Query only\n"
			    "Defect = other\nConfidence = vendor-confirmed\nMode = observe\n"
			    "Match = board-name \"X99\"\n"
			    "Unbounded = unknown\n"
			    "Evidence = https://example.org/d\n";

static struct scratch scratch;
static struct store *store;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	made_store_build(scratch_path(&scratch, "find.sqlite"), rules);
	store = made_store_open(scratch_path(&scratch, "find.sqlite"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

/* `expected` has the last digits of the identifiers: "13" for FWQ-0001 and FWQ-0003. */
static void assert_found(const struct store_query *query, const char *expected)
{
	struct store_hit *hits = NULL;
	char found[16] = "", *error = NULL;
	size_t n = 0;

	if (!store_find(store, query, &hits, &n, &error))
		fail_msg("%s", error);
	for (size_t i = 0; i < n && i < sizeof(found) - 1; i++)
		found[i] = (char)('0' + hits[i].id);
	assert_string_equal(found, expected);
	store_hits_free(hits, n);
}

#define ASSERT_FOUND(expected, ...) assert_found(&(struct store_query){__VA_ARGS__}, expected)

static void assert_words(const char *first, const char *second, const char *expected)
{
	const char *word[] = {first, second};

	ASSERT_FOUND(expected, .word = word, .n_words = second ? 2 : 1);
}

static void nothing_asked_gives_everything(void **state)
{
	(void)state;
	ASSERT_FOUND("1234", .word = NULL);
}

static void words_are_searched_everywhere(void **state)
{
	(void)state;
	assert_words("inspiron", NULL, "1");  /* title and value */
	assert_words("11074", NULL, "1");     /* evidence */
	assert_words("STARRED", NULL, "1");   /* note, any case */
	assert_words("user", NULL, "1");      /* comment */
	assert_words("krakow", NULL, "1");    /* without its accents */
	assert_words("nobody", NULL, "2");    /* why unbounded */
	assert_words("2025.02-8", NULL, "3"); /* a value of several tokens */
	assert_words("1.10.0", NULL, "1");    /* a bound */
	assert_words("exitbootservices", NULL, "1");
	assert_words("FWQ-0002", NULL, "2");
	assert_words("map-lies", NULL, "2");
	assert_words("changes", NULL, "2"); /* meaning of the defect */
	assert_words("elephant", NULL, "");
}

static void every_word_must_occur(void **state)
{
	(void)state;
	assert_words("faults", NULL, "3");
	assert_words("thinkpad", "lies", "2");
	assert_words("thinkpad", "faults", "");
	assert_words("think", NULL, "2"); /* the beginning of a word is enough */
	assert_words("pad", NULL, "");
}

static void words_are_never_syntax(void **state)
{
	static const char *const words[] = {
		"\"",
		"\"\"",
		"*",
		"^",
		"-",
		"(",
		")",
		"NEAR",
		"NEAR(",
		"AND",
		"OR",
		"NOT",
		"title:",
		"{title}:x",
		"'",
		";",
		"--",
		"%",
		"",
		" ",
		"a\"b",
		"\" OR \"",
		"\xff\xfe",
		"\x01",
		"+",
		"\\",
		"title : lies",
		"-title : lies",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct store_query query = {.word = &words[i], .n_words = 1};
		struct store_hit *hits = NULL;
		char *error = NULL;
		size_t n = 0;

		if (!store_find(store, &query, &hits, &n, &error))
			fail_msg("'%s': %s", words[i], error);
		store_hits_free(hits, n);
	}
	assert_words("x\" OR \"thinkpad", NULL, "");
	assert_words("(bracketed)", NULL, "1");
	assert_words("\"quoted\"", NULL, "1");
}

static void names_filter(void **state)
{
	(void)state;
	ASSERT_FOUND("1", .defect = "ebs-fail");
	ASSERT_FOUND("", .defect = "svam-harmful");
	ASSERT_FOUND("23", .mode = "arm");
	ASSERT_FOUND("23", .confidence = "root-caused");
	ASSERT_FOUND("1", .workaround = "disconnect-net");
	ASSERT_FOUND("3", .workaround = "free-writable", .mode = "arm");
	ASSERT_FOUND("", .workaround = "free-writable", .mode = "observe");
}

static void vendors_and_products_are_compared_in_normal_form(void **state)
{
	(void)state;
	ASSERT_FOUND("1", .vendor = "dell inc.");
	ASSERT_FOUND("1", .vendor = "  DELL ");
	ASSERT_FOUND("2", .vendor = "Lenovo");
	ASSERT_FOUND("3", .vendor = "debian");
	ASSERT_FOUND("", .vendor = "QEMU"); /* only excluded */
	ASSERT_FOUND("1", .product = "inspiron");
	ASSERT_FOUND("1", .product = "Inspiron 15 3000 Series"); /* as the machine has it */
	ASSERT_FOUND("2", .product = "ThinkPad X1 Carbon 7th");
	ASSERT_FOUND("", .product = "ThinkPad T480");
	ASSERT_FOUND("4", .product = "x99");
	ASSERT_FOUND("", .vendor = "Lenovo", .product = "Inspiron");
}

static void versions_leave_out_what_they_rule_out(void **state)
{
	(void)state;
	ASSERT_FOUND("1", .vendor = "Dell", .version = "A12");
	ASSERT_FOUND("1", .vendor = "Dell", .version = "1.2.0");
	ASSERT_FOUND("", .vendor = "Dell", .version = "A04");    /* before it came */
	ASSERT_FOUND("", .vendor = "Dell", .version = "1.10.0"); /* since it went */
	ASSERT_FOUND("", .vendor = "Dell", .version = "1.9.9");  /* known good */
	ASSERT_FOUND("", .vendor = "Dell", .version = "no version");
	ASSERT_FOUND("", .vendor = "Lenovo", .version = "N2HET01W");
	ASSERT_FOUND("2", .vendor = "Lenovo", .version = "N1HET01W");
	ASSERT_FOUND("3", .vendor = "Debian", .version = "2025.02");
	ASSERT_FOUND("", .vendor = "Debian", .version = "2026.08-1");
	ASSERT_FOUND("4", .product = "X99", .version = "anything"); /* says nothing of versions */
}

static void hits_say_what_a_line_needs(void **state)
{
	struct store_query query = {.defect = "ebs-fail"};
	struct store_hit *hits;
	char *error;
	size_t n;

	(void)state;
	assert_true(store_find(store, &query, &hits, &n, &error));
	assert_int_equal(n, 1);
	assert_int_equal(hits[0].id, 1);
	assert_string_equal(hits[0].title, "Old Inspiron hangs in ExitBootServices()");
	assert_string_equal(hits[0].defect, "ebs-fail");
	assert_string_equal(hits[0].mode, "observe");
	assert_string_equal(hits[0].confidence, "reported");
	assert_string_equal(hits[0].workarounds, "ebs-retry disconnect-net");
	store_hits_free(hits, n);
}

static void assert_refused(const struct store_query *query, const char *expected)
{
	struct store_hit *hits = (struct store_hit *)&store;
	char *error = NULL;
	size_t n = 77;

	assert_false(store_find(store, query, &hits, &n, &error));
	assert_non_null(strstr(error, expected));
	assert_ptr_equal(hits, &store);
	assert_int_equal(n, 77);
	free(error);
}

static void names_that_nobody_has_are_refused(void **state)
{
	(void)state;
	assert_refused(&(struct store_query){.defect = "ebs_fail"}, "no defect \"ebs_fail\"");
	assert_refused(&(struct store_query){.mode = "armed"}, "there are observe, arm");
	assert_refused(&(struct store_query){.confidence = ""}, "there are reported, reproduced");
	assert_refused(&(struct store_query){.workaround = "x"}, "hide-map, wrap-map");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_gives_everything),
		cmocka_unit_test(words_are_searched_everywhere),
		cmocka_unit_test(every_word_must_occur),
		cmocka_unit_test(words_are_never_syntax),
		cmocka_unit_test(names_filter),
		cmocka_unit_test(vendors_and_products_are_compared_in_normal_form),
		cmocka_unit_test(versions_leave_out_what_they_rule_out),
		cmocka_unit_test(hits_say_what_a_line_needs),
		cmocka_unit_test(names_that_nobody_has_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
