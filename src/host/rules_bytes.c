/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_bytes.c - bytes of a line in, the first that no rule text holds out; never looks at words */
#include <stdio.h>

#include "rules_parser.h"

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Size that the first byte announces and the bits that it carries itself (RFC 3629 section 3). */
static size_t utf8_lead(unsigned char lead, uint32_t *ret_bits)
{
	size_t size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if (lead > 0xf4)
		return 0;
	*ret_bits = size == 1 ? lead : lead & (0x7fu >> size);
	return size;
}

size_t rules_utf8(const char *at, size_t size, uint32_t *ret_code_point)
{
	static const uint32_t least_of_size[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t code_point;
	size_t n = size ? utf8_lead((unsigned char)at[0], &code_point) : 0;

	if (!n || n > size)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (!is_continuation(at[i]))
			return 0;
		code_point = code_point << 6 | ((unsigned char)at[i] & 0x3f);
	}
	if (code_point < least_of_size[n] || code_point > 0x10ffff ||
	    (code_point >= 0xd800 && code_point < 0xe000))
		return 0;
	*ret_code_point = code_point;
	return n;
}

size_t rules_plain(const char *at, size_t size)
{
	size_t n = 0;

	while (n < size && at[n] >= 0x20 && at[n] < 0x7f)
		n++;
	return n;
}

bool rules_is_unseen(uint32_t code_point)
{
	/* C0, C1, blanks that are not U+0020, joiners, directions, separators, tags (Unicode 15). */
	static const struct {
		uint32_t first, last;
	} unseen[] = {
		{0x0000, 0x001f},   {0x007f, 0x00a0}, {0x00ad, 0x00ad}, {0x061c, 0x061c},
		{0x1680, 0x1680},   {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f},
		{0x205f, 0x206f},   {0x3000, 0x3000}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
		{0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (code_point >= unseen[i].first && code_point <= unseen[i].last)
			return true;
	}
	return false;
}

/* A byte below 0x80 that stops the line; false for the printable ones. */
static bool report_control(struct rules_parser *parser, const char *at)
{
	unsigned char c = (unsigned char)*at;

	if (c >= 0x20 && c != 0x7f)
		return false;
	if (c == '\r')
		rules_error(parser, at, "P005", "save the file with Unix line ends",
			    "expected lines that end in LF, found a CR byte");
	else if (c == '\t')
		rules_error(parser, at, "P006", "in a string write \\x09",
			    "expected blanks, found a tab");
	else
		rules_error(parser, at, "P007", "in a string write \\xNN",
			    "expected text, found the control character 0x%02x", c);
	return true;
}

bool rules_line_check(struct rules_parser *parser)
{
	const char *at = parser->line;

	while ((at += rules_plain(at, (size_t)(parser->line_end - at))) < parser->line_end) {
		uint32_t code_point;
		size_t n = rules_utf8(at, (size_t)(parser->line_end - at), &code_point);

		if (!n) {
			rules_error(parser, at, "P008",
				    "save the file as UTF-8, in a string write \\xNN",
				    "expected UTF-8, found the byte 0x%02x", (unsigned char)*at);
			return false;
		}
		if (n == 1 && report_control(parser, at))
			return false;
		if (n > 1 && rules_is_unseen(code_point)) {
			rules_error(parser, at, "P009",
				    "remove it, or in a string write its bytes as \\xNN",
				    "expected characters that show, found U+%04X",
				    (unsigned)code_point);
			return false;
		}
		at += n;
	}
	return true;
}

struct rule_place rules_place(const struct rules_parser *parser, const char *at)
{
	struct rule_place place = {.line = parser->line_number, .column = 1};

	for (const char *c = parser->line; c < at; c++)
		place.column += !is_continuation(*c);
	return place;
}
