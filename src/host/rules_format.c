/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_format.c - rules in, their canonical text out; parsing that gives the same rules again */
#include <inttypes.h>
#include <string.h>

#include "rules_parser.h"

/* A string in quotes: UTF-8 that shows as it is, everything else as \xNN for each byte. */
static void put_string(FILE *out, const char *string)
{
	size_t size = strlen(string), n;

	fputc('"', out);
	for (; size; string += n, size -= n) {
		uint32_t code_point;

		n = rules_utf8(string, size, &code_point);
		if (!n || rules_is_unseen(code_point)) {
			n = n ? n : 1;
			for (size_t i = 0; i < n; i++)
				fprintf(out, "\\x%02x", (unsigned char)string[i]);
			continue;
		}
		if (*string == '"' || *string == '\\')
			fputc('\\', out);
		fwrite(string, 1, n, out);
	}
	fputc('"', out);
}

static void put_bound_value(FILE *out, const struct rule_condition *condition, const char *value)
{
	if (condition->op == OPERATOR_VERSION)
		put_string(out, value);
	else
		fputs(value, out);
}

static void put_bounds(FILE *out, const struct rule_condition *condition)
{
	bool is_one = condition->has_low && condition->has_high && condition->low_included &&
		      condition->high_included && strcmp(condition->low, condition->high) == 0;

	if (condition->role != ROLE_MATCH) {
		fputc(' ', out);
		put_bound_value(out, condition, condition->low);
		return;
	}
	if (condition->has_low) {
		fputs(is_one ? " = " : condition->low_included ? " >= " : " > ", out);
		put_bound_value(out, condition, condition->low);
	}
	if (condition->has_high && !is_one) {
		fputs(condition->high_included ? " <= " : " < ", out);
		put_bound_value(out, condition, condition->high);
	}
}

static void put_values(FILE *out, const struct rule_condition *condition)
{
	if (condition->negated)
		fputs(" not", out);
	if (condition->n_values > 1)
		fputs(" any-of", out);
	if (condition->op != OPERATOR_EQUAL)
		fprintf(out, " %s", operator_name(condition->op));
	for (size_t i = 0; i < condition->n_values; i++) {
		fputc(' ', out);
		put_string(out, condition->value[i]);
	}
}

/* Both numbers in 8 digits, or in 16 where the mask needs more. */
static void put_masked(FILE *out, const struct rule_condition *condition)
{
	int n_digits = condition->mask > UINT32_MAX ? 16 : 8;

	fprintf(out, "%s masked 0x%0*" PRIx64 " = 0x%0*" PRIx64, condition->negated ? " not" : "",
		n_digits, condition->mask, n_digits, condition->masked_value);
}

void rule_format_condition(FILE *out, const struct rule_condition *condition)
{
	fputs(field_name(condition->field), out);
	switch (condition->op) {
	case OPERATOR_VERSION:
		fprintf(out, " version %s", scheme_name(condition->scheme));
		put_bounds(out, condition);
		break;
	case OPERATOR_DATE:
		fputs(" date", out);
		put_bounds(out, condition);
		break;
	case OPERATOR_MASKED:
		put_masked(out, condition);
		break;
	default:
		put_values(out, condition);
	}
}

static void put_services(FILE *out, uint64_t mask)
{
	for (unsigned bit = 0; bit < RULES_N_SERVICES; bit++) {
		if (mask & 1u << bit)
			fprintf(out, " %s", rules_service_name(bit));
	}
}

/* EFI_GUID in memory to 8-4-4-4-12 (UEFI 2.10 appendix A). */
static void put_guid(FILE *out, const uint8_t g[16])
{
	fprintf(out, " %02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g[3],
		g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13],
		g[14], g[15]);
}

