/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_unpack.c - an open table in, rules with what it says of them out; the way back of the packer */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>

#include "rules_memory.h"

static char *copy_text(struct text text)
{
	return rules_copy(text.at, text.size);
}

static char *copy_date(uint32_t date)
{
	char text[32];

	snprintf(text, sizeof(text), "%04u-%02u-%02u", (unsigned)(date / 10000),
		 (unsigned)(date / 100 % 100), (unsigned)(date % 100));
	return rules_copy(text, strlen(text));
}

static void take_values(const struct table *table, const struct condition *packed,
			struct rule_condition *condition)
{
	struct span values = packed->values;
	struct text value;

	while (table_condition_value(table, &values, &value)) {
		condition->value = rules_grow(condition->value, condition->n_values,
					      sizeof(*condition->value));
		condition->value[condition->n_values++] = copy_text(value);
	}
}

static void take_range(const struct condition *packed, struct rule_condition *condition)
{
	bool is_date = packed->op == OPERATOR_DATE;

	condition->scheme = is_date ? (enum scheme)0 : packed->scheme;
	condition->has_low = packed->has_low;
	condition->low_included = packed->low_included;
	condition->has_high = packed->has_high;
	condition->high_included = packed->high_included;
	if (packed->has_low)
		condition->low =
			is_date ? copy_date(packed->low_date) : copy_text(packed->low_version);
	if (packed->has_high)
		condition->high =
			is_date ? copy_date(packed->high_date) : copy_text(packed->high_version);
}

static bool take_conditions(const struct table *table, const struct table_rule *from,
			    struct rule *rule)
{
	struct conditions cursor = from->conditions;
	struct condition packed;

	while (table_condition_next(table, &cursor, &packed)) {
		struct rule_condition *condition;

		if (packed.is_unknown || packed.hashes.size)
			return false;
		rule->condition =
			rules_grow(rule->condition, rule->n_conditions, sizeof(*condition));
		condition = &rule->condition[rule->n_conditions++];
		*condition = (struct rule_condition){.role = packed.role,
						     .field = packed.field,
						     .op = packed.op,
						     .negated = packed.negated};
		if (packed.op == OPERATOR_VERSION || packed.op == OPERATOR_DATE) {
			take_range(&packed, condition);
		} else if (packed.op == OPERATOR_MASKED) {
			condition->mask = packed.mask;
			condition->masked_value = packed.masked_value;
		} else {
			take_values(table, &packed, condition);
		}
	}
	return true;
}

static bool take_probes(const struct table *table, const struct table_rule *from, struct rule *rule)
{
	struct span cursor = from->probes;
	struct rule_probe probe;

	while (table_probe_next(table, &cursor, &probe)) {
		if (probe.probe >= PROBE_COUNT)
			return false;
		rule->probe = rules_grow(rule->probe, rule->n_probes, sizeof(*rule->probe));
		rule->probe[rule->n_probes++] = (struct rule_probe_use){
			.probe = (enum probe)probe.probe, .wanted = probe.wanted};
	}
	return true;
}

static bool take_workarounds(const struct table *table, const struct table_rule *from,
			     struct rule *rule)
{
	struct span cursor = from->workarounds;
	struct rule_workaround packed;

	while (table_workaround_next(table, &cursor, &packed)) {
		struct rule_workaround_use *use;

		if (packed.workaround >= WORKAROUND_COUNT)
			return false;
		rule->workaround = rules_grow(rule->workaround, rule->n_workarounds, sizeof(*use));
		use = &rule->workaround[rule->n_workarounds++];
		*use = (struct rule_workaround_use){
			.workaround = (enum workaround)packed.workaround,
			.a = packed.parameter.a,
			.b = packed.parameter.b,
		};
		memcpy(use->guid, packed.parameter.guid, sizeof(use->guid));
		if (workaround_parameter(use->workaround) == PARAMETER_TEXT)
			use->text = copy_text(packed.parameter.text);
	}
	return true;
}

static bool take_rule(const struct table *table, const struct table_rule *from,
		      struct rule_set *set)
{
	struct rule rule = {.id = from->id, .mode = from->mode, .confidence = from->confidence};
	bool is_known = from->confidence < CONFIDENCE_COUNT &&
			take_conditions(table, from, &rule) && take_probes(table, from, &rule) &&
			take_workarounds(table, from, &rule);

	set->rule = rules_grow(set->rule, set->n_rules, sizeof(rule));
	set->rule[set->n_rules++] = rule;
	return is_known;
}

bool unpack_rules(const struct table *table, const char *name, struct rule_set *ret_set,
		  char **ret_error)
{
	struct rule_set set = {.n_files = 1};
	struct table_rule rule;
	uint32_t cursor = 0;

	set.file = rules_grow(NULL, 0, sizeof(*set.file));
	set.file[0] = (struct rule_file){.path = rules_copy(name, strlen(name))};
	while (table_next(table, &cursor, &rule)) {
		if (take_rule(table, &rule, &set))
			continue;
		rule_set_free(&set);
		return file_error(ret_error,
				  "%s: " RULE_ID_FORMAT
				  " says something that this fwquirk does not "
				  "know; use a newer one",
				  name, rule.id);
	}
	*ret_set = set;
	return true;
}
