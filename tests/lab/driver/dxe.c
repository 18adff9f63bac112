/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * dxe.c - defects of the DXE services that change memory attributes (PI 1.8 volume 2, section 7.2.2), and memory for
 * loaders that they call non-executable, which is what makes the defects hurt
 */
#include <string.h>

#include "lab.h"
#include "../../boot/efi/memory_attribute.h"
#include "proto/dxe_services.h"

#define PERMISSIONS  (ATTRIBUTE_RP | ATTRIBUTE_XP | ATTRIBUTE_RO)
#define CACHEABILITY (EFI_MEMORY_UC | EFI_MEMORY_WC | EFI_MEMORY_WT | EFI_MEMORY_WB)
#define LAB_PCD      (1ull << 4)
#define PAGE         4096ull

static EFI_GUID guid = DXE_SERVICES_TABLE_GUID;
static struct dxe_services *dxe, sane;

static struct {
	bool lies, refuses, refuses_rp, drops_cacheability;
} habit;

static EFI_STATUS EFIAPI set_attributes(EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes)
{
	EFI_STATUS status;
	bool loses;

	if (habit.refuses || (habit.refuses_rp && attributes & ATTRIBUTE_RP))
		return EFI_UNSUPPORTED;
	if (habit.lies)
		return EFI_SUCCESS;
	loses = habit.drops_cacheability && attributes & PERMISSIONS;
	if (loses)
		attributes &= ~CACHEABILITY;
	status = sane.set_memory_space_attributes(base, length, attributes);
	if (habit.drops_cacheability && !EFI_ERROR(status))
		lab_paging_change(base, length, loses ? LAB_PCD : 0, loses ? 0 : LAB_PCD);
	return status;
}

static EFI_STATUS find(void)
{
	for (UINTN i = 0; !dxe && i < lab_system->NumberOfTableEntries; i++) {
		EFI_CONFIGURATION_TABLE *table = &lab_system->ConfigurationTable[i];

		if (!memcmp(&table->VendorGuid, &guid, sizeof(guid)))
			dxe = table->VendorTable;
	}
	if (!dxe)
		return EFI_NOT_FOUND;
	if (!sane.set_memory_space_attributes)
		sane = *dxe;
	return EFI_SUCCESS;
}

static EFI_STATUS take_over(void)
{
	EFI_STATUS status = find();

	if (!EFI_ERROR(status) && dxe->set_memory_space_attributes != set_attributes)
		lab_replace(&dxe->header, &dxe->set_memory_space_attributes, set_attributes);
	return status;
}

static EFI_STATUS absent(const char *value)
{
	(void)value;
	find();
	return lab_sane.InstallConfigurationTable(&guid, NULL);
}

static EFI_STATUS refuses(const char *value)
{
	(void)value;
	habit.refuses = true;
	return take_over();
}

static EFI_STATUS refuses_rp(const char *value)
{
	(void)value;
	habit.refuses_rp = true;
	return take_over();
}

static EFI_STATUS drops_cacheability(const char *value)
{
	(void)value;
	habit.drops_cacheability = true;
	return take_over();
}

static EFI_STATUS lies(const char *value)
{
	(void)value;
	habit.lies = true;
	return take_over();
}

static EFI_ALLOCATE_PAGES allocate_pages;

/* Pages for loaders are handed out non-executable, and the GCD map says so. */
static EFI_STATUS EFIAPI allocate_no_execute(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type,
					     UINTN n_pages, EFI_PHYSICAL_ADDRESS *memory)
{
	EFI_STATUS status = allocate_pages(how, type, n_pages, memory), protected;

	if (EFI_ERROR(status) || (type != EfiLoaderCode && type != EfiLoaderData))
		return status;
	protected = sane.set_memory_space_attributes(*memory, n_pages * PAGE,
						     EFI_MEMORY_WB | ATTRIBUTE_XP);
	if (EFI_ERROR(protected))
		lab_say_hex("memory cannot be made non-executable", protected);
	return status;
}

static EFI_STATUS no_execute(const char *value)
{
	EFI_STATUS status = find();

	(void)value;
	if (EFI_ERROR(status))
		return status;
	allocate_pages = (EFI_ALLOCATE_PAGES)lab_replace(&lab_boot->Hdr, &lab_boot->AllocatePages,
							 allocate_no_execute);
	return EFI_SUCCESS;
}

const struct defect defects_dxe[] = {
	{"dxe-absent", "", absent},
	{"dxe-refuses", "", refuses},
	{"dxe-refuses-rp", "dxe-rp-unsupported", refuses_rp},
	{"dxe-drops-cacheability", "", drops_cacheability},
	{"dxe-lies", "", lies},
	{"dxe-nx", "", no_execute},
	{NULL, NULL, NULL},
};
