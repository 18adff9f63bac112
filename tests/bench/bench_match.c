/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* bench_match.c - nanoseconds for reading one dump and matching it against the built-in table, in one process */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <fwquirk/host/embedded.h>
#include <fwquirk/host/source.h>
#include <fwquirk/match.h>

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* What `fwquirk match FILE` does between its start and its output. */
static unsigned match_file(const char *path)
{
	struct source *source;
	struct table table;
	char *error = NULL;
	if (!source_open(path, &source, &error)) {
		fprintf(stderr, "%s\n", error);
		exit(2);
	}
	if (table_open(span_of(fwquirk_table, (size_t)(fwquirk_table_end - fwquirk_table)),
		       &table) != STATUS_OK)
		exit(2);
	unsigned n = 0;
	struct match_cursor cursor;
	struct table_rule rule;
	match_begin(&table, &source->identity, &cursor);
	while (match_candidate_next(&table, &source->identity, &cursor, &rule)) {
		struct match match;
		match_rule(&table, &rule, &source->identity, &match);
		n += match.matched;
	}
	source_close(source);
	return n;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: bench_match DUMP RUNS\n", stderr);
		return 2;
	}
	int n_runs = atoi(argv[2]);
	unsigned n_matched = match_file(argv[1]);
	uint64_t start = now_ns();
	for (int i = 0; i < n_runs; i++)
		n_matched += match_file(argv[1]);
	printf("%.0f\n", (double)(now_ns() - start) / n_runs);
	return n_matched == UINT32_MAX; /* keeps the loop from being optimised away */
}
