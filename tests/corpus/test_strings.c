/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_strings.c - every attribute tree, modalias and kernel line of the corpus, and the strings of
 * all machines in it: nothing is said that the source does not say */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/file.h>

#include "support/corpus.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static struct source *open_text(const char *name, const char *text, size_t size,
				enum source_kind kind)
{
	struct source *source;
	char *error;

	if (!source_open_bytes(name, text, size, &source, &error))
		fail_msg("%s", error);
	if (source->kind != kind)
		fail_msg("%s: is taken for %s", name, source_kind_name(source->kind));
	return source;
}

/* What the kernel leaves of a string in a modalias. */
static const char *filtered(const char *text)
{
	static char room[8][1024];
	static unsigned n;
	char *to = room[n++ % 8];
	size_t size = 0;

	for (; *text && size + 1 < sizeof(room[0]); text++) {
		if (*text > ' ' && *text < 127 && *text != ':')
			to[size++] = *text;
	}
	to[size] = '\0';
	return to;
}

/* ---- attributes of sysfs ---- */

static const struct {
	const char *attribute, *key;
	enum field field;
} attributes[] = {
	{"bios_vendor", "bvn", FIELD_BIOS_VENDOR},
	{"bios_version", "bvr", FIELD_BIOS_VERSION},
	{"bios_date", "bd", FIELD_BIOS_DATE},
	{"bios_release", "br", FIELD_BIOS_RELEASE},
	{"ec_firmware_release", "efr", FIELD_EC_RELEASE},
	{"sys_vendor", "svn", FIELD_SYS_VENDOR},
	{"product_name", "pn", FIELD_PRODUCT_NAME},
	{"product_version", "pvr", FIELD_PRODUCT_VERSION},
	{"product_sku", "sku", FIELD_PRODUCT_SKU},
	{"product_family", "pfa", FIELD_PRODUCT_FAMILY},
	{"board_vendor", "rvn", FIELD_BOARD_VENDOR},
	{"board_name", "rn", FIELD_BOARD_NAME},
	{"board_version", "rvr", FIELD_BOARD_VERSION},
	{"chassis_type", "ct", FIELD_CHASSIS_TYPE},
};

/* What stands between `before` and the next `end`, as a string; NULL when `before` is not there. */
static const char *between(const char *text, const char *before, char end)
{
	static char room[32][1024];
	static unsigned n;
	const char *at = strstr(text, before), *to;
	char *copy = room[n++ % 32];

	if (!at)
		return NULL;
	at += strlen(before);
	to = strchr(at, end);
	snprintf(copy, sizeof(room[0]), "%.*s", (int)(to ? to - at : (long)strlen(at)), at);
	return copy;
}

/* A tree against its lines, and the modalias in it against the tree. */
static void compare_tree(const char *name, const char *text)
{
	struct source *tree = open_text(name, text, strlen(text), SOURCE_SYSFS_TEXT);
	const char *alias = between(text, "\nmodalias=", '\n');
	struct source *modalias = open_text("modalias", alias, strlen(alias), SOURCE_MODALIAS);

	for (size_t i = 0; i < N_ELEMENTS(attributes); i++) {
		enum field field = attributes[i].field;
		const char *ours = source_field(tree, field);
		const char *short_form = source_field(modalias, field);
		char before[64];

		snprintf(before, sizeof(before), "\n%s=", attributes[i].attribute);
		/* The first line has no line end before it. */
		agree(name, "lines", field_name(field), ours,
		      strncmp(text, before + 1, strlen(before) - 1) == 0
			      ? between(text, before + 1, '\n')
			      : between(text, before, '\n'));
		if (short_form || !(modalias->unknowable >> field & 1))
			agree(name, "tree", field_name(field), short_form,
			      ours ? filtered(ours) : NULL);
	}
	source_close(modalias);
	source_close(tree);
}

static void every_tree(void **state)
{
	struct tsv index;

	(void)state;
	tsv_open(&index, "modalias/index.tsv");
	assert_true(index.n_rows > 5);
	for (size_t row = 0; row < index.n_rows; row++) {
		const char *name = tsv_cell(&index, row, 0);
		char *error, path[1200];
		uint8_t *bytes;
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", corpus_path("modalias"), name);
		assert_true(file_read(path, SOURCE_LIMIT, &bytes, &size, &error));
		compare_tree(name, (char *)bytes);
		free(bytes);
	}
	tsv_free(&index);
}

/* ---- modalias strings ---- */

