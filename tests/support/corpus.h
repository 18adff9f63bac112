/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* corpus.h - the real data beside the repository, and what tests over all of it share */
#ifndef FWQUIRK_TESTS_CORPUS_H
#define FWQUIRK_TESTS_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fwquirk/host/source.h>

/*
 * Ends the program with a TAP line that skips everything, and why, when the corpus or one of the
 * programs (a list ended by NULL) is not there. The corpus is ../shared/corpus or $FWQUIRK_CORPUS.
 */
void corpus_or_skip(const char *const *programs);
/* A file of the corpus, in static storage that the next call uses again. */
const char *corpus_path(const char *name);

/* A tab-separated file with a header line, behind comments, as a whole in memory. Ends the test when
 * it fails. */
struct tsv {
	char *bytes;
	size_t n_columns, n_rows;
	char **cell; /* n_rows + 1 times n_columns; row 0 is the header */
};
void tsv_read(struct tsv *tsv, FILE *in);
void tsv_open(struct tsv *tsv, const char *name);
void tsv_free(struct tsv *tsv);
/* Column of that name; ends the test when there is none. */
size_t tsv_column(const struct tsv *tsv, const char *name);
/* Rows count from 0, without the header. */
const char *tsv_cell(const struct tsv *tsv, size_t row, size_t column);
/* The row with that cell in column 0; n_rows when there is none. */
size_t tsv_find(const struct tsv *tsv, const char *key);

/* Calls `use` with every regular file of a tar archive (POSIX.1-1988 ustar) read from `in`. */
void tar_each(FILE *in, void (*use)(const char *name, const uint8_t *bytes, size_t size, void *to),
	      void *to);

/*
 * What our reading and another one say of a field. NULL: nothing. `oracle` is a short word for the
 * other reading. A difference has to be listed in tests/corpus/differences.tsv with its reason.
 */
void agree(const char *file, const char *oracle, const char *field, const char *ours,
	   const char *theirs);
/* How many comparisons agreed so far. */
size_t agree_count(void);
/*
 * Fails the test when there was a difference that is not listed, or when one that is listed for one
 * of the oracles (ended by NULL) did not occur. Prints both.
 */
void agree_or_fail(const char *const *oracles);

/* A field of an opened source as a string in static storage for 32 calls, NUL bytes shown as `?`;
 * NULL when absent. */
const char *source_field(const struct source *source, enum field field);

/* Field lines of tests/corpus/oracle.awk, in the order in which the texts were given. */
struct text_oracle {
	struct tsv lines; /* name, field, value */
	size_t next;
	char *output; /* path of the file that it writes */
};
/* Starts it; every text is then written by text_oracle_text, and text_oracle_finish reads what it says. */
FILE *text_oracle_start(struct text_oracle *oracle);
void text_oracle_text(FILE *to, const char *name, const uint8_t *bytes, size_t size);
void text_oracle_finish(struct text_oracle *oracle, FILE *to);
/* Compares every field that dmidecode prints. Texts in the order in which they were written. */
void text_oracle_compare(struct text_oracle *oracle, const char *name, const char *word,
			 const char *const ours[FIELD_COUNT]);
void text_oracle_free(struct text_oracle *oracle);

#endif
