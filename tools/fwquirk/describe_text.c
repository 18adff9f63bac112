/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* describe_text.c - a rule in, what it says in plain words out; safe for a terminal */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "tool.h"

#define LABEL_WIDTH 14
#define TEXT_WIDTH  80

static const char *const confidence_meanings[] = {
#define CONFIDENCE(number, id, name, meaning) [number] = meaning,
#include <fwquirk/vocab.def>
};
static const char *const mode_meanings[] = {
#define MODE(number, id, name, meaning) [number] = meaning,
#include <fwquirk/vocab.def>
};
static const char *const wx_meanings[] = {
#define WX(number, id, name, meaning) [number] = meaning,
#include <fwquirk/vocab.def>
};

/* Characters, as far as a terminal counts them: bytes that do not go on a UTF-8 sequence. */
static size_t columns(struct text text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.size; i++)
		n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	return n;
}

/* A paragraph beside its label, broken between words. */
static void put(FILE *out, const char *label, const char *paragraph)
{
	size_t at = 0;

	fprintf(out, "  %-*s", LABEL_WIDTH - 2, label);
	for (const char *word = paragraph; *word;) {
		struct text text = text_sized(word, strcspn(word, " "));
		size_t width = columns(text);

		if (at && at + 1 + width > TEXT_WIDTH) {
			fprintf(out, "\n%*s", LABEL_WIDTH, "");
			at = 0;
		} else if (at) {
			fputc(' ', out);
			at++;
		}
		tool_print_text(out, text);
		at += width;
		word += text.size;
		word += strspn(word, " ");
	}
	fputc('\n', out);
}

static void put_if(FILE *out, const char *label, const char *paragraph)
{
	if (paragraph)
		put(out, label, paragraph);
}

/* The same for a paragraph that has to be made first. */
static void putf(FILE *out, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void putf(FILE *out, const char *label, const char *format, ...)
{
	va_list arguments;
	char *paragraph;

	va_start(arguments, format);
	if (vasprintf(&paragraph, format, arguments) < 0)
		abort();
	va_end(arguments);
	put(out, label, paragraph);
	free(paragraph);
}

static void put_meaning(FILE *out, const char *label, const char *name, const char *meaning)
{
	putf(out, label, "%s: %s", name, meaning);
}

/* "begins with", "does not begin with" */
static const char *text_verb(enum operator_ op, bool negated)
{
	switch (op) {
	case OPERATOR_PREFIX:
		return negated ? "does not begin with" : "begins with";
	case OPERATOR_SUFFIX:
		return negated ? "does not end with" : "ends with";
	case OPERATOR_CONTAINS:
		return negated ? "does not contain" : "contains";
	case OPERATOR_GLOB:
		return negated ? "does not match the pattern" : "matches the pattern";
	default:
		return negated ? "is not" : "is";
	}
}

static void say_values(FILE *out, const struct rule_condition *condition)
{
	fprintf(out, "%s%s", text_verb(condition->op, condition->negated),
		condition->n_values > 1 ? " one of" : "");
	for (size_t i = 0; i < condition->n_values; i++)
		fprintf(out, "%s \"%s\"", i ? "," : "", condition->value[i]);
}

static void say_range(FILE *out, const struct rule_condition *condition)
{
	bool is_date = condition->op == OPERATOR_DATE;
	const char *and = condition->has_low && condition->has_high ? " and " : "";

	fputs("is ", out);
	if (condition->has_low && condition->has_high && condition->low_included &&
	    condition->high_included && strcmp(condition->low, condition->high) == 0) {
		fputs(condition->low, out);
	} else {
		if (condition->has_low)
			fprintf(out, condition->low_included ? "%s or newer" : "newer than %s",
				condition->low);
		fputs(and, out);
		if (condition->has_high)
			fprintf(out, "%s %s",
				condition->high_included ? "not newer than" : "older than",
				condition->high);
	}
	if (!is_date)
		fprintf(out, ", ordered as %s versions", scheme_name(condition->scheme));
}

static char *sentence(const struct rule_condition *condition)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "%s ", field_name(condition->field));
	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE)
		say_range(out, condition);
	else if (condition->op == OPERATOR_MASKED)
		fprintf(out, "%s 0x%08" PRIx64 " under the mask 0x%08" PRIx64,
			condition->negated ? "is not" : "is", condition->masked_value,
			condition->mask);
	else
		say_values(out, condition);
	if (fclose(out))
		abort();
	return text;
}

