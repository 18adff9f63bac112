/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * walk_count.c - a memory map and the page tables in use in, pages by type and permission out. Linked into the lab's
 * driver and into walk.efi; calls nothing, changes nothing. Intel SDM volume 3A, section 4.5.
 */
#include <efi.h>

#include "walk_count.h"

#define ADDRESS 0x000ffffffffff000ull
#define PRESENT (1ull << 0)
#define WRITE   (1ull << 1)
#define LARGE   (1ull << 7)
#define NX      (1ull << 63)
#define PAGE    4096ull

const char *const walk_type_names[WALK_TYPES] = {
	"reserved",     "loader-code", "loader-data", "boot-code",    "boot-data", "runtime-code",
	"runtime-data", "free",        "unusable",    "acpi-reclaim", "acpi-nvs",  "mmio",
	"mmio-port",    "pal-code",    "persistent",  "unaccepted",   "other"};
const char *const walk_state_names[WALK_STATES] = {"none", "r", "rw", "rx", "rwx"};

static uint64_t control(unsigned which)
{
	uint64_t value;

	if (which == 3)
		__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	else
		__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

enum walk_state walk_state_of(uint64_t address, uint64_t *ret_bytes)
{
	unsigned level = control(4) & (1u << 12) ? 5 : 4;
	const uint64_t *table = (const uint64_t *)(control(3) & ADDRESS);
	uint64_t allowed = WRITE, withheld = 0;

	for (;; level--) {
		uint64_t size = PAGE << 9 * (level - 1);
		uint64_t entry = table[address >> (12 + 9 * (level - 1)) & 511];

		*ret_bytes = size - (address & (size - 1));
		if (!(entry & PRESENT))
			return WALK_UNMAPPED;
		allowed &= entry;
		withheld |= entry & NX;
		if (level == 1 || (level <= 3 && entry & LARGE))
			break;
		table = (const uint64_t *)(entry & ADDRESS);
	}
	if (allowed & WRITE)
		return withheld ? WALK_RW : WALK_RWX;
	return withheld ? WALK_R : WALK_RX;
}

static bool is_below(uint64_t table, unsigned level, uint64_t page)
{
	const uint64_t *entries = (const uint64_t *)table;

	if (table == page)
		return true;
	for (unsigned i = 0; level > 1 && i < 512; i++)
		if (entries[i] & PRESENT && !(level <= 3 && entries[i] & LARGE) &&
		    is_below(entries[i] & ADDRESS, level - 1, page))
			return true;
	return false;
}

bool walk_has_table(uint64_t page)
{
	return is_below(control(3) & ADDRESS, control(4) & (1u << 12) ? 5 : 4, page);
}

static void count_range(uint64_t first, uint64_t end, uint64_t n_pages[WALK_STATES])
{
	uint64_t bytes;

	for (uint64_t at = first; at < end; at += bytes) {
		enum walk_state state = walk_state_of(at, &bytes);

		if (bytes > end - at)
			bytes = end - at;
		n_pages[state] += bytes / PAGE;
	}
}

void walk_count(const void *map, uint64_t map_bytes, uint64_t descriptor_bytes,
		struct walk *ret_walk)
{
	for (unsigned type = 0; type < WALK_TYPES; type++)
		for (unsigned state = 0; state < WALK_STATES; state++)
			ret_walk->n_pages[type][state] = 0;
	for (uint64_t at = 0; at + descriptor_bytes <= map_bytes; at += descriptor_bytes) {
		const EFI_MEMORY_DESCRIPTOR *entry =
			(const EFI_MEMORY_DESCRIPTOR *)((const uint8_t *)map + at);
		unsigned type = entry->Type < WALK_TYPES - 1 ? entry->Type : WALK_TYPES - 1;

		count_range(entry->PhysicalStart,
			    entry->PhysicalStart + entry->NumberOfPages * PAGE,
			    ret_walk->n_pages[type]);
	}
}

uint64_t walk_sum(const struct walk *walk, enum walk_state state)
{
	uint64_t sum = 0;

	for (unsigned type = 0; type < WALK_TYPES; type++)
		sum += walk->n_pages[type][state];
	return sum;
}
