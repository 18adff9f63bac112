/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table.h - the packed table: its frame is validated once, its records when they are touched */
#ifndef FWQUIRK_TABLE_H
#define FWQUIRK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/table_format.h>
#include <fwquirk/text.h>
#include <fwquirk/vocab.h>

/* Byte strings that records name by number: the ends of them, `size` bytes each, and all of them. */
struct table_bodies {
	struct span ends, bytes;
	uint32_t n;
	uint8_t size;
};

/*
 * An open table. Borrows the bytes; no pointer inside the bytes, so they may lie anywhere and be
 * read-only. The layout is table_format.h and docs/table-format.md; use the functions, not the
 * members.
 */
struct table {
	struct span bytes; /* of the table itself, without padding that followed it */
	union {
		struct span section[TABLE_SECTIONS];
		struct { /* the same by name, in the order of enum table_section */
			struct span forms, shape_section, action_section, strings, hashes, rules,
				blocks, fields, keys;
		};
	};
	struct table_bodies shapes, actions;
	struct span starts, entries; /* the parts of the key directory */
	uint32_t n_rules;
	uint32_t n_keys;
	uint32_t n_buckets;
	uint32_t crc;                 /* names this table in a journal */
	bool is_hashed;               /* TABLE_FLAG_HASHED: values have no text */
	uint8_t start_bits, key_bits; /* bits of a number in starts, and in entries */
	uint8_t offset_size, id_size; /* bytes of the two numbers in blocks */
	uint32_t seconds;             /* a bit for each field that second keys are on */
	uint32_t looked;              /* the same for those that keys of either kind are on */
	/* What the keys are on, so that a lookup leaves the other fields alone; TABLE_LENGTHS_WHOLE. */
	uint64_t lengths[FIELD_COUNT];
};

/*
 * Validates what it takes to use the table at every boot: header, checksum over every byte, sections
 * and their sizes. The time goes almost all into the checksum. Zero bytes behind the table (a
 * section's padding) are allowed.
 *
 * Records, references and the key directory are not looked at; the functions below stay inside the
 * table whatever they hold, and match_rule lets no rule match before table_rule_check has seen all
 * of it. So a table that opens is safe to match; whether it is well made, table_check tells.
 *
 * STATUS_TRUNCATED   fewer bytes than the header or than it announces
 * STATUS_MALFORMED   not a table, or one that breaks the format
 * STATUS_CHECKSUM    the CRC-32 disagrees
 * STATUS_BYTE_ORDER  written by a machine of the other byte order
 * STATUS_TOO_NEW     version above TABLE_VERSION, or a feature that this code does not know
 *
 * Unknown sections are skipped, unknown conditions, probes and workarounds are kept as such.
 */
enum status table_open(struct span bytes, struct table *ret_table);

/*
 * Validates the rest of an open table, byte by byte: every record, every reference, every known tag,
 * ascending ids, and that every key of every rule is found by its hash. After STATUS_OK no function
 * below can fail for reasons inside the table. For whoever writes tables or shows what is in them;
 * about 100 instructions a byte.
 *
 * STATUS_MALFORMED   it breaks the format
 */
enum status table_check(const struct table *table);

/* Conditions of a rule: what they are, and what they compare with. Copied to be consumed. */
struct conditions {
	struct span forms, payload;
};

/* A rule inside an open table; `at` is its place in the order of ids, from 0, and names it there. */
struct table_rule {
	uint32_t id; /* the number in FWQ-nnnn */
	uint32_t at;
	enum mode mode;             /* MODE_OBSERVE for a mode of a newer table */
	enum confidence confidence; /* may be >= CONFIDENCE_COUNT in a newer table */
	struct conditions conditions;
	struct span probes;
	struct span workarounds;
};

/*
 * Reads the rule at a place that table_next or a lookup gave. All zero for a place at or
 * above n_rules, and but for `at` when there is no such record in a table that table_check would
 * refuse: such a rule has no conditions, and so never matches. Looks at no more than
 * TABLE_BLOCK_RULES records.
 */
void table_rule_at(const struct table *table, uint32_t at, struct table_rule *ret_rule);

/* All rules in ascending id: start with `*cursor` 0; false at the end. Cost grows with the table.
 */
bool table_next(const struct table *table, uint32_t *cursor, struct table_rule *ret_rule);

/*
 * Validates one rule that came from the table: every condition, exactly one key among them, every
 * probe, every workaround. False when anything breaks the format.
 */
bool table_rule_check(const struct table *table, const struct table_rule *rule);

