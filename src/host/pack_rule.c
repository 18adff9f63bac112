/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_rule.c - one rule in, its record out; does not know about other rules or sections */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "pack_parts.h"
#include "rules_memory.h"

static bool is_text_operator(enum operator_ op)
{
	return op <= OPERATOR_GLOB;
}

static const char *range_problem(const struct rule_condition *condition)
{
	uint32_t date;

	if (!condition->has_low && !condition->has_high)
		return "a range has no end";
	if (condition->op == OPERATOR_VERSION)
		return NULL;
	if (condition->has_low && date_read_iso(text_of(condition->low), &date))
		return "a date does not read as yyyy-mm-dd";
	if (condition->has_high && date_read_iso(text_of(condition->high), &date))
		return "a date does not read as yyyy-mm-dd";
	return NULL;
}

static bool is_value_hashed(const struct pack_pools *pools, const struct rule_condition *condition)
{
	return pools->is_hashed && condition->op <= OPERATOR_PREFIX;
}

static const char *hash_problem(const struct rule_condition *condition)
{
	for (size_t i = 0; i < condition->n_values && condition->op == OPERATOR_PREFIX; i++) {
		size_t size = text_fold_size(text_of(condition->value[i]));

		if (!size || size > UINT8_MAX)
			return "a prefix of no bytes or more than 255 needs its text";
	}
	return NULL;
}

static const char *condition_problem(const struct rule_condition *condition)
{
	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE)
		return range_problem(condition);
	if (!is_text_operator(condition->op))
		return NULL;
	if (!condition->n_values)
		return "a condition has no value";
	if (condition->n_values > CONDITION_MAX_VALUES)
		return "a condition has more than 255 values; make it two rules";
	return NULL;
}

const char *pack_rule_problem(const struct rule *rule, bool is_hashed)
{
	if (!rule->id)
		return "there is no rule FWQ-0000";
	if (rule->n_conditions > RULE_MAX_CONDITIONS)
		return "a rule has more than 255 conditions";
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const char *problem = condition_problem(&rule->condition[i]);

		if (!problem && is_hashed)
			problem = hash_problem(&rule->condition[i]);
		if (problem)
			return problem;
	}
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		const struct rule_workaround_use *use = &rule->workaround[i];

		if (workaround_parameter(use->workaround) == PARAMETER_RANGE && use->b < use->a)
			return "a range ends before it begins";
	}
	return NULL;
}

/* The rule's spelling without the blanks that no comparison sees. The caller frees it. */
static char *spelling_of(const char *value)
{
	struct text_fold fold = text_fold_begin(text_of(value));
	char *spelling = rules_copy(value, strlen(value)), *end = spelling;

	while (fold.at < fold.end) {
		char c = *fold.at;

		*end++ = text_fold_next(&fold) == ' ' ? ' ' : c;
	}
	*end = '\0';
	return spelling;
}

static uint8_t flags_of(const struct rule_condition *condition, bool is_key)
{
	bool is_range = condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE;
	unsigned flags = condition->role;

	if (condition->negated)
		flags |= TABLE_FORM_NEGATED;
	if (is_key)
		flags |= TABLE_FORM_KEY;
	if (is_range && condition->has_low)
		flags |= TABLE_FORM_LOW | (condition->low_included ? TABLE_FORM_LOW_INCLUDED : 0);
	if (is_range && condition->has_high)
		flags |=
			TABLE_FORM_HIGH | (condition->high_included ? TABLE_FORM_HIGH_INCLUDED : 0);
	return (uint8_t)flags;
}

static void form_of(const struct rule_condition *condition, bool is_key,
		    uint8_t ret_form[TABLE_FORM_SIZE])
{
	ret_form[0] = (uint8_t)condition->field;
	ret_form[1] = (uint8_t)condition->op;
	ret_form[2] = flags_of(condition, is_key);
	ret_form[3] = 0;
	if (is_text_operator(condition->op))
		ret_form[3] = (uint8_t)condition->n_values;
	if (condition->op == OPERATOR_VERSION)
		ret_form[3] = (uint8_t)condition->scheme;
}

