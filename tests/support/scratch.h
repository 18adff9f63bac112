/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scratch.h - a folder of its own for a test, and what tests do with files in it */
#ifndef FWQUIRK_TESTS_SCRATCH_H
#define FWQUIRK_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scratch {
	char folder[64];
	char path[8][256]; /* the last eight that scratch_path gave */
	unsigned n_paths;
};

/* Everything here ends the test program when it fails. */
void scratch_make(struct scratch *scratch);
/* Removes the folder with all that is in it. */
void scratch_remove(struct scratch *scratch);
/* "FOLDER/NAME"; good until eight others were asked for. */
const char *scratch_path(struct scratch *scratch, const char *name);
void scratch_write(const char *path, const void *bytes, size_t size);
/* malloc'ed, with a zero byte behind. */
uint8_t *scratch_read(const char *path, size_t *ret_size);
bool scratch_is_there(const char *path);
/* How many entries a folder has, hidden ones too. */
unsigned scratch_count(const char *folder);

/* Root reads and writes everything: permissions are tested as somebody else. */
void scratch_drop_root(void);
void scratch_regain_root(void);

#endif
