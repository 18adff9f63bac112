/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cpu.c - registers in, the translation in use out; stores entries past write protection */
#include <fwquirk/arch.h>

#include "registers.h"

/* Intel SDM volume 3A, table 4-14: bits 51:12 of an entry are an address. */
#define ADDRESS_MASK  0x000ffffffffff000ull
#define TABLE_ENTRIES 512u

/* AMD APM volume 3 (24594), appendix E.4.17: CPUID Fn8000_001F, memory encryption. */
#define CPUID_EXTENDED       0x80000000u
#define CPUID_WIDTHS         0x80000008u
#define CPUID_ENCRYPTION     0x8000001fu
#define ENCRYPTION_SUPPORTED 0x3u  /* EAX bits 0 (SME) and 1 (SEV) */
#define ENCRYPTION_BIT_MASK  0x3fu /* EBX bits 5:0: which bit of an entry it is */

/* The bit of an entry that marks encrypted memory and is no part of the address; 0 without one. */
static uint64_t encryption_bit(void)
{
	uint32_t eax, ebx;

	cpuid(CPUID_EXTENDED, &eax, &ebx);
	if (eax < CPUID_ENCRYPTION)
		return 0;
	cpuid(CPUID_ENCRYPTION, &eax, &ebx);
	return eax & ENCRYPTION_SUPPORTED ? 1ull << (ebx & ENCRYPTION_BIT_MASK) : 0;
}

/* Supported is not in use: what the firmware's own tables have is. */
static uint64_t encryption_in_use(const struct pagetable *table, uint64_t bit)
{
	const uint64_t *entry = (const uint64_t *)(uintptr_t)table->root.at;

	for (unsigned i = 0; bit && i < TABLE_ENTRIES; i++)
		if (arch_entry_is_present(entry[i]))
			return entry[i] & bit;
	return 0;
}

uint64_t arch_cycles(void)
{
	return tsc_read();
}

enum status arch_pagetable_now(struct pagetable *ret_table)
{
	if (!(cr0_read() & CR0_PG))
		return STATUS_UNSUPPORTED;
	ret_table->address_mask = ADDRESS_MASK & ~encryption_bit();
	ret_table->root.at = cr3_read() & ret_table->address_mask;
	ret_table->n_levels = cr4_read() & CR4_LA57 ? 5 : 4;
	ret_table->has_execute_disable = msr_read(MSR_EFER) & EFER_NXE;
	ret_table->encrypted = encryption_in_use(ret_table, encryption_bit());
	return STATUS_OK;
}

/* Intel SDM volume 2A, CPUID leaf 80000008H: EAX bits 7:0; without it 36 (volume 3A, section 4.1.4). */
unsigned arch_address_bits(void)
{
	uint32_t eax, ebx;

	cpuid(CPUID_EXTENDED, &eax, &ebx);
	if (eax < CPUID_WIDTHS)
		return 36;
	cpuid(CPUID_WIDTHS, &eax, &ebx);
	return eax & 0xff;
}

void arch_pagetable_use(const struct pagetable *table)
{
	cr3_write((cr3_read() & ~table->address_mask) | table->root.at);
}

bool arch_pagetable_is_in_use(const struct pagetable *table)
{
	return (cr3_read() & table->address_mask) == table->root.at;
}

bool arch_writes_are_checked(void)
{
	return cr0_read() & CR0_WP;
}

/*
 * The page tables may be mapped read-only (UEFI 2.10 section 2.3.4 allows it), so CR0.WP is off for
 * the stores. It cannot be turned off under CET (SDM volume 3A, section 2.5), which is therefore
 * off as long; no call or return happens in between, so that the shadow stack stays right.
 * Interrupts are off, so that nothing else runs without write protection.
 */
void arch_entries_store(uint64_t *entry, unsigned n, uint64_t value, uint64_t step, virt_t address)
{
	uint64_t cr0 = cr0_read(), cr4 = cr4_read(), left = n;

	if (!(cr0 & CR0_WP)) {
		for (; n > 0; n--, value += step)
			*(volatile uint64_t *)entry++ = value;
		tlb_drop(address.at);
		return;
	}
	value += (left - 1) * step;
	__asm__ volatile(
		"pushfq\n\t"
		"cli\n\t"
		"mov %[open4], %%cr4\n\t"
		"mov %[open0], %%cr0\n"
		"1:\tmov %[value], -8(%[entry],%[left],8)\n\t"
		"sub %[step], %[value]\n\t"
		"dec %[left]\n\t"
		"jnz 1b\n\t"
		"mov %[cr0], %%cr0\n\t"
		"mov %[cr4], %%cr4\n\t"
		"invlpg (%[address])\n\t"
		"popfq"
		: [value] "+r"(value), [left] "+r"(left)
		: [entry] "r"(entry), [address] "r"(address.at), [step] "r"(step), [cr0] "r"(cr0),
		  [cr4] "r"(cr4), [open0] "r"(cr0 & ~CR0_WP), [open4] "r"(cr4 & ~CR4_CET)
		: "memory", "cc");
}

/* SDM volume 3A, section 4.10.4.1: loading CR3 spares global pages, changing CR4.PGE spares none. */
void arch_tlb_drop_all(void)
{
	uint64_t cr4 = cr4_read();

	if (cr4 & CR4_PGE)
		cr4_write(cr4 & ~CR4_PGE);
	cr3_write(cr3_read());
	if (cr4 & CR4_PGE)
		cr4_write(cr4);
}
