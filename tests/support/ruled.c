/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* ruled.c - rule text in, an open table out; a test that cannot get one ends here */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/pack.h>

#include "support/ruled.h"

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "Bail out! %s: %s\n", what, why);
	exit(99);
}

void ruled_of_set(struct ruled *ruled, struct rule_set set)
{
	char *error = NULL;

	memset(ruled, 0, sizeof(*ruled));
	ruled->set = set;
	ruled->bytes = pack_rules(&ruled->set, &ruled->size, &error);
	if (!ruled->bytes)
		give_up("rules of a test do not pack", error);
	if (table_open(span_of(ruled->bytes, ruled->size), &ruled->table) ||
	    table_check(&ruled->table))
		give_up("a packed table of a test does not open", "table_open");
}

void ruled_of_text(struct ruled *ruled, const char *text)
{
	struct diagnostics diagnostics = {.n = 0};
	struct rule_set set = {.n_rules = 0};

	if (!rules_parse_bytes(&set, "test", text, strlen(text), &diagnostics))
		give_up(text, diagnostics.list[0].message);
	diagnostics_free(&diagnostics);
	ruled_of_set(ruled, set);
}

void ruled_of_lines(struct ruled *ruled, const char *const *lines)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	fputs("# a test\n", out);
	for (unsigned i = 0; lines[i]; i++) {
		const char *mode = strncmp(lines[i], "Mode = ", 7) ? "Mode = arm\n" : "";

		fprintf(out, "\n[FWQ-%04u]\nTitle = T\nDefect = other\nConfidence = reported\n",
			i + 1);
		fprintf(out, "%s%s%sEvidence = https://example.org/\n", mode, lines[i],
			lines[i][strlen(lines[i]) - 1] == '\n' ? "" : "\n");
	}
	fclose(out);
	ruled_of_text(ruled, text);
	free(text);
}

void ruled_free(struct ruled *ruled)
{
	rule_set_free(&ruled->set);
	free(ruled->bytes);
}

void machine_set(struct identity *identity, const char *field, const char *value)
{
	enum field number;

	if (!field_from_name(text_of(field), &number))
		give_up("no such field", field);
	identity_set_text(identity, number, text_of(value));
}
