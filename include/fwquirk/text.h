/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text.h - bounded strings and their comparison in normal form; never allocates, never writes */
#ifndef FWQUIRK_TEXT_H
#define FWQUIRK_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes of a string, without a terminator. Any byte may occur, 0x00 too. */
struct text {
	const char *at;
	size_t size;
};

struct text text_of(const char *c_string);
struct text text_sized(const char *at, size_t size);

/*
 * The n-th of a list of strings, each closed by NUL, the list by an empty string ("one\0two\0"); the
 * empty string when there are fewer. Such lists need no relocation, unlike arrays of pointers.
 */
const char *text_nth(const char *list, unsigned n);

/*
 * Normal form, used by every comparison and by the key hash, so that dirty SMBIOS strings still
 * match: blanks (0x09-0x0D, 0x20) at both ends dropped, inner runs of blanks one 0x20, ASCII
 * A-Z folded to a-z, every other byte as it is. `text_fold` yields it byte by byte.
 */
struct text_fold {
	const char *at;
	const char *end;
};

struct text_fold text_fold_begin(struct text text);

static inline bool text_is_blank(char c)
{
	return c == ' ' || (uint8_t)(c - '\t') <= '\r' - '\t';
}

/* Next byte of the normal form (0 to 255), or -1 at its end. Here because lookups live in it. */
static inline int text_fold_next(struct text_fold *fold)
{
	uint8_t c;

	if (fold->at == fold->end)
		return -1;
	c = (uint8_t)*fold->at++;
	if ((uint8_t)(c - 'A') <= 'Z' - 'A')
		return c + ('a' - 'A');
	if (!text_is_blank((char)c))
		return c;
	/* The end is trimmed, so a run of blanks stops before it. */
	while (text_is_blank(*fold->at))
		fold->at++;
	return ' ';
}

/*
 * The same eight bytes at a time: the next of them, the first one lowest, zero where there are none.
 * `*ret_n` is their number: less than eight only at the end, and 0 behind it.
 */
uint64_t text_fold_word(struct text_fold *fold, unsigned *ret_n);

/* Length of the normal form in bytes; 0 for a text of blanks only. */
size_t text_fold_size(struct text text);

/* Comparisons of normal forms. Empty `part` is a prefix, a suffix and contained in everything. */
bool text_equal(struct text a, struct text b);
bool text_has_prefix(struct text text, struct text part);
bool text_has_suffix(struct text text, struct text part);
bool text_contains(struct text text, struct text part);

/*
 * Glob on the normal form of the whole text: `*` any run, `?` one byte, `[a-z]`, `[!a-z]` one of,
 * `\x` the byte x itself, inside brackets too; `]` first and `-` last in brackets stand for
 * themselves. The pattern is taken in its own normal form. Constant memory, time at most pattern times
 * text. A malformed pattern (open `[`, trailing `\`, a range that runs backwards) matches nothing;
 * text_glob_is_valid tells.
 */
bool text_glob(struct text text, struct text pattern);
bool text_glob_is_valid(struct text pattern);

/* Bytes as they are, no normal form. */
bool text_is_same(struct text a, struct text b);

/* FNV-1a, 32 bits, over bytes given one at a time: start, then step. */
uint32_t text_hash_start(void);
static inline uint32_t text_hash_step(uint32_t hash, uint8_t byte)
{
	return (hash ^ byte) * 0x01000193u;
}

/* Unsigned decimal, or hexadecimal after 0x; the whole trimmed text. False when it is not one. */
bool text_to_u64(struct text text, uint64_t *ret_value);

/*
 * Bounded building of short texts without libc. Appends as long as there is room; `overflow`
 * stays set once something did not fit. The buffer is the caller's and always NUL-terminated
 * (room for the NUL is kept) when `room` > 0.
 */
struct text_buffer {
	char *at;
	size_t room;
	size_t size;
	bool overflow;
};

struct text_buffer text_buffer_of(char *at, size_t room);
void text_append(struct text_buffer *buffer, struct text text);
void text_append_c(struct text_buffer *buffer, const char *c_string);
void text_append_char(struct text_buffer *buffer, char c);
void text_append_u64(struct text_buffer *buffer, uint64_t value);
/* Lower-case hexadecimal with 0x, at least `n_digits` digits. */
void text_append_hex(struct text_buffer *buffer, uint64_t value, unsigned n_digits);
/* Printable ASCII as it is, everything else as \xNN: safe for a console or a terminal. */
void text_append_escaped(struct text_buffer *buffer, struct text text);

#endif
