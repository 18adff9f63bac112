/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_text.c - normal forms, comparisons against a naive copy of them, numbers, lists */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/status.h>
#include <fwquirk/text.h>

#define T(s) text_sized(s, sizeof(s) - 1)

/* The normal form as a string of its own; the simplest way to write it down. */
static size_t fold_into(struct text text, char *out)
{
	struct text_fold fold = text_fold_begin(text);
	size_t size = 0;
	int c;

	while ((c = text_fold_next(&fold)) >= 0)
		out[size++] = (char)c;
	assert_int_equal(text_fold_next(&fold), -1);
	out[size] = '\0';
	return size;
}

static void check_fold(struct text text, const char *expected)
{
	char out[64];

	assert_int_equal(fold_into(text, out), strlen(expected));
	assert_string_equal(out, expected);
	assert_int_equal(text_fold_size(text), strlen(expected));
}

static void normal_form_trims_collapses_and_folds(void **state)
{
	(void)state;
	check_fold(T(""), "");
	check_fold(text_sized(NULL, 0), "");
	check_fold(T(" \t\r\n\v\f"), "");
	check_fold(T("Dell Inc."), "dell inc.");
	check_fold(T("  Dell \t  Inc.   "), "dell inc.");
	check_fold(T("A"), "a");
	check_fold(T("@AZ[`az{"), "@az[`az{");
	check_fold(T("Soci\xc3\x89t\xc3\x89"), "soci\xc3\x89t\xc3\x89");
	/* 0x85 and 0xA0 are blanks in other alphabets, not in ours. */
	check_fold(T("\x85x\xa0"), "\x85x\xa0");
	assert_int_equal(text_fold_size(T("a\0b")), 3);
}

static void comparisons_see_normal_forms(void **state)
{
	(void)state;
	assert_true(text_equal(T(" DELL  inc."), T("Dell Inc. ")));
	assert_false(text_equal(T("Dell Inc"), T("Dell Inc.")));
	assert_false(text_equal(T("Dell Inc."), T("Dell Inc")));
	assert_false(text_equal(T("DellInc"), T("Dell Inc")));
	assert_true(text_equal(T("  "), T("")));
	assert_true(text_has_prefix(T(" ThinkPad X1"), T("thinkpad")));
	assert_false(text_has_prefix(T("Think"), T("thinkpad")));
	assert_true(text_has_prefix(T("x"), T(" ")));
	assert_true(text_has_suffix(T("X1 Carbon  6TH "), T("carbon 6th")));
	assert_false(text_has_suffix(T("6th"), T("carbon 6th")));
	assert_true(text_has_suffix(T(""), T("")));
	assert_true(text_contains(T("aaab"), T("aab")));
	assert_true(text_contains(T("a  B c"), T("B C")));
	assert_true(text_contains(T("abc"), T("")));
	assert_true(text_contains(T(""), T("")));
	assert_false(text_contains(T(""), T("a")));
	assert_false(text_contains(T("abc"), T("abcd")));
	assert_true(text_is_same(T("aB"), T("aB")));
	assert_false(text_is_same(T("aB"), T("ab")));
	assert_false(text_is_same(T("a"), T("a ")));
	assert_true(text_is_same(text_sized(NULL, 0), T("")));
}

/* Every pair of words over a small alphabet, against strstr and friends on copies. */
static void comparisons_agree_with_copies(void **state)
{
	static const char alphabet[] = {'a', 'A', ' ', 'b'};
	char words[341][5], forms[341][6];
	size_t n = 0;

	(void)state;
	for (unsigned size = 0; size <= 4; size++) {
		for (unsigned code = 0; code < 1u << 2 * size; code++, n++) {
			for (unsigned i = 0; i < size; i++)
				words[n][i] = alphabet[code >> 2 * i & 3];
			words[n][size] = '\0';
			(void)fold_into(text_of(words[n]), forms[n]);
		}
	}
	assert_int_equal(n, 341);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			struct text a = text_of(words[i]), b = text_of(words[j]);
			size_t size_a = strlen(forms[i]), size_b = strlen(forms[j]);

			assert_int_equal(text_equal(a, b), !strcmp(forms[i], forms[j]));
			assert_int_equal(text_has_prefix(a, b),
					 !strncmp(forms[i], forms[j], size_b));
			assert_int_equal(text_has_suffix(a, b),
					 size_b <= size_a &&
						 !strcmp(forms[i] + size_a - size_b, forms[j]));
			assert_int_equal(text_contains(a, b), !!strstr(forms[i], forms[j]));
		}
	}
}

