/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_pagetable_change.c - pages mapped and permissions changed in tables that lie in our own memory: each shape of
 * table once, what is too much for the pool, and random tables in which every page but the ones asked for
 * has to allow what it did.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if defined(__x86_64__)

#include "pagetable_fake.h"

/* Intel SDM volume 3A, tables 4-15 to 4-20. */
#define P   0x001ull
#define RW  0x002ull
#define AD  0x060ull
#define PS  0x080ull
#define PAT 0x1000ull
#define G   0x100ull
#define NX  (1ull << 63)

#define MASK 0x000ffffffffff000ull
#define MIB  (1ull << 20)
#define GIB  (1ull << 30)

static uint64_t *top[6]; /* one table a level, on the way to `base` */

static uint64_t at(const void *table)
{
	return (uintptr_t)table;
}

static struct pagetable tables(unsigned n_levels, unsigned down_to, uint64_t base)
{
	for (unsigned level = down_to; level <= n_levels; level++)
		top[level] = fake_page();
	for (unsigned level = n_levels; level > down_to; level--)
		top[level][arch_level_index(level, (virt_t){base})] = at(top[level - 1]) | P | RW;
	return (struct pagetable){.root = {at(top[n_levels])},
				  .n_levels = n_levels,
				  .address_mask = MASK,
				  .has_execute_disable = true};
}

static const char *allowed(const struct pagetable *table, uint64_t address)
{
	static const char *const names[] = {"r--", "r-x", "rw-", "rwx"};
	struct leaf leaf;

	if (pagetable_find(table, (virt_t){address}, &leaf) != STATUS_OK)
		return "---";
	return names[leaf.writable << 1 | leaf.executable];
}

static enum status change(const struct pagetable *table, uint64_t address, uint64_t first,
			  uint64_t end, const char *wanted, struct page_pool *pool,
			  struct page_changed *ret_changed)
{
	struct page_change what = {{address}, first, end, wanted[1] == 'w', wanted[2] == 'x'};

	fake_n_stores = 0;
	return pagetable_change(table, &what, pool, ret_changed);
}

/* From every level at which nothing is there, on 4 and on 5 levels. */
static void missing_2m_is_one_leaf(void **state)
{
	(void)state;
	for (unsigned n_levels = 4; n_levels <= 5; n_levels++) {
		for (unsigned level = 2; level <= n_levels; level++) {
			struct pagetable table = tables(n_levels, level, 0x40000000);
			struct page_changed changed;
			struct page_pool pool;
			struct leaf leaf;

			fake_pool(&pool, 4);
			assert_int_equal(change(&table, 0x40234567, 0x40000000, 0x40800000, "rw-",
						&pool, &changed),
					 STATUS_OK);
			assert_int_equal(pool.n, 4 - (level - 2));
			assert_int_equal(fake_n_stores, 1);
			assert_true(fake_last_dropped == 0x40234567);
			assert_int_equal(pagetable_find(&table, (virt_t){0x40234567}, &leaf),
					 STATUS_OK);
			assert_int_equal(leaf.level, 2);
			assert_true(*leaf.entry == (0x40200000 | P | RW | AD | PS | NX));
			assert_true(changed.first == 0x40200000 && changed.end == 0x40400000);
			assert_ptr_equal(changed.entry, leaf.entry);
			assert_true(changed.old == 0);
			assert_string_equal(allowed(&table, 0x40400000), "---");
			assert_string_equal(allowed(&table, 0x401fffff), "---");
		}
	}
}

static void missing_part_is_pages(void **state)
{
	struct pagetable table = tables(4, 2, 0x40000000);
	struct page_changed changed;
	struct page_pool pool;
	(void)state;

	fake_pool(&pool, 1);
	assert_int_equal(change(&table, 0x40010000, 0x40010000, 0x40800000, "r-x", &pool, &changed),
			 STATUS_OK);
	assert_true(changed.first == 0x40010000 && changed.end == 0x40200000);
	for (uint64_t page = 0x40000000; page < 0x40400000; page += 0x1000)
		assert_string_equal(allowed(&table, page),
				    page >= 0x40010000 && page < 0x40200000 ? "r-x" : "---");
	assert_true(*changed.entry == (0x40010000 | P | AD));
}

