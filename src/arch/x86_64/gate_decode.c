/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* gate_decode.c - the bytes of an IDT gate and what they say; touches no register */
#include "gate.h"

uint64_t gate_target(const struct idt_gate *gate)
{
	return (uint64_t)gate->offset_high << 32 | (uint64_t)gate->offset_middle << 16 |
	       gate->offset_low;
}

void gate_set_target(struct idt_gate *gate, uint64_t target)
{
	gate->offset_low = (uint16_t)target;
	gate->offset_middle = (uint16_t)(target >> 16);
	gate->offset_high = (uint32_t)(target >> 32);
}

bool gate_is_usable(const struct idt_gate *gate)
{
	uint8_t type = gate->type & GATE_TYPE_MASK;

	return gate->type & GATE_PRESENT && (type == GATE_TYPE_INTERRUPT || type == GATE_TYPE_TRAP);
}
