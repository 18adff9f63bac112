/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_parts.h - the pieces of the packer; only pack*.c include it. docs/table-format.md explains */
#ifndef FWQUIRK_PACK_PARTS_H
#define FWQUIRK_PACK_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/table_format.h>

/* Bytes being written; zeroed before first use, `at` is freed by the owner. */
struct pack_bytes {
	uint8_t *at;
	size_t size;
};

void pack_put(struct pack_bytes *bytes, uint64_t value, unsigned n_bytes); /* little-endian */
void pack_put_varint(struct pack_bytes *bytes, uint64_t value);
void pack_put_bytes(struct pack_bytes *bytes, const void *at, size_t size);
/* A varint with the size, then the bytes. */
void pack_put_sized(struct pack_bytes *bytes, const struct pack_bytes *part);

/*
 * Byte strings that records name by number instead of repeating them. First every use is told, then
 * the pool is closed, then numbers are asked for. Numbers depend on the uses alone, not on their
 * order: often used first (short varints), then by bytes.
 */
struct pack_entry {
	uint8_t *at;
	size_t size;
	uint64_t n_uses;
	uint32_t number;
	const struct pack_entry *host; /* strings: the one that this is the end of, or itself */
};

struct pack_pool {
	struct pack_entry *entry;
	size_t n;
};

void pack_pool_use(struct pack_pool *pool, const void *at, size_t size);
/* Counts and sorts; n_uses is valid and pack_pool_find works from here on. */
void pack_pool_close(struct pack_pool *pool);
const struct pack_entry *pack_pool_find(const struct pack_pool *pool, const void *at, size_t size);
/*
 * Writes the entries with at least `least_uses` one behind the other, most used first, numbers them
 * from 0, and drops the others from the pool. The end of each goes into `ends` (room for pool->n)
 * unless it is NULL.
 */
void pack_pool_write(struct pack_pool *pool, unsigned least_uses, struct pack_bytes *out,
		     uint32_t *ends);
/* The same as bodies of SHAP or ACTN; not more of them than the format can number. */
void pack_pool_write_bodies(struct pack_pool *pool, unsigned least_uses, struct pack_bytes *out);
/* The same for NUL-terminated strings; the number is the offset, and ends of others are shared. */
void pack_pool_write_strings(struct pack_pool *pool, struct pack_bytes *out);
void pack_pool_free(struct pack_pool *pool);

/* The pools of one table. */
struct pack_pools {
	struct pack_pool forms, shapes, actions, strings, hashes;
	bool is_hashed; /* values of equal and prefix conditions go into hashes, not into strings */
};

/* Why this rule cannot be packed, or NULL. The sentence is static. */
const char *pack_rule_problem(const struct rule *rule, bool is_hashed);
/* Tells the pools everything that the rule needs. `key` is the place of its key condition. */
void pack_rule_use(const struct rule *rule, size_t key, struct pack_pools *pools);
/* After the forms are numbered: the list of them that the rule has. */
void pack_rule_use_shape(const struct rule *rule, size_t key, struct pack_pools *pools);
/* The record behind its size. `last_id` is the id of the rule before. */
void pack_rule_write(const struct rule *rule, size_t key, uint32_t last_id,
		     const struct pack_pools *pools, struct pack_bytes *out);

/* The most selective condition that a hash can find; false when there is none. */
bool pack_key_choose(const struct rule *rule, size_t *ret_key);

struct pack_key {
	uint32_t hash;
	uint32_t rule;   /* place in the order of ids */
	uint32_t tag;    /* as in the directory */
	uint32_t longer; /* the hash of all of a prefix, when the key is its beginning; else 0 */
};

struct pack_keys {
	struct pack_key *key;
	size_t n;
	uint64_t lengths[FIELD_COUNT]; /* as in FLDS */
	uint32_t seconds;              /* a bit for each field of second keys */
	unsigned bucket_bits;          /* two to this power is the number of buckets */
};

/* A rule and which of its conditions is the key; `second` is none when it is n_conditions. */
struct packed_rule {
	const struct rule *rule;
	size_t key, second;
	bool is_crowded; /* shares a key with many others */
};

/*
 * Finds the keys of all rules: how long those of prefixes are, and a second one where one alone would
 * lead many rules. The order of the rules is that of their places.
 */
void pack_keys_collect(struct pack_keys *keys, struct packed_rule *rule, size_t n_rules);
/* Writes FLDS, from the keys added. */
void pack_fields_write(const struct pack_keys *keys, struct pack_bytes *out);
/* Writes the directory. */
void pack_keys_write(const struct pack_keys *keys, uint32_t n_rules, struct pack_bytes *out);

#endif
