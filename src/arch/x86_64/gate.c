/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * gate.c - a handler in front of the firmware's own for page faults, on a copy of its IDT; never
 * writes the firmware's IDT, which may be read-only, and changes nothing but the target of one gate:
 * code selector, IST and type stay the firmware's.
 */
#include <fwquirk/arch.h>
#include <fwquirk/span.h>

#include "gate.h"
#include "registers.h"

#define GATE_COUNT (ARCH_GATE_ROOM / sizeof(struct idt_gate))

uint64_t gate_chain;

static struct {
	struct table_register firmware; /* its IDT register while ours is loaded */
	fault_handler *handler;         /* NULL: closed */
	void *context;
	bool busy;
} open_gate;

bool gate_handle(const struct trap_frame *frame)
{
	struct fault fault;
	bool repaired;

	if (open_gate.busy || !open_gate.handler)
		return false;
	open_gate.busy = true;
	arch_fault_decode(frame->error_code, (virt_t){cr2_read()}, (virt_t){frame->rip}, &fault);
	repaired = open_gate.handler(&fault, open_gate.context);
	open_gate.busy = false;
	return repaired;
}

enum status arch_gate_open(void *room, fault_handler *handler, void *context)
{
	struct idt_gate *gates = room;
	struct table_register ours;
	const struct idt_gate *theirs;
	size_t n_gates;

	if (open_gate.handler)
		return STATUS_REFUSED;
	idt_read(&open_gate.firmware);
	theirs = (const struct idt_gate *)(uintptr_t)open_gate.firmware.base;
	n_gates = ((size_t)open_gate.firmware.limit + 1) / sizeof(*gates);
	if (n_gates <= VECTOR_PAGE_FAULT || n_gates > GATE_COUNT ||
	    !gate_is_usable(&theirs[VECTOR_PAGE_FAULT]))
		return STATUS_UNSUPPORTED;
	for (size_t i = 0; i < n_gates; i++)
		gates[i] = theirs[i];
	gate_chain = gate_target(&gates[VECTOR_PAGE_FAULT]);
	gate_set_target(&gates[VECTOR_PAGE_FAULT], (uintptr_t)gate_entry);
	open_gate.handler = handler;
	open_gate.context = context;
	ours = (struct table_register){open_gate.firmware.limit, (uintptr_t)gates};
	idt_load(&ours);
	return STATUS_OK;
}

void arch_gate_close(void)
{
	if (!open_gate.handler)
		return;
	idt_load(&open_gate.firmware);
	open_gate.handler = NULL;
}
