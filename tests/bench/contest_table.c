/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* contest_table.c - our packed table, with and without texts: every condition and every bound */
#include <stdio.h>
#include <stdlib.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/host/unpack.h>
#include <fwquirk/match.h>

#include "bench/contest.h"

static void *build(uint8_t *bytes, size_t size, char *error, size_t *ret_bytes)
{
	struct table *table = malloc(sizeof(*table));

	if (!bytes || !table)
		contest_die("pack", error);
	if (table_open(span_of(bytes, size), table))
		contest_die("table_open", "refuses what was packed");
	*ret_bytes = size;
	return table;
}

/* Without rules the table that an earlier run left, so that callgrind need not watch the packing. */
static void *load(const char *folder, const char *name, size_t *ret_bytes)
{
	char path[4096], *error = NULL;
	uint8_t *bytes = NULL;
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!unpack_file(path, (size_t)1 << 30, &bytes, &size, &error))
		contest_die(path, error);
	return build(bytes, size, NULL, ret_bytes);
}

static void *keep(uint8_t *bytes, size_t size, char *error, const char *folder, const char *name,
		  size_t *ret_bytes)
{
	char path[4096], *why = NULL;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (bytes && !file_write(path, bytes, size, &why))
		contest_die(path, why);
	return build(bytes, size, error, ret_bytes);
}

static void *build_table(const struct rule_set *set, const char *folder, size_t *ret_bytes,
			 const char **ret_why)
{
	char *error = NULL;
	size_t size = 0;
	uint8_t *bytes;

	(void)ret_why;
	if (!set->n_rules)
		return load(folder, "texts.table", ret_bytes);
	bytes = pack_rules(set, &size, &error);
	return keep(bytes, size, error, folder, "texts.table", ret_bytes);
}

static void *build_hashed(const struct rule_set *set, const char *folder, size_t *ret_bytes,
			  const char **ret_why)
{
	char *error = NULL;
	size_t size = 0;
	uint8_t *bytes;

	(void)ret_why;
	if (!set->n_rules)
		return load(folder, "no-texts.table", ret_bytes);
	bytes = pack_rules_hashed(set, &size, &error);
	return keep(bytes, size, error, folder, "no-texts.table", ret_bytes);
}

static unsigned find(void *built, const struct identity *identity)
{
	struct match_cursor cursor;
	const struct table *table = built;
	struct table_rule rule;
	unsigned n = 0;

	match_begin(table, identity, &cursor);
	while (match_candidate_next(table, identity, &cursor, &rule)) {
		struct match match;

		match_rule(table, &rule, identity, &match);
		n += match.matched;
	}
	return n;
}

const struct contestant contest_table = {
	.name = "fwquirk table",
	.what = "all in: keys, conditions, bounds, workarounds, IDs, texts",
	.build = build_table,
	.find = find,
};

const struct contestant contest_table_hashed = {
	.name = "fwquirk table, no texts",
	.what = "the same with hashes instead of texts that are compared whole",
	.build = build_hashed,
	.find = find,
};