static void parameter_put(const struct rule_workaround_use *use, struct pack_bytes *out)
{
	switch (workaround_parameter(use->workaround)) {
	case PARAMETER_NONE:
		break;
	case PARAMETER_RANGE:
		pack_put_varint(out, use->a);
		pack_put_varint(out, use->b - use->a);
		break;
	case PARAMETER_ADDRESS:
	case PARAMETER_COUNT:
	case PARAMETER_MILLISECONDS:
	case PARAMETER_SERVICES:
		pack_put_varint(out, use->a);
		break;
	case PARAMETER_GUID:
		pack_put_bytes(out, use->guid, sizeof(use->guid));
		break;
	case PARAMETER_TEXT:
		pack_put_bytes(out, use->text, use->text ? strlen(use->text) : 0);
		break;
	}
}

static void probes_put(const struct rule *rule, struct pack_bytes *out)
{
	struct pack_bytes probes = {.size = 0};

	for (size_t i = 0; i < rule->n_probes; i++) {
		pack_put_varint(&probes,
				(uint64_t)rule->probe[i].probe << 1 | rule->probe[i].wanted);
		pack_put_varint(&probes, 0); /* no parameters */
	}
	pack_put_sized(out, &probes);
	free(probes.at);
}

/* Mode, confidence, probes and workarounds: what many rules have in common. */
static struct pack_bytes actions_of(const struct rule *rule)
{
	struct pack_bytes out = {.size = 0};

	pack_put(&out, rule->mode | rule->confidence << TABLE_ACTIONS_CONFIDENCE_SHIFT, 1);
	probes_put(rule, &out);
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		struct pack_bytes parameter = {.size = 0};

		parameter_put(&rule->workaround[i], &parameter);
		pack_put_varint(&out, rule->workaround[i].workaround);
		pack_put_sized(&out, &parameter);
		free(parameter.at);
	}
	return out;
}

/* Calls `visit` for every string of the condition in the order of the record. */
static void visit_strings(const struct rule_condition *condition,
			  void (*visit)(const char *string, void *context), void *context)
{
	if (condition->op == OPERATOR_VERSION && condition->has_low)
		visit(condition->low, context);
	if (condition->op == OPERATOR_VERSION && condition->has_high)
		visit(condition->high, context);
	if (!is_text_operator(condition->op))
		return;
	for (size_t i = 0; i < condition->n_values; i++) {
		char *spelling = spelling_of(condition->value[i]);

		visit(spelling, context);
		free(spelling);
	}
}

/* The bytes of HASH for one value; `*ret_size` is its length as a prefix. */
static uint32_t hash_of(const struct rule_condition *condition, size_t n, unsigned *ret_size)
{
	return table_key_hash(condition->field, condition->op, text_of(condition->value[n]),
			      UINT8_MAX, ret_size);
}

static void hash_bytes(uint32_t hash, uint8_t ret_bytes[4])
{
	for (unsigned i = 0; i < 4; i++)
		ret_bytes[i] = (uint8_t)(hash >> 8 * i);
}

static void use_hashes(const struct rule_condition *condition, struct pack_pools *pools)
{
	uint8_t bytes[4];
	unsigned size;

	for (size_t i = 0; i < condition->n_values; i++) {
		hash_bytes(hash_of(condition, i, &size), bytes);
		pack_pool_use(&pools->hashes, bytes, sizeof(bytes));
	}
}

static void write_hashes(const struct rule_condition *condition, const struct pack_pools *pools,
			 struct pack_bytes *out)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		const struct pack_entry *entry;
		uint8_t bytes[4];
		unsigned size;

		hash_bytes(hash_of(condition, i, &size), bytes);
		entry = pack_pool_find(&pools->hashes, bytes, sizeof(bytes));
		/* The first byte of a hash is odd. */
		if (entry)
			pack_put_varint(out, (uint64_t)entry->number << 1);
		else
			pack_put_bytes(out, bytes, sizeof(bytes));
		if (condition->op == OPERATOR_PREFIX)
			pack_put(out, size, 1);
	}
}

static void use_string(const char *string, void *pool)
{
	pack_pool_use(pool, string, strlen(string));
}

