/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_walk.c - paths in, files told by their content out; never follows a link that it finds */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/identity_table.h>

#include "rules_memory.h"
#include "scan_parts.h"

/* ---- files ------------------------------------------------------------------------------------ */

/*
 * Whether the first line is a machine and something is behind it. One identity that `identify --json`
 * printed goes over many lines, of which the first is a brace.
 */
static bool is_list(const uint8_t *start, size_t size)
{
	const char *at = (const char *)start, *lf = size ? memchr(at, '\n', size) : NULL, *end = lf;

	if (!lf)
		return false;
	while (end > at && text_is_blank(end[-1]))
		end--;
	if (!(*at == '{' && end - at > 1 && end[-1] == '}') &&
	    !(end - at > 4 && memcmp(at, "dmi:", 4) == 0))
		return false;
	return text_fold_size(text_sized(lf, size - (size_t)(lf - at))) > 0;
}

/* Everything, as one machine. */
static void take_source(struct scan_reader *reader, struct stream *stream, const char *name)
{
	size_t size = 0, room = STREAM_PEEK;
	uint8_t *bytes = NULL;

	for (;;) {
		size_t n;

		bytes = realloc(bytes, room + 1);
		if (!bytes)
			abort();
		n = stream_read(stream, bytes + size, room - size);
		size += n;
		if (size < room || size > TAR_MEMBER_LIMIT)
			break;
		room *= 2;
	}
	bytes = realloc(bytes, size + 1);
	if (!bytes)
		abort();
	bytes[size] = '\0';
	if (size > TAR_MEMBER_LIMIT)
		scan_errorf(reader, name,
			    "%s: larger than %zu MiB, the most that is read of one machine", name,
			    TAR_MEMBER_LIMIT >> 20);
	else if (!stream_error(stream)) {
		queue_put(reader->queue, (struct unit){.kind = UNIT_SOURCE,
						       .name = rules_copy(name, strlen(name)),
						       .bytes = bytes,
						       .size = size});
		return;
	}
	free(bytes);
}

/* Where lines may be paths, what is there at once decides: who writes may wait for an answer. */
static void take_content(struct scan_reader *reader, struct stream *stream, const char *name,
			 bool may_name_paths)
{
	const uint8_t *start;
	size_t size = stream_peek(stream, may_name_paths ? 1 : STREAM_PEEK, &start);

	/* Heads of tar and dumps have zero bytes, lines of a list have not. */
	if (may_name_paths && size && memchr(start, '\0', size)) {
		may_name_paths = false;
		size = stream_peek(stream, 512, &start);
	}
	if (tar_is(start, size))
		scan_tar(reader, stream, name);
	else if (identity_table_is((const char *)start, size))
		scan_table(reader, stream, name);
	else if (may_name_paths || is_list(start, size))
		scan_list(reader, stream, name, may_name_paths);
	else
		take_source(reader, stream, name);
	if (stream_error(stream))
		scan_errorf(reader, name, "%s", stream_error(stream));
}

void scan_file(struct scan_reader *reader, int fd, const char *name, bool may_name_paths)
{
	char *error = NULL;
	struct stream *stream = stream_open(fd, name, &error);

	if (!stream) {
		scan_error(reader, name, error);
		return;
	}
	take_content(reader, stream, name, may_name_paths);
	stream_close(stream);
}

/* ---- folders ---------------------------------------------------------------------------------- */

struct names {
	char **at;
	size_t n;
};

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->at[i]);
	free(names->at);
}

static bool names_have(const struct names *names, const char *name)
{
	return names->n &&
	       bsearch(&name, names->at, names->n, sizeof(char *), name_compare) != NULL;
}

/* In byte order, so that the same folder gives the same output. Takes over the descriptor. */
static bool names_read(int fd, struct names *names)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		close(fd);
		return false;
	}
	while ((entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		names->at = rules_grow(names->at, names->n, sizeof(char *));
		names->at[names->n++] = rules_copy(entry->d_name, strlen(entry->d_name));
	}
	closedir(folder);
	if (names->n)
		qsort(names->at, names->n, sizeof(char *), name_compare);
	return true;
}

