/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* describe_json.c - a rule in, one JSON object with everything that it says out */
#include <inttypes.h>
#include <stdlib.h>

#include "describe.h"
#include "tool.h"

static json_t *text_or_null(const char *text)
{
	return text ? tool_json_text(text_of(text)) : json_null();
}

static json_t *texts(char *const *text, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, tool_json_text(text_of(text[i])));
	return array;
}

/* Numbers of 64 bits do not survive in every reader of JSON: "0x...". */
static json_t *hex(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_string(text);
}

/* What the formatter writes, as a JSON string. */
static json_t *spelled_condition(const struct rule_condition *condition)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	if (!out)
		abort();
	rule_format_condition(out, condition);
	if (fclose(out))
		abort();
	json = tool_json_text(text_sized(text, size));
	free(text);
	return json;
}

static json_t *spelled_workaround(const struct rule_workaround_use *workaround)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	if (!out)
		abort();
	rule_format_workaround(out, workaround);
	if (fclose(out))
		abort();
	json = tool_json_text(text_sized(text, size));
	free(text);
	return json;
}

static void set_range(json_t *object, const struct rule_condition *condition)
{
	if (condition->op == OPERATOR_VERSION)
		json_object_set_new(object, "scheme", json_string(scheme_name(condition->scheme)));
	if (condition->has_low) {
		json_object_set_new(object, "low", tool_json_text(text_of(condition->low)));
		json_object_set_new(object, "low_included", json_boolean(condition->low_included));
	}
	if (condition->has_high) {
		json_object_set_new(object, "high", tool_json_text(text_of(condition->high)));
		json_object_set_new(object, "high_included",
				    json_boolean(condition->high_included));
	}
}

static json_t *condition_json(const struct rule_condition *condition)
{
	static const char *const roles[] = {
		[ROLE_MATCH] = "match",
		[ROLE_INTRODUCED] = "introduced",
		[ROLE_FIXED] = "fixed",
		[ROLE_KNOWN_GOOD] = "known-good",
	};
	json_t *object =
		json_pack("{s:s, s:s, s:s, s:b, s:o}", "role", roles[condition->role], "field",
			  field_name(condition->field), "operator", operator_name(condition->op),
			  "negated", (int)condition->negated, "text", spelled_condition(condition));

	if (condition->op == OPERATOR_VERSION || condition->op == OPERATOR_DATE) {
		set_range(object, condition);
	} else if (condition->op == OPERATOR_MASKED) {
		json_object_set_new(object, "mask", hex(condition->mask));
		json_object_set_new(object, "value", hex(condition->masked_value));
	} else {
		json_object_set_new(object, "values", texts(condition->value, condition->n_values));
	}
	return object;
}

static json_t *conditions_json(const struct rule *rule)
{
	json_t *array = json_array();

	for (size_t i = 0; i < rule->n_conditions; i++)
		json_array_append_new(array, condition_json(&rule->condition[i]));
	return array;
}

static json_t *probes_json(const struct rule *rule)
{
	json_t *array = json_array();

	for (size_t i = 0; i < rule->n_probes; i++)
		json_array_append_new(array, json_pack("{s:s, s:b, s:s}", "name",
						       probe_name(rule->probe[i].probe), "wanted",
						       (int)rule->probe[i].wanted, "meaning",
						       probe_meaning(rule->probe[i].probe)));
	return array;
}

static json_t *workarounds_json(const struct rule *rule)
{
	json_t *array = json_array();

	for (size_t i = 0; i < rule->n_workarounds; i++) {
		enum workaround workaround = rule->workaround[i].workaround;

		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:s, s:o}", "name",
						workaround_name(workaround), "class",
						wx_name(rule_use_wx(&rule->workaround[i])),
						"meaning", workaround_meaning(workaround), "text",
						spelled_workaround(&rule->workaround[i])));
	}
	return array;
}

static json_t *evidence_json(const struct rule *rule)
{
	json_t *array = json_array();

	for (size_t i = 0; i < rule->n_evidence; i++)
		json_array_append_new(array, json_pack("{s:o, s:o}", "url",
						       text_or_null(rule->evidence[i].url), "says",
						       text_or_null(rule->evidence[i].says)));
	return array;
}

json_t *describe_json(const struct rule *rule, const char *path)
{
	json_t *object = json_object();
	char id[16];

	snprintf(id, sizeof(id), RULE_ID_FORMAT, rule->id);
	json_object_set_new(object, "id", json_string(id));
	json_object_set_new(object, "title", text_or_null(rule->title));
	json_object_set_new(object, "defect", json_string(defect_name(rule->defect)));
	json_object_set_new(object, "defect_meaning", json_string(defect_meaning(rule->defect)));
	json_object_set_new(object, "confidence", json_string(confidence_name(rule->confidence)));
	json_object_set_new(object, "mode", json_string(mode_name(rule->mode)));
	json_object_set_new(object, "conditions", conditions_json(rule));
	json_object_set_new(object, "unbounded", text_or_null(rule->unbounded));
	json_object_set_new(object, "unmatched", text_or_null(rule->unmatched));
	json_object_set_new(object, "probes", probes_json(rule));
	json_object_set_new(object, "unprobed", text_or_null(rule->unprobed));
	json_object_set_new(object, "workarounds", workarounds_json(rule));
	json_object_set_new(object, "evidence", evidence_json(rule));
	json_object_set_new(object, "cases", texts(rule->case_name, rule->n_cases));
	json_object_set_new(object, "population",
			    rule->has_population ? json_integer(rule->population) : json_null());
	json_object_set_new(object, "expires", text_or_null(rule->expires));
	json_object_set_new(object, "machines", texts(rule->machine, rule->n_machines));
	json_object_set_new(object, "near_misses", texts(rule->near_miss, rule->n_near_misses));
	json_object_set_new(object, "remove_when", text_or_null(rule->remove_when));
	json_object_set_new(object, "notes", texts(rule->note, rule->n_notes));
	json_object_set_new(object, "comment", text_or_null(rule->comment));
	json_object_set_new(object, "file", text_or_null(path));
	return object;
}
