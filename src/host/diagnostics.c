/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* diagnostics.c - findings in, an ordered list of them out; never prints */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/rule.h>

#include "rules_memory.h"

static char *format_text(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		abort();
	return text;
}

void diagnostics_add(struct diagnostics *diagnostics, enum diagnostic_severity severity,
		     const char *code, const char *path, struct rule_place place, const char *hint,
		     const char *format, ...)
{
	struct diagnostic *added;
	va_list arguments;

	diagnostics->list = rules_grow(diagnostics->list, diagnostics->n, sizeof(*added));
	added = &diagnostics->list[diagnostics->n++];
	added->severity = severity;
	added->code = code;
	added->path = rules_copy(path, strlen(path));
	added->place = place;
	added->hint = hint ? rules_copy(hint, strlen(hint)) : NULL;
	va_start(arguments, format);
	added->message = format_text(format, arguments);
	va_end(arguments);
	diagnostics->n_errors += severity == DIAGNOSTIC_ERROR;
	diagnostics->n_warnings += severity == DIAGNOSTIC_WARNING;
}

static int compare_numbers(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int compare_places(const void *a, const void *b)
{
	const struct diagnostic *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (!order)
		order = compare_numbers(x->place.line, y->place.line);
	if (!order)
		order = compare_numbers(x->place.column, y->place.column);
	if (!order)
		order = strcmp(x->code, y->code);
	return order ? order : strcmp(x->message, y->message);
}

void diagnostics_sort(struct diagnostics *diagnostics, size_t from)
{
	if (diagnostics->n > from)
		qsort(diagnostics->list + from, diagnostics->n - from, sizeof(*diagnostics->list),
		      compare_places);
}

const char *diagnostic_severity_name(enum diagnostic_severity severity)
{
	switch (severity) {
	case DIAGNOSTIC_NOTE:
		return "note";
	case DIAGNOSTIC_WARNING:
		return "warning";
	case DIAGNOSTIC_ERROR:
		return "error";
	}
	return "?";
}

void diagnostic_print(FILE *out, const struct diagnostic *diagnostic)
{
	fputs(diagnostic->path, out);
	if (diagnostic->place.line)
		fprintf(out, ":%u:%u", diagnostic->place.line, diagnostic->place.column);
	fprintf(out, ": %s %s: %s\n", diagnostic_severity_name(diagnostic->severity),
		diagnostic->code, diagnostic->message);
	if (diagnostic->hint)
		fprintf(out, "    %s\n", diagnostic->hint);
}

void diagnostics_free(struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->n; i++) {
		free(diagnostics->list[i].path);
		free(diagnostics->list[i].message);
		free(diagnostics->list[i].hint);
	}
	free(diagnostics->list);
	*diagnostics = (struct diagnostics){.n = 0};
}
