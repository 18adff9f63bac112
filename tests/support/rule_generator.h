/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rule_generator.h - rules and machines made from a seed or from a fuzzer's bytes, dirt included */
#ifndef FWQUIRK_TESTS_RULE_GENERATOR_H
#define FWQUIRK_TESTS_RULE_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/identity.h>

/* Where decisions come from: bytes as long as there are some, then a counter through splitmix64. */
struct chooser {
	const uint8_t *bytes;
	size_t size;
	uint64_t state;
};

struct chooser chooser_of_seed(uint64_t seed);
struct chooser chooser_of_bytes(const uint8_t *bytes, size_t size);
/* 0 to n - 1; n at least 1. */
unsigned choose(struct chooser *chooser, unsigned n);

/* Rules over a small vocabulary, so that machines from below often match; every rule has a key.
 * IDs ascend with gaps. Free with rule_set_free. */
void generate_rules(struct chooser *chooser, size_t n_rules, struct rule_set *ret_set);

struct generated_machine {
	struct identity identity;
	char text[FIELD_COUNT][160];
};

/* Fields are absent, placeholders, or words of the same vocabulary with blanks and case mixed up.
 */
void generate_machine(struct chooser *chooser, struct generated_machine *machine);

#endif
