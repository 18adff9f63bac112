/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* last_fault.c - the record of a fatal fault to bytes and back; reads no register and no variable */
#include <fwquirk/last_fault.h>

static unsigned at_most(size_t value, unsigned limit)
{
	return value > limit ? limit : (unsigned)value;
}

uint16_t last_fault_write(const struct last_fault *fault, uint8_t room[LAST_FAULT_MAX_SIZE])
{
	unsigned n_rules = at_most(fault->n_rules, LAST_FAULT_MAX_RULES);
	uint8_t *at = room + SEALED_HEADER_SIZE;
	uint16_t total;

	at = sealed_put(at, fault->code, 8);
	at = sealed_put(at, fault->address, 8);
	at = sealed_put(at, fault->instruction, 8);
	at = sealed_put(at, fault->base, 8);
	at = sealed_put(at, fault->cycles, 8);
	at = sealed_put(at, fault->table_crc, 4);
	at = sealed_put(at, fault->answer, 1);
	at = sealed_put(at, n_rules, 1);
	for (unsigned i = 0; i < n_rules; i++)
		at = sealed_put(at, fault->rule_id[i], 4);
	at = sealed_put_text(
		at, text_sized(fault->image.at, at_most(fault->image.size, LAST_FAULT_IMAGE_MAX)));
	total = (uint16_t)(at - room);
	sealed_close(room, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, total);
	return total;
}

enum status last_fault_read(struct span bytes, struct last_fault *ret_fault)
{
	struct last_fault fault = {.code = 0};
	struct span rest;
	enum status status = sealed_open(bytes, LAST_FAULT_MAGIC, LAST_FAULT_VERSION, &rest);

	if (status != STATUS_OK)
		return status;
	if (!span_take_le64(&rest, &fault.code) || !span_take_le64(&rest, &fault.address) ||
	    !span_take_le64(&rest, &fault.instruction) || !span_take_le64(&rest, &fault.base) ||
	    !span_take_le64(&rest, &fault.cycles) || !span_take_le32(&rest, &fault.table_crc) ||
	    !span_take_u8(&rest, &fault.answer) || !span_take_u8(&rest, &fault.n_rules) ||
	    fault.n_rules > LAST_FAULT_MAX_RULES)
		return STATUS_MALFORMED;
	for (unsigned i = 0; i < fault.n_rules; i++)
		if (!span_take_le32(&rest, &fault.rule_id[i]))
			return STATUS_MALFORMED;
	fault.image = text_sized((const char *)rest.at, rest.size);
	*ret_fault = fault;
	return STATUS_OK;
}
