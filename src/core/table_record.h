/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_record.h - what the parts of the reader and its validation share; core only */
#ifndef FWQUIRK_TABLE_RECORD_H
#define FWQUIRK_TABLE_RECORD_H

#include <fwquirk/table.h>
#include <fwquirk/table_format.h>

/* A record cut out of RULE, its parts not decoded yet. */
struct table_record {
	uint32_t id;
	uint64_t shape; /* 0: its forms are in it; n: they are body n - 1 of SHAP */
	struct span rest;
};

/*
 * Whether one of the values of a text condition agrees with a field; then, if wanted, how long the first of
 * these is as a prefix, as far as keys go; 0 for other operators.
 */
bool match_texts(const struct table *table, const struct condition *condition, struct text field,
		 unsigned *ret_size);

/*
 * Consumes one record. `record->id` is the id of the rule before on entry (0 at the start) and its
 * own on success. False and untouched when the bytes break the format.
 */
bool table_record_take(struct span *cursor, struct table_record *record);

/* Decodes actions, and cuts out probes, workarounds and conditions. False when they are malformed.
 */
bool table_record_decode(const struct table *table, const struct table_record *record,
			 struct table_rule *ret_rule);

/* Cuts SHAP or ACTN into the ends and the bytes of its bodies. False when it has no room for the ends. */
bool table_bodies_cut(struct span section, struct table_bodies *ret_bodies);
/* Body `n` of these. False when there is none. */
bool table_body(const struct table_bodies *bodies, uint64_t n, struct span *ret_body);

/* A body of ACTN into mode, confidence, probes and workarounds of a rule. */
bool table_actions_decode(struct span actions, struct table_rule *rule);

/* Whether FORM is well made: forms that its operator allows, and nothing behind them. */
bool table_forms_check(const struct table *table);
/* One entry of it into a condition. False when there is none. */
bool table_form_read(const struct table *table, uint64_t form, struct condition *condition);

/* The part of table_rule_check that a shared body can be asked for, too. */
bool table_actions_check(const struct table *table, const struct table_rule *rule);

/* What table_rule_check looks at when all conditions were read: what is left of them, their number. */
bool table_rule_ends_well(const struct table *table, const struct table_rule *rule,
			  const struct conditions *rest, unsigned n_conditions, unsigned n_keys);

/* The condition with the key bit, the first if there are several; false when there is none. */
bool table_rule_key(const struct table *table, const struct table_rule *rule,
		    struct condition *ret_key);

/* From a bit on, at least 57 of them. The padding at the end of KEYS makes room for the load. */
static inline uint64_t table_bits_at(struct span numbers, uint64_t bit)
{
	return bytes_le64(numbers.at + bit / 8) >> bit % 8;
}

/* Where a bucket begins; for n_buckets where the last one ends. */
static inline uint32_t table_key_start(const struct table *table, uint32_t bucket)
{
	return (uint32_t)(table_bits_at(table->starts, (uint64_t)bucket * table->start_bits) &
			  ((1ull << table->start_bits) - 1));
}

/* The keys of the bucket of a hash: from one to before the other. Nobody has looked at the numbers yet. */
static inline void table_bucket(const struct table *table, uint32_t hash, uint32_t *ret_key,
				uint32_t *ret_end)
{
	uint32_t bucket = TABLE_KEY_BUCKET(hash) & (table->n_buckets - 1);
	uint64_t both = table_bits_at(table->starts, (uint64_t)bucket * table->start_bits);
	uint32_t mask = (1u << table->start_bits) - 1;
	uint32_t key = (uint32_t)both & mask, end = (uint32_t)(both >> table->start_bits) & mask;

	*ret_end = end < table->n_keys ? end : table->n_keys;
	*ret_key = key < *ret_end ? key : *ret_end;
}

/* Entry `key` of the directory: the place above TABLE_TAG_BITS bits of tag. `key` is below n_keys. */
static inline uint64_t table_key_entry(const struct table *table, uint32_t key)
{
	return table_bits_at(table->entries, (uint64_t)key * table->key_bits) &
	       ((1ull << table->key_bits) - 1);
}

/* The lowest bytes of a word, 1 to 8. */
static inline uint64_t table_low_bytes(unsigned n)
{
	return UINT64_MAX >> (64 - 8 * n);
}

/* A number of so many bytes, 1 to 4, that are there. */
uint32_t table_number(const uint8_t *at, unsigned size);

#endif
