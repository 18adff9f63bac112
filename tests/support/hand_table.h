/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hand_table.h - a sound table written by hand, for tests that know where each of its bytes is */
#ifndef FWQUIRK_TESTS_HAND_TABLE_H
#define FWQUIRK_TESTS_HAND_TABLE_H

#include <stdint.h>

#include "support/table_parts.h"

/* See the source for what is at which offset of which section. */
void hand_table(struct table_parts *parts);
/* Only the header and KEYS of it: no rules. */
void hand_table_empty(struct table_parts *parts);

#endif
