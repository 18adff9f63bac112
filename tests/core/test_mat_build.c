/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_mat_build.c - Memory Attributes Tables made anew, and what the checking reader says of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/mat.h>
#include <fwquirk/mat_build.h>

#define PAGE  4096u
#define BASE  0x7f000000ull
#define SIZE  48u
#define CODE  (MEMORY_RUNTIME | MEMORY_RO)
#define DATA  (MEMORY_RUNTIME | MEMORY_XP)
#define FLAGS (MEMORY_RUNTIME | 0xfull)

static uint8_t memory[32 * PAGE]; /* what is at BASE */
static uint8_t map_bytes[16 * SIZE], built[16 + 32 * SIZE];

static struct span read_memory(uint64_t first, uint64_t size_bytes)
{
	assert_true(first >= BASE && first + size_bytes <= BASE + sizeof(memory));
	return span_of(memory + (first - BASE), size_bytes);
}

static void put(uint8_t *at, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++)
		at[i] = (uint8_t)(value >> i * 8);
}

static struct memmap map_of(const struct memory_range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(map_bytes + i * SIZE, ranges[i].type, 4);
		put(map_bytes + i * SIZE + 8, ranges[i].first, 8);
		put(map_bytes + i * SIZE + 24, ranges[i].n_pages, 8);
		put(map_bytes + i * SIZE + 32, ranges[i].attributes, 8);
	}
	return (struct memmap){span_of(map_bytes, n * SIZE), SIZE};
}

/* An image of `n_pages` with sections {first byte, bytes, flags} at a page of the memory. */
struct section {
	uint32_t first, size, flags;
};

static void put_image(unsigned page, unsigned n_pages, const struct section *sections, unsigned n)
{
	uint8_t *at = memory + (size_t)page * PAGE, *pe = at + 64, *header = pe + 24 + 112;

	put(at, 0x5a4d, 2);
	put(at + 0x3c, 64, 4);
	put(pe, 0x4550, 4);
	put(pe + 6, n, 2);
	put(pe + 20, 112, 2);
	put(pe + 24, 0x20b, 2);
	put(pe + 24 + 56, (uint64_t)n_pages * PAGE, 4);
	for (unsigned i = 0; i < n; i++, header += 40) {
		put(header + 8, sections[i].size, 4);
		put(header + 12, sections[i].first, 4);
		put(header + 36, sections[i].flags, 4);
	}
}

#define TEXT 0x60000020u
#define RW   0xc0000040u

static struct memmap_edit build(const struct memmap *map, enum status wanted)
{
	struct memmap_edit entries = {built + 16, 777, sizeof(built) - 16, SIZE};

	memset(built, 0xee, sizeof(built));
	assert_int_equal(mat_build(map, read_memory, &entries), wanted);
	return entries;
}

static void assert_entries(const struct memmap_edit *entries, const struct memory_range *wanted,
			   size_t n)
{
	struct memory_range range;

	assert_int_equal(entries->size_bytes, n * SIZE);
	for (size_t i = 0; i < n; i++) {
		assert_true(memmap_edit_read(entries, i, &range));
		assert_int_equal(range.type, wanted[i].type);
		assert_int_equal(range.first, wanted[i].first);
		assert_int_equal(range.n_pages, wanted[i].n_pages);
		assert_int_equal(range.attributes, wanted[i].attributes);
	}
}

/* The other reader finds nothing. */
static void assert_sane(const struct memmap_edit *entries, const struct memmap *map)
{
	struct mat mat;
	unsigned found;

	memset(built, 0, 16);
	put(built, 1, 4);
	put(built + 4, entries->size_bytes / SIZE, 4);
	put(built + 8, SIZE, 4);
	assert_int_equal(mat_open(span_of(built, sizeof(built)), map, &mat), STATUS_OK);
	assert_int_equal(mat_check(&mat, map, &found), STATUS_OK);
	assert_int_equal(found, 0);
}

static int setup(void **state)
{
	static const struct section sections[] = {{PAGE, 100, TEXT}, {2 * PAGE, 2 * PAGE, RW}};

	(void)state;
	memset(memory, 0, sizeof(memory));
	put_image(2, 5, sections, 2);
	return 0;
}

