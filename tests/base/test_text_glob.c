/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_text_glob.c - each element, each malformed pattern, and agreement with fnmatch */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/text.h>

static void check(const char *text, const char *pattern, bool expected)
{
	if (text_glob(text_of(text), text_of(pattern)) != expected)
		fail_msg("'%s' under '%s': expected %d", text, pattern, expected);
}

static void elements_match_what_they_say(void **state)
{
	(void)state;
	check("", "", true);
	check("", "*", true);
	check("", "?", false);
	check("a", "", false);
	check("Dell Inc.", "dell*", true);
	check("Dell Inc.", "*INC.", true);
	check("Dell Inc.", "d?ll i*.", true);
	check("Dell  Inc.", "dell inc.", true);
	check("abcabc", "*abc", true);
	check("abcabd", "*abc", false);
	check("aXbXc", "a*x*c", true);
	check("ab", "a**b", true);
	check("ab", "a*?*b", false);
	check("20KF", "[0-9][0-9]k[a-f]", true);
	check("20KG", "20k[!a-f]", true);
	check("20KF", "20k[!a-f]", false);
	check("20K", "20k[!a-f]", false);
	check("]", "[]]", true);
	check("-", "[a-]", true);
	check("b", "[a-]", false);
	check("^", "[!^]", false);
	check("!", "[a!]", true);
	check("a*b", "a\\*b", true);
	check("aXb", "a\\*b", false);
	check("a]", "a[\\]]", true);
	check("\\", "\\\\", true);
	check("Q", "\\Q", true);
	check("\xc3", "[\x80-\xff]", true);
}

static void malformed_patterns_match_nothing(void **state)
{
	static const char *const malformed[] = {"[",   "[a",   "[!", "[]",      "[a-", "[z-a]",
						"a\\", "[a\\", "*[", "[b-\\a]", "[!]"};

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		if (text_glob_is_valid(text_of(malformed[i])))
			fail_msg("'%s' passes as valid", malformed[i]);
		check("a", malformed[i], false);
		check("", malformed[i], false);
	}
	assert_true(text_glob_is_valid(text_of("")));
	assert_true(text_glob_is_valid(text_of("a*[!x-z]?\\[")));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void agrees_with_fnmatch(void **state)
{
	static const char pattern_alphabet[] = "ab*?[]!-\\a";
	static const char text_alphabet[] = "ab]-";
	unsigned n_valid = 0, n_matched = 0;
	uint32_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 300000; i++) {
		char pattern[9], text[7];
		size_t n_pattern = next_random(&seed) % 9, n_text = next_random(&seed) % 7;

		for (size_t j = 0; j < n_pattern; j++)
			pattern[j] = pattern_alphabet[next_random(&seed) % 10];
		for (size_t j = 0; j < n_text; j++)
			text[j] = text_alphabet[next_random(&seed) % 4];
		pattern[n_pattern] = text[n_text] = '\0';
		/* What we call malformed fnmatch takes literally. */
		if (!text_glob_is_valid(text_of(pattern)))
			continue;
		n_valid++;
		n_matched += !fnmatch(pattern, text, 0);
		check(text, pattern, !fnmatch(pattern, text, 0));
	}
	assert_true(n_valid > 100000 && n_matched > 5000);
}

/* Patterns that make a backtracking matcher take exponential time. */
static void time_does_not_explode(void **state)
{
	static char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	check(text, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", false);
	check(text, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_match_what_they_say),
		cmocka_unit_test(malformed_patterns_match_nothing),
		cmocka_unit_test(agrees_with_fnmatch),
		cmocka_unit_test(time_does_not_explode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
