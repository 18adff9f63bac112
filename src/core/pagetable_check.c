/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pagetable_check.c - the page tables themselves in, what is wrong with them out; writes no entry */
#include <fwquirk/pagetable.h>

static const uint64_t *entries_of(phys_t table)
{
	return (const uint64_t *)(uintptr_t)table.at;
}

bool pagetable_top_is_garbage(const struct pagetable *table, unsigned index, unsigned address_bits)
{
	uint64_t entry = entries_of(table->root)[index];
	unsigned level = table->n_levels;
	struct arch_entry decoded;

	if (!entry)
		return false;
	if (arch_entry_is_garbage(table, entry, level, address_bits))
		return true;
	arch_entry_decode(table, entry, level, &decoded);
	if (decoded.next.at == table->root.at)
		return false;
	/* UEFI 2.10 section 2.3.4: what is mapped is mapped at its physical address. */
	if (index * arch_level_size(level) >> address_bits)
		return true;
	return !pagetable_is_mapped(table, (virt_t){decoded.next.at}, PAGE_SIZE_BYTES);
}

static bool is_readonly(const struct pagetable *table, phys_t page)
{
	struct leaf leaf;

	return pagetable_find(table, (virt_t){page.at}, &leaf) == STATUS_OK && !leaf.writable;
}

bool pagetable_is_readonly(const struct pagetable *table, virt_t address)
{
	phys_t at = table->root;

	for (unsigned level = table->n_levels; level > 0; level--) {
		struct arch_entry decoded;

		if (is_readonly(table, at))
			return true;
		arch_entry_decode(table, entries_of(at)[arch_level_index(level, address)], level,
				  &decoded);
		if (!decoded.present || decoded.leaf)
			return false;
		at = decoded.next;
	}
	return false;
}

/* One table and those below; as deep as there are levels. */
static void count_below(const struct pagetable *table, phys_t at, unsigned level, unsigned allowed,
			uint64_t pages[4])
{
	for (unsigned i = 0; i < PAGETABLE_ENTRIES; i++) {
		struct arch_entry entry;
		unsigned allows;

		arch_entry_decode(table, entries_of(at)[i], level, &entry);
		if (!entry.present)
			continue;
		allows = allowed & ((entry.writable ? 1u : 0) | (entry.executable ? 2u : 0));
		if (entry.leaf)
			pages[allows] += arch_level_size(level) / PAGE_SIZE_BYTES;
		else if (entry.next.at != table->root.at && level > 1)
			count_below(table, entry.next, level - 1, allows, pages);
	}
}

void pagetable_count(const struct pagetable *table, uint64_t ret_pages[4])
{
	for (unsigned i = 0; i < 4; i++)
		ret_pages[i] = 0;
	count_below(table, table->root, table->n_levels, 3, ret_pages);
}
