/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match.h - an identity against a table: which rules apply, and why the others do not */
#ifndef FWQUIRK_MATCH_H
#define FWQUIRK_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/table.h>

/*
 * Outcome for one rule. When it does not match, `reason`, `field` and `condition` (its place in the
 * rule, from 0) name the first condition that failed; conditions are looked at in the order of the
 * rule.
 */
struct match {
	uint32_t rule_id;
	uint32_t at; /* for table_rule_at */
	bool matched;
	enum reason reason; /* REASON_NONE when matched */
	enum field field;
	uint8_t condition;
};

/* Decides one condition: REASON_NONE when it lets the rule pass, else why not. */
enum reason match_condition(const struct table *table, const struct condition *condition,
			    const struct identity *identity);

/* Decides one rule, whatever the hash says. */
void match_rule(const struct table *table, const struct table_rule *rule,
		const struct identity *identity, struct match *ret_match);

/*
 * Rules whose key hash agrees with the identity: start with a zeroed cursor. Every rule that
 * match_rule would match is among them; a rule may come more than once only if it has several keys
 * that hit, and then is given once. Cost does not grow with the number of rules in the table.
 */
struct match_cursor {
	uint32_t field;
	uint32_t size;
	uint32_t entry;
	uint32_t state;
};

bool match_candidate_next(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor, struct table_rule *ret_rule);

#endif
