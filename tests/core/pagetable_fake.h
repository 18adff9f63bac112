/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pagetable_fake.h - page tables in the memory of a test, and the one function of arch.h that needs a
 * machine: stores are made plainly and counted. Linked in place of src/arch/ARCH/cpu.c, which nothing
 * else in such a test needs. Included by one file a program.
 */
#ifndef TESTS_CORE_PAGETABLE_FAKE_H
#define TESTS_CORE_PAGETABLE_FAKE_H

#include <stdlib.h>
#include <string.h>

#include <fwquirk/pagetable.h>

static unsigned fake_n_stores;     /* calls, not entries */
static uint64_t fake_last_dropped; /* from the TLB */

void arch_entries_store(uint64_t *entry, unsigned n, uint64_t value, uint64_t step, virt_t address)
{
	fake_n_stores++;
	fake_last_dropped = address.at;
	for (; n > 0; n--, value += step)
		*entry++ = value;
}

/* A zeroed page, as firmware hands it out. All are kept on a list until the program ends. */
static struct fake_kept {
	uint64_t *page;
	struct fake_kept *next;
} * fake_kept;

static inline uint64_t *fake_page(void)
{
	struct fake_kept *kept = malloc(sizeof(*kept));

	kept->page = aligned_alloc(4096, 4096);
	kept->next = fake_kept;
	fake_kept = kept;
	memset(kept->page, 0, 4096);
	return kept->page;
}

static inline void fake_pool(struct page_pool *pool, unsigned n)
{
	pool->n = 0;
	while (pool->n < n)
		pool->page[pool->n++] = fake_page();
}

#endif
