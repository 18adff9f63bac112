/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack.c - a rule set in, the bytes of a packed table out; the same rules give the same bytes */
#include <stdlib.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/status.h>

#include "pack_parts.h"
#include "rules_memory.h"

enum {
	SECTION_FORMS,
	SECTION_SHAPES,
	SECTION_ACTIONS,
	SECTION_STRINGS,
	SECTION_HASHES,
	SECTION_RULES,
	SECTION_BLOCKS,
	SECTION_FIELDS,
	SECTION_KEYS,
	SECTION_COUNT
};

static const uint32_t section_tag[SECTION_COUNT] = {
	[SECTION_FORMS] = TABLE_SECTION_FORMS,     [SECTION_SHAPES] = TABLE_SECTION_SHAPES,
	[SECTION_ACTIONS] = TABLE_SECTION_ACTIONS, [SECTION_STRINGS] = TABLE_SECTION_STRINGS,
	[SECTION_HASHES] = TABLE_SECTION_HASHES,   [SECTION_RULES] = TABLE_SECTION_RULES,
	[SECTION_BLOCKS] = TABLE_SECTION_BLOCKS,   [SECTION_FIELDS] = TABLE_SECTION_FIELDS,
	[SECTION_KEYS] = TABLE_SECTION_KEYS,
};

/* Everything on the way from the rules to the bytes. */
struct packing {
	const struct rule_set *set;
	struct packed_rule *rule; /* in ascending id */
	size_t n_rules;
	struct pack_pools pools;
	struct pack_keys keys;
	struct pack_bytes section[SECTION_COUNT];
};

static bool rule_error(const struct packing *packing, const struct rule *rule, char **ret_error,
		       const char *problem)
{
	const char *path =
		rule->file < packing->set->n_files ? packing->set->file[rule->file].path : NULL;

	if (!path || !rule->place.line)
		return file_error(ret_error, RULE_ID_FORMAT ": %s", rule->id, problem);
	return file_error(ret_error, "%s:%u:%u: " RULE_ID_FORMAT ": %s", path, rule->place.line,
			  rule->place.column, rule->id, problem);
}

static int compare_ids(const void *a_, const void *b_)
{
	const struct packed_rule *a = a_, *b = b_;

	return (a->rule->id > b->rule->id) - (a->rule->id < b->rule->id);
}

static bool rules_collect(struct packing *packing, char **ret_error)
{
	for (size_t i = 0; i < packing->set->n_rules; i++) {
		struct packed_rule packed = {.rule = &packing->set->rule[i]};
		const char *problem;

		if (packed.rule->unmatched)
			continue; /* no machine could meet it */
		problem = pack_rule_problem(packed.rule, packing->pools.is_hashed);
		if (!problem && !pack_key_choose(packed.rule, &packed.key))
			problem = "nothing to find the rule by; add a Match on a text that is "
				  "equal or a prefix, without `not`";
		if (problem)
			return rule_error(packing, packed.rule, ret_error, problem);
		packing->rule = rules_grow(packing->rule, packing->n_rules, sizeof(*packing->rule));
		packing->rule[packing->n_rules++] = packed;
	}
	if (packing->n_rules)
		qsort(packing->rule, packing->n_rules, sizeof(*packing->rule), compare_ids);
	for (size_t i = 1; i < packing->n_rules; i++)
		if (packing->rule[i].rule->id == packing->rule[i - 1].rule->id)
			return rule_error(packing, packing->rule[i].rule, ret_error,
					  "the same ID twice");
	return true;
}

static void pools_fill(struct packing *packing)
{
	struct pack_pools *pools = &packing->pools;
	struct pack_bytes *section = packing->section;

	for (size_t i = 0; i < packing->n_rules; i++)
		pack_rule_use(packing->rule[i].rule, packing->rule[i].key, pools);
	pack_pool_close(&pools->forms);
	pack_pool_close(&pools->actions);
	pack_pool_close(&pools->strings);
	pack_pool_close(&pools->hashes);
	pack_pool_write(&pools->forms, 1, &section[SECTION_FORMS], NULL);
	pack_pool_write_strings(&pools->strings, &section[SECTION_STRINGS]);
	/* What only one rule has is shorter in its record. */
	pack_pool_write(&pools->hashes, 2, &section[SECTION_HASHES], NULL);
	pack_pool_write_bodies(&pools->actions, 2, &section[SECTION_ACTIONS]);
	for (size_t i = 0; i < packing->n_rules; i++)
		pack_rule_use_shape(packing->rule[i].rule, packing->rule[i].key, pools);
	pack_pool_close(&pools->shapes);
	pack_pool_write_bodies(&pools->shapes, 2, &section[SECTION_SHAPES]);
}

static void records_write(struct packing *packing, struct pack_bytes *starts)
{
	struct pack_bytes *records = &packing->section[SECTION_RULES];
	uint32_t last_id = 0;

	for (size_t i = 0; i < packing->n_rules; i++) {
		const struct packed_rule *packed = &packing->rule[i];

		if (i % TABLE_BLOCK_RULES == 0) {
			pack_put(starts, records->size, 4);
			pack_put(starts, last_id, 4);
		}
		pack_rule_write(packed->rule, packed->key, last_id, &packing->pools, records);
		last_id = packed->rule->id;
	}
}

