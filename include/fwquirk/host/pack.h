/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack.h - a rule set into the bytes of a packed table: same rules, same bytes */
#ifndef FWQUIRK_HOST_PACK_H
#define FWQUIRK_HOST_PACK_H

#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>

/*
 * Packs every rule of the set (order of files does not matter: records are sorted by id). The
 * result is malloc'ed, belongs to the caller, and always passes table_open. On failure NULL, and
 * `*ret_error` is a malloc'ed sentence: a rule without a key (exact or prefix), too many values,
 * more than the format holds.
 */
uint8_t *pack_rules(const struct rule_set *set, size_t *ret_size, char **ret_error);

#endif
