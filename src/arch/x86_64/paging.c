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
#define ENTRY_ACCESSED (1ull << 5)
#define ENTRY_DIRTY    (1ull << 6)
#define ENTRY_LARGE    (1ull << 7)
#define ENTRY_PAT      (1ull << 7)  /* of a leaf of 4 KiB */
#define ENTRY_PAT_HIGH (1ull << 12) /* of a larger one */
#define ENTRY_NX       (1ull << 63)

#define TABLE_ENTRIES 512u

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

uint64_t arch_entry_leaf(const struct pagetable *table, phys_t memory, unsigned level,
			 bool writable, bool executable)
{
	uint64_t entry = memory.at | table->encrypted | ENTRY_PRESENT | ENTRY_ACCESSED |
			 ENTRY_DIRTY | (level > 1 ? ENTRY_LARGE : 0);

	return arch_entry_with(table, entry, writable, executable);
}

uint64_t arch_entry_table(const struct pagetable *table, phys_t below)
{
	return below.at | table->encrypted | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_ACCESSED;
}

uint64_t arch_entry_moved(const struct pagetable *table, uint64_t entry, phys_t to)
{
	return (entry & ~table->address_mask) | to.at;
}

uint64_t arch_entry_part(uint64_t entry, unsigned level)
{
	bool pat = entry & ENTRY_PAT_HIGH;

	if (level > 2)
		return entry;
	return (entry & ~(ENTRY_LARGE | ENTRY_PAT_HIGH)) | (pat ? ENTRY_PAT : 0);
}

bool arch_entry_is_present(uint64_t entry)
{
	return entry & ENTRY_PRESENT;
}

/* Eight a turn, here and below: it is asked while a fault waits. */
static bool are_eight_absent(const uint64_t *at)
{
	return !((at[0] | at[1] | at[2] | at[3] | at[4] | at[5] | at[6] | at[7]) & ENTRY_PRESENT);
}

bool arch_table_is_empty(const uint64_t *entries)
{
	for (unsigned i = 0; i < TABLE_ENTRIES; i += 8)
		if (!are_eight_absent(entries + i))
			return false;
	return true;
}

static unsigned absent_alike(const uint64_t *entry, unsigned n, bool down)
{
	unsigned k = 0;

	while (n - k >= 8 && are_eight_absent(down ? entry - k - 8 : entry + k + 1))
		k += 8;
	while (k < n && !(*(down ? entry - k - 1 : entry + k + 1) & ENTRY_PRESENT))
		k++;
	return k;
}

unsigned arch_entries_alike(const uint64_t *entry, unsigned n, bool down)
{
	uint64_t step = down ? -arch_level_size(1) : arch_level_size(1), wanted = *entry;
	unsigned k = 0;

	if (!(wanted & ENTRY_PRESENT))
		return absent_alike(entry, n, down);
	for (; k < n; k++) {
		entry += down ? -1 : 1;
		wanted += step;
		if ((*entry ^ wanted) & ~(ENTRY_ACCESSED | ENTRY_DIRTY))
			break;
	}
	return k;
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
