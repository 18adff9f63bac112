/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap.c - memory descriptors in, the reach of readable memory out; believes no order, no size */
#include <stdbool.h>

#include <fwquirk/memmap.h>

/* EFI_MEMORY_DESCRIPTOR: UEFI 2.10 section 7.2.3. */
#define OFFSET_TYPE    0u
#define OFFSET_START   8u
#define OFFSET_N_PAGES 24u
#define MINIMUM_SIZE   40u
#define PAGE_SHIFT     12u

/* EFI_MEMORY_TYPE, the same section, "Memory types". */
#define TYPE_UNUSABLE   8u
#define TYPE_MMIO       11u
#define TYPE_PORTS      12u
#define TYPE_UNACCEPTED 15u

static bool is_readable(uint32_t type)
{
	return type != TYPE_UNUSABLE && type != TYPE_MMIO && type != TYPE_PORTS &&
	       type != TYPE_UNACCEPTED;
}

/* The end of the first readable descriptor with `address` inside; false when there is none. */
static bool end_of_descriptor(const struct memmap *map, uint64_t address, uint64_t *ret_end)
{
	struct span rest = map->bytes, one;

	while (span_take(&rest, map->descriptor_size, &one)) {
		uint64_t start, n_pages;
		uint32_t type;

		if (!span_le32(one, OFFSET_TYPE, &type) || !span_le64(one, OFFSET_START, &start) ||
		    !span_le64(one, OFFSET_N_PAGES, &n_pages))
			return false;
		if (!is_readable(type) || address < start ||
		    (address - start) >> PAGE_SHIFT >= n_pages)
			continue;
		if (n_pages > (UINT64_MAX - start) >> PAGE_SHIFT)
			continue;
		*ret_end = start + (n_pages << PAGE_SHIFT);
		return true;
	}
	return false;
}

uint64_t memmap_readable(const struct memmap *map, phys_t address, uint64_t size_bytes)
{
	uint64_t end = address.at;

	if (map->descriptor_size < MINIMUM_SIZE)
		return 0;
	/* Each step moves `end` up, so it comes to an end. */
	while (end - address.at < size_bytes && end_of_descriptor(map, end, &end))
		;
	return end - address.at < size_bytes ? end - address.at : size_bytes;
}
