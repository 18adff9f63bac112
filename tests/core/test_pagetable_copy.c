/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_pagetable_copy.c - page tables copied and brought back, in memory of our own that they map themselves */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/pagetable_copy.h>

#include "pagetable_fake.h"

#if defined(__x86_64__)

#define P    0x1ull
#define RW   0x2ull
#define PS   0x80ull
#define MASK 0x000ffffffffff000ull
#define BITS 52u
#define GIB  (1ull << 30)

enum { TOP, HERE, OTHER, PD, PT, NEW, N_TABLES };

static uint64_t tables[N_TABLES][512] __attribute__((aligned(4096)));
static uint64_t rooms[8][512] __attribute__((aligned(4096)));

static uint64_t at(const void *table)
{
	return (uintptr_t)table;
}

/* The top leads to leaves of 1 GiB that map these very tables, and in its slot 1 to a chain down to a page. */
static struct pagetable build(void)
{
	struct pagetable table = {.root = {at(tables[TOP])},
				  .n_levels = 4,
				  .address_mask = MASK,
				  .has_execute_disable = true};
	virt_t here = {at(tables)};

	memset(tables, 0, sizeof(tables));
	memset(rooms, 0xee, sizeof(rooms));
	tables[TOP][arch_level_index(4, here)] = at(tables[HERE]) | P | RW;
	for (unsigned i = 0; i < 2; i++) {
		virt_t part = {here.at + i * GIB};

		tables[HERE][arch_level_index(3, part)] = (part.at & ~(GIB - 1)) | P | RW | PS;
	}
	tables[TOP][1] = at(tables[OTHER]) | P | RW;
	tables[OTHER][7] = at(tables[PD]) | P | RW;
	tables[PD][9] = at(tables[PT]) | P | RW;
	tables[PD][10] = 0x40000000 | P | RW | PS;
	tables[PT][11] = 0x123000 | P;
	return table;
}

#define N_USED 5u /* TOP, HERE, OTHER, PD, PT */

static const virt_t page = {(1ull << 39) + 7 * GIB + (9ull << 21) + (11ull << 12)};

static void counted_as_far_as_they_lead_somewhere(void **state)
{
	struct pagetable table = build();

	(void)state;
	assert_int_equal(pagetable_count_tables(&table, BITS, 100), N_USED);
	assert_int_equal(pagetable_count_tables(&table, BITS, N_USED), N_USED);
	assert_int_equal(pagetable_count_tables(&table, BITS, N_USED - 1), 0);
	/* Garbage, and a top that leads to itself, are not followed. */
	tables[TOP][300] = 0xdead5000 | P | RW;
	tables[TOP][301] = at(tables[TOP]) | P | RW;
	assert_int_equal(pagetable_count_tables(&table, BITS, 100), N_USED);
	/* A circle further down ends where leaves begin. */
	tables[PD][12] = at(tables[OTHER]) | P | RW;
	assert_int_equal(pagetable_count_tables(&table, BITS, 1000), N_USED + 1);
}

static void the_copy_maps_the_same_by_other_tables(void **state)
{
	uint64_t before[N_TABLES][512];
	struct pagetable table = build(), copy;
	struct leaf leaf;

	(void)state;
	memcpy(before, tables, sizeof(before));
	assert_int_equal(pagetable_copy(&table, BITS, (phys_t){at(rooms)}, N_USED, &copy),
			 STATUS_OK);
	assert_memory_equal(before, tables, sizeof(before));
	assert_int_equal(copy.root.at, at(rooms));
	assert_int_equal(pagetable_find(&copy, page, &leaf), STATUS_OK);
	assert_in_range(at(leaf.entry), at(rooms), at(rooms) + N_USED * 4096 - 1);
	assert_int_equal(*leaf.entry, 0x123000 | P);
	assert_int_equal(pagetable_count_tables(&copy, BITS, 100), N_USED);
	/* The page behind the room is as it was. */
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(rooms[N_USED][i], 0xeeeeeeeeeeeeeeee);
}

static void a_room_too_small_is_said(void **state)
{
	struct pagetable table = build(), copy = {.n_levels = 99};

	(void)state;
	assert_int_equal(pagetable_copy(&table, BITS, (phys_t){at(rooms)}, N_USED - 1, &copy),
			 STATUS_NO_SPACE);
	assert_int_equal(copy.n_levels, 99);
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(rooms[N_USED - 1][i], 0xeeeeeeeeeeeeeeee);
}

static void what_changed_in_the_copy_comes_back(void **state)
{
	struct pagetable table = build(), copy;
	struct leaf leaf;

	(void)state;
	assert_int_equal(pagetable_copy(&table, BITS, (phys_t){at(rooms)}, N_USED, &copy),
			 STATUS_OK);
	/* A page became writable, and a large one was split into a table that is not in the room. */
	assert_int_equal(pagetable_find(&copy, page, &leaf), STATUS_OK);
	*leaf.entry |= RW;
	assert_int_equal(
		pagetable_find(&copy, (virt_t){page.at + (1ull << 21) - (11ull << 12)}, &leaf),
		STATUS_OK);
	tables[NEW][0] = 0x40000000 | P;
	*leaf.entry = at(tables[NEW]) | P | RW;
	pagetable_copy_back(&table, &copy, BITS, (phys_t){at(rooms)}, N_USED);
	assert_int_equal(tables[PT][11], 0x123000 | P | RW);
	assert_int_equal(tables[PD][10], at(tables[NEW]) | P | RW);
	/* The original leads to its own tables as before. */
	assert_int_equal(tables[TOP][1], at(tables[OTHER]) | P | RW);
	assert_int_equal(tables[OTHER][7], at(tables[PD]) | P | RW);
	assert_int_equal(tables[PD][9], at(tables[PT]) | P | RW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted_as_far_as_they_lead_somewhere),
		cmocka_unit_test(the_copy_maps_the_same_by_other_tables),
		cmocka_unit_test(a_room_too_small_is_said),
		cmocka_unit_test(what_changed_in_the_copy_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	puts("1..0 # SKIP page tables of x86-64 only");
	return 0;
}

#endif
