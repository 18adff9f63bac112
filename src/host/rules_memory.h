/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_memory.h - lists and texts that a rule set owns; out of memory ends the program */
#ifndef FWQUIRK_RULES_MEMORY_H
#define FWQUIRK_RULES_MEMORY_H

#include <stddef.h>

/*
 * Makes room for one more element in a list of `n`. Room is doubled whenever `n` is a power of two,
 * so no capacity is kept beside the list. The list belongs to the caller, freed with free().
 */
void *rules_grow(void *list, size_t n, size_t element_size);

/* A malloc'ed copy with a NUL behind it. */
char *rules_copy(const char *at, size_t size);

struct rule;
struct rule_set;

/* Frees what a rule owns and clears it. */
void rule_free(struct rule *rule);

/*
 * How many bytes of every path are left out: the folders that all files have in common, but for
 * the last of them. /home/me/quirks/a.quirks and /home/me/quirks/b/c.quirks give 9.
 */
size_t rules_shared_prefix(const struct rule_set *set);

#endif
