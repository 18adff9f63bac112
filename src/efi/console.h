/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* console.h - lines for the person in front of the machine */
#ifndef EFI_CONSOLE_H
#define EFI_CONSOLE_H

#include <fwquirk/text.h>

/* Prints "fwquirk: ", the text and a line end; nothing on a machine without a console. */
void console_line(struct text text);
void console_line_c(const char *c_string);

#endif
