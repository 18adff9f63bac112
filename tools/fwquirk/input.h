/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* input.h - the rules that a verb works on: from rule files, from a database, or from either */
#ifndef FWQUIRK_INPUT_H
#define FWQUIRK_INPUT_H

#include <stdbool.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/host/store.h>

/*
 * Parses files and folders, "quirks" when there are none. On failure every finding has been printed
 * and false is returned. The set belongs to the caller.
 */
bool input_parse(char *const *path, int n_paths, struct rule_set *ret_set);

/* The same, but a single path may be a database, told by its content. */
bool input_load(char *const *path, int n_paths, struct rule_set *ret_set);

/* Opens the database that `option` or its absence names; NULL when a message has been printed. */
struct store *input_store(const char *option);

#endif
