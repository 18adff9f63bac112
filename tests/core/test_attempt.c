/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_attempt.c - the marker comes back; another table, another identity and damaged bytes count as none */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/attempt.h>

static const struct attempt example = {0x11223344, 0x55667788, 2};

static void comes_back_as_written(void **state)
{
	uint8_t room[ATTEMPT_SIZE + 1] = {[ATTEMPT_SIZE] = 0xee};
	struct attempt read;
	(void)state;

	attempt_write(&example, room);
	assert_int_equal(room[ATTEMPT_SIZE], 0xee);
	assert_memory_equal(room, "FWQA\1\0\20\0\31\0\0\0", 12);
	assert_int_equal(attempt_read(span_of(room, ATTEMPT_SIZE), &read), STATUS_OK);
	assert_int_equal(read.table_crc, example.table_crc);
	assert_int_equal(read.identity_crc, example.identity_crc);
	assert_int_equal(read.n_begun, 2);
}

static void counts_for_this_table_and_identity_only(void **state)
{
	uint8_t room[ATTEMPT_SIZE] = {0};
	struct span bytes = span_of(room, ATTEMPT_SIZE);
	(void)state;

	attempt_write(&example, room);
	assert_int_equal(attempt_n_dead(bytes, 0x11223344, 0x55667788), 2);
	assert_int_equal(attempt_n_dead(bytes, 0x11223345, 0x55667788), 0);
	assert_int_equal(attempt_n_dead(bytes, 0x11223344, 0x55667789), 0);
	assert_int_equal(attempt_n_dead(span_of(NULL, 0), 0x11223344, 0x55667788), 0);
}

static void every_cut_and_every_change_counts_as_none(void **state)
{
	uint8_t room[ATTEMPT_SIZE] = {0};
	struct attempt read;
	(void)state;

	attempt_write(&example, room);
	for (size_t n = 0; n < ATTEMPT_SIZE; n++)
		assert_int_equal(attempt_n_dead(span_of(room, n), 0x11223344, 0x55667788), 0);
	for (size_t n = 0; n < ATTEMPT_SIZE * 8; n++) {
		room[n / 8] ^= (uint8_t)(1 << n % 8);
		assert_int_equal(
			attempt_n_dead(span_of(room, ATTEMPT_SIZE), 0x11223344, 0x55667788), 0);
		room[n / 8] ^= (uint8_t)(1 << n % 8);
	}
	sealed_close(room, ATTEMPT_MAGIC, ATTEMPT_VERSION, ATTEMPT_SIZE - 1);
	assert_int_equal(attempt_read(span_of(room, ATTEMPT_SIZE), &read), STATUS_MALFORMED);
	sealed_close(room, ATTEMPT_MAGIC, ATTEMPT_VERSION + 1, ATTEMPT_SIZE);
	assert_int_equal(attempt_read(span_of(room, ATTEMPT_SIZE), &read), STATUS_TOO_NEW);
}

/* What one field loses and the next one gains makes another identity, too. */
static void identity_is_all_of_its_fields(void **state)
{
	struct identity identity = {.present = 1u << FIELD_BIOS_VENDOR | 1u << FIELD_BIOS_VERSION};
	uint32_t crc;
	(void)state;

	identity.field[FIELD_BIOS_VENDOR] = text_of("EDK II");
	identity.field[FIELD_BIOS_VERSION] = text_of("1.0");
	crc = attempt_identity_crc(&identity);
	assert_int_equal(attempt_identity_crc(&identity), crc);
	identity.field[FIELD_BIOS_VERSION] = text_of("1.1");
	assert_int_not_equal(attempt_identity_crc(&identity), crc);
	identity.field[FIELD_BIOS_VENDOR] = text_of("EDK II1");
	identity.field[FIELD_BIOS_VERSION] = text_of(".0");
	assert_int_not_equal(attempt_identity_crc(&identity), crc);
	identity.field[FIELD_BIOS_VENDOR] = text_of("EDK II");
	identity.field[FIELD_BIOS_VERSION] = text_of("1.0");
	identity.field[FIELD_BIOS_DATE] = text_of("not present");
	assert_int_equal(attempt_identity_crc(&identity), crc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_written),
		cmocka_unit_test(counts_for_this_table_and_identity_only),
		cmocka_unit_test(every_cut_and_every_change_counts_as_none),
		cmocka_unit_test(identity_is_all_of_its_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
