/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* secret.c - a text in, how much of its start is an address or a UUID out; changes nothing */
#include <stdbool.h>

#include <fwquirk/secret.h>

/* x: a hexadecimal digit; one shape behind the other, each closed by NUL. */
static const char shapes[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\0"
			     "xx:xx:xx:xx:xx:xx\0"
			     "xx-xx-xx-xx-xx-xx\0";

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The shape at the start of the text and not going on behind it. */
static size_t shape_size(struct text text, struct text shape)
{
	if (text.size < shape.size || (text.size > shape.size && is_word(text.at[shape.size])))
		return 0;
	for (size_t i = 0; i < shape.size; i++) {
		if (shape.at[i] == 'x' ? !is_hex(text.at[i]) : text.at[i] != shape.at[i])
			return 0;
	}
	return shape.size;
}

size_t secret_size(struct text text, char before)
{
	size_t size = 0;

	for (unsigned i = 0; !is_word(before) && !size && *text_nth(shapes, i); i++)
		size = shape_size(text, text_of(text_nth(shapes, i)));
	return size;
}
