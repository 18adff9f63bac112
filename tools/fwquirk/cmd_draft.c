/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_draft.c - `fwquirk draft`: reports in, a rule to be reviewed and its test machines out */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/draft.h>
#include <fwquirk/host/file.h>
#include <fwquirk/host/rule.h>

#include "tool.h"

#define MAX_OPTIONS 16u
#define MAX_REPORTS 64
#define MAX_MODELS  5u /* shown on the terminal */
#define MAX_CHOICES 8u

struct drafting {
	struct draft_request request;
	const char *evidence[MAX_OPTIONS], *workaround[MAX_OPTIONS];
	const char *population_path, *machine_folder, *id, *db;
	bool as_json;
	struct report report[MAX_REPORTS];
	struct population *population;
};

/* ---- in ---- */

static bool read_report(const char *path, struct report *ret_report)
{
	char *error = NULL;
	uint8_t *bytes;
	size_t size;
	bool is_read;

	if (!file_read(path, REPORT_LIMIT, &bytes, &size, &error)) {
		tool_error_take(error);
		return false;
	}
	is_read = report_read(path, bytes, size, ret_report, &error);
	free(bytes);
	if (!is_read)
		tool_error_take(error);
	return is_read;
}

/* The highest number in use and one more, as quirks/README.md has it. */
static bool next_id(const char *db, uint32_t *ret_id)
{
	struct rule_set set = {.n_files = 0};
	uint32_t id = 0;
	bool failed;

	if (!tool_rules_load(db, &set, &failed)) {
		if (!failed)
			tool_error("no database to take the next number from; give --id or --db");
		return false;
	}
	for (size_t i = 0; i < set.n_rules; i++)
		id = set.rule[i].id > id ? set.rule[i].id : id;
	rule_set_free(&set);
	*ret_id = id + 1;
	return true;
}

static bool prepare(struct drafting *drafting, char *const *path, int n)
{
	struct draft_request *request = &drafting->request;
	char *error = NULL;

	if (!drafting->id) {
		if (!next_id(drafting->db, &request->id))
			return false;
	} else if (!rule_id_from_text(drafting->id, &request->id)) {
		tool_usage("draft", "expected a rule such as FWQ-0001, found \"%s\"", drafting->id);
		return false;
	}
	request->report = drafting->report;
	request->evidence = drafting->evidence;
	request->workaround = drafting->workaround;
	request->has_machines = drafting->machine_folder != NULL;
	for (int i = 0; i < n; i++) {
		if (!read_report(path[i], &drafting->report[i]))
			return false;
		request->n_reports++;
	}
	if (drafting->population_path &&
	    !population_open(drafting->population_path, &drafting->population, &error)) {
		tool_error_take(error);
		return false;
	}
	request->population = drafting->population;
	return true;
}

/* ---- machines ---- */

static char *machine_path(const struct drafting *drafting, const struct draft_machine *machine)
{
	char *path;

	if (asprintf(&path, "%s/%s.machine", drafting->machine_folder, machine->name) < 0)
		abort();
	return path;
}

/* Nobody's work is written over: all of the names have to be free. */
static bool machines_are_new(const struct drafting *drafting, const struct draft *draft)
{
	bool is_new = true;

	for (size_t i = 0; i < draft->n_machines; i++) {
		char *path = machine_path(drafting, &draft->machine[i]);

		if (access(path, F_OK) == 0) {
			tool_error("%s: is there already; remove it or name another --machine-out",
				   path);
			is_new = false;
		}
		free(path);
	}
	return is_new;
}

static bool machines_write(const struct drafting *drafting, const struct draft *draft)
{
	bool is_written = true;

	if (mkdir(drafting->machine_folder, 0777) && errno != EEXIST) {
		tool_error("%s: cannot make the folder: %s", drafting->machine_folder,
			   strerror(errno));
		return false;
	}
	if (!machines_are_new(drafting, draft))
		return false;
	for (size_t i = 0; is_written && i < draft->n_machines; i++) {
		const char *text = draft->machine[i].text;
		char *path = machine_path(drafting, &draft->machine[i]), *error = NULL;

		is_written = file_write(path, text, strlen(text), &error);
		if (!is_written)
			tool_error_take(error);
		free(path);
	}
	return is_written;
}

/* ---- out ---- */

static void say_models(const struct drafting *drafting, const struct draft *draft)
{
	const struct population *population = drafting->population;

	for (size_t i = 0; i < draft->count.n_shares && i < MAX_MODELS; i++) {
		const struct population_share *share = &draft->count.share[i];
		const struct population_model *model = &population->model[share->model];

		fprintf(stderr, "  %" PRIu32 " x ", share->n_machines);
		tool_print_text(stderr, model->vendor);
		fputc(' ', stderr);
		tool_print_text(stderr, model->product);
		fputc('\n', stderr);
	}
	if (draft->count.n_shares > MAX_MODELS)
		fprintf(stderr, "  and %zu models more\n", draft->count.n_shares - MAX_MODELS);
}

static void say_choices(const struct drafting *drafting, const struct draft *draft)
{
	size_t n_rows = drafting->population->table->n_rows;

	for (size_t i = 0; i < draft->n_choices && i < MAX_CHOICES; i++) {
		const struct draft_choice *choice = &draft->choice[i];

		fprintf(stderr, "%s ", choice->is_chosen ? "keys:  " : "not so:");
		tool_print_text(stderr, text_of(choice->text));
		fprintf(stderr, ": %" PRIu32 " of %zu machines, %zu model%s\n", choice->n_machines,
			n_rows, choice->n_models, choice->n_models == 1 ? "" : "s");
	}
	fprintf(stderr, "with the firmware of the report%s: %" PRIu32 " machine%s\n",
		drafting->request.n_reports == 1 ? "" : "s", draft->count.n_machines,
		draft->count.n_machines == 1 ? "" : "s");
	say_models(drafting, draft);
}

