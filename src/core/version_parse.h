/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version_parse.h - what the version schemes share; for src/core/version*.c and date.c alone */
#ifndef FWQUIRK_CORE_VERSION_PARSE_H
#define FWQUIRK_CORE_VERSION_PARSE_H

#include <fwquirk/version.h>

#define VERSION_MAX_PARTS 8u

/*
 * A version taken apart. Keys of different branches, or of different lines where both name one (in normal
 * form: a firmware family, a model), have no order. Else the first different part decides; parts that
 * are not there are 0.
 */
struct version_key {
	struct text line;
	unsigned branch;
	unsigned n_parts;
	uint32_t part[VERSION_MAX_PARTS];
};

/* Consuming readers on a trimmed text. False and nothing consumed when the thing is not there. */
struct text parse_trim(struct text text);
bool parse_char(struct text *rest, char c);
/* One or more digits, decimal, at most `max_digits` (9 at the most). */
bool parse_number(struct text *rest, unsigned max_digits, uint32_t *ret_value);
/* Exactly `n_digits` characters 0-9 and A-Z as digits of that base (16 or 36), case folded. */
bool parse_alnum(struct text *rest, unsigned n_digits, unsigned base, uint32_t *ret_value);
/* One letter, case folded, as 1 to 26. */
bool parse_letter(struct text *rest, uint32_t *ret_value);
/* Numbers joined by dots, appended as parts: at least one. */
bool parse_dotted(struct text *rest, struct version_key *key);
void key_add(struct version_key *key, uint32_t part);

/* A scheme each: the trimmed text, whole, into a key; false when it does not read. */
bool parse_version_dotted(struct text rest, struct version_key *key);
bool parse_version_dell(struct text rest, struct version_key *key);
bool parse_version_lenovo(struct text rest, struct version_key *key);
bool parse_version_hp(struct text rest, struct version_key *key);
bool parse_version_number(struct text rest, struct version_key *key);
bool parse_version_gigabyte(struct text rest, struct version_key *key);
bool parse_version_apple(struct text rest, struct version_key *key);
bool parse_version_surface(struct text rest, struct version_key *key);

/* Debian versions are compared as texts. */
bool debian_is_valid(struct text version);
int debian_compare(struct text a, struct text b);

#endif