static void every_modalias(void **state)
{
	struct tsv table;

	(void)state;
	tsv_open(&table, "modalias/modalias.tsv");
	assert_true(table.n_rows > 10);
	for (size_t row = 0; row < table.n_rows; row++) {
		const char *alias = tsv_cell(&table, row, 0);
		struct source *source =
			open_text("modalias", alias, strlen(alias), SOURCE_MODALIAS);

		for (size_t i = 0; i < N_ELEMENTS(attributes); i++) {
			char before[16];

			snprintf(before, sizeof(before), ":%s", attributes[i].key);
			agree(alias, "alias", field_name(attributes[i].field),
			      source_field(source, attributes[i].field),
			      between(alias, before, ':'));
		}
		assert_int_equal(source->n_remarks, 0);
		source_close(source);
	}
	printf("# %zu strings\n", table.n_rows);
	tsv_free(&table);
}

/* ---- kernel lines ---- */

static const char *const heads[] = {
	"DMI: ",
	"[    0.000000] DMI: ",
	"<6>[    0.000000] DMI: ",
	"Jan 01 00:00:00 host kernel: DMI: ",
	"[   12.345678] Hardware name: ",
};

/* Blanks squeezed and dropped at the ends, as the comparison of strings sees them. */
static void assert_equal_text(const char *a, const char *b)
{
	if (!text_equal(text_of(a), text_of(b)))
		fail_msg("\"%s\" is not \"%s\"", a, b);
}

/* Where all five are told they have to make up the line again. */
static bool compare_line(const char *line, const struct source *source)
{
	const char *vendor = source_field(source, FIELD_SYS_VENDOR);
	const char *product = source_field(source, FIELD_PRODUCT_NAME);
	const char *board = source_field(source, FIELD_BOARD_NAME);
	const char *version = source_field(source, FIELD_BIOS_VERSION);
	const char *date = source_field(source, FIELD_BIOS_DATE);
	char again[1024];

	assert_int_equal(source->identity.present & source->unknowable, 0);
	if (!vendor || !product || !board || !version || !date)
		return false;
	snprintf(again, sizeof(again), "%s %s/%s, BIOS %s %s", vendor, product, board, version,
		 date);
	assert_equal_text(again, line);
	return true;
}

static void every_kernel_line(void **state)
{
	size_t n_whole = 0;
	struct tsv table;

	(void)state;
	tsv_open(&table, "modalias/dmesg-dmi-lines.tsv");
	assert_true(table.n_rows > 10);
	for (size_t row = 0; row < table.n_rows; row++) {
		const char *line = tsv_cell(&table, row, 0);
		char text[1200];

		for (size_t i = 0; i < N_ELEMENTS(heads); i++) {
			struct source *source;

			snprintf(text, sizeof(text), "first line\n%s%s\nlast line\n", heads[i],
				 line);
			source = open_text(line, text, strlen(text), SOURCE_KERNEL_LINE);
			n_whole += compare_line(line, source) && i == 0;
			source_close(source);
		}
	}
	printf("# %zu of %zu lines told all five fields\n", n_whole, table.n_rows);
	assert_true(n_whole * 2 > table.n_rows);
	tsv_free(&table);
}

/* ---- the strings of all machines ---- */

static struct tsv machines;

static int load_machines(void **state)
{
	char command[1200];
	FILE *in;

	(void)state;
	snprintf(command, sizeof(command), "xz -dc '%s'",
		 corpus_path("dmidecode-txt/identities.tsv.xz"));
	in = popen(command, "r");
	assert_non_null(in);
	tsv_read(&machines, in);
	assert_int_equal(pclose(in), 0);
	assert_true(machines.n_rows > 10000);
	return 0;
}

static int unload_machines(void **state)
{
	(void)state;
	tsv_free(&machines);
	return 0;
}

/* NULL: no structure; "": index 0 or past the end, as the kernel has it. */
static const char *kernel_string(size_t row, size_t column)
{
	const char *cell = tsv_cell(&machines, row, column);

	if (strcmp(cell, "\\N") == 0)
		return NULL;
	return strcmp(cell, "Not Specified") == 0 || strcmp(cell, "<BAD INDEX>") == 0 ? "" : cell;
}

