/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_path.c - a path in, the rule files behind it and their bytes out; never writes */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fwquirk/host/file.h>

#include "rules_memory.h"
#include "rules_parser.h"

#define SUFFIX ".quirks"

struct paths {
	char **path;
	size_t n;
};

static void paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		free(paths->path[i]);
	free(paths->path);
}

static void paths_add(struct paths *paths, const char *folder, const char *name)
{
	char *path;

	paths->path = rules_grow(paths->path, paths->n, sizeof(*paths->path));
	if (asprintf(&path, "%s%s%s", folder, *folder && *name ? "/" : "", name) < 0)
		abort();
	paths->path[paths->n++] = path;
}

static bool report_unreadable(struct diagnostics *diagnostics, const char *path, const char *error)
{
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "P001", path, (struct rule_place){.line = 0},
			NULL, "expected a file or folder that can be read, found: %s", error);
	return false;
}

void rules_report_size(struct diagnostics *diagnostics, const char *path)
{
	diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "P002", path, (struct rule_place){.line = 0},
			"is this a file of rules?", "expected at most %zu MiB, found more",
			RULES_FILE_MAX_BYTES >> 20);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_suffix(const char *name)
{
	size_t size = strlen(name);

	return size > strlen(SUFFIX) && strcmp(name + size - strlen(SUFFIX), SUFFIX) == 0;
}

/* Adds rule files of one folder and of its subfolders; hidden ones and links to folders are not
 * entered. */
static bool walk(const char *folder, struct paths *paths, struct diagnostics *diagnostics)
{
	struct paths folders = {.n = 0};
	bool is_whole = true;
	struct dirent *entry;
	DIR *dir = opendir(folder);

	if (!dir)
		return report_unreadable(diagnostics, folder, strerror(errno));
	while ((entry = readdir(dir))) {
		struct stat status;

		if (entry->d_name[0] == '.')
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(status.st_mode))
			paths_add(&folders, folder, entry->d_name);
		else if (has_suffix(entry->d_name))
			paths_add(paths, folder, entry->d_name);
	}
	closedir(dir);
	for (size_t i = 0; i < folders.n; i++)
		is_whole &= walk(folders.path[i], paths, diagnostics);
	paths_free(&folders);
	return is_whole;
}

static void trim_slashes(char *path)
{
	size_t size = strlen(path);

	while (size > 1 && path[size - 1] == '/')
		path[--size] = '\0';
}

static bool list_folder(const char *path, struct paths *paths, struct diagnostics *diagnostics)
{
	char *folder = rules_copy(path, strlen(path));
	bool is_whole;

	trim_slashes(folder);
	is_whole = walk(folder, paths, diagnostics);
	free(folder);
	if (is_whole && !paths->n) {
		diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, "P052", path,
				(struct rule_place){.line = 0}, NULL,
				"expected files *" SUFFIX " in the folder, found none");
		return false;
	}
	if (paths->n)
		qsort(paths->path, paths->n, sizeof(*paths->path), compare_paths);
	return is_whole;
}

bool rules_list_files(const char *path, char ***ret_paths, size_t *ret_n,
		      struct diagnostics *diagnostics)
{
	struct paths paths = {.n = 0};
	struct stat status;

	if (strcmp(path, "-") != 0 && stat(path, &status))
		return report_unreadable(diagnostics, path, strerror(errno));
	if (strcmp(path, "-") != 0 && S_ISDIR(status.st_mode)) {
		if (!list_folder(path, &paths, diagnostics)) {
			paths_free(&paths);
			return false;
		}
	} else {
		paths_add(&paths, path, "");
	}
	*ret_paths = paths.path;
	*ret_n = paths.n;
	return true;
}

bool rules_read_file(const char *path, char **ret_bytes, size_t *ret_size,
		     struct diagnostics *diagnostics)
{
	const char *from = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
	size_t prefix = strlen(from) + strlen(": ");
	char *error;

	if (file_read(from, FILE_LIMIT, (uint8_t **)ret_bytes, ret_size, &error))
		return true;
	report_unreadable(diagnostics, path,
			  error && strlen(error) > prefix ? error + prefix : "no memory");
	free(error);
	return false;
}

bool rules_parse_path(struct rule_set *set, const char *path, struct diagnostics *diagnostics)
{
	struct paths paths = {.n = 0};
	bool is_good;

	is_good = rules_list_files(path, &paths.path, &paths.n, diagnostics);
	for (size_t i = 0; i < paths.n; i++) {
		char *bytes;
		size_t size;

		if (!rules_read_file(paths.path[i], &bytes, &size, diagnostics)) {
			is_good = false;
			continue;
		}
		is_good &= rules_parse_bytes(set, paths.path[i], bytes, size, diagnostics);
		free(bytes);
	}
	paths_free(&paths);
	return is_good;
}
