/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* firmware.c - boot services as our own few calls; decides nothing */
#include <fwquirk/pagetable.h>
#include <fwquirk/pe.h>

#include "firmware.h"

/* Descriptors that may come up between asking for the size of the map and reading it. */
#define MAP_SLACK_DESCRIPTORS 8u

#define HEADER_ROOM 4096u

/* DSP0134 3.7.0 section 5.2.1: where a 2.x entry point may lie; often in no memory descriptor. */
#define LEGACY_FIRST 0xf0000ull
#define LEGACY_END   0x100000ull
#define PAGE_MASK    0xfffull

/* image.lds: where the headers begin, and HEADER_ROOM bytes for them. */
extern const uint8_t image_first[];

struct firmware firmware;

enum status status_from_efi(EFI_STATUS status)
{
	if (!EFI_ERROR(status))
		return STATUS_OK;
	switch (status) {
	case EFI_NOT_FOUND:
		return STATUS_ABSENT;
	case EFI_UNSUPPORTED:
	case EFI_NO_MAPPING:
		return STATUS_UNSUPPORTED;
	case EFI_OUT_OF_RESOURCES:
	case EFI_BUFFER_TOO_SMALL:
		return STATUS_NO_SPACE;
	case EFI_WRITE_PROTECTED:
	case EFI_ACCESS_DENIED:
	case EFI_SECURITY_VIOLATION:
		return STATUS_REFUSED;
	default:
		return STATUS_FAILED;
	}
}

void firmware_begin(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	firmware.image = image;
	firmware.system = system;
	firmware.boot = system->BootServices;
	firmware.has_pagetable = arch_pagetable_now(&firmware.pagetable) == STATUS_OK;
}

struct span firmware_image(void)
{
	struct span headers = span_of(image_first, HEADER_ROOM);
	uint32_t size_bytes;

	if (pe_image_size(headers, &size_bytes) != STATUS_OK)
		return span_of(NULL, 0);
	return span_of(image_first, size_bytes);
}

bool firmware_is_mapped(const void *at, uint64_t size_bytes)
{
	virt_t first = {(uintptr_t)at};

	if (!firmware.has_pagetable)
		return true;
	return pagetable_is_mapped(&firmware.pagetable, first, size_bytes);
}

bool firmware_is_readonly(virt_t page)
{
	struct leaf leaf;

	return firmware.has_pagetable &&
	       pagetable_find(&firmware.pagetable, page, &leaf) == STATUS_OK && !leaf.writable;
}

/* Whether pages can be written to, as far as that can be known. */
static bool is_usable(virt_t first, UINTN n_pages)
{
	if (!firmware_is_mapped((const void *)(uintptr_t)first.at, n_pages * PAGE_SIZE_BYTES))
		return false;
	for (UINTN i = 0; i < n_pages; i++)
		if (firmware_is_readonly((virt_t){first.at + i * PAGE_SIZE_BYTES}))
			return false;
	return true;
}

void firmware_give_back(virt_t first, UINTN n_pages)
{
	struct page_pool none = {.n = 0};
	struct page_changed changed;

	for (UINTN i = 0; i < n_pages; i++) {
		uint64_t at = first.at + i * PAGE_SIZE_BYTES;
		const struct page_change change = {{at}, at, at + PAGE_SIZE_BYTES, true, true};

		if (!is_usable((virt_t){at}, 1))
			pagetable_change(&firmware.pagetable, &change, &none, &changed);
	}
	if (is_usable(first, n_pages))
		firmware_free(first, n_pages);
}

enum status firmware_allocate(EFI_MEMORY_TYPE type, UINTN n_pages, virt_t *ret_first)
{
	EFI_PHYSICAL_ADDRESS first;
	EFI_STATUS status = firmware.boot->AllocatePages(AllocateAnyPages, type, n_pages, &first);

	if (EFI_ERROR(status))
		return status_from_efi(status);
	if (!is_usable((virt_t){first}, n_pages)) {
		firmware_give_back((virt_t){first}, n_pages);
		return STATUS_REFUSED;
	}
	ret_first->at = first;
	return STATUS_OK;
}

enum status firmware_free(virt_t first, UINTN n_pages)
{
	return status_from_efi(firmware.boot->FreePages(first.at, n_pages));
}

enum status firmware_map(struct memmap *ret_map)
{
	UINTN size = 0, key, descriptor_size = 0;
	EFI_BOOT_SERVICES *boot = firmware.boot;
	EFI_STATUS status;
	UINT32 version;
	void *bytes;

	status = boot->GetMemoryMap(&size, NULL, &key, &descriptor_size, &version);
	if (status != EFI_BUFFER_TOO_SMALL)
		return STATUS_FAILED;
	size += MAP_SLACK_DESCRIPTORS * descriptor_size;
	status = boot->AllocatePool(EfiBootServicesData, size, &bytes);
	if (EFI_ERROR(status))
		return status_from_efi(status);
	status = boot->GetMemoryMap(&size, bytes, &key, &descriptor_size, &version);
	if (EFI_ERROR(status)) {
		boot->FreePool(bytes);
		return status_from_efi(status);
	}
	*ret_map = (struct memmap){span_of(bytes, size), descriptor_size};
	return STATUS_OK;
}

void firmware_free_map(struct memmap *map)
{
	firmware.boot->FreePool((void *)(uintptr_t)map->bytes.at);
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

struct span firmware_readable(uint64_t address, uint64_t size_bytes)
{
	uint64_t reach = firmware.has_pagetable ? reach_by_pages(address, size_bytes)
						: reach_by_map(address, size_bytes);

	return span_of((const void *)(uintptr_t)address, reach);
}

const void *firmware_table(const EFI_GUID *guid)
{
	EFI_SYSTEM_TABLE *system = firmware.system;

	for (UINTN i = 0; i < system->NumberOfTableEntries; i++)
		if (guid_is(&system->ConfigurationTable[i].VendorGuid, guid))
			return system->ConfigurationTable[i].VendorTable;
	return NULL;
}

void *firmware_locate(const EFI_GUID *guid)
{
	EFI_GUID copy = *guid;
	void *interface;

	if (EFI_ERROR(firmware.boot->LocateProtocol(&copy, NULL, &interface)))
		return NULL;
	return interface;
}

EFI_LOADED_IMAGE_PROTOCOL *firmware_loaded(EFI_HANDLE image)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *loaded;

	if (EFI_ERROR(firmware.boot->HandleProtocol(image, &guid, (void **)&loaded)))
		return NULL;
	return loaded;
}

bool guid_is(const EFI_GUID *a, const EFI_GUID *b)
{
	const UINT8 *x = (const UINT8 *)a, *y = (const UINT8 *)b;

	for (UINTN i = 0; i < sizeof(*a); i++)
		if (x[i] != y[i])
			return false;
	return true;
}
