/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* variables.h - our UEFI variables, and the firmware's own that we look at */
#ifndef EFI_VARIABLES_H
#define EFI_VARIABLES_H

#include <stdbool.h>

#include <efi.h>

#include <fwquirk/status.h>

/*
 * Reads a variable of ours. *size: room in bytes, then what was read. STATUS_ABSENT, STATUS_NO_SPACE when it is
 * larger than the room, STATUS_UNSUPPORTED, STATUS_FAILED.
 */
enum status variable_get(const CHAR16 *name, void *room, UINTN *size);

/*
 * Writes one, readable at runtime, too; size 0 deletes it. NON_VOLATILE when `is_lasting`: each such write
 * wears the flash. Errors as above, STATUS_REFUSED where it is write-protected.
 */
enum status variable_set(const CHAR16 *name, bool is_lasting, const void *bytes, UINTN size);

/* True when the firmware checks signatures: SecureBoot is 1 and SetupMode is not (UEFI 2.10 section 3.3). */
bool variables_secure_boot(void);

#endif
