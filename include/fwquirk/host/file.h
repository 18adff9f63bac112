/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* file.h - whole files in, whole files out: a reader sees the old bytes or the new ones, never half
 */
#ifndef FWQUIRK_HOST_FILE_H
#define FWQUIRK_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No input of ours comes near it; a rule tree is a few MiB, a dump a few KiB. */
#define FILE_LIMIT ((size_t)64 << 20)

/*
 * Reads a whole file (also a pipe, a sysfs attribute or a device, whose size is not known ahead).
 * `*ret_bytes` is malloc'ed, belongs to the caller and has a zero byte behind its `*ret_size`
 * bytes. On failure false and `*ret_error` is a malloc'ed sentence that names the path: missing, a
 * folder, not readable, more than `limit` bytes, out of memory.
 */
bool file_read(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size,
	       char **ret_error);

/*
 * Replaces the file at `path` by these bytes: written to `.NAME.new` in the same folder, fsync,
 * rename, fsync of the folder. On failure, or when the process is killed on the way, the old file
 * is untouched. A link is followed and its target replaced; the access bits of an old file are
 * kept. What is neither a file nor absent (a pipe, /dev/stdout) is written to as it stands.
 *
 * On failure false and `*ret_error` is a malloc'ed sentence that names the path and what to do: a
 * folder, no such folder, a read-only folder, a full disk, another process at work on it.
 */
bool file_write(const char *path, const void *bytes, size_t size, char **ret_error);

/* "FORMAT..." as a malloc'ed sentence in `*ret_error`; always false, so that callers can return it.
 */
bool file_error(char **ret_error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
