/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_read.c - bytes from a stranger in, a report or one sentence out; takes nothing on trust */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include <fwquirk/secret.h>

#include "report_private.h"

#define FOUND_MAX 40u

struct reader {
	const char *name; /* for messages */
	unsigned line;
	char **ret_error;
	struct report report;
};

/* "NAME:LINE: expected WHAT, found "TEXT"" with everything in it made printable. */
static bool refuse(struct reader *reader, const char *expected, struct text found)
{
	char text[FOUND_MAX * 4 + 1], name[512];
	struct text_buffer to = text_buffer_of(text, sizeof(text));
	struct text_buffer name_to = text_buffer_of(name, sizeof(name));
	bool is_long = found.size > FOUND_MAX;

	text_append_escaped(&to, text_sized(found.at, is_long ? FOUND_MAX : found.size));
	text_append_escaped(&name_to, text_of(reader->name));
	return file_error(reader->ret_error, "%s:%u: expected %s, found \"%s\"%s", name,
			  reader->line, expected, text, is_long ? "..." : "");
}

static bool cut(struct text *text, const char *part)
{
	size_t size = strlen(part);

	if (text->size < size || memcmp(text->at, part, size) != 0)
		return false;
	*text = text_sized(text->at + size, text->size - size);
	return true;
}

/* ---- values ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character behind a backslash: its length in the text, 0 when it is none. */
static size_t unescape(struct text text, char *ret_c)
{
	if (text.size && (*text.at == '"' || *text.at == '\\')) {
		*ret_c = *text.at;
		return 1;
	}
	if (text.size < 3 || *text.at != 'x' || hex_digit(text.at[1]) < 0 ||
	    hex_digit(text.at[2]) < 0)
		return 0;
	*ret_c = (char)(hex_digit(text.at[1]) << 4 | hex_digit(text.at[2]));
	return *ret_c ? 3 : 0;
}

/* Takes the quotes off; `to` has room for REPORT_LINE_MAX bytes. */
static bool read_quoted(struct reader *reader, struct text text, char *to, size_t *ret_size)
{
	struct text whole = text;
	size_t size = 0;

	if (!cut(&text, "\""))
		return refuse(reader, "a text in double quotes", whole);
	while (text.size && *text.at != '"') {
		size_t n = 1;

		to[size] = *text.at;
		if (cut(&text, "\\"))
			n = unescape(text, &to[size]);
		if (!n)
			return refuse(reader, "\\\", \\\\ or \\x and two digits", text);
		size++;
		text = text_sized(text.at + n, text.size - n);
	}
	if (!cut(&text, "\""))
		return refuse(reader, "a closing quote", whole);
	if (text.size)
		return refuse(reader, "the end of the line", text);
	if (size > REPORT_VALUE_MAX)
		return refuse(reader, "at most 256 bytes", whole);
	*ret_size = size;
	return true;
}

static bool holds_secret(struct text text)
{
	char before = ' ';

	for (size_t i = 0; i < text.size; i++) {
		if (secret_size(text_sized(text.at + i, text.size - i), before))
			return true;
		before = text.at[i];
	}
	return false;
}

/* ---- lines ---- */

static bool find_key(struct text word, enum report_key *ret_key)
{
	for (unsigned key = 0; key < REPORT_KEY_COUNT; key++) {
		if (!text_is_same(text_of(report_lines[key].key), word))
			continue;
		*ret_key = (enum report_key)key;
		return true;
	}
	return false;
}

static struct text take_word(struct text *rest)
{
	struct text word = text_sized(rest->at, 0);

	while (word.size < rest->size && rest->at[word.size] != ' ')
		word.size++;
	*rest = text_sized(rest->at + word.size, rest->size - word.size);
	return word;
}

/* Keys and names ascend, so that a line stands once and is easy to find. */
static bool check_order(struct reader *reader, enum report_key key, uint32_t name, struct text line)
{
	const struct report *report = &reader->report;
	const struct report_entry *last = report->n ? &report->entry[report->n - 1] : NULL;

	if (!last || last->key < key || (last->key == key && last->name < name))
		return true;
	if (last->key != key || last->name != name)
		return refuse(reader, "the lines in their order", line);
	return report_lines[key].repeats || refuse(reader, "such a line once", line);
}

