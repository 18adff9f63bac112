/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_memmap_edit.c - repaired memory maps against an oracle that asks page by page: every map of two
 * descriptors and many of three over a few pages, and long ones at random.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/memmap_edit.h>

#define PAGE           4096ull
#define N_PAGES        12u
#define LIMIT          (8 * PAGE) /* the pages from 8 on are beyond it */
#define DESCRIPTOR_MAX 56u
#define MAX            40u
#define WB             0x8ull
#define UC             0x1ull
#define NOWHERE        0xffffffffu

static uint8_t bytes[MAX * DESCRIPTOR_MAX], before[sizeof(bytes)];

static struct memmap_edit edit_of(const struct memory_range *ranges, size_t n, size_t size)
{
	struct memmap_edit edit = {bytes, n * size, sizeof(bytes) / size * size, size};

	memset(bytes, 0xcc, sizeof(bytes));
	for (size_t i = 0; i < n; i++)
		memmap_edit_write(&edit, i, &ranges[i]);
	memcpy(before, bytes, sizeof(bytes));
	return edit;
}

static void assert_range(const struct memmap_edit *edit, size_t place, struct memory_range wanted)
{
	struct memory_range range;

	assert_true(memmap_edit_read(edit, place, &range));
	assert_int_equal(range.type, wanted.type);
	assert_true(range.first == wanted.first && range.n_pages == wanted.n_pages);
	assert_true(range.attributes == wanted.attributes);
}

/* ---- the oracle -------------------------------------------------------------------------------- */

static unsigned strength(uint32_t type, uint64_t attributes)
{
	static const uint32_t order[] = {7, 1, 2, 3, 4, 9};
	static const unsigned rank[] = {0, 1, 1, 2, 2, 3};
	unsigned found = 4;

	for (unsigned i = 0; i < 6; i++)
		if (type == order[i])
			found = rank[i];
	return found + (attributes & MEMORY_RUNTIME ? 10 : 0);
}

static struct memory_range right_kind(struct memory_range range)
{
	bool is_code = range.type == 1 || range.type == 3 || range.type == 5;

	if (range.type == 5 || range.type == 6)
		range.attributes |= MEMORY_RUNTIME;
	if (!(range.attributes & MEMORY_RUNTIME))
		return range;
	if (range.type >= 1 && range.type <= 7)
		range.type = is_code ? 5 : 6;
	if (!(range.attributes & 0x1f))
		range.attributes |=
			range.type == 5 || range.type == 6 || range.type == 9 || range.type == 10
				? WB
				: UC;
	return range;
}

static bool is_valid(const struct memory_range *range)
{
	return range->first % PAGE == 0 && range->n_pages && range->n_pages <= LIMIT / PAGE &&
	       range->first < LIMIT && range->first + range->n_pages * PAGE <= LIMIT;
}

/* What the page should be: the strongest of those that have it, the first of equals. */
static struct memory_range page_wanted(const struct memory_range *ranges, size_t n, uint64_t page)
{
	struct memory_range best = {NOWHERE, 0, 0, 0};

	for (size_t i = 0; i < n; i++) {
		struct memory_range range = right_kind(ranges[i]);

		if (!is_valid(&range) || page * PAGE < range.first ||
		    page * PAGE >= range.first + range.n_pages * PAGE)
			continue;
		if (best.type == NOWHERE ||
		    strength(range.type, range.attributes) > strength(best.type, best.attributes))
			best = range;
	}
	return best;
}

static struct memory_range page_found(const struct memmap_edit *edit, uint64_t page)
{
	struct memory_range range, found = {NOWHERE, 0, 0, 0};

	for (size_t i = 0; memmap_edit_read(edit, i, &range); i++) {
		if (page * PAGE < range.first || page * PAGE >= range.first + range.n_pages * PAGE)
			continue;
		assert_int_equal(found.type, NOWHERE); /* no page twice */
		found = range;
	}
	return found;
}

static bool is_already_right(const struct memory_range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct memory_range right = right_kind(ranges[i]);

		if (!is_valid(&ranges[i]) || memcmp(&right, &ranges[i], sizeof(right)))
			return false;
		for (size_t j = 0; j < i; j++)
			if (ranges[i].first < ranges[j].first + ranges[j].n_pages * PAGE &&
			    ranges[j].first < ranges[i].first + ranges[i].n_pages * PAGE)
				return false;
	}
	return true;
}

