/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_last_fault.c - the record of a fatal fault comes back as written; what is damaged is refused by name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/last_fault.h>

static const struct last_fault example = {
	.code = 0x11,
	.address = 0xfedcba9876543210,
	.instruction = 0x7e5a1234,
	.base = 0x7e5a0000,
	.cycles = 123456789012345,
	.table_crc = 0x89abcdef,
	.answer = 7,
	.n_rules = 2,
	.rule_id = {1, 9001},
	.image = {"\\EFI\\debian\\grubx64.efi", 23},
};

static void comes_back_as_written(void **state)
{
	uint8_t room[LAST_FAULT_MAX_SIZE + 1] = {0};
	uint16_t size = last_fault_write(&example, room);
	struct last_fault read;
	(void)state;

	room[size] = 0x5a; /* behind the total size: ignored */
	assert_int_equal(size, 16 + 46 + 2 * 4 + 23);
	assert_memory_equal(room, "FWQF\1\0\20\0", 8);
	assert_int_equal(last_fault_read(span_of(room, size + 1u), &read), STATUS_OK);
	assert_int_equal(read.code, example.code);
	assert_int_equal(read.address, example.address);
	assert_int_equal(read.instruction, example.instruction);
	assert_int_equal(read.base, example.base);
	assert_int_equal(read.cycles, example.cycles);
	assert_int_equal(read.table_crc, example.table_crc);
	assert_int_equal(read.answer, example.answer);
	assert_int_equal(read.n_rules, 2);
	assert_int_equal(read.rule_id[0], 1);
	assert_int_equal(read.rule_id[1], 9001);
	assert_int_equal(read.image.size, example.image.size);
	assert_memory_equal(read.image.at, example.image.at, read.image.size);
}

static void the_largest_fits_and_is_cut(void **state)
{
	char name[LAST_FAULT_IMAGE_MAX + 9];
	uint8_t room[LAST_FAULT_MAX_SIZE + 1];
	struct last_fault fault = example, read;
	(void)state;

	memset(name, 'n', sizeof(name));
	fault.image = text_sized(name, sizeof(name));
	fault.n_rules = 255;
	room[LAST_FAULT_MAX_SIZE] = 0xee;
	assert_int_equal(last_fault_write(&fault, room), LAST_FAULT_MAX_SIZE);
	assert_int_equal(room[LAST_FAULT_MAX_SIZE], 0xee);
	assert_int_equal(last_fault_read(span_of(room, LAST_FAULT_MAX_SIZE), &read), STATUS_OK);
	assert_int_equal(read.n_rules, LAST_FAULT_MAX_RULES);
	assert_int_equal(read.image.size, LAST_FAULT_IMAGE_MAX);
}

static void nothing_is_known_of_the_image(void **state)
{
	uint8_t room[LAST_FAULT_MAX_SIZE];
	struct last_fault read;
	(void)state;

	assert_int_equal(
		last_fault_read(
			span_of(room, last_fault_write(&(struct last_fault){.code = 2}, room)),
			&read),
		STATUS_OK);
	assert_int_equal(read.code, 2);
	assert_int_equal(read.n_rules, 0);
	assert_int_equal(read.image.size, 0);
}

static void every_cut_and_every_change_is_refused(void **state)
{
	uint8_t room[LAST_FAULT_MAX_SIZE];
	uint16_t size = last_fault_write(&example, room);
	struct last_fault read = {.code = 77};
	(void)state;

	for (uint16_t n = 0; n < size; n++)
		assert_int_equal(last_fault_read(span_of(room, n), &read), STATUS_TRUNCATED);
	for (uint16_t n = 0; n < size; n++) {
		room[n] ^= 0x40;
		assert_int_not_equal(last_fault_read(span_of(room, size), &read), STATUS_OK);
		room[n] ^= 0x40;
	}
	assert_int_equal(read.code, 77);
}

static void sizes_inside_are_not_believed(void **state)
{
	uint8_t room[LAST_FAULT_MAX_SIZE];
	struct last_fault read;
	(void)state;

	last_fault_write(&example, room);
	/* Cut inside the rules, and inside the fixed part, with a header that says so. */
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, 16 + 46 + 7);
	assert_int_equal(last_fault_read(span_of(room, sizeof(room)), &read), STATUS_MALFORMED);
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, 16 + 45);
	assert_int_equal(last_fault_read(span_of(room, sizeof(room)), &read), STATUS_MALFORMED);
	/* More rules than there may be, although there are bytes for them. */
	room[16 + 45] = LAST_FAULT_MAX_RULES + 1;
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, sizeof(room));
	assert_int_equal(last_fault_read(span_of(room, sizeof(room)), &read), STATUS_MALFORMED);
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION + 1, sizeof(room));
	assert_int_equal(last_fault_read(span_of(room, sizeof(room)), &read), STATUS_TOO_NEW);
	sealed_close(room, LAST_FAULT_MAGIC + 1, LAST_FAULT_VERSION, sizeof(room));
	assert_int_equal(last_fault_read(span_of(room, sizeof(room)), &read), STATUS_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_written),
		cmocka_unit_test(the_largest_fits_and_is_cut),
		cmocka_unit_test(nothing_is_known_of_the_image),
		cmocka_unit_test(every_cut_and_every_change_is_refused),
		cmocka_unit_test(sizes_inside_are_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
