/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_json.c - the target `json`: every rule and every file header in one JSON object */
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "export.h"
#include "tool.h"

/* Of docs/exports.md; grows when a key changes its meaning or goes, not when one is added. */
#define FORMAT_VERSION 1

static json_t *files_json(const struct rule_set *set)
{
	json_t *array = json_array();

	for (size_t i = 0; i < set->n_files; i++) {
		const char *header = set->file[i].header;

		json_array_append_new(
			array, json_pack("{s:o, s:o}", "path",
					 tool_json_text(text_of(set->file[i].path)), "header",
					 header ? tool_json_text(text_of(header)) : json_null()));
	}
	return array;
}

static json_t *rules_json(const struct rule_set *set)
{
	json_t *array = json_array();

	for (size_t i = 0; i < set->n_rules; i++)
		json_array_append_new(
			array, describe_json(&set->rule[i], set->file[set->rule[i].file].path));
	return array;
}

int export_json(const struct export_request *request, struct export_loss *loss)
{
	struct rule_set set = {.n_files = 0};
	json_t *object;
	char *text;
	int code;

	if (!export_rules(request, &set))
		return TOOL_ERROR;
	object = json_pack("{s:s, s:i, s:o, s:o}", "format", "fwquirk-rules", "version",
			   FORMAT_VERSION, "files", files_json(&set), "rules", rules_json(&set));
	text = json_dumps(object, JSON_INDENT(1) | JSON_SORT_KEYS);
	if (!text)
		abort();
	text = realloc(text, strlen(text) + 2);
	if (!text)
		abort();
	strcat(text, "\n");
	loss->n_rules = loss->n_written = set.n_rules;
	code = export_output(request, text, strlen(text));
	free(text);
	json_decref(object);
	rule_set_free(&set);
	return code;
}
