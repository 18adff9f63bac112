/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_files.c - the files of an export: printed in memory, then a folder with all of them or none */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/export.h>
#include <fwquirk/host/file.h>

#include "rules_memory.h"

FILE *export_file_add(struct export_files *files, const char *name)
{
	struct export_file *file;

	export_files_close(files);
	files->file = rules_grow(files->file, files->n, sizeof(*files->file));
	file = &files->file[files->n++];
	*file = (struct export_file){.name = rules_copy(name, strlen(name))};
	/* The stream fills the members until it is closed, which is before the list moves again. */
	file->stream = open_memstream(&file->bytes, &file->size);
	if (!file->stream)
		abort();
	return file->stream;
}

void export_files_close(struct export_files *files)
{
	struct export_file *last = files->n ? &files->file[files->n - 1] : NULL;

	if (!last || !last->stream)
		return;
	if (fclose(last->stream))
		abort();
	last->stream = NULL;
}

void export_files_free(struct export_files *files)
{
	export_files_close(files);
	for (size_t i = 0; i < files->n; i++) {
		free(files->file[i].name);
		free(files->file[i].bytes);
	}
	free(files->file);
	*files = (struct export_files){.n = 0};
}

static char *join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		abort();
	return path;
}

/* The folders above a file below `folder`, which is there. */
static bool make_parents(const char *folder, const char *name, char **ret_error)
{
	for (const char *slash = name; (slash = strchr(slash, '/')); slash++) {
		char *part = rules_copy(name, (size_t)(slash - name));
		char *path = join(folder, part);
		bool is_there = !mkdir(path, 0777) || errno == EEXIST;

		if (!is_there)
			file_error(ret_error, "%s: cannot make the folder: %s", path,
				   strerror(errno));
		free(path);
		free(part);
		if (!is_there)
			return false;
	}
	return true;
}

static bool write_all(const struct export_files *files, const char *folder, char **ret_error)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct export_file *file = &files->file[i];
		char *path = join(folder, file->name);
		bool is_done = make_parents(folder, file->name, ret_error) &&
			       file_write(path, file->bytes, file->size, ret_error);

		free(path);
		if (!is_done)
			return false;
	}
	return true;
}

/* What write_all has made, as far as it came; nothing else is in there. */
static void remove_all(const struct export_files *files, const char *folder)
{
	for (size_t i = 0; i < files->n; i++) {
		char *path = join(folder, files->file[i].name);

		unlink(path);
		for (size_t at = strlen(path); at > strlen(folder) + 1; at--) {
			if (path[at - 1] != '/')
				continue;
			path[at - 1] = '\0';
			rmdir(path);
		}
		free(path);
	}
	rmdir(folder);
}

/* Absent, or a folder with nothing in it, which rename() may replace. */
static bool is_free(const char *folder, char **ret_error)
{
	DIR *dir = opendir(folder);
	bool is_empty = true;

	if (!dir)
		return errno == ENOENT ||
		       file_error(ret_error, "%s: cannot be the folder to make: %s", folder,
				  strerror(errno));
	for (struct dirent *entry; is_empty && (entry = readdir(dir));)
		is_empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return is_empty ||
	       file_error(ret_error, "%s: is there and not empty; name a folder to be made",
			  folder);
}

/* FOLDER/NAME beside which ".NAME.new" is made; `name` without slashes behind it. */
static char *beside(const char *folder)
{
	const char *slash = strrchr(folder, '/');
	int parent = slash ? (int)(slash - folder) + 1 : 0;
	char *path;

	if (asprintf(&path, "%.*s.%s.new", parent, folder, folder + parent) < 0)
		abort();
	return path;
}

static bool put_in_place(const struct export_files *files, const char *made, const char *folder,
			 char **ret_error)
{
	if (mkdir(made, 0777))
		return file_error(ret_error, "%s: cannot make the folder: %s%s", made,
				  strerror(errno),
				  errno == EEXIST ? "; another export left it, or is at work: "
						    "remove it when none is"
						  : "");
	if (write_all(files, made, ret_error)) {
		if (!rename(made, folder))
			return true;
		file_error(ret_error, "%s: cannot rename %s to it: %s", folder, made,
			   strerror(errno));
	}
	remove_all(files, made);
	return false;
}

bool export_files_write(const struct export_files *files, const char *folder, char **ret_error)
{
	size_t size = strlen(folder);
	char *target, *made;
	bool is_done;

	while (size > 1 && folder[size - 1] == '/')
		size--;
	target = rules_copy(folder, size);
	made = beside(target);
	is_done = is_free(target, ret_error) && put_in_place(files, made, target, ret_error);
	free(made);
	free(target);
	return is_done;
}
