/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_loss.c - what an export could not say: collected, then printed or made JSON; decides nothing */
#include <stdarg.h>
#include <stdlib.h>

#include <fwquirk/host/export.h>

#include "rules_memory.h"

static const char *kind_name(enum export_loss_kind kind)
{
	static const char *const names[EXPORT_LOSS_KINDS] = {
		[EXPORT_LEFT_OUT] = "left-out",
		[EXPORT_WIDENED] = "widened",
		[EXPORT_NARROWED] = "narrowed",
		[EXPORT_DROPPED] = "dropped",
	};

	return names[kind];
}

void export_lose(struct export_loss *loss, uint32_t rule, enum export_loss_kind kind,
		 const char *what, const char *format, ...)
{
	struct export_loss_line line = {.rule = rule, .kind = kind, .what = what};
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&line.detail, format, arguments) < 0)
		abort();
	va_end(arguments);
	loss->line = rules_grow(loss->line, loss->n, sizeof(*loss->line));
	loss->line[loss->n++] = line;
}

void export_loss_settle(struct export_loss *loss, size_t from)
{
	size_t n = from;

	for (size_t i = from; i < loss->n; i++) {
		if (loss->line[i].kind == EXPORT_LEFT_OUT)
			loss->line[n++] = loss->line[i];
		else
			free(loss->line[i].detail);
	}
	loss->n = n;
}

void export_loss_free(struct export_loss *loss)
{
	for (size_t i = 0; i < loss->n; i++)
		free(loss->line[i].detail);
	free(loss->line);
	*loss = (struct export_loss){.n = 0};
}

static void print_line(FILE *out, const struct export_loss_line *line)
{
	if (line->rule)
		fprintf(out, RULE_ID_FORMAT, line->rule);
	else
		fputs("always", out);
	fprintf(out, ": %s: %s: %s\n", kind_name(line->kind), line->what, line->detail);
}

void export_loss_print(FILE *out, const struct export_loss *loss, const char *target)
{
	fprintf(out, "%s: %zu of %zu rules written\n", target, loss->n_written, loss->n_rules);
	for (int about_rules = 0; about_rules <= 1; about_rules++)
		for (size_t i = 0; i < loss->n; i++)
			if ((loss->line[i].rule != 0) == about_rules)
				print_line(out, &loss->line[i]);
}

static json_t *line_json(const struct export_loss_line *line)
{
	json_t *object = json_pack("{s:s, s:s, s:s}", "kind", kind_name(line->kind), "what",
				   line->what, "detail", line->detail);
	char id[24];

	if (line->rule) {
		snprintf(id, sizeof(id), RULE_ID_FORMAT, line->rule);
		json_object_set_new(object, "rule", json_string(id));
	}
	return object;
}

json_t *export_loss_json(const struct export_loss *loss, const char *target)
{
	json_t *always = json_array(), *losses = json_array();

	for (size_t i = 0; i < loss->n; i++)
		json_array_append_new(loss->line[i].rule ? losses : always,
				      line_json(&loss->line[i]));
	return json_pack("{s:s, s:I, s:I, s:o, s:o}", "target", target, "rules",
			 (json_int_t)loss->n_rules, "written", (json_int_t)loss->n_written,
			 "always", always, "losses", losses);
}
