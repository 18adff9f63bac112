/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * paging.c - entries of 4- and 5-level page tables and page-fault codes, decoded; touches no
 * register. Intel SDM volume 3A (order 325462), sections 4.5 "4-level paging and 5-level paging",
 * 4.6 "Access rights" and 4.7 "Page-fault exceptions".
 */
#include <fwquirk/arch.h>

#define ENTRY_PRESENT  (1ull << 0)
#define ENTRY_WRITABLE (1ull << 1)
#define ENTRY_USER     (1ull << 2)
#define ENTRY_LARGE    (1ull << 7)
#define ENTRY_NX       (1ull << 63)

#define LEVEL_BITS  9u
#define PAGE_BITS   12u
#define LEVEL_LARGE 3u /* the highest level whose entries may be leaves: 1 GiB */

#define CODE_PRESENT (1ull << 0)
#define CODE_WRITE   (1ull << 1)
#define CODE_FETCH   (1ull << 4)
#define CODE_KNOWN   (CODE_PRESENT | CODE_WRITE | CODE_FETCH)

const char *arch_name(void)
{
	return "x86_64";
}

uint64_t arch_level_size(unsigned level)
{
	return 1ull << (PAGE_BITS + LEVEL_BITS * (level - 1));
}

unsigned arch_level_index(unsigned level, virt_t address)
{
	return (unsigned)(address.at / arch_level_size(level)) & ((1u << LEVEL_BITS) - 1);
}

bool arch_address_is_valid(const struct pagetable *table, virt_t address)
{
	unsigned n_bits = PAGE_BITS + LEVEL_BITS * table->n_levels;
	uint64_t upper = address.at >> (n_bits - 1);

	return upper == 0 || upper == UINT64_MAX >> (n_bits - 1);
}

void arch_entry_decode(const struct pagetable *table, uint64_t entry, unsigned level,
		       struct arch_entry *ret_entry)
{
	bool leaf = level == 1 || (level <= LEVEL_LARGE && entry & ENTRY_LARGE);
	uint64_t mask = table->address_mask;

	/* Bit 12 of a large leaf is its PAT bit. */
	if (leaf)
		mask &= ~(arch_level_size(level) - 1);
	ret_entry->present = entry & ENTRY_PRESENT;
	ret_entry->leaf = leaf;
	ret_entry->writable = entry & ENTRY_WRITABLE;
	ret_entry->executable = !(table->has_execute_disable && entry & ENTRY_NX);
	ret_entry->user = entry & ENTRY_USER;
	ret_entry->next.at = entry & mask;
}

bool arch_entry_is_garbage(const struct pagetable *table, uint64_t entry, unsigned level,
			   unsigned address_bits)
{
	uint64_t reserved = table->address_mask & ~((1ull << address_bits) - 1);

	if (!(entry & ENTRY_PRESENT))
		return entry != 0;
	/* SDM volume 3A, section 4.5.4: above 1 GiB there are no leaves, the bit has to be zero. */
	if (level > LEVEL_LARGE)
		reserved |= ENTRY_LARGE;
	if (!table->has_execute_disable)
		reserved |= ENTRY_NX;
	return entry & reserved;
}

uint64_t arch_entry_with(const struct pagetable *table, uint64_t entry, bool writable,
			 bool executable)
{
	entry = writable ? entry | ENTRY_WRITABLE : entry & ~ENTRY_WRITABLE;
	if (!table->has_execute_disable)
		return entry;
	return executable ? entry & ~ENTRY_NX : entry | ENTRY_NX;
}

void arch_fault_decode(uint64_t raw, virt_t address, virt_t instruction, struct fault *ret_fault)
{
	ret_fault->address = address;
	ret_fault->instruction = instruction;
	ret_fault->access = raw & CODE_FETCH   ? FAULT_EXECUTE
			    : raw & CODE_WRITE ? FAULT_WRITE
					       : FAULT_READ;
	ret_fault->present = raw & CODE_PRESENT;
	ret_fault->unusual = raw & ~CODE_KNOWN;
	ret_fault->raw = raw;
}
