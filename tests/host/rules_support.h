/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_support.h - rule text to rules, findings and text again, and whether two sets are the same */
#ifndef FWQUIRK_TESTS_RULES_SUPPORT_H
#define FWQUIRK_TESTS_RULES_SUPPORT_H

#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/rule.h>

static inline char *findings_text(const struct diagnostics *diagnostics)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < diagnostics->n; i++)
		diagnostic_print(out, &diagnostics->list[i]);
	fclose(out);
	return text;
}

static inline char *file_text(const struct rule_set *set, size_t file, size_t *ret_size)
{
	char *text;
	FILE *out = open_memstream(&text, ret_size);

	rules_format_file(out, set, file);
	fclose(out);
	return text;
}

static inline bool same_text(const char *a, const char *b)
{
	return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

static inline bool same_texts(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
	bool is_same = n_a == n_b;

	for (size_t i = 0; is_same && i < n_a; i++)
		is_same = same_text(a[i], b[i]);
	return is_same;
}

static inline bool same_condition(const struct rule_condition *a, const struct rule_condition *b)
{
	return a->role == b->role && a->field == b->field && a->op == b->op &&
	       a->negated == b->negated &&
	       same_texts(a->value, a->n_values, b->value, b->n_values) && a->scheme == b->scheme &&
	       a->has_low == b->has_low && a->low_included == b->low_included &&
	       a->has_high == b->has_high && a->high_included == b->high_included &&
	       same_text(a->low, b->low) && same_text(a->high, b->high) && a->mask == b->mask &&
	       a->masked_value == b->masked_value;
}

static inline bool same_workaround(const struct rule_workaround_use *a,
				   const struct rule_workaround_use *b)
{
	return a->workaround == b->workaround && a->a == b->a && a->b == b->b &&
	       memcmp(a->guid, b->guid, sizeof(a->guid)) == 0 && same_text(a->text, b->text);
}

static inline bool same_actions(const struct rule *a, const struct rule *b)
{
	bool is_same = a->n_probes == b->n_probes && a->n_workarounds == b->n_workarounds;

	for (size_t i = 0; is_same && i < a->n_probes; i++)
		is_same = a->probe[i].probe == b->probe[i].probe &&
			  a->probe[i].wanted == b->probe[i].wanted;
	for (size_t i = 0; is_same && i < a->n_workarounds; i++)
		is_same = same_workaround(&a->workaround[i], &b->workaround[i]);
	return is_same;
}

static inline bool same_evidence(const struct rule *a, const struct rule *b)
{
	bool is_same = a->n_evidence == b->n_evidence;

	for (size_t i = 0; is_same && i < a->n_evidence; i++)
		is_same = same_text(a->evidence[i].url, b->evidence[i].url) &&
			  same_text(a->evidence[i].says, b->evidence[i].says);
	return is_same;
}

static inline bool same_conditions(const struct rule *a, const struct rule *b)
{
	bool is_same = a->n_conditions == b->n_conditions;

	for (size_t i = 0; is_same && i < a->n_conditions; i++)
		is_same = same_condition(&a->condition[i], &b->condition[i]);
	return is_same;
}

/* Everything but the places in the text. */
static inline bool same_rule(const struct rule *a, const struct rule *b)
{
	return a->id == b->id && same_text(a->comment, b->comment) &&
	       same_text(a->title, b->title) && a->defect == b->defect &&
	       a->confidence == b->confidence && a->mode == b->mode && same_conditions(a, b) &&
	       same_text(a->unbounded, b->unbounded) && same_text(a->unprobed, b->unprobed) &&
	       same_text(a->unmatched, b->unmatched) && same_text(a->expires, b->expires) &&
	       a->has_population == b->has_population && a->population == b->population &&
	       same_texts(a->case_name, a->n_cases, b->case_name, b->n_cases) &&
	       same_actions(a, b) && same_evidence(a, b) &&
	       same_texts(a->machine, a->n_machines, b->machine, b->n_machines) &&
	       same_texts(a->near_miss, a->n_near_misses, b->near_miss, b->n_near_misses) &&
	       same_texts(a->note, a->n_notes, b->note, b->n_notes) &&
	       same_text(a->remove_when, b->remove_when) && a->file == b->file;
}

static inline bool same_set(const struct rule_set *a, const struct rule_set *b)
{
	bool is_same = a->n_files == b->n_files && a->n_rules == b->n_rules;

	for (size_t i = 0; is_same && i < a->n_files; i++)
		is_same = same_text(a->file[i].path, b->file[i].path) &&
			  same_text(a->file[i].header, b->file[i].header);
	for (size_t i = 0; is_same && i < a->n_rules; i++)
		is_same = same_rule(&a->rule[i], &b->rule[i]);
	return is_same;
}

#endif
