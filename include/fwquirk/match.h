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

/*
 * Decides one condition: REASON_NONE when it lets the rule pass, else why not.
 *
 * A field that is absent (REASON_FIELD_ABSENT), a placeholder (REASON_PLACEHOLDER) or does not read
 * under the condition's scheme, as a date or as a number (REASON_UNPARSABLE) fails every condition,
 * negated ones too; only for ROLE_KNOWN_GOOD it means that nothing is excluded. A condition of a
 * newer table fails (REASON_UNKNOWN_TAG) whatever its role.
 */
enum reason match_condition(const struct table *table, const struct condition *condition,
			    const struct identity *identity);

/*
 * Decides one rule, whatever the hash says. One that would match is looked at as a whole before it
 * does (table_rule_check): REASON_MALFORMED, about no field in particular, when its record breaks
 * the format.
 */
void match_rule(const struct table *table, const struct table_rule *rule,
		const struct identity *identity, struct match *ret_match);

/*
 * Rules whose key agrees with the identity, each once: begin, then take each; `*ret_rule` is worth
 * nothing after false. Every rule that match_rule would match is among them, in a table that passes
 * table_check; in another one a rule may be left out or be given twice. Where many rules share a key,
 * those that would fail by a second one are not given. Cost does not grow with the number of rules in
 * the table: one pass over the fields that keys are on, one look into the directory a key length. The
 * identity must stay as it is between calls.
 */
struct match_cursor {
	struct table_looks looks;
};

void match_begin(const struct table *table, const struct identity *identity,
		 struct match_cursor *ret_cursor);
bool match_candidate_next(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor, struct table_rule *ret_rule);

#endif
