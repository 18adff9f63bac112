/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_key.c - conditions in, the key of each rule and the hash directory out */
#include <stdlib.h>

#include "pack_parts.h"
#include "rules_memory.h"

/* Keys a bucket holds at most on average. More makes the directory smaller and a lookup longer. */
#define KEYS_A_BUCKET 2u

/* Rules that may share a key before second keys tell them apart; these are the near misses that a journal shows. */
#define RULES_A_KEY 4u

/* Lengths that the keys of prefixes have in one field. Each costs every lookup a look. */
#define LENGTHS_A_FIELD 6u

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

/* ---- hashes, counted ---- */

/* How often each hash is there: sorted. */
struct hashes {
	uint32_t *hash;
	size_t n;
};

static int compare_hashes(const void *a_, const void *b_)
{
	const uint32_t *a = a_, *b = b_;

	return (*a > *b) - (*a < *b);
}

static void hashes_add(struct hashes *hashes, uint32_t hash)
{
	hashes->hash = rules_grow(hashes->hash, hashes->n, sizeof(hash));
	hashes->hash[hashes->n++] = hash;
}

static void hashes_sort(struct hashes *hashes)
{
	if (hashes->n)
		qsort(hashes->hash, hashes->n, sizeof(*hashes->hash), compare_hashes);
}

static size_t first_from(const struct hashes *hashes, uint64_t least)
{
	size_t low = 0, high = hashes->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hashes->hash[middle] < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t hashes_count(const struct hashes *hashes, uint32_t hash)
{
	return first_from(hashes, (uint64_t)hash + 1) - first_from(hashes, hash);
}

/* ---- how long keys of prefixes are ---- */

/* Prefixes of one field; where there are many, some of them tell enough. */
#define SAMPLE 2000u

struct prefixes {
	enum field field;
	const char **value;
	size_t n;
};

static unsigned size_of(const char *value)
{
	size_t size = text_fold_size(text_of(value));

	return size < TABLE_MAX_PREFIX ? (unsigned)size : TABLE_MAX_PREFIX;
}

/* How many pairs of prefixes would share a key. */
static size_t pairs_of(const struct prefixes *prefixes, uint64_t lengths)
{
	size_t step = prefixes->n / SAMPLE + 1, pairs = 0, run = 0;
	struct hashes hashes = {.n = 0};

	for (size_t i = 0; i < prefixes->n; i += step) {
		unsigned size = size_of(prefixes->value[i]);

		hashes_add(&hashes, table_key_hash(prefixes->field, OPERATOR_PREFIX,
						   text_of(prefixes->value[i]),
						   table_key_length(lengths, size), &size));
	}
	hashes_sort(&hashes);
	for (size_t i = 1; i < hashes.n; i++) {
		run = hashes.hash[i] == hashes.hash[i - 1] ? run + 1 : 0;
		pairs += run;
	}
	free(hashes.hash);
	return pairs;
}

/* The length that leaves fewest pairs when it joins; 0 when none makes them fewer. */
static unsigned length_choose(const struct prefixes *prefixes, uint64_t sizes, uint64_t lengths)
{
	size_t least = pairs_of(prefixes, lengths);
	unsigned best = 0;

	for (unsigned size = 1; size <= TABLE_MAX_PREFIX; size++) {
		size_t pairs;

		if (!(sizes >> size & 1) || (lengths >> size & 1))
			continue;
		pairs = pairs_of(prefixes, lengths | 1ull << size);
		if (pairs < least) {
			least = pairs;
			best = size;
		}
	}
	return best;
}

/* All lengths that there are when they are few; else the shortest, so that every prefix has a key, and the best. */
static uint64_t lengths_of(const struct prefixes *prefixes, unsigned most)
{
	uint64_t sizes = 0, lengths;
	unsigned n = 0;

	for (size_t i = 0; i < prefixes->n; i++)
		sizes |= 1ull << size_of(prefixes->value[i]);
	for (unsigned size = 1; size <= TABLE_MAX_PREFIX; size++)
		n += sizes >> size & 1;
	if (n <= most)
		return sizes;
	lengths = sizes & -sizes;
	for (n = 1; n < most; n++) {
		unsigned size = length_choose(prefixes, sizes, lengths);

		if (!size)
			break;
		lengths |= 1ull << size;
	}
	return lengths;
}

static void lengths_collect(struct pack_keys *keys, const struct packed_rule *rule, size_t n_rules)
{
	struct prefixes prefixes[FIELD_COUNT] = {{.n = 0}};
	unsigned n_fields = 0, most = LENGTHS_A_FIELD;

	for (size_t i = 0; i < n_rules; i++) {
		const struct rule_condition *key = &rule[i].rule->condition[rule[i].key];
		struct prefixes *of_field = &prefixes[key->field];

		if (key->op == OPERATOR_EQUAL)
			keys->lengths[key->field] |= TABLE_LENGTHS_WHOLE;
		for (size_t k = 0; k < key->n_values && key->op == OPERATOR_PREFIX; k++) {
			of_field->value =
				rules_grow(of_field->value, of_field->n, sizeof(*of_field->value));
			of_field->value[of_field->n++] = key->value[k];
		}
	}
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		prefixes[field].field = (enum field)field;
		n_fields += prefixes[field].n > 0;
	}
	/* With whole texts of every field there are not more looks than a table may have. */
	if (n_fields && most > (TABLE_MAX_LOOKS - FIELD_COUNT) / n_fields)
		most = (TABLE_MAX_LOOKS - FIELD_COUNT) / n_fields;
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		keys->lengths[field] |= lengths_of(&prefixes[field], most);
		free(prefixes[field].value);
	}
}

