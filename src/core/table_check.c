/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_check.c - an open table in, whether all of it is well made out; runs the reader's decoders */
#include "table_record.h"

/* What the rules need of the key directory. */
struct need {
	uint32_t n_keys;
	uint64_t lengths[FIELD_COUNT];
	bool is_more; /* of some rule this code cannot tell which keys it needs */
};

/* What a record would be that has this body. */
static bool shape_check(const struct table *table, struct span forms)
{
	struct condition condition;
	uint64_t form;

	while (forms.size)
		if (!span_take_varint(&forms, &form) || !table_form_read(table, form, &condition))
			return false;
	return true;
}

static bool action_check(const struct table *table, struct span actions)
{
	struct table_rule rule;

	return table_actions_decode(actions, &rule) && table_actions_check(table, &rule);
}

/* Every body of SHAP or ACTN; together they fill the section. */
static bool bodies_check(const struct table *table, const struct table_bodies *bodies,
			 bool (*check)(const struct table *, struct span))
{
	size_t size = 0;
	struct span body;

	for (uint32_t n = 0; n < bodies->n; n++) {
		if (!table_body(bodies, n, &body) || !check(table, body))
			return false;
		size += body.size;
	}
	return size == bodies->bytes.size;
}

/* What the last number of a list leaves of its byte is zero. */
static bool rest_is_zero(struct span numbers, uint64_t n, unsigned bits)
{
	uint64_t used = n * bits;

	return used % 8 == 0 || !(numbers.at[used / 8] >> used % 8);
}

/* Buckets ascend from no key to all of them. */
static bool buckets_check(const struct table *table)
{
	uint32_t last = 0;

	for (uint32_t bucket = 0; bucket <= table->n_buckets; bucket++) {
		uint32_t start = table_key_start(table, bucket);

		if (start < last || (bucket == 0 && start))
			return false;
		last = start;
	}
	return last == table->n_keys;
}

static uint32_t place_of(const struct table *table, uint32_t key)
{
	return (uint32_t)(table_key_entry(table, key) >> TABLE_TAG_BITS);
}

/* Inside a bucket keys ascend by place, then tag, or are the same; every place is one of the table. */
static bool bucket_check(const struct table *table, uint32_t start, uint32_t end)
{
	uint64_t least = 0;

	for (uint32_t key = start; key < end; key++) {
		uint64_t entry = table_key_entry(table, key);

		if (entry >> TABLE_TAG_BITS >= table->n_rules || entry < least)
			return false;
		least = entry;
	}
	return true;
}

static bool keys_check(const struct table *table)
{
	if (!buckets_check(table) ||
	    !rest_is_zero(table->starts, (uint64_t)table->n_buckets + 1, table->start_bits) ||
	    !rest_is_zero(table->entries, table->n_keys, table->key_bits))
		return false;
	for (uint32_t bucket = 0; bucket < table->n_buckets; bucket++)
		if (!bucket_check(table, table_key_start(table, bucket),
				  table_key_start(table, bucket + 1)))
			return false;
	return true;
}

/* The hash that a value of a key condition is filed under, and its length there (0: whole). */
struct filed {
	uint32_t hash;
	uint32_t longer; /* of all of a prefix, when the key is its beginning; else 0 */
	unsigned size;
	bool is_known; /* else the table has the hash of a longer prefix only */
};

/* Whether a tag has folded into it what a second condition of the rule leads to. */
static bool is_second(const struct table *table, const struct table_rule *rule, uint32_t folded)
{
	struct conditions cursor = rule->conditions;
	struct condition condition;

	while (table_condition_next(table, &cursor, &condition)) {
		struct span values = condition.values, hashes = condition.hashes;
		struct value_hash hash;
		struct text text;
		unsigned size;

		if (condition.is_unknown || condition.is_key || condition.role != ROLE_MATCH ||
		    condition.negated || condition.op != OPERATOR_EQUAL ||
		    condition.n_values != 1 || !(table->seconds >> condition.field & 1))
			continue;
		if (table_condition_value(table, &values, &text))
			hash.hash = table_key_hash(condition.field, OPERATOR_EQUAL, text, 0, &size);
		else if (!table_condition_hash(table, &condition, &hashes, &hash))
			continue;
		if (table_second_tag(hash.hash) == folded)
			return true;
	}
	return false;
}

/*
 * Whether the rule is filed under a hash, alone or with a second one: of another condition, or of all of
 * the prefix whose beginning the key is.
 */
