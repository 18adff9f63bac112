/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population_parts.h - what the files of the population share; nobody else includes it */
#ifndef FWQUIRK_POPULATION_PARTS_H
#define FWQUIRK_POPULATION_PARTS_H

#include <fwquirk/host/population.h>
#include <fwquirk/match.h>

/*
 * A rule set packed for a population: without conditions on fields that its table lacks and without
 * what matching does not need. A packed rule has the place in the set, from 1, as its id.
 */
struct population_rules {
	uint8_t *bytes;
	struct table table;
	enum population_scope *scope; /* of each rule of the set */
	uint32_t *lacking;
	uint32_t fields; /* that some condition is on */
};

bool population_rules_of(const struct population *population, const struct rule_set *set,
			 struct population_rules *ret_rules, char **ret_error);
void population_rules_free(struct population_rules *rules);

/* Shares in the order in which people want them: most machines first, then by name. */
void population_shares_sort(const struct population *population, struct population_share *share,
			    size_t n);

#endif
