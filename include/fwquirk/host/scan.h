/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan.h - a fleet: folders, archives, tables and lists of machines against one packed table */
#ifndef FWQUIRK_HOST_SCAN_H
#define FWQUIRK_HOST_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fwquirk/host/source.h>
#include <fwquirk/match.h>
#include <fwquirk/table.h>

/* ---- One machine ------------------------------------------------------------------------------ */

/*
 * A modalias has no blanks, no colons and nothing but ASCII: the kernel drops them. True for it; its
 * texts are then compared without.
 */
bool scan_is_blankless(const struct source *source);

/*
 * match_condition for what a kind of source leaves of a text: where that is a modalias, what it lacks
 * is dropped from the values of text conditions, too. Firmware never sees such a text, and the matcher
 * that it shares with us does not know of this.
 */
enum reason scan_condition(const struct table *table, const struct condition *condition,
			   const struct source *source);
/* match_rule in the same way; match_rule itself for every other kind of source. */
void scan_rule(const struct table *table, const struct table_rule *rule,
	       const struct source *source, struct match *ret_match);

/*
 * The places (for table_rule_at) of the rules that match, ascending, into `*ret_at`, a list that
 * grows with rules_grow and belongs to the caller (NULL at first). Returns how many. By the hash; over
 * all rules for a modalias.
 */
size_t scan_source(const struct table *table, const struct source *source, uint32_t **ret_at);

/* ---- Many ------------------------------------------------------------------------------------- */

/* A line of a table or of a list; a text that goes on longer describes no machine. */
#define SCAN_LINE_LIMIT ((size_t)1 << 20)
/* Folders in folders. */
#define SCAN_DEPTH_LIMIT 64u
#define SCAN_MAX_JOBS    64u

/* What is told of one input. */
struct scan_machine {
	const char *id;    /* FILE, ARCHIVE:MEMBER, TABLE:LINE; any byte but NUL may be in it */
	struct text name;  /* what the input calls the machine; empty where it does not */
	const char *kind;  /* what it was read from; static; NULL with an error */
	const char *error; /* a sentence that names the input; then there is nothing below */
	const struct identity *identity;
	bool is_blankless;   /* see scan_is_blankless */
	const uint32_t *hit; /* places of the rules that match, ascending */
	size_t n_hits;
};

struct scan_counts {
	uint64_t n_machines;  /* inputs that were read */
	uint64_t n_known_bad; /* of them, those that a rule matches */
	uint64_t n_errors;    /* inputs that could not be read */
	uint64_t n_skipped;   /* links and special files, which are not looked at */
	uint64_t *by_rule;    /* machines by the place of a rule in the table */
};

struct scan {
	const struct table *table;
	unsigned n_jobs; /* threads that read and match; 1 to SCAN_MAX_JOBS */
	/* Prints one input. Called by any thread, for the inputs in any order. */
	void (*print)(void *context, FILE *out, const struct scan_machine *machine);
	/* What was printed, in the order of the inputs, by one thread at a time. `counts` is what was
	 * counted up to there, without by_rule. */
	void (*emit)(void *context, const char *bytes, size_t size,
		     const struct scan_counts *counts);
	void *context;
};

/*
 * Every path is a file, a folder or "-". A folder is gone through in the byte order of names, links
 * are not followed, special files not opened; a folder with DMI in it, or with the attributes of
 * /sys/class/dmi/id, is one machine. Files may be packed (archive.h). By its content a file is a tar
 * archive, a table of machines (identity_table.h), a list with an identity as JSON or a modalias in
 * every line, or one machine (source.h). Standard input is a list, too, in which lines may also be
 * paths; or an archive or a table.
 *
 * What cannot be read is counted and told as the others are. The output does not depend on n_jobs, and
 * memory not on the number of inputs. The counts belong to the caller: scan_counts_free.
 */
void scan_run(const struct scan *scan, char *const *path, size_t n_paths,
	      struct scan_counts *ret_counts);
void scan_counts_free(struct scan_counts *counts);

#endif
