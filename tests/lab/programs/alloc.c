/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * alloc.c - allocates as loaders do (any pages, below a limit, at the end of the highest free range) and uses what it got:
 * writes to every page, runs a return instruction in the first one, gives it back. A line a step, so that the last one says where it died.
 *
 * Load options: code or data (EfiLoaderCode, the default, or EfiLoaderData); execute; stack (runs it on the stack
 * instead); keep (gives nothing back); walk (has the lab's driver say which pages can be written and executed); pages=N, 1
 * if not given.
 */
#include <efi.h>

#include "../driver/walk.h"
#include "say.h"

#define PAGE_BYTES 4096ull
#define MAP_BYTES  65536u
#define RETURN     0xc3

static EFI_BOOT_SERVICES *bs;
static BOOLEAN keep;

static void run(const char *where, volatile UINT8 *at)
{
	say("executing=%s", where);
	at[0] = RETURN;
	((void (*)(void))(UINTN)at)();
	say("executed");
}

/* As Linux picks a place for itself: out of the free ranges of the map, here the end of the highest. */
static EFI_PHYSICAL_ADDRESS highest(UINTN n_pages)
{
	static UINT8 map[MAP_BYTES];
	UINTN size = sizeof(map), key, descriptor_size, at;
	EFI_PHYSICAL_ADDRESS best = 0;
	UINT32 version;

	if (EFI_ERROR(bs->GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key, &descriptor_size,
				       &version)))
		return 0;
	for (at = 0; at + descriptor_size <= size; at += descriptor_size) {
		EFI_MEMORY_DESCRIPTOR *range = (EFI_MEMORY_DESCRIPTOR *)(map + at);
		EFI_PHYSICAL_ADDRESS first =
			range->PhysicalStart + (range->NumberOfPages - n_pages) * PAGE_BYTES;

		if (range->Type == EfiConventionalMemory && range->NumberOfPages >= n_pages &&
		    first > best)
			best = first;
	}
	return best;
}

static void use(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages, BOOLEAN execute)
{
	EFI_PHYSICAL_ADDRESS first = how == AllocateAddress ? highest(n_pages) : ~0ull;

	if (say_status("allocate", bs->AllocatePages(how, type, n_pages, &first)))
		return;
	say("at=%x", first);
	for (UINTN i = 0; i < n_pages; i++)
		*(volatile UINT8 *)(UINTN)(first + i * PAGE_BYTES) = (UINT8)i;
	say("written");
	if (execute)
		run("pages", (volatile UINT8 *)(UINTN)first);
	if (keep)
		return;
	say_status("free", bs->FreePages(first, n_pages));
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL, fresh_guid = WALK_FRESH_GUID;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	UINT8 on_stack[16];
	const CHAR16 *options;
	EFI_MEMORY_TYPE type;
	EFI_STATUS status;
	walk_fresh fresh;
	UINT64 n_pages = 1;
	UINTN n;
	void *pool;

	bs = table->BootServices;
	say_init(table, "alloc");
	status = bs->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	options = options_of(self, &n);
	options_number(options, n, "pages", &n_pages);
	if (options_have(options, n, "stack"))
		run("stack", on_stack);
	keep = options_have(options, n, "keep");
	type = options_have(options, n, "data") ? EfiLoaderData : EfiLoaderCode;
	use(AllocateAnyPages, type, n_pages, options_have(options, n, "execute"));
	use(AllocateMaxAddress, type, n_pages, FALSE);
	use(AllocateAddress, type, n_pages, FALSE);
	if (!say_status("pool", bs->AllocatePool(type, n_pages * PAGE_BYTES, &pool))) {
		say("at=%x", (UINTN)pool);
		bs->FreePool(pool);
	}
	if (options_have(options, n, "walk") &&
	    !EFI_ERROR(bs->LocateProtocol(&fresh_guid, NULL, (void **)&fresh)))
		fresh();
	say("end");
	return EFI_SUCCESS;
}
