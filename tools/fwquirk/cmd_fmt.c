/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_fmt.c - rule files in, their canonical text out: printed, compared or written in place */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/rule.h>

#include "tool.h"

#define SHOWN_LINES 20u

enum fmt_mode { FMT_PRINT, FMT_CHECK, FMT_WRITE };

static bool read_options(int argc, char **argv, enum fmt_mode *ret_mode)
{
	static const struct option known[] = {
		{"check", no_argument, NULL, 'c'},
		{"write", no_argument, NULL, 'w'},
		{NULL, 0, NULL, 0},
	};
	enum fmt_mode mode = FMT_PRINT;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "cw", known, NULL)) >= 0) {
		enum fmt_mode wanted = option == 'w' ? FMT_WRITE : FMT_CHECK;

		if (option == '?') {
			tool_usage("fmt", NULL);
			return false;
		}
		if (mode != FMT_PRINT && mode != wanted) {
			tool_usage("fmt", "--check and --write exclude each other");
			return false;
		}
		mode = wanted;
	}
	*ret_mode = mode;
	return true;
}

/* ---- where two texts differ ---- */

static size_t count_lines(const char *at, const char *end)
{
	size_t n = 0;

	for (; at < end; at++)
		n += *at == '\n';
	return n;
}

static void print_lines(char sign, const char *at, const char *end)
{
	for (unsigned i = 0; at < end; i++) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		const char *line_end = lf ? lf : end;

		if (i == SHOWN_LINES) {
			printf("%c...\n", sign);
			return;
		}
		putchar(sign);
		tool_print_text(stdout, text_sized(at, (size_t)(line_end - at)));
		putchar('\n');
		at = lf ? lf + 1 : end;
	}
}

static bool is_line_start(const char *begin, const char *at)
{
	return at == begin || at[-1] == '\n';
}

/* One hunk, from the first line that differs to the last one. Both texts end in LF. */
static void print_difference(const char *path, struct text old, struct text new)
{
	const char *a = old.at, *b = new.at, *a_end = a + old.size, *b_end = b + new.size;
	size_t line;

	while (a < a_end && b < b_end && *a == *b)
		a++, b++;
	while (!is_line_start(old.at, a))
		a--, b--;
	while (a_end > a && b_end > b && a_end[-1] == b_end[-1])
		a_end--, b_end--;
	while (!is_line_start(a, a_end) || !is_line_start(b, b_end))
		a_end++, b_end++;
	line = 1 + count_lines(old.at, a);
	printf("--- %s\n+++ %s, canonical\n@@ -%zu,%zu +%zu,%zu @@\n", path, path, line,
	       count_lines(a, a_end), line, count_lines(b, b_end));
	print_lines('-', a, a_end);
	print_lines('+', b, b_end);
}

/* ---- one file ---- */

/* Malloc'ed canonical text of the only file of a set. */
static char *canonical_text(const struct rule_set *set, size_t *ret_size)
{
	char *text;
	FILE *out = open_memstream(&text, ret_size);

	if (!out)
		abort();
	rules_format_file(out, set, 0);
	if (fclose(out))
		abort();
	return text;
}

static int replace(const char *path, struct text text)
{
	char *error;

	if (!file_write(path, text.at, text.size, &error))
		return tool_error_take(error);
	printf("%s\n", path);
	return TOOL_YES;
}

static int emit(const char *path, enum fmt_mode mode, struct text old, struct text new)
{
	bool is_canonical = text_is_same(old, new);

	if (mode == FMT_PRINT) {
		fwrite(new.at, 1, new.size, stdout);
		return TOOL_YES;
	}
	if (is_canonical)
		return TOOL_YES;
	if (mode == FMT_WRITE)
		return replace(path, new);
	print_difference(path, old, new);
	return TOOL_NO;
}

static int format_file(const char *path, enum fmt_mode mode, struct diagnostics *diagnostics)
{
	struct rule_set set = {.n_files = 0};
	char *bytes, *canonical;
	size_t size, canonical_size;
	int code = TOOL_ERROR;

	if (!rules_read_file(path, &bytes, &size, diagnostics))
		return TOOL_ERROR;
	if (rules_parse_bytes(&set, path, bytes, size, diagnostics)) {
		canonical = canonical_text(&set, &canonical_size);
		code = emit(path, mode, text_sized(bytes, size),
			    text_sized(canonical, canonical_size));
		free(canonical);
	}
	rule_set_free(&set);
	free(bytes);
	return code;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int format_path(const char *path, enum fmt_mode mode, struct diagnostics *diagnostics)
{
	char **file;
	size_t n;
	int code = TOOL_YES;

	if (!rules_list_files(path, &file, &n, diagnostics))
		return TOOL_ERROR;
	for (size_t i = 0; i < n; i++) {
		code = worse(code, format_file(file[i], mode, diagnostics));
		free(file[i]);
	}
	free(file);
	return code;
}

int cmd_fmt(int argc, char **argv)
{
	struct diagnostics diagnostics = {.n = 0};
	enum fmt_mode mode;
	int code = TOOL_YES;

	if (!read_options(argc, argv, &mode))
		return TOOL_ERROR;
	if (optind == argc)
		return tool_usage("fmt", "expected files or folders to format");
	for (int i = optind; i < argc; i++) {
		if (mode == FMT_WRITE && strcmp(argv[i], "-") == 0)
			return tool_usage("fmt", "standard input cannot be written in place");
		code = worse(code, format_path(argv[i], mode, &diagnostics));
	}
	for (size_t i = 0; i < diagnostics.n; i++)
		diagnostic_print(stderr, &diagnostics.list[i]);
	diagnostics_free(&diagnostics);
	return code;
}
