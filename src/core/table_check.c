/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_check.c - an open table in, whether all of it is well made out; runs the reader's decoders */
#include "table_record.h"

/* What the rules need of the key directory. */
struct need {
	uint32_t n_keys;
	uint64_t lengths[FIELD_COUNT];
	bool is_more; /* of some rule this code cannot tell which keys it needs */
};

static bool forms_check(const struct table *table)
{
	struct condition condition = {.n_values = 0};

	for (uint64_t n = 0; n < table->forms.size / TABLE_FORM_SIZE; n++)
		if (!table_form_read(table, n, &condition))
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
		    !table_actions_check(table, &rule) ||
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

/* Whether the rule at a place is filed under a hash. */
static bool is_filed(const struct table *table, uint32_t hash, uint32_t at)
{
	struct table_keys keys = table_keys_find(table, hash);
	uint32_t low = keys.next, high = keys.end;

	/* Among equal fingerprints the rules ascend. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (table->fingerprints.at[middle] == keys.fingerprint &&
		    table_number_at(table->key_rules, middle, table->rule_size) < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < keys.end && table->fingerprints.at[low] == keys.fingerprint &&
	       table_number_at(table->key_rules, low, table->rule_size) == at;
}

/* Every value of a rule's key condition must lead to the rule. */
static bool rule_keys_check(const struct table *table, uint32_t at, struct condition *key,
			    struct need *need)
{
	struct text value;

	need->is_more |= key->is_unknown;
	while (!key->is_unknown && table_condition_value(table, &key->values, &value)) {
		bool is_whole = key->op == OPERATOR_EQUAL;
		unsigned size;
		uint32_t hash = table_key_hash(key->field, key->op, value, &size);

		if (!size || !is_filed(table, hash, at))
			return false;
		need->lengths[key->field] |= is_whole ? TABLE_LENGTHS_WHOLE : 1ull << size;
		need->n_keys++;
	}
	return true;
}

static bool rule_check(const struct table *table, const struct table_record *record, uint32_t at,
		       struct need *need)
{
	struct table_rule rule;
	struct condition key;

	if (!table_record_decode(table, record, &rule) || !table_rule_check(table, &rule))
		return false;
	return table_rule_key(table, &rule, &key) && rule_keys_check(table, at, &key, need);
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

static bool rules_check(const struct table *table, struct need *need)
{
	struct table_record record = {.id = 0};
	struct span cursor = table->rules;

	for (uint32_t at = 0; at < table->n_rules; at++) {
		if (at % TABLE_BLOCK_RULES == 0 &&
		    !block_check(table, at / TABLE_BLOCK_RULES, table->rules.size - cursor.size,
				 record.id))
			return false;
		if (!table_record_take(&cursor, &record) || !rule_check(table, &record, at, need))
			return false;
	}
	return !cursor.size;
}

/* Keys that nobody needs are there only for rules that this code does not know. */
static bool need_check(const struct table *table, const struct need *need)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		uint64_t there = table->lengths[field], needed = need->lengths[field];

		if (need->is_more ? needed & ~there : needed != there)
			return false;
	}
	return need->is_more ? need->n_keys <= table->n_keys : need->n_keys == table->n_keys;
}

enum status table_check(const struct table *table)
{
	struct need need = {.n_keys = 0};

	return forms_check(table) && actions_check(table) && keys_check(table) &&
			       rules_check(table, &need) && need_check(table, &need)
		       ? STATUS_OK
		       : STATUS_MALFORMED;
}
