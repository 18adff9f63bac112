/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* unpack.c - a path in, the bytes of the file unpacked out; never unpacks more than it was allowed */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/unpack.h>

#include "unpack_program.h"

#define CHUNK_SIZE ((size_t)1 << 16)

struct bytes {
	uint8_t *at;
	size_t size, room;
};

/* To the end, or to one byte over the limit. False with errno on failure. */
static bool read_all(int fd, size_t limit, struct bytes *bytes)
{
	for (;;) {
		ssize_t n;

		if (bytes->room - bytes->size < CHUNK_SIZE + 1) {
			size_t room = bytes->room * 2 + CHUNK_SIZE + 1;
			uint8_t *larger = realloc(bytes->at, room);

			if (!larger)
				return false;
			bytes->at = larger;
			bytes->room = room;
		}
		n = read(fd, bytes->at + bytes->size, bytes->room - bytes->size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes->size += (size_t)n;
		if (!n || bytes->size > limit) {
			bytes->at[bytes->size] = '\0';
			return true;
		}
	}
}

static bool errno_error(char **ret_error, const char *path, int error)
{
	return file_error(ret_error, "%s: cannot read: %s", path, strerror(error));
}

static bool limit_error(char **ret_error, const char *path, size_t limit)
{
	return file_error(ret_error, "%s: expected at most %zu MiB, found more", path, limit >> 20);
}

/* ---- the program ---- */

/* What the program on the other end of `out` says; ends the program when that is too much. */
static bool read_unpacked(pid_t pid, int out, const char *path, const char *program, size_t limit,
			  struct bytes *bytes, char **ret_error)
{
	bool is_read = read_all(out, limit, bytes);
	int error = errno;

	close(out);
	if (!is_read || bytes->size > limit)
		kill(pid, SIGKILL);
	if (!unpack_program_finish(pid) && is_read && bytes->size <= limit)
		return file_error(ret_error, "%s: %s cannot unpack it: damaged or cut off", path,
				  program);
	if (!is_read)
		return errno_error(ret_error, path, error);
	return bytes->size <= limit || limit_error(ret_error, path, limit);
}

static bool unpack(int fd, const char *path, const char *program, size_t limit, struct bytes *bytes,
		   char **ret_error)
{
	int out;
	pid_t pid;

	if (unpack_program_start(program, fd, &pid, &out))
		return read_unpacked(pid, out, path, program, limit, bytes, ret_error);
	if (errno == ENOENT)
		return file_error(ret_error, "%s: is packed by %s; install that program", path,
				  program);
	return errno_error(ret_error, path, errno);
}

/* ---- the file ---- */

/* The bytes as a file that a program can be given, where `fd` itself is a pipe. -1 with errno. */
static int file_of(const struct bytes *bytes)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);

	for (size_t done = 0; fd >= 0 && done < bytes->size;) {
		ssize_t n = write(fd, bytes->at + done, bytes->size - done);

		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* `packed` holds the whole of the file: it came through a pipe. */
static bool unpack_bytes(struct bytes *packed, const char *path, const char *program, size_t limit,
			 char **ret_error)
{
	struct bytes bytes = {.size = 0};
	int fd = file_of(packed);
	bool is_unpacked;

	if (fd < 0)
		return errno_error(ret_error, path, errno);
	is_unpacked = unpack(fd, path, program, limit, &bytes, ret_error);
	close(fd);
	free(packed->at);
	*packed = bytes;
	return is_unpacked;
}

static bool read_descriptor(int fd, const char *path, size_t limit, struct bytes *bytes,
			    char **ret_error)
{
	uint8_t start_bytes[UNPACK_MAGIC_SIZE];
	ssize_t n = pread(fd, start_bytes, sizeof(start_bytes), 0);
	const char *program = n > 0 ? unpack_program_of(start_bytes, (size_t)n) : NULL;

	if (program)
		return unpack(fd, path, program, limit, bytes, ret_error);
	if (!read_all(fd, limit, bytes))
		return errno_error(ret_error, path, errno);
	if (bytes->size > limit)
		return limit_error(ret_error, path, limit);
	program = n < 0 ? unpack_program_of(bytes->at, bytes->size) : NULL;
	return !program || unpack_bytes(bytes, path, program, limit, ret_error);
}

bool unpack_file(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size,
		 char **ret_error)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct bytes bytes = {.size = 0};
	bool is_read;

	if (fd < 0)
		return errno_error(ret_error, path, errno);
	is_read = read_descriptor(fd, path, limit, &bytes, ret_error);
	if (!is_input)
		close(fd);
	if (!is_read) {
		free(bytes.at);
		return false;
	}
	*ret_bytes = bytes.at;
	*ret_size = bytes.size;
	return true;
}
