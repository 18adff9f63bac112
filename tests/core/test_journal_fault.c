/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_journal_fault.c - a page fault written into a journal and read back; every shorter payload is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/journal_fault.h>

static const struct journal_fault fault = {
	.answer = 1,
	.access = 2,
	.n_faults = 0x0304,
	.code = 0x05060708,
	.address = 0x1112131415161718,
	.end = 0x2122232425262728,
	.instruction = 0x3132333435363738,
	.base = 0x4142434445464748,
	.image = {"vmlinuz.efi", 11},
};

static struct span payload_of(const struct journal_fault *one)
{
	static uint8_t bytes[256];
	struct journal_writer writer;
	struct journal_record record;
	struct span cursor;

	journal_begin(&writer, bytes, sizeof(bytes));
	journal_add_fault(&writer, one);
	assert_int_equal(journal_open(span_of(bytes, journal_finish(&writer)), &cursor), STATUS_OK);
	assert_int_equal(journal_next(&cursor, &record), STATUS_OK);
	assert_int_equal(record.tag, JOURNAL_FAULT);
	return record.payload;
}

static void comes_back(void **state)
{
	struct journal_fault back;
	struct span payload = payload_of(&fault);
	(void)state;

	assert_int_equal(payload.size, 51);
	assert_int_equal(payload.at[2], 4); /* little-endian, in the order of the document */
	assert_int_equal(payload.at[8], 0x18);
	assert_true(journal_read_fault(payload, &back));
	assert_int_equal(back.answer, fault.answer);
	assert_int_equal(back.access, fault.access);
	assert_int_equal(back.n_faults, fault.n_faults);
	assert_int_equal(back.code, fault.code);
	assert_true(back.address == fault.address && back.end == fault.end);
	assert_true(back.instruction == fault.instruction && back.base == fault.base);
	assert_true(text_is_same(back.image, fault.image));
}

static void long_names_are_cut(void **state)
{
	struct journal_fault one = fault, back;
	(void)state;

	one.image = text_of("a-name-that-is-longer-than-twenty-four");
	assert_true(journal_read_fault(payload_of(&one), &back));
	assert_true(text_is_same(back.image, text_of("a-name-that-is-longer-th")));
}

static void shorter_is_refused(void **state)
{
	struct span payload = payload_of(&fault);
	(void)state;

	for (size_t size = 0; size < 40; size++) {
		struct journal_fault back = {.n_faults = 77};

		assert_false(journal_read_fault(span_of(payload.at, size), &back));
		assert_int_equal(back.n_faults, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(shorter_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
