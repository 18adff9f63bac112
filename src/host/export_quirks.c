/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_quirks.c - a rule set in, its files as canonical text out, byte for byte as `fmt` has them */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/export.h>
#include <fwquirk/host/file.h>

#include "rules_memory.h"

/* A path from a database of others must not lead out of the folder. */
static bool is_below(const char *path)
{
	size_t size;

	for (;; path += size + 1) {
		size = strcspn(path, "/");
		if (!size || (size == 1 && path[0] == '.') ||
		    (size == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (!path[size])
			return true;
	}
}

static bool is_taken(const struct export_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->file[i].name, name) == 0)
			return true;
	return false;
}

bool export_quirks(const struct rule_set *set, const struct export_options *options,
		   struct export_files *files, struct export_loss *loss, char **ret_error)
{
	size_t prefix = rules_shared_prefix(set);

	(void)options;
	for (size_t i = 0; i < set->n_files; i++) {
		const char *name = set->file[i].path + prefix;

		if (strcmp(name, "-") == 0)
			name = "stdin.quirks";
		if (!is_below(name) || is_taken(files, name))
			return file_error(ret_error,
					  "%s: no name for a file below the folder; rename it, or "
					  "give its folder instead",
					  set->file[i].path);
		rules_format_file(export_file_add(files, name), set, i);
	}
	loss->n_rules = loss->n_written = set->n_rules;
	return true;
}
