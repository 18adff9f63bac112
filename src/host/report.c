/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report.c - the lines of a report in memory and as canonical text; never an unmasked address */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <fwquirk/host/identity_json.h>

#include <fwquirk/secret.h>

#include "report_private.h"
#include "rules_memory.h"

void report_free(struct report *report)
{
	for (size_t i = 0; i < report->n; i++)
		free(report->entry[i].value);
	free(report->entry);
	*report = (struct report){.n = 0};
}

const struct report_entry *report_find(const struct report *report, enum report_key key,
				       uint32_t name)
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->entry[i].key == key && report->entry[i].name == name)
			return &report->entry[i];
	}
	return NULL;
}

const char *report_key_name(enum report_key key)
{
	return report_lines[key].key;
}

const char *report_entry_name(const struct report_entry *entry)
{
	static char name[64];

	return report_name_text(report_lines[entry->key].name, entry->name, name) ? name : NULL;
}

void report_identity(const struct report *report, struct identity *ret_identity)
{
	identity_clear(ret_identity);
	for (size_t i = 0; i < report->n; i++) {
		const struct report_entry *entry = &report->entry[i];

		if (entry->key == REPORT_IDENTITY)
			identity_set_text(ret_identity, (enum field)entry->name,
					  text_sized(entry->value, entry->size));
	}
}

/* Numbers have one spelling; the reader of identity JSON knows it. */
const char *report_number_wrong(enum field field, struct text value)
{
	struct identity one, again;
	uint8_t *bytes = NULL;
	char *error = NULL;
	json_t *object;
	size_t size;
	bool is_good;

	if (field_kind(field) != FIELD_KIND_NUMBER)
		return NULL;
	identity_clear(&one);
	identity_set_text(&one, field, value);
	object = identity_to_json(&one);
	is_good = object && identity_from_json(&again, object, &bytes, &size, &error);
	json_decref(object);
	free(is_good ? (void *)bytes : error);
	return is_good ? NULL : "the number as 'fwquirk identify' spells it";
}

/* ---- masks ---- */

static bool is_hex(char c)
{
	return strchr("0123456789abcdefABCDEF", c) && c;
}

static unsigned mask(char *at, size_t size)
{
	unsigned n = 0;
	char before = ' ';

	for (size_t i = 0; i < size; i++) {
		size_t secret = secret_size(text_sized(at + i, size - i), before);

		for (size_t j = 0; j < secret; j++) {
			if (is_hex(at[i + j]))
				at[i + j] = 'x';
		}
		n += secret > 0;
		i += secret ? secret - 1 : 0;
		before = at[i];
	}
	return n;
}

/* ---- adding ---- */

static int entry_order(const struct report_entry *entry, enum report_key key, uint32_t name)
{
	if (entry->key != key)
		return entry->key < key ? -1 : 1;
	return entry->name < name ? -1 : entry->name > name;
}

bool report_add(struct report *report, enum report_key key, uint32_t name, struct text value)
{
	size_t at = report->n, n_same = 0;
	struct report_entry entry = {.key = key, .name = name};

	if (value.size > REPORT_VALUE_MAX || (value.size && memchr(value.at, 0, value.size)) ||
	    report_value_wrong(key, name, value))
		return false;
	while (at && entry_order(&report->entry[at - 1], key, name) > 0)
		at--;
	while (n_same < at && entry_order(&report->entry[at - 1 - n_same], key, name) == 0)
		n_same++;
	if (n_same >= (report_lines[key].repeats ? REPORT_REPEAT_MAX : 1))
		return false;
	entry.value = rules_copy(value.at, value.size);
	entry.size = value.size;
	report->n_masked += mask(entry.value, entry.size);
	report->entry = rules_grow(report->entry, report->n, sizeof(entry));
	memmove(report->entry + at + 1, report->entry + at, (report->n - at) * sizeof(entry));
	report->entry[at] = entry;
	report->n++;
	return true;
}

/* ---- writing ---- */

static void write_quoted(FILE *out, const struct report_entry *entry)
{
	putc('"', out);
	for (size_t i = 0; i < entry->size; i++) {
		unsigned char c = (unsigned char)entry->value[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c >= 0x20 && c < 0x7f)
			putc(c, out);
		else
			fprintf(out, "\\x%02x", c);
	}
	putc('"', out);
}

static void write_line(FILE *out, const struct report_entry *entry)
{
	const struct report_line *line = &report_lines[entry->key];
	const char *name = report_entry_name(entry);

	fputs(line->key, out);
	if (name)
		fprintf(out, " %s", name);
	fputs(" = ", out);
	if (line->value == VALUE_TEXT)
		write_quoted(out, entry);
	else
		fwrite(entry->value, 1, entry->size, out);
	putc('\n', out);
}

void report_write(FILE *out, const struct report *report)
{
	fprintf(out, "fwquirk-report %d\n", REPORT_VERSION);
	for (size_t i = 0; i < report->n; i++)
		write_line(out, &report->entry[i]);
}

void report_explain(FILE *out, const struct report *report)
{
	fprintf(out, "fwquirk-report %d\n    what kind of file this is\n", REPORT_VERSION);
	for (size_t i = 0; i < report->n; i++) {
		const struct report_line *line = &report_lines[report->entry[i].key];
		const char *meaning = report_name_meaning(line->name, report->entry[i].name);

		write_line(out, &report->entry[i]);
		fprintf(out, "    %s%s%s%s\n", line->explanation, meaning ? " (" : "",
			meaning ? meaning : "", meaning ? ")" : "");
	}
}
