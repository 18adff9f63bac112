/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* census.h - the machines that rules hit, as lines and as JSON */
#ifndef FWQUIRK_CENSUS_H
#define FWQUIRK_CENSUS_H

#include <jansson.h>

#include <fwquirk/host/population.h>

/* "LENOVO 20HG (55), LENOVO 20HH (34), 9 more": at most `n_shown` models by name. */
void census_print_models(const struct population *population, const struct population_share *share,
			 size_t n, size_t n_shown);
/* An array of {vendor, product, machines}. */
json_t *census_json_models(const struct population *population,
			   const struct population_share *share, size_t n);

/* A line for each rule that hits something, and one that adds up. */
void census_print(const struct population *population, const struct rule_set *set,
		  const struct population_count *counts);
/* {machines, models, rules: [{id, scope, machines, models, ...}]} */
json_t *census_json(const struct population *population, const struct rule_set *set,
		    const struct population_count *counts);

#endif
