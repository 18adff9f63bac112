/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * paging.c - leaves of the page tables in use, found, split and changed (Intel SDM volume 3A, section 4.5).
 * Takes pages of its own for new tables; changes no level above a leaf but to point to such a table.
 */
#include "lab.h"

#define ADDRESS 0x000ffffffffff000ull
#define LARGE   (1ull << 7)
#define PAT_4K  (1ull << 7)
#define PAT_BIG (1ull << 12)
#define PAGE    4096ull

static uint64_t control(unsigned which)
{
	uint64_t value;

	if (which == 0)
		__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	else if (which == 3)
		__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	else
		__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

/* The tables may be read-only: CR0.WP off, interrupts off, for one store. */
static void store(uint64_t *entry, uint64_t value)
{
	uint64_t cr0 = control(0);

	__asm__ volatile("pushfq\n\tcli\n\tmov %0, %%cr0\n\tmov %1, (%2)\n\tmov %3, %%cr0\n\tpopfq"
			 :
			 : "r"(cr0 & ~(1ull << 16)), "r"(value), "r"(entry), "r"(cr0)
			 : "memory", "cc");
}

static void flush(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* The entry of `address` at its leaf, and the leaf's size; NULL when an upper level is missing. */
static uint64_t *walk(uint64_t address, uint64_t *ret_size)
{
	unsigned level = control(4) & (1u << 12) ? 5 : 4;
	uint64_t *table = (uint64_t *)(control(3) & ADDRESS);

	for (;; level--) {
		uint64_t *entry = table + (address >> (12 + 9 * (level - 1)) & 511);

		*ret_size = PAGE << 9 * (level - 1);
		if (level == 1 || (level <= 3 && *entry & LARGE))
			return entry;
		if (!(*entry & LAB_P))
			return NULL;
		table = (uint64_t *)(*entry & ADDRESS);
	}
}

static EFI_STATUS split(uint64_t *entry, uint64_t size)
{
	uint64_t part = size / 512, first = *entry, *table;
	EFI_PHYSICAL_ADDRESS page;
	EFI_STATUS status;

	status = lab_sane.AllocatePages(AllocateAnyPages, EfiBootServicesData, 1, &page);
	if (EFI_ERROR(status))
		return status;
	table = (uint64_t *)page;
	if (part == PAGE) {
		first &= ~LARGE;
		if (*entry & PAT_BIG)
			first = (first & ~PAT_BIG) | PAT_4K;
	}
	for (unsigned i = 0; i < 512; i++)
		table[i] = first + i * part;
	/* Upper levels allow everything a leaf may take away. */
	store(entry, page | LAB_P | LAB_W | (*entry & (1ull << 2)));
	return EFI_SUCCESS;
}

uint64_t lab_paging_leaf(uint64_t address, uint64_t *ret_size)
{
	uint64_t *entry = walk(address, ret_size);

	return entry ? *entry : 0;
}

EFI_STATUS lab_paging_change(uint64_t first, uint64_t size, uint64_t set, uint64_t clear)
{
	uint64_t at = first, end = first + size;

	while (at < end) {
		uint64_t leaf_size, *entry = walk(at, &leaf_size);
		EFI_STATUS status;

		if (!entry)
			return EFI_NOT_FOUND;
		if (leaf_size > PAGE && (at & (leaf_size - 1) || end - at < leaf_size)) {
			status = split(entry, leaf_size);
			if (EFI_ERROR(status))
				return status;
			continue;
		}
		store(entry, (*entry | set) & ~clear);
		for (uint64_t i = 0; i < leaf_size && i < 512 * PAGE; i += PAGE)
			flush(at + i);
		at += leaf_size;
	}
	return EFI_SUCCESS;
}
