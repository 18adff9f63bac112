/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* main.c - the verb table, the help made from it, and the dispatch */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#ifndef FWQUIRK_VERSION
#error "FWQUIRK_VERSION comes from the Makefile"
#endif

const struct verb tool_verbs[] = {
#include "verbs.inc"
	{NULL, NULL, NULL, NULL, NULL},
};

static const struct verb *verb_find(const char *name)
{
	for (const struct verb *verb = tool_verbs; verb->name; verb++)
		if (strcmp(verb->name, name) == 0)
			return verb;
	return NULL;
}

static void help_print_all(FILE *out)
{
	fputs("usage: fwquirk VERB [OPTION...] [ARGUMENT...]\n\n", out);
	for (const struct verb *verb = tool_verbs; verb->name; verb++)
		fprintf(out, "  %-9s %s\n", verb->name, verb->summary);
	fputs("\nA SOURCE is a machine: nothing for this one, a file, a folder or - for standard\n"
	      "input; what it is (dmidecode dump or text, bare table, modalias, ...) is told by "
	      "its content.\n"
	      "Exit status: 0 yes or done, 1 no (nothing matched, found or different), 2 error.\n"
	      "'fwquirk help VERB' tells more, the manual page fwquirk(1) all.\n",
	      out);
}

static int help_print_verb(const struct verb *verb)
{
	printf("usage: fwquirk %s %s\n\n%s.\n", verb->name, verb->synopsis, verb->summary);
	if (verb->help)
		printf("\n%s", verb->help);
	return TOOL_YES;
}

static int help_run(int argc, char **argv)
{
	if (argc < 2) {
		help_print_all(stdout);
		return TOOL_YES;
	}
	const struct verb *verb = verb_find(argv[1]);
	if (!verb)
		return tool_error("no verb \"%s\"; 'fwquirk help' lists them", argv[1]);
	return help_print_verb(verb);
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		help_print_all(stderr);
		return TOOL_ERROR;
	}
	const char *name = argv[1];
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help_run(argc - 1, argv + 1);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("fwquirk " FWQUIRK_VERSION);
		return TOOL_YES;
	}
	const struct verb *verb = verb_find(name);
	if (!verb)
		return tool_error("no verb \"%s\"; 'fwquirk help' lists them", name);
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help_print_verb(verb);
	return verb->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int code = dispatch(argc, argv);
	/* A full disk behind standard output must not look like success. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("fwquirk: standard output");
		return TOOL_ERROR;
	}
	return code;
}
