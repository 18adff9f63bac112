/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* span.c - bounded views and little-endian reads; never reads outside the view it was given */
#include <fwquirk/span.h>

bool span_slice(struct span span, size_t offset, size_t size, struct span *ret_slice)
{
	if (offset > span.size || size > span.size - offset)
		return false;
	/* Adding zero to a null pointer is undefined in C11 6.5.6p8. */
	ret_slice->at = offset ? span.at + offset : span.at;
	ret_slice->size = size;
	return true;
}

bool span_u8(struct span span, size_t offset, uint8_t *ret_value)
{
	if (offset >= span.size)
		return false;
	*ret_value = span.at[offset];
	return true;
}

bool span_le16(struct span span, size_t offset, uint16_t *ret_value)
{
	struct span field;

	if (!span_slice(span, offset, sizeof(*ret_value), &field))
		return false;
	*ret_value = (uint16_t)(field.at[0] | field.at[1] << 8);
	return true;
}

/* Compilers make one load of it where that is right. */
static uint32_t le32_at(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

bool span_le32(struct span span, size_t offset, uint32_t *ret_value)
{
	struct span field;

	if (!span_slice(span, offset, sizeof(*ret_value), &field))
		return false;
	*ret_value = le32_at(field.at);
	return true;
}

bool span_le64(struct span span, size_t offset, uint64_t *ret_value)
{
	struct span field;

	if (!span_slice(span, offset, sizeof(*ret_value), &field))
		return false;
	*ret_value = le32_at(field.at) | (uint64_t)le32_at(field.at + 4) << 32;
	return true;
}

bool span_take(struct span *cursor, size_t size, struct span *ret_taken)
{
	struct span taken;

	if (!span_slice(*cursor, 0, size, &taken))
		return false;
	if (size)
		cursor->at += size;
	cursor->size -= size;
	*ret_taken = taken;
	return true;
}

static void drop(struct span *cursor, size_t size)
{
	cursor->at += size;
	cursor->size -= size;
}

bool span_take_u8(struct span *cursor, uint8_t *ret_value)
{
	if (!span_u8(*cursor, 0, ret_value))
		return false;
	drop(cursor, sizeof(*ret_value));
	return true;
}

bool span_take_le16(struct span *cursor, uint16_t *ret_value)
{
	if (!span_le16(*cursor, 0, ret_value))
		return false;
	drop(cursor, sizeof(*ret_value));
	return true;
}

bool span_take_le32(struct span *cursor, uint32_t *ret_value)
{
	if (!span_le32(*cursor, 0, ret_value))
		return false;
	drop(cursor, sizeof(*ret_value));
	return true;
}

bool span_take_le64(struct span *cursor, uint64_t *ret_value)
{
	if (!span_le64(*cursor, 0, ret_value))
		return false;
	drop(cursor, sizeof(*ret_value));
	return true;
}

bool span_take_varint(struct span *cursor, uint64_t *ret_value)
{
	struct span rest = *cursor;
	uint64_t value = 0;

	/* Nearly every number of a table is one byte. */
	if (rest.size && !(*rest.at & 0x80)) {
		*ret_value = *rest.at;
		drop(cursor, 1);
		return true;
	}
	for (unsigned shift = 0; rest.size; shift += 7) {
		uint8_t byte = *rest.at++;

		rest.size--;
		/* The tenth group holds bit 63 alone. */
		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (!byte && shift)
			return false;
		*cursor = rest;
		*ret_value = value;
		return true;
	}
	return false;
}

bool span_take_sized(struct span *cursor, struct span *ret_taken)
{
	struct span rest = *cursor;
	uint64_t size;

	if (!span_take_varint(&rest, &size) || size > rest.size)
		return false;
	*ret_taken = (struct span){.at = rest.at, .size = (size_t)size};
	cursor->at = rest.at + size;
	cursor->size = rest.size - (size_t)size;
	return true;
}

uint8_t span_sum8(struct span span)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < span.size; i++)
		sum = (uint8_t)(sum + span.at[i]);
	return sum;
}
