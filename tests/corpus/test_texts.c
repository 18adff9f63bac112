/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_texts.c - every dmidecode text of the corpus: our reading, a second reading by awk and the
 * index of the corpus say the same of every field */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <fwquirk/host/file.h>

#include "support/corpus.h"

struct reading {
	char *name;
	char *field[FIELD_COUNT]; /* NULL: absent */
	char smbios[8];
};

struct readings {
	FILE *to_oracle;
	size_t n;
	struct reading *list;
};

static void reading_take(struct reading *reading, const char *name, const struct source *source)
{
	reading->name = strdup(name);
	snprintf(reading->smbios, sizeof(reading->smbios), "%u.%u", source->smbios_major,
		 source->smbios_minor);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		const char *text = source_field(source, (enum field)field);

		reading->field[field] = text ? strdup(text) : NULL;
	}
}

static void read_text(struct readings *readings, const char *name, const uint8_t *bytes,
		      size_t size)
{
	struct source *source;
	char *error;

	if (!source_open_bytes(name, bytes, size, &source, &error))
		fail_msg("%s", error);
	assert_int_equal(source->kind, SOURCE_DMIDECODE_TEXT);
	readings->list = realloc(readings->list, (readings->n + 1) * sizeof(*readings->list));
	assert_non_null(readings->list);
	reading_take(&readings->list[readings->n++], name, source);
	source_close(source);
}

static void read_member(const char *name, const uint8_t *bytes, size_t size, void *to)
{
	struct readings *readings = to;

	read_text(readings, name, bytes, size);
	text_oracle_text(readings->to_oracle, name, bytes, size);
}

static void readings_free(struct readings *readings)
{
	for (size_t i = 0; i < readings->n; i++) {
		for (unsigned field = 0; field < FIELD_COUNT; field++)
			free(readings->list[i].field[field]);
		free(readings->list[i].name);
	}
	free(readings->list);
}

/* Cells of the index: `\N` is nothing, and so is what dmidecode prints for an index without string.
 */
static const char *cell_or_null(const char *cell)
{
	if (strcmp(cell, "\\N") == 0 || strcmp(cell, "Not Specified") == 0 ||
	    strcmp(cell, "<BAD INDEX>") == 0)
		return NULL;
	return cell;
}

static const struct {
	const char *column;
	enum field field;
} columns[] = {
	{"vendor", FIELD_SYS_VENDOR},
	{"product", FIELD_PRODUCT_NAME},
	{"bios_vendor", FIELD_BIOS_VENDOR},
	{"bios_version", FIELD_BIOS_VERSION},
	{"bios_date", FIELD_BIOS_DATE},
	{"board_vendor", FIELD_BOARD_VENDOR},
	{"board_product", FIELD_BOARD_NAME},
	/* The full index only. */
	{"system_version", FIELD_PRODUCT_VERSION},
	{"system_sku", FIELD_PRODUCT_SKU},
	{"system_family", FIELD_PRODUCT_FAMILY},
	{"board_version", FIELD_BOARD_VERSION},
	{"cpu_version", FIELD_CPU_VERSION},
	{"bios_revision", FIELD_BIOS_RELEASE},
	{"firmware_revision", FIELD_EC_RELEASE},
};

#define N_COLUMNS_OF_ALL 7u
#define N_COLUMNS        (sizeof(columns) / sizeof(columns[0]))

static void compare_with_index(const struct readings *readings, const struct tsv *index,
			       const char *prefix, size_t n_columns)
{
	size_t smbios = tsv_column(index, "smbios_version"), row = 0;
	char name[300];

	for (size_t i = 0; i < readings->n; i++) {
		const struct reading *reading = &readings->list[i];
		const char *version;

		snprintf(name, sizeof(name), "%s%s", prefix, reading->name);
		/* Both are in the same order; look it up only where they are not. */
		if (row >= index->n_rows || strcmp(tsv_cell(index, row, 0), name) != 0)
			row = tsv_find(index, name);
		assert_int_not_equal(row, index->n_rows);
		for (size_t c = 0; c < n_columns; c++)
			agree(reading->name, "index", field_name(columns[c].field),
			      reading->field[columns[c].field],
			      cell_or_null(
				      tsv_cell(index, row, tsv_column(index, columns[c].column))));
		version = tsv_cell(index, row, smbios);
		if (strcmp(version, "legacy DMI") != 0 &&
		    strncmp(version, reading->smbios, strlen(reading->smbios)) != 0)
			agree(reading->name, "index", "smbios", reading->smbios, version);
		row++;
	}
}

