/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* file.c - a path in, its bytes out, and the other way; never leaves a file half-written */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/file.h>

bool file_error(char **ret_error, const char *format, ...)
{
	va_list arguments;
	char *sentence;

	va_start(arguments, format);
	if (vasprintf(&sentence, format, arguments) < 0)
		sentence = NULL;
	va_end(arguments);
	*ret_error = sentence;
	return false;
}

/* What to do about an errno, where there is something more helpful than its name. */
static const char *errno_advice(int error)
{
	switch (error) {
	case ENOSPC:
		return "; make room and try again";
	case EDQUOT:
	case EFBIG:
		return "; raise the limit or write elsewhere";
	case EROFS:
	case EACCES:
	case EPERM:
		return "; choose another folder or change its permissions";
	case ENOENT:
		return "; the folder has to exist";
	default:
		return "";
	}
}

static bool error_at(char **ret_error, const char *what, const char *path, int error)
{
	return file_error(ret_error, "%s: %s: %s%s", path, what, strerror(error),
			  errno_advice(error));
}

/* Reads to the end or to one byte over the limit. False with errno on failure. */
static bool read_descriptor(int fd, size_t limit, uint8_t **ret_bytes, size_t *ret_size)
{
	size_t room = 1 << 14, size = 0;
	uint8_t *bytes = NULL;

	for (;;) {
		uint8_t *larger = realloc(bytes, room);
		ssize_t n;

		if (!larger)
			break;
		bytes = larger;
		n = read(fd, bytes + size, room - 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		size += (size_t)n;
		if (!n || size > limit) {
			bytes[size] = '\0';
			*ret_bytes = bytes;
			*ret_size = size;
			return true;
		}
		if (size == room - 1)
			room *= 2;
	}
	free(bytes);
	return false;
}

bool file_read(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size,
	       char **ret_error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;
	uint8_t *bytes;
	bool is_read;
	int error;

	if (fd < 0)
		return file_error(ret_error, "%s: cannot open: %s", path, strerror(errno));
	is_read = read_descriptor(fd, limit, &bytes, &size);
	error = errno;
	close(fd);
	if (!is_read)
		return file_error(ret_error, "%s: cannot read: %s", path, strerror(error));
	if (size > limit) {
		free(bytes);
		return file_error(ret_error, "%s: larger than %zu bytes, the most that is read",
				  path, limit);
	}
	*ret_bytes = bytes;
	*ret_size = size;
	return true;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* A pipe, a terminal, /dev/null: nothing there to replace. */
static bool write_in_place(const char *path, const void *bytes, size_t size, char **ret_error)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is_written;

	if (fd < 0)
		return error_at(ret_error, "cannot open for writing", path, errno);
	is_written = write_all(fd, bytes, size);
	if (!is_written)
		error_at(ret_error, "cannot write", path, errno);
	close(fd);
	return is_written;
}

/* A file being written: where it will go, where it is until then. */
struct beside {
	char *path; /* the target, links followed */
	char *name; /* `.NAME.new` in the same folder */
	char *folder;
	int fd;
};

static void beside_free(struct beside *beside)
{
	free(beside->path);
	free(beside->name);
	free(beside->folder);
}

static bool beside_names(const char *path, struct beside *ret_beside)
{
	struct beside beside = {.fd = -1};
	char *copy, *slash;

	/* A missing target is fine: realpath fails and the path is taken as it is. */
	beside.path = realpath(path, NULL);
	if (!beside.path)
		beside.path = strdup(path);
	copy = beside.path ? strdup(beside.path) : NULL;
	if (copy) {
		slash = strrchr(copy, '/');
		if (asprintf(&beside.name, "%.*s.%s.new", slash ? (int)(slash + 1 - copy) : 0, copy,
			     slash ? slash + 1 : copy) < 0)
			beside.name = NULL;
		beside.folder = strdup(dirname(copy));
		free(copy);
	}
	if (!beside.name || !beside.folder) {
		beside_free(&beside);
		return false;
	}
	*ret_beside = beside;
	return true;
}

/*
 * Opens and locks the file beside. One that a killed process left behind is taken over; the lock
 * keeps two living ones apart. What somebody else put there (a link, another owner's file) is
 * refused.
 */
static bool beside_open(struct beside *beside, mode_t mode, char **ret_error)
{
	struct stat opened, named;
	int fd = open(beside->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);

	if (fd < 0)
		return error_at(ret_error, "cannot write beside it", beside->path, errno);
	/* When the name is gone or is another file by now, the other one has just finished. */
	if ((flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) || fstat(fd, &opened) ||
	    lstat(beside->name, &named) || opened.st_ino != named.st_ino) {
		close(fd);
		return file_error(ret_error, "%s: another process is writing it; try again later",
				  beside->path);
	}
	if (!S_ISREG(opened.st_mode) || opened.st_nlink != 1 || opened.st_uid != geteuid()) {
		close(fd);
		return file_error(ret_error, "%s: %s is in the way; remove it", beside->path,
				  beside->name);
	}
	beside->fd = fd;
	return true;
}

static bool beside_fill(struct beside *beside, const void *bytes, size_t size, char **ret_error)
{
	if (ftruncate(beside->fd, 0) || !write_all(beside->fd, bytes, size) || fsync(beside->fd))
		return error_at(ret_error, "cannot write", beside->path, errno);
	if (rename(beside->name, beside->path))
		return error_at(ret_error, "cannot put the new file in place", beside->path, errno);
	return true;
}

/* The rename lasts only once the folder is on the disk. Some file systems cannot: no error. */
static void folder_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

static bool write_replacing(const char *path, mode_t mode, bool is_new, const void *bytes,
			    size_t size, char **ret_error)
{
	struct beside beside;
	bool is_written = false;

	if (!beside_names(path, &beside))
		return file_error(ret_error, "%s: out of memory", path);
	if (beside_open(&beside, mode, ret_error)) {
		if (!is_new)
			(void)fchmod(beside.fd, mode);
		is_written = beside_fill(&beside, bytes, size, ret_error);
		if (is_written)
			folder_sync(beside.folder);
		else
			unlink(beside.name);
		close(beside.fd);
	}
	beside_free(&beside);
	return is_written;
}

static bool write_to(const char *path, const void *bytes, size_t size, char **ret_error)
{
	struct stat old;
	size_t length = strlen(path);

	if (!length || path[length - 1] == '/')
		return file_error(ret_error, "%s: not the name of a file", length ? path : "\"\"");
	if (stat(path, &old)) {
		if (errno != ENOENT)
			return error_at(ret_error, "cannot write", path, errno);
		return write_replacing(path, 0666, true, bytes, size, ret_error);
	}
	if (S_ISDIR(old.st_mode))
		return file_error(ret_error, "%s: is a folder; name a file in it", path);
	if (!S_ISREG(old.st_mode))
		return write_in_place(path, bytes, size, ret_error);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS))
		return error_at(ret_error, "cannot replace", path, errno);
	return write_replacing(path, old.st_mode & 07777, false, bytes, size, ret_error);
}

bool file_write(const char *path, const void *bytes, size_t size, char **ret_error)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	bool is_written;

	/* A file over RLIMIT_FSIZE is then EFBIG and one clear error, not the end of the process.
	 */
	sigaction(SIGXFSZ, &ignore, &before);
	is_written = write_to(path, bytes, size, ret_error);
	sigaction(SIGXFSZ, &before, NULL);
	return is_written;
}