static void numbers_are_whole_texts_that_fit(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
	} cases[] = {
		{"0", true, 0},
		{" 42 ", true, 42},
		{"007", true, 7},
		{"0x0", true, 0},
		{"0XfF", true, 255},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"99999999999999999999", false, 0},
		{"0xffffffffffffffff", true, UINT64_MAX},
		{"0x10000000000000000", false, 0},
		{"", false, 0},
		{" ", false, 0},
		{"0x", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{"1 2", false, 0},
		{"12a", false, 0},
		{"0xg", false, 0},
		{"x1", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t value = 0x5a;

		assert_int_equal(text_to_u64(text_of(cases[i].text), &value), cases[i].ok);
		assert_true(value == (cases[i].ok ? cases[i].value : 0x5a));
	}
}

/* Eight bytes at a time and one at a time, wherever blanks, letters and the end are. */
static void words_are_the_same_as_bytes(void **state)
{
	static const char some[] = {'a',        'Z',        'A',        '[',       '@', ' ',
				    ' ',        '\t',       '\r',       0x1f,      0,   0x7f,
				    (char)0x80, (char)0xc1, (char)0xa0, (char)0xff};
	uint32_t random = 1;
	char text[40];

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t size = round % sizeof(text);
		struct text_fold slow, fast;
		unsigned n;

		for (size_t i = 0; i < size; i++) {
			random = random * 1664525u + 1013904223u;
			text[i] = some[random >> 28];
		}
		/* At the very end of the memory that there is. */
		memmove(text + sizeof(text) - size, text, size);
		slow = fast = text_fold_begin(text_sized(text + sizeof(text) - size, size));
		do {
			uint64_t word = text_fold_word(&fast, &n);

			for (unsigned i = 0; i < n; i++)
				assert_int_equal(text_fold_next(&slow), word >> 8 * i & 0xff);
			assert_true(n == 8 || !(word >> 8 * n));
			assert_true(n <= 8);
		} while (n == 8);
		assert_int_equal(text_fold_next(&slow), -1);
	}
}

static void hash_is_fnv_1a(void **state)
{
	uint32_t hash = text_hash_start();

	(void)state;
	assert_int_equal(hash, 0x811c9dc5);
	for (const char *at = "foobar"; *at; at++)
		hash = text_hash_step(hash, (uint8_t)*at);
	assert_int_equal(hash, 0xbf9cf968);
}

static void lists_give_their_nth(void **state)
{
	static const char list[] = "one\0two\0";

	(void)state;
	assert_string_equal(text_nth(list, 0), "one");
	assert_string_equal(text_nth(list, 1), "two");
	assert_string_equal(text_nth(list, 2), "");
	assert_string_equal(text_nth(list, 4000000000u), "");
	assert_string_equal(text_nth("", 0), "");
}

static void every_status_has_its_phrase(void **state)
{
	(void)state;
	for (int i = 0; i < STATUS_COUNT; i++) {
		assert_string_not_equal(status_text((enum status)i), "unknown status");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(status_text((enum status)i),
						status_text((enum status)j));
	}
	assert_string_equal(status_text(STATUS_COUNT), "unknown status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_form_trims_collapses_and_folds),
		cmocka_unit_test(comparisons_see_normal_forms),
		cmocka_unit_test(comparisons_agree_with_copies),
		cmocka_unit_test(numbers_are_whole_texts_that_fit),
		cmocka_unit_test(words_are_the_same_as_bytes),
		cmocka_unit_test(hash_is_fnv_1a),
		cmocka_unit_test(lists_give_their_nth),
		cmocka_unit_test(every_status_has_its_phrase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
