/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* attempt.c - the marker of a boot with workarounds to bytes and back; knows no variable */
#include <fwquirk/attempt.h>

void attempt_write(const struct attempt *attempt, uint8_t room[ATTEMPT_SIZE])
{
	uint8_t *at = room + SEALED_HEADER_SIZE;

	at = sealed_put(at, attempt->table_crc, 4);
	at = sealed_put(at, attempt->identity_crc, 4);
	sealed_put(at, attempt->n_begun, 1);
	sealed_close(room, ATTEMPT_MAGIC, ATTEMPT_VERSION, ATTEMPT_SIZE);
}

enum status attempt_read(struct span bytes, struct attempt *ret_attempt)
{
	struct attempt attempt;
	struct span rest;
	enum status status = sealed_open(bytes, ATTEMPT_MAGIC, ATTEMPT_VERSION, &rest);

	if (status != STATUS_OK)
		return status;
	if (!span_take_le32(&rest, &attempt.table_crc) ||
	    !span_take_le32(&rest, &attempt.identity_crc) || !span_take_u8(&rest, &attempt.n_begun))
		return STATUS_MALFORMED;
	*ret_attempt = attempt;
	return STATUS_OK;
}

uint32_t attempt_identity_crc(const struct identity *identity)
{
	uint32_t crc = 0;

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text value = identity->field[field];
		uint8_t number = (uint8_t)field;

		if (!(identity->present & 1u << field))
			continue;
		crc = span_crc32_update(crc, span_of(&number, 1));
		crc = span_crc32_update(crc, span_of(value.at, value.size));
	}
	return crc;
}

uint8_t attempt_n_dead(struct span bytes, uint32_t table_crc, uint32_t identity_crc)
{
	struct attempt attempt;

	if (attempt_read(bytes, &attempt) != STATUS_OK || attempt.table_crc != table_crc ||
	    attempt.identity_crc != identity_crc)
		return 0;
	return attempt.n_begun;
}
