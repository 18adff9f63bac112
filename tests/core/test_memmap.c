/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_memmap.c - how far memory reaches, by maps with every kind of mistake in them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/memmap.h>

#define MAX 300u

struct descriptor {
	uint32_t type;
	uint64_t start, n_pages, attributes;
};

static uint8_t bytes[MAX * 64];

#define WB      0x8ull
#define RUNTIME MEMORY_RUNTIME
#define LIMIT   (1ull << 40)

/* Descriptors of `size` bytes each, little-endian whatever the host is. */
static struct memmap map_of(const struct descriptor *descriptors, size_t n, size_t size)
{
	memset(bytes, 0xcc, sizeof(bytes));
	for (size_t i = 0; i < n; i++)
		for (unsigned byte = 0; byte < 8; byte++) {
			uint8_t *at = bytes + i * size;

			at[byte % 4] = (uint8_t)(descriptors[i].type >> byte % 4 * 8);
			at[8 + byte] = (uint8_t)(descriptors[i].start >> byte * 8);
			at[24 + byte] = (uint8_t)(descriptors[i].n_pages >> byte * 8);
			at[32 + byte] = (uint8_t)(descriptors[i].attributes >> byte * 8);
		}
	return (struct memmap){span_of(bytes, n * size), size};
}

static uint64_t reach(const struct memmap *map, uint64_t address)
{
	return memmap_readable(map, (phys_t){address}, UINT64_MAX);
}

static void adjoining_descriptors_add_up_in_any_order(void **state)
{
	static const struct descriptor some[] = {
		{6, 0x3000, 1, 0}, {4, 0x1000, 1, 0}, {7, 0x2000, 1, 0}, {4, 0x5000, 2, 0}};
	(void)state;

	for (size_t size = 40; size <= 64; size += 8) {
		struct memmap map = map_of(some, 4, size);

		assert_true(reach(&map, 0x1000) == 0x3000);
		assert_true(reach(&map, 0x1fff) == 0x2001);
		assert_true(reach(&map, 0x3fff) == 1);
		assert_true(reach(&map, 0x4000) == 0);
		assert_true(reach(&map, 0xfff) == 0);
		assert_true(reach(&map, 0x6000) == 0x1000);
		assert_true(reach(&map, UINT64_MAX) == 0);
		assert_true(memmap_readable(&map, (phys_t){0x1000}, 0x10) == 0x10);
		assert_true(memmap_readable(&map, (phys_t){0x1000}, 0x3001) == 0x3000);
		assert_true(memmap_readable(&map, (phys_t){0x1000}, 0) == 0);
	}
}

static void memory_that_harms_is_not_read(void **state)
{
	(void)state;

	for (uint32_t type = 0; type < 20; type++) {
		const struct descriptor one[] = {{type, 0x1000, 1, 0}};
		struct memmap map = map_of(one, 1, 48);
		bool harms = type == 8 || type == 11 || type == 12 || type == 15;

		assert_true(reach(&map, 0x1000) == (harms ? 0 : 0x1000));
	}
}

static void broken_descriptors_are_passed_over(void **state)
{
	static const struct descriptor some[] = {
		{4, 0x1000, 0, 0},          {4, 0xfffffffffffff000, 2, 0},
		{4, 0x2000, UINT64_MAX, 0}, {4, 0x2000, 1ull << 52, 0},
		{4, 0x2000, 1, 0},          {4, 0x2000, 1, 0}};
	struct memmap map = map_of(some, 6, 48);
	(void)state;

	assert_true(reach(&map, 0x1000) == 0);
	assert_true(reach(&map, 0x2000) == 0x1000);
	assert_true(reach(&map, 0xfffffffffffff000) == 0);
}

static void sizes_that_cannot_be(void **state)
{
	static const struct descriptor one[] = {{4, 0x1000, 1, 0}};
	struct memmap map = map_of(one, 1, 48);
	(void)state;

	map.descriptor_size = 39;
	assert_true(reach(&map, 0x1000) == 0);
	map.descriptor_size = 0;
	assert_true(reach(&map, 0x1000) == 0);
	map.descriptor_size = 49;
	assert_true(reach(&map, 0x1000) == 0);
	map.descriptor_size = UINT64_MAX;
	assert_true(reach(&map, 0x1000) == 0);
}

static unsigned checked(const struct descriptor *descriptors, size_t n)
{
	struct memmap map = map_of(descriptors, n, 48);

	return memmap_check(&map, LIMIT);
}

