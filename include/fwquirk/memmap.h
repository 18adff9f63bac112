/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap.h - the UEFI memory map as bytes, and how far memory reaches from an address */
#ifndef FWQUIRK_MEMMAP_H
#define FWQUIRK_MEMMAP_H

#include <stdint.h>

#include <fwquirk/address.h>
#include <fwquirk/span.h>

/* As GetMemoryMap() gives it (UEFI 2.10 section 7.2.3): descriptors of `descriptor_size` bytes, which
 * is not the size of any structure in a header. Order and overlaps are not trusted. */
struct memmap {
	struct span bytes;
	uint64_t descriptor_size;
};

/*
 * Number of bytes from `address` on, at most `size_bytes`, that the map calls memory that can be read
 * without harm, in one or more adjoining descriptors: everything but MMIO, port space, unusable and
 * unaccepted memory. Zero when the address is in none.
 */
uint64_t memmap_readable(const struct memmap *map, phys_t address, uint64_t size_bytes);

#endif
