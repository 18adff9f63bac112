/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_sql.c - the target `sql`: the database as it is, reports and all, as SQL text */
#include <stdlib.h>

#include "export.h"
#include "input.h"
#include "tool.h"

/* Of rule files the database that `build` would make of them. */
static struct store *store_of_request(const struct export_request *request)
{
	struct rule_set set = {.n_files = 0};
	struct store *store;
	char *error = NULL;

	if (!request->n_paths)
		return input_store(request->db);
	if (!export_rules(request, &set))
		return NULL;
	store = store_from_rules(&set, &error);
	if (!store)
		tool_error_take(error);
	rule_set_free(&set);
	return store;
}

/* Loading looks at every row: what is damaged is not handed on. */
static bool count_rules(struct store *store, struct export_loss *loss)
{
	struct rule_set set = {.n_files = 0};
	char *error = NULL;

	if (!store_load(store, &set, &error)) {
		tool_error_take(error);
		return false;
	}
	loss->n_rules = loss->n_written = set.n_rules;
	rule_set_free(&set);
	return true;
}

int export_sql(const struct export_request *request, struct export_loss *loss)
{
	struct store *store = store_of_request(request);
	char *text = NULL, *error = NULL;
	int code = TOOL_ERROR;
	size_t size;
	FILE *out;

	if (!store)
		return TOOL_ERROR;
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	if (count_rules(store, loss)) {
		bool is_dumped = store_dump(store, out, &error);

		if (fclose(out))
			abort();
		code = is_dumped ? export_output(request, text, size) : tool_error_take(error);
	} else {
		fclose(out);
	}
	free(text);
	store_close(store);
	return code;
}
