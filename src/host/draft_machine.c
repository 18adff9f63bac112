/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft_machine.c - an identity in, a machine description for the tests out */
#include <stdlib.h>
#include <string.h>

#include "draft_parts.h"

#define NAME_PART_MAX 40u

void draft_write_quoted(FILE *out, struct text text)
{
	putc('"', out);
	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c >= 0x20 && c < 0x7f)
			putc(c, out);
		else
			fprintf(out, "\\x%02x", c);
	}
	putc('"', out);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d);
}

struct text draft_trim(struct text text)
{
	while (text.size && is_blank(*text.at))
		text = text_sized(text.at + 1, text.size - 1);
	while (text.size && is_blank(text.at[text.size - 1]))
		text.size--;
	return text;
}

/* As it stands where the reader gets the same bytes, else in quotes. */
static void write_value(FILE *out, struct text value)
{
	bool is_plain = value.size > 0 && draft_trim(value).size == value.size;

	for (size_t i = 0; i < value.size; i++)
		is_plain &= value.at[i] >= 0x20 && value.at[i] < 0x7f && value.at[i] != '"' &&
			    value.at[i] != '\\';
	if (is_plain)
		fwrite(value.at, 1, value.size, out);
	else
		draft_write_quoted(out, value);
}

char *draft_machine_text(const struct identity *identity, const char *comment)
{
	static const struct {
		const char *section;
		unsigned end; /* first field behind it */
	} sections[] = {{"bios", 5},     {"system", 10},    {"board", 13},
			{"chassis", 14}, {"processor", 16}, {"efi", FIELD_COUNT}};
	unsigned field = 0;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "# SPDX-License-Identifier: MIT OR GPL-2.0-only\n# %s\n", comment);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		bool is_begun = false;

		for (; field < sections[i].end; field++) {
			if (!(identity->present >> field & 1))
				continue;
			if (!is_begun)
				fprintf(out, "\n[%s]\n", sections[i].section);
			is_begun = true;
			fprintf(out, "%s = ", field_name(field));
			write_value(out, identity->field[field]);
			putc('\n', out);
		}
	}
	if (fclose(out))
		abort();
	return text;
}

/* ---- names ---- */

static void write_slug(FILE *out, struct text text, bool *is_begun)
{
	bool is_joint = *is_begun;

	for (size_t i = 0; i < text.size && i < NAME_PART_MAX; i++) {
		char c = text.at[i];

		c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    (c != '.' || i + 1 == text.size || !*is_begun)) {
			is_joint = *is_begun;
			continue;
		}
		if (is_joint)
			putc('-', out);
		is_joint = false;
		*is_begun = true;
		putc(c, out);
	}
}

/* The first word: "Dell Inc." is dell, "N1EET79W (1.52 )" is n1eet79w. */
static struct text first_word(struct text text)
{
	size_t size = 0;

	text = draft_trim(text);
	while (size < text.size && text.at[size] != ' ' && text.at[size] != ',')
		size++;
	return text_sized(text.at, size);
}

struct text draft_first_of(const struct identity *identity, const enum field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (identity_has(identity, field[i]))
			return draft_trim(identity->field[field[i]]);
	}
	return text_sized("", 0);
}

char *draft_machine_name(const struct identity *identity)
{
	static const enum field vendors[] = {FIELD_SYS_VENDOR, FIELD_BOARD_VENDOR,
					     FIELD_BIOS_VENDOR};
	static const enum field products[] = {FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					      FIELD_PRODUCT_VERSION};
	static const enum field versions[] = {FIELD_BIOS_VERSION, FIELD_BIOS_DATE};
	bool is_begun = false;
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		abort();
	write_slug(out, first_word(draft_first_of(identity, vendors, 3)), &is_begun);
	write_slug(out, draft_first_of(identity, products, 3), &is_begun);
	write_slug(out, first_word(draft_first_of(identity, versions, 2)), &is_begun);
	if (!is_begun)
		fputs("machine", out);
	if (fclose(out))
		abort();
	return name;
}
