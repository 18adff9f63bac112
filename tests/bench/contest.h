/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* contest.h - ways to find the rules of a machine, side by side; one contestant a file */
#ifndef FWQUIRK_BENCH_CONTEST_H
#define FWQUIRK_BENCH_CONTEST_H

#include <stdbool.h>
#include <stddef.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/identity.h>

/*
 * Built from rules in memory; `bytes` is what has to be there for a lookup. Contestants other than our own
 * table look at the conditions of a rule that their kind can say, equal and prefix, and not at its bounds; that
 * is less work than ours does.
 */
struct contestant {
	const char *name;
	const char *what;
	/* NULL when it cannot be built here; `*ret_why` then says why. Ends the program on errors. */
	void *(*build)(const struct rule_set *set, const char *folder, size_t *ret_bytes,
		       const char **ret_why);
	/* The number of rules found. */
	unsigned (*find)(void *built, const struct identity *identity);
	/* Cannot take up what an earlier run left in the folder. */
	bool needs_rules;
};

extern const struct contestant contest_table, contest_table_hashed, contest_dmi, contest_hwdb,
	contest_sqlite, contest_sqlite_glob, contest_hashes;

/* Ends the program with a line that says why. */
_Noreturn void contest_die(const char *what, const char *why);

#endif
