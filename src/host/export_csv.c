/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_csv.c - a rule set in, a table with a line for each rule out (RFC 4180) */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/export.h>

/* Between the values of a key that a rule has several of. */
#define BETWEEN " | "

static const char *const columns[] = {
	"id",          "title",       "defect",      "confidence", "mode",      "match",
	"introduced",  "fixed",       "known_good",  "unbounded",  "unmatched", "probes",
	"unprobed",    "workarounds", "population",  "evidence",   "cases",     "machines",
	"near_misses", "expires",     "remove_when", "notes",      "comment",   "file",
};

/* One cell, printed with spell_begin and spell_end around what is to be in it. */
struct cell {
	FILE *stream;
	char *text;
	size_t size;
};

static FILE *cell_begin(struct cell *cell)
{
	cell->stream = open_memstream(&cell->text, &cell->size);
	if (!cell->stream)
		abort();
	return cell->stream;
}

/* RFC 4180 section 2: in quotes when there is a quote, a comma or a line break; quotes doubled. */
static void write_quoted(FILE *out, const char *text, size_t size)
{
	if (!memchr(text, '"', size) && !memchr(text, ',', size) && !memchr(text, '\n', size) &&
	    !memchr(text, '\r', size)) {
		fwrite(text, 1, size, out);
		return;
	}
	putc('"', out);
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '"')
			putc('"', out);
		putc(text[i] == '\n' ? ' ' : text[i], out);
	}
	putc('"', out);
}

static void cell_end(struct cell *cell, FILE *out)
{
	if (fclose(cell->stream))
		abort();
	putc(',', out);
	write_quoted(out, cell->text, cell->size);
	free(cell->text);
}

static void put(FILE *out, const char *text)
{
	putc(',', out);
	if (text)
		write_quoted(out, text, strlen(text));
}

static void put_texts(FILE *out, char *const *text, size_t n)
{
	struct cell cell;
	FILE *in = cell_begin(&cell);

	for (size_t i = 0; i < n; i++)
		fprintf(in, "%s%s", i ? BETWEEN : "", text[i]);
	cell_end(&cell, out);
}

static void put_conditions(FILE *out, const struct rule *rule, enum condition_role role)
{
	const char *between = "";
	struct cell cell;
	FILE *in = cell_begin(&cell);

	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (rule->condition[i].role != role)
			continue;
		fputs(between, in);
		rule_format_condition(in, &rule->condition[i]);
		between = BETWEEN;
	}
	cell_end(&cell, out);
}

static void put_probes(FILE *out, const struct rule *rule)
{
	struct cell cell;
	FILE *in = cell_begin(&cell);

	for (size_t i = 0; i < rule->n_probes; i++)
		fprintf(in, "%s%s%s", i ? BETWEEN : "", rule->probe[i].wanted ? "" : "not ",
			probe_name(rule->probe[i].probe));
	cell_end(&cell, out);
}

static void put_workarounds(FILE *out, const struct rule *rule)
{
	struct cell cell;
	FILE *in = cell_begin(&cell);

	for (size_t i = 0; i < rule->n_workarounds; i++) {
		fputs(i ? BETWEEN : "", in);
		rule_format_workaround(in, &rule->workaround[i]);
	}
	cell_end(&cell, out);
}

static void put_evidence(FILE *out, const struct rule *rule)
{
	struct cell cell;
	FILE *in = cell_begin(&cell);

	for (size_t i = 0; i < rule->n_evidence; i++)
		fprintf(in, "%s%s%s%s", i ? BETWEEN : "", rule->evidence[i].url,
			rule->evidence[i].says ? " " : "",
			rule->evidence[i].says ? rule->evidence[i].says : "");
	cell_end(&cell, out);
}

/* In the order of the columns. */
static void put_rule(FILE *out, const struct rule *rule, const char *path)
{
	char population[16] = "";

	if (rule->has_population)
		snprintf(population, sizeof(population), "%u", (unsigned)rule->population);
	fprintf(out, RULE_ID_FORMAT, rule->id);
	put(out, rule->title);
	put(out, defect_name(rule->defect));
	put(out, confidence_name(rule->confidence));
	put(out, mode_name(rule->mode));
	for (int role = ROLE_MATCH; role <= ROLE_KNOWN_GOOD; role++)
		put_conditions(out, rule, (enum condition_role)role);
	put(out, rule->unbounded);
	put(out, rule->unmatched);
	put_probes(out, rule);
	put(out, rule->unprobed);
	put_workarounds(out, rule);
	put(out, population);
	put_evidence(out, rule);
	put_texts(out, rule->case_name, rule->n_cases);
	put_texts(out, rule->machine, rule->n_machines);
	put_texts(out, rule->near_miss, rule->n_near_misses);
	put(out, rule->expires);
	put(out, rule->remove_when);
	put_texts(out, rule->note, rule->n_notes);
	put(out, rule->comment);
	put(out, path);
	fputs("\r\n", out);
}

bool export_csv(const struct rule_set *set, const struct export_options *options,
		struct export_files *files, struct export_loss *loss, char **ret_error)
{
	FILE *out = export_file_add(files, "");

	(void)options;
	(void)ret_error;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i]);
	fputs("\r\n", out);
	for (size_t i = 0; i < set->n_rules; i++)
		put_rule(out, &set->rule[i], set->file[set->rule[i].file].path);
	loss->n_rules = loss->n_written = set->n_rules;
	export_lose(loss, 0, EXPORT_DROPPED, "structure",
		    "several values of a key are joined by \"" BETWEEN "\" in one cell, lines of a "
		    "comment by a blank");
	export_lose(loss, 0, EXPORT_DROPPED, "header", "the comment at the top of a rule file");
	return true;
}