static bool add(struct reader *reader, enum report_key key, uint32_t name, struct text value,
		struct text line)
{
	const char *expected = report_value_wrong(key, name, value);

	if (expected)
		return refuse(reader, expected, value);
	if (holds_secret(value))
		return refuse(reader, "no hardware address and no UUID (write x for its digits)",
			      line);
	return report_add(&reader->report, key, name, value) ||
	       refuse(reader, "at most 64 such lines", line);
}

static bool read_line(struct reader *reader, struct text line)
{
	char decoded[REPORT_LINE_MAX];
	struct text rest = line, word = take_word(&rest);
	uint32_t name = 0;
	enum report_key key;
	size_t size = 0;

	if (!find_key(word, &key))
		return refuse(reader, "a line of a report", line);
	if (report_lines[key].name != NAME_NONE) {
		if (!cut(&rest, " "))
			return refuse(reader, "a name behind the word", line);
		word = take_word(&rest);
		if (!report_name_number(report_lines[key].name, word, &name))
			return refuse(reader, "a name that this fwquirk knows", word);
	}
	if (!cut(&rest, " = "))
		return refuse(reader, "\" = \" and a value", line);
	if (!check_order(reader, key, name, line))
		return false;
	if (report_lines[key].value != VALUE_TEXT)
		return add(reader, key, name, rest, line);
	return read_quoted(reader, rest, decoded, &size) &&
	       add(reader, key, name, text_sized(decoded, size), line);
}

/* Printable ASCII only: no control character, no escape of a terminal, nothing that looks alike. */
static bool check_line(struct reader *reader, struct text line)
{
	if (line.size > REPORT_LINE_MAX)
		return refuse(reader, "at most 1200 bytes in a line", line);
	for (size_t i = 0; i < line.size; i++) {
		if (line.at[i] < 0x20 || line.at[i] > 0x7e)
			return refuse(reader, "printable ASCII (\\xNN for anything else)",
				      text_sized(line.at + i, line.size - i));
	}
	return true;
}

static bool read_header(struct reader *reader, struct text line)
{
	struct text version = line;

	if (!cut(&version, "fwquirk-report "))
		return refuse(reader, "fwquirk-report 1", line);
	return text_is_same(version, text_of("1")) ||
	       refuse(reader, "version 1 (a newer fwquirk may read others)", version);
}

static bool read_lines(struct reader *reader, struct text rest)
{
	while (rest.size) {
		const char *end = memchr(rest.at, '\n', rest.size);
		struct text line = text_sized(rest.at, end ? (size_t)(end - rest.at) : rest.size);

		reader->line++;
		if (!end)
			return refuse(reader, "a line feed at the end", line);
		rest = text_sized(end + 1, rest.size - line.size - 1);
		if (line.size && line.at[line.size - 1] == '\r')
			line.size--;
		if (!check_line(reader, line) ||
		    !(reader->line == 1 ? read_header(reader, line) : read_line(reader, line)))
			return false;
	}
	return true;
}

static bool has_identity(const struct report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->entry[i].key == REPORT_IDENTITY)
			return true;
	}
	return false;
}

bool report_read(const char *name, const void *bytes, size_t size, struct report *ret_report,
		 char **ret_error)
{
	struct reader reader = {.name = name, .ret_error = ret_error};
	struct text all = text_sized(bytes, size);
	bool is_good;

	if (size > REPORT_LIMIT) {
		reader.line = 1;
		return refuse(&reader, "a report of at most 64 KiB", text_sized(all.at, FOUND_MAX));
	}
	is_good = read_lines(&reader, all);
	if (is_good && !reader.line) {
		reader.line = 1;
		is_good = refuse(&reader, "fwquirk-report 1", text_sized("", 0));
	} else if (is_good && !has_identity(&reader.report)) {
		is_good = refuse(&reader, "at least one identity line", text_sized("", 0));
	}
	if (is_good)
		*ret_report = reader.report;
	else
		report_free(&reader.report);
	return is_good;
}
