/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_clean_pml4.c - clean-pml4: top-level page table entries that lead nowhere become zero.
 * docs/workarounds/clean-pml4.md. Touches no entry that maps anything.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "workaround.h"

#define MAX_CLEANED 64u

/* What was cleared, to be put back. */
static struct {
	uint16_t index;
	uint64_t entry;
} cleaned[MAX_CLEANED];
static unsigned n_cleaned;

static uint64_t *top(unsigned index)
{
	return (uint64_t *)(uintptr_t)firmware.pagetable.root.at + index;
}

static unsigned count_garbage(void)
{
	unsigned n = 0, bits = arch_address_bits();

	for (unsigned i = 0; i < PAGETABLE_ENTRIES; i++)
		n += pagetable_top_is_garbage(&firmware.pagetable, i, bits);
	return n;
}

static void set(unsigned index, uint64_t entry)
{
	uint64_t first = index * arch_level_size(firmware.pagetable.n_levels);

	arch_entry_store(top(index), entry, (virt_t){first});
}

/* Nothing to clean is no reason to be in a plan. */
static enum status check(const struct action *action)
{
	unsigned n;

	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	n = count_garbage();
	if (n > MAX_CLEANED)
		return STATUS_NO_SPACE;
	return n ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	unsigned bits = arch_address_bits();

	(void)action;
	n_cleaned = 0;
	for (unsigned i = 0; i < PAGETABLE_ENTRIES && n_cleaned < MAX_CLEANED; i++) {
		if (!pagetable_top_is_garbage(&firmware.pagetable, i, bits))
			continue;
		cleaned[n_cleaned].index = (uint16_t)i;
		cleaned[n_cleaned++].entry = *top(i);
		events_add(EVENT_ENTRY_CLEARED, i, *top(i), text_sized(NULL, 0));
		set(i, 0);
	}
	return STATUS_OK;
}

static enum status verify(const struct action *action)
{
	(void)action;
	return count_garbage() ? STATUS_FAILED : STATUS_OK;
}

/* A slot that somebody has used since is his. */
static enum status undo(const struct action *action)
{
	(void)action;
	while (n_cleaned > 0) {
		n_cleaned--;
		if (!*top(cleaned[n_cleaned].index))
			set(cleaned[n_cleaned].index, cleaned[n_cleaned].entry);
	}
	return STATUS_OK;
}

/* Nothing to hand off: the tables stay clean until the operating system has its own. */
const struct workaround_steps workaround_clean_pml4 = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
