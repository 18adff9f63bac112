/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* population_lint.c - counts of the machines that rules hit in, the rules that hit the wrong ones out */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "population_parts.h"
#include "rules_lint.h"

struct population_look {
	struct lint lint;
	const struct population *population;
	const struct population_limits *limits;
	const struct population_count *count; /* of the rule at hand */
};

static void note(const struct population_look *look, struct rule_place place, const char *code,
		 const char *hint, const char *message)
{
	const struct lint *lint = &look->lint;

	diagnostics_add(lint->diagnostics, DIAGNOSTIC_NOTE, code,
			lint->set->file[lint->rule->file].path, place, hint, "%s", message);
}

/* "efi-vendor, uefi-revision" */
static const char *names_of(uint32_t fields, char *text, size_t room)
{
	struct text_buffer names = text_buffer_of(text, room);

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (!(fields >> field & 1))
			continue;
		text_append_c(&names, names.size ? ", " : "");
		text_append_c(&names, field_name((enum field)field));
	}
	return text;
}

/* "mostly LENOVO 20HG (12)": what somebody has to look at first. */
static const char *most_of(const struct population_look *look, char *text, size_t room)
{
	const struct population_share *share = look->count->share;
	const struct population_model *model = &look->population->model[share->model];
	struct text_buffer most = text_buffer_of(text, room);

	text_append_c(&most, "most of them ");
	text_append_escaped(&most, model->vendor);
	text_append_c(&most, model->product.size ? " " : "");
	text_append_escaped(&most, model->product);
	text_append_c(&most, ": ");
	text_append_u64(&most, share->n_machines);
	return text;
}

static uint32_t slack_of(uint32_t population, uint32_t percent)
{
	uint64_t slack = (uint64_t)population * percent / 100;

	return slack > POPULATION_SLACK ? (uint32_t)(slack > UINT32_MAX ? UINT32_MAX : slack)
					: POPULATION_SLACK;
}

static void lint_stated(struct population_look *look)
{
	const struct rule *rule = look->lint.rule;
	uint32_t slack = slack_of(rule->population, look->limits->tolerance);
	uint32_t n = look->count->n_machines;
	bool is_over = n > rule->population && n - rule->population > slack;
	bool is_under = n < rule->population && rule->population - n > slack;
	char hint[256];

	/* A bound that is larger than what was stated says nothing. */
	if (look->count->scope == POPULATION_AT_MOST)
		is_over = false;
	if (is_over || is_under)
		lint_error(&look->lint, rule->population_place, "L051",
			   n ? most_of(look, hint, sizeof(hint)) : NULL,
			   "expected %" PRIu32 " machines, give or take %" PRIu32
			   ", found %" PRIu32,
			   rule->population, slack, n);
}

static void lint_none(struct population_look *look)
{
	char message[128];

	snprintf(message, sizeof(message),
		 RULE_ID_FORMAT " hits none of the machines of the population",
		 look->lint.rule->id);
	note(look, look->lint.rule->place, "L052", NULL, message);
}

static void lint_count(struct population_look *look)
{
	const struct rule *rule = look->lint.rule;
	uint32_t n = look->count->n_machines;
	char hint[256];

	if (rule->has_population)
		lint_stated(look);
	else if (n > look->limits->limit && look->count->scope == POPULATION_EXACT)
		lint_error(&look->lint, rule->place, "L050", most_of(look, hint, sizeof(hint)),
			   "expected at most %" PRIu32 " machines, or a Population that says how "
			   "many, found %" PRIu32,
			   look->limits->limit, n);
	else if (!n)
		lint_none(look);
}

static void lint_scope(struct population_look *look)
{
	char names[256], message[512];

	names_of(look->count->lacking, names, sizeof(names));
	if (look->count->scope == POPULATION_AT_MOST)
		snprintf(message, sizeof(message),
			 RULE_ID_FORMAT " hits at most %" PRIu32 " machines: the population lacks "
					"%s, so that was not looked at",
			 look->lint.rule->id, look->count->n_machines, names);
	else
		snprintf(message, sizeof(message), RULE_ID_FORMAT " is not counted: %s%s%s",
			 look->lint.rule->id, *names ? "the population lacks " : "", names,
			 *names ? ", and the rest does not find a machine"
				: "nothing finds a machine");
	note(look, look->lint.rule->place, "L053", NULL, message);
}

/* A scheme that does not fit shows in versions that it cannot read. */
static void lint_unreadable(struct population_look *look)
{
	const struct population_count *count = look->count;
	char value[96], message[256];
	struct text_buffer spelt = text_buffer_of(value, sizeof(value));
	struct identity identity;

	identity_table_row(look->population->table, count->unreadable_row,
			   (uint32_t)1 << count->unreadable_field, &identity);
	text_append_escaped(&spelt, identity.field[count->unreadable_field]);
	snprintf(message, sizeof(message),
		 RULE_ID_FORMAT " makes no claim about %" PRIu32 " machine%s whose %s it cannot "
				"read, as \"%s\"",
		 look->lint.rule->id, count->n_unreadable, count->n_unreadable == 1 ? "" : "s",
		 field_name(count->unreadable_field), value);
	note(look, look->lint.rule->place, "L054", NULL, message);
}

void population_lint(const struct population *population, const struct rule_set *set,
		     const struct population_count *counts, const struct population_limits *limits,
		     struct diagnostics *diagnostics)
{
	struct population_look look = {.lint = {.set = set, .diagnostics = diagnostics},
				       .population = population,
				       .limits = limits};

	for (size_t i = 0; i < set->n_rules; i++) {
		look.lint.rule = &set->rule[i];
		look.count = &counts[i];
		if (look.count->scope == POPULATION_UNMATCHED)
			continue;
		if (look.count->scope == POPULATION_NO_KEY ||
		    (look.count->scope == POPULATION_AT_MOST && look.count->n_machines))
			lint_scope(&look);
		if (look.count->scope != POPULATION_NO_KEY)
			lint_count(&look);
		if (look.count->n_unreadable)
			lint_unreadable(&look);
	}
}
