/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * gate_entry.S - where the processor comes to for a page fault while our gate is open. Hands what it
 * pushed to gate_handle(); returns to the instruction, or jumps to the firmware's handler with every
 * register and the stack as they were. Uses general registers only.
 *
 *	stack at entry, from the top: error code, RIP, CS, RFLAGS, RSP, SS
 *	(Intel SDM volume 3A, section 6.14.2, figure 6-9); struct trap_frame has it all
 */
	.text
	.globl	gate_entry
	.hidden	gate_entry
	.type	gate_entry, @function
gate_entry:
	endbr64
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%rbp
	mov	%rsp, %rbp
	mov	%rsp, %rdi
	and	$-16, %rsp
	cld
	call	gate_handle
	mov	%rbp, %rsp
	test	%al, %al
	/* POP leaves the flags alone. */
	pop	%rbp
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	jz	1f
	lea	8(%rsp), %rsp
	iretq
1:	jmp	*gate_chain(%rip)
	.size	gate_entry, . - gate_entry
	.section .note.GNU-stack, "", @progbits
