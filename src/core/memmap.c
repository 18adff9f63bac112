/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap.c - memory descriptors in, the reach of readable memory out; believes no order, no size */
#include <fwquirk/memmap.h>

/* EFI_MEMORY_DESCRIPTOR: UEFI 2.10 section 7.2.3. */
#define OFFSET_TYPE       0u
#define OFFSET_START      8u
#define OFFSET_N_PAGES    24u
#define OFFSET_ATTRIBUTES 32u
#define MINIMUM_SIZE      40u

bool memory_is_readable(uint32_t type)
{
	return type != MEMORY_UNUSABLE && type != MEMORY_MMIO && type != MEMORY_PORTS &&
	       type != MEMORY_UNACCEPTED;
}

bool memmap_next(const struct memmap *map, struct span *cursor, struct memory_range *ret_range)
{
	struct span one;

	return map->descriptor_size >= MINIMUM_SIZE &&
	       span_take(cursor, map->descriptor_size, &one) &&
	       span_le32(one, OFFSET_TYPE, &ret_range->type) &&
	       span_le64(one, OFFSET_START, &ret_range->first) &&
	       span_le64(one, OFFSET_N_PAGES, &ret_range->n_pages) &&
	       span_le64(one, OFFSET_ATTRIBUTES, &ret_range->attributes);
}

bool memory_range_end(const struct memory_range *range, uint64_t *ret_end)
{
	if (!range->n_pages || range->n_pages > (UINT64_MAX - range->first) >> MEMMAP_PAGE_SHIFT)
		return false;
	*ret_end = range->first + (range->n_pages << MEMMAP_PAGE_SHIFT);
	return true;
}

/* Most descriptors are passed over by their first two numbers. */
bool memmap_find(const struct memmap *map, uint64_t address, struct memory_range *ret_range)
{
	struct span cursor = map->bytes, one;
	uint64_t first, n_pages;

	/* A descriptor that is too short ends it. */
	while (span_take(&cursor, map->descriptor_size, &one)) {
		if (!span_le64(one, OFFSET_START, &first) ||
		    !span_le64(one, OFFSET_N_PAGES, &n_pages))
			return false;
		if (address >= first && (address - first) >> MEMMAP_PAGE_SHIFT < n_pages)
			return memmap_next(map, &one, ret_range);
	}
	return false;
}

/* The end of the first readable descriptor with `address` inside; false when there is none. */
static bool end_of_descriptor(const struct memmap *map, uint64_t address, uint64_t *ret_end)
{
	struct span rest = map->bytes;
	struct memory_range range;
	uint64_t end;

	while (memmap_next(map, &rest, &range)) {
		if (!memory_is_readable(range.type) || address < range.first ||
		    !memory_range_end(&range, &end) || address >= end)
			continue;
		*ret_end = end;
		return true;
	}
	return false;
}

uint64_t memmap_readable(const struct memmap *map, phys_t address, uint64_t size_bytes)
{
	uint64_t end = address.at;

	/* Each step moves `end` up, so it comes to an end. */
	while (end - address.at < size_bytes && end_of_descriptor(map, end, &end))
		;
	return end - address.at < size_bytes ? end - address.at : size_bytes;
}
