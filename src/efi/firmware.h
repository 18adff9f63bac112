/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* firmware.h - the firmware that runs us: its tables, and its answers as our status */
#ifndef EFI_FIRMWARE_H
#define EFI_FIRMWARE_H

#include <efi.h>

#include <fwquirk/arch.h>
#include <fwquirk/memmap.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>

/* The entry point of an image, in main.c and load_main.c: UEFI 2.10 section 4.1. */
EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* Set once by firmware_begin(); the border functions of platform.h have no context of their own. */
struct firmware {
	EFI_HANDLE image;
	EFI_SYSTEM_TABLE *system;
	EFI_BOOT_SERVICES *boot;
	struct pagetable pagetable;
	bool has_pagetable; /* false: the translation is not one that we know */
};

extern struct firmware firmware;

void firmware_begin(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* Our own image where the firmware has loaded it; empty when it has dropped the headers. */
struct span firmware_image(void);

enum status status_from_efi(EFI_STATUS status);

/* True when the bytes are mapped, as far as that can be known. */
bool firmware_is_mapped(const void *at, uint64_t size_bytes);

/* True when the page tables say that the page is mapped and not writable. */
bool firmware_is_readonly(virt_t page);

/* Pages that are mapped and writable, as far as that can be known. STATUS_NO_SPACE; STATUS_REFUSED when the
 * firmware has handed out others, which are given back. */
enum status firmware_allocate(EFI_MEMORY_TYPE type, UINTN n_pages, virt_t *ret_first);
enum status firmware_free(virt_t first, UINTN n_pages);
/*
 * The same for pages that may have come without a permission. Firmware may write to what it frees, so a page that is
 * read-only or missing is first made as it was before somebody took that away, by its own entry; pages for which
 * that cannot be done stay allocated.
 */
void firmware_give_back(virt_t first, UINTN n_pages);

/* The memory map in pool memory; give it back with firmware_free_map. STATUS_NO_SPACE and what
 * GetMemoryMap() answers. */
enum status firmware_map(struct memmap *ret_map);
void firmware_free_map(struct memmap *map);

/*
 * What can be read from an address on without a fault, at most `size_bytes`: as far as the page tables map it; where
 * they are of a kind that we do not know, as far as the memory map has memory, and the BIOS segment.
 */
struct span firmware_readable(uint64_t address, uint64_t size_bytes);

/* Where the configuration table of that GUID is, unchecked; NULL when there is none. */
const void *firmware_table(const EFI_GUID *guid);

/* The interface of a protocol, or NULL. */
void *firmware_locate(const EFI_GUID *guid);
/* What the firmware says of a loaded image; NULL for a handle that is none, or none any more. */
EFI_LOADED_IMAGE_PROTOCOL *firmware_loaded(EFI_HANDLE image);

bool guid_is(const EFI_GUID *a, const EFI_GUID *b);

#endif
