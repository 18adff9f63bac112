/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * guard.c - what must fault and go on faulting, beside code that must not:
 *
 *	guard-pages              loader data comes between two pages of its type that are not mapped, as EDK II's
 *	                         heap guard has it (MdeModulePkg, PcdHeapGuardPropertyMask)
 *	unmapped=FIRST,BYTES     a range that is not mapped
 *	last-fault-faults        SetVariable() of the layer's record of a fault faults itself
 *	large-image-nx=BYTES     images of at least that size come out of LoadImage() without an executable page
 */
#include "lab.h"

#define PAGE 4096ull

static EFI_ALLOCATE_PAGES allocate_original;
static EFI_IMAGE_LOAD load_original;
static uint64_t least;

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
					EFI_PHYSICAL_ADDRESS *ret_first)
{
	EFI_PHYSICAL_ADDRESS first;
	EFI_STATUS status;

	if (type != EfiLoaderData || how != AllocateAnyPages)
		return allocate_original(how, type, n_pages, ret_first);
	status = allocate_original(how, type, n_pages + 2, &first);
	if (EFI_ERROR(status))
		return status;
	lab_paging_change(first, PAGE, 0, LAB_P);
	lab_paging_change(first + (n_pages + 1) * PAGE, PAGE, 0, LAB_P);
	*ret_first = first + PAGE;
	return EFI_SUCCESS;
}

static EFI_STATUS guard_pages(const char *value)
{
	(void)value;
	allocate_original =
		lab_replace(&lab_boot->Hdr, &lab_boot->AllocatePages, (void *)allocate_pages);
	return EFI_SUCCESS;
}

static EFI_STATUS unmapped(const char *value)
{
	uint64_t first = lab_number(value, 0, &value);

	return lab_paging_change(first, lab_number(*value ? value + 1 : value, PAGE, NULL), 0,
				 LAB_P);
}

static EFI_STATUS EFIAPI load_image(BOOLEAN policy, EFI_HANDLE parent, EFI_DEVICE_PATH *path,
				    VOID *source, UINTN source_size, EFI_HANDLE *ret_image)
{
	EFI_STATUS status = load_original(policy, parent, path, source, source_size, ret_image);
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE *loaded;

	if (!EFI_ERROR(status) &&
	    !EFI_ERROR(lab_sane.HandleProtocol(*ret_image, &guid, (void **)&loaded)) &&
	    loaded->ImageSize >= least)
		lab_paging_change((uintptr_t)loaded->ImageBase & ~(PAGE - 1),
				  (loaded->ImageSize + PAGE - 1) & ~(PAGE - 1), LAB_NX, 0);
	return status;
}

/* In no memory map, and canonical. */
#define NOWHERE 0x300000000000ull

static EFI_SET_VARIABLE set_original;

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 attributes, UINTN size,
				      VOID *data)
{
	static const CHAR16 victim[] = u"FwquirkLastFault";
	unsigned i = 0;

	while (victim[i] && name[i] == victim[i])
		i++;
	if (!victim[i]) {
		lab_say("faults in SetVariable()");
		*(volatile uint64_t *)NOWHERE = 1;
	}
	return set_original(name, vendor, attributes, size, data);
}

static EFI_STATUS last_fault_faults(const char *value)
{
	EFI_RUNTIME_SERVICES *runtime = lab_system->RuntimeServices;

	(void)value;
	set_original = lab_replace(&runtime->Hdr, &runtime->SetVariable, (void *)set_variable);
	return EFI_SUCCESS;
}

static EFI_STATUS large_image_nx(const char *value)
{
	least = lab_number(value, 0, NULL);
	load_original = lab_replace(&lab_boot->Hdr, &lab_boot->LoadImage, (void *)load_image);
	return EFI_SUCCESS;
}

const struct defect defects_guard[] = {
	{"guard-pages", "", guard_pages},
	{"unmapped", "", unmapped},
	{"large-image-nx", "", large_image_nx},
	{"last-fault-faults", "", last_fault_faults},
	{NULL, NULL, NULL},
};
