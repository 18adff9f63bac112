/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * five_level.S - from 4 to 5 levels of page tables while running on them: CR4.LA57 changes only while paging is off
 * (Intel SDM volume 3A, section 4.1.2), so through 32-bit code and back. All of it, the stack and the tables
 * lie below 4 GiB.
 *
 *	void lab_five_levels(uint64_t root);	System V: RDI
 */
#define SELECTOR_CODE64 8
#define SELECTOR_CODE32 16
#define SELECTOR_DATA   24
#define PAGING          0x80000000
#define LA57            0x1000

	.text
	.globl	lab_five_levels
	.hidden	lab_five_levels
lab_five_levels:
	pushfq
	cli
	push	%rbx
	push	%rbp
	mov	%ds, %eax
	push	%rax
	mov	%es, %eax
	push	%rax
	mov	%ss, %eax
	push	%rax
	mov	%cs, %eax
	push	%rax
	sub	$16, %rsp
	sgdt	(%rsp)
	lea	gdt(%rip), %rax
	mov	%rax, gdt_register+2(%rip)
	lgdt	gdt_register(%rip)
	lea	back(%rip), %rbx
	lea	narrow(%rip), %rax
	pushq	$SELECTOR_CODE32
	push	%rax
	lretq
	.code32
narrow:
	mov	$SELECTOR_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%cr0, %ecx
	mov	%ecx, %eax
	and	$~PAGING, %eax
	mov	%eax, %cr0
	mov	%edi, %cr3
	mov	%cr4, %eax
	or	$LA57, %eax
	mov	%eax, %cr4
	mov	%ecx, %cr0
	pushl	$SELECTOR_CODE64
	pushl	%ebx
	lret
	.code64
back:
	/* The stack pointer's upper half is zero in 32-bit code. */
	mov	%esp, %esp
	lgdt	(%rsp)
	add	$16, %rsp
	pop	%rcx
	lea	1f(%rip), %rax
	push	%rcx
	push	%rax
	lretq
1:	pop	%rax
	mov	%eax, %ss
	pop	%rax
	mov	%eax, %es
	pop	%rax
	mov	%eax, %ds
	pop	%rbp
	pop	%rbx
	popfq
	ret

	.data
	.balign	8
gdt:
	.quad	0
	.quad	0x00af9b000000ffff
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_register:
	.word	. - gdt - 1
	.quad	0
	.section .note.GNU-stack, "", @progbits