/* ---- second keys ---- */

static bool is_second(const struct rule_condition *condition)
{
	return condition->role == ROLE_MATCH && !condition->negated &&
	       condition->op == OPERATOR_EQUAL && condition->n_values == 1;
}

static uint32_t second_hash(const struct rule_condition *condition)
{
	unsigned size;

	return table_key_hash(condition->field, OPERATOR_EQUAL, text_of(condition->value[0]), 0,
			      &size);
}

/* The condition beside the key that fewest rules have; n_conditions when there is none. */
static size_t second_choose(const struct packed_rule *packed, const struct hashes *hashes)
{
	const struct rule *rule = packed->rule;
	size_t second = rule->n_conditions, least = SIZE_MAX;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		size_t n;

		if (i == packed->key || !is_second(&rule->condition[i]))
			continue;
		n = hashes_count(hashes, second_hash(&rule->condition[i]));
		if (n < least) {
			least = n;
			second = i;
		}
	}
	return second;
}

static struct hashes hashes_of_rules(const struct packed_rule *rule, size_t n_rules)
{
	struct hashes hashes = {.n = 0};

	for (size_t i = 0; i < n_rules; i++)
		for (size_t k = 0; k < rule[i].rule->n_conditions; k++)
			if (is_second(&rule[i].rule->condition[k]))
				hashes_add(&hashes, second_hash(&rule[i].rule->condition[k]));
	hashes_sort(&hashes);
	return hashes;
}

/* A rule that shares a key with too many others gets a second one. */
static void seconds_choose(const struct pack_keys *keys, struct packed_rule *rule, size_t n_rules)
{
	struct hashes all = hashes_of_rules(rule, n_rules), crowd = {.n = 0};

	for (size_t i = 0; i < n_rules; i++)
		rule[i].second = rule[i].rule->n_conditions;
	for (size_t i = 0; i < keys->n; i++)
		hashes_add(&crowd, keys->key[i].hash);
	hashes_sort(&crowd);
	for (size_t i = 0; i < keys->n; i++) {
		struct packed_rule *packed = &rule[keys->key[i].rule];

		if (hashes_count(&crowd, keys->key[i].hash) <= RULES_A_KEY)
			continue;
		packed->is_crowded = true;
		packed->second = second_choose(packed, &all);
	}
	free(all.hash);
	free(crowd.hash);
}

/*
 * The rest of a prefix tells more than another condition. All keys of a rule that are whole are folded
 * alike, so that two of them that nothing tells apart stay one.
 */
static void seconds_fold(struct pack_keys *keys, const struct packed_rule *rule)
{
	for (size_t i = 0; i < keys->n; i++) {
		const struct packed_rule *packed = &rule[keys->key[i].rule];
		const struct rule_condition *condition;

		if (keys->key[i].longer) {
			condition = &packed->rule->condition[packed->key];
			keys->key[i].tag ^= table_second_tag(keys->key[i].longer);
		} else if (packed->is_crowded && packed->second < packed->rule->n_conditions) {
			condition = &packed->rule->condition[packed->second];
			keys->key[i].tag ^= table_second_tag(second_hash(condition));
		} else {
			continue;
		}
		keys->seconds |= 1u << condition->field;
	}
}

/* ---- the directory ---- */

/* The key of one value, and what is left when that is the beginning of a prefix. */
static struct pack_key key_of(const struct pack_keys *keys, const struct rule_condition *condition,
			      struct text value, unsigned size)
{
	unsigned most = table_key_length(keys->lengths[condition->field], size), used;
	struct pack_key key = {.rule = 0};

