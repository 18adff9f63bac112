/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_key.c - conditions in, the key of each rule and the hash directory out */
#include <stdlib.h>

#include "pack_parts.h"
#include "rules_memory.h"

/* Keys a bucket holds at most on average. More makes the directory smaller and a lookup longer. */
#define KEYS_A_BUCKET 8u

/* How much a field tells about a machine: groups, and inside a group the order. */
enum key_group { GROUP_SPECIFIC, GROUP_VENDOR, GROUP_REST, GROUP_COUNT };

static const struct {
	enum field field;
	enum key_group group;
} key_fields[] = {
	{FIELD_PRODUCT_NAME, GROUP_SPECIFIC}, {FIELD_BOARD_NAME, GROUP_SPECIFIC},
	{FIELD_BIOS_VERSION, GROUP_SPECIFIC}, {FIELD_PRODUCT_VERSION, GROUP_SPECIFIC},
	{FIELD_CPU_VERSION, GROUP_SPECIFIC},  {FIELD_PRODUCT_FAMILY, GROUP_SPECIFIC},
	{FIELD_PRODUCT_SKU, GROUP_SPECIFIC},  {FIELD_BOARD_VERSION, GROUP_SPECIFIC},
	{FIELD_SYS_VENDOR, GROUP_VENDOR},     {FIELD_BOARD_VENDOR, GROUP_VENDOR},
	{FIELD_BIOS_VENDOR, GROUP_VENDOR},    {FIELD_EFI_VENDOR, GROUP_VENDOR},
	{FIELD_CPU_ID, GROUP_REST},           {FIELD_BIOS_DATE, GROUP_REST},
	{FIELD_EFI_REVISION, GROUP_REST},     {FIELD_BIOS_RELEASE, GROUP_REST},
	{FIELD_EC_RELEASE, GROUP_REST},       {FIELD_UEFI_REVISION, GROUP_REST},
	{FIELD_CHASSIS_TYPE, GROUP_REST},     {FIELD_ARCH, GROUP_REST},
};

_Static_assert(sizeof(key_fields) / sizeof(key_fields[0]) == FIELD_COUNT,
	       "a field is missing in key_fields");

/* Smaller is better: group, equal before prefix, field, and last the longer shortest value. */
struct key_rank {
	unsigned order;
	size_t size;
};

/* False when the condition cannot be a key: every value must leave something to hash. */
static bool key_rank(const struct rule_condition *condition, struct key_rank *ret_rank)
{
	struct key_rank rank = {.size = SIZE_MAX};
	unsigned place = 0;

	if (condition->role != ROLE_MATCH || condition->negated || condition->op > OPERATOR_PREFIX)
		return false;
	for (size_t i = 0; i < condition->n_values; i++) {
		size_t size = text_fold_size(text_of(condition->value[i]));

		if (!size)
			return false;
		if (size < rank.size)
			rank.size = size;
	}
	while (key_fields[place].field != condition->field)
		place++;
	rank.order =
		(key_fields[place].group * 2u + (condition->op == OPERATOR_PREFIX)) * FIELD_COUNT +
		place;
	*ret_rank = rank;
	return true;
}

bool pack_key_choose(const struct rule *rule, size_t *ret_key)
{
	struct key_rank best = {.order = UINT32_MAX}, rank;
	size_t key = rule->n_conditions;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (!key_rank(&rule->condition[i], &rank))
			continue;
		if (rank.order < best.order ||
		    (rank.order == best.order && rank.size > best.size)) {
			best = rank;
			key = i;
		}
	}
	if (key == rule->n_conditions)
		return false;
	*ret_key = key;
	return true;
}

void pack_keys_add(struct pack_keys *keys, const struct rule_condition *condition, uint32_t rule)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		struct text value = text_of(condition->value[i]);
		unsigned size;

		keys->key = rules_grow(keys->key, keys->n, sizeof(*keys->key));
		keys->key[keys->n++] = (struct pack_key){
			.hash = table_key_hash(condition->field, condition->op, value, &size),
			.rule = rule,
		};
		keys->lengths[condition->field] |=
			condition->op == OPERATOR_EQUAL ? TABLE_LENGTHS_WHOLE : 1ull << size;
	}
}

void pack_fields_write(const struct pack_keys *keys, struct pack_bytes *out)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (!keys->lengths[field])
			continue;
		pack_put(out, field, 1);
		pack_put_varint(out, keys->lengths[field]);
	}
}

static int compare_keys(const void *a_, const void *b_, void *mask_)
{
	const struct pack_key *a = a_, *b = b_;
	uint32_t mask = *(const uint32_t *)mask_;
	uint8_t a_print = TABLE_KEY_FINGERPRINT(a->hash), b_print = TABLE_KEY_FINGERPRINT(b->hash);

	if ((a->hash & mask) != (b->hash & mask))
		return (a->hash & mask) < (b->hash & mask) ? -1 : 1;
	if (a_print != b_print)
		return a_print - b_print;
	return (a->rule > b->rule) - (a->rule < b->rule);
}

static void write_starts(const struct pack_keys *keys, unsigned bucket_bits, struct pack_bytes *out)
{
	unsigned size = table_number_size((uint32_t)keys->n);
	uint32_t mask = (1u << bucket_bits) - 1;
	size_t key = 0;

	for (uint32_t bucket = 0; bucket <= mask; bucket++) {
		pack_put(out, key, size);
		while (key < keys->n && (keys->key[key].hash & mask) == bucket)
			key++;
	}
	pack_put(out, key, size);
}

void pack_keys_write(struct pack_keys *keys, uint32_t n_rules, struct pack_bytes *out,
		     unsigned *ret_bucket_bits)
{
	unsigned bits = 0, size = table_number_size(n_rules);
	uint32_t mask;

	while (bits < TABLE_MAX_BUCKET_BITS && keys->n > (size_t)KEYS_A_BUCKET << bits)
		bits++;
	mask = (1u << bits) - 1;
	if (keys->n)
		qsort_r(keys->key, keys->n, sizeof(*keys->key), compare_keys, &mask);
	write_starts(keys, bits, out);
	for (size_t i = 0; i < keys->n; i++)
		pack_put(out, TABLE_KEY_FINGERPRINT(keys->key[i].hash), 1);
	for (size_t i = 0; i < keys->n; i++)
		pack_put(out, keys->key[i].rule, size);
	*ret_bucket_bits = bits;
}
