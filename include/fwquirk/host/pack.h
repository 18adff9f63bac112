/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack.h - a rule set into the bytes of a packed table: same rules, same bytes */
#ifndef FWQUIRK_HOST_PACK_H
#define FWQUIRK_HOST_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>

/*
 * Packs every rule of the set (order of files does not matter: records are sorted by id). The
 * result is malloc'ed, belongs to the caller, and always passes table_open and table_check. On
 * failure NULL, and `*ret_error` is a malloc'ed sentence: a rule without a key (exact or prefix),
 * too many values, more than the format holds.
 */
uint8_t *pack_rules(const struct rule_set *set, size_t *ret_size, char **ret_error);

/*
 * The same without the texts of equal and prefix conditions: the table has 31 bits of their hashes
 * instead, decides the same but once in 2^31 texts, and cannot say what it compares with. A prefix of
 * more than 255 bytes cannot be packed so.
 */
uint8_t *pack_rules_hashed(const struct rule_set *set, size_t *ret_size, char **ret_error);

/*
 * The rules of an open table in ascending id, with what it has of them: conditions, probes,
 * workarounds, mode and confidence. What is there for people is absent (title is NULL, defect is the
 * first of the vocabulary); `name` becomes the path of their one file. On failure false and a
 * malloc'ed sentence: something in the table is of a newer version, or it has hashes instead of texts.
 */
bool unpack_rules(const struct table *table, const char *name, struct rule_set *ret_set,
		  char **ret_error);

#endif
