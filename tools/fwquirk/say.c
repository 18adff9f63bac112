/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* say.c - conditions, reasons and workarounds of the packed table in words; decides nothing */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/rule.h>

#include "say.h"

static void say_quoted(FILE *out, struct text text)
{
	fputc('"', out);
	tool_print_text(out, text);
	fputc('"', out);
}

static void say_texts(FILE *out, const struct table *table, const struct condition *condition)
{
	if (condition->n_values > 1)
		fputs(" any-of", out);
	if (condition->op != OPERATOR_EQUAL)
		fprintf(out, " %s", operator_name(condition->op));
	struct span cursor = condition->values;
	struct text value;
	while (table_condition_value(table, &cursor, &value)) {
		fputc(' ', out);
		say_quoted(out, value);
	}
	cursor = condition->hashes;
	for (struct value_hash hash; table_condition_hash(table, condition, &cursor, &hash);)
		fprintf(out, " (a text with hash %08" PRIx32 ")", hash.hash);
}

static void say_date(FILE *out, uint32_t yyyymmdd)
{
	fprintf(out, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, yyyymmdd / 10000,
		yyyymmdd / 100 % 100, yyyymmdd % 100);
}

static void say_range(FILE *out, const struct condition *condition)
{
	bool is_date = condition->op == OPERATOR_DATE;
	if (condition->has_low) {
		fputs(condition->low_included ? " >= " : " > ", out);
		is_date ? say_date(out, condition->low_date)
			: say_quoted(out, condition->low_version);
	}
	if (condition->has_high) {
		fputs(condition->high_included ? " <= " : " < ", out);
		is_date ? say_date(out, condition->high_date)
			: say_quoted(out, condition->high_version);
	}
}

void say_condition(FILE *out, const struct table *table, const struct condition *condition)
{
	static const char *const roles[] = {"",
					    "introduced: ", "not yet fixed: ", "not known good: "};
	fputs(roles[condition->role], out);
	if (condition->is_unknown) {
		fputs("a condition that this fwquirk does not know", out);
		return;
	}
	fputs(field_name(condition->field), out);
	if (condition->negated)
		fputs(" not", out);
	switch (condition->op) {
	case OPERATOR_VERSION:
		fprintf(out, " version %s", scheme_name(condition->scheme));
		say_range(out, condition);
		break;
	case OPERATOR_DATE:
		fputs(" date", out);
		say_range(out, condition);
		break;
	case OPERATOR_MASKED:
		fprintf(out, " masked 0x%" PRIx64 " = 0x%" PRIx64, condition->mask,
			condition->masked_value);
		break;
	default:
		say_texts(out, table, condition);
	}
}

void say_bound(FILE *out, const struct condition *condition)
{
	bool is_date = condition->op == OPERATOR_DATE;
	if (condition->is_unknown || !condition->has_low) {
		fputs("a bound that this fwquirk does not know", out);
		return;
	}
	if (is_date) {
		say_date(out, condition->low_date);
		fputs(" or later", out);
	} else {
		fputs("version ", out);
		say_quoted(out, condition->low_version);
		fputs(" or newer", out);
	}
	if (condition->field != FIELD_BIOS_VERSION && condition->field != FIELD_BIOS_DATE)
		fprintf(out, " of %s", field_name(condition->field));
}

void say_value(FILE *out, const struct source *source, enum field field)
{
	const struct identity *identity = &source->identity;
	uint32_t bit = UINT32_C(1) << field;
	if (identity->present & bit) {
		say_quoted(out, identity->field[field]);
		if (identity->placeholder & bit)
			fputs(" (a placeholder)", out);
	} else if (source->unknowable & bit) {
		fputs("not in this kind of source", out);
	} else {
		fputs("absent", out);
	}
}

bool condition_at(const struct table *table, const struct table_rule *rule, unsigned n,
		  struct condition *ret_condition)
{
	struct conditions cursor = rule->conditions;
	struct condition condition;
	while (table_condition_next(table, &cursor, &condition)) {
		if (n-- > 0)
			continue;
		*ret_condition = condition;
		return true;
	}
	return false;
}

void say_reason(FILE *out, const struct table *table, const struct match *match,
		const struct source *source)
{
	struct table_rule rule;
	struct condition condition;
	table_rule_at(table, match->at, &rule);
	if (!condition_at(table, &rule, match->condition, &condition)) {
		fputs(reason_meaning(match->reason), out);
		return;
	}
	if (!condition.is_unknown) {
		fprintf(out, "%s is ", field_name(condition.field));
		say_value(out, source, condition.field);
		fputs(condition.role == ROLE_MATCH ? "; the rule wants " : "; ", out);
	}
	say_condition(out, table, &condition);
	if (match->reason != REASON_DIFFERS && match->reason != REASON_FIELD_ABSENT)
		fprintf(out, " (%s)", reason_meaning(match->reason));
}

void say_workaround(FILE *out, const struct rule_workaround *workaround)
{
	const struct workaround_parameter *parameter = &workaround->parameter;
	struct rule_workaround_use use = {
		.workaround = (enum workaround)workaround->workaround,
		.a = parameter->a,
		.b = parameter->b,
	};
	if (workaround->workaround >= WORKAROUND_COUNT) {
		fputs("a workaround that this fwquirk does not know", out);
		return;
	}
	memcpy(use.guid, parameter->guid, sizeof(use.guid));
	if (workaround_parameter(use.workaround) == PARAMETER_TEXT)
		use.text = strndup(parameter->text.at, parameter->text.size);
	rule_format_workaround(out, &use);
	free(use.text);
}

/* Runs one of the say_ functions above into memory: what people read is what JSON carries. */
struct said {
	FILE *out;
	char *at;
	size_t size;
};

static void said_begin(struct said *said)
{
	*said = (struct said){0};
	said->out = open_memstream(&said->at, &said->size);
	if (!said->out)
		abort();
}

static json_t *said_end(struct said *said)
{
	if (fclose(said->out) != 0)
		abort();
	json_t *json = tool_json_text(text_sized(said->at, said->size));
	free(said->at);
	return json;
}

json_t *json_condition(const struct table *table, const struct condition *condition)
{
	struct said said;
	said_begin(&said);
	say_condition(said.out, table, condition);
	return said_end(&said);
}

json_t *json_reason(const struct table *table, const struct match *match,
		    const struct source *source)
{
	struct said said;
	said_begin(&said);
	say_reason(said.out, table, match, source);
	return said_end(&said);
}

json_t *json_workaround(const struct rule_workaround *workaround)
{
	struct said said;
	said_begin(&said);
	say_workaround(said.out, workaround);
	return said_end(&said);
}

json_t *json_rule_id(uint32_t id)
{
	char text[16];
	snprintf(text, sizeof(text), RULE_ID_FORMAT, (unsigned)id);
	return json_string(text);
}
