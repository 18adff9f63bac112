/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pagetable.c - an address in, the leaf that maps it out; trusts that tables are identity mapped */
#include <fwquirk/pagetable.h>

/* UEFI 2.10 section 2.3.4: page tables lie in memory that is mapped at its physical address. */
static uint64_t *table_at(phys_t table)
{
	return (uint64_t *)(uintptr_t)table.at;
}

enum status pagetable_find(const struct pagetable *table, virt_t address, struct leaf *ret_leaf)
{
	bool upper_writable = true, upper_executable = true;
	phys_t at = table->root;

	if (!arch_address_is_valid(table, address))
		return STATUS_MALFORMED;
	for (unsigned level = table->n_levels; level > 0; level--) {
		uint64_t *entry = table_at(at) + arch_level_index(level, address);
		struct arch_entry decoded;

		arch_entry_decode(table, *entry, level, &decoded);
		if (!decoded.present)
			return STATUS_ABSENT;
		if (decoded.leaf) {
			uint64_t size = arch_level_size(level);

			ret_leaf->entry = entry;
			ret_leaf->level = level;
			ret_leaf->first.at = address.at & ~(size - 1);
			ret_leaf->size_bytes = size;
			ret_leaf->writable = upper_writable && decoded.writable;
			ret_leaf->executable = upper_executable && decoded.executable;
			ret_leaf->entry_decides = upper_writable && upper_executable;
			return STATUS_OK;
		}
		upper_writable &= decoded.writable;
		upper_executable &= decoded.executable;
		at = decoded.next;
	}
	return STATUS_ABSENT;
}

bool pagetable_is_mapped(const struct pagetable *table, virt_t address, uint64_t size_bytes)
{
	uint64_t end = address.at + size_bytes;
	struct leaf leaf;

	if (size_bytes > UINT64_MAX - address.at)
		return false;
	for (virt_t at = address; at.at < end; at.at = leaf.first.at + leaf.size_bytes)
		if (pagetable_find(table, at, &leaf) != STATUS_OK ||
		    leaf.size_bytes - 1 > UINT64_MAX - 1 - leaf.first.at)
			return false;
	return true;
}

enum status pagetable_allow_write(const struct pagetable *table, virt_t address, bool executable)
{
	struct leaf leaf;
	enum status status = pagetable_find(table, address, &leaf);

	if (status != STATUS_OK)
		return status;
	if (leaf.size_bytes != PAGE_SIZE_BYTES || !leaf.entry_decides)
		return STATUS_UNSUPPORTED;
	arch_entry_store(leaf.entry,
			 arch_entry_with(table, *leaf.entry, true, executable && leaf.executable),
			 address);
	return STATUS_OK;
}
