/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* agree.c - two readings of one field in, a failed test out unless they agree or the difference is
 * listed with its reason */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/corpus.h"

#define LIST "./tests/corpus/differences.tsv"

enum { FILE_COLUMN, ORACLE_COLUMN, FIELD_COLUMN, OURS_COLUMN, THEIRS_COLUMN, REASON_COLUMN };

static struct tsv list;
static bool *occurred, *asked;
static size_t n_agreed, n_unlisted;

static void list_open(void)
{
	if (list.cell)
		return;
	tsv_open(&list, LIST);
	occurred = calloc(list.n_rows + 1, sizeof(*occurred));
	asked = calloc(list.n_rows + 1, sizeof(*asked));
	if (!occurred || !asked || list.n_columns != REASON_COLUMN + 1)
		abort();
}

/* Another corpus has other files: a row counts as gone only where its field was compared. */
static bool is_listed(const char *const *cells)
{
	for (size_t row = 0; row < list.n_rows; row++) {
		size_t i = 0;

		/* A million calls: most rows part at the first letter. */
		if (*tsv_cell(&list, row, FILE_COLUMN) != *cells[FILE_COLUMN])
			continue;
		while (i < REASON_COLUMN && strcmp(tsv_cell(&list, row, i), cells[i]) == 0)
			i++;
		asked[row] = asked[row] || i >= OURS_COLUMN;
		if (i == REASON_COLUMN && *tsv_cell(&list, row, REASON_COLUMN)) {
			occurred[row] = true;
			return true;
		}
	}
	return false;
}

void agree(const char *file, const char *oracle, const char *field, const char *ours,
	   const char *theirs)
{
	const char *cells[] = {file, oracle, field, ours ? ours : "\\N", theirs ? theirs : "\\N"};

	bool is_same = ours ? theirs && strcmp(ours, theirs) == 0 : !theirs;

	list_open();
	n_agreed += is_same;
	if (is_listed(cells) || is_same)
		return;
	/* In the form of the list, so that it can be judged and given a reason. */
	if (n_unlisted++ < 50)
		printf("# not listed: %s\t%s\t%s\t%s\t%s\n", cells[0], cells[1], cells[2], cells[3],
		       cells[4]);
}

size_t agree_count(void)
{
	return n_agreed;
}

void agree_or_fail(const char *const *oracles)
{
	size_t n_gone = 0;

	list_open();
	for (size_t row = 0; row < list.n_rows; row++) {
		for (const char *const *oracle = oracles; *oracle; oracle++) {
			if (strcmp(tsv_cell(&list, row, ORACLE_COLUMN), *oracle) != 0 ||
			    !asked[row] || occurred[row])
				continue;
			n_gone++;
			printf("# listed and gone: %s %s %s\n", tsv_cell(&list, row, FILE_COLUMN),
			       *oracle, tsv_cell(&list, row, FIELD_COLUMN));
		}
	}
	printf("# %zu fields agree, %zu differ without a reason\n", n_agreed, n_unlisted);
	if (n_unlisted || n_gone)
		fail();
	tsv_free(&list);
	free(occurred);
	free(asked);
	occurred = asked = NULL;
	n_agreed = 0;
}
