/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* unpack_program.c - the first bytes of a file in, the program that unpacks it running out; never a
 * shell */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unpack_program.h"

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

const char *unpack_program_of(const uint8_t *start, size_t size)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		size_t n = strlen(packers[i].magic);

		if (size >= n && memcmp(start, packers[i].magic, n) == 0)
			return packers[i].program;
	}
	return NULL;
}

static bool spawn(const char *program, int in, int out, pid_t *ret_pid)
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

bool unpack_program_start(const char *program, int in, pid_t *ret_pid, int *ret_out)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); /* faster; it works without, too */
	if (spawn(program, in, ends[1], ret_pid)) {
		close(ends[1]);
		*ret_out = ends[0];
		return true;
	}
	error = errno;
	close(ends[0]);
	close(ends[1]);
	errno = error;
	return false;
}

bool unpack_program_finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
