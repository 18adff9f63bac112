/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_pool_block.c - pool buffers as EDK II makes them, and everything that only looks like one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/pagetable.h>
#include <fwquirk/pool_block.h>

#if defined(__x86_64__)

#define N_PAGES 8u
#define P       0x1ull
#define RW      0x2ull

/* The pool's memory is this memory; page tables that map it at its own address. */
static uint8_t pool[N_PAGES * 4096] __attribute__((aligned(N_PAGES * 4096)));
static uint64_t tables[5][512] __attribute__((aligned(4096)));

static uint64_t *entry_of(unsigned page)
{
	virt_t address = {(uintptr_t)pool + page * 4096};

	return &tables[1][arch_level_index(1, address)];
}

static struct pagetable map_all(void)
{
	virt_t first = {(uintptr_t)pool};

	memset(tables, 0, sizeof(tables));
	for (unsigned level = 4; level > 1; level--)
		tables[level][arch_level_index(level, first)] =
			(uintptr_t)tables[level - 1] | P | RW;
	for (unsigned page = 0; page < N_PAGES; page++)
		*entry_of(page) = ((uintptr_t)pool + page * 4096) | P;
	return (struct pagetable){.root = {(uintptr_t)tables[4]},
				  .n_levels = 4,
				  .address_mask = 0x000ffffffffff000ull};
}

static void put(size_t offset, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++, value >>= 8)
		pool[offset + i] = (uint8_t)value;
}

/* Head at `offset`, tail at the end of `size` bytes; the buffer between them is given back. */
static virt_t block(size_t offset, uint64_t size)
{
	memset(pool, 0xaf, sizeof(pool));
	memcpy(&pool[offset], "phd0", 4);
	put(offset + 16, size, 8);
	memcpy(&pool[offset + size - 16], "ptal", 4);
	put(offset + size - 8, size, 8);
	return (virt_t){(uintptr_t)&pool[offset + 24]};
}

static void blocks_are_found(void **state)
{
	static const struct {
		size_t offset, size;
	} cases[] = {{0, 48}, {8, 40}, {4096 - 24, 4096}, {4096 - 8, 64}, {0, sizeof(pool)}};
	struct pagetable table = map_all();
	struct pool_block found;
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		virt_t buffer = block(cases[i].offset, cases[i].size);

		assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_OK);
		assert_true(found.first.at == (uintptr_t)&pool[cases[i].offset]);
		assert_true(found.size_bytes == cases[i].size);
	}
	memcpy(&pool[0], "phd1", 4);
	assert_int_equal(pool_block_find(&table, (virt_t){(uintptr_t)&pool[24]}, &found),
			 STATUS_OK);
}

static void what_is_damaged_is_not_believed(void **state)
{
	static const struct {
		size_t offset;
		uint64_t value;
		unsigned n_bytes;
	} damage[] = {
		{0, 0x30646871, 4}, /* head signature */
		{0, 0x30726670, 4}, /* "pfr0": free already */
		{16, 8184, 8},      /* head and tail disagree */
		{16, 8193, 8},      /* not aligned */
		{16, 39, 8},        /* smaller than head and tail */
		{16, 0, 8},          {16, UINT64_MAX, 8},        {16, UINT64_MAX - 7, 8},
		{16, 1ull << 47, 8}, {8192 - 16, 0x6c617471, 4}, /* tail signature */
		{8192 - 8, 8184, 8},
	};
	struct pagetable table = map_all();
	struct pool_block found = {.size_bytes = 7};
	(void)state;

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		virt_t buffer = block(0, 8192);

		put(damage[i].offset, damage[i].value, damage[i].n_bytes);
		assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_ABSENT);
	}
	assert_int_equal(found.size_bytes, 7);
}

static void what_is_not_mapped_is_not_read(void **state)
{
	struct pagetable table = map_all();
	virt_t buffer = block(4096 - 24, 8192);
	struct pool_block found;
	(void)state;

	assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_OK);
	*entry_of(0) = 0;
	assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_ABSENT);
	table = map_all();
	*entry_of(2) = 0;
	assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_ABSENT);
	table = map_all();
	*entry_of(1) = 0; /* the middle is not looked at */
	assert_int_equal(pool_block_find(&table, buffer, &found), STATUS_OK);
}

static void addresses_that_cannot_be(void **state)
{
	struct pagetable table = map_all();
	struct pool_block found;
	(void)state;

	for (uint64_t address = 0; address < 32; address++)
		assert_int_equal(pool_block_find(&table, (virt_t){address}, &found), STATUS_ABSENT);
	assert_int_equal(pool_block_find(&table, (virt_t){block(0, 64).at + 4}, &found),
			 STATUS_ABSENT);
	assert_int_equal(pool_block_find(&table, (virt_t){UINT64_MAX - 7}, &found), STATUS_ABSENT);
	assert_int_equal(pool_block_find(&table, (virt_t){0x800000000000}, &found), STATUS_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_found),
		cmocka_unit_test(what_is_damaged_is_not_believed),
		cmocka_unit_test(what_is_not_mapped_is_not_read),
		cmocka_unit_test(addresses_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	print_message("1..0 # SKIP the page tables of this architecture are not known yet\n");
	return 0;
}

#endif
