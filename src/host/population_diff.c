/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population_diff.c - machines and two rule sets in, the machines for which workarounds change out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/rules_diff.h>

#include "population_parts.h"
#include "rules_memory.h"

/* More on one machine than any firmware acts on (PLAN_MAX_ACTIONS is 16); the rest is not compared. */
#define MOST_EFFECTS 64u

/* What rules do: a workaround with its parameter, once for both sets. */
struct effect {
	enum workaround workaround;
	char *text; /* as in a rule */
};

struct effects {
	struct effect *list;
	size_t n;
};

/* What one rule does: places in effects, ascending. */
struct rule_effects {
	uint32_t *effect;
	size_t n;
	enum mode mode;
};

struct side {
	struct population_rules rules;
	struct rule_effects *of; /* each rule of the set */
	size_t n_rules;
};

/* The effects on one machine, ascending. */
struct machine_effects {
	struct {
		uint32_t effect;
		enum mode mode;
	} at[MOST_EFFECTS];
	size_t n;
};

struct diffing {
	const struct population *population;
	const struct effects *effects;
	const struct side *side; /* two */
	struct machines_diff found;
	size_t last; /* in found.list: most machines are like the one before */
};

/* ---- what rules do ---- */

static char *spell(const struct rule_workaround_use *use)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	rule_format_workaround(out, use);
	if (fclose(out))
		abort();
	return text;
}

static uint32_t effect_of(struct effects *effects, const struct rule_workaround_use *use)
{
	char *text = spell(use);

	for (size_t i = 0; i < effects->n; i++) {
		if (strcmp(effects->list[i].text, text) == 0) {
			free(text);
			return (uint32_t)i;
		}
	}
	effects->list = rules_grow(effects->list, effects->n, sizeof(*effects->list));
	effects->list[effects->n] = (struct effect){.workaround = use->workaround, .text = text};
	return (uint32_t)effects->n++;
}

static bool side_of(const struct population *population, const struct rule_set *set,
		    struct effects *effects, struct side *side, char **ret_error)
{
	if (!population_rules_of(population, set, &side->rules, ret_error))
		return false;
	side->n_rules = set->n_rules;
	side->of = calloc(set->n_rules + 1, sizeof(*side->of));
	if (!side->of)
		abort();
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct rule *rule = &set->rule[i];
		struct rule_effects *of = &side->of[i];

		of->mode = rule->mode;
		of->effect = calloc(rule->n_workarounds + 1, sizeof(*of->effect));
		if (!of->effect)
			abort();
		for (size_t j = 0; j < rule->n_workarounds; j++)
			of->effect[of->n++] = effect_of(effects, &rule->workaround[j]);
	}
	return true;
}

static void side_free(struct side *side)
{
	population_rules_free(&side->rules);
	for (size_t i = 0; i < side->n_rules; i++)
		free(side->of[i].effect);
	free(side->of);
}

/* ---- one machine ---- */

/* In its place; armed goes before observed. */
static void add_effect(struct machine_effects *effects, uint32_t effect, enum mode mode)
{
	size_t i = 0;

	while (i < effects->n && effects->at[i].effect < effect)
		i++;
	if (i < effects->n && effects->at[i].effect == effect) {
		if (mode == MODE_ARM)
			effects->at[i].mode = mode;
		return;
	}
	if (effects->n == MOST_EFFECTS)
		return;
	memmove(&effects->at[i + 1], &effects->at[i], (effects->n - i) * sizeof(effects->at[0]));
	effects->at[i].effect = effect;
	effects->at[i].mode = mode;
	effects->n++;
}

static void effects_on(const struct side *side, const struct identity *identity,
		       struct machine_effects *ret_effects)
{
	struct match_cursor cursor;
	struct table_rule rule;

	ret_effects->n = 0;
	match_begin(&side->rules.table, identity, &cursor);
	while (match_candidate_next(&side->rules.table, identity, &cursor, &rule)) {
		const struct rule_effects *of = &side->of[rule.id - 1];
		struct match match;

		match_rule(&side->rules.table, &rule, identity, &match);
		for (size_t i = 0; match.matched && i < of->n; i++)
			add_effect(ret_effects, of->effect[i], of->mode);
	}
}

