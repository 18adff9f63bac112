/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* unpack.h - whole files in as they were before somebody compressed them */
#ifndef FWQUIRK_HOST_UNPACK_H
#define FWQUIRK_HOST_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a file ("-" is standard input). What begins like an xz, zstd, gzip or bzip2 file is unpacked
 * by the program of that name; its name does not matter. `*ret_bytes` is malloc'ed, belongs to the
 * caller and has a zero byte behind its `*ret_size` bytes.
 *
 * On failure false and `*ret_error` is a malloc'ed sentence that names the path: missing, a folder,
 * not readable, more than `limit` bytes (of what was in it: nothing beyond is unpacked), the program
 * is not there or finds the file damaged, out of memory.
 */
bool unpack_file(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size,
		 char **ret_error);

#endif