static void try_map(const struct memory_range *ranges, size_t n, size_t size)
{
	struct memmap_edit edit = edit_of(ranges, n, size), again, tight;
	unsigned n_changes = NOWHERE, none;

	assert_int_equal(memmap_fix(&edit, LIMIT, &n_changes), STATUS_OK);
	assert_true(edit.size_bytes % size == 0 && edit.size_bytes <= edit.room_bytes);
	for (uint64_t page = 0; page < N_PAGES; page++) {
		struct memory_range wanted = page_wanted(ranges, n, page),
				    found = page_found(&edit, page);

		assert_int_equal(found.type, wanted.type);
		assert_true(found.attributes == wanted.attributes);
	}
	assert_int_equal(
		memmap_check(&(struct memmap){span_of(edit.at, edit.size_bytes), size}, LIMIT), 0);
	assert_int_equal(n_changes == 0, is_already_right(ranges, n));
	if (!n_changes)
		assert_memory_equal(bytes, before, sizeof(bytes));
	again = edit;
	assert_int_equal(memmap_fix(&again, LIMIT, &none), STATUS_OK);
	assert_true(none == 0 && again.size_bytes == edit.size_bytes);

	/* With no room to spare it is the same, or said, and nothing behind the buffer is touched. */
	tight = edit_of(ranges, n, size);
	tight.room_bytes = tight.size_bytes;
	if (memmap_fix(&tight, LIMIT, &none) == STATUS_OK)
		assert_true(tight.size_bytes == edit.size_bytes && none == n_changes);
	else
		assert_true(n_changes > 0);
	assert_memory_equal(bytes + n * size, before + n * size, sizeof(bytes) - n * size);
}

/* ---- maps -------------------------------------------------------------------------------------- */

static void every_map_of_two(void **state)
{
	static const uint32_t types[] = {7, 1, 4, 9, 5, 0, 11, 0x80000001};
	static const uint64_t attributes[] = {0, WB, MEMORY_RUNTIME, MEMORY_RUNTIME | UC};
	enum { KINDS = 8 * 4, PLACES = 6 * 5 };
	(void)state;

	for (unsigned kinds = 0; kinds < KINDS * KINDS; kinds++)
		for (unsigned place = 0; place < PLACES * 5; place += 1 + kinds % 2) {
			unsigned a = kinds % KINDS, b = kinds / KINDS;
			struct memory_range ranges[2] = {
				{types[a % 8], 2 * PAGE, place / PLACES, attributes[a / 8]},
				{types[b % 8], place % 6 * PAGE, place / 6 % 5, attributes[b / 8]},
			};

			try_map(ranges, 2, 40);
		}
}

static void maps_of_three(void **state)
{
	static const uint32_t types[] = {7, 3, 6};
	enum { EACH = 3 * 4 * 4 };
	(void)state;

	for (unsigned long n = 0; n < (unsigned long)EACH * EACH * EACH; n++) {
		struct memory_range ranges[3];
		unsigned long rest = n;

		for (unsigned i = 0; i < 3; i++, rest /= EACH)
			ranges[i] = (struct memory_range){types[rest % 3], rest / 3 % 4 * PAGE,
							  1 + rest / 12 % 4, WB};
		try_map(ranges, 3, 48);
	}
}

static void long_maps_at_random(void **state)
{
	static const uint64_t odd[] = {0, UINT64_MAX, UINT64_MAX >> 12, 1ull << 52, 9};
	uint64_t seed = 1;
	(void)state;

	for (unsigned round = 0; round < 30000; round++) {
		struct memory_range ranges[9];
		size_t n = 1 + round % 9;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			ranges[i] = (struct memory_range){
				(uint32_t)(seed >> 60),
				(seed >> 52 & 15) * PAGE + (seed >> 48 & 15 ? 0 : 8),
				seed >> 44 & 15 ? seed >> 40 & 7 : odd[(seed >> 40 & 15) % 5],
				(seed >> 36 & 7 ? seed >> 33 & 7 : 0) << 1 |
					(seed >> 32 & 3 ? 0 : MEMORY_RUNTIME)};
			if (!(seed >> 24 & 31))
				ranges[i].first = 0ull - PAGE;
		}
		try_map(ranges, n, 40 + round % 3 * 8);
	}
}

/* What Linux calls "[Firmware Bug]: Invalid EFI memory map entries", and the X240's reserved entry of all and nothing. */
static void impossible_descriptors_go(void **state)
{
	static const struct memory_range ranges[] = {
		{7, 0, 2, WB},
		{0, 0, 0, 0},
		{0, UINT64_MAX - PAGE + 1, 1, 0},
		{4, 2 * PAGE, UINT64_MAX, WB},
		{4, 7 * PAGE, 2, WB},
		{6, 2 * PAGE, 1, WB | MEMORY_RUNTIME},
	};
	struct memmap_edit edit = edit_of(ranges, 6, 48);
	struct memory_range none;
	unsigned n_changes;
	(void)state;

	assert_int_equal(memmap_fix(&edit, LIMIT, &n_changes), STATUS_OK);
	assert_int_equal(n_changes, 4);
	assert_range(&edit, 0, ranges[0]);
	assert_range(&edit, 1, ranges[5]);
	assert_false(memmap_edit_read(&edit, 2, &none));
}

