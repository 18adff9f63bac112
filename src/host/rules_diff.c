/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_diff.c - two rule sets in, the rules that differ and the lines in which they do out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/rules_diff.h>

#include "rules_memory.h"

/* Lines beyond which no common ones are looked for. */
#define MOST_CELLS ((size_t)4 << 20)

/* ---- lines ---- */

struct rule_text {
	char *bytes;
	size_t n;
	char **line; /* NUL-terminated, in `bytes` */
};

static struct rule_text text_of_rule(const struct rule *rule)
{
	struct rule_text text = {.n = 0};
	size_t size;
	FILE *out = open_memstream(&text.bytes, &size);

	if (!out)
		abort();
	rule_format(out, rule);
	if (fclose(out))
		abort();
	for (char *at = text.bytes, *end; (end = strchr(at, '\n')); at = end + 1) {
		*end = '\0';
		text.line = rules_grow(text.line, text.n, sizeof(*text.line));
		text.line[text.n++] = at;
	}
	return text;
}

static void text_free(struct rule_text *text)
{
	free(text->line);
	free(text->bytes);
}

static void add_line(struct rule_difference *difference, char sign, const char *text)
{
	difference->line =
		rules_grow(difference->line, difference->n_lines, sizeof(*difference->line));
	difference->line[difference->n_lines++] =
		(struct diff_line){.sign = sign, .text = rules_copy(text, strlen(text))};
}

/*
 * Lengths of the longest common subsequences of what begins at line i of `a` and at line j of `b`.
 * NULL for texts so long that nobody would read the answer.
 */
static unsigned *common_lengths(const struct rule_text *a, const struct rule_text *b)
{
	size_t width = b->n + 1;
	unsigned *length;

	if ((a->n + 1) * width > MOST_CELLS)
		return NULL;
	length = calloc((a->n + 1) * width, sizeof(*length));
	if (!length)
		abort();
	for (size_t i = a->n; i-- > 0;) {
		for (size_t j = b->n; j-- > 0;) {
			unsigned down = length[(i + 1) * width + j],
				 right = length[i * width + j + 1];

			if (strcmp(a->line[i], b->line[j]) == 0)
				length[i * width + j] = length[(i + 1) * width + j + 1] + 1;
			else
				length[i * width + j] = down > right ? down : right;
		}
	}
	return length;
}

static void compare_texts(const struct rule_text *a, const struct rule_text *b,
			  struct rule_difference *difference)
{
	unsigned *length = common_lengths(a, b);
	size_t i = 0, j = 0, width = b->n + 1;

	while (length && i < a->n && j < b->n) {
		if (strcmp(a->line[i], b->line[j]) == 0) {
			i++;
			j++;
		} else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
			add_line(difference, '-', a->line[i++]);
		} else {
			add_line(difference, '+', b->line[j++]);
		}
	}
	while (i < a->n)
		add_line(difference, '-', a->line[i++]);
	while (j < b->n)
		add_line(difference, '+', b->line[j++]);
	free(length);
}

/* ---- rules ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct rule *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

/* The rules by id, malloc'ed; NULL and a sentence when an id is there twice. */
static const struct rule **by_id(const struct rule_set *set, char **ret_error)
{
	const struct rule **rule = calloc(set->n_rules + 1, sizeof(const struct rule *));

	if (!rule)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		rule[i] = &set->rule[i];
	qsort(rule, set->n_rules, sizeof(const struct rule *), compare_ids);
	for (size_t i = 1; i < set->n_rules; i++) {
		if (rule[i]->id != rule[i - 1]->id)
			continue;
		file_error(ret_error,
			   "%s: " RULE_ID_FORMAT " is there twice; 'fwquirk check' says where",
			   set->file[rule[i]->file].path, rule[i]->id);
		free(rule);
		return NULL;
	}
	return rule;
}

static void add_difference(struct rules_diff *diff, struct rule_difference difference)
{
	diff->list = rules_grow(diff->list, diff->n, sizeof(*diff->list));
	diff->list[diff->n++] = difference;
}

static void compare_rules(struct rules_diff *diff, const struct rule *before,
			  const struct rule *after)
{
	struct rule_difference difference = {.before = before, .after = after};
	struct rule_text old = text_of_rule(before), new = text_of_rule(after);

	compare_texts(&old, &new, &difference);
	text_free(&old);
	text_free(&new);
	if (difference.n_lines)
		add_difference(diff, difference);
	else
		diff->n_same++;
}

static void compare_all(struct rules_diff *diff, const struct rule **before, size_t n_before,
			const struct rule **after, size_t n_after)
{
	size_t i = 0, j = 0;

	while (i < n_before || j < n_after) {
		if (j == n_after || (i < n_before && before[i]->id < after[j]->id)) {
			add_difference(diff, (struct rule_difference){.before = before[i++]});
		} else if (i == n_before || after[j]->id < before[i]->id) {
			add_difference(diff, (struct rule_difference){.after = after[j++]});
		} else {
			compare_rules(diff, before[i++], after[j++]);
		}
	}
}

bool rules_diff(const struct rule_set *before, const struct rule_set *after,
		struct rules_diff *ret_diff, char **ret_error)
{
	const struct rule **old = by_id(before, ret_error), **new = NULL;
	struct rules_diff diff = {.n = 0};

	if (old)
		new = by_id(after, ret_error);
	if (new) {
		compare_all(&diff, old, before->n_rules, new, after->n_rules);
		*ret_diff = diff;
	}
	free(old);
	free(new);
	return new != NULL;
}

void rules_diff_free(struct rules_diff *diff)
{
	for (size_t i = 0; i < diff->n; i++) {
		for (size_t j = 0; j < diff->list[i].n_lines; j++)
			free(diff->list[i].line[j].text);
		free(diff->list[i].line);
	}
	free(diff->list);
	*diff = (struct rules_diff){.n = 0};
}