#define CHECKED(...)                                      \
	checked((const struct descriptor[]){__VA_ARGS__}, \
		sizeof((const struct descriptor[]){__VA_ARGS__}) / sizeof(struct descriptor))

static void a_good_map_is_good(void **state)
{
	(void)state;
	assert_int_equal(CHECKED({7, 0x1000, 1, WB}, {6, 0x2000, 1, WB | RUNTIME},
				 {5, 0x3000, 2, WB | RUNTIME},
				 {11, LIMIT - 0x1000, 1, 1 | RUNTIME}),
			 0);
	/* Backwards, as U-Boot has it. */
	assert_int_equal(CHECKED({7, 0x9000, 1, WB}, {4, 0x5000, 4, WB}, {7, 0x1000, 4, WB}), 0);
	assert_int_equal(checked(NULL, 0), 0);
}

static void each_mistake_is_found_alone(void **state)
{
	(void)state;
	assert_int_equal(CHECKED({7, 0x1000, 0, WB}, {7, 0x1000, 1, WB}), MEMMAP_ZERO_LENGTH);
	assert_int_equal(CHECKED({7, 0x1000, UINT64_MAX, WB}), MEMMAP_OVERFLOW);
	assert_int_equal(CHECKED({7, 0x1000, 1ull << 52, WB}), MEMMAP_OVERFLOW);
	assert_int_equal(CHECKED({7, LIMIT - 0x1000, 2, WB}), MEMMAP_OVERFLOW);
	assert_int_equal(CHECKED({7, 0x1000, 2, WB}, {4, 0x2000, 1, WB}), MEMMAP_OVERLAP);
	assert_int_equal(CHECKED({4, 0x2000, 1, WB}, {9, 0x8000, 1, WB}, {7, 0x1000, 2, WB}),
			 MEMMAP_OVERLAP);
	assert_int_equal(CHECKED({7, 0x1000, 9, WB}, {4, 0x2000, 1, WB}), MEMMAP_OVERLAP);
	assert_int_equal(CHECKED({7, 0x2000, 1, WB}, {4, 0x1000, 9, WB}), MEMMAP_OVERLAP);
	assert_int_equal(CHECKED({7, 0x2000, 1, WB}, {4, 0x2000, 1, WB}), MEMMAP_OVERLAP);
	assert_int_equal(CHECKED({11, 0x1000, 1, RUNTIME}), MEMMAP_RUNTIME_UNCACHED);
	assert_int_equal(CHECKED({5, 0x1000, 1, WB}), MEMMAP_RUNTIME_FLAG);
	assert_int_equal(CHECKED({6, 0x1000, 1, WB}), MEMMAP_RUNTIME_FLAG);
}

static void many_descriptors(void **state)
{
	static struct descriptor many[MEMMAP_MANY + 1];

	(void)state;
	for (size_t i = 0; i < MEMMAP_MANY + 1; i++)
		many[i] = (struct descriptor){7, 0x1000 * i, 1, WB};
	assert_int_equal(checked(many, MEMMAP_MANY), 0);
	assert_int_equal(checked(many, MEMMAP_MANY + 1), MEMMAP_OVERSIZE);
	many[7].start = many[MEMMAP_MANY].start;
	assert_int_equal(checked(many, MEMMAP_MANY + 1), MEMMAP_OVERSIZE | MEMMAP_OVERLAP);
}

static void descriptors_come_in_order(void **state)
{
	static const struct descriptor some[] = {{6, 0x3000, 1, RUNTIME | WB}, {4, 0x1000, 2, WB}};
	struct memmap map = map_of(some, 2, 56);
	struct span cursor = map.bytes;
	struct memory_range range;

	(void)state;
	assert_true(memmap_next(&map, &cursor, &range));
	assert_true(range.type == 6 && range.first == 0x3000 && range.n_pages == 1 &&
		    range.attributes == (RUNTIME | WB));
	assert_true(memmap_next(&map, &cursor, &range));
	assert_true(range.type == 4 && range.n_pages == 2);
	assert_false(memmap_next(&map, &cursor, &range));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjoining_descriptors_add_up_in_any_order),
		cmocka_unit_test(memory_that_harms_is_not_read),
		cmocka_unit_test(broken_descriptors_are_passed_over),
		cmocka_unit_test(sizes_that_cannot_be),
		cmocka_unit_test(a_good_map_is_good),
		cmocka_unit_test(each_mistake_is_found_alone),
		cmocka_unit_test(many_descriptors),
		cmocka_unit_test(descriptors_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
