/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_words.c - a rule in, its rows in the indexes of words and names out; decides what a search can
 * find */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_sql.h"

/* By number, and not through the lists of vocab.c: this is done for every rule. */
static const char *const defects[] = {
#define DEFECT(number, id, name, meaning) [number] = name " " meaning,
#include <fwquirk/vocab.def>
};
static const char *const workarounds[] = {
#define WORKAROUND(number, id, name, wx, parameter, meaning) [number] = name " " meaning,
#include <fwquirk/vocab.def>
};
static const char *const probes[] = {
#define PROBE(number, id, name, meaning) [number] = name " " meaning,
#include <fwquirk/vocab.def>
};

/* Appends bytes, with room for a NUL behind them. */
static void append(struct words *words, const char *at, size_t size)
{
	if (words->room - words->size < size + 1) {
		words->room = 2 * words->room + size + 1024;
		words->at = realloc(words->at, words->room);
		if (!words->at)
			abort();
	}
	memcpy(words->at + words->size, at, size);
	words->size += size;
	words->at[words->size] = '\0';
}

static void put(struct words *words, const char *text)
{
	if (!text)
		return;
	append(words, text, strlen(text));
	append(words, "\n", 1);
}

static void put_all(struct words *words, char *const *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(words, text[i]);
}

/* What people wrote about the rule. */
static void put_story(struct words *words, const struct rule *rule)
{
	put(words, rule->comment);
	put(words, rule->unbounded);
	put(words, rule->unmatched);
	put(words, rule->unprobed);
	put(words, rule->remove_when);
	put_all(words, rule->note, rule->n_notes);
	for (size_t i = 0; i < rule->n_evidence; i++) {
		put(words, rule->evidence[i].url);
		put(words, rule->evidence[i].says);
	}
	put_all(words, rule->case_name, rule->n_cases);
	put_all(words, rule->machine, rule->n_machines);
	put_all(words, rule->near_miss, rule->n_near_misses);
}

/* What machines are compared with. */
static void put_values(struct words *words, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		put_all(words, condition->value, condition->n_values);
		put(words, condition->low);
		put(words, condition->high);
	}
}

/* The rule's name, and its words of the vocabulary with what they mean. */
static void put_classes(struct words *words, const struct rule *rule)
{
	char id[16];

	snprintf(id, sizeof(id), RULE_ID_FORMAT, rule->id);
	put(words, id);
	put(words, defects[rule->defect]);
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		put(words, workarounds[rule->workaround[i].workaround]);
		put(words, rule->workaround[i].text);
	}
	for (size_t i = 0; i < rule->n_probes; i++)
		put(words, probes[rule->probe[i].probe]);
}

bool store_index_words(sqlite3_stmt *insert, struct words *words, const struct rule *rule)
{
	size_t values, classes;

	/* Three texts in one buffer, which may move while they are written. */
	words->size = 0;
	put_story(words, rule);
	append(words, "", 1);
	values = words->size;
	put_values(words, rule);
	append(words, "", 1);
	classes = words->size;
	put_classes(words, rule);
	return SQL_RUN(insert, SQL_INT(rule->id), SQL_TEXT(rule->title), SQL_TEXT(words->at),
		       SQL_TEXT(words->at + values), SQL_TEXT(words->at + classes));
}

/* What a condition compares machines' names with, in normal form. */
static void put_normal(struct words *words, const char *value)
{
	struct text_fold fold = text_fold_begin(text_of(value));
	int c;

	while ((c = text_fold_next(&fold)) >= 0)
		append(words, &(char){(char)c}, 1);
	append(words, "\n", 1);
}

bool store_index_names(sqlite3_stmt *insert, struct words *words, const struct rule *rule)
{
	words->size = 0;
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		if (condition->role != ROLE_MATCH || condition->negated ||
		    !(STORE_NAME_FIELDS >> condition->field & 1))
			continue;
		for (size_t n = 0; n < condition->n_values; n++)
			put_normal(words, condition->value[n]);
	}
	return !words->size || SQL_RUN(insert, SQL_INT(rule->id), SQL_TEXT(words->at));
}