void pack_rule_use(const struct rule *rule, size_t key, struct pack_pools *pools)
{
	struct pack_bytes actions = actions_of(rule);

	pack_pool_use(&pools->actions, actions.at, actions.size);
	free(actions.at);
	for (size_t i = 0; i < rule->n_conditions; i++) {
		uint8_t form[TABLE_FORM_SIZE];

		form_of(&rule->condition[i], i == key, form);
		pack_pool_use(&pools->forms, form, sizeof(form));
		if (is_value_hashed(pools, &rule->condition[i]))
			use_hashes(&rule->condition[i], pools);
		else
			visit_strings(&rule->condition[i], use_string, &pools->strings);
	}
}

static struct pack_bytes shape_of(const struct rule *rule, size_t key,
				  const struct pack_pools *pools)
{
	struct pack_bytes shape = {.size = 0};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		uint8_t form[TABLE_FORM_SIZE];

		form_of(&rule->condition[i], i == key, form);
		pack_put_varint(&shape, pack_pool_find(&pools->forms, form, sizeof(form))->number);
	}
	return shape;
}

void pack_rule_use_shape(const struct rule *rule, size_t key, struct pack_pools *pools)
{
	struct pack_bytes shape = shape_of(rule, key, pools);

	pack_pool_use(&pools->shapes, shape.at, shape.size);
	free(shape.at);
}

struct writing {
	const struct pack_pools *pools;
	struct pack_bytes *out;
};

static void write_string(const char *string, void *writing_)
{
	struct writing *writing = writing_;
	size_t size = strlen(string);
	const struct pack_entry *entry = pack_pool_find(&writing->pools->strings, string, size);

	if (entry) {
		pack_put_varint(writing->out, (uint64_t)entry->number << 1);
		return;
	}
	pack_put_varint(writing->out, (uint64_t)size << 1 | 1);
	pack_put_bytes(writing->out, string, size);
}

static void put_date(const char *iso, struct pack_bytes *out)
{
	uint32_t date = 0;

	(void)date_read_iso(text_of(iso), &date); /* pack_rule_problem has read it before */
	pack_put(out, (date / 10000 - TABLE_DATE_YEAR) << 9 | (date / 100 % 100) << 5 | date % 100,
		 2);
}

static void condition_write(const struct rule_condition *condition, const struct pack_pools *pools,
			    struct pack_bytes *out)
{
	struct writing writing = {.pools = pools, .out = out};

	if (is_value_hashed(pools, condition))
		write_hashes(condition, pools, out);
	else
		visit_strings(condition, write_string, &writing);
	if (condition->op == OPERATOR_DATE && condition->has_low)
		put_date(condition->low, out);
	if (condition->op == OPERATOR_DATE && condition->has_high)
		put_date(condition->high, out);
	if (condition->op == OPERATOR_MASKED) {
		pack_put_varint(out, condition->mask);
		pack_put_varint(out, condition->masked_value);
	}
}

void pack_rule_write(const struct rule *rule, size_t key, uint32_t last_id,
		     const struct pack_pools *pools, struct pack_bytes *out)
{
	struct pack_bytes record = {.size = 0}, actions = actions_of(rule);
	struct pack_bytes shape = shape_of(rule, key, pools);
	const struct pack_entry *same = pack_pool_find(&pools->shapes, shape.at, shape.size);
	const struct pack_entry *shared = pack_pool_find(&pools->actions, actions.at, actions.size);
	uint32_t gap = rule->id - last_id - 1;

	pack_put_varint(&record, (uint64_t)(same ? same->number + 1 : 0) << 1 | (gap != 0));
	if (gap)
		pack_put_varint(&record, gap);
	if (!same)
		pack_put_sized(&record, &shape);
	pack_put_varint(&record, shared ? shared->number + 1 : 0);
	if (!shared)
		pack_put_sized(&record, &actions);
	for (size_t i = 0; i < rule->n_conditions; i++)
		condition_write(&rule->condition[i], pools, &record);
	pack_put_sized(out, &record);
	free(record.at);
	free(shape.at);
	free(actions.at);
}
