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
 * Consumes one record. `record->id` is the id of the rule before on entry (0 at the start) and its
 * own on success. False and untouched when the bytes break the format.
 */
bool table_record_take(struct span *cursor, struct table_record *record);

/* Decodes actions, and cuts out probes, workarounds and conditions. False when they are malformed.
 */
bool table_record_decode(const struct table *table, const struct table_record *record,
			 struct table_rule *ret_rule);

/* Body `n` of SHAP or ACTN. False when there is none. */
bool table_body(struct span section, uint64_t n, struct span *ret_body);

/* A body of ACTN into mode, confidence, probes and workarounds of a rule. */
bool table_actions_decode(struct span actions, struct table_rule *rule);

/* A varint with a size and so many bytes. */
bool table_take_sized(struct span *cursor, struct span *ret_bytes);

/* One entry of FORM into a condition. False when there is none, or no operator allows it. */
bool table_form_read(const struct table *table, uint64_t form, struct condition *condition);

/* The part of table_rule_check that a shared body can be asked for, too. */
bool table_actions_check(const struct table *table, const struct table_rule *rule);

/* What table_rule_check looks at when all conditions were read: what is left of them, their number. */
bool table_rule_ends_well(const struct table *table, const struct table_rule *rule,
			  const struct conditions *rest, unsigned n_conditions, unsigned n_keys);

/* The condition with the key bit, the first if there are several; false when there is none. */
bool table_rule_key(const struct table *table, const struct table_rule *rule,
		    struct condition *ret_key);

/* Where a bucket begins; for n_buckets where the last one ends. */
uint32_t table_key_start(const struct table *table, uint32_t bucket);
/* Entry `key` of the directory: the place above TABLE_TAG_BITS bits of tag. `key` is below n_keys. */
uint64_t table_key_entry(const struct table *table, uint32_t key);

/* Number `index` of a list of numbers of `size` bytes each; 0 outside of it. */
uint32_t table_number_at(struct span numbers, uint32_t index, unsigned size);

#endif
