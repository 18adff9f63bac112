/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_hwdb.c - a rule set in, records for systemd-hwdb by dmi: modalias out */
#include <stdlib.h>
#include <string.h>

#include "export_terms.h"

/*
 * The modalias of a machine as Linux 5.14 and newer write it (drivers/firmware/dmi-id.c,
 * get_modalias): "dmi:", then for each field that is there its name, its text without blanks, ':'
 * and bytes outside of ASCII, and ':'. So a name behind a ':' stands nowhere but before its text,
 * and a pattern between two such names cannot reach into another field.
 */
struct part {
	const char *name;
	int field;        /* -1: we have none of it */
	bool is_optional; /* not on every machine, nor from every kernel */
};

static const struct part parts[] = {
	{"bvn", FIELD_BIOS_VENDOR, false},   {"bvr", FIELD_BIOS_VERSION, false},
	{"bd", FIELD_BIOS_DATE, false},      {"br", FIELD_BIOS_RELEASE, true},
	{"efr", FIELD_EC_RELEASE, true},     {"svn", FIELD_SYS_VENDOR, false},
	{"pn", FIELD_PRODUCT_NAME, false},   {"pvr", FIELD_PRODUCT_VERSION, false},
	{"rvn", FIELD_BOARD_VENDOR, false},  {"rn", FIELD_BOARD_NAME, false},
	{"rvr", FIELD_BOARD_VERSION, false}, {"cvn", -1, false},
	{"ct", FIELD_CHASSIS_TYPE, false},   {"cvr", -1, false},
	{"sku", FIELD_PRODUCT_SKU, true},
};

#define N_PARTS (sizeof(parts) / sizeof(parts[0]))
#define NO_PART N_PARTS

