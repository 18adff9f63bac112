/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_export.c - `fwquirk export`: the database into the forms of others, each with what was lost */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "tool.h"

/* In the order of the help. */
static const struct export_target targets[] = {
	{NULL, NULL, NULL},
};

#define N_TARGETS (sizeof(targets) / sizeof(targets[0]) - 1)

/* What getopt gives for a target: its index behind the characters. */
#define TARGET_OPTION 0x100

static void say_loss(const struct export_target *target, const char *lines)
{
	if (target->loses)
		fprintf(stderr, "fwquirk export: --%s cannot say: %s\n", target->name,
			target->loses);
	for (const char *end; *lines; lines = end + (*end == '\n')) {
		end = strchrnul(lines, '\n');
		fprintf(stderr, "fwquirk export: --%s: lost: ", target->name);
		tool_print_text(stderr, text_sized(lines, (size_t)(end - lines)));
		fputc('\n', stderr);
	}
}

static int target_run(const struct export_target *target, const struct export_request *request)
{
	char *lines = NULL;
	size_t size;
	FILE *loss = open_memstream(&lines, &size);
	int code;

	if (!loss)
		abort();
	code = target->run(request, loss);
	if (fclose(loss))
		abort();
	if (code != TOOL_ERROR)
		say_loss(target, lines);
	free(lines);
	return code;
}

static void options_make(struct option *option)
{
	for (size_t i = 0; targets[i].name; i++)
		option[i] = (struct option){targets[i].name, required_argument, NULL,
					    TARGET_OPTION + (int)i};
	option[N_TARGETS] = (struct option){"db", required_argument, NULL, 'd'};
	option[N_TARGETS + 1] = (struct option){NULL, 0, NULL, 0};
}

/* All that were asked for, in the order of the table; the first failure ends it. */
static int export_run(const char *const *output, const char *db)
{
	int code = TOOL_YES;

	for (size_t i = 0; targets[i].name && code == TOOL_YES; i++) {
		struct export_request request = {.output = output[i], .db = db};

		if (output[i])
			code = target_run(&targets[i], &request);
	}
	return code;
}

int cmd_export(int argc, char **argv)
{
	struct option options[N_TARGETS + 2];
	const char *output[N_TARGETS + 1] = {NULL}, *db = NULL;
	bool is_any = false;

	options_make(options);
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 'd') {
			db = optarg;
		} else if (c >= TARGET_OPTION) {
			output[c - TARGET_OPTION] = optarg;
			is_any = true;
		} else {
			return tool_usage("export", NULL);
		}
	}
	if (argc > optind)
		return tool_usage("export", "unexpected argument \"%s\"", argv[optind]);
	if (!is_any)
		return tool_usage("export", "expected a target");
	return export_run(output, db);
}
