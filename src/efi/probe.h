/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * probe.h - what the files of probes share. A group is a function that answers several probes that come from
 * the same look at the machine: it sets the answer of each it knows and leaves the others PROBE_NOT_RUN, which
 * probes.c turns into "ran without an answer" for those that were asked for.
 */
#ifndef EFI_PROBE_H
#define EFI_PROBE_H

#include <fwquirk/arch.h>
#include <fwquirk/memmap.h>
#include <fwquirk/pagetable.h>
#include <fwquirk/plan.h>

#include "firmware.h"

typedef void probe_group(struct probe_vector *vector);

/* Registers, presence, our own image; the two with a read-only page. */
probe_group probe_facts, probe_free, probe_sets_readonly;
/* Fresh and free memory. */
probe_group probe_pages, probe_runtime, probe_conventional, probe_large;
/* The memory attribute protocol, the DXE services. */
probe_group probe_map, probe_dxe;
/* Memory map, Memory Attributes Table, top-level page table, configuration tables. */
probe_group probe_memmap, probe_stable, probe_mat, probe_pml4, probe_tables;
/* Pointers of the service tables. */
probe_group probe_services, probe_restored;

void probe_answer(struct probe_vector *vector, enum probe probe, bool yes);
/* Bit 0 of `bits` for the probe `first`, bit 1 for the next one, ...; `n` of them. */
void probe_answers(struct probe_vector *vector, enum probe first, unsigned n, unsigned bits);

/* The memory map as it was when the first probe of this run asked for it; NULL when it cannot be had. */
const struct memmap *probe_memory_map(void);
/* memmap_find, which is spared when the address is in *range already. */
bool probe_range(const struct memmap *map, uint64_t address, struct memory_range *range);
/* Free memory below 4 GiB with at least `spare` bytes on either side of a 2 MiB edge, which is returned: in the middle
 * of the largest piece there is, where nobody allocates. 0 when there is none; the piece in *ret_free. */
uint64_t probe_free_edge(uint64_t spare, struct memory_range *ret_free);
#define EDGE_BYTES (2ull << 20)
#define FOUR_GIB   0x100000000ull

/* Whether a permission set by the protocol may reach pages beside those that were named: true, too, where that cannot be
 * found out. What map-coarse asks, by itself. */
bool probe_map_may_spill(void);

/* What the page tables allow; only where firmware.has_pagetable. */
struct page_state {
	bool mapped, writable, executable;
};
struct page_state page_state(uint64_t address);

/* "bad" bits of the pages from `first` to `last`, both looked at as far as every leaf between them. */
#define PAGE_NX       1u
#define PAGE_READONLY 2u
#define PAGE_UNMAPPED 4u
unsigned pages_withheld(uint64_t first, uint64_t last);

#endif
