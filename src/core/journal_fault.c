/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal_fault.c - a page fault into the bytes of a journal's record and back; decides nothing */
#include <fwquirk/journal_fault.h>
#include <fwquirk/sealed.h>

#define FIXED_SIZE 40u

void journal_add_fault(struct journal_writer *writer, const struct journal_fault *fault)
{
	uint8_t payload[FIXED_SIZE + JOURNAL_FAULT_IMAGE_MAX], *at = payload;
	struct text image = fault->image;

	if (image.size > JOURNAL_FAULT_IMAGE_MAX)
		image.size = JOURNAL_FAULT_IMAGE_MAX;
	at = sealed_put(at, fault->answer, 1);
	at = sealed_put(at, fault->access, 1);
	at = sealed_put(at, fault->n_faults, 2);
	at = sealed_put(at, fault->code, 4);
	at = sealed_put(at, fault->address, 8);
	at = sealed_put(at, fault->end, 8);
	at = sealed_put(at, fault->instruction, 8);
	at = sealed_put(at, fault->base, 8);
	at = sealed_put_text(at, image);
	journal_add_text(writer, JOURNAL_FAULT,
			 text_sized((const char *)payload, (size_t)(at - payload)));
}

bool journal_read_fault(struct span payload, struct journal_fault *ret_fault)
{
	struct journal_fault fault;

	if (!span_take_u8(&payload, &fault.answer) || !span_take_u8(&payload, &fault.access) ||
	    !span_take_le16(&payload, &fault.n_faults) || !span_take_le32(&payload, &fault.code) ||
	    !span_take_le64(&payload, &fault.address) || !span_take_le64(&payload, &fault.end) ||
	    !span_take_le64(&payload, &fault.instruction) || !span_take_le64(&payload, &fault.base))
		return false;
	fault.image = text_sized((const char *)payload.at, payload.size);
	*ret_fault = fault;
	return true;
}
