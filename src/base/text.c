/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text.c - bounded strings in, comparisons of their normal forms out; never copies */
#include <fwquirk/span.h>
#include <fwquirk/text.h>

struct text text_sized(const char *at, size_t size)
{
	return (struct text){.at = at, .size = size};
}

struct text text_of(const char *c_string)
{
	size_t size = 0;

	while (c_string[size])
		size++;
	return text_sized(c_string, size);
}

const char *text_nth(const char *list, unsigned n)
{
	for (; *list; list++) {
		if (!n--)
			break;
		while (*list)
			list++;
	}
	return list;
}

struct text_fold text_fold_begin(struct text text)
{
	struct text_fold fold = {.at = NULL, .end = NULL};

	if (!text.size)
		return fold;
	fold.at = text.at;
	fold.end = text.at + text.size;
	while (fold.at < fold.end && text_is_blank(*fold.at))
		fold.at++;
	while (fold.at < fold.end && text_is_blank(fold.end[-1]))
		fold.end--;
	return fold;
}

/* Eight bytes side by side: `EACH(n)` has n in each of them, a verdict is bit 7 of each. */
#define EACH(n) (0x0101010101010101u * (n))

/* Bit 7 of each byte that is at least `least` and less than 0x80; `least` is at most 0x80. */
static inline uint64_t at_least(uint64_t bytes, unsigned least)
{
	return ((bytes & EACH(0x7f)) + EACH(0x80 - least)) & ~bytes & EACH(0x80);
}

/* Up to seven bytes, which is all that is left. */
static uint64_t tail_bytes(const char *at, size_t size)
{
	uint64_t bytes = 0;

	while (size)
		bytes = bytes << 8 | (uint8_t)at[--size];
	return bytes;
}

static uint64_t fold_slowly(struct text_fold *fold, unsigned *ret_n)
{
	uint64_t bytes = 0;
	unsigned n = 0;
	int c;

	for (; n < 8 && (c = text_fold_next(fold)) >= 0; n++)
		bytes |= (uint64_t)c << 8 * n;
	*ret_n = n;
	return bytes;
}

uint64_t text_fold_word(struct text_fold *fold, unsigned *ret_n)
{
	size_t left = (size_t)(fold->end - fold->at);
	unsigned n = left < 8 ? (unsigned)left : 8;
	uint64_t bytes, there, blank;

	*ret_n = n;
	if (!n)
		return 0;
	if (n < 8) {
		bytes = tail_bytes(fold->at, n);
		there = EACH(0x80) & ~(UINT64_MAX << 8 * n);
	} else {
		bytes = bytes_le64(fold->at);
		there = EACH(0x80);
	}
	blank = ~at_least(bytes, '!') & ~bytes & there;
	/* A single 0x20 is what it is; control characters and runs go byte by byte. The end has no blank. */
	if (blank && ((blank & ~at_least(bytes, ' ')) || (blank & blank << 8) ||
		      (blank >> 63 && text_is_blank(fold->at[8]))))
		return fold_slowly(fold, ret_n);
	fold->at += n;
	return bytes | (at_least(bytes, 'A') & ~at_least(bytes, 'Z' + 1)) >> 2;
}

size_t text_fold_size(struct text text)
{
	struct text_fold fold = text_fold_begin(text);
	size_t size = 0;
	unsigned n;

	do {
		(void)text_fold_word(&fold, &n);
		size += n;
	} while (n == 8);
	return size;
}

/* Consumes `part` from `whole`; true when all of it was there. */
static bool fold_skip(struct text_fold *whole, struct text_fold part)
{
	int c;

	while ((c = text_fold_next(&part)) >= 0) {
		if (text_fold_next(whole) != c)
			return false;
	}
	return true;
}

bool text_equal(struct text a, struct text b)
{
	struct text_fold whole;

	/* As a rule the machine spells it as the rule does. */
	if (text_is_same(a, b))
		return true;
	whole = text_fold_begin(a);
	return fold_skip(&whole, text_fold_begin(b)) && whole.at == whole.end;
}

bool text_has_prefix(struct text text, struct text part)
{
	struct text_fold whole;

	if (part.size <= text.size && text_is_same(text_sized(text.at, part.size), part))
		return true;
	whole = text_fold_begin(text);
	return fold_skip(&whole, text_fold_begin(part));
}

bool text_has_suffix(struct text text, struct text part)
{
	struct text_fold whole = text_fold_begin(text);
	size_t size = text_fold_size(text), part_size = text_fold_size(part);

	if (part_size > size)
		return false;
	for (size -= part_size; size; size--)
		(void)text_fold_next(&whole);
	return fold_skip(&whole, text_fold_begin(part));
}

bool text_contains(struct text text, struct text part)
{
	struct text_fold whole = text_fold_begin(text);

	do {
		struct text_fold from_here = whole;

		if (fold_skip(&from_here, text_fold_begin(part)))
			return true;
	} while (text_fold_next(&whole) >= 0);
	return false;
}

bool text_is_same(struct text a, struct text b)
{
	size_t i = 0;

	if (a.size != b.size)
		return false;
	for (; a.size - i >= 8; i += 8)
		if (bytes_le64(a.at + i) != bytes_le64(b.at + i))
			return false;
	for (; i < a.size; i++)
		if (a.at[i] != b.at[i])
			return false;
	return true;
}

/* FNV-1a: offset basis and prime of the 32-bit variant (RFC 9923 section 5). */
uint32_t text_hash_start(void)
{
	return 0x811c9dc5u;
}

static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool text_to_u64(struct text text, uint64_t *ret_value)
{
	struct text_fold trimmed = text_fold_begin(text);
	const char *at = trimmed.at;
	unsigned base = 10;
	uint64_t value = 0;

	if (trimmed.end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	}
	if (at == trimmed.end)
		return false;
	for (; at < trimmed.end; at++) {
		unsigned digit = digit_value(*at);

		if (digit >= base || value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	*ret_value = value;
	return true;
}
