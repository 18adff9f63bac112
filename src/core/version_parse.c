/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version_parse.c - the small readers of version schemes and dates; never read past the end */
#include "version_parse.h"

struct text parse_trim(struct text text)
{
	struct text_fold trimmed = text_fold_begin(text);

	return text_sized(trimmed.at, (size_t)(trimmed.end - trimmed.at));
}

static void skip(struct text *rest, size_t size)
{
	rest->at += size;
	rest->size -= size;
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool parse_char(struct text *rest, char c)
{
	if (!rest->size || fold(*rest->at) != fold(c))
		return false;
	skip(rest, 1);
	return true;
}

bool parse_number(struct text *rest, unsigned max_digits, uint32_t *ret_value)
{
	uint32_t value = 0;
	size_t n = 0;

	while (n < rest->size && rest->at[n] >= '0' && rest->at[n] <= '9') {
		if (n == max_digits)
			return false;
		value = value * 10 + (uint32_t)(rest->at[n++] - '0');
	}
	if (!n)
		return false;
	skip(rest, n);
	*ret_value = value;
	return true;
}

bool parse_alnum(struct text *rest, unsigned n_digits, unsigned base, uint32_t *ret_value)
{
	uint32_t value = 0;

	if (rest->size < n_digits)
		return false;
	for (unsigned i = 0; i < n_digits; i++) {
		char c = fold(rest->at[i]);
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10
							: base;

		if (digit >= base)
			return false;
		value = value * base + digit;
	}
	skip(rest, n_digits);
	*ret_value = value;
	return true;
}

bool parse_letter(struct text *rest, uint32_t *ret_value)
{
	char c = rest->size ? fold(*rest->at) : '\0';

	if (c < 'a' || c > 'z')
		return false;
	skip(rest, 1);
	*ret_value = (uint32_t)(c - 'a') + 1;
	return true;
}

void key_add(struct version_key *key, uint32_t part)
{
	if (key->n_parts < VERSION_MAX_PARTS)
		key->part[key->n_parts++] = part;
}

bool parse_dotted(struct text *rest, struct version_key *key)
{
	struct text ahead = *rest;
	bool found = false;
	uint32_t number;

	while (key->n_parts < VERSION_MAX_PARTS && parse_number(&ahead, 9, &number)) {
		key_add(key, number);
		found = true;
		*rest = ahead;
		if (!parse_char(&ahead, '.'))
			break;
	}
	return found;
}
