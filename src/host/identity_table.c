/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_table.c - a text with a machine a line in, identities out; never copies a cell */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/identity_table.h>
#include <fwquirk/host/unpack.h>

#include "rules_memory.h"
#include "source_private.h"

#define NO_FIELD FIELD_COUNT

/* Names of columns that are not those of the field. */
static const struct {
	const char *name;
	enum field field;
} other_names[] = {
	{"bios_revision", FIELD_BIOS_RELEASE},
	{"firmware_revision", FIELD_EC_RELEASE},
	{"ec_firmware_release", FIELD_EC_RELEASE},
};

/* ---- header ---- */

static uint8_t field_of_column(struct text name)
{
	char spelt[32];
	enum field field;

	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++) {
		if (text_is_same(name, text_of(other_names[i].name)))
			return (uint8_t)other_names[i].field;
	}
	if (name.size >= sizeof(spelt))
		return NO_FIELD;
	for (size_t i = 0; i < name.size; i++)
		spelt[i] = name.at[i] == '_' ? '-' : name.at[i];
	return field_from_name(text_sized(spelt, name.size), &field) ? (uint8_t)field : NO_FIELD;
}

/* The text up to a tab or the end; `*line` goes on behind it. False behind the last cell. */
static bool take_cell(struct text *line, struct text *ret_cell)
{
	const char *tab;

	if (!line->at)
		return false;
	tab = line->size ? memchr(line->at, '\t', line->size) : NULL;
	*ret_cell = text_sized(line->at, tab ? (size_t)(tab - line->at) : line->size);
	*line = tab ? text_sized(tab + 1, line->size - ret_cell->size - 1) : text_sized(NULL, 0);
	return true;
}

/* The line that begins at `at`, without LF or CR LF; `*ret_next` is where the next begins. */
static struct text line_at(const char *bytes, size_t size, size_t at, size_t *ret_next)
{
	const char *lf = memchr(bytes + at, '\n', size - at);
	size_t end = lf ? (size_t)(lf - bytes) : size;

	*ret_next = lf ? end + 1 : size;
	if (end > at && bytes[end - 1] == '\r')
		end--;
	return text_sized(bytes + at, end - at);
}

static bool take_header(struct identity_table *table, struct text line, const char *name,
			char **ret_error)
{
	struct text cell;

	for (; take_cell(&line, &cell); table->n_columns++) {
		uint8_t field = field_of_column(cell);

		table->column = rules_grow(table->column, table->n_columns, 1);
		table->column[table->n_columns] = field;
		if (field == NO_FIELD)
			continue;
		if (table->fields >> field & 1)
			return file_error(ret_error, "%s:1: two columns for %s", name,
					  field_name(field));
		table->fields |= (uint32_t)1 << field;
	}
	if (!table->fields || table->n_columns < 2)
		return file_error(
			ret_error,
			"%s:1: expected a header line with columns such as sys_vendor and "
			"product_name between tabs, found none of them",
			name);
	return true;
}

bool identity_table_is(const char *bytes, size_t size)
{
	size_t next, n_columns = 0;
	struct text line, cell;
	bool has_field = false;

	if (!size)
		return false;
	line = line_at(bytes, size, 0, &next);
	for (; take_cell(&line, &cell); n_columns++)
		has_field |= field_of_column(cell) != NO_FIELD;
	return has_field && n_columns > 1;
}

/* ---- rows ---- */

static size_t count_cells(struct text line)
{
	size_t n = 1;
	const char *end = line.at + line.size;

	for (const char *at = line.at; (at = memchr(at, '\t', (size_t)(end - at))); at++)
		n++;
	return n;
}

