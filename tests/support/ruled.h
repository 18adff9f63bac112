/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* ruled.h - rule text all the way to an open table, and machines by field names, for tests */
#ifndef FWQUIRK_TESTS_RULED_H
#define FWQUIRK_TESTS_RULED_H

#include <fwquirk/host/rule.h>
#include <fwquirk/identity.h>
#include <fwquirk/table.h>

struct ruled {
	struct rule_set set;
	uint8_t *bytes;
	size_t size;
	struct table table;
};

/* Packs and opens a set and takes it over. Prints why and ends the program when it cannot. */
void ruled_of_set(struct ruled *ruled, struct rule_set set);
/* Whole rules, or ... */
void ruled_of_text(struct ruled *ruled, const char *text);
/* ... only the lines that matter: one string a rule (FWQ-0001 and up), NULL at the end. Mode is arm;
 * what a rule needs besides (Title, Defect, Confidence, Evidence) is added. */
void ruled_of_lines(struct ruled *ruled, const char *const *lines);
void ruled_free(struct ruled *ruled);

/* Sets a field by its name; ends the program when there is no such field. Borrows the value. */
void machine_set(struct identity *identity, const char *field, const char *value);

#endif
