/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_rules_docs.c - the examples in docs/quirk-format.md: each parses and is canonical */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fwquirk/host/file.h>

#include "rules_support.h"

#define PAGE "docs/quirk-format.md"

/* What a block of keys needs around it to be a rule. */
#define BEFORE "[FWQ-0001]\nTitle = T\nDefect = other\nConfidence = reported\nMode = observe\n"
#define AFTER  "Evidence = https://example.org\n"

/* Finds the next block "```KIND\n" ... "```\n" from `*at` on, and moves `*at` behind it. */
static bool next_block(const char **at, const char *kind, struct text *ret_block)
{
	char fence[32];
	const char *begin, *end;

	snprintf(fence, sizeof(fence), "\n```%s\n", kind);
	begin = strstr(*at, fence);
	if (!begin)
		return false;
	begin += strlen(fence);
	end = strstr(begin, "```\n");
	assert_non_null(end);
	*ret_block = text_sized(begin, (size_t)(end - begin));
	*at = end;
	return true;
}

/* Parses without a finding; the formatted text, malloc'ed. */
static char *formatted(const char *text, size_t size)
{
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	char *findings, *canonical;

	rules_parse_bytes(&set, PAGE, text, size, &diagnostics);
	findings = findings_text(&diagnostics);
	assert_string_equal(findings, "");
	canonical = file_text(&set, 0, &size);
	free(findings);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	return canonical;
}

static char *read_page(void)
{
	uint8_t *page;
	size_t size;
	char *error = NULL;

	if (!file_read(PAGE, 1 << 20, &page, &size, &error))
		fail_msg("%s", error);
	return (char *)page;
}

static void test_whole_examples(void **state)
{
	char *page = read_page();
	const char *at = page;
	struct text block;
	unsigned n = 0;

	(void)state;
	for (; next_block(&at, "quirks", &block); n++) {
		char *canonical = formatted(block.at, block.size);

		assert_int_equal(strlen(canonical), block.size);
		assert_memory_equal(canonical, block.at, block.size);
		free(canonical);
	}
	assert_true(n >= 1);
	free(page);
}

/* Blocks of keys: in a rule around them, with a Match before when they bring none. */
static void test_key_examples(void **state)
{
	char *page = read_page();
	const char *at = page;
	struct text block;
	unsigned n = 0;

	(void)state;
	for (; next_block(&at, "quirk-keys", &block); n++) {
		const char *match =
			strncmp(block.at, "Match", 5) == 0 ? "" : "Match = product-name \"P\"\n";
		char *text, *canonical, *wanted;

		assert_true(asprintf(&text, BEFORE "%s%.*s" AFTER, match, (int)block.size,
				     block.at) > 0);
		canonical = formatted(text, strlen(text));
		wanted = strndup(block.at, block.size);
		assert_non_null(strstr(canonical, wanted));
		free(wanted);
		free(canonical);
		free(text);
	}
	assert_true(n >= 4);
	free(page);
}

/* Every word of vocab.def that a rule may use is explained on the page. */
static void expect_words(const char *page, const char *(*name)(unsigned), unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char word[64];

		snprintf(word, sizeof(word), "`%s`", name(i));
		if (!strstr(page, word))
			fail_msg("%s does not mention %s", PAGE, word);
	}
}

static void test_vocabulary(void **state)
{
	char *page = read_page();

	(void)state;
	expect_words(page, field_name, FIELD_COUNT);
	expect_words(page, operator_name, OPERATOR_COUNT);
	expect_words(page, scheme_name, SCHEME_COUNT);
	expect_words(page, defect_name, DEFECT_COUNT);
	expect_words(page, confidence_name, CONFIDENCE_COUNT);
	expect_words(page, mode_name, MODE_COUNT);
	expect_words(page, workaround_name, WORKAROUND_COUNT);
	expect_words(page, probe_name, PROBE_COUNT);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_examples),
		cmocka_unit_test(test_key_examples),
		cmocka_unit_test(test_vocabulary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
