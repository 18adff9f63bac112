/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_pagetable.c - the walk over x86-64 page tables that are made here, in memory of our own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/fault.h>
#include <fwquirk/pagetable.h>

#if defined(__x86_64__)

#define P  0x1ull
#define RW 0x2ull
#define PS 0x80ull
#define G  0x100ull
#define NX (1ull << 63)

#define MASK 0x000ffffffffff000ull

/* One table a level; tables[1] holds pages of 4 KiB. */
static uint64_t tables[6][512] __attribute__((aligned(4096)));

static uint64_t at(const void *table)
{
	return (uintptr_t)table;
}

/* Levels above `leaf_level` allow everything and map `address` through one entry each. */
static struct pagetable build(unsigned n_levels, unsigned leaf_level, uint64_t address,
			      uint64_t leaf)
{
	memset(tables, 0, sizeof(tables));
	for (unsigned level = n_levels; level > leaf_level; level--)
		tables[level][arch_level_index(level, (virt_t){address})] =
			at(tables[level - 1]) | P | RW;
	tables[leaf_level][arch_level_index(leaf_level, (virt_t){address})] = leaf;
	return (struct pagetable){.root = {at(tables[n_levels])},
				  .n_levels = n_levels,
				  .address_mask = MASK,
				  .has_execute_disable = true};
}