void rule_format_workaround(FILE *out, const struct rule_workaround_use *workaround)
{
	fputs(workaround_name(workaround->workaround), out);
	switch (workaround_parameter(workaround->workaround)) {
	case PARAMETER_NONE:
		break;
	case PARAMETER_RANGE:
		fprintf(out, " 0x%" PRIx64 "..0x%" PRIx64, workaround->a, workaround->b);
		break;
	case PARAMETER_ADDRESS:
		fprintf(out, " 0x%" PRIx64, workaround->a);
		break;
	case PARAMETER_COUNT:
	case PARAMETER_MILLISECONDS:
		fprintf(out, " %" PRIu64, workaround->a);
		break;
	case PARAMETER_SERVICES:
		put_services(out, workaround->a);
		break;
	case PARAMETER_GUID:
		put_guid(out, workaround->guid);
		break;
	case PARAMETER_TEXT:
		fputc(' ', out);
		put_string(out, workaround->text);
		break;
	}
}

static void put_line(FILE *out, const char *key, const char *value)
{
	if (value)
		fprintf(out, "%s = %s\n", key, value);
}

static void put_lines(FILE *out, const char *key, char *const *value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_line(out, key, value[i]);
}

static void put_conditions(FILE *out, const struct rule *rule, enum condition_role role)
{
	static const char *const keys[] = {
		[ROLE_MATCH] = "Match",
		[ROLE_INTRODUCED] = "Introduced",
		[ROLE_FIXED] = "Fixed",
		[ROLE_KNOWN_GOOD] = "Known-good",
	};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (rule->condition[i].role != role)
			continue;
		fprintf(out, "%s = ", keys[role]);
		rule_format_condition(out, &rule->condition[i]);
		fputc('\n', out);
	}
}

static void put_probes(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_probes; i++)
		fprintf(out, "Probe = %s%s\n", rule->probe[i].wanted ? "" : "not ",
			probe_name(rule->probe[i].probe));
}

static void put_workarounds(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		fputs("Workaround = ", out);
		rule_format_workaround(out, &rule->workaround[i]);
		fputc('\n', out);
	}
}

static void put_evidence(FILE *out, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_evidence; i++) {
		const struct rule_evidence *evidence = &rule->evidence[i];

		fprintf(out, "Evidence = %s%s%s\n", evidence->url, evidence->says ? " " : "",
			evidence->says ? evidence->says : "");
	}
}

void rule_format(FILE *out, const struct rule *rule)
{
	if (rule->comment)
		fprintf(out, "%s\n", rule->comment);
	fprintf(out, "[" RULE_ID_FORMAT "]\n", rule->id);
	put_line(out, "Title", rule->title);
	put_line(out, "Defect", defect_name(rule->defect));
	put_line(out, "Confidence", confidence_name(rule->confidence));
	put_line(out, "Mode", mode_name(rule->mode));
	put_conditions(out, rule, ROLE_MATCH);
	put_conditions(out, rule, ROLE_INTRODUCED);
	put_conditions(out, rule, ROLE_FIXED);
	put_line(out, "Unbounded", rule->unbounded);
	put_conditions(out, rule, ROLE_KNOWN_GOOD);
	put_line(out, "Unmatched", rule->unmatched);
	put_probes(out, rule);
	put_line(out, "Unprobed", rule->unprobed);
	put_workarounds(out, rule);
	if (rule->has_population)
		fprintf(out, "Population = %" PRIu32 "\n", rule->population);
	put_evidence(out, rule);
	put_lines(out, "Case", rule->case_name, rule->n_cases);
	put_lines(out, "Machine", rule->machine, rule->n_machines);
	put_lines(out, "Near-miss", rule->near_miss, rule->n_near_misses);
	put_line(out, "Expires", rule->expires);
	put_line(out, "Remove-when", rule->remove_when);
	put_lines(out, "Note", rule->note, rule->n_notes);
}

void rules_format_file(FILE *out, const struct rule_set *set, size_t file)
{
	const char *header = set->file[file].header;
	bool is_first = !header;

	if (header)
		fprintf(out, "%s\n", header);
	for (size_t i = 0; i < set->n_rules; i++) {
		if (set->rule[i].file != file)
			continue;
		if (!is_first)
			fputc('\n', out);
		rule_format(out, &set->rule[i]);
		is_first = false;
	}
}
