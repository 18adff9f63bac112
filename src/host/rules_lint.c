/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_lint.c - a parsed set in, what is wrong with it as a whole and with each rule's text out */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules_lint.h"

static void lint_add(struct lint *lint, enum diagnostic_severity severity, struct rule_place place,
		     const char *code, const char *hint, const char *format, va_list arguments)
{
	char message[512];

	vsnprintf(message, sizeof(message), format, arguments);
	diagnostics_add(lint->diagnostics, severity, code, lint->set->file[lint->rule->file].path,
			place, hint, "%s", message);
}

void lint_error(struct lint *lint, struct rule_place place, const char *code, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	lint_add(lint, DIAGNOSTIC_ERROR, place, code, hint, format, arguments);
	va_end(arguments);
}

void lint_warning(struct lint *lint, struct rule_place place, const char *code, const char *hint,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	lint_add(lint, DIAGNOSTIC_WARNING, place, code, hint, format, arguments);
	va_end(arguments);
}

/* ---- the set ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void report_duplicate(struct lint *lint, const struct rule *first)
{
	char hint[512];

	snprintf(hint, sizeof(hint), "it is taken at %s:%u", lint->set->file[first->file].path,
		 first->place.line);
	lint_error(lint, lint->rule->place, "L001", hint,
		   "expected an identifier of its own, found " RULE_ID_FORMAT " again",
		   lint->rule->id);
}

static void lint_ids(const struct rule_set *set, struct diagnostics *diagnostics)
{
	const struct rule **by_id = reallocarray(NULL, set->n_rules, sizeof(*by_id));
	struct lint lint = {.set = set, .diagnostics = diagnostics};
	size_t first = 0;

	if (!by_id)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		by_id[i] = &set->rule[i];
	qsort(by_id, set->n_rules, sizeof(*by_id), compare_ids);
	for (size_t i = 1; i < set->n_rules; i++) {
		if (by_id[i]->id != by_id[first]->id) {
			first = i;
			continue;
		}
		lint.rule = by_id[i];
		report_duplicate(&lint, by_id[first]);
	}
	free(by_id);
}

/* A file that was refused, in part or whole: it is not as it was meant. */
static bool has_finding(const struct diagnostics *diagnostics, const char *path)
{
	for (size_t i = 0; i < diagnostics->n; i++) {
		if (strcmp(diagnostics->list[i].path, path) == 0)
			return true;
	}
	return false;
}

static void lint_file(const struct rule_set *set, size_t file, struct diagnostics *diagnostics)
{
	const char *path = set->file[file].path, *header = set->file[file].header;
	size_t i = 0;

	if (has_finding(diagnostics, path))
		return;
	if (!header || !strstr(header, "SPDX-License-Identifier: "))
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, "L029", path,
				(struct rule_place){.line = 1, .column = 1},
				"begin the file with '# SPDX-License-Identifier: CC0-1.0' and a "
				"blank line",
				"expected a licence line at the top, found none");
	while (i < set->n_rules && set->rule[i].file != file)
		i++;
	if (i == set->n_rules)
		diagnostics_add(diagnostics, DIAGNOSTIC_WARNING, "L031", path,
				(struct rule_place){.line = 1, .column = 1}, NULL,
				"expected a rule in the file, found none");
}

/* ---- what a rule says twice ---- */

/* Text of the i-th repeated value of some key; malloc'ed. */
typedef void (*put_value)(FILE *out, const struct rule *rule, size_t i);

static void put_condition(FILE *out, const struct rule *rule, size_t i)
{
	fprintf(out, "%d ", (int)rule->condition[i].role);
	rule_format_condition(out, &rule->condition[i]);
}

static void put_probe(FILE *out, const struct rule *rule, size_t i)
{
	fprintf(out, "%s%s", rule->probe[i].wanted ? "" : "not ", probe_name(rule->probe[i].probe));
}

static void put_workaround(FILE *out, const struct rule *rule, size_t i)
{
	rule_format_workaround(out, &rule->workaround[i]);
}

static void put_evidence(FILE *out, const struct rule *rule, size_t i)
{
	fputs(rule->evidence[i].url, out);
}

static void put_case(FILE *out, const struct rule *rule, size_t i)
{
	fputs(rule->case_name[i], out);
}

static void put_machine(FILE *out, const struct rule *rule, size_t i)
{
	fputs(rule->machine[i], out);
}

static void put_near_miss(FILE *out, const struct rule *rule, size_t i)
{
	fputs(rule->near_miss[i], out);
}

