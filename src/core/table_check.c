/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_check.c - the inside of every section in, sound or not out; runs the reader's own decoders */
#include "table_record.h"

/* What is counted while walking over the rules. */
struct check {
	uint32_t n_keys;      /* that the rules need */
	bool has_unknown_key; /* of some rule this code cannot tell which keys it needs */
};

/* What an operator of version 1 allows; `count` is the last byte of the form. */
static bool form_is_sound(const struct condition *condition, uint8_t count)
{
	bool has_range = condition->has_low || condition->has_high;
	bool has_loose_end = (condition->low_included && !condition->has_low) ||
			     (condition->high_included && !condition->has_high);

	/* The ends of an operator of later days may mean something else. */
	if (condition->op >= OPERATOR_COUNT)
		return true;
	if (condition->is_key && (condition->role != ROLE_MATCH || condition->negated ||
				  condition->op > OPERATOR_PREFIX))
		return false;
	if (has_loose_end)
		return false;
	if (condition->op <= OPERATOR_GLOB)
		return !has_range && count;
	if (condition->op == OPERATOR_MASKED)
		return !has_range && !count;
	return has_range && (condition->op == OPERATOR_VERSION || !count);
}

static bool forms_check(const struct table *table)
{
	struct condition condition = {.n_values = 0};
	struct span rest = table->forms, form;

	for (uint64_t n = 0; rest.size; n++)
		if (!span_take(&rest, TABLE_FORM_SIZE, &form) ||
		    !table_form_read(table, n, &condition) ||
		    !form_is_sound(&condition, form.at[TABLE_FORM_SIZE - 1]))
			return false;
	return true;
}

static bool probes_check(const struct table *table, struct span probes)
{
	struct rule_probe probe;

	while (probes.size)
		if (!table_probe_next(table, &probes, &probe))
			return false;
	return true;
}

static bool workarounds_check(const struct table *table, struct span workarounds)
{
	struct rule_workaround workaround;

	while (workarounds.size)
		if (!table_workaround_next(table, &workarounds, &workaround))
			return false;
	return true;
}

/* Every body of ACTN, as if a rule named it; together they fill the section. */
static bool actions_check(const struct table *table)
{
	uint32_t n_bodies = 0, last = 0;
	struct table_rule rule;

	if (!table->actions.size)
		return true;
	if (!span_le32(table->actions, 0, &n_bodies))
		return false;
	for (uint32_t n = 0; n < n_bodies; n++) {
		struct table_record record = {.shared = (uint64_t)n + 1};

		if (!table_record_decode(table, &record, &rule) ||
		    !probes_check(table, rule.probes) ||
		    !workarounds_check(table, rule.workarounds) ||
		    !span_le32(table->actions, sizeof(n) * (1 + (size_t)n), &last))
			return false;
	}
	return table->actions.size == sizeof(last) * (1 + (size_t)n_bodies) + last;
}

/* Buckets ascend from no key to all of them. */
static bool buckets_check(const struct table *table)
{
	unsigned size = table->start_size;
	uint32_t last = 0;

	for (uint32_t bucket = 0; bucket <= table->n_buckets; bucket++) {
		uint32_t start = table_number_at(table->starts, bucket, size);

		if (start < last || (bucket == 0 && start))
			return false;
		last = start;
	}
	return last == table->n_keys;
}

/* Inside a bucket keys ascend by fingerprint, then rule; every rule is one of the table. */
static bool bucket_check(const struct table *table, uint32_t start, uint32_t end)
{
	unsigned size = table->rule_size;
	uint64_t last = 0;

	for (uint32_t key = start; key < end; key++) {
		uint32_t rule = table_number_at(table->key_rules, key, size);
		uint64_t order = (uint64_t)table->fingerprints.at[key] << 32 | rule;

		if (rule >= table->n_rules || order < last)
			return false;
		last = order;
	}
	return true;
}

static bool keys_check(const struct table *table)
{
	unsigned size = table->start_size;

	if (!buckets_check(table))
		return false;
	for (uint32_t bucket = 0; bucket < table->n_buckets; bucket++)
		if (!bucket_check(table, table_number_at(table->starts, bucket, size),
				  table_number_at(table->starts, bucket + 1, size)))
			return false;
	return true;
}

/* Every value of a rule's key condition must lead to the rule. */
static bool rule_keys_check(struct table *table, uint32_t at, const struct condition *condition,
			    struct check *check)
{
	struct span values = condition->values;
	struct text value;

	if (condition->is_unknown) {
		check->has_unknown_key = true;
		return true;
	}
	while (table_condition_value(table, &values, &value)) {
		unsigned size;
		uint32_t hash = table_key_hash(condition->field, condition->op, value, &size);

		if (!size || !table_keys_have(table, hash, at))
			return false;
		if (condition->op == OPERATOR_EQUAL)
			table->whole_fields |= 1u << condition->field;
		else
			table->prefix_sizes[condition->field] |= 1ull << size;
		check->n_keys++;
	}
	return true;
}

/* Conditions fill the rest of the record, and exactly one of them is the key. */
static bool conditions_check(struct table *table, const struct table_rule *rule,
			     struct check *check)
{
	struct span cursor = rule->conditions;
	unsigned n_conditions = 0, n_keys = 0;
	struct condition condition;

	while (cursor.size) {
		if (!table_condition_next(table, &cursor, &condition) ||
		    ++n_conditions > RULE_MAX_CONDITIONS)
			return false;
		if (!condition.is_key)
			continue;
		if (++n_keys > 1 || !rule_keys_check(table, rule->at, &condition, check))
			return false;
	}
	return n_keys == 1;
}

static bool rule_check(struct table *table, const struct table_record *record, uint32_t at,
		       struct check *check)
{
	struct table_rule rule;

	if (!table_record_decode(table, record, &rule))
		return false;
	rule.at = at;
	if (!record->shared &&
	    (!probes_check(table, rule.probes) || !workarounds_check(table, rule.workarounds)))
		return false;
	return conditions_check(table, &rule, check);
}

/* Where a block begins must be where the walk over all records comes to. */
static bool block_check(const struct table *table, uint32_t block, size_t offset, uint32_t id)
{
	size_t at = (size_t)block * TABLE_BLOCK_SIZE;
	uint32_t block_offset, block_id;

	return span_le32(table->blocks, at, &block_offset) &&
	       span_le32(table->blocks, at + 4, &block_id) && block_offset == offset &&
	       block_id == id;
}

static bool rules_check(struct table *table, struct check *check)
{
	uint64_t n_blocks = ((uint64_t)table->n_rules + TABLE_BLOCK_RULES - 1) / TABLE_BLOCK_RULES;
	struct table_record record = {.id = 0};
	struct span cursor = table->rules;

	if (table->blocks.size != n_blocks * TABLE_BLOCK_SIZE)
		return false;
	for (uint32_t at = 0; at < table->n_rules; at++) {
		if (at % TABLE_BLOCK_RULES == 0 &&
		    !block_check(table, at / TABLE_BLOCK_RULES, table->rules.size - cursor.size,
				 record.id))
			return false;
		if (!table_record_take(&cursor, &record) || !rule_check(table, &record, at, check))
			return false;
	}
	return !cursor.size;
}

bool table_check(struct table *table)
{
	size_t pool_size = table->strings.size;
	struct check check = {.n_keys = 0};

	if (pool_size && table->strings.at[pool_size - 1])
		return false;
	if (!forms_check(table) || !actions_check(table) || !keys_check(table) ||
	    !rules_check(table, &check))
		return false;
	return check.has_unknown_key ? check.n_keys <= table->n_keys
				     : check.n_keys == table->n_keys;
}
