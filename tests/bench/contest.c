/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * contest.c - a folder that workload made and a contestant in, bytes a rule, build time and time a lookup out, as
 * one line of JSON. For counting instructions callgrind collects inside of contest_find alone, and where its
 * header is there it does not look at anything before, which would take ten times as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <fwquirk/host/identity_table.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION (void)0
#endif

#include "bench/contest.h"

/* A turn over machines takes about so long where one lookup takes less than a third of it. */
#define TURN_SECONDS 1.0

static const struct contestant *const contestants[] = {
	&contest_table,  &contest_table_hashed, &contest_dmi,    &contest_hwdb,
	&contest_sqlite, &contest_sqlite_glob,  &contest_hashes,
};

struct machine_list {
	struct identity *identity;
	char *kind; /* first letter */
	size_t n;
};

void contest_die(const char *what, const char *why)
{
	fprintf(stderr, "contest: %s: %s\n", what, why ? why : "failed");
	exit(2);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct machine_list machines_read(const char *folder)
{
	struct machine_list list = {.n = 0};
	struct identity_table *table;
	char path[4096], *error = NULL;

	snprintf(path, sizeof(path), "%s/machines.tsv", folder);
	if (!identity_table_open(path, &table, &error))
		contest_die(path, error);
	list.identity = calloc(table->n_rows, sizeof(*list.identity));
	list.kind = calloc(table->n_rows, 1);
	for (; list.n < table->n_rows; list.n++) {
		identity_table_row(table, list.n, UINT32_MAX, &list.identity[list.n]);
		list.kind[list.n] = *identity_table_line(table, list.n).at;
	}
	return list;
}

static struct rule_set rules_read(const char *folder)
{
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_rules = 0};

	if (!rules_parse_path(&set, folder, &diagnostics))
		contest_die(folder, diagnostics.n ? diagnostics.list[0].message : NULL);
	return set;
}

/* What callgrind is told to look at. */
__attribute__((noinline)) unsigned contest_find(const struct contestant *contestant, void *built,
						const struct identity *identity);
unsigned contest_find(const struct contestant *contestant, void *built,
		      const struct identity *identity)
{
	return contestant->find(built, identity);
}

static size_t found[3];

static void once(const struct contestant *contestant, void *built, const struct machine_list *list,
		 size_t step)
{
	for (size_t i = 0; i < list->n; i += step) {
		unsigned n = contest_find(contestant, built, &list->identity[i]);

		found[list->kind[i] == 'h' ? 0 : list->kind[i] == 'n' ? 1 : 2] += n;
	}
}

/* Nanoseconds a lookup: the least of several turns. */
static double measure(const struct contestant *contestant, void *built,
		      const struct machine_list *list, size_t step)
{
	size_t n = (list->n + step - 1) / step;
	double least = 1e9, started = now();

	do {
		double start = now();

		once(contestant, built, list, step);
		if (now() - start < least)
			least = now() - start;
	} while (now() - started < 0.5);
	return least / (double)n * 1e9;
}

/* Every which machine: so many that a turn does not take too long, at least three. */
static size_t step_of(const struct contestant *contestant, void *built,
		      const struct machine_list *list)
{
	double start = now(), one;
	size_t n;

	(void)contestant->find(built, &list->identity[0]);
	one = now() - start;
	n = one * (double)list->n < TURN_SECONDS ? list->n : (size_t)(TURN_SECONDS / one);
	return list->n / (n < 3 ? 3 : n);
}

static const struct contestant *contestant_of(const char *name)
{
	for (size_t i = 0; i < sizeof(contestants) / sizeof(contestants[0]); i++)
		if (!strcmp(contestants[i]->name, name))
			return contestants[i];
	contest_die(name, "no such contestant");
}

int main(int argc, char **argv)
{
	const struct contestant *contestant;
	struct machine_list list;
	struct rule_set set;
	struct rusage before, after;
	const char *why = NULL;
	size_t bytes = 0, step;
	double start;
	void *built;

	if (argc < 3 || argc > 5) {
		fputs("usage: contest FOLDER CONTESTANT [once|count [LOOKUPS]]\n", stderr);
		for (size_t i = 0; i < sizeof(contestants) / sizeof(contestants[0]); i++)
			fprintf(stderr, "  %-24s %s\n", contestants[i]->name, contestants[i]->what);
		return 2;
	}
	contestant = contestant_of(argv[2]);
	/* Under callgrind what an earlier run left is used, where a contestant can. */
	set = argc > 3 && !strcmp(argv[3], "count") && !contestant->needs_rules
		      ? (struct rule_set){.n_rules = 0}
		      : rules_read(argv[1]);
	list = machines_read(argv[1]);
	getrusage(RUSAGE_SELF, &before);
	start = now();
	built = contestant->build(&set, argv[1], &bytes, &why);
	getrusage(RUSAGE_SELF, &after);
	if (!built) {
		printf("{\"rules\": %zu, \"name\": \"%s\", \"skipped\": \"%s\"}\n", set.n_rules,
		       contestant->name, why);
		return 0;
	}
	printf("{\"rules\": %zu, \"name\": \"%s\", \"bytes_per_rule\": %.1f, \"build_ms\": %.1f, "
	       "\"build_peak_kib\": %ld, ",
	       set.n_rules, contestant->name,
	       (double)bytes / (double)(set.n_rules ? set.n_rules : 1), (now() - start) * 1e3,
	       after.ru_maxrss - before.ru_maxrss);
	/* With a number of lookups that many, else as many as there is time for. */
	step = argc > 4   ? list.n / strtoul(argv[4], NULL, 10)
	       : argc > 3 ? 1
			  : step_of(contestant, built, &list);
	CALLGRIND_START_INSTRUMENTATION;
	once(contestant, built, &list, step);
	printf("\"lookups\": %zu, \"found_hit\": %zu, \"found_near\": %zu, \"found_other\": %zu",
	       (list.n + step - 1) / step, found[0], found[1], found[2]);
	if (argc == 3)
		printf(", \"ns\": %.0f", measure(contestant, built, &list, step));
	puts("}");
	return 0;
}