static const struct {
	const char *column, *key;
	enum field field;
} columns[] = {
	{"bios_vendor", "bvn", FIELD_BIOS_VENDOR},
	{"bios_version", "bvr", FIELD_BIOS_VERSION},
	{"bios_date", "bd", FIELD_BIOS_DATE},
	{"bios_revision", "br", FIELD_BIOS_RELEASE},
	{"firmware_revision", "efr", FIELD_EC_RELEASE},
	{"sys_vendor", "svn", FIELD_SYS_VENDOR},
	{"product_name", "pn", FIELD_PRODUCT_NAME},
	{"product_version", "pvr", FIELD_PRODUCT_VERSION},
	{"board_vendor", "rvn", FIELD_BOARD_VENDOR},
	{"board_name", "rn", FIELD_BOARD_NAME},
	{"board_version", "rvr", FIELD_BOARD_VERSION},
	{"product_sku", "sku", FIELD_PRODUCT_SKU},
	{"product_family", "pfa", FIELD_PRODUCT_FAMILY},
};

static void columns_find(size_t *at)
{
	for (size_t i = 0; i < N_ELEMENTS(columns); i++)
		at[i] = tsv_column(&machines, columns[i].column);
}

/* The modalias that the kernel would print of a machine says of it what it can. */
static void modalias_of_every_machine(void **state)
{
	size_t at[N_ELEMENTS(columns)];

	(void)state;
	columns_find(at);
	for (size_t row = 0; row < machines.n_rows; row++) {
		struct source *source;
		char text[4096];
		size_t size = (size_t)snprintf(text, sizeof(text), "dmi");

		for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
			const char *string = kernel_string(row, at[i]);

			if (string)
				size += (size_t)snprintf(text + size, sizeof(text) - size, ":%s%s",
							 columns[i].key, filtered(string));
		}
		size += (size_t)snprintf(text + size, sizeof(text) - size, ":\n");
		assert_true(size < sizeof(text));
		source = open_text(tsv_cell(&machines, row, 0), text, size, SOURCE_MODALIAS);
		for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
			const char *string = kernel_string(row, at[i]);

			agree(tsv_cell(&machines, row, 0), "machine", columns[i].column,
			      source_field(source, columns[i].field),
			      string ? filtered(string) : NULL);
		}
		source_close(source);
	}
}

static size_t kernel_line(char *text, size_t room, size_t row)
{
	const char *vendor = kernel_string(row, tsv_column(&machines, "sys_vendor"));
	const char *product = kernel_string(row, tsv_column(&machines, "product_name"));
	const char *board = kernel_string(row, tsv_column(&machines, "board_name"));
	const char *version = kernel_string(row, tsv_column(&machines, "bios_version"));
	const char *date = kernel_string(row, tsv_column(&machines, "bios_date"));
	char ids[128]; /* as many as the kernel has */

	snprintf(ids, sizeof(ids), "%s %s%s%s, BIOS %s %s", vendor ? vendor : "",
		 product ? product : "", board ? "/" : "", board ? board : "",
		 version ? version : "", date ? date : "");
	return (size_t)snprintf(text, room, "DMI: %s\n", ids);
}

/* What we read in the kernel's line of a machine is what the machine has, or nothing. */
static void kernel_line_of_every_machine(void **state)
{
	static const struct {
		const char *column;
		enum field field;
	} told[] = {
		{"sys_vendor", FIELD_SYS_VENDOR}, {"product_name", FIELD_PRODUCT_NAME},
		{"board_name", FIELD_BOARD_NAME}, {"bios_version", FIELD_BIOS_VERSION},
		{"bios_date", FIELD_BIOS_DATE},
	};
	size_t n_told[N_ELEMENTS(told)] = {0}, n_unread = 0;

	(void)state;
	for (size_t row = 0; row < machines.n_rows; row++) {
		struct source *source;
		char text[256], *error;
		size_t size = kernel_line(text, sizeof(text), row);

		/* Cut off before ", BIOS ". */
		if (!source_open_bytes("line", text, size, &source, &error)) {
			free(error);
			n_unread++;
			continue;
		}
		for (size_t i = 0; i < N_ELEMENTS(told); i++) {
			const char *ours = source_field(source, told[i].field);
			const char *real =
				kernel_string(row, tsv_column(&machines, told[i].column));

			if (!ours)
				continue;
			n_told[i]++;
			if (!real || !text_equal(text_of(ours), text_of(real)))
				agree(tsv_cell(&machines, row, 0), "kernel", told[i].column, ours,
				      real);
		}
		source_close(source);
	}
	printf("# lines that could not be read: %zu of %zu\n", n_unread, machines.n_rows);
	for (size_t i = 0; i < N_ELEMENTS(told); i++)
		printf("# %s told by the line: %zu\n", told[i].column, n_told[i]);
	assert_true(n_unread * 100 < machines.n_rows);
	for (size_t i = 0; i < N_ELEMENTS(told); i++)
		assert_true(n_told[i] * 3 > machines.n_rows * 2);
}

