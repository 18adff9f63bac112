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

/* By the page tables, page by page: costs little, and what is mapped can be read without a fault. */
static uint64_t reach_by_pages(uint64_t address, uint64_t size_bytes)
{
	uint64_t end = address + size_bytes, at = address;

	if (end < address)
		return 0;
	while (at < end && firmware_is_mapped((const void *)(uintptr_t)at, 1))
		at = (at | PAGE_MASK) + 1;
	return smaller(at - address, size_bytes);
}

/* By the memory map, where the translation in use is not one that we know. */
static uint64_t reach_by_map(uint64_t address, uint64_t size_bytes)
{
	struct memmap map;
	uint64_t reach;

	if (firmware_map(&map) != STATUS_OK)
		return 0;
	reach = memmap_readable(&map, (phys_t){address}, size_bytes);
	firmware_free_map(&map);
	if (reach == 0 && address >= LEGACY_FIRST && address < LEGACY_END)
		reach = smaller(LEGACY_END - address, size_bytes);
	return reach;
}

static struct span readable_at(uint64_t address, uint64_t size_bytes)
{
	uint64_t reach = firmware.has_pagetable ? reach_by_pages(address, size_bytes)
						: reach_by_map(address, size_bytes);

	return span_of((const void *)(uintptr_t)address, reach);
}

static enum status find_by(const EFI_GUID *guid, struct span *ret_table)
{
	const void *address = configuration_table(guid);
	struct smbios_entry entry;
	struct span bytes;
	enum status status;

	if (!address)
		return STATUS_ABSENT;
	bytes = readable_at((uintptr_t)address, ENTRY_MAX_BYTES);
	if (bytes.size == 0)
		return STATUS_UNSUPPORTED;
	status = smbios_entry_read(bytes, &entry);
	if (status != STATUS_OK)
		return status == STATUS_ABSENT ? STATUS_MALFORMED : status;
	bytes = readable_at(entry.table_address, entry.table_size_bytes);
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