	if (condition->op == OPERATOR_PREFIX && most < size)
		key.longer = table_key_hash(condition->field, OPERATOR_PREFIX, value, size, &used);
	key.hash = table_key_hash(condition->field, condition->op, value, most, &used);
	key.tag = TABLE_KEY_TAG(key.hash);
	return key;
}

static void keys_add(struct pack_keys *keys, const struct rule_condition *condition, uint32_t rule)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		struct pack_key key = key_of(keys, condition, text_of(condition->value[i]),
					     size_of(condition->value[i]));

		key.rule = rule;
		keys->key = rules_grow(keys->key, keys->n, sizeof(*keys->key));
		keys->key[keys->n++] = key;
	}
}

static unsigned bucket_bits(const struct pack_keys *keys)
{
	unsigned bits = 0;

	while (bits < TABLE_MAX_BUCKET_BITS && keys->n > (size_t)KEYS_A_BUCKET << bits)
		bits++;
	return bits;
}

/* By bucket, place, tag; and two prefixes of one rule stay two keys. */
static int compare_keys(const void *a_, const void *b_, void *mask_)
{
	const struct pack_key *a = a_, *b = b_;
	uint32_t mask = *(const uint32_t *)mask_;
	uint32_t a_bucket = TABLE_KEY_BUCKET(a->hash) & mask;
	uint32_t b_bucket = TABLE_KEY_BUCKET(b->hash) & mask;

	if (a_bucket != b_bucket)
		return a_bucket < b_bucket ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return (a->longer > b->longer) - (a->longer < b->longer);
}

/* In the order of the directory; two keys of one rule that nothing tells apart are one. */
static void keys_sort(struct pack_keys *keys)
{
	uint32_t mask;
	size_t n = 0;

	keys->bucket_bits = bucket_bits(keys);
	mask = (1u << keys->bucket_bits) - 1;
	if (!keys->n)
		return;
	qsort_r(keys->key, keys->n, sizeof(*keys->key), compare_keys, &mask);
	for (size_t i = 1; i < keys->n; i++)
		if (compare_keys(&keys->key[n], &keys->key[i], &mask))
			keys->key[++n] = keys->key[i];
	keys->n = n + 1;
}

void pack_keys_collect(struct pack_keys *keys, struct packed_rule *rule, size_t n_rules)
{
	lengths_collect(keys, rule, n_rules);
	for (size_t i = 0; i < n_rules; i++)
		keys_add(keys, &rule[i].rule->condition[rule[i].key], (uint32_t)i);
	seconds_choose(keys, rule, n_rules);
	seconds_fold(keys, rule);
	keys_sort(keys);
}

void pack_fields_write(const struct pack_keys *keys, struct pack_bytes *out)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		bool is_second = keys->seconds >> field & 1;

		if (!keys->lengths[field] && !is_second)
			continue;
		pack_put(out, field | (is_second ? TABLE_FIELD_SECOND : 0), 1);
		pack_put_varint(out, keys->lengths[field]);
	}
}

/* Numbers of so many bits, one behind the other. */
struct bit_writer {
	struct pack_bytes *out;
	uint64_t pending;
	unsigned n_pending;
};

static void bits_put(struct bit_writer *writer, uint64_t value, unsigned bits)
{
	writer->pending |= value << writer->n_pending;
	for (writer->n_pending += bits; writer->n_pending >= 8; writer->n_pending -= 8) {
		pack_put(writer->out, writer->pending & 0xff, 1);
		writer->pending >>= 8;
	}
}

static void bits_end(struct bit_writer *writer)
{
	if (writer->n_pending)
		pack_put(writer->out, writer->pending, 1);
}

static void write_starts(const struct pack_keys *keys, struct pack_bytes *out)
{
	struct bit_writer writer = {.out = out};
	unsigned bits = table_bits((uint32_t)keys->n);
	uint32_t mask = (1u << keys->bucket_bits) - 1;
	size_t key = 0;

	for (uint32_t bucket = 0; bucket <= mask; bucket++) {
		bits_put(&writer, key, bits);
		while (key < keys->n && (TABLE_KEY_BUCKET(keys->key[key].hash) & mask) == bucket)
			key++;
	}
	bits_put(&writer, key, bits);
	bits_end(&writer);
}

void pack_keys_write(const struct pack_keys *keys, uint32_t n_rules, struct pack_bytes *out)
{
	struct bit_writer writer = {.out = out};
	unsigned bits = TABLE_TAG_BITS + table_bits(n_rules);

	write_starts(keys, out);
	for (size_t i = 0; i < keys->n; i++)
		bits_put(&writer, (uint64_t)keys->key[i].rule << TABLE_TAG_BITS | keys->key[i].tag,
			 bits);
	bits_end(&writer);
	pack_put(out, 0, TABLE_KEYS_PADDING);
}