static char *value_text(put_value put, const struct rule *rule, size_t i)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	put(out, rule, i);
	if (fclose(out))
		abort();
	return text;
}

static void lint_repeated(struct lint *lint, put_value put, size_t n, const char *key)
{
	char **text = reallocarray(NULL, n ? n : 1, sizeof(*text));

	if (!text)
		abort();
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		text[i] = value_text(put, lint->rule, i);
		while (strcmp(text[j], text[i]) != 0)
			j++;
		if (j < i)
			lint_error(lint, lint->rule->place, "L017", NULL,
				   "expected each %s once, found number %zu again as number %zu",
				   key, j + 1, i + 1);
	}
	for (size_t i = 0; i < n; i++)
		free(text[i]);
	free(text);
}

static void lint_repetitions(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	lint_repeated(lint, put_condition, rule->n_conditions, "condition");
	lint_repeated(lint, put_probe, rule->n_probes, "Probe");
	lint_repeated(lint, put_workaround, rule->n_workarounds, "Workaround");
	lint_repeated(lint, put_evidence, rule->n_evidence, "Evidence");
	lint_repeated(lint, put_case, rule->n_cases, "Case");
	lint_repeated(lint, put_machine, rule->n_machines, "Machine");
	lint_repeated(lint, put_near_miss, rule->n_near_misses, "Near-miss");
}

/* ---- machines ---- */

static bool has_name(char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void lint_fixtures(struct lint *lint)
{
	const struct rule *rule = lint->rule;

	for (size_t i = 0; i < rule->n_near_misses; i++) {
		if (has_name(rule->machine, rule->n_machines, rule->near_miss[i]))
			lint_error(lint, rule->place, "L028", NULL,
				   "expected a machine to match or to miss, found '%s' as both",
				   rule->near_miss[i]);
	}
	if (rule->unmatched && (rule->n_machines || rule->n_near_misses || rule->has_population))
		lint_error(
			lint, rule->unmatched_place, "L037", NULL,
			"expected no Machine, Near-miss and Population in a rule that no machine "
			"is told by, found %s",
			rule->n_machines      ? "Machine"
			: rule->n_near_misses ? "Near-miss"
					      : "Population");
	if (!rule->unmatched && rule->mode == MODE_ARM &&
	    (!rule->n_machines || !rule->n_near_misses))
		lint_error(
			lint, rule->place, "L032",
			"an armed rule is tested on one machine that matches and one that does not",
			"expected Machine and Near-miss in an armed rule, found no %s",
			rule->n_machines ? "Near-miss" : "Machine");
}

static void lint_machine(struct lint *lint, const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s.machine", folder, name) < 0)
		abort();
	if (access(path, R_OK))
		lint_error(lint, lint->rule->place, "L027", NULL,
			   "expected the file %s, found none", path);
	free(path);
}

void rules_lint_machines(const struct rule_set *set, const char *folder,
			 struct diagnostics *diagnostics)
{
	struct lint lint = {.set = set, .diagnostics = diagnostics};

	for (size_t i = 0; i < set->n_rules; i++) {
		lint.rule = &set->rule[i];
		for (size_t j = 0; j < lint.rule->n_machines; j++)
			lint_machine(&lint, folder, lint.rule->machine[j]);
		for (size_t j = 0; j < lint.rule->n_near_misses; j++)
			lint_machine(&lint, folder, lint.rule->near_miss[j]);
	}
}

void rules_lint(const struct rule_set *set, struct diagnostics *diagnostics)
{
	struct lint lint = {.set = set, .diagnostics = diagnostics};

	for (size_t i = 0; i < set->n_files; i++)
		lint_file(set, i, diagnostics);
	if (set->n_rules)
		lint_ids(set, diagnostics);
	for (size_t i = 0; i < set->n_rules; i++) {
		lint.rule = &set->rule[i];
		lint_texts(&lint);
		lint_conditions(&lint);
		lint_actions(&lint);
		lint_repetitions(&lint);
		lint_fixtures(&lint);
	}
	lint_relations(set, diagnostics);
}

void rules_lint_expired(const struct rule_set *set, const char *today,
			struct diagnostics *diagnostics)
{
	struct lint lint = {.set = set, .diagnostics = diagnostics};

	for (size_t i = 0; i < set->n_rules; i++) {
		lint.rule = &set->rule[i];
		if (lint.rule->expires && strcmp(lint.rule->expires, today) <= 0)
			lint_error(&lint, lint.rule->expires_place, "L045",
				   "look whether it is still needed, then move Expires or remove "
				   "the rule",
				   "expected a rule that has not expired, found %s on %s",
				   lint.rule->expires, today);
	}
}
