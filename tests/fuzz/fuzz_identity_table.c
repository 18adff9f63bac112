/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_identity_table.c - any bytes behind a header line: refused with a sentence, or every line is a
 * row, its texts lie in it, between its tabs, and a table with this row alone says the same of it.
 */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/identity_table.h>

static const char header[] = "sys_vendor\tproduct_name\tbios_version\tbios_date\tchassis_type\t"
			     "bios_revision\tarch\tother\n";

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* `middle` between the header and nothing; NULL when it is refused. */
static struct identity_table *table_of(const void *middle, size_t size)
{
	size_t all = sizeof(header) - 1 + size;
	char *bytes = malloc(all + 1), *error = NULL;
	struct identity_table *table;

	must(bytes);
	memcpy(bytes, header, sizeof(header) - 1);
	if (size)
		memcpy(bytes + sizeof(header) - 1, middle, size);
	bytes[all] = '\0';
	if (identity_table_of("t", bytes, all, &table, &error))
		return table;
	must(error && strncmp(error, "t:", 2) == 0);
	free(error);
	return NULL;
}

static void same_field(const struct identity *a, const struct identity *b, unsigned field)
{
	must((a->present >> field & 1) == (b->present >> field & 1));
	must(text_is_same(a->field[field], b->field[field]));
}

static void check_row(const struct identity_table *table, size_t row)
{
	struct text line = identity_table_line(table, row);
	struct identity_table *alone = table_of(line.at, line.size);
	struct identity identity, again;

	identity_table_row(table, row, UINT32_MAX, &identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text text = identity.field[field];

		if (!(identity.present >> field & 1) ||
		    field_kind((enum field)field) == FIELD_KIND_NUMBER)
			continue;
		must(text.at >= line.at && text.at + text.size <= line.at + line.size);
		must(!text.size || !memchr(text.at, '\t', text.size));
		must(!text.size || !memchr(text.at, '\n', text.size));
	}
	must(alone || !line.size);
	if (!alone)
		return;
	must(alone->n_rows == 1);
	identity_table_row(alone, 0, UINT32_MAX, &again);
	must(identity.present == again.present && identity.placeholder == again.placeholder);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		same_field(&identity, &again, field);
	identity_table_close(alone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct identity_table *table = table_of(data, size);
	size_t n_lines = 0;

	(void)identity_table_is((const char *)data, size);
	if (!table)
		return 0;
	for (size_t i = 0; i < size; i++)
		n_lines += data[i] == '\n' || i + 1 == size;
	must(table->n_rows == n_lines);
	for (size_t row = 0; row < table->n_rows; row++)
		check_row(table, row);
	identity_table_close(table);
	return 0;
}
