/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hits.h - rules found in the database, a line each or as JSON: what list and query print */
#ifndef FWQUIRK_HITS_H
#define FWQUIRK_HITS_H

#include <stdbool.h>

#include <fwquirk/host/store.h>

/*
 * Asks the database that `db` names and prints what it answers. Returns TOOL_ERROR with a message,
 * or the number of hits in `*ret_n` and the exit code of the printing.
 */
int hits_run(const char *db, const struct store_query *query, bool as_json, size_t *ret_n);

#endif
