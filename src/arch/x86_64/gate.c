/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * gate.c - a handler in front of the firmware's own for page faults, on a copy of its IDT; never
 * writes the firmware's IDT, which may be read-only, and changes nothing but the targets of two gates:
 * code selector, IST and type of the gates stay the firmware's.
 */
#include <fwquirk/arch.h>
#include <fwquirk/span.h>

#include "gate.h"
#include "registers.h"

#define IDT_BYTES  4096u
#define GATE_COUNT (IDT_BYTES / sizeof(struct idt_gate))

uint64_t gate_chain, gate_chain_debug, gate_stack_low, gate_stack, gate_escape, gate_run_stack;
uint32_t gate_busy;

static struct {
	struct table_register firmware; /* its IDT register while ours is loaded */
	uint64_t base;                  /* of ours */
	unsigned n_handlers;            /* 0: closed */
	struct {
		fault_handler *handle;
		void *context;
	} handler[ARCH_GATE_MAX_DEPTH];
	struct trap_frame *frame; /* what is being handled */
	/* A single step: what to do behind it, whether one was asked for or is under way, and what
	 * was stepping before. */
	void (*after)(void *context);
	void *context;
	uint64_t flags_before;
} gate;

bool gate_handle(struct trap_frame *frame)
{
	struct fault fault;

	gate.frame = frame;
	arch_fault_decode(frame->error_code, (virt_t){cr2_read()}, (virt_t){frame->rip}, &fault);
	for (unsigned i = gate.n_handlers; i-- > 0;)
		if (gate.handler[i].handle(&fault, gate.handler[i].context))
			return true;
	if (!gate_run_stack)
		return false;
	frame->rip = (uintptr_t)gate_run_out;
	frame->rsp = gate_run_stack;
	frame->rflags &= ~RFLAGS_DIRECTION;
	return true;
}

bool gate_step(struct trap_frame *frame)
{
	uint64_t status = dr6_read();

	if (!gate.after || !(status & DR6_SINGLE_STEP))
		return false;
	gate.after(gate.context);
	gate.after = NULL;
	frame->rflags = (frame->rflags & ~RFLAGS_TRAP) | gate.flags_before;
	/* A breakpoint in the same moment, or somebody who was stepping already, is not for us. */
	if (status & DR6_BREAKPOINTS || gate.flags_before)
		return false;
	dr6_write(status & ~DR6_SINGLE_STEP);
	return true;
}

bool arch_gate_step(void (*after)(void *context), void *context)
{
	const struct idt_gate *gates = (const struct idt_gate *)(uintptr_t)gate.base;

	if (gate_target(&gates[VECTOR_DEBUG]) != (uintptr_t)gate_entry_debug)
		return false;
	/* The step of an instruction that faults a second time has its flag set by us. */
	if (!gate.after)
		gate.flags_before = gate.frame->rflags & RFLAGS_TRAP;
	gate.after = after;
	gate.context = context;
	gate.frame->rflags |= RFLAGS_TRAP;
	return true;
}

bool arch_gate_try(void (*act)(void *context), void *context)
{
	struct trap_frame saved = *gate.frame, *frame = gate.frame;
	uint64_t address = cr2_read();
	bool done = gate_guarded(act, context);

	cr2_write(address);
	/* On a stack of the firmware's for exceptions, a second one has written over the first. */
	if (!done)
		*frame = saved;
	return done;
}

enum status arch_gate_run(void (*act)(void *context), void *context)
{
	if (!gate.n_handlers || cr4_read() & CR4_CET)
		return STATUS_UNSUPPORTED;
	return gate_run(act, context) ? STATUS_OK : STATUS_FAILED;
}

/* The gate of a vector now leads to us; where it led is returned, 0 when it is of no known kind. */
static uint64_t take_gate(struct idt_gate *one, void (*target)(void))
{
	uint64_t before = gate_target(one);

	if (!gate_is_usable(one))
		return 0;
	gate_set_target(one, (uintptr_t)target);
	return before;
}

static enum status load(uint8_t *room)
{
	struct idt_gate *gates = (struct idt_gate *)(void *)room;
	struct table_register ours;
	const struct idt_gate *theirs;
	size_t n_gates;

	idt_read(&gate.firmware);
	theirs = (const struct idt_gate *)(uintptr_t)gate.firmware.base;
	n_gates = ((size_t)gate.firmware.limit + 1) / sizeof(*gates);
	if (n_gates <= VECTOR_PAGE_FAULT || n_gates > GATE_COUNT ||
	    !gate_is_usable(&theirs[VECTOR_PAGE_FAULT]))
		return STATUS_UNSUPPORTED;
	for (size_t i = 0; i < n_gates; i++)
		gates[i] = theirs[i];
	gate_chain = take_gate(&gates[VECTOR_PAGE_FAULT], gate_entry);
	gate_chain_debug = take_gate(&gates[VECTOR_DEBUG], gate_entry_debug);
	gate_stack_low = (uintptr_t)room + IDT_BYTES;
	gate_stack = (uintptr_t)room + ARCH_GATE_ROOM;
	gate.base = (uintptr_t)gates;
	ours = (struct table_register){gate.firmware.limit, gate.base};
	idt_load(&ours);
	return STATUS_OK;
}

enum status arch_gate_open(void *room, fault_handler *handler, void *context)
{
	unsigned n = gate.n_handlers;
	enum status status;

	if (n == ARCH_GATE_MAX_DEPTH)
		return STATUS_REFUSED;
	gate.handler[n].handle = handler;
	gate.handler[n].context = context;
	gate.n_handlers = n + 1;
	status = n ? STATUS_OK : load(room);
	if (status != STATUS_OK)
		gate.n_handlers = n;
	return status;
}

bool arch_gate_is_open(void)
{
	struct table_register now;

	idt_read(&now);
	return gate.n_handlers && now.base == gate.base;
}

void arch_gate_close(void)
{
	if (!gate.n_handlers)
		return;
	if (gate.n_handlers == 1 && arch_gate_is_open())
		idt_load(&gate.firmware);
	gate.n_handlers--;
}