static size_t part_of(enum field field)
{
	size_t at = 0;

	while (at < N_PARTS && parts[at].field != (int)field)
		at++;
	return at;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes that the kernel leaves out although they are no blanks. */
static bool is_dropped(unsigned char c)
{
	return c == ':' || c < 0x20 || c > 0x7e;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(int c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(int c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * A class of letters and digits, not negated, behind its '[': its size with the ']', else 0. In a
 * negated one letters of the other case would be more than ours matches.
 */
static size_t plain_class_size(struct text rest)
{
	size_t i = 0;

	for (; i < rest.size && rest.at[i] != ']'; i++) {
		int c = rest.at[i], before = i ? rest.at[i - 1] : 0;
		int behind = i + 1 < rest.size ? rest.at[i + 1] : 0;

		if (is_digit(c) || is_lower(c) || is_upper(c))
			continue;
		if (c != '-' || !((is_digit(before) && is_digit(behind)) ||
				  (is_lower(before) && is_lower(behind)) ||
				  (is_upper(before) && is_upper(behind))))
			return 0;
	}
	return i && i < rest.size ? i + 1 : 0;
}

/* A rule's pattern that fnmatch() reads like ours, but for the case of letters. */
static bool is_plain_glob(struct text value)
{
	for (size_t i = 0; i < value.size; i++) {
		size_t size;

		if (value.at[i] == '\\')
			return false;
		if (value.at[i] != '[')
			continue;
		size = plain_class_size(text_sized(value.at + i + 1, value.size - i - 1));
		if (!size)
			return false;
		i += size;
	}
	return true;
}

/*
 * The field whose name closes the text of this one. Needed where a '*' stands before the end of the
 * text, so that it does not run on into other fields.
 */
static bool has_closing(size_t at)
{
	return at + 1 == N_PARTS || !parts[at + 1].is_optional;
}

static enum export_can refused(struct export_doubt *ret_doubt, const char *what, const char *why)
{
	*ret_doubt = (struct export_doubt){what, why};
	return EXPORT_CANNOT;
}

static enum export_can can_say(enum field field, enum operator_ op, struct text value,
			       struct export_doubt *ret_doubt)
{
	size_t at = part_of(field), n_dropped = 0, n_kept = 0;

	if (at == NO_PART)
		return refused(ret_doubt, "field", "not in the modalias");
	if (op != OPERATOR_EQUAL && op != OPERATOR_PREFIX && !has_closing(at))
		return refused(ret_doubt, "operator", "the pattern would run on into other fields");
	if (op == OPERATOR_GLOB && !is_plain_glob(value))
		return refused(ret_doubt, "operator",
			       "a class or escape that fnmatch() reads otherwise");
	for (size_t i = 0; i < value.size; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if (c == '#')
			return refused(ret_doubt, "characters", "'#' begins a comment");
		n_dropped += is_dropped(c) && !is_blank(c);
		n_kept += !is_dropped(c) && !is_blank(c);
	}
	if (!n_kept)
		return refused(ret_doubt, "characters", "nothing of it is in a modalias");
	if (!n_dropped)
		return EXPORT_CAN;
	*ret_doubt = (struct export_doubt){"characters",
					   "a modalias has no ':' and nothing outside of ASCII"};
	return EXPORT_CAN_WIDER;
}

static const struct export_dialect dialect = {
	.can_say = can_say,
	.max_terms = EXPORT_MAX_TERMS,
	.is_one_a_field = true,
};

static void print_value(FILE *out, enum operator_ op, const char *value)
{
	for (; *value; value++) {
		if (is_dropped((unsigned char)*value) || is_blank((unsigned char)*value))
			continue;
		if (op != OPERATOR_GLOB && strchr("*?[\\", *value))
			putc('\\', out);
		putc(*value, out);
	}
}

/* Name and text of a field, up to where the text ends or a '*' may begin. */
static void print_part(FILE *out, size_t at, const struct export_term *term, const char *value)
{
	fputs(parts[at].name, out);
	if (term->op == OPERATOR_SUFFIX || term->op == OPERATOR_CONTAINS)
		putc('*', out);
	print_value(out, term->op, value);
	if (term->op == OPERATOR_PREFIX || term->op == OPERATOR_CONTAINS)
		putc('*', out);
}

/* Terms in the order of the modalias; NULL where none is on a part. */
struct line {
	const struct export_term *term[N_PARTS];
	const char *value[N_PARTS];
	unsigned variant; /* bit n: the n-th gap that may be empty is */
};

static size_t next_part(const struct line *line, size_t from)
{
	while (from < N_PARTS && !line->term[from])
		from++;
	return from;
}

/* All that may stand in the gap is on some machines only. */
static bool is_gap_optional(size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; i++)
		if (!parts[i].is_optional)
			return false;
	return true;
}

/* Between two parts with terms, or behind the last one (`to` is N_PARTS). */
static void print_gap(FILE *out, const struct line *line, size_t from, size_t to, bool is_empty)
{
	enum operator_ op = line->term[from]->op;

	if (to == from + 1 && to < N_PARTS) {
		putc(':', out);
	} else if (op == OPERATOR_PREFIX) {
		fputs(to < N_PARTS ? ":" : "", out); /* its own '*' stands before */
	} else if (op == OPERATOR_EQUAL) {
		fputs(to == N_PARTS ? ":*" : is_empty ? ":" : ":*:", out);
	} else {
		fprintf(out, ":%s", from + 1 < N_PARTS ? parts[from + 1].name : "");
		if (from + 1 < N_PARTS)
			fputs(to < N_PARTS ? "*:" : "*", out);
	}
}

static void print_pattern(FILE *out, const struct line *line)
{
	size_t at = next_part(line, 0), next;
	unsigned n_optional = 0;

	/* systemd-hwdb takes '\\' literally before the first '*' of a pattern, so there is one at once. */
	fputs("dmi*:", out);
	for (; at < N_PARTS; at = next) {
		bool is_empty = false;

		print_part(out, at, line->term[at], line->value[at]);
		next = next_part(line, at + 1);
		if (next < N_PARTS && next > at + 1 && is_gap_optional(at, next))
			is_empty = line->variant >> n_optional++ & 1;
		print_gap(out, line, at, next, is_empty);
	}
	putc('\n', out);
}

/* Gaps that may be empty or not, where that makes two patterns. */
static unsigned n_variants(const struct line *line)
{
	unsigned n = 1;

	for (size_t at = next_part(line, 0), next; at < N_PARTS; at = next) {
		next = next_part(line, at + 1);
		if (next < N_PARTS && next > at + 1 && is_gap_optional(at, next) &&
		    line->term[at]->op == OPERATOR_EQUAL)
			n *= 2;
	}
	return n;
}

static void print_record(FILE *out, const struct rule *rule, const struct export_terms *terms)
{
	size_t choice[EXPORT_MAX_TERMS] = {0};

	fprintf(out, "\n# " RULE_ID_FORMAT ": %s\n", rule->id, rule->title);
	do {
		struct line line = {.variant = 0};

		for (size_t i = 0; i < terms->n; i++) {
			size_t at = part_of(terms->term[i].field);

			line.term[at] = &terms->term[i];
			line.value[at] = terms->term[i].value[choice[i]];
		}
		for (unsigned n = n_variants(&line); line.variant < n; line.variant++)
			print_pattern(out, &line);
	} while (export_next_choice(terms, choice));
	fprintf(out, " FWQUIRK_%04u=", rule->id);
	export_print_summary(out, rule);
	putc('\n', out);
}

static const char head[] =
	"# SPDX-License-Identifier: CC0-1.0\n"
	"# Made by 'fwquirk export hwdb' from rules about broken UEFI firmware; do not edit.\n"
	"# FWQUIRK_NNNN=MODE DEFECT [WORKAROUND...] for rule FWQ-NNNN.\n"
	"# Ask with: systemd-hwdb query \"$(cat /sys/class/dmi/id/modalias)\"\n";

static void lose_always(struct export_loss *loss)
{
	export_lose(loss, 0, EXPORT_WIDENED, "blanks",
		    "a modalias has no blanks: texts that differ in blanks only are one");
	export_lose(loss, 0, EXPORT_NARROWED, "normal-form",
		    "letters are compared in the case of the rule");
	export_lose(loss, 0, EXPORT_WIDENED, "placeholder",
		    "a placeholder is a text like any other; matters for prefix, suffix, contains "
		    "and glob only");
	export_lose(loss, 0, EXPORT_WIDENED, "legacy",
		    "a machine started by a legacy BIOS matches too: ask for /sys/firmware/efi");
	export_lose(loss, 0, EXPORT_DROPPED, "story",
		    "confidence, parameters of workarounds, evidence, cases, notes");
}

bool export_hwdb(const struct rule_set *set, const struct export_options *options,
		 struct export_files *files, struct export_loss *loss, char **ret_error)
{
	FILE *out = export_file_add(files, "");

	(void)ret_error;
	loss->n_rules = set->n_rules;
	lose_always(loss);
	fputs(head, out);
	export_each_rule(set, &dialect, options->widen, loss, out, print_record);
	return true;
}
