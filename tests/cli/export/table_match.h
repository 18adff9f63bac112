/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_match.h - the smallest thing that matches a machine against the freestanding table */
#ifndef TABLE_MATCH_H
#define TABLE_MATCH_H

#include "fwquirk_rules.h"

/*
 * `field` has FWQUIRK_FIELD_* texts, NULL where the machine has none or a placeholder. No scheme of
 * versions is known here: rules that ask for one do not match.
 */
int table_match(const struct fwquirk_rule *rule, const char *const *field);

#endif
