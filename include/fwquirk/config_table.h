/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* config_table.h - how long a configuration table is that somebody wants to copy */
#ifndef FWQUIRK_CONFIG_TABLE_H
#define FWQUIRK_CONFIG_TABLE_H

#include <fwquirk/span.h>
#include <fwquirk/status.h>

/* No table that is known here is longer: an ESRT of 128 resources has 5,136 bytes. */
#define CONFIG_TABLE_MAX_BYTES 65536u

/*
 * Length in bytes of the table `bytes` begins with (as far as it can be read, borrowed), by what its own header says.
 * `guid`: as in memory. Known: ACPI 1.0 and 2.0 RSDP, SMBIOS 2.x and 3.x entry point, ESRT, Memory Attributes
 * Table, runtime properties table; of the first four the entry point alone, what it points to stays where it is.
 *
 * STATUS_UNSUPPORTED  a GUID that is not known, or a table that the firmware goes on writing to (the final events of
 *                     the TPM): a copy would not be the table
 * STATUS_TRUNCATED    the table leaves the bytes
 * STATUS_MALFORMED    a length or a version that no such table has
 */
enum status config_table_size(const uint8_t guid[16], struct span bytes, size_t *ret_size_bytes);

#endif
