/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* unpack_program.h - the programs that unpack what others have packed, run beside us */
#ifndef FWQUIRK_HOST_UNPACK_PROGRAM_H
#define FWQUIRK_HOST_UNPACK_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define UNPACK_MAGIC_SIZE 8u

/* The program for a file that begins so; NULL for one that is not packed. */
const char *unpack_program_of(const uint8_t *start, size_t size);

/*
 * Runs it on the file `in`, from where that stands. `*ret_out` is the end of a pipe to read from.
 * False with errno on failure: ENOENT when there is no such program.
 */
bool unpack_program_start(const char *program, int in, pid_t *ret_pid, int *ret_out);

/* Waits for its end; false when it was not a good one. */
bool unpack_program_finish(pid_t pid);

#endif
