/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_c_text.c - foreign texts into C source that means the same bytes to every compiler */
#include "export_c_text.h"

void export_print_c_string(FILE *out, struct text text)
{
	putc('"', out);
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.at[i];

		/* C11 section 5.2.1.1: "??" may begin a trigraph. */
		if (c == '"' || c == '\\' || c == '?')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(out, "\\%03o", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

void export_print_c_string_or_null(FILE *out, const char *text)
{
	if (text)
		export_print_c_string(out, text_of(text));
	else
		fputs("NULL", out);
}

void export_print_c_comment(FILE *out, const char *text)
{
	for (char before = 0; *text; before = *text++) {
		unsigned char c = (unsigned char)*text;

		/* A star and a slash side by side end a comment, or look like the start of one. */
		if ((before == '*' && c == '/') || (before == '/' && c == '*'))
			putc(' ', out);
		putc(c < 0x20 ? ' ' : c, out);
	}
}
