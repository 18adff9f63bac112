/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_rules.c - any bytes as rule text: never a crash; an error is reported exactly when the text is
 * refused; what is accepted is the same set again after formatting, and the same text after that
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../host/rules_support.h"

#define MUST(condition)                                                          \
	do {                                                                     \
		if (!(condition)) {                                              \
			fprintf(stderr, "fuzz_rules: not so: %s\n", #condition); \
			abort();                                                 \
		}                                                                \
	} while (0)

static void check_round_trip(const struct rule_set *set)
{
	struct rule_set again = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	size_t first_size, second_size;
	char *first = file_text(set, 0, &first_size), *second;

	MUST(rules_parse_bytes(&again, "t", first, first_size, &diagnostics));
	MUST(diagnostics.n == 0);
	MUST(same_set(set, &again));
	second = file_text(&again, 0, &second_size);
	MUST(first_size == second_size && memcmp(first, second, first_size) == 0);
	free(first);
	free(second);
	rule_set_free(&again);
	diagnostics_free(&diagnostics);
}

static void check_places(const struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->n; i++) {
		const struct diagnostic *d = &diagnostics->list[i];

		MUST(d->code && *d->message && (!d->place.line == !d->place.column));
		MUST(d->severity == DIAGNOSTIC_NOTE || d->place.line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule_set set = {.n_files = 0};
	struct diagnostics diagnostics = {.n = 0};
	bool is_good = rules_parse_bytes(&set, "t", (const char *)data, size, &diagnostics);

	MUST(is_good == (diagnostics.n_errors == 0));
	check_places(&diagnostics);
	if (is_good) {
		check_round_trip(&set);
		rules_lint(&set, &diagnostics);
		check_places(&diagnostics);
	}
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	return 0;
}
