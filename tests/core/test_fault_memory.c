/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_fault_memory.c - ranges handed out and given back, against a table with an entry a page */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/fault_memory.h>

#define PAGE 4096ull
#define ROOM 64u

static struct grant room[ROOM];

static struct fault_memory empty(unsigned n_room)
{
	return (struct fault_memory){.grant = room, .room = n_room};
}

static void add(struct fault_memory *memory, uint64_t page, uint32_t n, uint32_t flags)
{
	struct grant grant = {page * PAGE, n, flags};

	fault_memory_add(memory, &grant);
}

static void found_inside_and_nowhere_else(void **state)
{
	struct fault_memory memory = empty(ROOM);
	(void)state;

	assert_null(fault_memory_find(&memory, 0x5000));
	add(&memory, 5, 2, GRANT_CODE);
	assert_null(fault_memory_find(&memory, 0x4fff));
	assert_ptr_equal(fault_memory_find(&memory, 0x5000), &room[0]);
	assert_ptr_equal(fault_memory_find(&memory, 0x6fff), &room[0]);
	assert_null(fault_memory_find(&memory, 0x7000));
	assert_null(fault_memory_find(&memory, UINT64_MAX));
	assert_true(grant_end(&room[0]) == 0x7000);
}

static void falls_in_two(void **state)
{
	struct fault_memory memory = empty(ROOM);
	(void)state;

	add(&memory, 10, 10, GRANT_MISSING);
	fault_memory_remove(&memory, 13 * PAGE, 2);
	assert_int_equal(memory.n, 2);
	assert_true(room[0].first == 10 * PAGE && room[0].n_pages == 3);
	assert_true(room[1].first == 15 * PAGE && room[1].n_pages == 5);
	assert_int_equal(room[1].flags, GRANT_MISSING);
}

static void what_wraps_or_is_empty_is_not_noted(void **state)
{
	struct fault_memory memory = empty(ROOM);
	(void)state;

	add(&memory, 5, 0, 0);
	add(&memory, UINT64_MAX / PAGE, 2, 0);
	assert_int_equal(memory.n, 0);
	add(&memory, 5, 1, 0);
	fault_memory_remove(&memory, 0, UINT64_MAX);
	fault_memory_remove(&memory, 5 * PAGE, 0);
	assert_int_equal(memory.n, 1);
}

static void without_room_it_is_counted(void **state)
{
	struct fault_memory memory = empty(2);
	(void)state;

	add(&memory, 1, 1, 0);
	add(&memory, 3, 1, 0);
	add(&memory, 5, 1, 0);
	assert_int_equal(memory.n, 2);
	assert_int_equal(memory.n_lost, 1);
	assert_null(fault_memory_find(&memory, 5 * PAGE));
	/* A piece that finds no room is lost, never half right. */
	fault_memory_remove(&memory, PAGE, 3);
	assert_int_equal(memory.n, 0);
	add(&memory, 1, 5, 0);
	add(&memory, 8, 1, 0);
	fault_memory_remove(&memory, 3 * PAGE, 1);
	assert_int_equal(memory.n, 2);
	assert_int_equal(memory.n_lost, 2);
}

/* Random orders, and after each step every page is looked up and the order checked. */
static void as_a_table_of_pages(void **state)
{
	uint32_t flags[128];
	struct fault_memory memory = empty(ROOM);
	(void)state;

	memset(flags, 0, sizeof(flags));
	srand(1);
	for (unsigned step = 0; step < 20000; step++) {
		unsigned first = (unsigned)rand() % 100, n = 1 + (unsigned)rand() % 20;
		uint32_t with = rand() % 2 ? 1u + (unsigned)rand() % 63 : 0;

		if (with)
			add(&memory, first, n, with);
		else
			fault_memory_remove(&memory, first * PAGE, n);
		for (unsigned i = 0; i < n; i++)
			flags[first + i] = with;
		for (unsigned page = 0; page < 128; page++) {
			struct grant *grant = fault_memory_find(&memory, page * PAGE + 17);

			assert_int_equal(grant ? grant->flags : 0, flags[page]);
		}
		for (unsigned i = 1; i < memory.n; i++)
			assert_true(room[i].first >= grant_end(&room[i - 1]));
	}
	assert_int_equal(memory.n_lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_inside_and_nowhere_else),
		cmocka_unit_test(falls_in_two),
		cmocka_unit_test(what_wraps_or_is_empty_is_not_noted),
		cmocka_unit_test(without_room_it_is_counted),
		cmocka_unit_test(as_a_table_of_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
