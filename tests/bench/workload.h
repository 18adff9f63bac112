/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* workload.h - machines one after another, real ones first and then others like them; for benchmarks */
#ifndef FWQUIRK_BENCH_WORKLOAD_H
#define FWQUIRK_BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include <fwquirk/host/identity_table.h>

#include "support/rule_generator.h"

#define MACHINE_TEXT 120u

/* Texts as firmware has them, with blanks as in the normal form; empty where the field is absent. */
struct machine {
	char text[FIELD_COUNT][MACHINE_TEXT];
};

struct machines {
	struct identity_table *table; /* NULL: machines are made */
	size_t n_given;
	struct chooser chooser;
};

/* `path` is a table of machines (identity_table.h), or NULL. */
bool machines_open(struct machines *machines, const char *path, char **ret_error);

/*
 * Every row of the table once, in an order that has nothing to do with that of the table; then the same
 * rows again with other digits in names and versions: models that nobody has built yet.
 */
void machines_next(struct machines *machines, struct machine *ret_machine);

/* Other digits in one field, and other letters in its last word. */
void machine_change(struct machine *machine, enum field field, struct chooser *chooser);

/* The last number of the BIOS version one higher; false when there is none, or it is all nines. */
bool machine_version_later(struct machine *machine);

/* workload_made.c: a machine of about the shape that real ones have. */
void machine_make(struct chooser *chooser, struct machine *ret_machine);

#endif