static void the_middle_is_cut_out(void **state)
{
	static const struct memory_range ranges[] = {{7, 0, 6, WB},
						     {6, 2 * PAGE, 1, WB | MEMORY_RUNTIME}};
	struct memmap_edit edit = edit_of(ranges, 2, 48);
	unsigned n_changes;
	(void)state;

	assert_int_equal(memmap_fix(&edit, LIMIT, &n_changes), STATUS_OK);
	assert_int_equal(n_changes, 1);
	assert_int_equal(edit.size_bytes, 3 * 48);
	assert_range(&edit, 0, (struct memory_range){7, 0, 2, WB});
	assert_range(&edit, 1, (struct memory_range){7, 3 * PAGE, 3, WB});
	assert_range(&edit, 2, ranges[1]);
	edit = edit_of(ranges, 2, 48);
	edit.room_bytes = edit.size_bytes;
	assert_int_equal(memmap_fix(&edit, LIMIT, &n_changes), STATUS_NO_SPACE);
}

static void kinds_become_consistent(void **state)
{
	static const struct memory_range ranges[] = {
		{5, 0, 1, WB}, /* no RUNTIME */
		{11, PAGE, 1,
		 MEMORY_RUNTIME}, /* no cacheability: the MMIO of dell-mmio-attr-none */
		{6, 2 * PAGE, 1, MEMORY_RUNTIME}, /* the same, memory */
		{3, 3 * PAGE, 1, MEMORY_RUNTIME | WB},
		{0, 4 * PAGE, 1, MEMORY_RUNTIME},
		{10, 5 * PAGE, 1, MEMORY_RUNTIME},
	};
	struct memmap_edit edit = edit_of(ranges, 6, 40);
	unsigned n_changes;
	(void)state;

	assert_int_equal(memmap_fix(&edit, LIMIT, &n_changes), STATUS_OK);
	assert_int_equal(n_changes, 6);
	assert_range(&edit, 0, (struct memory_range){5, 0, 1, WB | MEMORY_RUNTIME});
	assert_range(&edit, 1, (struct memory_range){11, PAGE, 1, UC | MEMORY_RUNTIME});
	assert_range(&edit, 2, (struct memory_range){6, 2 * PAGE, 1, WB | MEMORY_RUNTIME});
	assert_range(&edit, 3, (struct memory_range){5, 3 * PAGE, 1, WB | MEMORY_RUNTIME});
	assert_range(&edit, 4, (struct memory_range){0, 4 * PAGE, 1, UC | MEMORY_RUNTIME});
	assert_range(&edit, 5, (struct memory_range){10, 5 * PAGE, 1, WB | MEMORY_RUNTIME});
}

/* A descriptor larger than the structure keeps what is behind it, in both halves of a split. */
static void the_rest_of_a_descriptor_moves_along(void **state)
{
	static const struct memory_range ranges[] = {{7, 0, 4, WB}, {4, 4 * PAGE, 1, WB}};
	struct memmap_edit edit = edit_of(ranges, 2, 56);
	struct memory_range none;
	(void)state;

	memset(bytes + 40, 0xa1, 16);
	memset(bytes + 56 + 40, 0xb2, 16);
	memset(bytes + 16, 0xd4, 8); /* VirtualStart */
	assert_int_equal(memmap_edit_split(&edit, 0, 3), STATUS_OK);
	assert_range(&edit, 0, (struct memory_range){7, 0, 3, WB});
	assert_range(&edit, 1, (struct memory_range){7, 3 * PAGE, 1, WB});
	assert_range(&edit, 2, ranges[1]);
	assert_true(bytes[40] == 0xa1 && bytes[56 + 55] == 0xa1 && bytes[112 + 40] == 0xb2);
	assert_true(bytes[16] == 0xd4 && bytes[56 + 23] == 0xd4);
	memmap_edit_remove(&edit, 0);
	assert_range(&edit, 0, (struct memory_range){7, 3 * PAGE, 1, WB});
	assert_range(&edit, 1, ranges[1]);
	assert_false(memmap_edit_read(&edit, 2, &none));
	memmap_edit_remove(&edit, 1);
	assert_int_equal(edit.size_bytes, 56);
	edit.descriptor_size = 32;
	assert_false(memmap_edit_read(&edit, 0, &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_map_of_two),
		cmocka_unit_test(maps_of_three),
		cmocka_unit_test(long_maps_at_random),
		cmocka_unit_test(impossible_descriptors_go),
		cmocka_unit_test(the_middle_is_cut_out),
		cmocka_unit_test(kinds_become_consistent),
		cmocka_unit_test(the_rest_of_a_descriptor_moves_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
