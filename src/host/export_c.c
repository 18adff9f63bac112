/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_c.c - a rule set in, a freestanding C header and table with every condition out */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/export.h>
#include <fwquirk/version.h>

#include "export_c_text.h"

/* Whoever reads the table has the words of this build and no other header of ours. */
struct word_list {
	const char *type, *prefix;
	const char *(*name)(unsigned number);
	unsigned n;
};

static const char *role_name(unsigned role)
{
	static const char *const names[] = {"match", "introduced", "fixed", "known-good"};

	return names[role];
}

static const struct word_list lists[] = {
	{"fwquirk_role", "ROLE", role_name, 4},
	{"fwquirk_field", "FIELD", field_name, FIELD_COUNT},
	{"fwquirk_operator", "OP", operator_name, OPERATOR_COUNT},
	{"fwquirk_scheme", "SCHEME", scheme_name, SCHEME_COUNT},
	{"fwquirk_mode", "MODE", mode_name, MODE_COUNT},
	{"fwquirk_confidence", "CONFIDENCE", confidence_name, CONFIDENCE_COUNT},
};

/* FWQUIRK_FIELD_BIOS_VENDOR */
static void print_word(FILE *out, const char *prefix, const char *name)
{
	fprintf(out, "FWQUIRK_%s_", prefix);
	for (; *name; name++)
		putc(*name == '-'                   ? '_'
		     : *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A'
						    : *name,
		     out);
}

static const char notice[] =
	"/* SPDX-License-Identifier: CC0-1.0 */\n"
	"/* Made by 'fwquirk export c' from rules about broken UEFI firmware; do not edit. */\n";

static const char header_head[] =
	"#ifndef FWQUIRK_RULES_H\n"
	"#define FWQUIRK_RULES_H\n"
	"\n"
	"#include <stddef.h>\n"
	"#include <stdint.h>\n"
	"\n"
	"/*\n"
	" * A rule matches when every condition of role match and introduced holds and none of "
	"role\n"
	" * fixed and known-good does. Texts of the machine are compared in normal form: blanks "
	"(09h\n"
	" * to 0Dh, 20h) at both ends dropped, runs of blanks one blank, A-Z as a-z; values here "
	"are\n"
	" * in normal form. A field that the machine does not report, or that has a placeholder\n"
	" * (\"Default string\"), fails every condition but known-good, negated ones too. A "
	"version or\n"
	" * date that cannot be read, or a scheme that the reader does not know, fails match,\n"
	" * introduced and fixed: the rule does not match.\n"
	" */\n";

static const char header_tail[] =
	"/* Text operators have values, any of which is enough; versions and dates have bounds; "
	"masked\n"
	" * numbers mask and value. */\n"
	"struct fwquirk_condition {\n"
	"\tuint8_t role, field, op, negated;\n"
	"\tuint8_t scheme;                     /* version: how to order */\n"
	"\tuint8_t low_included, high_included;\n"
	"\tuint16_t n_values;\n"
	"\tconst char *const *value;\n"
	"\tconst char *low_version, *high_version; /* NULL: open at that end */\n"
	"\tuint32_t low_date, high_date;       /* year * 10000 + month * 100 + day, 0: open */\n"
	"\tuint64_t mask, masked_value;\n"
	"};\n"
	"\n"
	"/* The rule is to be applied only where every probe gives the wanted answer. */\n"
	"struct fwquirk_probe {\n"
	"\tconst char *name;\n"
	"\tuint8_t wanted; /* 1 yes, 0 no */\n"
	"};\n"
	"\n"
	"struct fwquirk_rule {\n"
	"\tuint32_t id; /* 1 for FWQ-0001 */\n"
	"\tuint8_t mode, confidence;\n"
	"\tuint16_t n_conditions, n_probes, n_workarounds;\n"
	"\tconst char *title, *defect;\n"
	"\tconst struct fwquirk_condition *condition;\n"
	"\tconst struct fwquirk_probe *probe;\n"
	"\tconst char *const *workaround; /* with parameters, as in the rule: \"ebs-retry 3\" */\n"
	"};\n"
	"\n"
	"/* In ascending order of id. */\n"
	"extern const struct fwquirk_rule fwquirk_rules[];\n"
	"extern const size_t fwquirk_n_rules;\n"
	"\n"
	"#endif\n";