static void put_conditions(FILE *out, const struct rule *rule, enum condition_role role,
			   const char *first, const char *others)
{
	const char *label = first;

	for (size_t i = 0; i < rule->n_conditions; i++) {
		char *text;

		if (rule->condition[i].role != role)
			continue;
		text = sentence(&rule->condition[i]);
		put(out, label, text);
		free(text);
		label = others;
	}
}

static void put_probes(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_probes; i++)
		putf(out, i ? "" : "Probe", "%s has to answer %s: %s",
		     probe_name(rule->probe[i].probe), rule->probe[i].wanted ? "yes" : "no",
		     probe_meaning(rule->probe[i].probe));
	if (rule->unprobed)
		putf(out, rule->n_probes ? "" : "Probe", "none: %s", rule->unprobed);
}

static void put_workaround(FILE *out, const char *label,
			   const struct rule_workaround_use *workaround)
{
	enum wx wx = rule_use_wx(workaround);
	size_t size;
	char *text = NULL;
	FILE *spelled = open_memstream(&text, &size);

	if (!spelled)
		abort();
	rule_format_workaround(spelled, workaround);
	if (fclose(spelled))
		abort();
	putf(out, label, "%s: %s (%s: %s)", text, workaround_meaning(workaround->workaround),
	     wx_name(wx), wx_meanings[wx]);
	free(text);
}

static void put_workarounds(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_workarounds; i++)
		put_workaround(out, i ? "" : "Workaround", &rule->workaround[i]);
	if (!rule->n_workarounds && !rule->unmatched)
		put(out, "Workaround", "none: the rule is there to be found");
}

static void put_names(FILE *out, const char *label, char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(out, i ? "" : label, name[i]);
}

/* Lines in a row are one paragraph, as their author saw it; "#" alone ends it. */
static void put_comment(FILE *out, const char *comment)
{
	const char *label = "Comment";

	while (comment && *comment) {
		char *paragraph = NULL;
		size_t size;
		FILE *joined = open_memstream(&paragraph, &size);

		if (!joined)
			abort();
		for (bool is_over = false; *comment && !is_over;) {
			size_t length = strcspn(comment, "\n"), marks = strspn(comment, "# ");

			is_over = marks >= length;
			if (!is_over)
				fprintf(joined, "%.*s ", (int)(length - marks), comment + marks);
			comment += length + (comment[length] == '\n');
		}
		if (fclose(joined))
			abort();
		if (size) {
			put(out, label, paragraph);
			label = "";
		}
		free(paragraph);
	}
}

void describe_text(FILE *out, const struct rule *rule, const char *path)
{
	fprintf(out, "%s" RULE_ID_FORMAT "  ", tool_colour(out, "bold"), rule->id);
	tool_print_text(out, text_of(rule->title));
	fprintf(out, "%s\n", tool_colour(out, ""));
	put_meaning(out, "Defect", defect_name(rule->defect), defect_meaning(rule->defect));
	put_meaning(out, "Confidence", confidence_name(rule->confidence),
		    confidence_meanings[rule->confidence]);
	put_meaning(out, "Mode", mode_name(rule->mode), mode_meanings[rule->mode]);
	put_conditions(out, rule, ROLE_MATCH, "Machines", "and");
	if (rule->unmatched)
		putf(out, "Machines", "cannot be told, the rule is there to be found: %s",
		     rule->unmatched);
	put_conditions(out, rule, ROLE_INTRODUCED, "Introduced", "and");
	put_conditions(out, rule, ROLE_FIXED, "Fixed", "or");
	if (rule->unbounded)
		putf(out, "Fixed", "not known: %s", rule->unbounded);
	put_conditions(out, rule, ROLE_KNOWN_GOOD, "Known good", "or");
	put_probes(out, rule);
	put_workarounds(out, rule);
	for (size_t i = 0; i < rule->n_evidence; i++) {
		put(out, i ? "" : "Evidence", rule->evidence[i].url);
		put_if(out, "", rule->evidence[i].says);
	}
	put_names(out, "Cases", rule->case_name, rule->n_cases);
	if (rule->has_population)
		putf(out, "Population", "%" PRIu32 " machines of the reference population",
		     rule->population);
	put_names(out, "Tested on", rule->machine, rule->n_machines);
	put_names(out, "Spares", rule->near_miss, rule->n_near_misses);
	put_if(out, "Expires", rule->expires);
	put_if(out, "Remove when", rule->remove_when);
	put_names(out, "Note", rule->note, rule->n_notes);
	put_comment(out, rule->comment);
	put(out, "File", path);
}
