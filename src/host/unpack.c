/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* unpack.c - a path in, the bytes of the file unpacked out; never unpacks more than it was allowed */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/unpack.h>

#define CHUNK_SIZE ((size_t)1 << 16)

/* How each begins: xz 1.1.0 section 2.1.1.1; RFC 8878 section 3.1.1; RFC 1952 section 2.3.1; bzip2. */
static const struct packer {
	const char *magic, *program;
} packers[] = {
	{"\xfd"
	 "7zXZ",
	 "xz"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"\x1f\x8b", "gzip"},
	{"BZh", "bzip2"},
};

static const struct packer *packer_of(const uint8_t *start, size_t size)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		size_t n = strlen(packers[i].magic);

		if (size >= n && memcmp(start, packers[i].magic, n) == 0)
			return &packers[i];
	}
	return NULL;
}

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

static bool start(const char *program, int in, int out, pid_t *ret_pid)
{
	char *arguments[] = {(char *)(uintptr_t)program, "-dc", NULL};
	posix_spawn_file_actions_t actions;
	extern char **environ;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(ret_pid, program, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	errno = error;
	return !error;
}

static bool finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What the program on the other end of `out` says; ends the program when that is too much. */
static bool read_unpacked(pid_t pid, int out, const char *path, const struct packer *packer,
			  size_t limit, struct bytes *bytes, char **ret_error)
{
	bool is_read = read_all(out, limit, bytes);
	int error = errno;

	close(out);
	if (!is_read || bytes->size > limit)
		kill(pid, SIGKILL);
	if (!finish(pid) && is_read && bytes->size <= limit)
		return file_error(ret_error, "%s: %s cannot unpack it: damaged or cut off", path,
				  packer->program);
	if (!is_read)
		return errno_error(ret_error, path, error);
	return bytes->size <= limit || limit_error(ret_error, path, limit);
}

static bool unpack(int fd, const char *path, const struct packer *packer, size_t limit,
		   struct bytes *bytes, char **ret_error)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return errno_error(ret_error, path, errno);
	fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* faster; it works without, too */
	if (!start(packer->program, fd, ends[1], &pid)) {
		int error = errno;

		close(ends[0]);
		close(ends[1]);
		if (error == ENOENT)
			return file_error(ret_error, "%s: is packed by %s; install that program",
					  path, packer->program);
		return errno_error(ret_error, path, error);
	}
	close(ends[1]);
	return read_unpacked(pid, ends[0], path, packer, limit, bytes, ret_error);
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
static bool unpack_bytes(struct bytes *packed, const char *path, const struct packer *packer,
			 size_t limit, char **ret_error)
{
	struct bytes bytes = {.size = 0};
	int fd = file_of(packed);
	bool is_unpacked;

	if (fd < 0)
		return errno_error(ret_error, path, errno);
	is_unpacked = unpack(fd, path, packer, limit, &bytes, ret_error);
	close(fd);
	free(packed->at);
	*packed = bytes;
	return is_unpacked;
}

static bool read_descriptor(int fd, const char *path, size_t limit, struct bytes *bytes,
			    char **ret_error)
{
	uint8_t start_bytes[8];
	ssize_t n = pread(fd, start_bytes, sizeof(start_bytes), 0);
	const struct packer *packer = n > 0 ? packer_of(start_bytes, (size_t)n) : NULL;

	if (packer)
		return unpack(fd, path, packer, limit, bytes, ret_error);
	if (!read_all(fd, limit, bytes))
		return errno_error(ret_error, path, errno);
	if (bytes->size > limit)
		return limit_error(ret_error, path, limit);
	packer = n < 0 ? packer_of(bytes->at, bytes->size) : NULL;
	return !packer || unpack_bytes(bytes, path, packer, limit, ret_error);
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
