/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_identify.c - a source in, its identity printed; never a control character to a terminal */
#include <getopt.h>
#include <stdlib.h>

#include <fwquirk/host/identity_json.h>
#include <fwquirk/host/source.h>

#include "tool.h"

/* In double quotes, quote and backslash escaped, so that it can be pasted into a rule. */
static void print_quoted(FILE *out, struct text text)
{
	putc('"', out);
	for (size_t i = 0; i < text.size;) {
		size_t n = 0;

		while (i + n < text.size && text.at[i + n] != '"' && text.at[i + n] != '\\')
			n++;
		if (n)
			tool_print_text(out, text_sized(text.at + i, n));
		i += n;
		if (i < text.size)
			fprintf(out, "\\%c", text.at[i++]);
	}
	putc('"', out);
}

static void print_field(const struct source *source, enum field field)
{
	const struct identity *identity = &source->identity;
	uint32_t bit = (uint32_t)1 << field;

	printf("%-16s ", field_name(field));
	if (!(identity->present & bit)) {
		puts(source->unknowable & bit ? "not in this kind of source" : "absent");
		return;
	}
	print_quoted(stdout, identity->field[field]);
	if (identity->placeholder & bit)
		fputs("  (placeholder)", stdout);
	if (source->lossy & bit)
		fputs("  (changed by this kind of source)", stdout);
	putchar('\n');
}

static void print_human(const struct source *source)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		print_field(source, (enum field)field);
	printf("\n%s", source_kind_name(source->kind));
	if (source->smbios_major)
		printf(", SMBIOS %u.%u", source->smbios_major, source->smbios_minor);
	putchar('\n');
	for (size_t i = 0; i < source->n_remarks; i++)
		printf("note: %s\n", source->remark[i]);
}

static int print_json(const struct source *source)
{
	for (size_t i = 0; i < source->n_remarks; i++)
		fprintf(stderr, "fwquirk: note: %s\n", source->remark[i]);
	return tool_print_json(identity_to_json(&source->identity), TOOL_YES);
}

int cmd_identify(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	bool as_json = false;
	struct source *source;
	char *error = NULL;
	int option, code = TOOL_YES;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return tool_usage("identify", NULL);
		as_json = true;
	}
	if (argc - optind > 1)
		return tool_usage("identify", "one SOURCE, not %d", argc - optind);
	if (!source_open(argv[optind], &source, &error))
		return tool_error_take(error);
	if (as_json)
		code = print_json(source);
	else
		print_human(source);
	source_close(source);
	return code;
}
