/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_file.c - files are read whole or not at all, and replaced whole or not at all */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/file.h>

#include "support/scratch.h"

static struct scratch scratch;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_regain_root();
	/* Left by a test that failed half-way; an error is the normal case. */
	(void)umount2(scratch_path(&scratch, "disk"), MNT_DETACH);
	(void)umount2(scratch_path(&scratch, "frozen"), MNT_DETACH);
	scratch_remove(&scratch);
	return 0;
}

static void assert_content(const char *path, const char *expected)
{
	size_t size;
	uint8_t *bytes = scratch_read(path, &size);

	assert_int_equal(size, strlen(expected));
	assert_memory_equal(bytes, expected, size);
	free(bytes);
}

static void assert_said(char *error, const char *path, const char *expected)
{
	assert_non_null(error);
	if (strncmp(error, path, strlen(path)) != 0 || !strstr(error, expected))
		fail_msg("'%s' does not name '%s' and '%s'", error, path, expected);
	free(error);
}

static void assert_written(const char *path, const char *text)
{
	char *error = NULL;

	if (!file_write(path, text, strlen(text), &error))
		fail_msg("%s", error);
}

static void assert_not_written(const char *path, const char *expected)
{
	char *error = NULL;

	assert_false(file_write(path, "new", 3, &error));
	assert_said(error, path, expected);
}

static void assert_not_read(const char *path, size_t limit, const char *expected)
{
	uint8_t *bytes = (uint8_t *)&scratch;
	size_t size = 4711;
	char *error = NULL;

	assert_false(file_read(path, limit, &bytes, &size, &error));
	assert_ptr_equal(bytes, &scratch);
	assert_int_equal(size, 4711);
	assert_said(error, path, expected);
}

static void assert_read(const char *path, size_t limit, const char *expected)
{
	uint8_t *bytes;
	size_t size;
	char *error;

	assert_true(file_read(path, limit, &bytes, &size, &error));
	assert_int_equal(size, strlen(expected));
	assert_string_equal((char *)bytes, expected);
	free(bytes);
}

/* ---- reading ---- */

static void reads_all_of_it(void **state)
{
	const char *path = scratch_path(&scratch, "read");
	static char large[100000];

	(void)state;
	scratch_write(path, "", 0);
	assert_read(path, 0, "");
	scratch_write(path, "four", 4);
	assert_read(path, 4, "four");
	memset(large, 'x', sizeof(large) - 1);
	scratch_write(path, large, sizeof(large) - 1);
	assert_read(path, FILE_LIMIT, large);
}

static void reads_pipes(void **state)
{
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "through", 7), 7);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_read(path, 100, "through");
	close(ends[0]);
}

static void refuses_what_cannot_be_read(void **state)
{
	const char *path = scratch_path(&scratch, "closed");

	(void)state;
	scratch_write(path, "12345", 5);
	assert_not_read(path, 4, "larger than 4 bytes");
	assert_not_read("/dev/zero", 1 << 20, "larger than 1048576 bytes");
	assert_not_read(scratch_path(&scratch, "none"), 4, "cannot open: No such file");
	assert_not_read(scratch.folder, 4, "cannot read: Is a directory");
	assert_int_equal(chmod(path, 0), 0);
	scratch_drop_root();
	assert_not_read(path, 9, "cannot open: Permission denied");
	scratch_regain_root();
}

/* ---- writing ---- */

static void writes_and_replaces(void **state)
{
	const char *path = scratch_path(&scratch, "new");
	unsigned n = scratch_count(scratch.folder);
	mode_t mask = umask(022);
	struct stat status;

	(void)state;
	assert_written(path, "first");
	assert_content(path, "first");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_written(path, "2");
	assert_content(path, "2");
	assert_int_equal(scratch_count(scratch.folder), n + 1);
	umask(mask);
}

static void writes_where_we_are(void **state)
{
	char before[4096];

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(scratch.folder), 0);
	assert_written("bare-name", "x");
	assert_content("bare-name", "x");
	assert_int_equal(chdir(before), 0);
}

static void keeps_the_mode_of_the_old_file(void **state)
{
	const char *path = scratch_path(&scratch, "mode");
	struct stat status;

	(void)state;
	scratch_write(path, "old", 3);
	assert_int_equal(chmod(path, 0604), 0);
	assert_written(path, "new");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0604);
}

