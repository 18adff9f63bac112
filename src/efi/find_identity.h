/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_identity.h - who this machine says it is */
#ifndef EFI_FIND_IDENTITY_H
#define EFI_FIND_IDENTITY_H

#include <fwquirk/identity.h>
#include <fwquirk/status.h>

/*
 * Fills the identity from SMBIOS and from the EFI system table; lives as long as our image, for it borrows
 * from both. The fields of the system table are there whatever the result: that of find_smbios().
 */
enum status find_identity(struct identity *identity);

#endif
