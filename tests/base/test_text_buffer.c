/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_text_buffer.c - what fits is there, what does not is said, nothing is written behind */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/text.h>

static void builds_what_it_is_told(void **state)
{
	char room[128];
	struct text_buffer buffer = text_buffer_of(room, sizeof(room));

	(void)state;
	assert_string_equal(room, "");
	text_append_c(&buffer, "a");
	text_append(&buffer, text_of("bc"));
	text_append_char(&buffer, ' ');
	text_append_u64(&buffer, 0);
	text_append_char(&buffer, ' ');
	text_append_u64(&buffer, UINT64_MAX);
	text_append_char(&buffer, ' ');
	text_append_hex(&buffer, 0xabc, 8);
	text_append_char(&buffer, ' ');
	text_append_hex(&buffer, 0x12345, 2);
	text_append_char(&buffer, ' ');
	text_append_hex(&buffer, 0, 16);
	text_append_char(&buffer, ' ');
	text_append_escaped(&buffer, text_sized("a\0\x1b[~\x7f\xff\\", 8));
	assert_string_equal(room, "abc 0 18446744073709551615 0x00000abc 0x12345 "
				  "0x0000000000000000 a\\x00\\x1b[~\\x7f\\xff\\");
	assert_int_equal(buffer.size, strlen(room));
	assert_false(buffer.overflow);
}

static void overflow_keeps_a_clean_beginning(void **state)
{
	char room[8];
	struct text_buffer buffer = text_buffer_of(room, 6);

	(void)state;
	memset(room + 6, 0x5a, 2);
	text_append_c(&buffer, "12345");
	assert_false(buffer.overflow);
	text_append_char(&buffer, '6');
	assert_true(buffer.overflow);
	assert_string_equal(room, "12345");
	assert_memory_equal(room + 6, "\x5a\x5a", 2);

	buffer = text_buffer_of(room, 6);
	text_append_u64(&buffer, 1234567);
	assert_true(buffer.overflow);
	assert_string_equal(room, "12345");
	buffer = text_buffer_of(room, 6);
	text_append_c(&buffer, "1234567");
	text_append_c(&buffer, "");
	text_append_char(&buffer, '8');
	assert_string_equal(room, "12345");
	assert_memory_equal(room + 6, "\x5a\x5a", 2);
}

static void an_escape_is_whole_or_not_there(void **state)
{
	char room[8];

	(void)state;
	for (size_t size = 1; size <= sizeof(room); size++) {
		struct text_buffer buffer = text_buffer_of(room, size);

		text_append_escaped(&buffer, text_of("ab\x01"));
		assert_int_equal(buffer.overflow, size < 7);
		assert_string_equal(room, size >= 7   ? "ab\\x01"
					  : size >= 3 ? "ab"
					  : size == 2 ? "a"
						      : "");
	}
}

static void no_room_at_all_is_no_crash(void **state)
{
	struct text_buffer buffer = text_buffer_of(NULL, 0);

	(void)state;
	text_append_c(&buffer, "a");
	text_append_hex(&buffer, 1, 1);
	text_append_escaped(&buffer, text_of("\x01"));
	assert_true(buffer.overflow);
	assert_int_equal(buffer.size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_what_it_is_told),
		cmocka_unit_test(overflow_keeps_a_clean_beginning),
		cmocka_unit_test(an_escape_is_whole_or_not_there),
		cmocka_unit_test(no_room_at_all_is_no_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
