/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_lines.c - a text in, its lines and words out, as views; never copies */
#include <string.h>

#include "source_private.h"

struct text source_text(const struct source *source)
{
	return text_sized((const char *)source->bytes, source->size);
}

static void text_skip(struct text *text, size_t size)
{
	text->at += size;
	text->size -= size;
}

struct lines lines_begin(struct text text)
{
	bool has_lf = text.size && memchr(text.at, '\n', text.size);

	return (struct lines){.rest = text, .terminator = has_lf ? '\n' : '\r'};
}

bool lines_next(struct lines *lines, struct text *ret_line)
{
	struct text line = lines->rest;

	if (!line.size)
		return false;
	if (!text_cut_at(&lines->rest, lines->terminator, &line))
		lines->rest.size = 0;
	while (line.size && line.at[line.size - 1] == '\r')
		line.size--;
	*ret_line = line;
	return true;
}

bool text_cut(struct text *text, const char *prefix)
{
	size_t size = strlen(prefix);

	if (size > text->size || memcmp(text->at, prefix, size) != 0)
		return false;
	text_skip(text, size);
	return true;
}

bool text_cut_at(struct text *text, char c, struct text *ret_before)
{
	const char *at = text->size ? memchr(text->at, c, text->size) : NULL;

	if (!at)
		return false;
	*ret_before = text_sized(text->at, (size_t)(at - text->at));
	text_skip(text, ret_before->size + 1);
	return true;
}

size_t text_cut_blanks(struct text *text)
{
	size_t n = 0;

	while (n < text->size && (text->at[n] == ' ' || text->at[n] == '\t'))
		n++;
	if (n)
		text_skip(text, n);
	return n;
}

bool text_cut_number(struct text *text, unsigned *ret_number)
{
	unsigned number = 0;
	size_t n = 0;

	for (; n < text->size && n < 9 && text->at[n] >= '0' && text->at[n] <= '9'; n++)
		number = number * 10 + (unsigned)(text->at[n] - '0');
	if (!n)
		return false;
	text_skip(text, n);
	*ret_number = number;
	return true;
}

size_t text_find(struct text text, const char *part)
{
	const char *at = text.size ? memmem(text.at, text.size, part, strlen(part)) : NULL;

	return at ? (size_t)(at - text.at) : text.size;
}

bool source_set_release(struct identity *identity, enum field field, struct text text)
{
	unsigned major, minor;

	if (!text_cut_number(&text, &major) || !text_cut(&text, ".") ||
	    !text_cut_number(&text, &minor))
		return false;
	text_cut_blanks(&text);
	if (text.size)
		return false;
	identity_set_release(identity, field, major, minor);
	return true;
}