static void empty_table_becomes_one_leaf(void **state)
{
	struct pagetable table = tables(4, 1, 0x40000000);
	struct page_changed changed;
	struct page_pool pool = {.n = 0};
	(void)state;

	/* As EDK II leaves it: address and permissions without the present bit. */
	for (unsigned i = 0; i < 512; i++)
		top[1][i] = (0x40000000 + i * 0x1000ull) | RW;
	assert_int_equal(change(&table, 0x40001000, 0x40000000, 0x40200000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(top[2][0] == (0x40000000 | P | RW | AD | PS | NX));
	assert_true(changed.old == (at(top[1]) | P | RW));
	assert_int_equal(fake_n_stores, 1);
}

static void run_of_missing_pages(void **state)
{
	struct pagetable table = tables(4, 1, 0x40000000);
	struct page_changed changed;
	struct page_pool pool = {.n = 0};
	(void)state;

	top[1][3] = 0x40003000 | P;
	top[1][9] = 0x40009000 | P | RW;
	assert_int_equal(change(&table, 0x40006000, 0x40000000, 0x40200000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(changed.first == 0x40004000 && changed.end == 0x40009000);
	for (unsigned i = 0; i < 16; i++)
		assert_string_equal(allowed(&table, 0x40000000 + i * 0x1000), i == 3   ? "r-x"
									      : i == 9 ? "rwx"
									      : i > 3 && i < 9
										      ? "rw-"
										      : "---");
	/* The range ends it, too. */
	assert_int_equal(change(&table, 0x4000b000, 0x4000a000, 0x4000c000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(changed.first == 0x4000a000 && changed.end == 0x4000c000);
	assert_string_equal(allowed(&table, 0x4000c000), "---");
}

static void large_leaf_inside_stays_large(void **state)
{
	struct pagetable table = tables(4, 2, 0x40000000);
	struct page_changed changed;
	struct page_pool pool = {.n = 0};
	(void)state;

	top[2][1] = 0x40200000 | P | PS | G | PAT;
	assert_int_equal(change(&table, 0x40212345, 0x40200000, 0x40400000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(top[2][1] == (0x40200000 | P | RW | PS | G | PAT | NX));
	assert_true(changed.old == (0x40200000 | P | PS | G | PAT));
}

/* Bit 12 is PAT in a large leaf and address in a small one, where PAT is bit 7. */
static void large_leaf_is_split(void **state)
{
	struct pagetable table = tables(4, 2, 0x40000000);
	struct page_changed changed;
	struct page_pool pool;
	struct leaf leaf;
	(void)state;

	fake_pool(&pool, 1);
	top[2][1] = 0x40200000 | P | PS | G | PAT;
	assert_int_equal(change(&table, 0x40212345, 0x40210000, 0x40400000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(changed.first == 0x40210000 && changed.end == 0x40400000);
	for (uint64_t page = 0x40200000; page < 0x40400000; page += 0x1000) {
		bool inside = page >= 0x40210000;

		assert_int_equal(pagetable_find(&table, (virt_t){page}, &leaf), STATUS_OK);
		assert_int_equal(leaf.level, 1);
		assert_true(*leaf.entry == (page | P | PS | G | (inside ? RW | NX : 0)));
	}
}

static void gigabyte_is_split_twice(void **state)
{
	struct pagetable table = tables(5, 3, 0x40000000);
	struct page_changed changed;
	struct page_pool pool;
	struct leaf leaf;
	(void)state;

	fake_pool(&pool, 2);
	top[3][1] = 0x40000000 | P | RW | PS | NX;
	assert_int_equal(change(&table, 0x60001000, 0x60001000, 0x60002000, "r-x", &pool, &changed),
			 STATUS_OK);
	assert_int_equal(pool.n, 0);
	assert_true(changed.first == 0x60001000 && changed.end == 0x60002000);
	assert_true(changed.old == (0x60001000 | P | RW | NX));
	for (uint64_t big = 0x40000000; big < 0x80000000; big += 2 * MIB) {
		assert_int_equal(pagetable_find(&table, (virt_t){big}, &leaf), STATUS_OK);
		assert_int_equal(leaf.level, big == 0x60000000 ? 1 : 2);
		assert_string_equal(allowed(&table, big + 0x1000),
				    big == 0x60000000 ? "r-x" : "rw-");
		assert_string_equal(allowed(&table, big), "rw-");
	}
	/* All of it at once. */
	table = tables(4, 3, 0x40000000);
	top[3][1] = 0x40000000 | P | PS;
	assert_int_equal(change(&table, 0x60001000, 0, 4 * GIB, "rw-", &pool, &changed), STATUS_OK);
	assert_true(top[3][1] == (0x40000000 | P | RW | PS | NX));
}

/* At each level above the leaf: the page gains, its neighbours below the same entry do not. */
static void what_upper_levels_withhold_moves_down(void **state)
{
	(void)state;
	for (unsigned level = 2; level <= 4; level++) {
		struct pagetable table = tables(4, 1, 0x40000000);
		struct page_changed changed;
		struct page_pool pool;
		uint64_t *entry = &top[level][arch_level_index(level, (virt_t){0x40000000})];

		fake_pool(&pool, 4);
		top[1][0] = 0x40000000 | P | RW;
		top[1][1] = 0x40001000 | P | RW;
		top[1][2] = 0x40002000 | P;
		top[2][1] = 0x40200000 | P | RW | PS;
		*entry = (*entry & ~RW) | NX;
		assert_string_equal(allowed(&table, 0x40000000), "r--");
		assert_int_equal(
			change(&table, 0x40000000, 0x40000000, 0x40001000, "rw-", &pool, &changed),
			STATUS_OK);
		assert_int_equal(pool.n, 4 - (level - 1));
		assert_string_equal(allowed(&table, 0x40000000), "rw-");
		assert_string_equal(allowed(&table, 0x40001000), "r--");
		assert_string_equal(allowed(&table, 0x40002000), "r--");
		assert_string_equal(allowed(&table, 0x40200000), level == 2 ? "rwx" : "r--");
	}
}

static void encryption_bit_in_everything_new(void **state)
{
	struct pagetable table = tables(4, 4, 0x40000000);
	const uint64_t bit = 1ull << 47;
	struct page_changed changed;
	struct page_pool pool;
	uint64_t *entry;
	(void)state;

	fake_pool(&pool, 3);
	table.address_mask &= ~bit;
	table.encrypted = bit;
	assert_int_equal(change(&table, 0x40000000, 0x40000000, 0x40001000, "rw-", &pool, &changed),
			 STATUS_OK);
	assert_true(*changed.entry == (0x40000000 | P | RW | AD | NX | bit));
	entry = top[4];
	for (unsigned level = 4; level > 1; level--) {
		entry += arch_level_index(level, (virt_t){0x40000000});
		assert_true(*entry & bit);
		entry = (uint64_t *)(uintptr_t)(*entry & table.address_mask);
	}
}

/* One page too few for every shape that takes some. */
static void too_few_pages_change_nothing(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 3; n++) {
		struct pagetable table = tables(4, 4, 0x40000000);
		struct page_changed changed = {.first = 77};
		struct page_pool pool;

		fake_pool(&pool, n);
		assert_int_equal(
			change(&table, 0x40000000, 0x40000000, 0x40001000, "rw-", &pool, &changed),
			STATUS_NO_SPACE);
		assert_int_equal(fake_n_stores, 0);
		assert_int_equal(pool.n, n);
		assert_true(top[4][0] == 0);
	}
	for (unsigned n = 0; n < 2; n++) {
		struct pagetable table = tables(4, 3, 0x40000000);
		struct page_changed changed;
		struct page_pool pool;

		fake_pool(&pool, n);
		top[3][1] = 0x40000000 | P | PS;
		assert_int_equal(
			change(&table, 0x40000000, 0x40000000, 0x40001000, "rw-", &pool, &changed),
			STATUS_NO_SPACE);
		for (uint64_t page = 0x40000000; page < 0x80000000; page += MIB)
			assert_string_equal(allowed(&table, page), "r-x");
	}
}

static void impossible_addresses(void **state)
{
	struct pagetable table = tables(4, 1, 0);
	struct page_pool pool = {.n = 0};
	struct page_changed changed;
	(void)state;

	assert_int_equal(change(&table, 0x800000000000, 0, UINT64_MAX, "rw-", &pool, &changed),
			 STATUS_MALFORMED);
	assert_int_equal(change(&table, 0x5000, 0x6000, 0x7000, "rw-", &pool, &changed),
			 STATUS_MALFORMED);
	assert_int_equal(change(&table, 0x7000, 0x6000, 0x7000, "rw-", &pool, &changed),
			 STATUS_MALFORMED);
}

/* ---- random tables ---- */

#define WINDOW  (8 * MIB)
#define N_PAGES (WINDOW / 4096)
#define BASE    0x40000000ull

static uint64_t random_flags(void)
{
	return (rand() % 4 ? P : 0) | (rand() % 2 ? RW : 0) | (rand() % 2 ? NX : 0);
}

static struct pagetable random_tables(void)
{
	struct pagetable table = tables(4, 2, BASE);

	for (unsigned level = 3; level <= 4; level++) {
		uint64_t *entry = &top[level][arch_level_index(level, (virt_t){BASE})];

		*entry &= rand() % 4 ? UINT64_MAX : ~RW;
		*entry |= rand() % 4 ? 0 : NX;
	}
	for (unsigned big = 0; big < WINDOW / (2 * MIB); big++) {
		uint64_t first = BASE + big * 2 * MIB, *page = fake_page(), same = random_flags();

		if (rand() % 3 == 0) {
			top[2][big] = first | random_flags() | PS;
			continue;
		}
		/* Few of them differ, so that there are runs. */
		for (unsigned i = 0; i < 512; i++)
			page[i] = (first + i * 4096ull) | (rand() % 8 ? same : random_flags());
		top[2][big] = at(page) | random_flags();
	}
	return table;
}

static void nothing_outside_changes(void **state)
{
	static const char *before[N_PAGES];
	unsigned n_changed = 0;
	(void)state;

	srand(7);
	for (unsigned round = 0; round < 400; round++) {
		struct pagetable table = random_tables();
		uint64_t first = (unsigned)rand() % N_PAGES;
		uint64_t end = first + 1 + (unsigned)rand() % (N_PAGES - first);
		uint64_t page = first + (unsigned)rand() % (end - first);
		const char *wanted = rand() % 2 ? "rw-" : "r-x";
		struct page_changed changed;
		struct page_pool pool;

		fake_pool(&pool, 6);
		for (unsigned i = 0; i < N_PAGES; i++)
			before[i] = allowed(&table, BASE + i * 4096ull);
		assert_int_equal(change(&table, BASE + page * 4096, BASE + first * 4096,
					BASE + end * 4096, wanted, &pool, &changed),
				 STATUS_OK);
		for (unsigned i = 0; i < N_PAGES; i++) {
			const char *after = allowed(&table, BASE + i * 4096ull);
			uint64_t address = BASE + i * 4096ull;

			if (address >= changed.first && address < changed.end) {
				assert_true(i >= first && i < end);
				assert_string_equal(after, wanted);
				n_changed++;
			} else {
				assert_string_equal(after, before[i]);
			}
		}
		assert_string_equal(allowed(&table, BASE + page * 4096), wanted);
	}
	assert_true(n_changed > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_2m_is_one_leaf),
		cmocka_unit_test(missing_part_is_pages),
		cmocka_unit_test(empty_table_becomes_one_leaf),
		cmocka_unit_test(run_of_missing_pages),
		cmocka_unit_test(large_leaf_inside_stays_large),
		cmocka_unit_test(large_leaf_is_split),
		cmocka_unit_test(gigabyte_is_split_twice),
		cmocka_unit_test(what_upper_levels_withhold_moves_down),
		cmocka_unit_test(encryption_bit_in_everything_new),
		cmocka_unit_test(too_few_pages_change_nothing),
		cmocka_unit_test(impossible_addresses),
		cmocka_unit_test(nothing_outside_changes),
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
