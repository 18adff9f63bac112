/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_table.h - a table of machines, a line each, and every machine of it as an identity */
#ifndef FWQUIRK_HOST_IDENTITY_TABLE_H
#define FWQUIRK_HOST_IDENTITY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/identity.h>

/* Enough for two million machines. */
#define IDENTITY_TABLE_LIMIT ((size_t)1 << 30)

/*
 * Lines of fields between tabs; the first names the columns. Columns with the name of a field count,
 * with "_" or "-" (sys_vendor, product-name, ...), also bios_revision for bios-release and
 * firmware_revision or ec_firmware_release for ec-release; others are passed over. A cell is a text as
 * the firmware has it; `\N`, `Not Specified` and `<BAD INDEX>` are absent. chassis-type is a number or
 * dmidecode's word for it; numbers that do not read are absent.
 */
struct identity_table {
	char *bytes;
	size_t size;
	uint32_t fields; /* bit 1 << field for every field that there is a column for */
	size_t n_columns;
	uint8_t *column; /* enum field of each; FIELD_COUNT for one that is passed over */
	size_t n_rows;
	size_t *row; /* where each begins in `bytes` */
	/*
	 * What the arch "x86" means, which tables have that were guessed from processors: x86_64 when
	 * this is set, absent otherwise. Set by the user of the table before rows are read.
	 */
	bool x86_is_64;
};

/*
 * `path` may be packed (unpack.h), and "-". On failure false and `*ret_error` a malloc'ed sentence
 * with path and line: not readable, no header line, a column twice, a line with more or fewer
 * fields than columns, a NUL byte.
 */
bool identity_table_open(const char *path, struct identity_table **ret_table, char **ret_error);
/* The same from bytes; takes them over (malloc'ed, a zero byte behind them), also on failure. */
bool identity_table_of(const char *name, char *bytes, size_t size,
		       struct identity_table **ret_table, char **ret_error);
void identity_table_close(struct identity_table *table);

/* True when text begins with a header line that names one of our columns beside another column. */
bool identity_table_is(const char *bytes, size_t size);

/* Fills an identity from a row; its texts are borrowed from the table. Fields outside of `wanted`
 * (bit 1 << field) are left absent. Any number of threads may read at once. */
void identity_table_row(const struct identity_table *table, size_t row, uint32_t wanted,
			struct identity *identity);
/* The line as it is, without its end; line numbers begin at 2. */
struct text identity_table_line(const struct identity_table *table, size_t row);

/*
 * Every machine, on all processors: worker w of n gets the w-th part of the places 0 to n_rows - 1,
 * in order, so that results put together by worker are those of one. The place names the row
 * `order[place]`, or itself where `order` is NULL. `context` is indexed by worker.
 */
struct identity_visit {
	const uint32_t *order;
	uint32_t wanted;
	void (*visit)(void *context, size_t row, const struct identity *identity);
	void *const *context;
	/* Called now and then by the calling thread; may be NULL. */
	void (*progress)(size_t n_done, size_t n_rows);
};

/* 1 to IDENTITY_MAX_WORKERS: the processors that this process may use. */
#define IDENTITY_MAX_WORKERS 16u
unsigned identity_workers(void);
void identity_table_visit(const struct identity_table *table, const struct identity_visit *visit,
			  unsigned n_workers);

#endif
