/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_words.c - a rule in, its row in the index of words out; decides what a search can find */
#include <stdio.h>
#include <stdlib.h>

#include "store_sql.h"

static void put(FILE *out, const char *text)
{
	if (text)
		fprintf(out, "%s\n", text);
}

static void put_all(FILE *out, char *const *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(out, text[i]);
}

/* What people wrote about the rule. */
static void story_print(FILE *out, const struct rule *rule)
{
	put(out, rule->comment);
	put(out, rule->unbounded);
	put(out, rule->unprobed);
	put(out, rule->remove_when);
	put_all(out, rule->note, rule->n_notes);
	for (size_t i = 0; i < rule->n_evidence; i++) {
		put(out, rule->evidence[i].url);
		put(out, rule->evidence[i].says);
	}
	put_all(out, rule->machine, rule->n_machines);
	put_all(out, rule->near_miss, rule->n_near_misses);
}

/* What machines are compared with. */
static void value_print(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		put_all(out, condition->value, condition->n_values);
		put(out, condition->low);
		put(out, condition->high);
	}
}

/* The rule's name, and its words of the vocabulary with what they mean. */
static void class_print(FILE *out, const struct rule *rule)
{
	fprintf(out, RULE_ID_FORMAT "\n", rule->id);
	put(out, defect_name(rule->defect));
	put(out, defect_meaning(rule->defect));
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		put(out, workaround_name(rule->workaround[i].workaround));
		put(out, workaround_meaning(rule->workaround[i].workaround));
		put(out, rule->workaround[i].text);
	}
	for (size_t i = 0; i < rule->n_probes; i++) {
		put(out, probe_name(rule->probe[i].probe));
		put(out, probe_meaning(rule->probe[i].probe));
	}
}

static char *printed(void (*print)(FILE *out, const struct rule *rule), const struct rule *rule)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	print(out, rule);
	if (fclose(out))
		abort();
	return text;
}

bool store_index_words(sqlite3_stmt *insert, const struct rule *rule)
{
	char *story = printed(story_print, rule);
	char *value = printed(value_print, rule);
	char *class = printed(class_print, rule);
	bool is_done = SQL_RUN(insert, SQL_INT(rule->id), SQL_TEXT(rule->title), SQL_TEXT(story),
			       SQL_TEXT(value), SQL_TEXT(class));

	free(story);
	free(value);
	free(class);
	return is_done;
}
