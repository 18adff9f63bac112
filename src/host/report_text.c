/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_text.c - a foreign text in, one that can be shown anywhere out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_private.h"

/* Length of a UTF-8 sequence (RFC 3629) at the start and its character; 0 when it is none. */
static size_t utf8_read(struct text text, uint32_t *ret_c)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)text.at;
	size_t n = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? *at : *at & (0x7fu >> n);

	if ((*at >= 0x80 && *at < 0xc2) || *at > 0xf4 || n > text.size)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3fu);
	}
	*ret_c = c;
	return c < least[n] ? 0 : n;
}

/* Neither a control character nor one that does not show, turns the direction or is private. */
static bool is_shown(uint32_t c)
{
	static const uint32_t hidden[][2] = {
		{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
		{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
		{0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff0, 0xffff}, {0xe0000, 0xffffffff},
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (c >= hidden[i][0] && c <= hidden[i][1])
			return false;
	}
	return true;
}

char *report_text(struct text text)
{
	char *clean = malloc(text.size * 4 + 1);
	size_t size = 0;

	if (!clean)
		abort();
	for (size_t i = 0; i < text.size;) {
		uint32_t c = 0;
		size_t n = utf8_read(text_sized(text.at + i, text.size - i), &c);

		if (n && is_shown(c)) {
			memcpy(clean + size, text.at + i, n);
			size += n;
			i += n;
		} else {
			size += (size_t)sprintf(clean + size, "\\x%02x",
						(unsigned char)text.at[i++]);
		}
	}
	clean[size] = '\0';
	return clean;
}