static void drop_effect(struct machine_effects *effects, size_t i)
{
	effects->n--;
	memmove(&effects->at[i], &effects->at[i + 1], (effects->n - i) * sizeof(effects->at[0]));
}

/* Takes out what is the same on both sides. */
static void drop_same(struct machine_effects *before, struct machine_effects *after)
{
	for (size_t i = 0; i < before->n;) {
		size_t j = 0;

		while (j < after->n && (after->at[j].effect != before->at[i].effect ||
					after->at[j].mode != before->at[i].mode))
			j++;
		if (j == after->n) {
			i++;
			continue;
		}
		drop_effect(before, i);
		drop_effect(after, j);
	}
}

/* Where `after` has what became of an effect: the same in another mode, else another parameter. */
static size_t find_successor(const struct diffing *diffing, const struct machine_effects *after,
			     uint32_t effect)
{
	const struct effect *list = diffing->effects->list;
	size_t found = after->n;

	for (size_t i = 0; i < after->n; i++) {
		if (after->at[i].effect == effect)
			return i;
		if (found == after->n &&
		    list[after->at[i].effect].workaround == list[effect].workaround)
			found = i;
	}
	return found;
}

/* ---- all machines ---- */

/* What a difference is called; NULL text for none. */
struct side_name {
	const char *text;
	enum mode mode;
};

static char *name_text(struct side_name name)
{
	char *text;

	if (!name.text)
		return NULL;
	if (asprintf(&text, "%s (%s)", name.text, name.mode == MODE_ARM ? "armed" : "observed") < 0)
		abort();
	return text;
}

static bool is_name(const char *text, struct side_name name)
{
	size_t size;

	if (!text || !name.text)
		return !text && !name.text;
	size = strlen(name.text);
	return strncmp(text, name.text, size) == 0 &&
	       strcmp(text + size, name.mode == MODE_ARM ? " (armed)" : " (observed)") == 0;
}

static struct machine_difference *find_difference(struct diffing *diffing, struct side_name before,
						  struct side_name after)
{
	struct machines_diff *found = &diffing->found;

	for (size_t n = 0; n < found->n; n++) {
		size_t i = (diffing->last + n) % found->n;

		if (!is_name(found->list[i].before, before) ||
		    !is_name(found->list[i].after, after))
			continue;
		diffing->last = i;
		return &found->list[i];
	}
	found->list = rules_grow(found->list, found->n, sizeof(*found->list));
	found->list[found->n] = (struct machine_difference){
		.change = !before.text  ? WORKAROUND_GAINED
			  : !after.text ? WORKAROUND_LOST
					: WORKAROUND_CHANGED,
		.before = name_text(before),
		.after = name_text(after),
	};
	return &found->list[found->n++];
}

static void add_share(struct machine_difference *difference, struct population_share share)
{
	difference->n_machines += share.n_machines;
	if (difference->n_shares &&
	    difference->share[difference->n_shares - 1].model == share.model) {
		difference->share[difference->n_shares - 1].n_machines += share.n_machines;
		return;
	}
	difference->share = rules_grow(difference->share, difference->n_shares, sizeof(share));
	difference->share[difference->n_shares++] = share;
}

static struct side_name side_name(const struct diffing *diffing,
				  const struct machine_effects *effects, size_t i)
{
	return (struct side_name){diffing->effects->list[effects->at[i].effect].text,
				  effects->at[i].mode};
}

static void diff_visit(void *diffing_, size_t row, const struct identity *identity)
{
	struct diffing *diffing = diffing_;
	struct population_share share = {diffing->population->model_of[row], 1};
	const struct side_name nothing = {.text = NULL};
	struct machine_effects before, after;

	effects_on(&diffing->side[0], identity, &before);
	effects_on(&diffing->side[1], identity, &after);
	drop_same(&before, &after);
	diffing->found.n_machines += before.n || after.n;
	for (size_t i = 0; i < before.n; i++) {
		size_t j = find_successor(diffing, &after, before.at[i].effect);
		bool has_successor = j < after.n;
		struct side_name successor =
			has_successor ? side_name(diffing, &after, j) : nothing;

		add_share(find_difference(diffing, side_name(diffing, &before, i), successor),
			  share);
		if (has_successor)
			drop_effect(&after, j);
	}
	for (size_t i = 0; i < after.n; i++)
		add_share(find_difference(diffing, nothing, side_name(diffing, &after, i)), share);
}

