/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* structure.h - one SMBIOS structure while it is being written; inside of the machine builder */
#ifndef FWQUIRK_TESTS_STRUCTURE_H
#define FWQUIRK_TESTS_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine.h"

struct structure {
	uint8_t formatted[256];
	unsigned length;
	char *strings; /* each with its NUL */
	size_t strings_size;
	unsigned n_strings;
	int claimed_length;   /* -1: the real one */
	int bad_index_offset; /* -1: none */
	bool unterminated, single_nul;
};

/* realloc that ends the program when there is no memory. */
void *machine_grow(void *at, size_t size);

void machine_add(struct machine *machine, const void *bytes, size_t size);

/* A fresh structure with the next handle. */
void structure_begin(struct structure *structure, uint8_t type, unsigned length, unsigned handle);
void structure_set_handle(struct structure *structure, unsigned handle);
void structure_add_string(struct structure *structure, const char *string, size_t size);
/* Puts it behind the machine's table, broken as told, and frees its strings. */
void structure_end(struct structure *structure, struct machine *machine);

#endif
