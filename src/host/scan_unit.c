/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_unit.c - a unit of work in, the machines in it told out; a bad one never spoils the others */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/identity_json.h>
#include <fwquirk/host/identity_table.h>

#include "rules_memory.h"
#include "scan_parts.h"
#include "source_private.h"

struct teller {
	const struct table *table;
	scan_tell *tell;
	void *context;
};

void unit_free(struct unit *unit)
{
	free(unit->name);
	free(unit->bytes);
}

static void tell_error(const struct teller *teller, const char *id, const char *error)
{
	struct scan_machine machine = {.id = id, .error = error ? error : "out of memory"};

	teller->tell(teller->context, &machine);
}

static void tell_source(const struct teller *teller, const char *id, struct text name,
			const char *kind, const struct source *source)
{
	uint32_t *hit = NULL;
	size_t n = scan_source(teller->table, source, &hit);
	struct scan_machine machine = {.id = id,
				       .name = name,
				       .kind = kind,
				       .identity = &source->identity,
				       .is_blankless = scan_is_blankless(source),
				       .hit = hit,
				       .n_hits = n};

	teller->tell(teller->context, &machine);
	free(hit);
}

static void tell_opened(const struct teller *teller, const char *id, struct text name,
			bool is_opened, struct source *source, char *error)
{
	if (!is_opened) {
		tell_error(teller, id, error);
		free(error);
		return;
	}
	tell_source(teller, id, name, source_kind_name(source->kind), source);
	source_close(source);
}

static void run_source(struct unit *unit, const struct teller *teller)
{
	struct source *source = NULL;
	char *error = NULL;
	bool is_opened = unit->kind == UNIT_FOLDER ? source_open(unit->name, &source, &error)
						   : source_from_bytes(unit->name, unit->bytes,
								       unit->size, &source, &error);

	if (unit->kind == UNIT_SOURCE)
		unit->bytes = NULL;
	tell_opened(teller, unit->name, text_sized(NULL, 0), is_opened, source, error);
}

/* ---- lists ------------------------------------------------------------------------------------ */

