/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* console.c - ASCII in, lines on ConOut out; keeps no state, allocates nothing */
#include "console.h"
#include "firmware.h"

#define CHUNK_CHARS 64u

static void put(struct text text)
{
	EFI_SIMPLE_TEXT_OUT_PROTOCOL *out = firmware.system->ConOut;
	CHAR16 chunk[CHUNK_CHARS + 1];
	size_t i = 0, n;

	/* UEFI 2.10 section 4.3.1: NULL where no console is. */
	while (out && i < text.size) {
		for (n = 0; n < CHUNK_CHARS && i < text.size; n++, i++)
			chunk[n] = (CHAR16)(unsigned char)text.at[i];
		chunk[n] = 0;
		out->OutputString(out, chunk);
	}
}

void console_line(struct text text)
{
	put(text_of("fwquirk: "));
	put(text);
	put(text_of("\r\n"));
}

void console_line_c(const char *c_string)
{
	console_line(text_of(c_string));
}
