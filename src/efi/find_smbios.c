/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_smbios.c - configuration tables in, the bytes of the SMBIOS table out; walks no structure */
#include <fwquirk/memmap.h>
#include <fwquirk/smbios.h>

#include "find_smbios.h"
#include "firmware.h"

/* DSP0134 3.7.0 sections 5.2.1 and 5.2.2: 31 and 24 bytes; 32 has been seen. */
#define ENTRY_MAX_BYTES 32u
/* DSP0134 3.7.0 section 5.2.1: where a 2.x entry point may lie; often in no memory descriptor. */
#define LEGACY_FIRST 0xf0000ull
#define LEGACY_END   0x100000ull
#define PAGE_MASK    0xfffull

/* UEFI 2.10 section 4.6.2, "Industry Standard Configuration Tables". */
static const EFI_GUID smbios3_guid = {
	0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}};
static const EFI_GUID smbios2_guid = {
	0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

static const void *configuration_table(const EFI_GUID *guid)
{
	EFI_SYSTEM_TABLE *system = firmware.system;

	for (UINTN i = 0; i < system->NumberOfTableEntries; i++)
		if (guid_is(&system->ConfigurationTable[i].VendorGuid, guid))
			return system->ConfigurationTable[i].VendorTable;
	return NULL;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What can be read at an address, `size_bytes` at most: by the map, then by the page tables. */
static struct span readable_at(const struct memmap *map, uint64_t address, uint64_t size_bytes)
{
	const void *at = (const void *)(uintptr_t)address;
	uint64_t reach = memmap_readable_from(map, (phys_t){address});

	if (reach == 0 && address >= LEGACY_FIRST && address < LEGACY_END)
		reach = LEGACY_END - address;
	reach = smaller(reach, size_bytes);
	while (reach && !firmware_is_mapped(at, reach)) {
		/* Give up the last page. */
		uint64_t last = (address + reach - 1) & ~PAGE_MASK;

		reach = last > address ? last - address : 0;
	}
	return span_of(at, reach);
}

static enum status find_by(const struct memmap *map, const EFI_GUID *guid, struct span *ret_table)
{
	const void *address = configuration_table(guid);
	struct smbios_entry entry;
	struct span bytes;
	enum status status;

	if (!address)
		return STATUS_ABSENT;
	bytes = readable_at(map, (uintptr_t)address, ENTRY_MAX_BYTES);
	if (bytes.size == 0)
		return STATUS_UNSUPPORTED;
	status = smbios_entry_read(bytes, &entry);
	if (status != STATUS_OK)
		return status == STATUS_ABSENT ? STATUS_MALFORMED : status;
	bytes = readable_at(map, entry.table_address, entry.table_size_bytes);
	if (bytes.size == 0)
		return STATUS_UNSUPPORTED;
	*ret_table = bytes;
	return STATUS_OK;
}

enum status find_smbios(struct span *ret_table)
{
	enum status status, status3;
	struct memmap map;

	if (!configuration_table(&smbios3_guid) && !configuration_table(&smbios2_guid))
		return STATUS_ABSENT;
	status = firmware_map(&map);
	if (status != STATUS_OK)
		return status;
	status = status3 = find_by(&map, &smbios3_guid, ret_table);
	if (status != STATUS_OK)
		status = find_by(&map, &smbios2_guid, ret_table);
	firmware_free_map(&map);
	/* A damaged 3.x entry point says more than that there is no other. */
	return status == STATUS_ABSENT ? status3 : status;
}