static void print_header(FILE *out)
{
	fputs(notice, out);
	fputs(header_head, out);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		fprintf(out, "enum %s {\n", lists[i].type);
		for (unsigned n = 0; n < lists[i].n; n++) {
			putc('\t', out);
			print_word(out, lists[i].prefix, lists[i].name(n));
			fprintf(out, " = %u,\n", n);
		}
		fputs("};\n\n", out);
	}
	fputs(header_tail, out);
}

/* The normal form, as a string literal. */
static void print_normal(FILE *out, const char *value)
{
	struct text_fold fold = text_fold_begin(text_of(value));
	char *normal = malloc(strlen(value) + 1), *end = normal;
	int c;

	if (!normal)
		abort();
	while ((c = text_fold_next(&fold)) >= 0)
		*end++ = (char)c;
	export_print_c_string(out, text_sized(normal, (size_t)(end - normal)));
	free(normal);
}

static bool has_values(const struct rule_condition *condition)
{
	return condition->n_values > 0;
}

static void print_values(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct rule_condition *condition = &rule->condition[i];

		if (!has_values(condition))
			continue;
		fprintf(out, "static const char *const values_%u_%zu[] = {", rule->id, i);
		for (size_t j = 0; j < condition->n_values; j++) {
			fputs(j ? ", " : "", out);
			print_normal(out, condition->value[j]);
		}
		fputs("};\n", out);
	}
}

/* Dates of rules have been read once before. */
static uint32_t date_number(const char *iso)
{
	uint32_t date = 0;

	(void)date_read_iso(text_of(iso), &date);
	return date;
}

static void print_bounds(FILE *out, const struct rule_condition *condition)
{
	bool is_version = condition->op == OPERATOR_VERSION;

	if (is_version) {
		fputs(", .scheme = ", out);
		print_word(out, "SCHEME", scheme_name(condition->scheme));
	}
	if (condition->has_low && is_version) {
		fprintf(out, ", .low_included = %d, .low_version = ", condition->low_included);
		export_print_c_string(out, text_of(condition->low));
	} else if (condition->has_low) {
		fprintf(out, ", .low_included = %d, .low_date = %" PRIu32, condition->low_included,
			date_number(condition->low));
	}
	if (condition->has_high && is_version) {
		fprintf(out, ", .high_included = %d, .high_version = ", condition->high_included);
		export_print_c_string(out, text_of(condition->high));
	} else if (condition->has_high) {
		fprintf(out, ", .high_included = %d, .high_date = %" PRIu32,
			condition->high_included, date_number(condition->high));
	}
}

static void print_condition(FILE *out, const struct rule *rule, size_t at)
{
	const struct rule_condition *condition = &rule->condition[at];

	fputs("\t{.role = ", out);
	print_word(out, "ROLE", role_name(condition->role));
	fputs(", .field = ", out);
	print_word(out, "FIELD", field_name(condition->field));
	fputs(", .op = ", out);
	print_word(out, "OP", operator_name(condition->op));
	if (condition->negated)
		fputs(", .negated = 1", out);
	if (has_values(condition))
		fprintf(out, ", .n_values = %zu, .value = values_%u_%zu", condition->n_values,
			rule->id, at);
	print_bounds(out, condition);
	if (condition->op == OPERATOR_MASKED)
		fprintf(out, ", .mask = 0x%" PRIx64 "u, .masked_value = 0x%" PRIx64 "u",
			condition->mask, condition->masked_value);
	fputs("},\n", out);
}

static void print_parts(FILE *out, const struct rule *rule)
{
	print_values(out, rule);
	fprintf(out, "static const struct fwquirk_condition conditions_%u[] = {\n", rule->id);
	for (size_t i = 0; i < rule->n_conditions; i++)
		print_condition(out, rule, i);
	fputs("};\n", out);
	if (rule->n_probes)
		fprintf(out, "static const struct fwquirk_probe probes_%u[] = {", rule->id);
	for (size_t i = 0; i < rule->n_probes; i++)
		fprintf(out, "%s{\"%s\", %d}", i ? ", " : "", probe_name(rule->probe[i].probe),
			rule->probe[i].wanted);
	fputs(rule->n_probes ? "};\n" : "", out);
}

