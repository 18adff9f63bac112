/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_identity_table.c - tables of machines, packed and not, good and broken; every row once, in order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/identity_table.h>
#include <fwquirk/host/unpack.h>

#include "support/scratch.h"

static struct scratch scratch;

static struct identity_table *table_of(const char *text, size_t size)
{
	struct identity_table *table;
	char *bytes = malloc(size + 1), *error = NULL;

	memcpy(bytes, text, size);
	bytes[size] = '\0';
	if (!identity_table_of("t", bytes, size, &table, &error))
		fail_msg("%s", error);
	return table;
}

static void assert_field(const struct identity *identity, enum field field, const char *expected)
{
	if (!expected) {
		assert_false(identity->present >> field & 1);
		return;
	}
	assert_true(identity->present >> field & 1);
	if (!text_is_same(identity->field[field], text_of(expected)))
		fail_msg("%s: %.*s, not %s", field_name(field), (int)identity->field[field].size,
			 identity->field[field].at, expected);
}

static const char text[] =
	"hwid\tsys_vendor\tproduct-name\tbios_revision\tfirmware_revision\tchassis_type\tarch\tcpu_"
	"id\n"
	"1\t LENOVO \t20HG\t1.52\t\\N\tNotebook\tx86\t0x806e9\n"
	"2\tDefault string\tNot Specified\t<BAD INDEX>\t1.x\t10\taarch64\t12 apples\r\n"
	"3\t\t\xff\x01\t\t\t<OUT OF SPEC>\t\\N\t\n"
	"4\ta\tb\t5.0\t5.1\tRack Mount Chassis\tx86\t0";

static void cells_become_fields(void **state)
{
	struct identity_table *table = table_of(text, sizeof(text) - 1);
	struct identity identity;

	(void)state;
	assert_int_equal(table->n_rows, 4);
	assert_int_equal(table->n_columns, 8);
	assert_int_equal(__builtin_popcount(table->fields), 7);
	identity_table_row(table, 0, UINT32_MAX, &identity);
	assert_field(&identity, FIELD_SYS_VENDOR, " LENOVO ");
	assert_field(&identity, FIELD_PRODUCT_NAME, "20HG");
	assert_field(&identity, FIELD_BIOS_RELEASE, "1.52");
	assert_field(&identity, FIELD_EC_RELEASE, NULL);
	assert_field(&identity, FIELD_CHASSIS_TYPE, "10");
	assert_field(&identity, FIELD_ARCH, NULL); /* 32 or 64 bits? */
	assert_field(&identity, FIELD_CPU_ID, "0x00000000000806e9");
	assert_field(&identity, FIELD_BIOS_VENDOR, NULL);
	identity_table_row(table, 1, UINT32_MAX, &identity);
	assert_field(&identity, FIELD_SYS_VENDOR, "Default string");
	assert_false(identity_has(&identity, FIELD_SYS_VENDOR));
	assert_field(&identity, FIELD_PRODUCT_NAME, NULL);
	assert_field(&identity, FIELD_BIOS_RELEASE, NULL);
	assert_field(&identity, FIELD_EC_RELEASE, NULL);
	assert_field(&identity, FIELD_CHASSIS_TYPE, "10");
	assert_field(&identity, FIELD_ARCH, "aarch64");
	assert_field(&identity, FIELD_CPU_ID, NULL);
	identity_table_row(table, 2, UINT32_MAX, &identity);
	assert_field(&identity, FIELD_SYS_VENDOR, "");
	assert_false(identity_has(&identity, FIELD_SYS_VENDOR));
	assert_field(&identity, FIELD_PRODUCT_NAME, "\xff\x01");
	assert_field(&identity, FIELD_CHASSIS_TYPE, NULL);
	table->x86_is_64 = true;
	identity_table_row(table, 3, (uint32_t)1 << FIELD_ARCH, &identity);
	assert_field(&identity, FIELD_ARCH, "x86_64");
	assert_field(&identity, FIELD_CHASSIS_TYPE, NULL); /* not wanted */
	assert_true(text_is_same(identity_table_line(table, 1),
				 text_of("2\tDefault string\tNot Specified\t<BAD "
					 "INDEX>\t1.x\t10\taarch64\t12 apples")));
	identity_table_close(table);
}