static void follows_links(void **state)
{
	const char *target = scratch_path(&scratch, "target");
	const char *link_path = scratch_path(&scratch, "link");
	struct stat status;

	(void)state;
	scratch_write(target, "old", 3);
	assert_int_equal(symlink("target", link_path), 0);
	assert_written(link_path, "new");
	assert_content(target, "new");
	assert_int_equal(lstat(link_path, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
}

static void writes_to_devices_in_place(void **state)
{
	struct stat status;

	(void)state;
	assert_written("/dev/null", "gone");
	assert_int_equal(stat("/dev/null", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
	assert_not_written("/dev/full", "No space left on device; make room");
}

static void takes_over_what_a_killed_one_left(void **state)
{
	const char *path = scratch_path(&scratch, "left");

	(void)state;
	scratch_write(scratch_path(&scratch, ".left.new"), "a longer text that was left", 27);
	assert_written(path, "short");
	assert_content(path, "short");
	assert_false(scratch_is_there(scratch_path(&scratch, ".left.new")));
}

static void two_at_once_do_not_mix(void **state)
{
	const char *path = scratch_path(&scratch, "busy");
	int fd = open(scratch_path(&scratch, ".busy.new"), O_RDWR | O_CREAT, 0644);

	(void)state;
	scratch_write(path, "old", 3);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_not_written(path, "another process is writing it");
	assert_content(path, "old");
	close(fd);
	assert_written(path, "new");
}

static void refuses_traps(void **state)
{
	const char *path = scratch_path(&scratch, "trap");
	const char *victim = scratch_path(&scratch, "victim");

	(void)state;
	scratch_write(victim, "precious", 8);
	assert_int_equal(symlink("victim", scratch_path(&scratch, ".trap.new")), 0);
	assert_not_written(path, "cannot write beside it");
	assert_int_equal(unlink(scratch_path(&scratch, ".trap.new")), 0);
	assert_int_equal(link(victim, scratch_path(&scratch, ".trap.new")), 0);
	assert_not_written(path, ".trap.new is in the way; remove it");
	assert_content(victim, "precious");
	assert_false(scratch_is_there(path));
}

static void refuses_what_is_no_file_name(void **state)
{
	(void)state;
	assert_not_written(scratch.folder, "is a folder; name a file in it");
	assert_not_written(scratch_path(&scratch, "x/"), "not the name of a file");
	assert_not_written("", "not the name of a file");
	assert_not_written(scratch_path(&scratch, "no/file"), "the folder has to exist");
	scratch_write(scratch_path(&scratch, "plain"), "", 0);
	assert_not_written(scratch_path(&scratch, "plain/file"), "Not a directory");
}

static void refuses_without_permission(void **state)
{
	const char *path = scratch_path(&scratch, "kept");
	const char *locked = scratch_path(&scratch, "locked");

	(void)state;
	scratch_write(path, "kept", 4);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(scratch.folder, 0777), 0);
	assert_int_equal(mkdir(locked, 0555), 0);
	scratch_drop_root();
	assert_not_written(path, "cannot replace: Permission denied; choose another");
	assert_not_written(scratch_path(&scratch, "locked/x"), "Permission denied; choose another");
	scratch_regain_root();
	assert_content(path, "kept");
	assert_int_equal(scratch_count(locked), 0);
}

/* A disk of 64 KiB, where mounting one is allowed. */
static void keeps_the_old_file_when_the_disk_is_full(void **state)
{
	const char *disk = scratch_path(&scratch, "disk");
	static char large[200000];
	char *error = NULL;

	(void)state;
	assert_int_equal(mkdir(disk, 0755), 0);
	if (mount("tmpfs", disk, "tmpfs", 0, "size=64k")) {
		print_message("# mounting a small tmpfs is not allowed here\n");
		skip();
	}
	assert_written(scratch_path(&scratch, "disk/file"), "old");
	assert_false(file_write(scratch_path(&scratch, "disk/file"), large, sizeof(large), &error));
	assert_content(scratch_path(&scratch, "disk/file"), "old");
	assert_int_equal(scratch_count(disk), 1);
	assert_int_equal(umount(disk), 0);
	assert_said(error, scratch_path(&scratch, "disk/file"),
		    "No space left on device; make room");
}

static void refuses_a_read_only_disk(void **state)
{
	const char *disk = scratch_path(&scratch, "frozen");

	(void)state;
	assert_int_equal(mkdir(disk, 0755), 0);
	if (mount("tmpfs", disk, "tmpfs", MS_RDONLY, "size=64k")) {
		print_message("# mounting a small tmpfs is not allowed here\n");
		skip();
	}
	assert_not_written(scratch_path(&scratch, "frozen/file"), "Read-only file system; choose");
	assert_int_equal(umount(disk), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_of_it),
		cmocka_unit_test(reads_pipes),
		cmocka_unit_test(refuses_what_cannot_be_read),
		cmocka_unit_test(writes_and_replaces),
		cmocka_unit_test(writes_where_we_are),
		cmocka_unit_test(keeps_the_mode_of_the_old_file),
		cmocka_unit_test(follows_links),
		cmocka_unit_test(writes_to_devices_in_place),
		cmocka_unit_test(takes_over_what_a_killed_one_left),
		cmocka_unit_test(two_at_once_do_not_mix),
		cmocka_unit_test(refuses_traps),
		cmocka_unit_test(refuses_what_is_no_file_name),
		cmocka_unit_test(refuses_without_permission),
		cmocka_unit_test(keeps_the_old_file_when_the_disk_is_full),
		cmocka_unit_test(refuses_a_read_only_disk),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
