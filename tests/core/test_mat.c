/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_mat.c - Memory Attributes Tables with every kind of mistake, beside a memory map */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/mat.h>

#define WB    0x8ull
#define CODE  (MEMORY_RUNTIME | MEMORY_RO)
#define DATA  (MEMORY_RUNTIME | MEMORY_XP)
#define SIZE  48u
#define N_MAP 5u

struct entry {
	uint32_t type;
	uint64_t first, n_pages, attributes;
};

static uint8_t map_bytes[(MAT_MAX_RUNS + 16) * SIZE];

static void put(uint8_t *at, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++)
		at[i] = (uint8_t)(value >> i * 8);
}

static void put_entries(uint8_t *at, const struct entry *entries, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++, at += size) {
		put(at, entries[i].type, 4);
		put(at + 8, entries[i].first, 8);
		put(at + 24, entries[i].n_pages, 8);
		put(at + 32, entries[i].attributes, 8);
	}
}

/* Code at 1 to 9 and again behind data, given backwards. */
static struct memmap map(void)
{
	static const struct entry entries[N_MAP] = {
		{7, 0x0, 1, WB},
		{6, 0x9000, 3, WB | MEMORY_RUNTIME},
		{5, 0x4000, 5, WB | MEMORY_RUNTIME},
		{5, 0x1000, 3, WB | MEMORY_RUNTIME},
		{5, 0x20000, 2, WB}, /* not for the operating system */
	};

	put_entries(map_bytes, entries, N_MAP, SIZE);
	return (struct memmap){span_of(map_bytes, sizeof(entries) / sizeof(entries[0]) * SIZE),
			       SIZE};
}

static struct span table(const struct entry *entries, size_t n, uint32_t version, uint32_t size)
{
	static uint8_t bytes[1024];

	memset(bytes, 0, sizeof(bytes));
	put(bytes, version, 4);
	put(bytes + 4, n, 4);
	put(bytes + 8, size, 4);
	if (entries)
		put_entries(bytes + MAT_HEADER_SIZE, entries, n, size);
	return span_of(bytes, MAT_HEADER_SIZE + n * size);
}

static const struct entry good[] = {
	{5, 0x1000, 1, DATA}, {5, 0x2000, 5, CODE}, {5, 0x7000, 2, DATA}, {6, 0x9000, 3, DATA}};

static unsigned checked(const struct entry *entries, size_t n)
{
	struct memmap memmap = map();
	unsigned found = 0xffff;
	struct mat mat;

	assert_int_equal(mat_open(table(entries, n, 1, SIZE), &memmap, &mat), STATUS_OK);
	assert_int_equal(mat_check(&mat, &memmap, &found), STATUS_OK);
	return found;
}

/* The good table with one entry replaced. */
static unsigned with(size_t place, struct entry entry)
{
	struct entry entries[4];

	memcpy(entries, good, sizeof(good));
	entries[place] = entry;
	return checked(entries, 4);
}

static void good_tables_are_good(void **state)
{
	(void)state;
	assert_int_equal(checked(good, 4), 0);
	/* Entries need not be in order; what is neither RO nor XP is allowed (UEFI 2.10, 4.6.4). */
	assert_int_equal(with(1, (struct entry){5, 0x2000, 5, MEMORY_RUNTIME}), 0);
}

static void each_mistake_is_found(void **state)
{
	(void)state;
	/* Behind its descriptor, of the wrong type, in none, unaligned, empty, round the end. */
	assert_int_equal(with(3, (struct entry){6, 0x9000, 4, DATA}), MAT_OUTSIDE_RUNTIME);
	assert_int_equal(with(3, (struct entry){5, 0x9000, 3, DATA}), MAT_OUTSIDE_RUNTIME);
	assert_int_equal(with(3, (struct entry){7, 0x9000, 3, DATA}) & MAT_OUTSIDE_RUNTIME,
			 MAT_OUTSIDE_RUNTIME);
	assert_int_equal(with(3, (struct entry){6, 0x90000, 3, DATA}),
			 MAT_OUTSIDE_RUNTIME | MAT_INCOMPLETE);
	assert_int_equal(with(3, (struct entry){5, 0x20000, 2, DATA}),
			 MAT_OUTSIDE_RUNTIME | MAT_INCOMPLETE);
	assert_int_equal(with(3, (struct entry){6, 0x9800, 2, DATA}) & MAT_OUTSIDE_RUNTIME,
			 MAT_OUTSIDE_RUNTIME);
	assert_int_equal(with(3, (struct entry){6, 0x9000, 0, DATA}),
			 MAT_OUTSIDE_RUNTIME | MAT_INCOMPLETE);
	assert_int_equal(with(3, (struct entry){6, 0x9000, UINT64_MAX, DATA}),
			 MAT_OUTSIDE_RUNTIME | MAT_INCOMPLETE);

	assert_int_equal(with(2, (struct entry){5, 0x6000, 3, DATA}), MAT_OVERLAP);
	assert_int_equal(with(3, good[2]), MAT_OVERLAP | MAT_INCOMPLETE);
	assert_int_equal(with(1, (struct entry){5, 0x2000, 4, CODE}), MAT_INCOMPLETE);

	assert_int_equal(with(1, (struct entry){5, 0x2000, 5, CODE | MEMORY_XP}), MAT_CODE_XP);
	assert_int_equal(with(1, (struct entry){5, 0x2000, 5, DATA}), MAT_CODE_XP);
	/* EDK II has pages of runtime code that belong to no image: neither writable nor executable. */
	assert_int_equal(with(0, (struct entry){5, 0x1000, 1, CODE | DATA}), 0);
	assert_int_equal(with(3, (struct entry){6, 0x9000, 3, CODE | DATA}), 0);
}

