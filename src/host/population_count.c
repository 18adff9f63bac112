/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population_count.c - rules and machines in, how many and which machines each rule hits out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/pack.h>

#include "pack_parts.h"
#include "population_parts.h"
#include "rules_memory.h"

/* ---- rules ---- */

/*
 * A rule with the conditions that the population can decide, borrowed from the rule. `*ret_lacking`
 * gets the fields of the others. False when nothing finds it then.
 */
static bool decidable(const struct rule *rule, uint32_t fields, struct rule *ret_rule,
		      uint32_t *ret_lacking)
{
	struct rule part = {.title = rule->title};
	uint32_t lacking = 0;
	size_t key;

	part.condition = calloc(rule->n_conditions + 1, sizeof(*part.condition));
	if (!part.condition)
		abort();
	for (size_t i = 0; i < rule->n_conditions; i++) {
		uint32_t bit = (uint32_t)1 << rule->condition[i].field;

		if (fields & bit)
			part.condition[part.n_conditions++] = rule->condition[i];
		else
			lacking |= bit;
	}
	*ret_lacking = lacking;
	*ret_rule = part;
	if (pack_key_choose(&part, &key))
		return true;
	free(part.condition);
	return false;
}

static void take_rule(struct population_rules *rules, const struct rule *rule, size_t at,
		      uint32_t fields, struct rule_set *part)
{
	struct rule taken;

	if (rule->unmatched) {
		rules->scope[at] = POPULATION_UNMATCHED;
		return;
	}
	if (!decidable(rule, fields, &taken, &rules->lacking[at])) {
		rules->scope[at] = POPULATION_NO_KEY;
		return;
	}
	rules->scope[at] = rules->lacking[at] ? POPULATION_AT_MOST : POPULATION_EXACT;
	for (size_t i = 0; i < taken.n_conditions; i++)
		rules->fields |= (uint32_t)1 << taken.condition[i].field;
	taken.id = (uint32_t)at + 1;
	part->rule[part->n_rules++] = taken;
}

static bool pack(struct population_rules *rules, const struct rule_set *part, char **ret_error)
{
	size_t size;

	rules->bytes = pack_rules(part, &size, ret_error);
	if (!rules->bytes)
		return false;
	if (table_open(span_of(rules->bytes, size), &rules->table) != STATUS_OK)
		return file_error(ret_error, "the packed rules do not open again");
	return true;
}

bool population_rules_of(const struct population *population, const struct rule_set *set,
			 struct population_rules *ret_rules, char **ret_error)
{
	struct population_rules rules = {
		.scope = calloc(set->n_rules + 1, sizeof(*rules.scope)),
		.lacking = calloc(set->n_rules + 1, sizeof(*rules.lacking)),
	};
	struct rule_set part = {.rule = calloc(set->n_rules + 1, sizeof(*part.rule))};
	bool is_packed;

	if (!rules.scope || !rules.lacking || !part.rule)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		take_rule(&rules, &set->rule[i], i, population->table->fields, &part);
	is_packed = pack(&rules, &part, ret_error);
	for (size_t i = 0; i < part.n_rules; i++)
		free(part.rule[i].condition);
	free(part.rule);
	if (is_packed)
		*ret_rules = rules;
	else
		population_rules_free(&rules);
	return is_packed;
}

void population_rules_free(struct population_rules *rules)
{
	free(rules->bytes);
	free(rules->scope);
	free(rules->lacking);
}

/* ---- counting ---- */

/* One worker's counts; shares are runs of rows of one model, in the order of the rows. */
struct counting {
	const struct population *population;
	const struct table *table;
	struct population_count *count;
};

static void add_share(struct population_count *count, struct population_share share)
{
	count->n_machines += share.n_machines;
	if (count->n_shares && count->share[count->n_shares - 1].model == share.model) {
		count->share[count->n_shares - 1].n_machines += share.n_machines;
		return;
	}
	count->share = rules_grow(count->share, count->n_shares, sizeof(share));
	count->share[count->n_shares++] = share;
}

static void add_unreadable(struct population_count *count, size_t row, enum field field)
{
	if (!count->n_unreadable++ || row < count->unreadable_row) {
		count->unreadable_row = row;
		count->unreadable_field = field;
	}
}

static void count_visit(void *counting_, size_t row, const struct identity *identity)
{
	struct counting *counting = counting_;
	struct match_cursor cursor;
	struct table_rule rule;

	match_begin(counting->table, identity, &cursor);
	while (match_candidate_next(counting->table, identity, &cursor, &rule)) {
		struct population_count *count = &counting->count[rule.id - 1];
		struct match match;

		match_rule(counting->table, &rule, identity, &match);
		if (match.matched)
			add_share(count, (struct population_share){
						 counting->population->model_of[row], 1});
		else if (match.reason == REASON_UNPARSABLE)
			add_unreadable(count, row, match.field);
	}
}

/* Adds what a worker found behind what the workers before it found. */
static void merge(struct population_count *count, const struct population_count *part)
{
	for (size_t i = 0; i < part->n_shares; i++)
		add_share(count, part->share[i]);
	if (part->n_unreadable) {
		uint32_t n = count->n_unreadable + part->n_unreadable;

		add_unreadable(count, part->unreadable_row, part->unreadable_field);
		count->n_unreadable = n;
	}
}

static struct population_count *counts_new(size_t n)
{
	struct population_count *counts = calloc(n + 1, sizeof(*counts));

	if (!counts)
		abort();
	return counts;
}

void population_counts_free(struct population_count *counts, size_t n)
{
	for (size_t i = 0; counts && i < n; i++)
		free(counts[i].share);
	free(counts);
}

static void count_all(const struct population *population, const struct population_rules *rules,
		      size_t n_rules, void (*progress)(size_t n_done, size_t n_rows),
		      struct population_count *counts)
{
	struct counting counting[IDENTITY_MAX_WORKERS];
	void *contexts[IDENTITY_MAX_WORKERS];
	struct identity_visit visit = {.order = population->order,
				       .wanted = rules->fields,
				       .visit = count_visit,
				       .context = contexts,
				       .progress = progress};
	unsigned n_workers = identity_workers();

	for (unsigned i = 0; i < n_workers; i++) {
		counting[i] = (struct counting){.population = population,
						.table = &rules->table,
						.count = counts_new(n_rules)};
		contexts[i] = &counting[i];
	}
	identity_table_visit(population->table, &visit, n_workers);
	for (unsigned i = 0; i < n_workers; i++) {
		for (size_t j = 0; j < n_rules; j++)
			merge(&counts[j], &counting[i].count[j]);
		population_counts_free(counting[i].count, n_rules);
	}
}

bool population_count(const struct population *population, const struct rule_set *set,
		      void (*progress)(size_t n_done, size_t n_rows),
		      struct population_count **ret_counts, char **ret_error)
{
	struct population_count *counts;
	struct population_rules rules;

	if (!population_rules_of(population, set, &rules, ret_error))
		return false;
	counts = counts_new(set->n_rules);
	count_all(population, &rules, set->n_rules, progress, counts);
	for (size_t i = 0; i < set->n_rules; i++) {
		counts[i].scope = rules.scope[i];
		counts[i].lacking = rules.lacking[i];
		population_shares_sort(population, counts[i].share, counts[i].n_shares);
	}
	population_rules_free(&rules);
	*ret_counts = counts;
	return true;
}
