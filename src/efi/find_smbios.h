/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_smbios.h - where the SMBIOS table of this machine is */
#ifndef EFI_FIND_SMBIOS_H
#define EFI_FIND_SMBIOS_H

#include <fwquirk/span.h>
#include <fwquirk/status.h>

/*
 * The bare table, from the configuration table of SMBIOS 3.x, else 2.x (UEFI 2.10 section 4.6.2); the SMBIOS
 * protocol is not needed. Never longer than what the page tables map, or where those are not known what the
 * memory map calls readable: a bogus address costs an answer, not a fault.
 *
 * STATUS_ABSENT     no configuration table names an entry point
 * STATUS_UNSUPPORTED it points to what is no memory
 * STATUS_CHECKSUM, STATUS_MALFORMED, STATUS_TRUNCATED  the entry point is damaged (smbios_entry_read)
 */
enum status find_smbios(struct span *ret_table);

#endif
