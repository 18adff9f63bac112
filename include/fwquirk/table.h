/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table.h - the packed table: validated as a whole once, then read without further doubt */
#ifndef FWQUIRK_TABLE_H
#define FWQUIRK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/text.h>
#include <fwquirk/vocab.h>

/*
 * An open table. Borrows the bytes; no pointer inside the bytes, so they may lie anywhere and be
 * read-only. The layout is table_format.h and docs/table-format.md; use the functions, not the
 * members.
 */
struct table {
	struct span bytes;
	struct span keys;  /* hash directory and its entries */
	struct span rules; /* rule records */
	struct span strings;
	uint32_t n_rules;
	uint32_t crc; /* names this table in a journal */
	uint32_t n_buckets;
	uint64_t prefix_sizes[FIELD_COUNT]; /* bit n: some key of that field is a prefix of n bytes
					     */
	uint32_t key_fields;                /* bit 1 << field: some key is on that field */
};

/*
 * Validates every byte: header, checksum, directory, every record, every string reference, every
 * known tag. After STATUS_OK no function below can fail for reasons inside the table.
 * STATUS_TRUNCATED, STATUS_MALFORMED, STATUS_CHECKSUM, STATUS_BYTE_ORDER, STATUS_TOO_NEW (version
 * above TABLE_VERSION). Unknown sections are skipped, unknown conditions and workarounds are kept
 * as such.
 */
enum status table_open(struct span bytes, struct table *ret_table);

/* A rule inside an open table; `at` is the record's offset in table->rules and names the rule
 * there. */
struct table_rule {
	uint32_t id; /* the number in FWQ-nnnn */
	uint32_t at;
	enum mode mode;
	enum confidence confidence;
	struct span conditions;
	struct span probes;
	struct span workarounds;
};

/* Reads the record at an offset that table_next or table_candidate_next gave. */
void table_rule_at(const struct table *table, uint32_t at, struct table_rule *ret_rule);

/* All rules in ascending id: start with `*cursor` 0; false at the end. Cost grows with the table.
 */
bool table_next(const struct table *table, uint32_t *cursor, struct table_rule *ret_rule);

/* What a condition is for: the verdict's reason depends on it. */
enum condition_role {
	ROLE_MATCH,      /* must hold */
	ROLE_INTRODUCED, /* must hold, else before-introduced */
	ROLE_FIXED, /* must not hold (at or above the fixed version or date), else since-fixed */
	ROLE_KNOWN_GOOD, /* must not hold, else known-good */
};

#define CONDITION_MAX_VALUES 255u

/* One decoded condition. Which members count follows from `op`. */
struct condition {
	enum condition_role role;
	enum field field;
	enum operator_ op;
	bool negated;
	bool is_unknown;    /* a tag of a newer table: can be named, not decided */
	unsigned n_values;  /* texts: any of them; at least 1 for text operators */
	struct span values; /* packed references; read with table_condition_value */
	enum scheme scheme; /* OPERATOR_VERSION */
	/* Ranges: at least one end. Version texts or, for OPERATOR_DATE, yyyymmdd numbers. */
	bool has_low, low_included, has_high, high_included;
	struct text low_version, high_version;
	uint32_t low_date, high_date;
	uint64_t mask, masked_value; /* OPERATOR_MASKED */
};

/* Consumes one condition from a copy of rule->conditions; false at the end. */
bool table_condition_next(const struct table *table, struct span *cursor,
			  struct condition *ret_condition);

/* Consumes one value text of a text condition; false at the end. */
bool table_condition_value(const struct table *table, struct span *cursor, struct text *ret_value);

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

#endif