/* The good table with one entry replaced, as the firmware's or as ours, and a service at 0x2345. */
static bool allows(const struct entry *now, const struct entry *was)
{
	static uint8_t copy[1024];
	struct entry entries[4];
	struct memmap memmap = map();
	struct mat mat, before;
	struct span bytes;

	memcpy(entries, good, sizeof(good));
	if (was) {
		entries[1] = *was;
		bytes = table(entries, 4, 1, SIZE);
		memcpy(copy, bytes.at, bytes.size);
		assert_int_equal(mat_open(span_of(copy, bytes.size), &memmap, &before), STATUS_OK);
	}
	entries[1] = *now;
	assert_int_equal(mat_open(table(entries, 4, 1, SIZE), &memmap, &mat), STATUS_OK);
	return mat_allows_call(&mat, was ? &before : NULL, 0x2345);
}

static void services_can_be_called(void **state)
{
	const struct entry code = {5, 0x2000, 5, CODE}, shut = {5, 0x2000, 5, DATA},
			   both = {5, 0x2000, 5, CODE | DATA},
			   open = {5, 0x2000, 5, MEMORY_RUNTIME}, elsewhere = {5, 0x3000, 4, CODE};

	(void)state;
	assert_true(allows(&code, NULL));
	assert_true(allows(&code, &shut));
	assert_true(allows(&code, &open));
	assert_false(allows(&shut, NULL));
	assert_false(allows(&both, NULL));
	assert_false(allows(&elsewhere, NULL));
	/* What the firmware has shut, too, stays a mistake. */
	assert_false(allows(&shut, &shut));
	/* Writable only as far as the firmware has it so. */
	assert_true(allows(&open, NULL));
	assert_true(allows(&open, &open));
	assert_true(allows(&open, &shut));
	assert_true(allows(&open, &elsewhere));
	assert_false(allows(&open, &code));
}

static void headers_that_are_refused(void **state)
{
	struct memmap memmap = map();
	struct mat mat = {.version = 77};

	(void)state;
	assert_int_equal(mat_open(span_of(NULL, 0), &memmap, &mat), STATUS_TRUNCATED);
	assert_int_equal(mat_open(table(good, 4, 0, SIZE), &memmap, &mat), STATUS_MALFORMED);
	assert_int_equal(mat_open(table(good, 4, 3, SIZE), &memmap, &mat), STATUS_MALFORMED);
	assert_int_equal(mat_open(table(good, 4, 1, 56), &memmap, &mat), STATUS_MALFORMED);
	assert_int_equal(mat_open(table(NULL, 0, 1, SIZE), &memmap, &mat), STATUS_MALFORMED);
	assert_int_equal(mat_open(table(NULL, N_MAP * 3 + 1, 1, SIZE), &memmap, &mat),
			 STATUS_MALFORMED);
	assert_int_equal(mat.version, 77);
	for (size_t size = 0; size < MAT_HEADER_SIZE + 4 * SIZE; size++) {
		struct span bytes = table(good, 4, 1, SIZE);

		bytes.size = size;
		assert_int_equal(mat_open(bytes, &memmap, &mat), STATUS_TRUNCATED);
	}
	assert_int_equal(mat_open(table(good, 4, 2, SIZE), &memmap, &mat), STATUS_OK);
	assert_int_equal(mat_open(table(good, 4, 1, 40), &memmap, &mat), STATUS_OK);
}

static void runtime_memory_in_too_many_pieces(void **state)
{
	struct entry many[MAT_MAX_RUNS + 1];
	struct memmap memmap = map();
	unsigned found = 5;
	struct mat mat;

	(void)state;
	for (size_t i = 0; i < MAT_MAX_RUNS + 1; i++)
		many[i] = (struct entry){6, 0x2000 * i, 1, WB | MEMORY_RUNTIME};
	assert_int_equal(mat_open(table(good, 4, 1, SIZE), &memmap, &mat), STATUS_OK);
	put_entries(map_bytes, many, MAT_MAX_RUNS + 1, SIZE);
	memmap.bytes = span_of(map_bytes, (MAT_MAX_RUNS + 1) * SIZE);
	assert_int_equal(mat_check(&mat, &memmap, &found), STATUS_NO_SPACE);
	assert_int_equal(found, 5);
	memmap.bytes = span_of(map_bytes, MAT_MAX_RUNS * SIZE);
	assert_int_equal(mat_check(&mat, &memmap, &found), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tables_are_good),
		cmocka_unit_test(each_mistake_is_found),
		cmocka_unit_test(services_can_be_called),
		cmocka_unit_test(headers_that_are_refused),
		cmocka_unit_test(runtime_memory_in_too_many_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
