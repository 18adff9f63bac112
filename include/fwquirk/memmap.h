/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap.h - the UEFI memory map as bytes: its descriptors, how far memory reaches, what is wrong with it */
#ifndef FWQUIRK_MEMMAP_H
#define FWQUIRK_MEMMAP_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/address.h>
#include <fwquirk/span.h>

/* As GetMemoryMap() gives it (UEFI 2.10 section 7.2.3): descriptors of `descriptor_size` bytes, which
 * is not the size of any structure in a header. Order and overlaps are not trusted. */
struct memmap {
	struct span bytes;
	uint64_t descriptor_size;
};

/* EFI_MEMORY_TYPE: UEFI 2.10 section 7.2.1, table 7.10; those that something here decides by. */
#define MEMORY_LOADER_CODE  1u
#define MEMORY_BOOT_CODE    3u
#define MEMORY_BOOT_DATA    4u
#define MEMORY_RUNTIME_CODE 5u
#define MEMORY_RUNTIME_DATA 6u
#define MEMORY_CONVENTIONAL 7u
#define MEMORY_UNUSABLE     8u
#define MEMORY_MMIO         11u
#define MEMORY_PORTS        12u
#define MEMORY_UNACCEPTED   15u

/* UEFI 2.10 section 7.2.3, "Memory Attribute Definitions". */
#define MEMORY_CACHEABILITY 0x000000000000001full /* UC, WC, WT, WB, UCE */
#define MEMORY_XP           0x0000000000004000ull
#define MEMORY_RO           0x0000000000020000ull
#define MEMORY_RUNTIME      0x8000000000000000ull

#define MEMMAP_PAGE_SHIFT 12u

/* EFI_MEMORY_DESCRIPTOR, as the firmware has it: nothing of it is checked. */
struct memory_range {
	uint32_t type;
	uint64_t first;
	uint64_t n_pages;
	uint64_t attributes;
};

/* The next descriptor: start with `*cursor` a copy of map->bytes; false at the end, and at once when
 * `descriptor_size` is smaller than a descriptor. */
bool memmap_next(const struct memmap *map, struct span *cursor, struct memory_range *ret_range);

/* First byte behind the range; false when it has no pages or ends behind the last address there is. */
bool memory_range_end(const struct memory_range *range, uint64_t *ret_end);

/* The first descriptor with the address inside; false when there is none. */
bool memmap_find(const struct memmap *map, uint64_t address, struct memory_range *ret_range);

/* False for MMIO, port space, unusable and unaccepted memory: what must not be read to see what is there. */
bool memory_is_readable(uint32_t type);

/*
 * Number of bytes from `address` on, at most `size_bytes`, that the map calls memory that can be read
 * without harm, in one or more adjoining descriptors: everything but MMIO, port space, unusable and
 * unaccepted memory. Zero when the address is in none.
 */
uint64_t memmap_readable(const struct memmap *map, phys_t address, uint64_t size_bytes);

/* Whether one of the descriptors before the one at `stop` has a page in [first, end). */
bool memmap_overlaps_before(const struct memmap *map, const uint8_t *stop, uint64_t first,
			    uint64_t end);

/* What memmap_check finds, a bit a kind; in the order of their probes in vocab.def. */
#define MEMMAP_ZERO_LENGTH      0x01u
#define MEMMAP_OVERFLOW         0x02u /* ends above 2^64, or above the address width */
#define MEMMAP_OVERLAP          0x04u
#define MEMMAP_RUNTIME_UNCACHED 0x08u /* RUNTIME, and no cacheability at all */
#define MEMMAP_RUNTIME_FLAG     0x10u /* a runtime type without RUNTIME */
#define MEMMAP_OVERSIZE         0x20u /* more than MEMMAP_MANY descriptors */

#define MEMMAP_MANY 256u

/* `limit`: first address that the processor cannot have. */
unsigned memmap_check(const struct memmap *map, uint64_t limit);

#endif
