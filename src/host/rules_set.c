/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_set.c - memory and identifiers of a rule set; never reads rule text */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/rule.h>

#include "rules_memory.h"

void *rules_grow(void *list, size_t n, size_t element_size)
{
	if (n & (n - 1))
		return list;
	list = reallocarray(list, n ? n * 2 : 1, element_size);
	if (!list)
		abort();
	return list;
}

char *rules_copy(const char *at, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, at, size);
	copy[size] = '\0';
	return copy;
}

static void texts_free(char **text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(text[i]);
	free(text);
}

static void conditions_free(struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		texts_free(rule->condition[i].value, rule->condition[i].n_values);
		free(rule->condition[i].low);
		free(rule->condition[i].high);
	}
	free(rule->condition);
}

void rule_free(struct rule *rule)
{
	conditions_free(rule);
	for (size_t i = 0; i < rule->n_workarounds; i++)
		free(rule->workaround[i].text);
	for (size_t i = 0; i < rule->n_evidence; i++) {
		free(rule->evidence[i].url);
		free(rule->evidence[i].says);
	}
	free(rule->workaround);
	free(rule->evidence);
	free(rule->probe);
	texts_free(rule->case_name, rule->n_cases);
	texts_free(rule->machine, rule->n_machines);
	texts_free(rule->near_miss, rule->n_near_misses);
	texts_free(rule->note, rule->n_notes);
	free(rule->comment);
	free(rule->title);
	free(rule->unbounded);
	free(rule->unmatched);
	free(rule->unprobed);
	free(rule->expires);
	free(rule->remove_when);
	memset(rule, 0, sizeof(*rule));
}

void rule_set_free(struct rule_set *set)
{
	for (size_t i = 0; i < set->n_rules; i++)
		rule_free(&set->rule[i]);
	for (size_t i = 0; i < set->n_files; i++) {
		free(set->file[i].path);
		free(set->file[i].header);
	}
	free(set->rule);
	free(set->file);
	*set = (struct rule_set){.n_files = 0};
}

bool rule_id_from_text(const char *text, uint32_t *ret_id)
{
	uint64_t id = 0;
	size_t n_digits = 0;

	if (strncmp(text, "FWQ-", 4) != 0)
		return false;
	for (text += 4; text[n_digits] >= '0' && text[n_digits] <= '9'; n_digits++) {
		id = id * 10 + (uint64_t)(text[n_digits] - '0');
		if (id > RULE_ID_MAX)
			return false;
	}
	if (text[n_digits] || n_digits < 4 || !id || (n_digits > 4 && text[0] == '0'))
		return false;
	*ret_id = (uint32_t)id;
	return true;
}

size_t rules_shared_prefix(const struct rule_set *set)
{
	const char *first = set->n_files ? set->file[0].path : "";
	const char *slash = strrchr(first, '/');
	size_t size = slash ? (size_t)(slash - first) + 1 : 0, start;

	for (size_t i = 1; i < set->n_files; i++) {
		size_t same = 0;

		while (same < size && set->file[i].path[same] == first[same])
			same++;
		while (same && first[same - 1] != '/')
			same--;
		size = same;
	}
	for (start = size ? size - 1 : 0; start && first[start - 1] != '/'; start--)
		;
	/* "./", "../" and "/" are no names. */
	return strspn(first + start, "./") == size - start ? size : start;
}
