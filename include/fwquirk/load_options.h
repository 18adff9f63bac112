/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* load_options.h - what we were told: switches, and what to start next */
#ifndef FWQUIRK_LOAD_OPTIONS_H
#define FWQUIRK_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/status.h>
#include <fwquirk/text.h>

/* Borrowed UCS-2 characters without a terminator. */
struct wide {
	const uint16_t *at;
	size_t size; /* characters */
};

struct wide wide_sized(const uint16_t *at, size_t size);

/* The same file name: ASCII case and the direction of slashes do not count (FAT). */
bool wide_is_same_path(struct wide a, struct wide b);

/* What is behind the last slash, backslash or colon. */
struct wide wide_base_name(struct wide path);

/* `switches` has the words of switches.h, `path` is empty when none was given, `arguments` is everything
 * behind the word "--", blanks at both ends dropped. */
struct next_options {
	struct wide switches;
	struct wide path;
	struct wide arguments;
};

/*
 * Reads `[OWN-NAME] [SWITCH...] [PATH] [-- ARGUMENTS]`. A shell gives the program's own name first; a
 * boot option does not. PATH may be in double quotes. Options that are no text (firmware puts GUIDs
 * there) count as none given.
 * STATUS_MALFORMED  text that is not of this form: a PATH with a colon or without .efi, a second word
 */
enum status next_options_read(struct wide options, struct wide own_name,
			      struct next_options *ret_options);

/* Characters up to a NUL, those that are not ASCII as '?'; as many as there is room for. Borrows `room`. */
struct text wide_narrowed(struct wide wide, char *room, size_t n_room);

#endif
