/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* sealed.c - the header of our variables written and believed only when all of it holds; knows no content */
#include <fwquirk/sealed.h>

#define CRC_OFFSET 12u

uint8_t *sealed_put(uint8_t *at, uint64_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++, value >>= 8)
		*at++ = (uint8_t)value;
	return at;
}

uint8_t *sealed_put_text(uint8_t *at, struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		*at++ = (uint8_t)text.at[i];
	return at;
}

/* CRC-32 of the whole with its own field taken as zero. */
static uint32_t checksum(struct span whole)
{
	static const uint8_t zero[4];
	size_t behind = CRC_OFFSET + sizeof(zero);
	uint32_t crc = span_crc32(span_of(whole.at, CRC_OFFSET));

	crc = span_crc32_update(crc, span_of(zero, sizeof(zero)));
	return span_crc32_update(crc, span_of(whole.at + behind, whole.size - behind));
}

void sealed_close(uint8_t *at, uint32_t magic, uint16_t version, uint32_t total)
{
	uint8_t *crc = sealed_put(at, magic, 4);

	crc = sealed_put(crc, version, 2);
	crc = sealed_put(crc, SEALED_HEADER_SIZE, 2);
	crc = sealed_put(crc, total, 4);
	sealed_put(crc, checksum(span_of(at, total)), 4);
}

enum status sealed_open(struct span bytes, uint32_t magic, uint16_t version,
			struct span *ret_content)
{
	uint32_t found, total, crc;
	uint16_t made_by, header;
	struct span whole;

	if (!span_le32(bytes, 0, &found) || !span_le16(bytes, 4, &made_by) ||
	    !span_le16(bytes, 6, &header) || !span_le32(bytes, 8, &total) ||
	    !span_le32(bytes, CRC_OFFSET, &crc))
		return STATUS_TRUNCATED;
	if (found != magic || header < SEALED_HEADER_SIZE || total < header)
		return STATUS_MALFORMED;
	if (made_by > version)
		return STATUS_TOO_NEW;
	if (!span_slice(bytes, 0, total, &whole))
		return STATUS_TRUNCATED;
	if (checksum(whole) != crc)
		return STATUS_CHECKSUM;
	span_slice(whole, header, total - header, ret_content);
	return STATUS_OK;
}
