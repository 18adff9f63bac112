/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * memmap.c - memory maps with mistakes in them (UEFI 2.10 section 7.2.3). The firmware's allocator knows nothing of
 * it; only what GetMemoryMap() tells is wrong, the same at every call.
 */
#include "lab.h"

#define PAGE   4096ull
#define WB     0x8ull
#define CACHES 0x1full
#define EXTRA  4u

typedef EFI_MEMORY_DESCRIPTOR descriptor;

static descriptor more[EXTRA];
static unsigned n_more;
static UINT64 clear_in_memory, clear_in_mmio, clear_in_data;
static bool code_is_boot_services;

static descriptor *at(void *map, UINTN offset)
{
	return (descriptor *)((UINT8 *)map + offset);
}

static void spoil(descriptor *entry)
{
	UINT64 clear = clear_in_mmio;

	if (!(entry->Attribute & EFI_MEMORY_RUNTIME))
		return;
	if (entry->Type == EfiRuntimeServicesCode || entry->Type == EfiRuntimeServicesData)
		clear = clear_in_memory;
	if (entry->Type == EfiRuntimeServicesData)
		clear |= clear_in_data;
	if (entry->Type == EfiRuntimeServicesCode && code_is_boot_services)
		entry->Type = EfiBootServicesCode;
	entry->Attribute &= ~clear;
}

static EFI_STATUS EFIAPI get_memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
					UINTN *descriptor_size, UINT32 *version)
{
	UINTN bytes = *size;
	EFI_STATUS status = lab_sane.GetMemoryMap(size, map, key, descriptor_size, version);

	if (EFI_ERROR(status) && status != EFI_BUFFER_TOO_SMALL)
		return status;
	if (!EFI_ERROR(status)) {
		for (UINTN offset = 0; offset < *size; offset += *descriptor_size)
			spoil(at(map, offset));
		for (unsigned i = 0; i < n_more; i++) {
			if (*size + (i + 1) * *descriptor_size > bytes)
				status = EFI_BUFFER_TOO_SMALL;
			else
				*at(map, *size + i * *descriptor_size) = more[i];
		}
	}
	*size += n_more * *descriptor_size;
	return status;
}

static void hook(void)
{
	if (lab_boot->GetMemoryMap != get_memory_map)
		lab_replace(&lab_boot->Hdr, &lab_boot->GetMemoryMap, (void *)get_memory_map);
}

static EFI_STATUS add(UINT32 type, UINT64 first, UINT64 n_pages, UINT64 attributes)
{
	if (n_more == EXTRA)
		return EFI_OUT_OF_RESOURCES;
	more[n_more++] = (descriptor){.Type = type,
				      .PhysicalStart = first,
				      .NumberOfPages = n_pages,
				      .Attribute = attributes};
	hook();
	return EFI_SUCCESS;
}

/* The X240's: reserved, from 0, of no pages, which tools print as 0 to FFFFFFFFFFFFFFFF. */
static EFI_STATUS zero_length(const char *value)
{
	(void)value;
	return add(EfiReservedMemoryType, 0, 0, WB);
}

/* Runs beyond the last address that 64 bits can have; of runtime data, so that it would have to be mapped. */
static EFI_STATUS overflow(const char *value)
{
	(void)value;
	return add(EfiRuntimeServicesData, 0xfffffffffffff000ull, 0x1000, WB | EFI_MEMORY_RUNTIME);
}

/* Free memory at an address that no processor of today has wires for: =ADDRESS, 32 TiB without. */
static EFI_STATUS beyond_width(const char *value)
{
	return add(EfiConventionalMemory, lab_number(value, 1ull << 45, NULL), 0x10000, WB);
}

/* "Everything from 1 MiB to 512 MiB is free", over all that is really there. */
static EFI_STATUS overlap(const char *value)
{
	(void)value;
	return add(EfiConventionalMemory, 0x100000, 0x1ff00, WB);
}

/* =mmio (the Dell's): only those of type MMIO; else runtime code and data as well. */
static EFI_STATUS runtime_uncached(const char *value)
{
	clear_in_mmio = CACHES;
	clear_in_memory = lab_word_is(value, "mmio") ? 0 : CACHES;
	hook();
	return EFI_SUCCESS;
}

/* Runtime data is not marked for the operating system to map. */
static EFI_STATUS runtime_flag(const char *value)
{
	(void)value;
	clear_in_data = EFI_MEMORY_RUNTIME;
	hook();
	return EFI_SUCCESS;
}

/* Runtime code is typed as boot services, which are free memory to whoever comes next. */
static EFI_STATUS boot_services_type(const char *value)
{
	(void)value;
	code_is_boot_services = true;
	hook();
	return EFI_SUCCESS;
}

const struct defect defects_memmap[] = {
	{"memmap-zero-length", "lenovo-x240-memmap", zero_length},
	{"memmap-overflow", "", overflow},
	{"memmap-beyond-width", "", beyond_width},
	{"memmap-overlap", "", overlap},
	{"memmap-runtime-uncached", "dell-mmio-attr-none", runtime_uncached},
	{"memmap-runtime-flag", "xen-rt-attr-missing", runtime_flag},
	{"memmap-boot-type", "ami-csm-region-type", boot_services_type},
	{NULL, NULL, NULL},
};
