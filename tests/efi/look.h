/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* look.h - console lines of the EFI test programs, and a look at memory that has been freed */
#ifndef TESTS_EFI_LOOK_H
#define TESTS_EFI_LOOK_H

#include <stdbool.h>

#include <fwquirk/arch.h>
#include <fwquirk/text.h>

#include "firmware.h"

/* "PROGRAM: WHAT=VALUE" */
void say(const char *what, struct text value);
void say_c(const char *what, const char *value);
void say_hex(const char *what, uint64_t value);

/* The program's name on every line. */
extern const char program[];

/* "rw-", "r-x", ...; "---" for what is not mapped. */
const char *permissions(virt_t page);

/* Allocates pages, makes them read-only and executable or not, frees them and says what they are. */
void free_and_look(EFI_MEMORY_TYPE type, const char *what, bool readonly);

#endif
