/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* efivars.h - UEFI variables of ours through Linux' efivarfs */
#ifndef FWQUIRK_HOST_EFIVARS_H
#define FWQUIRK_HOST_EFIVARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum efivar_result {
	EFIVAR_DONE,
	EFIVAR_ABSENT, /* the firmware has no such variable */
	EFIVAR_NONE,   /* no efivarfs here; *ret_error says why and what helps */
	EFIVAR_ERROR,  /* *ret_error says what failed */
};

/* efivarfs gives a file's bytes and the attributes, four bytes, before them. */
#define EFIVAR_ATTRIBUTES_SIZE 4u

/*
 * The bytes of a variable under our vendor GUID without its attributes, malloc'ed, with a zero byte behind
 * them. /sys, or what $FWQUIRK_SYSFS names. *ret_error is malloc'ed.
 */
enum efivar_result efivar_read(const char *name, uint8_t **ret_bytes, size_t *ret_size,
			       char **ret_error);

/*
 * Sets or deletes a variable that stays over power-off and that firmware and system both read. efivarfs
 * protects what it does not know by the immutable flag: that is taken off first, and put back where the
 * variable stays. Each call is one write to the firmware's flash; what is the same already is not written.
 * EFIVAR_ABSENT only from efivar_delete.
 */
enum efivar_result efivar_write(const char *name, const void *bytes, size_t size, char **ret_error);
enum efivar_result efivar_delete(const char *name, char **ret_error);

/* 1 when the firmware checks signatures, 0 when it does not, -1 when that cannot be read. */
int efivar_secure_boot(void);

#endif
