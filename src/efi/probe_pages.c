/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_pages.c - memory as the firmware hands it out, and as it lies free; looks at page tables, touches no byte of it */

#include "probe.h"

/* On both sides of the edge; what firmware may clear when it is freed, byte by byte, is most of the cost. */
#define LARGE_HALF  (32u << 10)
#define LARGE_PAGES (2 * LARGE_HALF / PAGE_SIZE_BYTES)

unsigned pages_withheld(uint64_t first, uint64_t last)
{
	unsigned withheld = 0;
	struct leaf leaf;

	for (uint64_t at = first; at >= first && at <= last; at += PAGE_SIZE_BYTES) {
		if (pagetable_find(&firmware.pagetable, (virt_t){at}, &leaf) != STATUS_OK) {
			withheld |= PAGE_UNMAPPED;
			continue;
		}
		withheld |= (leaf.executable ? 0 : PAGE_NX) | (leaf.writable ? 0 : PAGE_READONLY);
		at = leaf.first.at + leaf.size_bytes - PAGE_SIZE_BYTES;
	}
	return withheld;
}

/* What is withheld of fresh pages, which are given back: one anywhere, or, when `at` is not 0, LARGE_PAGES from there
 * on. False when there are none. */
static bool fresh(EFI_MEMORY_TYPE type, uint64_t at, unsigned *ret_withheld)
{
	EFI_PHYSICAL_ADDRESS first = at;
	UINTN n_pages = at ? LARGE_PAGES : 1;

	if (EFI_ERROR(firmware.boot->AllocatePages(at ? AllocateAddress : AllocateAnyPages, type,
						   n_pages, &first)))
		return false;
	*ret_withheld = pages_withheld(first, first + (n_pages - 1) * PAGE_SIZE_BYTES);
	firmware_give_back((virt_t){first}, n_pages);
	return true;
}

/* The first probe of a type, and which of the three bits have probes, in their order. */
static const struct {
	uint8_t type, first, bits;
} types[] = {
	{EfiLoaderCode, PROBE_LOADER_CODE_NX, PAGE_NX | PAGE_READONLY | PAGE_UNMAPPED},
	{EfiLoaderData, PROBE_LOADER_DATA_NX, PAGE_NX | PAGE_READONLY | PAGE_UNMAPPED},
	{EfiBootServicesCode, PROBE_BOOT_CODE_NX, PAGE_NX},
	{EfiBootServicesData, PROBE_BOOT_DATA_NX, PAGE_NX | PAGE_READONLY | PAGE_UNMAPPED},
	{EfiACPIReclaimMemory, PROBE_ACPI_UNMAPPED, PAGE_UNMAPPED},
	{EfiACPIMemoryNVS, PROBE_ACPI_UNMAPPED, PAGE_UNMAPPED},
};

/* A probe that several types share says yes when one of them does. */
static void answer(struct probe_vector *vector, unsigned probe, bool yes)
{
	if (vector->answer[probe] != PROBE_ANSWER_YES)
		probe_answer(vector, (enum probe)probe, yes);
}

void probe_pages(struct probe_vector *vector)
{
	unsigned withheld;

	for (size_t i = 0; firmware.has_pagetable && i < sizeof(types) / sizeof(types[0]); i++) {
		unsigned probe = types[i].first;

		if (!fresh((EFI_MEMORY_TYPE)types[i].type, 0, &withheld))
			continue;
		for (unsigned bit = PAGE_NX; bit <= PAGE_UNMAPPED; bit <<= 1)
			if (types[i].bits & bit)
				answer(vector, probe++, withheld & bit);
	}
}

/*
 * Runtime memory as it is, none is allocated: EDK II would make its Memory Attributes Table anew for that, which is a
 * trace, and costs more than all other probes together.
 */
void probe_runtime(struct probe_vector *vector)
{
	const EFI_RUNTIME_SERVICES *runtime = firmware.system->RuntimeServices;
	const struct memmap *map = firmware.has_pagetable ? probe_memory_map() : NULL;
	unsigned code = 0, data = 0;
	struct memory_range range;
	struct span cursor;
	uint64_t end;

	if (!map)
		return;
	cursor = map->bytes;
	while (memmap_next(map, &cursor, &range))
		if ((range.type == MEMORY_RUNTIME_CODE || range.type == MEMORY_RUNTIME_DATA) &&
		    memory_range_end(&range, &end))
			*(range.type == MEMORY_RUNTIME_CODE ? &code : &data) |=
				pages_withheld(range.first, end - PAGE_SIZE_BYTES);
	probe_answer(vector, PROBE_RUNTIME_CODE_NX,
		     !page_state((uintptr_t)runtime->GetVariable).executable ||
			     !page_state((uintptr_t)runtime->SetVirtualAddressMap).executable ||
			     !page_state((uintptr_t)runtime->ResetSystem).executable);
	probe_answer(vector, PROBE_RUNTIME_DATA_READONLY, data & PAGE_READONLY);
	probe_answer(vector, PROBE_RUNTIME_UNMAPPED, (code | data) & PAGE_UNMAPPED);
}

void probe_large(struct probe_vector *vector)
{
	struct memory_range range;
	uint64_t edge = firmware.has_pagetable ? probe_free_edge(LARGE_HALF, &range) : 0;
	unsigned code, data;

	if (edge && fresh(EfiLoaderCode, edge - LARGE_HALF, &code) &&
	    fresh(EfiLoaderData, edge - LARGE_HALF, &data))
		probe_answers(vector, PROBE_LARGE_NX, 3, code | data);
}

void probe_conventional(struct probe_vector *vector)
{
	const struct memmap *map = firmware.has_pagetable ? probe_memory_map() : NULL;
	unsigned low = 0, high = 0;
	struct memory_range range;
	struct span cursor;
	uint64_t end;

	if (!map)
		return;
	cursor = map->bytes;
	while (memmap_next(map, &cursor, &range)) {
		if (range.type != MEMORY_CONVENTIONAL || !memory_range_end(&range, &end))
			continue;
		/* Page 0 is withheld on purpose, to catch null pointers. */
		if (range.first == 0 && (range.first += PAGE_SIZE_BYTES) == end)
			continue;
		*(range.first < FOUR_GIB ? &low : &high) |=
			pages_withheld(range.first, range.first);
		end -= PAGE_SIZE_BYTES;
		*(end < FOUR_GIB ? &low : &high) |= pages_withheld(end, end);
	}
	probe_answers(vector, PROBE_CONVENTIONAL_NX, 2, low | high);
	probe_answer(vector, PROBE_CONVENTIONAL_UNMAPPED, low & PAGE_UNMAPPED);
	probe_answer(vector, PROBE_HIGH_UNMAPPED, high & PAGE_UNMAPPED);
}
