/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scratch.c - a folder of its own for a test; removes nothing outside of it */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/scratch.h"

#define NOBODY 65534

static _Noreturn void give_up(const char *path)
{
	fprintf(stderr, "scratch: %s: %s\n", path, strerror(errno));
	abort();
}

void scratch_make(struct scratch *scratch)
{
	const char *temporary = getenv("TMPDIR");

	memset(scratch, 0, sizeof(*scratch));
	snprintf(scratch->folder, sizeof(scratch->folder), "%s/fwquirk-test.XXXXXX",
		 temporary && strlen(temporary) < 40 ? temporary : "/tmp");
	if (!mkdtemp(scratch->folder) || chmod(scratch->folder, 0755))
		give_up(scratch->folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

static int open_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)place;
	if (kind == FTW_D && !(status->st_mode & S_IWUSR))
		return chmod(path, 0755);
	return 0;
}

void scratch_remove(struct scratch *scratch)
{
	nftw(scratch->folder, open_one, 8, FTW_PHYS);
	if (nftw(scratch->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS))
		give_up(scratch->folder);
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
	char *path = scratch->path[scratch->n_paths++ % 8];

	if (strlen(scratch->folder) + strlen(name) + 2 > sizeof(scratch->path[0]))
		abort();
	strcpy(stpcpy(stpcpy(path, scratch->folder), "/"), name);
	return path;
}

void scratch_write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		give_up(path);
}

uint8_t *scratch_read(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	uint8_t *bytes;

	if (!file || fstat(fileno(file), &status))
		give_up(path);
	bytes = calloc(1, (size_t)status.st_size + 1);
	if (!bytes || fread(bytes, 1, (size_t)status.st_size, file) != (size_t)status.st_size)
		give_up(path);
	fclose(file);
	*ret_size = (size_t)status.st_size;
	return bytes;
}

bool scratch_is_there(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

unsigned scratch_count(const char *folder)
{
	DIR *dir = opendir(folder);
	unsigned n = 0;

	if (!dir)
		give_up(folder);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2; /* "." and ".." */
}

void scratch_drop_root(void)
{
	if (geteuid() == 0 && seteuid(NOBODY))
		give_up("seteuid");
}

void scratch_regain_root(void)
{
	if (getuid() == 0 && seteuid(0))
		give_up("seteuid");
}
