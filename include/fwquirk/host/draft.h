/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft.h - reports of one defect into the draft of a rule and the machines that test it */
#ifndef FWQUIRK_HOST_DRAFT_H
#define FWQUIRK_HOST_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/population.h>
#include <fwquirk/host/report.h>

/* What a person knows besides; texts are rule text and borrowed. NULL: not said. */
struct draft_request {
	const struct report *report;
	size_t n_reports; /* at least 1; all about the same defect on the same model */
	uint32_t id;
	const char *title, *defect, *fixed;
	const char *const *evidence, *const *workaround;
	size_t n_evidence, n_workarounds;
	const struct population *population; /* NULL: nothing is counted */
	uint32_t key_fields;                 /* bit 1 << field: these and no others; 0: proposed */
	bool has_machines;                   /* the rule names the machines below */
};

/* A choice of keys that was weighed. */
struct draft_choice {
	char *text;          /* its conditions, as in a rule, joined by ", " */
	unsigned n_keys;     /* conditions */
	uint32_t n_machines; /* of the population that it hits, whatever their firmware */
	size_t n_models;
	bool is_chosen;
};

/* A machine for tests/data/machines. */
struct draft_machine {
	char *name;
	char *text;
	bool must_match; /* false: a near miss */
};

struct draft {
	char *text; /* a whole rule file, canonical; what has to be filled in is FILL-IN */
	size_t size;
	size_t n_missing; /* keys to be filled in */
	char **missing;
	size_t n_choices; /* best first */
	struct draft_choice *choice;
	/* With the version and date of the reports; models, most machines first. */
	struct population_count count;
	size_t n_machines;
	struct draft_machine *machine;
	bool is_bounded; /* false: the reports say neither version nor date */
};

/*
 * Proposes: as keys the fields on which all reports agree and that name a model (not one build of
 * it), in the combination that hits the fewest machines of the population, and of those the one with
 * the fewest conditions, or those of `key_fields`; as bounds the versions or dates of the
 * reports; mode observe. The draft has been matched against every report and against
 * its near misses by the matcher of the firmware.
 *
 * On failure false and `*ret_error` a malloc'ed text: reports that have no key in common, an option
 * that is not what a rule may have there (the parser's message).
 */
bool draft_make(const struct draft_request *request, struct draft *ret_draft, char **ret_error);
void draft_free(struct draft *draft);

/* Whether a text from a person may stand in a line of a rule: one line, nothing that does not show. */
bool draft_text_is_line(const char *text);

#endif
