/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* made_rules.h - rules by the thousand, as text: every operator, every parameter, awkward values */
#ifndef FWQUIRK_TESTS_MADE_RULES_H
#define FWQUIRK_TESTS_MADE_RULES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes a file of `n` rules numbered from `first_id` on. The same seed gives the same text on
 * every machine. What it writes parses without an error and is canonical.
 */
void made_rules_print(FILE *out, uint64_t seed, unsigned first_id, unsigned n);
/* The same as a malloc'ed text. */
char *made_rules_text(uint64_t seed, unsigned first_id, unsigned n, size_t *ret_size);

#endif
