/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* gate.h - what gate_entry.S and gate.c share; no code */
#ifndef ARCH_X86_64_GATE_H
#define ARCH_X86_64_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Intel SDM volume 3A, section 6.15: "Interrupt 1 - Debug Exception (#DB)", "Interrupt 14 -
 * Page-Fault Exception (#PF)". */
#define VECTOR_DEBUG      1u
#define VECTOR_PAGE_FAULT 14u

/* A 64-bit IDT gate: Intel SDM volume 3A, section 6.14.1, figure 6-8. */
struct idt_gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;  /* bits 2:0 */
	uint8_t type; /* 7: present, 6:5 DPL, 3:0 type */
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

#define GATE_PRESENT        0x80u
#define GATE_TYPE_MASK      0x1fu
#define GATE_TYPE_INTERRUPT 0x0eu
#define GATE_TYPE_TRAP      0x0fu

_Static_assert(sizeof(struct idt_gate) == 16, "a gate is 16 bytes in 64-bit mode");
_Static_assert(offsetof(struct idt_gate, offset_high) == 8, "upper half behind the lower");

/* What gate_entry.S has pushed, lowest address first, and what the processor pushed before. */
struct trap_frame {
	uint64_t rbp, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax;
	uint64_t error_code;
	uint64_t rip, cs, rflags, rsp, ss;
};

_Static_assert(offsetof(struct trap_frame, error_code) == 80, "ten registers");

/* In this image: referred to by distance, without a global offset table. */
#define HERE __attribute__((visibility("hidden")))

_Static_assert(offsetof(struct trap_frame, rsp) == 14 * 8, "gate_entry.S knows where it is");

/* gate_entry.S */
HERE void gate_entry(void);
HERE void gate_entry_debug(void);
HERE bool gate_guarded(void (*act)(void *context), void *context);

/* For gate_entry.S: true when the interrupted instruction is to run again, or to go on. */
bool gate_handle(struct trap_frame *frame);
bool gate_step(struct trap_frame *frame);
/* The firmware's handlers, where gate_entry.S jumps when those said false. */
HERE extern uint64_t gate_chain, gate_chain_debug;
/* Not 0 while an exception is handled. */
/* gate_entry.S: runs `act`; true when it came back by itself. While it does, gate_run_stack is where gate_run_out finds
 * its way back, else 0. */
HERE bool gate_run(void (*act)(void *context), void *context);
HERE void gate_run_out(void);
HERE extern uint64_t gate_run_stack;

HERE extern uint32_t gate_busy;
/* Both ends of our stack, and where gate_guarded stands on it, or 0. */
HERE extern uint64_t gate_stack_low, gate_stack, gate_escape;

void gate_set_target(struct idt_gate *gate, uint64_t target);
uint64_t gate_target(const struct idt_gate *gate);
/* True for a present interrupt or trap gate. */
bool gate_is_usable(const struct idt_gate *gate);

#endif