/* What source_open reads of a folder that is one machine has to be plain files. */
static bool are_plain(int folder, const struct names *names)
{
	struct stat status;

	for (size_t i = 0; i < names->n; i++)
		if (fstatat(folder, names->at[i], &status, AT_SYMLINK_NOFOLLOW) ||
		    !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
			return false;
	return true;
}

static bool is_machine(int folder, const struct names *names)
{
	return (names_have(names, "DMI") || names_have(names, "sys_vendor")) &&
	       are_plain(folder, names);
}

static void take_folder(struct scan_reader *reader, int fd, const char *path, unsigned depth);

/* An entry of a folder. Only files and folders are opened: opening a device can do something. */
static void take_entry(struct scan_reader *reader, int folder, const char *name, const char *path,
		       unsigned depth)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat status = {.st_mode = 0};
	bool is_there = !fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW);
	int fd;

	if (is_there && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
		reader->n_skipped++;
		return;
	}
	fd = is_there ? openat(folder, name, flags) : -1;
	if (fd < 0) {
		scan_errorf(reader, path, "%s: cannot open: %s", path, strerror(errno));
	} else if (fstat(fd, &status) || (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))) {
		close(fd);
		reader->n_skipped++;
	} else if (S_ISDIR(status.st_mode)) {
		take_folder(reader, fd, path, depth + 1);
	} else {
		scan_file(reader, fd, path, false);
	}
}

static void take_entries(struct scan_reader *reader, int fd, const char *path,
			 const struct names *names, unsigned depth)
{
	size_t size = strlen(path);
	const char *slash = size && path[size - 1] == '/' ? "" : "/";

	for (size_t i = 0; i < names->n; i++) {
		char *entry;

		if (asprintf(&entry, "%s%s%s", path, slash, names->at[i]) < 0)
			abort();
		take_entry(reader, fd, names->at[i], entry, depth);
		free(entry);
	}
}

static void take_folder(struct scan_reader *reader, int fd, const char *path, unsigned depth)
{
	struct names names = {.n = 0};
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (depth > SCAN_DEPTH_LIMIT)
		scan_errorf(reader, path, "%s: more than %u folders in each other", path,
			    SCAN_DEPTH_LIMIT);
	else if (copy < 0 || !names_read(copy, &names))
		scan_errorf(reader, path, "%s: cannot read the folder: %s", path, strerror(errno));
	else if (is_machine(fd, &names))
		queue_put(reader->queue, (struct unit){.kind = UNIT_FOLDER,
						       .name = rules_copy(path, strlen(path))});
	else
		take_entries(reader, fd, path, &names, depth);
	if (depth > SCAN_DEPTH_LIMIT && copy >= 0)
		close(copy);
	names_free(&names);
	close(fd);
}

/* ---- paths ------------------------------------------------------------------------------------ */

void scan_error(struct scan_reader *reader, const char *name, char *sentence)
{
	queue_put(reader->queue,
		  (struct unit){.kind = UNIT_ERROR,
				.name = rules_copy(name, strlen(name)),
				.bytes = (uint8_t *)(sentence ? sentence : rules_copy("?", 1))});
}

void scan_errorf(struct scan_reader *reader, const char *name, const char *format, ...)
{
	va_list arguments;
	char *sentence;

	va_start(arguments, format);
	if (vasprintf(&sentence, format, arguments) < 0)
		abort();
	va_end(arguments);
	scan_error(reader, name, sentence);
}

void scan_path(struct scan_reader *reader, const char *path)
{
	struct stat status;
	int fd;

	if (strcmp(path, "-") == 0) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		scan_file(reader, fd, "standard input", true);
		return;
	}
	fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status)) {
		scan_errorf(reader, path, "%s: cannot open: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
	} else if (S_ISDIR(status.st_mode)) {
		take_folder(reader, fd, path, 1);
	} else {
		scan_file(reader, fd, path, false);
	}
}

void scan_run(const struct scan *scan, char *const *path, size_t n_paths,
	      struct scan_counts *ret_counts)
{
	struct scan_reader reader = {.queue = queue_begin(scan)};

	for (size_t i = 0; i < n_paths; i++)
		scan_path(&reader, path[i]);
	queue_end(reader.queue, ret_counts);
	ret_counts->n_skipped = reader.n_skipped;
}

void scan_counts_free(struct scan_counts *counts)
{
	free(counts->by_rule);
	counts->by_rule = NULL;
}
