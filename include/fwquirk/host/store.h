/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store.h - the SQLite database built from the rules; the only module that speaks SQL */
#ifndef FWQUIRK_HOST_STORE_H
#define FWQUIRK_HOST_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/rule.h>

#define STORE_APPLICATION_ID 0x46575121 /* "FWQ!" */
#define STORE_SCHEMA_VERSION 1

struct store;

/*
 * Builds a database at `path` from the set: written to a file beside it, one transaction, fsync,
 * rename. The same rules give the same bytes. On failure nothing is left and nothing at `path` has
 * changed; `*ret_error` is a malloc'ed sentence that names the path and what to do (full disk,
 * read-only folder, ...).
 */
bool store_build(const char *path, const struct rule_set *set, char **ret_error);

/* The same in memory, open and for nobody else. NULL and a sentence as above. */
struct store *store_from_rules(const struct rule_set *set, char **ret_error);

/* Opens read-only. Refuses what is not ours (application_id) and a newer schema (user_version), by
 * name. */
struct store *store_open(const char *path, char **ret_error);
void store_close(struct store *store);

/* Every rule back, with everything the text carried, comments and headers too. */
bool store_load(struct store *store, struct rule_set *ret_set, char **ret_error);
/*
 * The same of the rules with these numbers only, in the order of the database; those that it does
 * not have are left out. Cost does not grow with the database. Every file is in the set.
 */
bool store_load_ids(struct store *store, const uint32_t *id, size_t n, struct rule_set *ret_set,
		    char **ret_error);

/*
 * SQL text that makes the same database again, everything in it included, in a transaction of its
 * own: for `sqlite3 FILE`. On failure false and a sentence; then `out` has a part of it.
 */
bool store_dump(struct store *store, FILE *out, char **ret_error);

/*
 * What `query` filters by; NULL members do not filter. Words are searched in all text of a rule
 * (FTS5), each must occur. `mode` may also be STORE_QUERY_ONLY: no machine can be told by the rule;
 * the other modes leave such rules out. `date` and `since` are yyyy-mm-dd: the date of a firmware that
 * the rule's dates let match; a date from which on the defect came or went.
 */
#define STORE_QUERY_ONLY "query-only"
struct store_query {
	const char *const *word;
	size_t n_words;
	const char *vendor, *product, *version, *defect, *workaround, *mode, *confidence;
	const char *date, *since;
};

struct store_hit {
	uint32_t id;
	char *title, *defect, *mode, *confidence, *workarounds;
	bool is_unmatched; /* no machine can be told by it: there to be found only */
};

/* Hits in ascending id; `*ret_hits` malloc'ed, freed by store_hits_free. */
bool store_find(struct store *store, const struct store_query *query, struct store_hit **ret_hits,
		size_t *ret_n, char **ret_error);
void store_hits_free(struct store_hit *hits, size_t n);

#endif
