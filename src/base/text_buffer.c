/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text_buffer.c - short texts built into the caller's buffer; never writes past it */
#include <fwquirk/text.h>

struct text_buffer text_buffer_of(char *at, size_t room)
{
	if (room)
		at[0] = '\0';
	return (struct text_buffer){.at = at, .room = room};
}

void text_append_char(struct text_buffer *buffer, char c)
{
	/* Once something is missing nothing follows it: what is there stays a clean beginning. */
	if (buffer->overflow || buffer->size + 1 >= buffer->room) {
		buffer->overflow = true;
		return;
	}
	buffer->at[buffer->size++] = c;
	buffer->at[buffer->size] = '\0';
}

void text_append(struct text_buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		text_append_char(buffer, text.at[i]);
}

void text_append_c(struct text_buffer *buffer, const char *c_string)
{
	while (*c_string)
		text_append_char(buffer, *c_string++);
}

/* At least `n_digits` digits of `value` in `base` (10 or 16). */
static void append_digits(struct text_buffer *buffer, uint64_t value, unsigned base,
			  unsigned n_digits)
{
	char digits[20]; /* UINT64_MAX has 20 decimal digits */
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	for (; n_digits > n; n_digits--)
		text_append_char(buffer, '0');
	while (n)
		text_append_char(buffer, digits[--n]);
}

void text_append_u64(struct text_buffer *buffer, uint64_t value)
{
	append_digits(buffer, value, 10, 1);
}

void text_append_hex(struct text_buffer *buffer, uint64_t value, unsigned n_digits)
{
	text_append_c(buffer, "0x");
	append_digits(buffer, value, 16, n_digits);
}

void text_append_escaped(struct text_buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = (uint8_t)text.at[i];

		if (c >= 0x20 && c <= 0x7e) {
			text_append_char(buffer, (char)c);
			continue;
		}
		/* An escape is whole or not there. */
		if (buffer->room - buffer->size <= 4)
			buffer->overflow = true;
		text_append_c(buffer, "\\x");
		append_digits(buffer, c, 16, 2);
	}
}
