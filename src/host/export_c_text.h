/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_c_text.h - foreign texts inside C source */
#ifndef FWQUIRK_EXPORT_C_TEXT_H
#define FWQUIRK_EXPORT_C_TEXT_H

#include <stdio.h>

#include <fwquirk/text.h>

/* A string literal, quotes included; what is not printable ASCII as three octal digits. */
void export_print_c_string(FILE *out, struct text text);
/* "NULL" for NULL. */
void export_print_c_string_or_null(FILE *out, const char *text);
/* Text inside of a comment: no end of it, no line break. */
void export_print_c_comment(FILE *out, const char *text);

#endif
