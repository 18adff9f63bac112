/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * contest_others.c - rules as a dmi_system_id array scanned from end to end, and as a sorted array of hashes,
 * which is the floor: it can say no more than that a machine may be in the list
 */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/table_format.h>

#include "bench/contest.h"

/* ---- struct dmi_system_id ---- */

/* The sizes of include/linux/mod_devicetable.h on 64 bits: 344 bytes. */
#define DMI_MATCHES   4u
#define DMI_TEXT_SIZE 79u

struct dmi_match {
	unsigned char slot : 7, is_exact : 1;
	char text[DMI_TEXT_SIZE];
};

struct dmi_entry {
	void *callback;
	const char *ident;
	struct dmi_match match[DMI_MATCHES];
	void *driver_data;
};

_Static_assert(sizeof(struct dmi_entry) == 344, "not the size of struct dmi_system_id");

struct dmi {
	struct dmi_entry *entry;
	size_t n;
};

static bool is_sayable(const struct rule_condition *condition)
{
	return condition->role == ROLE_MATCH && !condition->negated &&
	       condition->op <= OPERATOR_PREFIX;
}

/* One entry for each value of a list, as there is no any-of. */
static void dmi_add(struct dmi *dmi, const struct rule *rule, size_t value)
{
	struct dmi_entry *entry;
	unsigned n = 0;

	if (dmi->n % 1024 == 0)
		dmi->entry = realloc(dmi->entry, (dmi->n + 1024) * sizeof(*dmi->entry));
	entry = &dmi->entry[dmi->n++];
	memset(entry, 0, sizeof(*entry));
	for (size_t i = 0; i < rule->n_conditions && n < DMI_MATCHES; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		if (!is_sayable(condition))
			continue;
		entry->match[n].slot = condition->field & 0x7f;
		entry->match[n].is_exact = condition->op == OPERATOR_EQUAL;
		strncpy(entry->match[n++].text,
			condition->value[condition->n_values > 1 ? value : 0], DMI_TEXT_SIZE - 1);
	}
}

static size_t n_entries(const struct rule *rule)
{
	size_t n = 1;

	for (size_t i = 0; i < rule->n_conditions; i++)
		if (is_sayable(&rule->condition[i]) && rule->condition[i].n_values > n)
			n = rule->condition[i].n_values;
	return n;
}

static void *dmi_build(const struct rule_set *set, const char *folder, size_t *ret_bytes,
		       const char **ret_why)
{
	struct dmi *dmi = calloc(1, sizeof(*dmi));

	(void)folder, (void)ret_why;
	for (size_t i = 0; i < set->n_rules; i++)
		for (size_t value = 0; value < n_entries(&set->rule[i]); value++)
			dmi_add(dmi, &set->rule[i], value);
	*ret_bytes = dmi->n * sizeof(*dmi->entry);
	return dmi;
}

/* As dmi_matches of drivers/firmware/dmi_scan.c decides: equal, or contained; case and blanks count. */
static bool dmi_matches(const struct dmi_entry *entry, char *const *field)
{
	for (unsigned i = 0; i < DMI_MATCHES && *entry->match[i].text; i++) {
		const char *text = field[entry->match[i].slot];

		if (!text)
			return false;
		if (entry->match[i].is_exact ? strcmp(text, entry->match[i].text) != 0
					     : !strstr(text, entry->match[i].text))
			return false;
	}
	return true;
}

/* The kernel has them as C strings; making these is not what is measured. */
static void c_strings(const struct identity *identity, char room[FIELD_COUNT][256],
		      char *ret_field[FIELD_COUNT])
{
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		size_t size = identity->field[i].size < 255 ? identity->field[i].size : 255;

		ret_field[i] = NULL;
		if (!(identity->present >> i & 1))
			continue;
		memcpy(room[i], identity->field[i].at, size);
		room[i][size] = '\0';
		ret_field[i] = room[i];
	}
}

static unsigned dmi_find(void *built, const struct identity *identity)
{
	static char room[FIELD_COUNT][256];
	char *field[FIELD_COUNT];
	const struct dmi *dmi = built;
	unsigned n = 0;

	c_strings(identity, room, field);
	for (size_t i = 0; i < dmi->n; i++)
		n += dmi_matches(&dmi->entry[i], field);
	return n;
}

const struct contestant contest_dmi = {
	.name = "dmi_system_id",
	.what = "an array of struct dmi_system_id, from end to end, as dmi_check_system() does",
	.build = dmi_build,
	.find = dmi_find,
	.needs_rules = true,
};

/* ---- sorted hashes ---- */

struct hashed {
	uint64_t *hash;
	size_t n;
};

static uint64_t combine(uint64_t a, uint32_t b)
{
	return (a ^ b) * 0x9e3779b97f4a7c15u;
}

static int compare(const void *a_, const void *b_)
{
	const uint64_t *a = a_, *b = b_;

	return (*a > *b) - (*a < *b);
}

/* Vendor and name only; a prefix is filed as if it were all. */
static void *hashed_build(const struct rule_set *set, const char *folder, size_t *ret_bytes,
			  const char **ret_why)
{
	struct hashed *hashed = calloc(1, sizeof(*hashed));

	(void)folder, (void)ret_why;
	hashed->hash = calloc(set->n_rules, sizeof(*hashed->hash));
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule *rule = &set->rule[i];
		uint64_t hash = 0;

		for (size_t k = 0; k < 2 && k < rule->n_conditions; k++) {
			unsigned size;

			hash = combine(hash,
				       table_key_hash(rule->condition[k].field, OPERATOR_EQUAL,
						      text_of(rule->condition[k].value[0]), 0,
						      &size));
		}
		hashed->hash[hashed->n++] = hash;
	}
	qsort(hashed->hash, hashed->n, sizeof(*hashed->hash), compare);
	*ret_bytes = hashed->n * sizeof(*hashed->hash);
	return hashed;
}

static unsigned hashed_find(void *built, const struct identity *identity)
{
	static const enum field pairs[][2] = {{FIELD_SYS_VENDOR, FIELD_PRODUCT_NAME},
					      {FIELD_BOARD_VENDOR, FIELD_BOARD_NAME},
					      {FIELD_SYS_VENDOR, FIELD_PRODUCT_VERSION}};
	const struct hashed *hashed = built;
	unsigned n = 0, size;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint64_t hash = 0;

		for (unsigned k = 0; k < 2; k++)
			hash = combine(hash,
				       table_key_hash(pairs[i][k], OPERATOR_EQUAL,
						      identity->field[pairs[i][k]], 0, &size));
		n += bsearch(&hash, hashed->hash, hashed->n, sizeof(hash), compare) != NULL;
	}
	return n;
}

const struct contestant contest_hashes = {
	.name = "sorted hashes",
	.what = "the floor: 8 bytes of hash of vendor and name, and nothing of what the rule says",
	.build = hashed_build,
	.find = hashed_find,
	.needs_rules = true,
};
