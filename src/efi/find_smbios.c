/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_smbios.c - configuration tables in, the bytes of the SMBIOS table out; walks no structure */
#include <fwquirk/smbios.h>

#include "find_smbios.h"
#include "firmware.h"

/* DSP0134 3.7.0 sections 5.2.1 and 5.2.2: 31 and 24 bytes; 32 has been seen. */
#define ENTRY_MAX_BYTES 32u

/* UEFI 2.10 section 4.6.2, "Industry Standard Configuration Tables". */
static const EFI_GUID smbios3_guid = {
	0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}};
static const EFI_GUID smbios2_guid = {
	0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

static enum status find_by(const EFI_GUID *guid, struct span *ret_table)
{
	const void *address = firmware_table(guid);
	struct smbios_entry entry;
	struct span bytes;
	enum status status;

	if (!address)
		return STATUS_ABSENT;
	bytes = firmware_readable((uintptr_t)address, ENTRY_MAX_BYTES);
	if (bytes.size == 0)
		return STATUS_UNSUPPORTED;
	status = smbios_entry_read(bytes, &entry);
	if (status != STATUS_OK)
		return status == STATUS_ABSENT ? STATUS_MALFORMED : status;
	bytes = firmware_readable(entry.table_address, entry.table_size_bytes);
	if (bytes.size == 0)
		return STATUS_UNSUPPORTED;
	*ret_table = bytes;
	return STATUS_OK;
}

enum status find_smbios(struct span *ret_table)
{
	enum status status3 = find_by(&smbios3_guid, ret_table), status2;

	if (status3 == STATUS_OK)
		return STATUS_OK;
	status2 = find_by(&smbios2_guid, ret_table);
	/* A damaged 3.x entry point says more than that there is no other. */
	return status2 == STATUS_ABSENT ? status3 : status2;
}
