/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* efivars.c - files of efivarfs in and out, one write a variable; knows no content */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/efivars.h>
#include <fwquirk/host/file.h>
#include <fwquirk/journal.h>

#define PATH_SIZE      4096u
#define VARIABLE_LIMIT ((size_t)64 << 10)
#define GLOBAL_GUID    "8be4df61-93ca-11d2-aa0d-00e098032b8c" /* UEFI 2.10 section 3.3 */

/* UEFI 2.10 section 8.2.2: NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS. */
static const uint8_t attributes[EFIVAR_ATTRIBUTES_SIZE] = {7, 0, 0, 0};

static const char *system_root(void)
{
	const char *root = getenv("FWQUIRK_SYSFS");
	return root ? root : "/sys";
}

static void variable_path(char path[PATH_SIZE], const char *name, const char *guid)
{
	snprintf(path, PATH_SIZE, "%s/firmware/efi/efivars/%s-%s", system_root(), name, guid);
}

/* EFIVAR_DONE when there is an efivarfs to look into. */
static enum efivar_result find_efivarfs(char **ret_error)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/firmware/efi", system_root());
	if (access(path, F_OK) != 0) {
		file_error(ret_error, "this machine was not booted by UEFI (no %s)", path);
		return EFIVAR_NONE;
	}
	snprintf(path, sizeof(path), "%s/firmware/efi/efivars", system_root());
	if (access(path, R_OK | X_OK) != 0) {
		file_error(ret_error, "%s cannot be read; as root: mount -t efivarfs efivarfs %s",
			   path, path);
		return EFIVAR_NONE;
	}
	return EFIVAR_DONE;
}

enum efivar_result efivar_read(const char *name, uint8_t **ret_bytes, size_t *ret_size,
			       char **ret_error)
{
	enum efivar_result found = find_efivarfs(ret_error);
	if (found != EFIVAR_DONE)
		return found;
	char path[PATH_SIZE];
	variable_path(path, name, FWQUIRK_GUID_TEXT);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return EFIVAR_ABSENT;
	uint8_t *bytes;
	size_t size;
	if (!file_read(path, VARIABLE_LIMIT, &bytes, &size, ret_error))
		return EFIVAR_ERROR;
	if (size < EFIVAR_ATTRIBUTES_SIZE) {
		free(bytes);
		file_error(ret_error, "%s: %zu bytes, too few for a variable", path, size);
		return EFIVAR_ERROR;
	}
	*ret_size = size - EFIVAR_ATTRIBUTES_SIZE;
	/* With the zero byte that file_read puts behind. */
	memmove(bytes, bytes + EFIVAR_ATTRIBUTES_SIZE, *ret_size + 1);
	*ret_bytes = bytes;
	return EFIVAR_DONE;
}

/* What an error of a change means for the person who wanted it; `*ret_error` tells. */
static enum efivar_result change_failed(const char *path, int error, char **ret_error)
{
	switch (error) {
	case EROFS:
		file_error(ret_error,
			   "%s: efivarfs is mounted read-only; as root: mount -o remount,rw "
			   "%s/firmware/efi/efivars",
			   path, system_root());
		break;
	case EACCES:
	case EPERM:
		file_error(ret_error, "%s: %s; changing a variable of the firmware needs root",
			   path, strerror(error));
		break;
	case ENOSPC:
		file_error(ret_error, "%s: the firmware's variable store is full", path);
		break;
	case EINVAL:
	case EIO:
	case ENODEV:
	case ENXIO:
		file_error(ret_error, "%s: the firmware refuses to change its variables (%s)", path,
			   strerror(error));
		break;
	default:
		file_error(ret_error, "%s: %s", path, strerror(error));
	}
	return EFIVAR_ERROR;
}

/* True when the file is there and was immutable; it is not any more. Another file system has no flags. */
static bool take_immutable_off(const char *path)
{
	int flags = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool was = ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && flags & FS_IMMUTABLE_FL;
	flags &= ~FS_IMMUTABLE_FL;
	if (was)
		was = ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
	close(fd);
	return was;
}

static void put_immutable_back(const char *path)
{
	int flags = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_IMMUTABLE_FL;
		(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	close(fd);
}

/* One write(): efivarfs makes one SetVariable() of it. Returns errno or 0. */
static int write_once(const char *path, const void *bytes, size_t size)
{
	uint8_t whole[VARIABLE_LIMIT];
	memcpy(whole, attributes, sizeof(attributes));
	memcpy(whole + sizeof(attributes), bytes, size);
	size += sizeof(attributes);
	struct stat status;
	bool was_there = stat(path, &status) == 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno;
	ssize_t n = write(fd, whole, size);
	int error = n == (ssize_t)size ? 0 : n < 0 ? errno : EIO;
	/* Only a plain file, in the tests, keeps what a longer one had behind. */
	if (!error && fstat(fd, &status) == 0 && (size_t)status.st_size > size &&
	    ftruncate(fd, (off_t)size) != 0)
		error = errno;
	if (close(fd) != 0 && !error)
		error = errno;
	if (error && !was_there)
		(void)unlink(path);
	return error;
}

static bool is_there_already(const char *name, const void *bytes, size_t size)
{
	uint8_t *old;
	size_t n_old;
	char *error = NULL;
	if (efivar_read(name, &old, &n_old, &error) != EFIVAR_DONE) {
		free(error);
		return false;
	}
	bool is_same = n_old == size && memcmp(old, bytes, size) == 0;
	free(old);
	return is_same;
}

enum efivar_result efivar_write(const char *name, const void *bytes, size_t size, char **ret_error)
{
	enum efivar_result found = find_efivarfs(ret_error);
	if (found != EFIVAR_DONE)
		return found;
	char path[PATH_SIZE];
	variable_path(path, name, FWQUIRK_GUID_TEXT);
	if (size > VARIABLE_LIMIT - sizeof(attributes)) {
		file_error(ret_error, "%s: %zu bytes are too much for a variable", path, size);
		return EFIVAR_ERROR;
	}
	if (is_there_already(name, bytes, size))
		return EFIVAR_DONE;
	bool was_immutable = take_immutable_off(path);
	int error = write_once(path, bytes, size);
	if (was_immutable)
		put_immutable_back(path);
	return error ? change_failed(path, error, ret_error) : EFIVAR_DONE;
}

enum efivar_result efivar_delete(const char *name, char **ret_error)
{
	enum efivar_result found = find_efivarfs(ret_error);
	if (found != EFIVAR_DONE)
		return found;
	char path[PATH_SIZE];
	variable_path(path, name, FWQUIRK_GUID_TEXT);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return EFIVAR_ABSENT;
	bool was_immutable = take_immutable_off(path);
	if (unlink(path) == 0)
		return EFIVAR_DONE;
	int error = errno;
	if (was_immutable)
		put_immutable_back(path);
	return change_failed(path, error, ret_error);
}

/* -1 when it is not there; else the byte behind the attributes. */
static int global_byte(const char *name)
{
	char path[PATH_SIZE], *error = NULL;
	uint8_t *bytes;
	size_t size;
	variable_path(path, name, GLOBAL_GUID);
	if (!file_read(path, VARIABLE_LIMIT, &bytes, &size, &error)) {
		free(error);
		return -1;
	}
	int value = size > EFIVAR_ATTRIBUTES_SIZE ? bytes[EFIVAR_ATTRIBUTES_SIZE] : -1;
	free(bytes);
	return value;
}

int efivar_secure_boot(void)
{
	int secure = global_byte("SecureBoot");
	return secure < 0 ? -1 : secure == 1 && global_byte("SetupMode") != 1;
}