static bool is_filed(const struct table *table, const struct table_rule *rule,
		     const struct filed *filed)
{
	uint32_t low, high, end;

	table_bucket(table, filed->hash, &low, &end);
	high = end;
	/* The places ascend. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (place_of(table, middle) < rule->at)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < end && place_of(table, low) == rule->at; low++) {
		uint32_t folded = (uint32_t)table_key_entry(table, low) % TABLE_TAGS ^
				  TABLE_KEY_TAG(filed->hash);

		if (!folded || (filed->longer && folded == table_second_tag(filed->longer)) ||
		    is_second(table, rule, folded))
			return true;
	}
	return false;
}

static bool filed_text(const struct table *table, const struct condition *key, struct text value,
		       struct filed *ret_filed)
{
	struct filed filed = {.is_known = true};
	unsigned size;

	filed.longer = table_key_hash(key->field, OPERATOR_PREFIX, value, TABLE_MAX_PREFIX, &size);
	if (!size)
		return false;
	if (key->op == OPERATOR_PREFIX) {
		filed.size = table_key_length(table->lengths[key->field], size);
		if (!filed.size)
			return false;
	}
	if (key->op == OPERATOR_EQUAL || filed.size == size || !(table->seconds >> key->field & 1))
		filed.longer = 0;
	filed.hash = table_key_hash(key->field, key->op, value, filed.size, &size);
	*ret_filed = filed;
	return true;
}

static bool filed_next(const struct table *table, const struct condition *key,
		       struct conditions *cursor, struct filed *ret_filed)
{
	struct value_hash hash;
	struct text value;

	if (table_condition_value(table, &cursor->payload, &value))
		return filed_text(table, key, value, ret_filed);
	if (!table_condition_hash(table, key, &cursor->forms, &hash))
		return false;
	*ret_filed = (struct filed){.hash = hash.hash};
	ret_filed->size = table_key_length(table->lengths[key->field], hash.size);
	ret_filed->is_known = ret_filed->size == hash.size;
	return !hash.size || ret_filed->size;
}

/* Two values of a rule may come to the same key, which is then there once. */
static bool is_repeated(const struct table *table, const struct condition *key, unsigned n,
			const struct filed *last)
{
	struct conditions cursor = {.payload = key->values, .forms = key->hashes};
	uint32_t mask = table->n_buckets - 1;
	struct filed filed;

	while (n-- && filed_next(table, key, &cursor, &filed))
		if (filed.is_known && filed.longer == last->longer &&
		    TABLE_KEY_TAG(filed.hash) == TABLE_KEY_TAG(last->hash) &&
		    (TABLE_KEY_BUCKET(filed.hash) & mask) == (TABLE_KEY_BUCKET(last->hash) & mask))
			return true;
	return false;
}

/* Every value of a rule's key condition must lead to the rule. */
static bool rule_keys_check(const struct table *table, const struct table_rule *rule,
			    const struct condition *key, struct need *need)
{
	struct conditions cursor = {.payload = key->values, .forms = key->hashes};
	struct filed filed;

	need->is_more |= key->is_unknown;
	for (unsigned n = 0; n < key->n_values && !key->is_unknown; n++) {
		if (!filed_next(table, key, &cursor, &filed) ||
		    (filed.is_known && !is_filed(table, rule, &filed)))
			return false;
		need->is_more |= !filed.is_known;
		need->lengths[key->field] |= 1ull << filed.size;
		need->n_keys += filed.is_known && !is_repeated(table, key, n, &filed);
	}
	return true;
}

bool table_rule_check(const struct table *table, const struct table_rule *rule)
{
	struct conditions cursor = rule->conditions;
	unsigned n_conditions = 0, n_keys = 0;
	struct condition condition;

	for (; table_condition_next(table, &cursor, &condition); n_conditions++)
		n_keys += condition.is_key;
	return table_rule_ends_well(table, rule, &cursor, n_conditions, n_keys);
}

static bool rule_check(const struct table *table, const struct table_record *record, uint32_t at,
		       struct need *need)
{
	struct table_rule rule;
	struct condition key;

	if (!table_record_decode(table, record, &rule) || !table_rule_check(table, &rule))
		return false;
	rule.at = at;
	return table_rule_key(table, &rule, &key) && rule_keys_check(table, &rule, &key, need);
}

/* Where a block begins must be where the walk over all records comes to. */
static bool block_check(const struct table *table, uint32_t block, size_t offset, uint32_t id)
{
	unsigned size = table->offset_size + table->id_size;
	struct span entry;

	return span_slice(table->blocks, (size_t)block * size, size, &entry) &&
	       table_number(entry.at, table->offset_size) == offset &&
	       table_number(entry.at + table->offset_size, table->id_size) == id;
}

static bool rules_check(const struct table *table, struct need *need)
{
	struct table_record record = {.id = 0};
	struct span cursor = table->rules;
	uint32_t last = 0;

	for (uint32_t at = 0; at < table->n_rules; at++) {
		if (at % TABLE_BLOCK_RULES == 0) {
			last = record.id;
			if (!block_check(table, at / TABLE_BLOCK_RULES,
					 table->rules.size - cursor.size, last))
				return false;
		}
		if (!table_record_take(&cursor, &record) || !rule_check(table, &record, at, need))
			return false;
	}
	/* As few bytes as the greatest number in BLCK needs. */
	return !cursor.size && (!table->n_rules || table->id_size == table_number_size(last));
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

	return bodies_check(table, &table->shapes, shape_check) &&
			       bodies_check(table, &table->actions, action_check) &&
			       keys_check(table) && rules_check(table, &need) &&
			       need_check(table, &need)
		       ? STATUS_OK
		       : STATUS_MALFORMED;
}
