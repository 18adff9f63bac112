/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_rule.c - one rule of a table in, whether all of it is well made out; for every boot */
#include "table_record.h"

bool table_actions_check(const struct table *table, const struct table_rule *rule)
{
	struct span probes = rule->probes, workarounds = rule->workarounds;
	struct rule_workaround workaround;
	struct rule_probe probe;

	while (probes.size && table_probe_next(table, &probes, &probe))
		;
	while (workarounds.size && table_workaround_next(table, &workarounds, &workaround))
		;
	return !probes.size && !workarounds.size;
}

bool table_rule_ends_well(const struct table *table, const struct table_rule *rule,
			  const struct conditions *rest, unsigned n_conditions, unsigned n_keys)
{
	return !rest->forms.size && !rest->payload.size && n_conditions <= RULE_MAX_CONDITIONS &&
	       n_keys == 1 && table_actions_check(table, rule);
}

bool table_rule_key(const struct table *table, const struct table_rule *rule,
		    struct condition *ret_key)
{
	struct conditions cursor = rule->conditions;
	struct condition condition;

	while (table_condition_next(table, &cursor, &condition)) {
		if (!condition.is_key)
			continue;
		*ret_key = condition;
		return true;
	}
	return false;
}
