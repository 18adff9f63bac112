/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population.h - many real machines, and which of them rules hit */
#ifndef FWQUIRK_HOST_POPULATION_H
#define FWQUIRK_HOST_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/identity_table.h>
#include <fwquirk/host/rule.h>

/* Machines with one vendor and product; of the board where the system has no name. */
struct population_model {
	struct text vendor, product; /* as the first of them writes them; may be empty */
	uint32_t n_machines;
};

struct population {
	struct identity_table *table;
	size_t n_models;
	struct population_model *model; /* in the order of their first machine */
	uint32_t *model_of;             /* of each row */
	uint32_t *order;                /* rows, those of one model together */
};

/* A table of machines (identity_table.h). On failure false and a malloc'ed sentence. */
bool population_open(const char *path, struct population **ret_population, char **ret_error);
void population_close(struct population *population);

/* How a rule could be looked at. */
enum population_scope {
	POPULATION_EXACT,   /* with every condition */
	POPULATION_AT_MOST, /* without conditions on fields that the table lacks: no more than this */
	POPULATION_NO_KEY,   /* not at all: nothing that the table has finds it */
	POPULATION_UNMATCHED /* not at all: it matches no machine by design */
};

/* Machines of a model, of all those that something is true for. */
struct population_share {
	uint32_t model, n_machines;
};

struct population_count {
	enum population_scope scope;
	uint32_t lacking; /* bit 1 << field: conditions on these were left out */
	uint32_t n_machines;
	size_t n_shares; /* most machines first, then by name */
	struct population_share *share;
	/* Machines on which a version or date does not read that decides, and the first of them. */
	uint32_t n_unreadable;
	size_t unreadable_row;
	enum field unreadable_field;
};

/*
 * Counts for every rule of the set, in its order; `*ret_counts` is malloc'ed, freed by
 * population_counts_free. The matcher and the packed table are those of the firmware.
 * `progress` as in identity_table.h. On failure (the rules do not pack) false and a sentence.
 */
bool population_count(const struct population *population, const struct rule_set *set,
		      void (*progress)(size_t n_done, size_t n_rows),
		      struct population_count **ret_counts, char **ret_error);
void population_counts_free(struct population_count *counts, size_t n);

#define POPULATION_LIMIT     500u
#define POPULATION_TOLERANCE 10u /* percent */
/* A stated count may also be wrong by this many machines. */
#define POPULATION_SLACK 5u

struct population_limits {
	uint32_t limit;     /* machines that a rule may hit without saying so */
	uint32_t tolerance; /* percent by which a stated Population may be wrong */
};

/* L050 to L054: what the counts say about the rules. */
void population_lint(const struct population *population, const struct rule_set *set,
		     const struct population_count *counts, const struct population_limits *limits,
		     struct diagnostics *diagnostics);

#endif
