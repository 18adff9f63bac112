/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * data.c - memory of data that cannot be executed, as firmware with a policy has it, on one that leaves everything
 * executable: what is free, of loader, boot services or runtime data, or of ACPI now; what AllocatePages() hands out but as
 * code; the sections of images that are no code. So that walk.c has something to find.
 */
#include "lab.h"
#include "walk.h"

#define PAGE      4096ull
#define PAGE_MASK (PAGE - 1)
#define MAP_BYTES 65536u
#define CODE      0x20000000u

static EFI_ALLOCATE_PAGES allocate_original;
static EFI_FREE_PAGES free_original;
static EFI_IMAGE_LOAD load_original;

static bool is_code(uint32_t type)
{
	return type == EfiLoaderCode || type == EfiBootServicesCode ||
	       type == EfiRuntimeServicesCode;
}

static bool is_data(uint32_t type)
{
	return type == EfiLoaderData || type == EfiBootServicesData ||
	       type == EfiRuntimeServicesData || type == EfiConventionalMemory ||
	       type == EfiACPIReclaimMemory || type == EfiACPIMemoryNVS;
}

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
					EFI_PHYSICAL_ADDRESS *ret_first)
{
	EFI_STATUS status = allocate_original(how, type, n_pages, ret_first);

	if (EFI_ERROR(status))
		return status;
	lab_paging_change(*ret_first, n_pages * PAGE, is_code(type) ? 0 : LAB_NX,
			  is_code(type) ? LAB_NX : 0);
	/* What a loader asks for as code is for it to fill. */
	if (type == EfiLoaderCode)
		walk_note(*ret_first, n_pages * PAGE);
	return status;
}

static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS first, UINTN n_pages)
{
	EFI_STATUS status = free_original(first, n_pages);

	if (!EFI_ERROR(status))
		lab_paging_change(first, n_pages * PAGE, LAB_NX, 0);
	return status;
}

static uint32_t number(const uint8_t *at)
{
	return *(const uint32_t *)at;
}

/* Microsoft "PE Format": code is where the section table says so; all of an image whose sections are not whole pages. */
static void let_run(const EFI_LOADED_IMAGE *loaded)
{
	const uint8_t *base = loaded->ImageBase, *pe = base + number(base + 60);
	const uint8_t *section = pe + 24 + *(const uint16_t *)(pe + 20);
	bool whole = number(pe + 24 + 32) & PAGE_MASK;

	for (unsigned n = whole ? 1 : *(const uint16_t *)(pe + 6); n--; section += 40) {
		uint64_t first = (uintptr_t)base + (whole ? 0 : number(section + 12));
		uint64_t size = whole ? loaded->ImageSize : number(section + 8);

		if (!whole && !(number(section + 36) & CODE))
			continue;
		size = (size + PAGE_MASK) & ~PAGE_MASK;
		lab_paging_change(first, size, 0, LAB_NX);
		walk_note(first, size);
	}
}

static EFI_STATUS EFIAPI load_image(BOOLEAN policy, EFI_HANDLE parent, EFI_DEVICE_PATH *path,
				    VOID *source, UINTN source_size, EFI_HANDLE *ret_image)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE *loaded;
	EFI_STATUS status = load_original(policy, parent, path, source, source_size, ret_image);

	if (!EFI_ERROR(status) &&
	    !EFI_ERROR(lab_sane.HandleProtocol(*ret_image, &guid, (void **)&loaded)))
		let_run(loaded);
	return status;
}

static EFI_STATUS data_nx(const char *value)
{
	static uint8_t map[MAP_BYTES];
	UINTN size = sizeof(map), key, descriptor_size;
	EFI_BOOT_SERVICES *boot = lab_boot;
	EFI_STATUS status;
	UINT32 version;

	(void)value;
	status = lab_sane.GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key, &descriptor_size,
				       &version);
	for (UINTN at = 0; !EFI_ERROR(status) && at + descriptor_size <= size;
	     at += descriptor_size) {
		const EFI_MEMORY_DESCRIPTOR *entry = (const EFI_MEMORY_DESCRIPTOR *)(map + at);

		if (is_data(entry->Type))
			status = lab_paging_change(entry->PhysicalStart,
						   entry->NumberOfPages * PAGE, LAB_NX, 0);
	}
	allocate_original = lab_replace(&boot->Hdr, &boot->AllocatePages, allocate_pages);
	free_original = lab_replace(&boot->Hdr, &boot->FreePages, free_pages);
	load_original = lab_replace(&boot->Hdr, &boot->LoadImage, load_image);
	return status;
}

const struct defect defects_data[] = {
	{"data-nx", "", data_nx},
	{NULL, NULL, NULL},
};
