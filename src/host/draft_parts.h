/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft_parts.h - what the files of the draft share: keys, bounds, machines */
#ifndef FWQUIRK_HOST_DRAFT_PARTS_H
#define FWQUIRK_HOST_DRAFT_PARTS_H

#include <stdio.h>

#include <fwquirk/host/draft.h>
#include <fwquirk/host/rule.h>

#define DRAFT_MAX_REPORTS 64u
#define DRAFT_MAX_KEYS    6u /* the vendor and five more */

/* A condition that every report meets. */
struct draft_key {
	enum field field;
	bool is_prefix;
	struct text value; /* borrowed from the first report, without blanks around */
};

struct draft_keys {
	bool has_vendor; /* then the first key is always used */
	size_t n;        /* best known first */
	struct draft_key key[DRAFT_MAX_KEYS];
};

/* The fields on which all identities agree and that say what a machine is. */
void draft_keys_find(const struct identity *identity, size_t n, struct draft_keys *ret_keys);
/* `Match = ...` lines for the keys in the mask (bit 1 << place). */
void draft_keys_write(FILE *out, const struct draft_keys *keys, unsigned mask);
/*
 * The mask to take, and every choice weighed, in `draft`. False and a sentence when there is no key
 * at all, or the population cannot be counted.
 */
bool draft_keys_choose(const struct draft_keys *keys, const struct draft_request *request,
		       struct draft *draft, unsigned *ret_mask, char **ret_error);

/* The firmwares of the reports under the scheme that fits all of them. */
struct draft_bounds {
	bool has_version, has_scheme, has_date;
	enum scheme scheme;
	struct text low, high;        /* versions, when has_scheme */
	uint32_t low_date, high_date; /* yyyymmdd, when has_date */
};

void draft_bounds_find(const struct identity *identity, size_t n, struct draft_bounds *ret_bounds);
/* `Match`, `Introduced`, `Fixed` and `Unbounded` lines. */
void draft_bounds_write(FILE *out, const struct draft_bounds *bounds,
			const struct identity *identity, size_t n, const char *fixed);
/* A version that is newer than all of them, malloc'ed; NULL when there is none to be made. */
char *draft_version_later(const struct draft_bounds *bounds, const struct identity *identity);
/* The part of a version that names the firmware's family; size 0 when there is none. */
struct text draft_version_family(const struct identity *identity);
/* The scheme by which the vendor counts, when the version reads under it. */
bool draft_scheme_find(const struct identity *identity, enum scheme *ret_scheme);

/* What is worked on. The identities borrow every text from the reports, so copies of them are good. */
struct drafting {
	const struct draft_request *request;
	struct identity *identity;
	struct draft_keys keys;
	struct draft_bounds bounds;
	unsigned mask;
	const char *defect; /* NULL: to be filled in */
	char *later;        /* version of the first near miss */
	char *off_by_one;   /* value of the second one */
	struct rule_set set;
	struct draft draft;
};

/* The defect that a report points to; DEFECT_OTHER when it does not. */
enum defect draft_defect_of(const struct report *report);
/*
 * Writes the rule and reads it again: what is in `set` is what the parser takes. False and its first
 * finding otherwise.
 */
bool draft_parse(struct drafting *drafting, char **ret_error);
/* The canonical text into the draft, with FILL-IN where only a person knows. */
void draft_format(struct drafting *drafting);

/* A machine description as tests/machine reads it. */
char *draft_machine_text(const struct identity *identity, const char *comment);
/* a-z, 0-9, '-', '.' from vendor, product and version; malloc'ed. */
char *draft_machine_name(const struct identity *identity);

/* The first of the fields that is there, without blanks around; size 0 when none is. */
struct text draft_first_of(const struct identity *identity, const enum field *field, size_t n);
/* In double quotes, everything but printable ASCII as \xNN. */
void draft_write_quoted(FILE *out, struct text text);
struct text draft_trim(struct text text);

#endif
