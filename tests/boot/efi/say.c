/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* say.c - text in, console lines out, and load options in, words out; never allocates. */
#include <stdarg.h>

#include "say.h"

static EFI_SYSTEM_TABLE *system_table;
static const char *program;

struct line {
	CHAR16 text[SAY_MAX];
	UINTN n;
};

static void put(struct line *line, CHAR16 c)
{
	if (line->n < SAY_MAX - 3)
		line->text[line->n++] = c;
}

static void put_ascii(struct line *line, const char *text)
{
	while (*text)
		put(line, (unsigned char)*text++);
}

static void put_number(struct line *line, UINTN value, UINTN base)
{
	char digits[24];
	UINTN n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		put(line, digits[--n]);
}

static void put_format(struct line *line, char kind, va_list *args)
{
	const CHAR16 *wide;

	switch (kind) {
	case 's':
		put_ascii(line, va_arg(*args, const char *));
		break;
	case 'S':
		for (wide = va_arg(*args, const CHAR16 *); *wide; wide++)
			put(line, *wide);
		break;
	case 'u':
		put_number(line, va_arg(*args, UINTN), 10);
		break;
	case 'x':
		put_ascii(line, "0x");
		put_number(line, va_arg(*args, UINTN), 16);
		break;
	default:
		put(line, kind);
	}
}

void say_init(EFI_SYSTEM_TABLE *table, const char *name)
{
	system_table = table;
	program = name;
}

void say(const char *format, ...)
{
	struct line line = {.n = 0};
	va_list args;

	if (!system_table->ConOut)
		return;
	put_ascii(&line, program);
	put_ascii(&line, ": ");
	va_start(args, format);
	for (; *format; format++) {
		if (*format == '%' && format[1])
			put_format(&line, *++format, &args);
		else
			put(&line, (unsigned char)*format);
	}
	va_end(args);
	line.text[line.n++] = '\r';
	line.text[line.n++] = '\n';
	line.text[line.n] = 0;
	system_table->ConOut->OutputString(system_table->ConOut, line.text);
}

static const char *status_name(EFI_STATUS status)
{
	switch (status) {
	case EFI_SUCCESS:
		return "success";
	case EFI_INVALID_PARAMETER:
		return "invalid-parameter";
	case EFI_UNSUPPORTED:
		return "unsupported";
	case EFI_NOT_FOUND:
		return "not-found";
	case EFI_NO_MAPPING:
		return "no-mapping";
	case EFI_ACCESS_DENIED:
		return "access-denied";
	case EFI_OUT_OF_RESOURCES:
		return "out-of-resources";
	default:
		return NULL;
	}
}

EFI_STATUS say_status(const char *key, EFI_STATUS status)
{
	const char *name = status_name(status);

	if (name)
		say("%s=%s", key, name);
	else
		say("%s=%x", key, (UINTN)status);
	return status;
}

static bool is_blank(CHAR16 c)
{
	return c == ' ' || c == '\t' || c == 0;
}

const CHAR16 *options_of(EFI_LOADED_IMAGE_PROTOCOL *image, UINTN *ret_n)
{
	const CHAR16 *text = image->LoadOptions;
	UINTN n = image->LoadOptionsSize / sizeof(CHAR16), end;

	*ret_n = 0;
	if (!text)
		return NULL;
	while (n && is_blank(text[n - 1]))
		n--;
	for (end = 0; end < n && !is_blank(text[end]);)
		end++;
	/* A shell gives the whole command line: the first word is then the program's file. */
	if (end > 4 && text[end - 4] == '.' && (text[end - 3] | 0x20) == 'e') {
		while (end < n && is_blank(text[end]))
			end++;
		text += end;
		n -= end;
	}
	*ret_n = n;
	return text;
}

/* The length of the match when @text at @at begins with @word, else 0. */
static UINTN word_at(const CHAR16 *text, UINTN n, UINTN at, const char *word)
{
	UINTN i;

	if (at && !is_blank(text[at - 1]))
		return 0;
	for (i = 0; word[i]; i++)
		if (at + i >= n || (text[at + i] | 0x20) != (CHAR16)(word[i] | 0x20))
			return 0;
	return i;
}

bool options_have(const CHAR16 *text, UINTN n, const char *word)
{
	UINTN at, length;

	for (at = 0; at < n; at++) {
		length = word_at(text, n, at, word);
		if (length && (at + length == n || is_blank(text[at + length])))
			return true;
	}
	return false;
}

bool options_value(const CHAR16 *text, UINTN n, const char *key, CHAR16 *ret_value,
		   const CHAR16 **ret_rest, UINTN *ret_n_rest)
{
	UINTN at, length, end, i;

	for (at = 0; at < n; at++) {
		length = word_at(text, n, at, key);
		if (!length || at + length == n || text[at + length] != '=')
			continue;
		at += length + 1;
		for (end = at; end < n && !is_blank(text[end]);)
			end++;
		for (i = 0; at + i < end && i < SAY_MAX - 1; i++)
			ret_value[i] = text[at + i];
		ret_value[i] = 0;
		while (end < n && is_blank(text[end]))
			end++;
		if (ret_rest) {
			*ret_rest = text + end;
			*ret_n_rest = n - end;
		}
		return true;
	}
	return false;
}

bool options_number(const CHAR16 *text, UINTN n, const char *key, UINT64 *ret_number)
{
	CHAR16 value[SAY_MAX], *at = value;
	UINT64 number = 0, base = 10, digit;

	if (!options_value(text, n, key, value, NULL, NULL))
		return false;
	if (at[0] == '0' && (at[1] | 0x20) == 'x') {
		base = 16;
		at += 2;
	}
	for (; *at; at++) {
		digit = (UINT64)*at - '0';
		if (digit > 9)
			digit = (UINT64)(*at | 0x20) - 'a' + 10;
		if (digit >= base)
			break;
		number = number * base + digit;
	}
	*ret_number = number;
	return true;
}
