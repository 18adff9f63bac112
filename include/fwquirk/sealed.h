/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* sealed.h - the header that all our variables have: what it is, which version, how long, unchanged */
#ifndef FWQUIRK_SEALED_H
#define FWQUIRK_SEALED_H

#include <stdint.h>

#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/text.h>

/*
 * 16 bytes, little-endian: u32 magic, u16 version, u16 header size, u32 total size with the header, u32
 * CRC-32 of the total size with this field zero. A longer header is read as far as it is known.
 */
#define SEALED_HEADER_SIZE 16u

/* Writes the header in front of what is there already, `total` bytes with it. */
void sealed_close(uint8_t *at, uint32_t magic, uint16_t version, uint32_t total);

/*
 * What is behind the header. Bytes behind the total size are ignored.
 * STATUS_TRUNCATED  fewer bytes than a header, or than the total size
 * STATUS_MALFORMED  another magic, or sizes that contradict each other
 * STATUS_TOO_NEW    a version above `version`
 * STATUS_CHECKSUM   the bytes have changed
 */
enum status sealed_open(struct span bytes, uint32_t magic, uint16_t version,
			struct span *ret_content);

/* Little-endian numbers and bytes, one behind the other: each returns where the next one goes. */
uint8_t *sealed_put(uint8_t *at, uint64_t value, unsigned n_bytes);
uint8_t *sealed_put_text(uint8_t *at, struct text text);

#endif
