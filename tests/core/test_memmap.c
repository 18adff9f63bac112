/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_memmap.c - how far memory reaches, by maps with every kind of mistake in them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/memmap.h>

#define MAX 8u

struct descriptor {
	uint32_t type;
	uint64_t start, n_pages;
};

static uint8_t bytes[MAX * 64];

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
		{6, 0x3000, 1}, {4, 0x1000, 1}, {7, 0x2000, 1}, {4, 0x5000, 2}};
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
		const struct descriptor one[] = {{type, 0x1000, 1}};
		struct memmap map = map_of(one, 1, 48);
		bool harms = type == 8 || type == 11 || type == 12 || type == 15;

		assert_true(reach(&map, 0x1000) == (harms ? 0 : 0x1000));
	}
}

static void broken_descriptors_are_passed_over(void **state)
{
	static const struct descriptor some[] = {
		{4, 0x1000, 0},          {4, 0xfffffffffffff000, 2},
		{4, 0x2000, UINT64_MAX}, {4, 0x2000, 1ull << 52},
		{4, 0x2000, 1},          {4, 0x2000, 1}};
	struct memmap map = map_of(some, 6, 48);
	(void)state;

	assert_true(reach(&map, 0x1000) == 0);
	assert_true(reach(&map, 0x2000) == 0x1000);
	assert_true(reach(&map, 0xfffffffffffff000) == 0);
}

static void sizes_that_cannot_be(void **state)
{
	static const struct descriptor one[] = {{4, 0x1000, 1}};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjoining_descriptors_add_up_in_any_order),
		cmocka_unit_test(memory_that_harms_is_not_read),
		cmocka_unit_test(broken_descriptors_are_passed_over),
		cmocka_unit_test(sizes_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