/* What a condition is for: the verdict's reason depends on it. */
enum condition_role {
	ROLE_MATCH,      /* must hold */
	ROLE_INTRODUCED, /* must hold, else before-introduced */
	ROLE_FIXED, /* must not hold (at or above the fixed version or date), else since-fixed */
	ROLE_KNOWN_GOOD, /* must not hold, else known-good */
};

#define RULE_MAX_CONDITIONS  255u
#define CONDITION_MAX_VALUES 255u

/* One decoded condition. Which members count follows from `op`. */
struct condition {
	enum condition_role role;
	enum field field;
	enum operator_ op;
	bool negated;
	bool is_key;        /* the rule is found by the values of this one */
	bool is_unknown;    /* a tag of a newer table: can be named, not decided */
	unsigned n_values;  /* texts: any of them; 1 to CONDITION_MAX_VALUES for text operators */
	struct span values; /* packed references; read with table_condition_value */
	struct span hashes; /* instead of values where the table has none; table_condition_hash */
	enum scheme scheme; /* OPERATOR_VERSION */
	/* Ranges: at least one end. Version texts or, for OPERATOR_DATE, yyyymmdd numbers. */
	bool has_low, low_included, has_high, high_included;
	struct text low_version, high_version;
	uint32_t low_date, high_date;
	uint64_t mask, masked_value; /* OPERATOR_MASKED */
};

/*
 * Consumes one condition from a copy of rule->conditions; false at the end, and when what comes there
 * breaks the format (then some of it is left). `*ret_condition` is worth nothing after false.
 */
bool table_condition_next(const struct table *table, struct conditions *cursor,
			  struct condition *ret_condition);

/* Consumes one value text of a text condition (from a copy of `values`); false at the end. */
bool table_condition_value(const struct table *table, struct span *cursor, struct text *ret_value);

/*
 * A value of which the table has no text: the hash (table_hash_finish) of a whole text, or of the first
 * `size` bytes of the normal form.
 */
struct value_hash {
	uint32_t hash;
	uint8_t size; /* 0: the whole text */
};

/* Consumes one of a copy of condition->hashes; false at the end. */
bool table_condition_hash(const struct table *table, const struct condition *condition,
			  struct span *cursor, struct value_hash *ret_hash);

/* Whether a field has, or begins with, what the hash was taken of; wrong once in 2^31 others. */
bool table_hash_holds(enum field field, struct text text, const struct value_hash *hash);

/* A probe that the rule names and the answer it needs. `probe` may be >= PROBE_COUNT in a newer
 * table. */
struct rule_probe {
	uint32_t probe;
	bool wanted; /* true: yes, false: no */
};

bool table_probe_next(const struct table *table, struct span *cursor, struct rule_probe *ret_probe);

/* Parameter as far as its kind needs it; see enum parameter_kind. */
struct workaround_parameter {
	uint64_t a,
		b; /* RANGE first and last, ADDRESS a, COUNT a, MILLISECONDS a, SERVICES a mask */
	uint8_t guid[16]; /* GUID, byte order of EFI_GUID in memory */
	struct text text; /* TEXT */
};

struct rule_workaround {
	uint32_t workaround; /* may be >= WORKAROUND_COUNT in a newer table */
	struct workaround_parameter parameter;
};

/* In the order of the rule, which is the order of application. */
bool table_workaround_next(const struct table *table, struct span *cursor,
			   struct rule_workaround *ret_workaround);

/*
 * What a machine has, in hashes: what to look up in the key directory, and what may have been folded into the
 * tags there (table_second_tag). Filled by match.h. The bits are those of the low parts of the tags in the list,
 * which most that are not there miss already; when the list is full they have to do.
 */
#define TABLE_TAGS_LISTED 64u
#define TABLE_TAGS_BITS   1024u

struct table_looks {
	uint32_t hash[TABLE_MAX_LOOKS];
	uint8_t field[TABLE_MAX_LOOKS];
	uint8_t size[TABLE_MAX_LOOKS]; /* of the beginning, 0: the whole text */
	unsigned n, next;
	uint32_t key, end; /* of the last look, not given yet */
	uint32_t last;     /* the place that was given last */
	unsigned n_tags;
	uint16_t tag[TABLE_TAGS_LISTED];
	uint64_t bits[TABLE_TAGS_BITS / 64];
};

/*
 * The place of the next rule (for table_rule_at) that one of the looks leads to, false at the end; none twice
 * in a row. Which look it was is `next` less one. Only bits of hashes are compared here; the caller looks at the
 * text.
 */
bool table_looks_next(const struct table *table, struct table_looks *looks, uint32_t *ret_at);

#endif