/* `{"name": "host17", "sys-vendor": ...}`: what `identify --json` prints, and what to call it. */
static void run_json(const struct teller *teller, const char *id, struct text line)
{
	struct source source = {.kind = SOURCE_IDENTITY_JSON};
	json_error_t where;
	json_t *object =
		json_loadb(line.at, line.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
	json_t *name = json_incref(json_object_get(object, "name"));
	char *error = NULL, *phrase = NULL;

	if (json_is_string(name))
		json_object_del(object, "name");
	if (!object)
		file_error(&error, "%s:%d: not JSON", id, where.column);
	else if (!identity_from_json(&source.identity, object, &source.bytes, &source.size,
				     &phrase))
		file_error(&error, "%s: %s", id, phrase ? phrase : "out of memory");
	else
		tell_source(teller, id,
			    text_sized(json_string_value(name), json_string_length(name)),
			    source_kind_name(source.kind), &source);
	if (error)
		tell_error(teller, id, error);
	free(error);
	free(phrase);
	free(source.bytes);
	json_decref(name);
	json_decref(object);
}

static void run_line(const struct teller *teller, const char *id, struct text line)
{
	struct source *source = NULL;
	char *error = NULL;
	bool is_opened;

	if (*line.at == '{') {
		run_json(teller, id, line);
	} else if (line.size > 4 && memcmp(line.at, "dmi:", 4) == 0) {
		is_opened = source_open_bytes(id, line.at, line.size, &source, &error);
		tell_opened(teller, id, text_sized(NULL, 0), is_opened, source, error);
	} else {
		file_error(&error, "%s: expected an identity as JSON or a dmi: modalias", id);
		tell_error(teller, id, error);
		free(error);
	}
}

static char *line_id(const char *name, uint64_t line)
{
	char *id;

	if (asprintf(&id, "%s:%" PRIu64, name, line) < 0)
		abort();
	return id;
}

static void run_list(const struct unit *unit, const struct teller *teller)
{
	struct text rest = text_sized((const char *)unit->bytes, unit->size), line;

	for (uint64_t number = unit->line; rest.size; number++) {
		char *id;

		if (!text_cut_at(&rest, '\n', &line)) {
			line = rest;
			rest.size = 0;
		}
		text_cut_blanks(&line);
		while (line.size && text_is_blank(line.at[line.size - 1]))
			line.size--;
		if (!line.size)
			continue;
		id = line_id(unit->name, number);
		run_line(teller, id, line);
		free(id);
	}
}

/* ---- tables ----------------------------------------------------------------------------------- */

static void run_row(const struct teller *teller, const char *name, uint64_t number,
		    const struct identity_table *table, size_t row)
{
	struct source source = {.kind = SOURCE_IDENTITY_JSON};
	struct text line = identity_table_line(table, row), called = text_sized(NULL, 0);
	char *id = line_id(name, number);

	identity_table_row(table, row, table->fields, &source.identity);
	if (table->column[0] == FIELD_COUNT)
		text_cut_at(&line, '\t', &called);
	tell_source(teller, id, called, "table of machines", &source);
	free(id);
}

/* The header line and one row as a table of their own; `*ret_error` says what is wrong with it. */
static bool row_alone(const struct unit *unit, size_t header_size, struct text row,
		      struct identity_table **ret_table, char **ret_error)
{
	char *bytes = malloc(header_size + row.size + 1);

	if (!bytes)
		abort();
	memcpy(bytes, unit->bytes, header_size);
	memcpy(bytes + header_size, row.at, row.size);
	bytes[header_size + row.size] = '\0';
	return identity_table_of(unit->name, bytes, header_size + row.size, ret_table, ret_error);
}

/* Something is wrong with a row: every row by itself, so that the others are told. */
static void run_rows(const struct unit *unit, const struct teller *teller)
{
	struct text rest = text_sized((const char *)unit->bytes, unit->size), line;
	uint64_t number = unit->line;
	size_t header_size;

	text_cut_at(&rest, '\n', &line);
	header_size = line.size + 1;
	for (; rest.size; number++) {
		struct identity_table *table = NULL;
		char *error = NULL;

		if (!text_cut_at(&rest, '\n', &line)) {
			line = rest;
			rest.size = 0;
		}
		if (row_alone(unit, header_size, line, &table, &error)) {
			if (table->n_rows)
				run_row(teller, unit->name, number, table, 0);
			identity_table_close(table);
		} else {
			/* It counts from the header that we gave it. */
			char *id = line_id(unit->name, number), *sentence;
			const char *what = error ? strstr(error, "expected") : NULL;

			file_error(&sentence, "%s: %s", id, what ? what : "does not read");
			tell_error(teller, id, sentence);
			free(sentence);
			free(error);
			free(id);
		}
	}
}

static void run_table(struct unit *unit, const struct teller *teller)
{
	struct identity_table *table = NULL;
	char *error = NULL;
	char *copy = malloc(unit->size + 1);

	if (!copy)
		abort();
	memcpy(copy, unit->bytes, unit->size + 1);
	if (!identity_table_of(unit->name, copy, unit->size, &table, &error)) {
		free(error);
		run_rows(unit, teller);
		return;
	}
	for (size_t row = 0; row < table->n_rows; row++)
		run_row(teller, unit->name, unit->line + row, table, row);
	identity_table_close(table);
}

void unit_run(struct unit *unit, const struct table *table, scan_tell *tell, void *context)
{
	const struct teller teller = {.table = table, .tell = tell, .context = context};

	switch (unit->kind) {
	case UNIT_SOURCE:
	case UNIT_FOLDER:
		run_source(unit, &teller);
		break;
	case UNIT_LIST:
		run_list(unit, &teller);
		break;
	case UNIT_TABLE:
		run_table(unit, &teller);
		break;
	case UNIT_ERROR:
		tell_error(&teller, unit->name, (const char *)unit->bytes);
		break;
	}
}
