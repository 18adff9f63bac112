/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_show.c - `fwquirk show`: rules of the database in full, for people, programs or the editor */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "describe.h"
#include "input.h"
#include "reports.h"
#include "tool.h"

enum form { FORM_WORDS, FORM_TEXT, FORM_JSON };

static const char *rule_path(const struct rule_set *set, const struct rule *rule)
{
	return set->file[rule->file].path;
}

/* False when the reports about the rule could not be read. */
static bool show_rule(const struct rule_set *set, const struct rule *rule, const char *db,
		      enum form form)
{
	if (form == FORM_TEXT) {
		rule_format(stdout, rule);
		return true;
	}
	describe_text(stdout, rule, rule_path(set, rule));
	return seen_print(stdout, db, set, rule->id);
}

static json_t *rule_json(const struct rule_set *set, const struct rule *rule, const char *db)
{
	json_t *object = describe_json(rule, rule_path(set, rule));
	json_t *seen = seen_json(db, set, rule->id);

	if (!seen) {
		json_decref(object);
		return NULL;
	}
	json_object_set_new(object, "reports", seen);
	return object;
}

static int show_json(const struct rule_set *set, const struct rule *const *rule, int n,
		     const char *db)
{
	json_t *array = json_array();

	for (int i = 0; i < n; i++) {
		json_t *object = rule_json(set, rule[i], db);

		if (!object) {
			json_decref(array);
			return TOOL_ERROR;
		}
		json_array_append_new(array, object);
	}
	return tool_print_json(array, TOOL_YES);
}

/* Every rule has been found; in the order in which they were asked for. */
static int show_found(const struct rule_set *set, const struct rule *const *rule, int n,
		      const char *db, enum form form)
{
	bool is_good = true;

	if (form == FORM_JSON)
		return show_json(set, rule, n, db);
	for (int i = 0; i < n; i++) {
		if (i)
			putchar('\n');
		is_good &= show_rule(set, rule[i], db, form);
	}
	return is_good ? TOOL_YES : TOOL_ERROR;
}

static int show_from(const struct rule_set *set, char *const *id, int n, const char *db,
		     enum form form)
{
	const struct rule **rule = calloc((size_t)n, sizeof(const struct rule *));
	int n_found = 0, code;

	if (!rule)
		abort();
	for (int i = 0; i < n; i++) {
		uint32_t number;

		rule_id_from_text(id[i], &number); /* was checked */
		rule[n_found] = tool_rule_find(set, number);
		if (rule[n_found])
			n_found++;
		else
			tool_error("no rule %s in the database; 'fwquirk list' shows those there "
				   "are",
				   id[i]);
	}
	code = show_found(set, rule, n_found, db, form);
	free(rule);
	return code == TOOL_YES && n_found < n ? TOOL_NO : code;
}

/*
 * The rules that were asked for. Where there are reports, all: whether these were linked to the rules
 * as they are now is told by the table that all of them make.
 */
static bool rules_load(struct store *store, const char *db, char *const *id, int n,
		       struct rule_set *ret_set, char **ret_error)
{
	uint32_t *number;
	bool is_loaded;

	if (access(reports_path(db), F_OK) == 0)
		return store_load(store, ret_set, ret_error);
	number = calloc((size_t)n, sizeof(*number));
	if (!number)
		abort();
	for (int i = 0; i < n; i++)
		rule_id_from_text(id[i], &number[i]); /* was checked */
	is_loaded = store_load_ids(store, number, (size_t)n, ret_set, ret_error);
	free(number);
	return is_loaded;
}

static int show_run(const char *db, char *const *id, int n, enum form form)
{
	struct store *store = input_store(db);
	struct rule_set set;
	char *error = NULL;
	int code;

	if (!store)
		return TOOL_ERROR;
	if (rules_load(store, db, id, n, &set, &error)) {
		code = show_from(&set, id, n, db, form);
		rule_set_free(&set);
	} else {
		code = tool_error_take(error);
	}
	store_close(store);
	return code;
}

int cmd_show(int argc, char **argv)
{
	static const struct option options[] = {
		{"db", required_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{"text", no_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	enum form form = FORM_WORDS;
	const char *db = NULL;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			db = optarg;
		else if (c == 'j')
			form = FORM_JSON;
		else if (c == 't')
			form = FORM_TEXT;
		else
			return tool_usage("show", NULL);
	}
	if (argc == optind)
		return tool_usage("show", "expected the identifier of a rule, such as FWQ-0001");
	for (int i = optind; i < argc; i++) {
		uint32_t number;

		if (!rule_id_from_text(argv[i], &number))
			return tool_usage("show", "expected a rule such as FWQ-0001, found \"%s\"",
					  argv[i]);
	}
	return show_run(db, argv + optind, argc - optind, form);
}
