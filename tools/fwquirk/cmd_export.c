/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_export.c - `fwquirk export`: rules into the forms of others, and what was lost on the way */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "export.h"
#include "input.h"
#include "tool.h"

/* In the order of the help. */
static const struct export_target targets[] = {
	{"dmi-c", "C table for kernels, struct dmi_system_id", false, export_dmi_c, NULL},
	{"c", "freestanding C table and header", true, export_c, NULL},
	{"hwdb", "systemd hwdb, by dmi: modalias", false, export_hwdb, NULL},
	{"hwids", "hardware ids (CHIDs), JSON as ukify reads it", true, export_hwids, NULL},
	{"json", "everything, one JSON object", false, NULL, export_json},
	{"csv", "a line for each rule, RFC 4180", false, export_csv, NULL},
	{"sql", "the database as SQL text", false, NULL, export_sql},
	{"quirks", "canonical rule text", true, export_quirks, NULL},
	{"reports", "the filed reports, byte for byte", true, NULL, export_reports},
	{NULL, NULL, false, NULL, NULL},
};

bool export_rules(const struct export_request *request, struct rule_set *ret_set)
{
	struct store *store;
	char *error = NULL;
	bool is_loaded;

	if (request->n_paths)
		return input_load(request->path, request->n_paths, ret_set);
	store = input_store(request->db);
	if (!store)
		return false;
	is_loaded = store_load(store, ret_set, &error);
	if (!is_loaded)
		tool_error_take(error);
	store_close(store);
	return is_loaded;
}

int export_output(const struct export_request *request, const char *bytes, size_t size)
{
	char *error = NULL;

	if (request->output)
		return file_write(request->output, bytes, size, &error) ? TOOL_YES
									: tool_error_take(error);
	fwrite(bytes, 1, size, stdout);
	return TOOL_YES;
}

static int files_output(const struct export_target *target, const struct export_request *request,
			const struct export_files *files)
{
	char *error = NULL;

	if (!target->has_folder)
		return export_output(request, files->file[0].bytes, files->file[0].size);
	return export_files_write(files, request->output, &error) ? TOOL_YES
								  : tool_error_take(error);
}

static int make_run(const struct export_target *target, const struct export_request *request,
		    struct export_loss *loss)
{
	struct export_options options = {.widen = request->widen};
	struct export_files files = {.n = 0};
	struct rule_set set = {.n_files = 0};
	char *error = NULL;
	int code;

	if (!export_rules(request, &set))
		return TOOL_ERROR;
	if (target->make(&set, &options, &files, loss, &error)) {
		export_files_close(&files);
		code = files_output(target, request, &files);
	} else {
		code = tool_error_take(error);
	}
	export_files_free(&files);
	rule_set_free(&set);
	return code;
}

static char *loss_text(const struct export_loss *loss, const char *target, bool as_json,
		       size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);
	json_t *json;

	if (!out)
		abort();
	if (as_json) {
		json = export_loss_json(loss, target);
		if (json_dumpf(json, out, JSON_INDENT(2) | JSON_SORT_KEYS))
			abort();
		fputc('\n', out);
		json_decref(json);
	} else {
		export_loss_print(out, loss, target);
	}
	if (fclose(out))
		abort();
	return text;
}

/* To standard error, or where --loss says. */
static int say_loss(const struct export_loss *loss, const char *target, const char *path,
		    bool as_json)
{
	size_t size;
	char *text = loss_text(loss, target, as_json, &size), *error = NULL;
	int code = TOOL_YES;

	if (!path)
		fwrite(text, 1, size, stderr);
	else if (strcmp(path, "-") == 0)
		fwrite(text, 1, size, stdout);
	else if (!file_write(path, text, size, &error))
		code = tool_error_take(error);
	free(text);
	return code;
}

static int target_run(const struct export_target *target, const struct export_request *request,
		      const char *loss_path)
{
	struct export_loss loss = {.n = 0};
	int code = target->make ? make_run(target, request, &loss) : target->run(request, &loss);

	/* The reports are no rules: nothing to count. */
	if (code == TOOL_YES && (target->make || loss.n_rules))
		code = say_loss(&loss, target->name, loss_path, request->as_json);
	export_loss_free(&loss);
	return code;
}

static const struct export_target *target_find(const char *name)
{
	for (const struct export_target *target = targets; target->name; target++)
		if (strcmp(target->name, name) == 0)
			return target;
	fprintf(stderr, "fwquirk export: no target \"");
	tool_print_text(stderr, text_of(name));
	fputs("\"; there are:\n", stderr);
	for (const struct export_target *target = targets; target->name; target++)
		fprintf(stderr, "  %-8s %s\n", target->name, target->summary);
	return NULL;
}

static int export_run(const char *name, const struct export_request *request, const char *loss_path)
{
	const struct export_target *target = target_find(name);

	if (!target)
		return tool_usage("export", NULL);
	if (request->db && request->n_paths)
		return tool_usage("export", "--db and rule files exclude each other");
	if (target->has_folder && !request->output)
		return tool_usage("export", "%s is several files: expected -o and a folder to make",
				  target->name);
	if (!request->output && loss_path && strcmp(loss_path, "-") == 0)
		return tool_usage("export", "--loss - and the output would be mixed: expected -o");
	return target_run(target, request, loss_path);
}

int cmd_export(int argc, char **argv)
{
	static const struct option options[] = {
		{"db", required_argument, NULL, 'd'},   {"json", no_argument, NULL, 'j'},
		{"loss", required_argument, NULL, 'l'}, {"output", required_argument, NULL, 'o'},
		{"widen", no_argument, NULL, 'w'},      {NULL, 0, NULL, 0},
	};
	struct export_request request = {.db = NULL};
	const char *loss = NULL;

	for (int c; (c = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
		if (c == 'd')
			request.db = optarg;
		else if (c == 'j')
			request.as_json = true;
		else if (c == 'l')
			loss = optarg;
		else if (c == 'o')
			request.output = optarg;
		else if (c == 'w')
			request.widen = true;
		else
			return tool_usage("export", NULL);
	}
	if (argc == optind)
		return tool_usage("export", "expected a target");
	request.path = argv + optind + 1;
	request.n_paths = argc - optind - 1;
	return export_run(argv[optind], &request, loss);
}