/* Data, a gap, an image of headers, code, data and its end, a gap, a second image; the map is out of order. */
static void images(void **state)
{
	static const struct section second[] = {{2 * PAGE, PAGE + 1, TEXT}};
	static const struct memory_range ranges[] =
		{
			{5, BASE, 14, FLAGS},
			{6, BASE - 8 * PAGE, 8, FLAGS},
			{7, 0, 100, 0xf},
			{4, BASE + 20 * PAGE, 2, 0xf},
			{5, BASE + 14 * PAGE, 2, 0xf}, /* not for the operating system */
		};
	static const struct memory_range wanted[] = {
		{6, BASE - 8 * PAGE, 8, DATA},  {5, BASE, 3, DATA},
		{5, BASE + 3 * PAGE, 1, CODE},  {5, BASE + 4 * PAGE, 6, DATA},
		{5, BASE + 10 * PAGE, 2, CODE}, {5, BASE + 12 * PAGE, 2, DATA},
	};
	struct memmap map = map_of(ranges, 5);
	struct memmap_edit entries;

	(void)state;
	put_image(8, 5, second, 1);
	entries = build(&map, STATUS_OK);
	assert_entries(&entries, wanted, 6);
	assert_sane(&entries, &map);
}

/* Code that begins in the middle of a page: nothing can be said of any page of the image. */
static void ragged(void **state)
{
	static const struct section sections[] = {{PAGE, PAGE, TEXT}, {2 * PAGE + 32, 64, TEXT}};
	static const struct memory_range ranges[] = {{5, BASE, 10, FLAGS}};
	static const struct memory_range wanted[] = {{5, BASE, 2, DATA},
						     {5, BASE + 2 * PAGE, 5, MEMORY_RUNTIME},
						     {5, BASE + 7 * PAGE, 3, DATA}};
	struct memmap map = map_of(ranges, 1);
	struct memmap_edit entries;

	(void)state;
	put_image(2, 5, sections, 2);
	entries = build(&map, STATUS_OK);
	assert_entries(&entries, wanted, 3);
}

/* Descriptors that overlap or repeat: each page once. An image that leaves its descriptor is cut there. */
static void overlapping(void **state)
{
	static const struct memory_range ranges[] = {{5, BASE, 4, FLAGS},
						     {6, BASE + 2 * PAGE, 4, FLAGS},
						     {5, BASE, 4, FLAGS},
						     {6, BASE + 6 * PAGE, 1, FLAGS},
						     {5, BASE + 6 * PAGE, 0, FLAGS},
						     {5, BASE + 8 * PAGE + 1, 1, FLAGS}};
	static const struct memory_range wanted[] = {
		{5, BASE, 3, DATA}, {5, BASE + 3 * PAGE, 1, CODE}, {6, BASE + 4 * PAGE, 3, DATA}};
	struct memmap map = map_of(ranges, 6);
	struct memmap_edit entries = build(&map, STATUS_OK);

	(void)state;
	assert_entries(&entries, wanted, 3);
}

static void no_room(void **state)
{
	static const struct memory_range ranges[] = {{5, BASE, 10, FLAGS}};
	struct memmap map = map_of(ranges, 1);
	struct memmap_edit entries = {built, 0, 2 * SIZE, SIZE};

	(void)state;
	assert_int_equal(mat_build(&map, read_memory, &entries), STATUS_NO_SPACE);
	entries.room_bytes = 3 * SIZE;
	assert_int_equal(mat_build(&map, read_memory, &entries), STATUS_OK);
	assert_int_equal(entries.size_bytes, 3 * SIZE);
}

/* A section that leaves the image, an image of no size, half a header: no code anywhere. */
static void damaged(void **state)
{
	static const struct section outside[] = {{PAGE, 0x7fffffff, TEXT}};
	static const struct memory_range ranges[] = {{5, BASE, 32, FLAGS}};
	static const struct memory_range wanted[] = {{5, BASE, 32, DATA}};
	struct memmap map = map_of(ranges, 1);
	struct memmap_edit entries;

	(void)state;
	memset(memory, 0, sizeof(memory));
	put_image(2, 5, outside, 1);
	put_image(9, 0, outside, 1);
	put(memory + 31 * PAGE, 0x5a4d, 2);
	put(memory + 31 * PAGE + 0x3c, PAGE - 2, 4);
	entries = build(&map, STATUS_OK);
	assert_entries(&entries, wanted, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(images, setup),      cmocka_unit_test_setup(ragged, setup),
		cmocka_unit_test_setup(overlapping, setup), cmocka_unit_test_setup(no_room, setup),
		cmocka_unit_test_setup(damaged, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
