/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* registers.h - privileged registers, one instruction a function; decodes nothing */
#ifndef ARCH_X86_64_REGISTERS_H
#define ARCH_X86_64_REGISTERS_H

#include <stdint.h>

/* Intel SDM volume 3A, section 2.5 "Control registers", 2.2.1 "Extended feature enable register". */
#define CR0_WP   (1ull << 16)
#define CR0_PG   (1ull << 31)
#define CR4_PGE  (1ull << 7)
#define CR4_LA57 (1ull << 12)
#define CR4_CET  (1ull << 23)
#define MSR_EFER 0xc0000080u
#define EFER_NXE (1ull << 11)

/* Section 17.2.3 "Debug status register (DR6)": B0 to B3, and BS; section 3.4.3, TF. */
#define DR6_BREAKPOINTS  0xfull
#define DR6_SINGLE_STEP  (1ull << 14)
#define RFLAGS_TRAP      (1ull << 8)
#define RFLAGS_DIRECTION (1ull << 10)

/* Operand of LIDT and SIDT: Intel SDM volume 3A, section 3.5.1, figure 2-6. */
struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

_Static_assert(sizeof(struct table_register) == 10, "ten bytes in 64-bit mode");

static inline uint64_t cr0_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline uint64_t cr2_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline void cr2_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr2" : : "r"(value));
}

static inline uint64_t cr3_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void cr3_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t cr4_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void cr4_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline uint64_t dr6_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%dr6, %0" : "=r"(value));
	return value;
}

static inline void dr6_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%dr6" : : "r"(value));
}

static inline uint64_t msr_read(uint32_t index)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t tsc_read(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static inline void cpuid(uint32_t leaf, uint32_t *ret_eax, uint32_t *ret_ebx)
{
	uint32_t ecx = 0, edx;

	__asm__ volatile("cpuid"
			 : "=a"(*ret_eax), "=b"(*ret_ebx), "+c"(ecx), "=d"(edx)
			 : "a"(leaf));
}

static inline void idt_read(struct table_register *ret_idt)
{
	__asm__ volatile("sidt %0" : "=m"(*ret_idt));
}

static inline void idt_load(const struct table_register *idt)
{
	__asm__ volatile("lidt %0" : : "m"(*idt) : "memory");
}

static inline void tlb_drop(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

#endif
