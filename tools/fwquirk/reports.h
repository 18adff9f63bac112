/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* reports.h - where the reports are, and the rules that they are linked to */
#ifndef FWQUIRK_REPORTS_H
#define FWQUIRK_REPORTS_H

#include <fwquirk/host/rule.h>

#include "tool.h"

/* $FWQUIRK_REPORTS, else reports.sqlite beside the database of the rules. Static storage. */
const char *reports_path(const char *db);

/* The packed table of a set; tool_table_close gives it back. False when a message was printed. */
bool reports_table(const struct rule_set *set, struct tool_table *ret_table);

/*
 * Who saw a rule, for `show`: the words below the rule, and the same for programs (an array; NULL
 * on failure). False when a message was printed.
 */
bool seen_print(FILE *out, const char *db, const struct rule_set *set, uint32_t rule);
json_t *seen_json(const char *db, const struct rule_set *set, uint32_t rule);

#endif