static void what_is_no_table_is_said(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *error;
	} cases[] = {
#define TEXT(text) text, sizeof(text) - 1
		{TEXT(""), "t:1: expected a header line with columns such as sys_vendor and "
			   "product_name between tabs, found none of them"},
		{TEXT("sys_vendor\nLENOVO\n"), "t:1: expected a header line with columns such as "
					       "sys_vendor and product_name between tabs, found "
					       "none of them"},
		{TEXT("a\tb\n"), "t:1: expected a header line with columns such as sys_vendor and "
				 "product_name between tabs, found none of them"},
		{TEXT("sys_vendor\tsys-vendor\n"), "t:1: two columns for sys-vendor"},
		{TEXT("sys_vendor\tproduct_name\na\tb\nc\n"),
		 "t:3: expected 2 fields between tabs, as in the first line, found 1"},
		{TEXT("sys_vendor\tproduct_name\na\tb\tc\n"),
		 "t:2: expected 2 fields between tabs, as in the first line, found 3"},
		{TEXT("sys_vendor\tproduct_name\n\na\tb\n"),
		 "t:2: expected 2 fields between tabs, as in the first line, found 1"},
		{TEXT("sys_vendor\tproduct_name\na\0\tb\n"),
		 "t: expected a table of machines, found a NUL byte at 25"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct identity_table *table;
		char *bytes = malloc(cases[i].size + 1), *error = NULL;

		memcpy(bytes, cases[i].text, cases[i].size + 1);
		assert_false(identity_table_of("t", bytes, cases[i].size, &table, &error));
		assert_string_equal(error, cases[i].error);
		free(error);
	}
}

static void a_header_is_recognised(void **state)
{
	(void)state;
	assert_true(identity_table_is(text, sizeof(text) - 1));
	assert_true(identity_table_is(TEXT("x\tboard-name")));
	assert_false(identity_table_is(TEXT("sys_vendor")));
	assert_false(identity_table_is(TEXT("a\tb\nsys_vendor\tproduct_name\n")));
	assert_false(identity_table_is(TEXT("")));
}

/* ---- every row, once, in order ---- */

struct seen {
	size_t n, row[512];
};

static void see(void *seen_, size_t row, const struct identity *identity)
{
	struct seen *seen = seen_;
	char expected[16];

	snprintf(expected, sizeof(expected), "P%zu", row);
	assert_true(text_is_same(identity->field[FIELD_PRODUCT_NAME], text_of(expected)));
	seen->row[seen->n++] = row;
}

static size_t n_reports, last_report;

static void report(size_t n_done, size_t n_rows)
{
	assert_true(n_done <= n_rows);
	n_reports++;
	last_report = n_done;
}

static void every_row_is_visited(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 7, 500};
	struct seen *seen = calloc(IDENTITY_MAX_WORKERS, sizeof(*seen));
	void *contexts[IDENTITY_MAX_WORKERS];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct identity_table *table;
		char *bytes = NULL;
		size_t size;
		FILE *out = open_memstream(&bytes, &size);
		uint32_t order[512];

		fputs("product_name\tx\n", out);
		for (size_t row = 0; row < sizes[i]; row++) {
			fprintf(out, "P%zu\t\n", row);
			order[row] = (uint32_t)(sizes[i] - 1 - row);
		}
		fclose(out);
		table = table_of(bytes, size);
		free(bytes);
		for (unsigned n_workers = 1; n_workers <= 5; n_workers++) {
			struct identity_visit visit = {.wanted = UINT32_MAX,
						       .visit = see,
						       .context = contexts,
						       .order = n_workers % 2 ? order : NULL,
						       .progress = report};
			size_t n = 0;

			memset(seen, 0, IDENTITY_MAX_WORKERS * sizeof(*seen));
			for (unsigned w = 0; w < n_workers; w++)
				contexts[w] = &seen[w];
			n_reports = 0;
			identity_table_visit(table, &visit, n_workers);
			assert_true(n_reports > 0 && last_report == sizes[i]);
			for (unsigned w = 0; w < n_workers; w++) {
				for (size_t at = 0; at < seen[w].n; at++, n++)
					assert_int_equal(seen[w].row[at],
							 visit.order ? sizes[i] - 1 - n : n);
			}
			assert_int_equal(n, sizes[i]);
		}
		identity_table_close(table);
	}
	free(seen);
	assert_in_range(identity_workers(), 1, IDENTITY_MAX_WORKERS);
}

