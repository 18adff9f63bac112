/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* span.h - a bounded view of bytes and the only way through which outside bytes are read */
#ifndef FWQUIRK_SPAN_H
#define FWQUIRK_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes. `at` may be NULL only when `size` is 0. The owner outlives the view. */
struct span {
	const uint8_t *at;
	size_t size;
};

static inline struct span span_of(const void *at, size_t size)
{
	return (struct span){.at = (const uint8_t *)at, .size = size};
}

/* True and set when [offset, offset + size) lies inside; false and untouched when not. No overflow.
 */
bool span_slice(struct span span, size_t offset, size_t size, struct span *ret_slice);

/* Little-endian reads at a byte offset. False and untouched when they would leave the span. */
bool span_u8(struct span span, size_t offset, uint8_t *ret_value);
bool span_le16(struct span span, size_t offset, uint16_t *ret_value);
bool span_le32(struct span span, size_t offset, uint32_t *ret_value);
bool span_le64(struct span span, size_t offset, uint64_t *ret_value);

/*
 * Reads that consume: on success the cursor moves behind what was read, on failure it stays.
 * The variable-length integer is unsigned LEB128 (DWARF 5, section 7.6), at most 10 bytes; a
 * value with more than 64 bits or with needless trailing zero groups is refused.
 */
bool span_take(struct span *cursor, size_t size, struct span *ret_taken);
bool span_take_u8(struct span *cursor, uint8_t *ret_value);
bool span_take_le16(struct span *cursor, uint16_t *ret_value);
bool span_take_le32(struct span *cursor, uint32_t *ret_value);
bool span_take_le64(struct span *cursor, uint64_t *ret_value);
bool span_take_varint(struct span *cursor, uint64_t *ret_value);
/* A varint and so many bytes. */
bool span_take_sized(struct span *cursor, struct span *ret_taken);

/* Eight bytes that are known to be there. Compilers make one load of it where that is right. */
static inline __attribute__((always_inline)) uint64_t bytes_le64(const void *at_)
{
	const uint8_t *at = (const uint8_t *)at_;

	return at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
	       (uint64_t)at[7] << 56;
}

/* Sum of all bytes modulo 256: zero for the entry points of DSP0134. */
uint8_t span_sum8(struct span span);

/* CRC-32 as in IEEE 802.3 and UEFI 2.10 section 4.2.1 (reflected, polynomial 0xEDB88320). */
uint32_t span_crc32(struct span span);

/* The same in steps: begin with 0, give back the last result to go on. */
uint32_t span_crc32_update(uint32_t crc, struct span span);

#endif
