/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lex.c - words, strings and numbers of a value, or an error that says what was expected */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules_memory.h"
#include "rules_parser.h"

#define FOUND_MAX_BYTES 40u

void rules_skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at == ' ')
		cursor->at++;
}

struct text rules_peek_word(const struct cursor *cursor)
{
	const char *end = cursor->at;

	while (end < cursor->end && *end != ' ')
		end++;
	return text_sized(cursor->at, (size_t)(end - cursor->at));
}

struct text rules_take_word(struct cursor *cursor)
{
	struct text word = rules_peek_word(cursor);

	cursor->at += word.size;
	rules_skip_blanks(cursor);
	return word;
}

bool rules_take_if(struct cursor *cursor, const char *word)
{
	if (!text_is_same(rules_peek_word(cursor), text_of(word)))
		return false;
	rules_take_word(cursor);
	return true;
}

/* The quoted string at the cursor with its quotes, or what there is of it. */
static struct text peek_string(const struct cursor *cursor)
{
	const char *end = cursor->at + 1;

	while (end < cursor->end && *end != '"')
		end += *end == '\\' && end + 1 < cursor->end ? 2 : 1;
	if (end < cursor->end)
		end++;
	return text_sized(cursor->at, (size_t)(end - cursor->at));
}

struct found rules_found(const struct cursor *cursor)
{
	struct found found;
	bool is_string = cursor->at < cursor->end && *cursor->at == '"';
	struct text text = is_string ? peek_string(cursor) : rules_peek_word(cursor);
	const char *quote = is_string ? "" : "'", *more = "";

	if (!text.size) {
		strcpy(found.text, "the end of the line");
		return found;
	}
	if (text.size > FOUND_MAX_BYTES) {
		more = "...";
		text.size = FOUND_MAX_BYTES;
		while (text.size && ((unsigned char)text.at[text.size] & 0xc0) == 0x80)
			text.size--;
	}
	snprintf(found.text, sizeof(found.text), "%s%.*s%s%s", quote, (int)text.size, text.at, more,
		 quote);
	return found;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool rules_hex_from_word(struct text word, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (word.size < 3 || word.size > 18 || word.at[0] != '0' || word.at[1] != 'x')
		return false;
	for (size_t i = 2; i < word.size; i++) {
		int digit = hex_digit(word.at[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*ret_value = value;
	return true;
}

bool rules_take_hex(struct rules_parser *parser, struct cursor *cursor, uint64_t *ret_value)
{
	if (!rules_hex_from_word(rules_peek_word(cursor), ret_value)) {
		rules_error(parser, cursor->at, "P041", "for example 0xffff000f, at most 16 digits",
			    "expected 0x and hexadecimal digits, found %s",
			    rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	return true;
}

bool rules_take_decimal(struct rules_parser *parser, struct cursor *cursor, const char *what,
			uint64_t *ret_value)
{
	struct text word = rules_peek_word(cursor);
	bool is_decimal = word.size > 0 && word.size <= 9 && (word.size == 1 || word.at[0] != '0');
	uint64_t value = 0;

	for (size_t i = 0; i < word.size && is_decimal; i++) {
		is_decimal = word.at[i] >= '0' && word.at[i] <= '9';
		value = value * 10 + (uint64_t)(word.at[i] - '0');
	}
	if (!is_decimal) {
		rules_error(parser, cursor->at, "P045", NULL, "expected %s in decimal, found %s",
			    what, rules_found(cursor).text);
		return false;
	}
	rules_take_word(cursor);
	*ret_value = value;
	return true;
}

/*
 * One byte of a string, escapes resolved; `*at` moves behind it. False after an error.
 */
static bool string_byte(struct rules_parser *parser, const char **at, const char *end,
			char *ret_byte)
{
	const char *c = *at;

	if (*c != '\\') {
		*ret_byte = *(*at)++;
		return true;
	}
	if (end - c >= 2 && (c[1] == '"' || c[1] == '\\')) {
		*ret_byte = c[1];
		*at += 2;
		return true;
	}
	if (end - c >= 4 && c[1] == 'x' && hex_digit(c[2]) >= 0 && hex_digit(c[3]) >= 0) {
		*ret_byte = (char)(hex_digit(c[2]) << 4 | hex_digit(c[3]));
		*at += 4;
		if (*ret_byte)
			return true;
		rules_error(parser, c, "P034", "no SMBIOS string holds a NUL byte",
			    "expected a byte from \\x01 to \\xff, found '\\x00'");
		return false;
	}
	rules_error(parser, c, "P034", NULL, "expected \\\", \\\\ or \\xNN, found '%.*s'",
		    end - c >= 2 && (unsigned char)c[1] < 0x80 ? 2 : 1, c);
	return false;
}

/* From behind the opening quote to behind the closing one. NULL after an error. */
static char *string_body(struct rules_parser *parser, struct cursor *cursor, size_t *ret_size)
{
	const char *open = cursor->at, *at = open + 1;
	char *string = rules_copy(open, (size_t)(cursor->end - open));
	size_t size = 0;

	while (at < cursor->end && *at != '"') {
		if (!string_byte(parser, &at, cursor->end, &string[size])) {
			free(string);
			return NULL;
		}
		size++;
	}
	if (at == cursor->end) {
		rules_error(parser, open, "P033", NULL,
			    "expected a closing quote, found the end of the line");
		free(string);
		return NULL;
	}
	string[size] = '\0';
	cursor->at = at + 1;
	*ret_size = size;
	return string;
}

static bool check_string(struct rules_parser *parser, const char *open, const struct cursor *behind,
			 struct text string)
{
	if (!text_fold_size(string)) {
		rules_error(parser, open, "P035", "an absent field never matches: leave it out",
			    "expected at least one character that is not blank, found %.*s",
			    (int)(behind->at - open), open);
		return false;
	}
	if (behind->at < behind->end && *behind->at != ' ') {
		rules_error(parser, behind->at, "P036", "a quote inside a string is written \\\"",
			    "expected a blank behind the string, found %s",
			    rules_found(behind).text);
		return false;
	}
	return true;
}

bool rules_take_string(struct rules_parser *parser, struct cursor *cursor, char **ret_string)
{
	const char *open = cursor->at;
	size_t size;
	char *string;

	if (open == cursor->end || *open != '"') {
		rules_error(parser, open, "P032", NULL,
			    "expected a string in double quotes, found %s",
			    rules_found(cursor).text);
		return false;
	}
	string = string_body(parser, cursor, &size);
	if (!string)
		return false;
	if (!check_string(parser, open, cursor, text_sized(string, size))) {
		free(string);
		return false;
	}
	rules_skip_blanks(cursor);
	*ret_string = string;
	return true;
}

bool rules_take_text(struct cursor *cursor, char **ret_text)
{
	*ret_text = rules_copy(cursor->at, (size_t)(cursor->end - cursor->at));
	cursor->at = cursor->end;
	return true;
}

bool rules_take_end(struct rules_parser *parser, struct cursor *cursor)
{
	const char *hint = NULL;

	if (cursor->at == cursor->end)
		return true;
	if (*cursor->at == '#')
		hint = "comments stand on lines of their own before the section; in a rule use "
		       "Note";
	rules_error(parser, cursor->at, "P043", hint, "expected the end of the line, found %s",
		    rules_found(cursor).text);
	return false;
}
