/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match_oracle.h - the matcher a second time, slow and plain, straight from the rule in memory */
#ifndef FWQUIRK_TESTS_MATCH_ORACLE_H
#define FWQUIRK_TESTS_MATCH_ORACLE_H

#include <fwquirk/host/rule.h>
#include <fwquirk/match.h>

/* `at` of the result is not filled in. */
void oracle_match(const struct rule *rule, const struct identity *identity,
		  struct match *ret_match);

/* True when both say the same about the same rule, reason and place included. */
bool oracle_agrees(const struct match *oracle, const struct match *match);

/*
 * The set in ascending id and its table, compared for one machine: every rule by match_rule, and that
 * the candidates have every match, no rule twice, and only rules whose key condition holds. NULL
 * when all agree, else a static sentence.
 */
const char *oracle_compare(const struct rule_set *set, const struct table *table,
			   const struct identity *identity);

#endif
