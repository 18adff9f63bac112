/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* say.h - one line of text to the console, and words of the load options; for the test programs. */
#ifndef BOOT_SAY_H
#define BOOT_SAY_H

#include <stdbool.h>
#include <stddef.h>

#include <efi.h>

/* Size of a line or of an option's value, in characters, with the end mark. */
#define SAY_MAX 200

/* Remembers the system table and the name every line starts with. Call first. */
void say_init(EFI_SYSTEM_TABLE *table, const char *name);

/*
 * Prints "NAME: " and the text and ends the line. Knows %s (ASCII), %S (UCS-2), %u (unsigned
 * decimal, UINTN), %x (hexadecimal with 0x, UINTN) and %%. Longer lines are cut.
 */
void say(const char *format, ...);

/* Prints "NAME: KEY=success" or the name of the error, and passes the status through. */
EFI_STATUS say_status(const char *key, EFI_STATUS status);

/*
 * The load options of @image as text, without the program's own name that a shell puts first.
 * Points into the firmware's buffer; *ret_n is in characters. An empty text when there are none.
 */
const CHAR16 *options_of(EFI_LOADED_IMAGE_PROTOCOL *image, UINTN *ret_n);

/* Is @word one of the blank-separated words of @text (without regard to case)? */
bool options_have(const CHAR16 *text, UINTN n, const char *word);

/*
 * Finds "KEY=VALUE": copies VALUE up to the next blank into @ret_value (SAY_MAX characters) and,
 * when @ret_rest is not NULL, gives the text after it. Returns false when there is no such word.
 */
bool options_value(const CHAR16 *text, UINTN n, const char *key, CHAR16 *ret_value,
		   const CHAR16 **ret_rest, UINTN *ret_n_rest);

/* Finds "KEY=NUMBER", decimal or hexadecimal with 0x; false when there is no such word, and *ret_number is as it was. */
bool options_number(const CHAR16 *text, UINTN n, const char *key, UINT64 *ret_number);

#endif