/* Adds what a worker found; takes its lists apart. */
static void merge(struct diffing *all, struct machines_diff *part)
{
	all->found.n_machines += part->n_machines;
	for (size_t i = 0; i < part->n; i++) {
		struct machine_difference *from = &part->list[i], *to = NULL;

		for (size_t j = 0; j < all->found.n && !to; j++) {
			struct machine_difference *other = &all->found.list[j];

			if (from->change == other->change &&
			    strcmp(from->before ? from->before : "",
				   other->before ? other->before : "") == 0 &&
			    strcmp(from->after ? from->after : "",
				   other->after ? other->after : "") == 0)
				to = other;
		}
		if (!to) {
			all->found.list = rules_grow(all->found.list, all->found.n, sizeof(*to));
			all->found.list[all->found.n++] = *from;
			*from = (struct machine_difference){.n_machines = 0};
			continue;
		}
		for (size_t j = 0; j < from->n_shares; j++)
			add_share(to, from->share[j]);
	}
	machines_diff_free(part);
}

static int compare_differences(const void *a_, const void *b_)
{
	const struct machine_difference *a = a_, *b = b_;
	int order;

	if (a->n_machines != b->n_machines)
		return a->n_machines > b->n_machines ? -1 : 1;
	order = strcmp(a->before ? a->before : "", b->before ? b->before : "");
	return order ? order : strcmp(a->after ? a->after : "", b->after ? b->after : "");
}

static void diff_all(struct diffing *all, void (*progress)(size_t n_done, size_t n_rows))
{
	const struct population *population = all->population;
	struct diffing part[IDENTITY_MAX_WORKERS];
	void *contexts[IDENTITY_MAX_WORKERS];
	struct identity_visit visit = {.order = population->order,
				       .wanted = all->side[0].rules.fields |
						 all->side[1].rules.fields,
				       .visit = diff_visit,
				       .context = contexts,
				       .progress = progress};
	unsigned n_workers = identity_workers();

	for (unsigned i = 0; i < n_workers; i++) {
		part[i] = *all;
		contexts[i] = &part[i];
	}
	identity_table_visit(population->table, &visit, n_workers);
	for (unsigned i = 0; i < n_workers; i++)
		merge(all, &part[i].found);
	for (size_t i = 0; i < all->found.n; i++)
		population_shares_sort(population, all->found.list[i].share,
				       all->found.list[i].n_shares);
	if (all->found.n)
		qsort(all->found.list, all->found.n, sizeof(*all->found.list), compare_differences);
}

static void add_scope(struct machines_diff *diff, const struct side *side)
{
	for (size_t i = 0; i < side->n_rules; i++) {
		if (side->rules.scope[i] == POPULATION_AT_MOST)
			diff->lacking |= side->rules.lacking[i];
		diff->n_skipped += side->rules.scope[i] == POPULATION_NO_KEY;
	}
}

bool machines_diff(const struct population *population, const struct rule_set *before,
		   const struct rule_set *after, void (*progress)(size_t n_done, size_t n_rows),
		   struct machines_diff *ret_diff, char **ret_error)
{
	struct effects effects = {.n = 0};
	struct side side[2] = {{.n_rules = 0}, {.n_rules = 0}};
	bool is_done = side_of(population, before, &effects, &side[0], ret_error) &&
		       side_of(population, after, &effects, &side[1], ret_error);

	if (is_done) {
		struct diffing diffing = {
			.population = population, .effects = &effects, .side = side};

		diff_all(&diffing, progress);
		add_scope(&diffing.found, &side[0]);
		add_scope(&diffing.found, &side[1]);
		*ret_diff = diffing.found;
	}
	side_free(&side[0]);
	side_free(&side[1]);
	for (size_t i = 0; i < effects.n; i++)
		free(effects.list[i].text);
	free(effects.list);
	return is_done;
}

void machines_diff_free(struct machines_diff *diff)
{
	for (size_t i = 0; i < diff->n; i++) {
		free(diff->list[i].before);
		free(diff->list[i].after);
		free(diff->list[i].share);
	}
	free(diff->list);
	*diff = (struct machines_diff){.n = 0};
}
