/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* match_key.c - an identity in, the few rules worth deciding out; decides none of them */
#include <fwquirk/match.h>

#include "table_record.h"

/* Neither keeps more than a table may need. */
static inline __attribute__((always_inline)) void look_add(struct table_looks *looks,
							   enum field field, unsigned size,
							   uint32_t hash)
{
	if (looks->n == TABLE_MAX_LOOKS)
		return;
	looks->hash[looks->n] = hash;
	looks->field[looks->n] = (uint8_t)field;
	looks->size[looks->n++] = (uint8_t)size;
}

static inline __attribute__((always_inline)) void tag_add(struct table_looks *looks, uint32_t tag)
{
	looks->bits[tag % TABLE_TAGS_BITS / 64] |= 1ull << tag % 64;
	if (looks->n_tags < TABLE_TAGS_LISTED)
		looks->tag[looks->n_tags++] = (uint16_t)tag;
}

/* Sizes of beginnings of one field, a bit each: what to look up, and what may be a second key. */
struct beginnings {
	enum field field;
	uint64_t keys, seconds;
};

/* The beginnings that end in one piece, which follows `size` bytes and their hash. */
static void piece_hash(struct table_looks *looks, const struct beginnings *beginnings,
		       uint64_t hash, uint64_t piece, unsigned size, unsigned n)
{
	uint64_t wanted = (beginnings->keys | beginnings->seconds) >> size >> 1;

	for (wanted &= (1u << n) - 1; wanted; wanted &= wanted - 1) {
		unsigned more = (unsigned)__builtin_ctzll(wanted) + 1;
		uint64_t bytes = piece & table_low_bytes(more), bit = 1ull << (size + more);
		uint32_t key = table_hash_finish(table_hash_step(hash, bytes), size + more, false);

		if (beginnings->keys & bit)
			look_add(looks, beginnings->field, size + more, key);
		if (beginnings->seconds & bit)
			tag_add(looks, table_second_tag(key));
	}
}

/* Goes over a field once; beginnings that are longer than the shortest of keys may be second ones. */
static void field_hash(const struct table *table, enum field field, struct text text,
		       struct table_looks *looks)
{
	uint64_t lengths = table->lengths[field], keys = lengths & ~(uint64_t)TABLE_LENGTHS_WHOLE;
	bool is_second = table->seconds >> field & 1;
	struct beginnings beginnings = {.field = field, .keys = keys};
	struct text_fold rest = text_fold_begin(text);
	uint64_t hash = table_hash_begin(field), piece;
	uint32_t whole;
	unsigned n = 8;
	size_t size = 0;

	if (is_second)
		beginnings.seconds = -((keys & -keys) << 1);
	/* Fewer than eight bytes are the last. */
	while (n == 8 && (piece = text_fold_word(&rest, &n), n)) {
		if (size < TABLE_MAX_PREFIX)
			piece_hash(looks, &beginnings, hash, piece, (unsigned)size, n);
		hash = table_hash_step(hash, piece);
		size += n;
	}
	whole = table_hash_finish(hash, size, true);
	if (lengths & TABLE_LENGTHS_WHOLE)
		look_add(looks, field, 0, whole);
	if (is_second)
		tag_add(looks, table_second_tag(whole));
}

void match_begin(const struct table *table, const struct identity *identity,
		 struct match_cursor *ret_cursor)
{
	uint32_t fields = table->looked & identity->present & ~identity->placeholder;
	struct table_looks *looks = &ret_cursor->looks;

	looks->n = looks->next = looks->n_tags = 0;
	looks->key = looks->end = 0;
	for (unsigned i = 0; i < TABLE_TAGS_BITS / 64; i++)
		looks->bits[i] = 0;
	tag_add(looks, 0); /* no second key */
	for (; fields; fields &= fields - 1) {
		unsigned field = (unsigned)__builtin_ctz(fields);

		field_hash(table, (enum field)field, identity->field[field], looks);
	}
}

/*
 * Hashes may agree by chance, and several values of one rule may be prefixes of the same text. The
 * rule counts here only when the look was for the first of its values that really agrees.
 */
static bool is_first_hit(const struct table *table, const struct table_rule *rule,
			 const struct identity *identity, enum field field, unsigned looked)
{
	struct condition key;
	unsigned size = 0;

	if (!table_rule_key(table, rule, &key) || key.field != field ||
	    key.op != (looked ? OPERATOR_PREFIX : OPERATOR_EQUAL) ||
	    !match_texts(table, &key, identity->field[field], &size))
		return false;
	return table_key_length(table->lengths[field], size) == looked;
}

bool match_candidate_next(const struct table *table, const struct identity *identity,
			  struct match_cursor *cursor, struct table_rule *ret_rule)
{
	struct table_looks *looks = &cursor->looks;
	uint32_t at;

	while (table_looks_next(table, looks, &at)) {
		unsigned look = looks->next - 1;

		table_rule_at(table, at, ret_rule);
		if (is_first_hit(table, ret_rule, identity, (enum field)looks->field[look],
				 looks->size[look]))
			return true;
	}
	return false;
}
