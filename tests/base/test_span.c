/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_span.c - reads stay inside, outputs stay untouched on failure, sums are the known ones */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/span.h>

static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10};

static void slices_end_where_the_span_ends(void **state)
{
	struct span span = span_of(bytes, sizeof(bytes)), slice = {.at = bytes, .size = 77};

	(void)state;
	assert_true(span_slice(span, 0, 9, &slice));
	assert_int_equal(slice.size, 9);
	assert_true(span_slice(span, 9, 0, &slice));
	assert_int_equal(slice.size, 0);
	assert_true(span_slice(span, 2, 3, &slice));
	assert_ptr_equal(slice.at, bytes + 2);
	assert_int_equal(slice.size, 3);
	assert_false(span_slice(span, 0, 10, &slice));
	assert_false(span_slice(span, 10, 0, &slice));
	assert_false(span_slice(span, 9, 1, &slice));
	assert_false(span_slice(span, 1, SIZE_MAX, &slice));
	assert_false(span_slice(span, SIZE_MAX, 1, &slice));
	assert_false(span_slice(span, SIZE_MAX, SIZE_MAX, &slice));
	assert_ptr_equal(slice.at, bytes + 2);
	assert_int_equal(slice.size, 3);
}

static void an_empty_span_may_have_no_address(void **state)
{
	struct span none = span_of(NULL, 0), slice;
	uint8_t byte = 0x5a;

	(void)state;
	assert_true(span_slice(none, 0, 0, &slice));
	assert_true(span_take(&none, 0, &slice));
	assert_false(span_u8(none, 0, &byte));
	assert_false(span_take_u8(&none, &byte));
	assert_int_equal(byte, 0x5a);
	assert_int_equal(span_sum8(none), 0);
	assert_int_equal(span_crc32(none), 0);
}

static void reads_are_little_endian_and_bounded(void **state)
{
	struct span span = span_of(bytes, sizeof(bytes));
	uint8_t u8 = 0x5a;
	uint16_t u16 = 0x5a5a;
	uint32_t u32 = 0x5a5a5a5a;
	uint64_t u64 = 0x5a5a5a5a5a5a5a5a;

	(void)state;
	assert_false(span_u8(span, 9, &u8));
	assert_false(span_le16(span, 8, &u16));
	assert_false(span_le32(span, 6, &u32));
	assert_false(span_le64(span, 2, &u64));
	assert_false(span_le64(span, SIZE_MAX - 3, &u64));
	assert_int_equal(u8, 0x5a);
	assert_int_equal(u16, 0x5a5a);
	assert_int_equal(u32, 0x5a5a5a5a);
	assert_true(u64 == 0x5a5a5a5a5a5a5a5a);
	assert_true(span_u8(span, 8, &u8));
	assert_int_equal(u8, 0x10);
	assert_true(span_le16(span, 7, &u16));
	assert_int_equal(u16, 0x10ef);
	assert_true(span_le32(span, 5, &u32));
	assert_int_equal(u32, 0x10efcdab);
	assert_true(span_le64(span, 1, &u64));
	assert_true(u64 == 0x10efcdab89674523);
}

static void taking_moves_the_cursor_only_on_success(void **state)
{
	struct span cursor = span_of(bytes, sizeof(bytes)), taken;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	(void)state;
	assert_true(span_take_u8(&cursor, &u8));
	assert_int_equal(u8, 0x01);
	assert_true(span_take_le16(&cursor, &u16));
	assert_int_equal(u16, 0x4523);
	assert_true(span_take_le32(&cursor, &u32));
	assert_int_equal(u32, 0xcdab8967);
	assert_int_equal(cursor.size, 2);
	assert_false(span_take_le64(&cursor, &u64));
	assert_false(span_take_le32(&cursor, &u32));
	assert_false(span_take(&cursor, 3, &taken));
	assert_int_equal(cursor.size, 2);
	assert_ptr_equal(cursor.at, bytes + 7);
	assert_true(span_take(&cursor, 2, &taken));
	assert_ptr_equal(taken.at, bytes + 7);
	assert_int_equal(taken.size, 2);
	assert_int_equal(cursor.size, 0);
	cursor = span_of(bytes, sizeof(bytes));
	assert_true(span_take_le64(&cursor, &u64));
	assert_true(u64 == 0xefcdab8967452301);
	assert_int_equal(cursor.size, 1);
	assert_false(span_take_le16(&cursor, &u16));
}

/* One variable-length number: the value, or refused with the cursor where it was. */
static void check_varint(const char *encoded, size_t size, bool ok, uint64_t value)
{
	struct span cursor = span_of(encoded, size);
	uint64_t read = 0x5a;

	assert_int_equal(span_take_varint(&cursor, &read), ok);
	assert_true(read == (ok ? value : 0x5a));
	assert_int_equal(cursor.size, ok ? 0 : size);
}

static void varints_are_read_in_one_spelling_only(void **state)
{
	struct span two = span_of("\x81\x01\x7f", 3);
	uint64_t value;

	(void)state;
	check_varint("\x00", 1, true, 0);
	check_varint("\x7f", 1, true, 127);
	check_varint("\x80\x01", 2, true, 128);
	check_varint("\xe5\x8e\x26", 3, true, 624485);
	check_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, true, UINT64_MAX);
	check_varint("", 0, false, 0);
	check_varint("\x80", 1, false, 0);
	check_varint("\x80\x00", 2, false, 0);
	check_varint("\x81\x80\x00", 3, false, 0);
	check_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, false, 0);
	check_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11, false, 0);
	assert_true(span_take_varint(&two, &value));
	assert_true(value == 129);
	assert_int_equal(two.size, 1);
}

static void sums_are_the_known_ones(void **state)
{
	/* The check value of CRC-32 (ISO 3309) is that of the nine digits. */
	struct span digits = span_of("123456789", 9), head, tail;
	uint32_t crc;

	(void)state;
	assert_int_equal(span_crc32(digits), 0xcbf43926);
	assert_true(span_slice(digits, 0, 4, &head));
	assert_true(span_slice(digits, 4, 5, &tail));
	crc = span_crc32_update(span_crc32_update(0, head), tail);
	assert_int_equal(crc, 0xcbf43926);
	assert_int_equal(span_sum8(digits), (0x31 + 0x39) * 9 / 2 & 0xff);
	assert_int_equal(span_sum8(span_of("\xff\x01", 2)), 0);
}

static uint32_t crc_by_definition(uint32_t crc, const uint8_t *at, size_t size)
{
	crc = ~crc;
	while (size--) {
		crc ^= *at++;
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* Short input goes byte by byte, longer one is folded, in one block or several. */
static void crc_agrees_with_its_definition_at_every_size(void **state)
{
	static uint8_t input[3100];
	uint32_t noise = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24);
	for (size_t size = 0; size < 3000; size++) {
		uint8_t *exact = malloc(size + 1);
		uint32_t begin = (uint32_t)size * 0x9e3779b1;

		memcpy(exact + 1, input + size % 97, size);
		assert_int_equal(span_crc32_update(begin, span_of(exact + 1, size)),
				 crc_by_definition(begin, exact + 1, size));
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_end_where_the_span_ends),
		cmocka_unit_test(an_empty_span_may_have_no_address),
		cmocka_unit_test(reads_are_little_endian_and_bounded),
		cmocka_unit_test(taking_moves_the_cursor_only_on_success),
		cmocka_unit_test(varints_are_read_in_one_spelling_only),
		cmocka_unit_test(sums_are_the_known_ones),
		cmocka_unit_test(crc_agrees_with_its_definition_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
