/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_tables.c - top-level page table and configuration tables looked at; reads no table's bytes */

#include "probe.h"
#include "proto/tables.h"

/* What an operating system goes on reading after it has taken the memory of boot services. */
static const EFI_GUID kept[] = {
	ACPI_1_TABLE_GUID,   ACPI_2_TABLE_GUID,          SMBIOS_2_TABLE_GUID,
	SMBIOS_3_TABLE_GUID, SYSTEM_RESOURCE_TABLE_GUID, TCG2_FINAL_EVENTS_TABLE_GUID,
};

void probe_pml4(struct probe_vector *vector)
{
	unsigned address_bits = arch_address_bits();
	bool garbage = false;

	if (!firmware.has_pagetable)
		return;
	for (unsigned i = 0; i < PAGETABLE_ENTRIES; i++)
		garbage |= pagetable_top_is_garbage(&firmware.pagetable, i, address_bits);
	probe_answer(vector, PROBE_PML4_GARBAGE, garbage);
}

static bool is_kept(const EFI_GUID *guid)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (guid_is(guid, &kept[i]))
			return true;
	return false;
}

/* Free, or of a type that is free after ExitBootServices() (UEFI 2.10 section 7.2.1, table 7.10). */
static bool is_reused(uint32_t type)
{
	return (type >= MEMORY_LOADER_CODE && type <= MEMORY_BOOT_DATA) ||
	       type == MEMORY_CONVENTIONAL;
}

void probe_tables(struct probe_vector *vector)
{
	const EFI_SYSTEM_TABLE *system = firmware.system;
	const struct memmap *map = probe_memory_map();
	struct memory_range range = {.n_pages = 0};
	bool outside = false, reused = false;

	if (!map)
		return;
	for (UINTN i = 0; i < system->NumberOfTableEntries; i++) {
		const EFI_CONFIGURATION_TABLE *table = &system->ConfigurationTable[i];
		uint64_t address = (uintptr_t)table->VendorTable;

		if (!probe_range(map, address, &range)) {
			/* The BIOS segment is in no descriptor of many maps. */
			outside |= address < 0xf0000 || address >= 0x100000;
			continue;
		}
		outside |= !memory_is_readable(range.type) ||
			   !firmware_is_mapped(table->VendorTable, 1);
		reused |= is_reused(range.type) && is_kept(&table->VendorGuid);
	}
	probe_answer(vector, PROBE_TABLE_OUTSIDE_MEMORY, outside);
	probe_answer(vector, PROBE_TABLE_VOLATILE, reused);
}