static void print_workarounds(FILE *out, const struct rule *rule)
{
	if (!rule->n_workarounds)
		return;
	fprintf(out, "static const char *const workarounds_%u[] = {", rule->id);
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		size_t size;
		char *text = NULL;
		FILE *in = open_memstream(&text, &size);

		if (!in)
			abort();
		rule_format_workaround(in, &rule->workaround[i]);
		if (fclose(in))
			abort();
		fputs(i ? ", " : "", out);
		export_print_c_string(out, text_sized(text, size));
		free(text);
	}
	fputs("};\n", out);
}

static void print_list(FILE *out, const char *name, size_t n, uint32_t id)
{
	if (n)
		fprintf(out, ", .n_%ss = %zu, .%s = %ss_%u", name, n, name, name, id);
}

static void print_rule(FILE *out, const struct rule *rule)
{
	fprintf(out, "\t{.id = %u, .mode = ", rule->id);
	print_word(out, "MODE", mode_name(rule->mode));
	fputs(", .confidence = ", out);
	print_word(out, "CONFIDENCE", confidence_name(rule->confidence));
	fputs(", .title = ", out);
	export_print_c_string(out, text_of(rule->title));
	fputs(", .defect = ", out);
	export_print_c_string(out, text_of(defect_name(rule->defect)));
	print_list(out, "condition", rule->n_conditions, rule->id);
	print_list(out, "probe", rule->n_probes, rule->id);
	print_list(out, "workaround", rule->n_workarounds, rule->id);
	fputs("},\n", out);
}

static int rule_compare(const void *a, const void *b)
{
	const struct rule *const *left = a, *const *right = b;

	return (*left)->id < (*right)->id ? -1 : (*left)->id > (*right)->id;
}

/* Those that can match, by id; malloc'ed. */
static const struct rule **matchable(const struct rule_set *set, struct export_loss *loss,
				     size_t *ret_n)
{
	const struct rule **rule = calloc(set->n_rules + 1, sizeof(const struct rule *));
	size_t n = 0;

	if (!rule)
		abort();
	for (size_t i = 0; i < set->n_rules; i++)
		if (!set->rule[i].unmatched)
			rule[n++] = &set->rule[i];
		else
			export_lose(loss, set->rule[i].id, EXPORT_LEFT_OUT, "unmatched",
				    "its machines cannot be told");
	qsort(rule, n, sizeof(const struct rule *), rule_compare);
	*ret_n = n;
	return rule;
}

bool export_c(const struct rule_set *set, const struct export_options *options,
	      struct export_files *files, struct export_loss *loss, char **ret_error)
{
	const struct rule **rule = matchable(set, loss, &loss->n_written);
	FILE *out;

	(void)options;
	(void)ret_error;
	loss->n_rules = set->n_rules;
	export_lose(loss, 0, EXPORT_WIDENED, "placeholder",
		    "the table has no list of placeholders: who matches passes none");
	export_lose(loss, 0, EXPORT_NARROWED, "version",
		    "the table names schemes, it has no code for them");
	export_lose(loss, 0, EXPORT_DROPPED, "story", "evidence, cases, machines, notes");
	print_header(export_file_add(files, "fwquirk_rules.h"));
	out = export_file_add(files, "fwquirk_rules.c");
	fputs(notice, out);
	fputs("#include \"fwquirk_rules.h\"\n\n", out);
	for (size_t i = 0; i < loss->n_written; i++) {
		print_parts(out, rule[i]);
		print_workarounds(out, rule[i]);
	}
	fputs("\nconst struct fwquirk_rule fwquirk_rules[] = {\n", out);
	for (size_t i = 0; i < loss->n_written; i++)
		print_rule(out, rule[i]);
	/* C has no empty arrays. */
	fputs("\t{.id = 0},\n};\n", out);
	fprintf(out, "const size_t fwquirk_n_rules = %zu;\n", loss->n_written);
	free(rule);
	return true;
}
