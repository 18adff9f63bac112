/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_import.c - `fwquirk import`: reports filed beside the rules, all of them or none */
#include <getopt.h>
#include <stdlib.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/store_report.h>

#include "input.h"
#include "reports.h"

/* Everything that was read, for one call. */
struct pile {
	size_t n;
	struct report_input *input;
	struct report *report;
	uint8_t **bytes;
};

static bool read_one(struct pile *pile, const char *path)
{
	char *error = NULL;
	size_t size;

	if (!file_read(path, REPORT_LIMIT, &pile->bytes[pile->n], &size, &error)) {
		tool_error_take(error);
		return false;
	}
	if (!report_read(path, pile->bytes[pile->n], size, &pile->report[pile->n], &error)) {
		free(pile->bytes[pile->n]);
		tool_error_take(error);
		return false;
	}
	pile->input[pile->n] = (struct report_input){.bytes = (char *)pile->bytes[pile->n],
						     .size = size,
						     .report = &pile->report[pile->n]};
	pile->n++;
	return true;
}

static void pile_free(struct pile *pile)
{
	for (size_t i = 0; i < pile->n; i++) {
		report_free(&pile->report[i]);
		free(pile->bytes[i]);
	}
	free(pile->input);
	free(pile->report);
	free(pile->bytes);
}

/* Every file is looked at, so that one call shows all that is wrong. */
static bool read_all(struct pile *pile, char *const *path, int n)
{
	bool is_good = true;

	pile->input = calloc((size_t)n + 1, sizeof(*pile->input));
	pile->report = calloc((size_t)n + 1, sizeof(*pile->report));
	pile->bytes = calloc((size_t)n + 1, sizeof(*pile->bytes));
	if (!pile->input || !pile->report || !pile->bytes)
		abort();
	for (int i = 0; i < n; i++)
		is_good &= read_one(pile, path[i]);
	return is_good;
}

static int say_filed(const char *path, const struct report_counts *counts, bool as_json)
{
	if (as_json)
		return tool_print_json(json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "database",
						 tool_json_text(text_of(path)), "new",
						 (json_int_t)counts->n_new, "known",
						 (json_int_t)counts->n_known, "new_firmware",
						 (json_int_t)counts->n_firmware, "reports",
						 (json_int_t)counts->n_reports, "linked",
						 (json_int_t)counts->n_linked),
				       TOOL_YES);
	tool_print_text(stdout, text_of(path));
	printf(": %zu new (%zu of firmware not reported before), %zu already there; "
	       "rules match %zu of %zu\n",
	       counts->n_new, counts->n_firmware, counts->n_known, counts->n_linked,
	       counts->n_reports);
	return TOOL_YES;
}

static bool load_table(const char *db, struct tool_table *ret_table)
{
	struct store *store = input_store(db);
	struct rule_set set;
	char *error = NULL;
	bool is_good;

	if (!store)
		return false;
	is_good = store_load(store, &set, &error);
	store_close(store);
	if (!is_good) {
		tool_error_take(error);
		return false;
	}
	is_good = reports_table(&set, ret_table);
	rule_set_free(&set);
	return is_good;
}

static int import_run(const struct pile *pile, const char *db, bool as_json)
{
	const char *path = reports_path(db);
	struct report_counts counts;
	struct tool_table table;
	char *error = NULL;
	bool is_filed;

	if (!load_table(db, &table))
		return TOOL_ERROR;
	is_filed = store_report_add(path, pile->input, pile->n, &table.table, &counts, &error);
	tool_table_close(&table);
	return is_filed ? say_filed(path, &counts, as_json) : tool_error_take(error);
}

int cmd_import(int argc, char **argv)
{
	static const struct option options[] = {
		{"db", required_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct pile pile = {.n = 0};
	const char *db = NULL;
	bool as_json = false;
	int code;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd')
			db = optarg;
		else if (c == 'j')
			as_json = true;
		else
			return tool_usage("import", NULL);
	}
	if (read_all(&pile, argv + optind, argc - optind))
		code = import_run(&pile, db, as_json);
	else
		code = tool_error("nothing was imported");
	pile_free(&pile);
	return code;
}
