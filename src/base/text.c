/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text.c - bounded strings in, comparisons of their normal forms out; never copies */
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

size_t text_fold_size(struct text text)
{
	struct text_fold fold = text_fold_begin(text);
	size_t size = 0;

	while (text_fold_next(&fold) >= 0)
		size++;
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
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++) {
		if (a.at[i] != b.at[i])
			return false;
	}
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