/* The normal form: no longer than the string, the same for other case and blanks, stable. */
static void assert_normal_form(const char *string)
{
	struct text text = text_of(string), form;
	struct text_fold fold = text_fold_begin(text);
	char normal[1024], shouted[1100];
	size_t size = 0, n = 0;
	int c;

	while ((c = text_fold_next(&fold)) >= 0 && size < sizeof(normal))
		normal[size++] = (char)c;
	form = text_sized(normal, size);
	assert_true(size <= text.size && size == text_fold_size(text));
	assert_true(text_equal(text, form) && text_equal(form, text));
	shouted[n++] = '\t';
	for (size_t i = 0; i < size && n + 3 < sizeof(shouted); i++) {
		bool is_lower = normal[i] >= 'a' && normal[i] <= 'z';

		shouted[n++] = is_lower ? (char)(normal[i] - 32) : normal[i];
		if (normal[i] == ' ')
			shouted[n++] = ' ';
	}
	shouted[n++] = ' ';
	assert_true(text_equal(text_sized(shouted, n), text));
	assert_true(text_has_prefix(text, form) && text_has_suffix(text, form));
}

static bool is_usable(size_t row, enum field field, size_t column)
{
	const char *string = kernel_string(row, column);

	return string && *string && !placeholder_is(field, text_of(string));
}

/* Shares as README.md of the corpus found them in all of the data, with room for another list of
 * placeholders and another half of the machines. */
static void strings_of_every_machine(void **state)
{
	static const struct {
		enum field field;
		unsigned low, high; /* per cent of usable strings */
	} shares[] = {
		{FIELD_BIOS_VENDOR, 99, 100},  {FIELD_BIOS_VERSION, 99, 100},
		{FIELD_BIOS_DATE, 99, 100},    {FIELD_SYS_VENDOR, 82, 90},
		{FIELD_PRODUCT_NAME, 78, 87},  {FIELD_PRODUCT_VERSION, 46, 60},
		{FIELD_PRODUCT_SKU, 45, 60},   {FIELD_PRODUCT_FAMILY, 50, 65},
		{FIELD_BOARD_VENDOR, 96, 99},  {FIELD_BOARD_NAME, 95, 99},
		{FIELD_BOARD_VERSION, 65, 80},
	};
	size_t at[N_ELEMENTS(columns)], n_usable[FIELD_COUNT] = {0}, n_either = 0;

	(void)state;
	columns_find(at);
	for (size_t row = 0; row < machines.n_rows; row++) {
		bool usable[FIELD_COUNT] = {false};

		for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
			if (field_kind(columns[i].field) == FIELD_KIND_NUMBER)
				continue;
			if (kernel_string(row, at[i]))
				assert_normal_form(kernel_string(row, at[i]));
			usable[columns[i].field] = is_usable(row, columns[i].field, at[i]);
			n_usable[columns[i].field] += usable[columns[i].field];
		}
		n_either += (usable[FIELD_SYS_VENDOR] && usable[FIELD_PRODUCT_NAME]) ||
			    (usable[FIELD_BOARD_VENDOR] && usable[FIELD_BOARD_NAME]);
	}
	for (size_t i = 0; i < N_ELEMENTS(shares); i++) {
		double share = 100.0 * (double)n_usable[shares[i].field] / (double)machines.n_rows;

		printf("# %s: %.1f %% usable\n", field_name(shares[i].field), share);
		assert_true(share >= shares[i].low && share <= shares[i].high);
	}
	printf("# %zu of %zu machines have a usable system or board\n", n_either, machines.n_rows);
	assert_true(n_either * 100 > machines.n_rows * 98);
}

static void differences_are_listed(void **state)
{
	static const char *const oracles[] = {"lines", "tree", "alias", "machine", "kernel", NULL};

	(void)state;
	assert_true(agree_count() > 1000);
	agree_or_fail(oracles);
}

int main(void)
{
	static const char *const programs[] = {"xz", NULL};
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tree),
		cmocka_unit_test(every_modalias),
		cmocka_unit_test(every_kernel_line),
		cmocka_unit_test(modalias_of_every_machine),
		cmocka_unit_test(kernel_line_of_every_machine),
		cmocka_unit_test(strings_of_every_machine),
		cmocka_unit_test(differences_are_listed),
	};

	corpus_or_skip(programs);
	return cmocka_run_group_tests(tests, load_machines, unload_machines);
}