static void compare_with_oracle(const struct readings *readings, struct text_oracle *oracle)
{
	for (size_t i = 0; i < readings->n; i++)
		text_oracle_compare(oracle, readings->list[i].name, "awk",
				    (const char *const *)readings->list[i].field);
	assert_int_equal(oracle->next, oracle->lines.n_rows);
}

static void every_text_of_the_archive(void **state)
{
	struct readings readings = {.n = 0};
	struct text_oracle oracle;
	struct tsv index;
	char command[1400];
	FILE *in;

	(void)state;
	snprintf(command, sizeof(command), "xz -dc '%s'",
		 corpus_path("dmidecode-txt/linuxhw.tar.xz"));
	in = popen(command, "r");
	assert_non_null(in);
	readings.to_oracle = text_oracle_start(&oracle);
	tar_each(in, read_member, &readings);
	assert_int_equal(pclose(in), 0);
	text_oracle_finish(&oracle, readings.to_oracle);

	tsv_open(&index, "dmidecode-txt/index-linuxhw.tsv");
	assert_int_equal(readings.n, index.n_rows);
	assert_true(readings.n > 1000);
	compare_with_index(&readings, &index, "", N_COLUMNS);
	compare_with_oracle(&readings, &oracle);
	printf("# %zu texts\n", readings.n);

	tsv_free(&index);
	text_oracle_free(&oracle);
	readings_free(&readings);
}

/* awk reads no UTF-16. */
static uint8_t *converted(const char *path, uint8_t *bytes, size_t *size)
{
	char command[1400];
	uint8_t *text;
	FILE *in;
	size_t n;

	if (*size < 2 || bytes[0] != 0xff || bytes[1] != 0xfe)
		return bytes;
	text = calloc(1, *size + 1);
	assert_non_null(text);
	snprintf(command, sizeof(command), "iconv -f UTF-16 -t UTF-8 '%s'", path);
	in = popen(command, "r");
	assert_non_null(in);
	n = fread(text, 1, *size, in);
	assert_int_equal(pclose(in), 0);
	free(bytes);
	*size = n;
	return text;
}

static void every_other_text(void **state)
{
	struct readings readings = {.n = 0};
	struct text_oracle oracle;
	struct tsv index;

	(void)state;
	tsv_open(&index, "dmidecode-txt/index-other.tsv");
	readings.to_oracle = text_oracle_start(&oracle);
	for (size_t row = 0; row < index.n_rows; row++) {
		const char *name = tsv_cell(&index, row, 0);
		uint8_t *bytes;
		char *error, path[1200];
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", corpus_path("dmidecode-txt"), name);
		assert_true(file_read(path, SOURCE_LIMIT, &bytes, &size, &error));
		read_text(&readings, name, bytes, size);
		bytes = converted(path, bytes, &size);
		text_oracle_text(readings.to_oracle, name, bytes, size);
		free(bytes);
	}
	text_oracle_finish(&oracle, readings.to_oracle);
	assert_true(readings.n > 10);
	compare_with_index(&readings, &index, "", N_COLUMNS_OF_ALL);
	compare_with_oracle(&readings, &oracle);
	printf("# %zu texts\n", readings.n);
	tsv_free(&index);
	text_oracle_free(&oracle);
	readings_free(&readings);
}

static void differences_are_listed(void **state)
{
	static const char *const oracles[] = {"index", "awk", NULL};

	(void)state;
	assert_true(agree_count() > 100000);
	agree_or_fail(oracles);
}

int main(void)
{
	static const char *const programs[] = {"xz", "awk", "iconv", NULL};
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_of_the_archive),
		cmocka_unit_test(every_other_text),
		cmocka_unit_test(differences_are_listed),
	};

	corpus_or_skip(programs);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
