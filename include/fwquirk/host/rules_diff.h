/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_diff.h - two rule sets: which rules came, went and changed, and for which machines */
#ifndef FWQUIRK_HOST_RULES_DIFF_H
#define FWQUIRK_HOST_RULES_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include <fwquirk/host/population.h>
#include <fwquirk/host/rule.h>

/* A line of the canonical text of one of two rules. */
struct diff_line {
	char sign; /* '-' before, '+' after */
	char *text;
};

struct rule_difference {
	const struct rule *before, *after; /* NULL where it is not there; borrowed from the sets */
	size_t n_lines;                    /* of a rule that is in both */
	struct diff_line *line;
};

struct rules_diff {
	size_t n; /* by ascending id */
	struct rule_difference *list;
	size_t n_same;
};

/*
 * Compares by id and by canonical text, comments too; the files that rules are in do not count. On
 * failure (one id twice in a set) false and a malloc'ed sentence. Both sets have to stay.
 */
bool rules_diff(const struct rule_set *before, const struct rule_set *after,
		struct rules_diff *ret_diff, char **ret_error);
void rules_diff_free(struct rules_diff *diff);

enum workaround_change {
	WORKAROUND_GAINED,
	WORKAROUND_LOST,
	WORKAROUND_CHANGED /* another parameter, or observed instead of armed */
};

/* Machines for which the same changes. Texts as in a rule, with the mode: "ebs-retry 3 (armed)". */
struct machine_difference {
	enum workaround_change change;
	char *before, *after; /* NULL where there was, or is, none */
	uint32_t n_machines;
	size_t n_shares;
	struct population_share *share;
};

struct machines_diff {
	uint32_t n_machines; /* for which anything changes */
	size_t n;            /* most machines first, then by text */
	struct machine_difference *list;
	uint32_t lacking; /* bit 1 << field: conditions on these were left out somewhere */
	size_t n_skipped; /* rules of either set that could not be looked at at all */
};

/*
 * Which machines of a population gain, lose or change a workaround, as far as identity decides:
 * probes are taken to answer as the rules want it. An armed workaround counts for one that is also
 * observed. On failure false and a malloc'ed sentence.
 */
bool machines_diff(const struct population *population, const struct rule_set *before,
		   const struct rule_set *after, void (*progress)(size_t n_done, size_t n_rows),
		   struct machines_diff *ret_diff, char **ret_error);
void machines_diff_free(struct machines_diff *diff);

#endif
