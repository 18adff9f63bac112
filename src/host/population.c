/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population.c - a table of machines in, its models out; knows nothing of rules */
#include <stdlib.h>
#include <string.h>

#include "population_parts.h"

#define IN(field) ((uint32_t)1 << FIELD_##field)

/* What a machine is called. */
struct name {
	struct text vendor, product;
	uint32_t hash;
};

/* ---- names ---- */

static uint32_t hash_text(uint32_t hash, struct text text)
{
	struct text_fold fold = text_fold_begin(text);
	int c;

	while ((c = text_fold_next(&fold)) >= 0)
		hash = text_hash_step(hash, (uint8_t)c);
	return text_hash_step(hash, 0);
}

static struct text text_if(const struct identity *identity, enum field field)
{
	return identity_has(identity, field) ? identity->field[field] : text_sized("", 0);
}

static void name_visit(void *names_, size_t row, const struct identity *identity)
{
	struct name *name = (struct name *)names_ + row;
	bool has_product = identity_has(identity, FIELD_PRODUCT_NAME);

	name->vendor = text_if(identity, has_product || !identity_has(identity, FIELD_BOARD_VENDOR)
						 ? FIELD_SYS_VENDOR
						 : FIELD_BOARD_VENDOR);
	name->product = text_if(identity, has_product ? FIELD_PRODUCT_NAME : FIELD_BOARD_NAME);
	name->hash = hash_text(hash_text(text_hash_start(), name->vendor), name->product);
}

static struct name *names_of(const struct identity_table *table)
{
	struct name *names = calloc(table->n_rows + 1, sizeof(*names));
	void *contexts[IDENTITY_MAX_WORKERS];
	struct identity_visit visit = {
		.wanted = IN(SYS_VENDOR) | IN(PRODUCT_NAME) | IN(BOARD_VENDOR) | IN(BOARD_NAME),
		.visit = name_visit,
		.context = contexts,
	};

	if (!names)
		abort();
	for (unsigned i = 0; i < IDENTITY_MAX_WORKERS; i++)
		contexts[i] = names;
	identity_table_visit(table, &visit, identity_workers());
	return names;
}

/* ---- models ---- */

/* The place of a name in a table of `room` (a power of two) model numbers, from 1; 0 is free. */
static uint32_t *find_slot(const struct population *population, uint32_t *slot, size_t room,
			   const struct name *name)
{
	size_t at = name->hash & (room - 1);

	while (slot[at]) {
		const struct population_model *model = &population->model[slot[at] - 1];

		if (text_equal(model->product, name->product) &&
		    text_equal(model->vendor, name->vendor))
			break;
		at = (at + 1) & (room - 1);
	}
	return &slot[at];
}

static void find_models(struct population *population, const struct name *names)
{
	size_t n_rows = population->table->n_rows, room = 16;
	uint32_t *slot;

	while (room < n_rows * 2)
		room *= 2;
	slot = calloc(room, sizeof(*slot));
	population->model = calloc(n_rows + 1, sizeof(*population->model));
	population->model_of = calloc(n_rows + 1, sizeof(*population->model_of));
	if (!slot || !population->model || !population->model_of)
		abort();
	for (size_t row = 0; row < n_rows; row++) {
		uint32_t *found = find_slot(population, slot, room, &names[row]);

		if (!*found) {
			population->model[population->n_models] = (struct population_model){
				.vendor = names[row].vendor, .product = names[row].product};
			*found = (uint32_t)++population->n_models;
		}
		population->model_of[row] = *found - 1;
		population->model[*found - 1].n_machines++;
	}
	free(slot);
}

/* Counting sort: the rows of one model together, in their order. */
static void sort_rows(struct population *population)
{
	size_t n_rows = population->table->n_rows;
	uint32_t *next = calloc(population->n_models + 1, sizeof(*next));

	population->order = calloc(n_rows + 1, sizeof(*population->order));
	if (!next || !population->order)
		abort();
	for (size_t i = 1; i < population->n_models; i++)
		next[i] = next[i - 1] + population->model[i - 1].n_machines;
	for (size_t row = 0; row < n_rows; row++)
		population->order[next[population->model_of[row]]++] = (uint32_t)row;
	free(next);
}

bool population_open(const char *path, struct population **ret_population, char **ret_error)
{
	struct population *population;
	struct identity_table *table;
	struct name *names;

	if (!identity_table_open(path, &table, ret_error))
		return false;
	population = calloc(1, sizeof(*population));
	if (!population)
		abort();
	table->x86_is_64 = true; /* a rule for x86_64 hits at most these */
	population->table = table;
	names = names_of(table);
	find_models(population, names);
	free(names);
	sort_rows(population);
	*ret_population = population;
	return true;
}

void population_close(struct population *population)
{
	if (!population)
		return;
	identity_table_close(population->table);
	free(population->model);
	free(population->model_of);
	free(population->order);
	free(population);
}

/* ---- shares ---- */

static int compare_texts(struct text a, struct text b)
{
	struct text_fold left = text_fold_begin(a), right = text_fold_begin(b);
	int x, y;

	do {
		x = text_fold_next(&left);
		y = text_fold_next(&right);
	} while (x == y && x >= 0);
	return x - y;
}

static int compare_shares(const void *a_, const void *b_, void *population_)
{
	const struct population_share *a = a_, *b = b_;
	const struct population *population = population_;
	const struct population_model *left = &population->model[a->model];
	const struct population_model *right = &population->model[b->model];
	int order;

	if (a->n_machines != b->n_machines)
		return a->n_machines > b->n_machines ? -1 : 1;
	order = compare_texts(left->vendor, right->vendor);
	return order ? order : compare_texts(left->product, right->product);
}

void population_shares_sort(const struct population *population, struct population_share *share,
			    size_t n)
{
	if (n)
		qsort_r(share, n, sizeof(*share), compare_shares, (void *)(uintptr_t)population);
}
