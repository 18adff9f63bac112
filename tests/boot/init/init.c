/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * init.c - the whole userland of the boot tests: mounts what the tool needs, runs it, prints what
 * it says between markers, powers off. Never returns. fwquirk_run=VERB,WORD,... on the kernel's command
 * line runs the tool once more, with these words; : in them stands for a blank.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK "fwquirk-test: "
#define TOOL "/fwquirk"

static void mount_at(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) && errno != EBUSY)
		printf(MARK "mount %s: %s\n", where, strerror(errno));
}

/* Loads /efivarfs.ko, which Debian builds as a module; a kernel that has it built in has no such
 * file here. */
static void load_efivarfs(void)
{
	int fd = open("/efivarfs.ko", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		printf(MARK "efivarfs.ko: %s\n", strerror(errno));
	close(fd);
}

/* Runs the tool with the words @argv and says how it ended. */
static void run(const char *name, char *const argv[])
{
	int status = -1;
	pid_t pid;

	if (access(argv[0], X_OK)) {
		printf(MARK "absent %s\n", name);
		return;
	}
	printf(MARK "begin %s\n", name);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(STDOUT_FILENO, STDERR_FILENO);
		execv(argv[0], argv);
		_exit(126);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		printf(MARK "end %s exit=%d\n", name, WEXITSTATUS(status));
	else
		printf(MARK "end %s killed=%d\n", name, status);
}

/* What the kernel did not know and passes on as environment. */
static void run_wish(char *wish)
{
	char *argv[16] = {TOOL}, *at, *save = NULL;
	int n = 1;

	for (at = strtok_r(wish, ",", &save); at && n < 15; at = strtok_r(NULL, ",", &save)) {
		argv[n++] = at;
		for (; *at; at++)
			if (*at == ':')
				*at = ' ';
	}
	run("wish", argv);
}

/* The command line as the kernel has it. */
static void say_command_line(void)
{
	char line[2048];
	FILE *file = fopen("/proc/cmdline", "re");

	if (!file)
		return;
	if (fgets(line, sizeof(line), file))
		printf(MARK "cmdline %s", line);
	fclose(file);
}

/* lab_show=FILE on the kernel's command line: what the kernel made of something. */
static void show(const char *path)
{
	char line[256];
	FILE *file = path ? fopen(path, "r") : NULL;

	if (!path)
		return;
	if (!file)
		printf(MARK "show %s: %s\n", path, strerror(errno));
	while (file && fgets(line, sizeof(line), file))
		printf(MARK "show %s: %s", path, line);
	if (file)
		fclose(file);
}

/* lab_write=FILE: makes a variable of efivarfs, for which the kernel asks how much room there is. */
static void write_variable(const char *path)
{
	static const char value[] = {7, 0, 0, 0, 'x'};
	int fd;

	if (!path)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	printf(MARK "write: %s\n", fd >= 0 && write(fd, value, sizeof(value)) == sizeof(value)
					   ? "done"
					   : strerror(errno));
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	char *const status[] = {TOOL, "status", NULL};
	struct utsname system;
	char *const journal[] = {TOOL, "journal", "--json", NULL};
	char *const config[] = {TOOL, "config", "--json", NULL};

	if (uname(&system))
		return 1;
	printf("\n" MARK "userland reached, %s %s\n", system.sysname, system.release);
	mount_at("proc", "/proc");
	say_command_line();
	mount_at("sysfs", "/sys");
	load_efivarfs();
	mount_at("efivarfs", "/sys/firmware/efi/efivars");
	write_variable(getenv("lab_write"));
	show(getenv("lab_show"));
	run("status", status);
	run("journal", journal);
	run("config", config);
	if (getenv("fwquirk_run"))
		run_wish(getenv("fwquirk_run"));
	printf(MARK "end of boot\n");
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