/* ---- packed files ---- */

static bool pack(const char *program, const char *from, const char *to)
{
	char command[700];

	snprintf(command, sizeof(command), "%s -c <%s >%s 2>/dev/null", program, from, to);
	return system(command) == 0;
}

static void assert_unpacked(const char *path, size_t limit, const char *expected)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	char *error = NULL;

	if (!unpack_file(path, limit, &bytes, &size, &error)) {
		if (!strstr(error, expected))
			fail_msg("%s", error);
		free(error);
		return;
	}
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(bytes, expected, size + 1);
	free(bytes);
}

static void what_is_packed_is_unpacked(void **state)
{
	static const char *const programs[] = {"xz", "zstd", "gzip", "bzip2"};
	const char *plain = scratch_path(&scratch, "plain");
	unsigned n_tried = 0;

	(void)state;
	scratch_write(plain, text, sizeof(text) - 1);
	assert_unpacked(plain, 1 << 20, text);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		const char *path = scratch_path(&scratch, programs[i]);
		uint8_t *bytes;
		size_t size;

		if (!pack(programs[i], plain, path)) {
			print_message("# no %s\n", programs[i]);
			continue;
		}
		n_tried++;
		assert_unpacked(path, 1 << 20, text);
		assert_unpacked(path, sizeof(text) - 1, text);
		assert_unpacked(path, 100, "expected at most 0 MiB, found more");
		bytes = scratch_read(path, &size);
		scratch_write(path, bytes, size / 2);
		assert_unpacked(path, 1 << 20, "cannot unpack it: damaged or cut off");
		free(bytes);
	}
	assert_true(n_tried > 0);
	assert_unpacked("/nowhere/x", 100, "/nowhere/x: cannot read: No such file or directory");
	assert_unpacked("/tmp", 100, "/tmp: cannot read: Is a directory");
	assert_unpacked(plain, 100, "expected at most 0 MiB, found more");
}

/* Nothing beyond the limit is unpacked, however much is in it. */
static void a_bomb_does_not_go_off(void **state)
{
	const char *path = scratch_path(&scratch, "bomb.gz");
	char command[700];
	uint8_t *bytes = NULL;
	size_t size;
	char *error = NULL;

	(void)state;
	snprintf(command, sizeof(command), "head -c 300000000 /dev/zero | gzip -1 >%s", path);
	assert_int_equal(system(command), 0);
	assert_false(unpack_file(path, (size_t)4 << 20, &bytes, &size, &error));
	assert_non_null(strstr(error, "expected at most 4 MiB, found more"));
	free(error);
}

/* Through a pipe, where the beginning cannot be read twice. */
static void standard_input_is_unpacked(void **state)
{
	const char *plain = scratch_path(&scratch, "plain");
	const char *path = scratch_path(&scratch, "piped.gz");
	int ends[2], kept = dup(STDIN_FILENO);
	uint8_t *bytes;
	size_t size;

	(void)state;
	scratch_write(plain, text, sizeof(text) - 1);
	assert_true(pack("gzip", plain, path));
	bytes = scratch_read(path, &size);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, size), (ssize_t)size);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_unpacked("-", 1 << 20, text);
	if (kept >= 0) {
		dup2(kept, STDIN_FILENO);
		close(kept);
	}
	free(bytes);
}

static int make_scratch(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int remove_scratch(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_become_fields),
		cmocka_unit_test(what_is_no_table_is_said),
		cmocka_unit_test(a_header_is_recognised),
		cmocka_unit_test(every_row_is_visited),
		cmocka_unit_test(what_is_packed_is_unpacked),
		cmocka_unit_test(a_bomb_does_not_go_off),
		cmocka_unit_test(standard_input_is_unpacked),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
