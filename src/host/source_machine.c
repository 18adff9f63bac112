/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_machine.c - the machine that this runs on, out of /sys or dmidecode; never uses a shell */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fwquirk/host/file.h>

#include "source_private.h"

#define THIS_MACHINE "this machine"

extern char **environ;

static const char *sysfs_root(void)
{
	const char *root = getenv("FWQUIRK_SYSFS");

	return root && *root ? root : "/sys";
}

/*
 * Names to try, ended by NULL: $FWQUIRK_DMIDECODE alone when it is set; none when another /sys is,
 * for dmidecode would tell of this machine; else also the folders that are not in everybody's path.
 */
static void dmidecode_names(const char *names[4])
{
	const char *program = getenv("FWQUIRK_DMIDECODE"), *root = getenv("FWQUIRK_SYSFS");
	unsigned n = 0;

	if (program && *program) {
		names[n++] = program;
	} else if (!root || !*root) {
		names[n++] = "dmidecode";
		names[n++] = "/usr/sbin/dmidecode";
		names[n++] = "/sbin/dmidecode";
	}
	names[n] = NULL;
}

static bool spawn_quietly(char *const *arguments, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	bool is_started = false;
	const char *names[4];

	if (posix_spawn_file_actions_init(&actions))
		return false;
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	dmidecode_names(names);
	for (size_t i = 0; names[i] && !is_started; i++)
		is_started =
			posix_spawnp(ret_pid, names[i], &actions, NULL, arguments, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return is_started;
}

/* `dmidecode --dump-bin PATH`. Its exit status is 0 also when it found nothing: the file decides. */
static bool run_dmidecode(const char *path)
{
	char *arguments[] = {"dmidecode", "--dump-bin", (char *)path, NULL};
	int status = 0;
	pid_t pid;

	if (!spawn_quietly(arguments, &pid))
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 && access(path, R_OK) == 0;
}

/* In a folder that nobody else can look into: the dump holds serial numbers. */
static bool open_by_dmidecode(struct source **ret_source)
{
	const char *temporary = getenv("TMPDIR");
	char *folder = NULL, *path = NULL, *error = NULL;
	bool is_open = false;
	uint8_t *bytes;
	size_t size;

	if (asprintf(&folder, "%s/fwquirk-XXXXXX", temporary && *temporary ? temporary : "/tmp") <
	    0)
		return false;
	if (mkdtemp(folder) && asprintf(&path, "%s/dump", folder) >= 0) {
		is_open = run_dmidecode(path) &&
			  file_read(path, SOURCE_LIMIT, &bytes, &size, &error) &&
			  source_from_bytes(THIS_MACHINE, bytes, size, ret_source, &error);
		unlink(path);
		free(path);
	}
	rmdir(folder);
	free(folder);
	free(error);
	if (is_open)
		(*ret_source)->kind = SOURCE_MACHINE_DMIDECODE;
	return is_open;
}

static bool open_below(const char *root, const char *folder, struct source **ret_source,
		       char **ret_error)
{
	char *path;
	bool is_open;

	if (asprintf(&path, "%s/%s", root, folder) < 0)
		return file_error(ret_error, "out of memory");
	if (strcmp(folder, "class/dmi/id") == 0)
		is_open = source_open_attributes(path, THIS_MACHINE, ret_source, ret_error);
	else
		is_open = source_open_tables(path, THIS_MACHINE, SOURCE_MACHINE_SYSFS, ret_source,
					     ret_error);
	free(path);
	return is_open;
}

/* 32 where a 64-bit kernel was started by a 32-bit firmware; 0 when there is no such file. */
static unsigned firmware_bits(const char *root)
{
	struct text text;
	unsigned bits = 0;
	char *path, *error;
	uint8_t *bytes;
	size_t size;

	if (asprintf(&path, "%s/firmware/efi/fw_platform_size", root) < 0)
		return 0;
	if (file_read(path, 16, &bytes, &size, &error)) {
		text = text_sized((const char *)bytes, size);
		text_cut_number(&text, &bits);
		free(bytes);
	} else {
		free(error);
	}
	free(path);
	return bits;
}

/* The architecture of the firmware in the words of uname -m, the 32-bit ones as UEFI calls them. */
static void take_arch(struct source *source, const char *root)
{
	static const struct {
		const char *machine, *arch;
	} archs[] = {
		{"x86_64", "x86_64"},   {"aarch64", "aarch64"},
		{"riscv64", "riscv64"}, {"i386", "ia32"},
		{"i586", "ia32"},       {"i686", "ia32"},
		{"armv7l", "arm"},      {"loongarch64", "loongarch64"},
	};
	struct utsname system;

	if (uname(&system))
		return;
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
		const char *arch = archs[i].arch;

		if (strcmp(system.machine, archs[i].machine) != 0)
			continue;
		if (strcmp(arch, "x86_64") == 0 && firmware_bits(root) == 32)
			arch = "ia32";
		identity_set_text(&source->identity, FIELD_ARCH, text_of(arch));
		source->unknowable &= ~FIELD_BIT(ARCH);
	}
}

bool source_open_machine(struct source **ret_source, char **ret_error)
{
	const char *root = sysfs_root();
	char *tables_error = NULL, *error = NULL;
	bool is_open = open_below(root, "firmware/dmi/tables", ret_source, &tables_error);

	if (!is_open)
		is_open = open_by_dmidecode(ret_source);
	if (!is_open) {
		is_open = open_below(root, "class/dmi/id", ret_source, &error);
		if (is_open)
			source_remark(*ret_source, "this is what anybody may read; as root more of "
						   "the tables can be");
	}
	if (is_open)
		take_arch(*ret_source, root);
	else
		file_error(ret_error,
			   "this machine shows no SMBIOS: %s%s%s/firmware/dmi/tables, dmidecode "
			   "--dump-bin and %s/class/dmi/id gave nothing; %sname a dump",
			   tables_error ? tables_error : "", tables_error ? "; " : "", root, root,
			   geteuid() ? "run as root, or " : "");
	free(tables_error);
	free(error);
	return is_open;
}