static bool take_rows(struct identity_table *table, size_t at, const char *name, char **ret_error)
{
	size_t next;

	for (; at < table->size; at = next) {
		struct text line = line_at(table->bytes, table->size, at, &next);
		size_t n = count_cells(line);

		if (n != table->n_columns)
			return file_error(ret_error,
					  "%s:%zu: expected %zu fields between tabs, as in the "
					  "first line, found %zu",
					  name, table->n_rows + 2, table->n_columns, n);
		table->row = rules_grow(table->row, table->n_rows, sizeof(*table->row));
		table->row[table->n_rows++] = at;
	}
	return true;
}

static bool fill(struct identity_table *table, const char *name, char **ret_error)
{
	const char *nul = memchr(table->bytes, '\0', table->size);
	size_t next;
	struct text header;

	if (nul)
		return file_error(ret_error,
				  "%s: expected a table of machines, found a NUL byte at %zu", name,
				  (size_t)(nul - table->bytes));
	header = line_at(table->bytes, table->size, 0, &next);
	return take_header(table, header, name, ret_error) &&
	       take_rows(table, next, name, ret_error);
}

bool identity_table_of(const char *name, char *bytes, size_t size,
		       struct identity_table **ret_table, char **ret_error)
{
	struct identity_table *table = calloc(1, sizeof(*table));

	if (!table)
		abort();
	table->bytes = bytes;
	table->size = size;
	if (!fill(table, name, ret_error)) {
		identity_table_close(table);
		return false;
	}
	*ret_table = table;
	return true;
}

bool identity_table_open(const char *path, struct identity_table **ret_table, char **ret_error)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	uint8_t *bytes;
	size_t size;

	return unpack_file(path, IDENTITY_TABLE_LIMIT, &bytes, &size, ret_error) &&
	       identity_table_of(name, (char *)bytes, size, ret_table, ret_error);
}

void identity_table_close(struct identity_table *table)
{
	if (!table)
		return;
	free(table->bytes);
	free(table->column);
	free(table->row);
	free(table);
}

/* ---- identities ---- */

static bool is_absent(struct text cell)
{
	return text_is_same(cell, text_of("\\N")) || text_is_same(cell, text_of("Not Specified")) ||
	       text_is_same(cell, text_of("<BAD INDEX>"));
}

static void set_arch(struct identity *identity, struct text cell, bool x86_is_64)
{
	bool is_x86 = text_is_same(cell, text_of("x86"));

	if (is_x86 && x86_is_64)
		identity_set_text(identity, FIELD_ARCH, text_of("x86_64"));
	else if (!is_x86)
		identity_set_text(identity, FIELD_ARCH, cell);
}

static void set_number(struct identity *identity, enum field field, struct text cell,
		       bool x86_is_64)
{
	uint64_t number;

	switch (field) {
	case FIELD_BIOS_RELEASE:
	case FIELD_EC_RELEASE:
	case FIELD_UEFI_REVISION:
		source_set_release(identity, field, cell);
		break;
	case FIELD_ARCH:
		set_arch(identity, cell, x86_is_64);
		break;
	case FIELD_CHASSIS_TYPE:
		number = source_chassis_type(cell);
		if (number || text_to_u64(cell, &number))
			identity_set_number(identity, field, number);
		break;
	default:
		if (text_to_u64(cell, &number))
			identity_set_number(identity, field, number);
	}
}

struct text identity_table_line(const struct identity_table *table, size_t row)
{
	size_t next;

	return line_at(table->bytes, table->size, table->row[row], &next);
}

void identity_table_row(const struct identity_table *table, size_t row, uint32_t wanted,
			struct identity *identity)
{
	struct text line = identity_table_line(table, row), cell;

	identity_clear(identity);
	for (size_t i = 0; i < table->n_columns && take_cell(&line, &cell); i++) {
		uint8_t field = table->column[i];

		if (field == NO_FIELD || !(wanted >> field & 1) || is_absent(cell))
			continue;
		if (field_kind((enum field)field) == FIELD_KIND_NUMBER)
			set_number(identity, (enum field)field, cell, table->x86_is_64);
		else
			identity_set_text(identity, (enum field)field, cell);
	}
}
