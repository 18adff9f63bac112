/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* census.c - counts of machines in, what people and scripts read out */
#include <inttypes.h>
#include <stdio.h>

#include "census.h"
#include "tool.h"

#define MODELS_SHOWN 3u

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print_model(const struct population_model *model)
{
	if (!model->vendor.size && !model->product.size)
		fputs("without a name", stdout);
	tool_print_text(stdout, model->vendor);
	if (model->vendor.size && model->product.size)
		putchar(' ');
	tool_print_text(stdout, model->product);
}

void census_print_models(const struct population *population, const struct population_share *share,
			 size_t n, size_t n_shown)
{
	for (size_t i = 0; i < n && i < n_shown; i++) {
		fputs(i ? ", " : "", stdout);
		print_model(&population->model[share[i].model]);
		printf(" (%" PRIu32 ")", share[i].n_machines);
	}
	if (n > n_shown)
		printf(", %zu more", n - n_shown);
}

static void print_rule(const struct population *population, const struct rule *rule,
		       const struct population_count *count)
{
	printf(RULE_ID_FORMAT "  %s%" PRIu32 " machine%s of %zu model%s: ", rule->id,
	       count->scope == POPULATION_AT_MOST ? "at most " : "", count->n_machines,
	       plural(count->n_machines), count->n_shares, plural(count->n_shares));
	census_print_models(population, count->share, count->n_shares, MODELS_SHOWN);
	putchar('\n');
}

static size_t count_scope(const struct population_count *counts, size_t n,
			  enum population_scope scope)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += counts[i].scope == scope;
	return found;
}

void census_print(const struct population *population, const struct rule_set *set,
		  const struct population_count *counts)
{
	size_t n_hitting = 0, n_skipped, n_unmatched;

	for (size_t i = 0; i < set->n_rules; i++) {
		if (!counts[i].n_machines)
			continue;
		print_rule(population, &set->rule[i], &counts[i]);
		n_hitting++;
	}
	n_skipped = count_scope(counts, set->n_rules, POPULATION_NO_KEY);
	n_unmatched = count_scope(counts, set->n_rules, POPULATION_UNMATCHED);
	printf("%zu machine%s of %zu model%s: %zu rule%s hit some, %zu none; %zu not counted; %zu "
	       "without Match\n",
	       population->table->n_rows, plural(population->table->n_rows), population->n_models,
	       plural(population->n_models), n_hitting, plural(n_hitting),
	       set->n_rules - n_hitting - n_skipped - n_unmatched, n_skipped, n_unmatched);
}

json_t *census_json_models(const struct population *population,
			   const struct population_share *share, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct population_model *model = &population->model[share[i].model];

		json_array_append_new(array, json_pack("{s:o, s:o, s:I}", "vendor",
						       tool_json_text(model->vendor), "product",
						       tool_json_text(model->product), "machines",
						       (json_int_t)share[i].n_machines));
	}
	return array;
}

static json_t *json_fields(uint32_t fields)
{
	json_t *array = json_array();

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (fields >> field & 1)
			json_array_append_new(array, json_string(field_name(field)));
	}
	return array;
}

static json_t *json_rule(const struct population *population, const struct rule *rule,
			 const struct population_count *count)
{
	static const char *const scopes[] = {
		[POPULATION_EXACT] = "exact",
		[POPULATION_AT_MOST] = "at-most",
		[POPULATION_NO_KEY] = "not-counted",
		[POPULATION_UNMATCHED] = "unmatched",
	};
	char id[16];

	snprintf(id, sizeof(id), RULE_ID_FORMAT, rule->id);
	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:o}", "id", id, "scope", scopes[count->scope],
			 "lacking", json_fields(count->lacking), "machines",
			 (json_int_t)count->n_machines, "unreadable",
			 (json_int_t)count->n_unreadable, "models",
			 census_json_models(population, count->share, count->n_shares));
}

json_t *census_json(const struct population *population, const struct rule_set *set,
		    const struct population_count *counts)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < set->n_rules; i++)
		json_array_append_new(rules, json_rule(population, &set->rule[i], &counts[i]));
	return json_pack("{s:I, s:I, s:o}", "machines", (json_int_t)population->table->n_rows,
			 "models", (json_int_t)population->n_models, "rules", rules);
}
