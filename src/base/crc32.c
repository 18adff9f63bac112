/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* crc32.c - bytes in, their CRC-32 out; without vector registers, which firmware may not save */
#include <fwquirk/span.h>

/*
 * Remainder of half a byte, the sum of those of its bits; the polynomial is 0xEDB88320, reflected. Half a byte at a time
 * takes two thirds more instructions than a byte and 960 bytes less: much input comes here with its last 304 bytes only.
 */
#define BIT(half, n, remainder) ((half) >> (n)&1 ? (remainder) : 0u)
#define R1(half)                                                                             \
	(BIT(half, 0, 0x1db71064u) ^ BIT(half, 1, 0x3b6e20c8u) ^ BIT(half, 2, 0x76dc4190u) ^ \
	 BIT(half, 3, 0xedb88320u))
#define R4(half) R1(half), R1((half) + 1), R1((half) + 2), R1((half) + 3)

static const uint32_t remainder_of[16] = {R4(0), R4(4), R4(8), R4(12)};

/* Byte by byte, on the register as it is between bytes. */
static uint32_t crc_bytes(uint32_t crc, struct span span)
{
	const uint8_t *at = span.at;

	for (size_t n = span.size; n; n--) {
		crc ^= *at++;
		crc = crc >> 4 ^ remainder_of[crc & 15];
		crc = crc >> 4 ^ remainder_of[crc & 15];
	}
	return crc;
}

/*
 * Much input is first folded into its last bytes, a word at a time (the method is that of S. Russell,
 * "Chorba: A novel CRC32 implementation", arXiv 2412.16398). The polynomial divides
 *
 *     x^300 + x^155 + x^117 + x^89 + 1
 *
 * and no other of five terms or fewer up to that degree; its eighth power has the same terms with
 * eightfold exponents. So a byte may go away when it is added to those 145, 183, 211 and 300
 * places behind it: the remainder stays what it was.
 */
enum {
	WORD = 8,
	STEP = 2 * WORD,        /* less than the shortest way, so nothing waits for itself */
	REACH = 304,            /* the longest way, in full steps */
	BLOCK = 3 * REACH,      /* on the stack with the reach: 1216 bytes */
	FOLD_LEAST = 2 * REACH, /* less input is not worth it */
};

static uint64_t word_at(const uint8_t *at)
{
	uint64_t word;

	__builtin_memcpy(&word, at, WORD);
	return word;
}

static void word_put(uint8_t *at, uint64_t word)
{
	__builtin_memcpy(at, &word, WORD);
}

/* A word of `in` and what came that way from the bytes before `behind`. */
static uint64_t folded(const uint8_t *behind, const uint8_t *in)
{
	return word_at(in) ^ word_at(behind - 145) ^ word_at(behind - 183) ^ word_at(behind - 211) ^
	       word_at(behind - 300);
}

/* Sizes are full steps, at least one. */
static void fold(uint8_t *out, const uint8_t *behind, const uint8_t *in, size_t size)
{
	size_t i = 0;

	do {
		word_put(out + i, folded(behind + i, in + i));
		word_put(out + i + WORD, folded(behind + i + WORD, in + i + WORD));
	} while ((i += STEP) < size);
}

static void steps_copy(uint8_t *to, const uint8_t *from, size_t size)
{
	size_t i = 0;

	do {
		word_put(to + i, word_at(from + i));
		word_put(to + i + WORD, word_at(from + i + WORD));
	} while ((i += STEP) < size);
}

static void words_clear(uint8_t *at, size_t size)
{
	for (size_t i = 0; i < size; i += WORD)
		word_put(at + i, 0);
}

/* Consumes all of the input but less than a step. */
static uint32_t crc_fold(uint32_t crc, struct span *cursor)
{
	uint8_t gone[REACH + BLOCK]; /* the last bytes that went away, then room for more */
	uint8_t first[STEP];
	struct span in;

	/* The register goes in with the first bytes. */
	(void)span_take(cursor, STEP, &in);
	for (unsigned i = 0; i < STEP; i++)
		first[i] = in.at[i] ^ (i < sizeof(crc) ? (uint8_t)(crc >> 8 * i) : 0);
	words_clear(gone, REACH);
	fold(gone + REACH, gone + REACH, first, STEP);
	steps_copy(gone, gone + STEP, REACH);
	while (cursor->size >= REACH + STEP) {
		size_t size = (cursor->size - REACH) / STEP * STEP;

		(void)span_take(cursor, size < BLOCK ? size : BLOCK, &in);
		fold(gone + REACH, gone + REACH, in.at, in.size);
		steps_copy(gone, gone + in.size, REACH);
	}
	/* What comes from the last bytes that went; from here on none goes any more. */
	(void)span_take(cursor, REACH, &in);
	words_clear(gone + REACH, REACH);
	fold(gone + 2 * REACH, gone + REACH, in.at, REACH);
	return crc_bytes(0, span_of(gone + 2 * REACH, REACH));
}

uint32_t span_crc32_update(uint32_t crc, struct span span)
{
	crc = ~crc;
	if (span.size >= FOLD_LEAST)
		crc = crc_fold(crc, &span);
	return ~crc_bytes(crc, span);
}

uint32_t span_crc32(struct span span)
{
	return span_crc32_update(0, span);
}