static void say_missing(const struct draft *draft)
{
	for (size_t i = 0; i < draft->n_missing; i++) {
		bool is_defect = strcmp(draft->missing[i], "Defect") == 0;

		fprintf(stderr, "fill in: %s (--%s)\n", draft->missing[i],
			is_defect ? "defect NAME" : "evidence URL");
	}
}

static void say(const struct drafting *drafting, const struct draft *draft)
{
	if (drafting->population)
		say_choices(drafting, draft);
	else
		fputs("not counted: --population FILE tells how many machines it hits\n", stderr);
	if (!draft->is_bounded)
		fputs("no bounds: the reports have neither version nor date\n", stderr);
	for (size_t i = 0; drafting->machine_folder && i < draft->n_machines; i++)
		fprintf(stderr, "%s: %s/%s.machine\n",
			draft->machine[i].must_match ? "machine" : "near miss",
			drafting->machine_folder, draft->machine[i].name);
	say_missing(draft);
}

static json_t *choices_json(const struct draft *draft)
{
	json_t *array = json_array();

	for (size_t i = 0; i < draft->n_choices; i++)
		json_array_append_new(
			array, json_pack("{s:s, s:I, s:I, s:b}", "keys", draft->choice[i].text,
					 "machines", (json_int_t)draft->choice[i].n_machines,
					 "models", (json_int_t)draft->choice[i].n_models, "chosen",
					 (int)draft->choice[i].is_chosen));
	return array;
}

static int print_json(const struct drafting *drafting, const struct draft *draft)
{
	json_t *object = json_pack("{s:s, s:o, s:[], s:[]}", "text", draft->text, "choices",
				   choices_json(draft), "missing", "machines");

	json_object_set_new(object, "hits",
			    drafting->population ? json_integer(draft->count.n_machines)
						 : json_null());
	for (size_t i = 0; i < draft->n_missing; i++)
		json_array_append_new(json_object_get(object, "missing"),
				      json_string(draft->missing[i]));
	for (size_t i = 0; i < draft->n_machines; i++)
		json_array_append_new(json_object_get(object, "machines"),
				      json_pack("{s:s, s:s, s:b}", "name", draft->machine[i].name,
						"text", draft->machine[i].text, "must_match",
						(int)draft->machine[i].must_match));
	return tool_print_json(object, TOOL_YES);
}

static int draft_run(const struct drafting *drafting)
{
	struct draft draft;
	char *error = NULL;
	int code = TOOL_YES;

	if (!draft_make(&drafting->request, &draft, &error))
		return tool_error_take(error);
	if (drafting->machine_folder && !machines_write(drafting, &draft)) {
		code = TOOL_ERROR;
	} else if (drafting->as_json) {
		code = print_json(drafting, &draft);
	} else {
		fwrite(draft.text, 1, draft.size, stdout);
		say(drafting, &draft);
	}
	draft_free(&draft);
	return code;
}

static bool add_option(const char **list, size_t *n)
{
	if (*n == MAX_OPTIONS)
		return false;
	list[(*n)++] = optarg;
	return true;
}

static bool add_key(uint32_t *fields)
{
	enum field field;

	if (!field_from_name(text_of(optarg), &field)) {
		tool_error("no field \"%s\"; 'fwquirk identify' shows them", optarg);
		return false;
	}
	*fields |= (uint32_t)1 << field;
	return true;
}

static bool take_option(struct drafting *drafting, int option)
{
	switch (option) {
	case 'p':
		drafting->population_path = optarg;
		return true;
	case 'i':
		drafting->id = optarg;
		return true;
	case 'b':
		drafting->db = optarg;
		return true;
	case 't':
		drafting->request.title = optarg;
		return true;
	case 'd':
		drafting->request.defect = optarg;
		return true;
	case 'f':
		drafting->request.fixed = optarg;
		return true;
	case 'e':
		return add_option(drafting->evidence, &drafting->request.n_evidence);
	case 'w':
		return add_option(drafting->workaround, &drafting->request.n_workarounds);
	case 'k':
		return add_key(&drafting->request.key_fields);
	case 'm':
		drafting->machine_folder = optarg;
		return true;
	case 'j':
		return drafting->as_json = true;
	default:
		return false;
	}
}

int cmd_draft(int argc, char **argv)
{
	static const struct option options[] = {
		{"population", required_argument, NULL, 'p'},
		{"id", required_argument, NULL, 'i'},
		{"db", required_argument, NULL, 'b'},
		{"title", required_argument, NULL, 't'},
		{"defect", required_argument, NULL, 'd'},
		{"fixed", required_argument, NULL, 'f'},
		{"key", required_argument, NULL, 'k'},
		{"evidence", required_argument, NULL, 'e'},
		{"workaround", required_argument, NULL, 'w'},
		{"machine-out", required_argument, NULL, 'm'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct drafting drafting = {.id = NULL};
	int code = TOOL_ERROR;

	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (!take_option(&drafting, c))
			return tool_usage("draft", NULL);
	}
	if (argc - optind < 1 || argc - optind > MAX_REPORTS)
		return tool_usage("draft", "expected 1 to %d reports, found %d", MAX_REPORTS,
				  argc - optind);
	if (prepare(&drafting, argv + optind, argc - optind))
		code = draft_run(&drafting);
	for (size_t i = 0; i < drafting.request.n_reports; i++)
		report_free(&drafting.report[i]);
	population_close(drafting.population);
	return code;
}
