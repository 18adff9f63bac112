/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * gate_entry.S - where the processor comes to for a page fault, and for the debug exception behind a
 * single step, while our gate is open. Hands what was pushed to gate_handle() or gate_step() on a
 * stack of our own (the firmware's for exceptions may have no more than a KiB); returns to the
 * instruction, or jumps to the firmware's handler with every register and the stack as they were. Uses
 * general registers only.
 *
 *	stack at entry, from the top: error code (page fault only), RIP, CS, RFLAGS, RSP, SS
 *	(Intel SDM volume 3A, section 6.14.2, figure 6-9); struct trap_frame has it all
 *
 * While one exception is being handled (gate_busy) another one, of this processor or of a second,
 * is the firmware's; but a page fault that happens on our stack under arch_gate_try() ends that.
 */
	.text

/* Interrupts off even when the firmware uses a trap gate; its flags are what the chain gets. */
	.macro	enter
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
	pushfq
	cli
	cld
	mov	$1, %eax
	xchg	%eax, gate_busy(%rip)
	test	%eax, %eax
	.endm

	.macro	registers
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
	.endm

	.macro	handle	function
	mov	gate_stack(%rip), %rsp
	mov	%rbp, %rdi
	call	\function
	movl	$0, gate_busy(%rip)
	test	%al, %al
	.endm

	.globl	gate_entry
	.hidden	gate_entry
	.type	gate_entry, @function
gate_entry:
	endbr64
	enter
	jnz	2f
	handle	gate_handle
	jz	1f
gate_return:
	mov	%rbp, %rsp
	registers
	lea	8(%rsp), %rsp
	iretq
	/* A nested one: ours only when it came from our stack while something is tried. */
2:	mov	gate_escape(%rip), %rdx
	test	%rdx, %rdx
	jz	1f
	mov	14*8(%rbp), %rcx
	cmp	gate_stack_low(%rip), %rcx
	jb	1f
	cmp	gate_stack(%rip), %rcx
	jbe	gate_escape_now
1:	lea	-8(%rbp), %rsp
	popfq
	registers
	jmp	*gate_chain(%rip)
	.size	gate_entry, . - gate_entry

	.globl	gate_entry_debug
	.hidden	gate_entry_debug
	.type	gate_entry_debug, @function
gate_entry_debug:
	endbr64
	push	$0
	enter
	jnz	1f
	handle	gate_step
	jnz	gate_return
1:	lea	-8(%rbp), %rsp
	popfq
	registers
	lea	8(%rsp), %rsp
	jmp	*gate_chain_debug(%rip)
	.size	gate_entry_debug, . - gate_entry_debug

/*
 * bool gate_guarded(void (*act)(void *), void *context): false when a page fault ended it.
 * bool gate_run(void (*act)(void *), void *context): false when gate_handle sent us to gate_run_out.
 *
 * They differ by the word that the way out finds the stack in; on that stack lies where the word is.
 */
	.globl	gate_guarded
	.hidden	gate_guarded
	.type	gate_guarded, @function
gate_guarded:
	endbr64
	lea	gate_escape(%rip), %rdx
	jmp	3f
	.size	gate_guarded, . - gate_guarded

	.globl	gate_run
	.hidden	gate_run
	.type	gate_run, @function
gate_run:
	endbr64
	lea	gate_run_stack(%rip), %rdx
3:	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdx
	mov	%rsp, (%rdx)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	mov	$1, %eax
4:	pop	%rdx
	movq	$0, (%rdx)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
gate_escape_now:
	mov	%rdx, %rsp
	.globl	gate_run_out
	.hidden	gate_run_out
gate_run_out:
	xor	%eax, %eax
	jmp	4b
	.size	gate_run, . - gate_run
	.section .note.GNU-stack, "", @progbits