static uint32_t number_at(const struct pack_bytes *numbers, size_t n)
{
	uint32_t number = 0;

	(void)span_le32(span_of(numbers->at, numbers->size), n * sizeof(number), &number);
	return number;
}

static void rules_write(struct packing *packing)
{
	struct pack_bytes *section = packing->section, starts = {.size = 0};
	unsigned id_size = 1, offset_size;
	size_t n;

	records_write(packing, &starts);
	n = starts.size / 8;
	offset_size = table_number_size((uint32_t)section[SECTION_RULES].size);
	if (n)
		id_size = table_number_size(number_at(&starts, 2 * n - 1));
	for (size_t i = 0; i < n; i++) {
		pack_put(&section[SECTION_BLOCKS], number_at(&starts, 2 * i), offset_size);
		pack_put(&section[SECTION_BLOCKS], number_at(&starts, 2 * i + 1), id_size);
	}
	free(starts.at);
	pack_keys_collect(&packing->keys, packing->rule, packing->n_rules);
	pack_fields_write(&packing->keys, &section[SECTION_FIELDS]);
	pack_keys_write(&packing->keys, (uint32_t)packing->n_rules, &section[SECTION_KEYS]);
}

static void header_write(const struct packing *packing, size_t size, uint32_t crc,
			 struct pack_bytes *out)
{
	pack_put(out, TABLE_MAGIC, 4);
	pack_put(out, TABLE_VERSION, 2);
	pack_put(out, packing->pools.is_hashed ? TABLE_FLAG_HASHED : 0, 2);
	pack_put(out, size, 4);
	pack_put(out, crc, 4);
	pack_put(out, packing->n_rules, 4);
	pack_put(out, packing->keys.n, 4);
	pack_put(out, SECTION_COUNT, 2);
	pack_put(out, packing->keys.bucket_bits, 1);
	pack_put(out, 0, TABLE_HEADER_SIZE - TABLE_AT_RESERVED);
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		pack_put(out, section_tag[i], 4);
		pack_put(out, packing->section[i].size, 4);
	}
}

static struct pack_bytes table_write(const struct packing *packing, size_t size)
{
	struct pack_bytes out = {.size = 0}, header = {.size = 0};
	uint32_t crc;

	header_write(packing, size, 0, &out);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		pack_put_bytes(&out, packing->section[i].at, packing->section[i].size);
	crc = span_crc32(span_of(out.at, out.size));
	header_write(packing, size, crc, &header);
	for (size_t i = 0; i < header.size; i++)
		out.at[i] = header.at[i];
	free(header.at);
	return out;
}

static void packing_free(struct packing *packing)
{
	pack_pool_free(&packing->pools.forms);
	pack_pool_free(&packing->pools.shapes);
	pack_pool_free(&packing->pools.hashes);
	pack_pool_free(&packing->pools.actions);
	pack_pool_free(&packing->pools.strings);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		free(packing->section[i].at);
	free(packing->keys.key);
	free(packing->rule);
}

static size_t table_size(const struct packing *packing)
{
	size_t size = TABLE_HEADER_SIZE + SECTION_COUNT * TABLE_SECTION_SIZE;

	for (size_t i = 0; i < SECTION_COUNT; i++)
		size += packing->section[i].size;
	return size;
}

/* The reader has the last word: what it would refuse in the firmware never leaves here. */
static bool table_accepted(const struct pack_bytes *bytes, char **ret_error)
{
	struct table table;
	enum status status = table_open(span_of(bytes->at, bytes->size), &table);

	if (!status)
		status = table_check(&table);
	if (!status)
		return true;
	return file_error(ret_error,
			  "the table that was packed does not open again: %s; please "
			  "report this with the rules",
			  status_text(status));
}

static bool packing_run(struct packing *packing, struct pack_bytes *out, char **ret_error)
{
	size_t size;

	if (!rules_collect(packing, ret_error))
		return false;
	pools_fill(packing);
	rules_write(packing);
	size = table_size(packing);
	if (size > UINT32_MAX)
		return file_error(ret_error, "the table would be larger than 4 GiB");
	*out = table_write(packing, size);
	return table_accepted(out, ret_error);
}

static uint8_t *pack(const struct rule_set *set, bool is_hashed, size_t *ret_size, char **ret_error)
{
	struct packing packing = {.set = set, .pools.is_hashed = is_hashed};
	struct pack_bytes out = {.size = 0};
	bool ok = packing_run(&packing, &out, ret_error);

	packing_free(&packing);
	if (!ok) {
		free(out.at);
		return NULL;
	}
	*ret_size = out.size;
	return out.at;
}

uint8_t *pack_rules(const struct rule_set *set, size_t *ret_size, char **ret_error)
{
	return pack(set, false, ret_size, ret_error);
}

uint8_t *pack_rules_hashed(const struct rule_set *set, size_t *ret_size, char **ret_error)
{
	return pack(set, true, ret_size, ret_error);
}