static void leaves_of_every_size(void **state)
{
	static const struct {
		unsigned n_levels, level;
		uint64_t address, first, size, flags;
	} cases[] = {
		{4, 1, 0x7fff12345678, 0x7fff12345000, 0x1000, 0},
		{4, 2, 0x7fff12345678, 0x7fff12200000, 0x200000, PS},
		{4, 3, 0x7fff12345678, 0x7fff00000000, 0x40000000, PS},
		{5, 1, 0xff123456789abc, 0xff123456789000, 0x1000, 0},
		{5, 2, 0xff123456789abc, 0xff123456600000, 0x200000, PS},
		/* Bit 7 of a leaf of 4 KiB is its PAT bit, not a size. */
		{4, 1, 0x1000, 0x1000, 0x1000, PS},
		{4, 1, 0xffffffffffffffff, 0xfffffffffffff000, 0x1000, 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pagetable table = build(cases[i].n_levels, cases[i].level, cases[i].address,
					       0x1234000 | P | RW | cases[i].flags);
		struct leaf leaf;

		assert_int_equal(pagetable_find(&table, (virt_t){cases[i].address}, &leaf),
				 STATUS_OK);
		assert_int_equal(leaf.level, cases[i].level);
		assert_true(leaf.first.at == cases[i].first);
		assert_true(leaf.size_bytes == cases[i].size);
		assert_true(leaf.writable && leaf.executable && leaf.entry_decides);
		assert_ptr_equal(leaf.entry, &tables[cases[i].level][arch_level_index(
						     cases[i].level, (virt_t){cases[i].address})]);
	}
}

static void permissions_of_all_levels_count(void **state)
{
	(void)state;

	for (unsigned level = 1; level <= 4; level++) {
		struct pagetable table = build(4, 1, 0x5000, 0x5000 | P | RW | G);
		uint64_t *entry = &tables[level][arch_level_index(level, (virt_t){0x5000})];
		struct leaf leaf;

		*entry &= ~RW;
		assert_int_equal(pagetable_find(&table, (virt_t){0x5fff}, &leaf), STATUS_OK);
		assert_false(leaf.writable);
		assert_true(leaf.executable);
		assert_int_equal(leaf.entry_decides, level == 1);
		*entry |= RW | NX;
		assert_int_equal(pagetable_find(&table, (virt_t){0x5fff}, &leaf), STATUS_OK);
		assert_true(leaf.writable);
		assert_false(leaf.executable);
		table.has_execute_disable = false;
		assert_int_equal(pagetable_find(&table, (virt_t){0x5fff}, &leaf), STATUS_OK);
		assert_true(leaf.executable);
		*entry &= ~P;
		leaf.level = 77;
		assert_int_equal(pagetable_find(&table, (virt_t){0x5fff}, &leaf), STATUS_ABSENT);
		assert_int_equal(leaf.level, 77);
	}
}

static void addresses_that_cannot_be(void **state)
{
	struct pagetable table = build(4, 1, 0, P);
	struct leaf leaf;
	(void)state;

	assert_int_equal(pagetable_find(&table, (virt_t){0x800000000000}, &leaf), STATUS_MALFORMED);
	assert_int_equal(pagetable_find(&table, (virt_t){0xffff7fffffffffff}, &leaf),
			 STATUS_MALFORMED);
	assert_int_equal(pagetable_find(&table, (virt_t){0x7fffffffffff}, &leaf), STATUS_ABSENT);
	table = build(5, 1, 0, P);
	assert_int_equal(pagetable_find(&table, (virt_t){0x800000000000}, &leaf), STATUS_ABSENT);
	assert_int_equal(pagetable_find(&table, (virt_t){0x100000000000000}, &leaf),
			 STATUS_MALFORMED);
}

/* An encryption bit in an entry is not part of the address of the next table. */
static void address_mask_is_respected(void **state)
{
	struct pagetable table = build(4, 1, 0x5000, 0x5000 | P | RW);
	struct leaf leaf;
	(void)state;

	for (unsigned level = 2; level <= 4; level++)
		tables[level][0] |= 1ull << 51;
	table.address_mask = MASK & ~(1ull << 51);
	assert_int_equal(pagetable_find(&table, (virt_t){0x5000}, &leaf), STATUS_OK);
	assert_true(leaf.first.at == 0x5000);
}

static void ranges_are_mapped_or_not(void **state)
{
	struct pagetable table = build(4, 1, 0x5000, 0x5000 | P);
	(void)state;

	tables[1][6] = 0x6000 | P;
	assert_true(pagetable_is_mapped(&table, (virt_t){0x5000}, 0x2000));
	assert_true(pagetable_is_mapped(&table, (virt_t){0x5fff}, 2));
	assert_true(pagetable_is_mapped(&table, (virt_t){0x9000}, 0));
	assert_false(pagetable_is_mapped(&table, (virt_t){0x4fff}, 2));
	assert_false(pagetable_is_mapped(&table, (virt_t){0x5000}, 0x2001));
	assert_false(pagetable_is_mapped(&table, (virt_t){0x5000}, UINT64_MAX));
	table = build(4, 1, UINT64_MAX, P);
	assert_false(pagetable_is_mapped(&table, (virt_t){UINT64_MAX - 10}, 20));
}

static void entries_keep_what_is_not_asked(void **state)
{
	struct pagetable table = {.has_execute_disable = true};
	(void)state;

	assert_true(arch_entry_with(&table, 0x5000 | P | G, true, true) == (0x5000 | P | RW | G));
	assert_true(arch_entry_with(&table, 0x5000 | P | RW, false, false) == (0x5000 | P | NX));
	assert_true(arch_entry_with(&table, 0x5000 | P | NX, true, true) == (0x5000 | P | RW));
	/* Bit 63 is reserved where execute disable is off: setting it would fault. */
	table.has_execute_disable = false;
	assert_true(arch_entry_with(&table, 0x5000 | P, true, false) == (0x5000 | P | RW));
}

static void write_is_refused_where_the_leaf_does_not_decide(void **state)
{
	struct pagetable table = build(4, 2, 0x200000, 0x200000 | P | PS);
	(void)state;

	assert_int_equal(pagetable_allow_write(&table, (virt_t){0x200000}, true),
			 STATUS_UNSUPPORTED);
	assert_true(tables[2][1] == (0x200000 | P | PS));
	table = build(4, 1, 0x5000, 0x5000 | P);
	tables[3][0] &= ~RW;
	assert_int_equal(pagetable_allow_write(&table, (virt_t){0x5000}, true), STATUS_UNSUPPORTED);
	assert_true(tables[1][5] == (0x5000 | P));
	assert_int_equal(pagetable_allow_write(&table, (virt_t){0x6000}, true), STATUS_ABSENT);
}

/* Every combination of the bits that SDM volume 3A, figure 4-12 defines. */
static void fault_codes_are_decoded(void **state)
{
	(void)state;

	for (uint64_t code = 0; code < 0x20000; code++) {
		struct fault fault;

		arch_fault_decode(code, (virt_t){0x1234}, (virt_t){0x5678}, &fault);
		assert_true(fault.address.at == 0x1234 && fault.instruction.at == 0x5678);
		assert_int_equal(fault.present, code & 1);
		assert_int_equal(fault.access, code & 16  ? FAULT_EXECUTE
					       : code & 2 ? FAULT_WRITE
							  : FAULT_READ);
		assert_int_equal(fault.unusual, (code & ~0x13ull) != 0);
		/* Only the plain write to a page that is there. */
		assert_int_equal(fault_is_write_to_readonly(&fault, (virt_t){0x1000}, 0x1000),
				 code == 3);
	}
}

static void fault_outside_is_not_ours(void **state)
{
	struct fault fault;
	(void)state;

	for (uint64_t address = 0xffe; address <= 0x2002; address++) {
		arch_fault_decode(3, (virt_t){address}, (virt_t){0}, &fault);
		assert_int_equal(fault_is_write_to_readonly(&fault, (virt_t){0x1000}, 0x1000),
				 address >= 0x1000 && address <= 0x1fff);
	}
	arch_fault_decode(3, (virt_t){UINT64_MAX}, (virt_t){0}, &fault);
	assert_true(fault_is_write_to_readonly(&fault, (virt_t){UINT64_MAX}, 1));
	assert_false(fault_is_write_to_readonly(&fault, (virt_t){0}, UINT64_MAX));
}

/* The processor of these has 40 bits of physical address. */
static void garbage_in_the_top_level(void **state)
{
	const unsigned bits = 40;
	uint64_t *top = tables[4];
	struct pagetable table;
	(void)state;

	table = build(4, 2, at(tables) & ~0x1fffffull, (at(tables) & ~0x1fffffull) | P | RW | PS);
	for (unsigned i = 2; i < PAGETABLE_ENTRIES; i++)
		if (!top[i])
			assert_false(pagetable_top_is_garbage(&table, i, 52));
	/* Where our own tables are mapped there is nothing wrong but the address width. */
	for (unsigned i = 0; i < PAGETABLE_ENTRIES; i++)
		if (top[i]) {
			assert_false(pagetable_top_is_garbage(&table, i, 52));
			assert_int_equal(pagetable_top_is_garbage(&table, i, bits), i >= 2);
		}
	top[1] = 0x1000; /* not present, not zero */
	assert_true(pagetable_top_is_garbage(&table, 1, 52));
	top[1] = 1ull << 62;
	assert_true(pagetable_top_is_garbage(&table, 1, 52));
	top[1] = at(tables[3]) | P | RW | PS; /* reserved there */
	assert_true(pagetable_top_is_garbage(&table, 1, 52));
	top[1] = 1ull << 48 | P; /* beyond the width */
	assert_true(pagetable_top_is_garbage(&table, 1, 48));
	top[1] = 0x1000 | P; /* not mapped */
	assert_true(pagetable_top_is_garbage(&table, 1, 52));
	top[300] = at(top) | P | RW; /* a table that points to itself is a known trick */
	assert_false(pagetable_top_is_garbage(&table, 300, 52));
	top[1] = at(tables[3]) | P | RW | NX;
	assert_false(pagetable_top_is_garbage(&table, 1, 52));
	table.has_execute_disable = false; /* the bit is reserved then */
	assert_true(pagetable_top_is_garbage(&table, 1, 52));
}

static void pages_are_counted_by_permission(void **state)
{
	struct pagetable table = build(4, 1, 0x1000, 0x1000 | P | RW);
	uint64_t pages[4];
	(void)state;

	tables[1][2] = 0x2000 | P | NX;
	tables[1][3] = 0x3000 | P | RW | NX;
	tables[1][4] = 0x4000 | P;
	tables[2][7] = 0xe00000 | P | RW | PS;
	tables[3][9] = P | PS;
	tables[4][511] = at(tables[4]) | P | RW; /* itself: passed over */
	pagetable_count(&table, pages);
	assert_true(pages[0] == 1 && pages[1] == 1 && pages[2] == 1 + 512 * 512 &&
		    pages[3] == 1 + 512);
	/* What a level above withholds, nothing below gives back. */
	tables[4][arch_level_index(4, (virt_t){0x1000})] &= ~RW;
	pagetable_count(&table, pages);
	assert_true(pages[0] == 2 && pages[1] == 0 && pages[2] == 2 + 512 + 512 * 512 &&
		    pages[3] == 0);
}

/* The tables of this test lie in at most two pieces of 2 MiB, which are mapped here. */
static void readonly_tables_are_seen(void **state)
{
	uint64_t first = at(tables) & ~0x1fffffull;
	(void)state;

	for (unsigned readonly = 0; readonly < 2; readonly++) {
		uint64_t flags = P | PS | (readonly ? 0 : RW);
		struct pagetable table = build(4, 2, first, first | flags);
		unsigned next = arch_level_index(2, (virt_t){first}) + 1;

		if (next < PAGETABLE_ENTRIES)
			tables[2][next] = (first + 0x200000) | flags;
		assert_int_equal(pagetable_is_readonly(&table, (virt_t){first}), readonly);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(garbage_in_the_top_level),
		cmocka_unit_test(readonly_tables_are_seen),
		cmocka_unit_test(pages_are_counted_by_permission),
		cmocka_unit_test(leaves_of_every_size),
		cmocka_unit_test(permissions_of_all_levels_count),
		cmocka_unit_test(addresses_that_cannot_be),
		cmocka_unit_test(address_mask_is_respected),
		cmocka_unit_test(ranges_are_mapped_or_not),
		cmocka_unit_test(entries_keep_what_is_not_asked),
		cmocka_unit_test(write_is_refused_where_the_leaf_does_not_decide),
		cmocka_unit_test(fault_codes_are_decoded),
		cmocka_unit_test(fault_outside_is_not_ours),
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
