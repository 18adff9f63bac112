/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * trigger.c - does to memory what real boot loaders do and prints a line per step: allocate, write,
 * make read-only, free. Never restores the attributes: that is what kills firmware with the defect
 * tianocore/edk2 issue 11074 (rhboot/shim pull 750 and systemd-stub restore them for that reason).
 *
 * Load options: pages (default), pool, none; next=\PATH ... then loads and starts that image with
 * the rest of the line as its load options, as a boot loader would.
 */
#include <efi.h>

#include "memory_attribute.h"
#include "next.h"
#include "say.h"

#define PAGE_BYTES 4096ull
#define N_PAGES    4
/* Large enough that pools are made of whole pages in every known implementation. */
#define POOL_BYTES (16 * PAGE_BYTES)

static EFI_BOOT_SERVICES *bs;

static struct memory_attribute_protocol *find_protocol(void)
{
	EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	struct memory_attribute_protocol *protocol;

	if (EFI_ERROR(bs->LocateProtocol(&guid, NULL, (void **)&protocol)))
		protocol = NULL;
	say("protocol=%s", protocol ? "present" : "absent");
	return protocol;
}

static void make_read_only(struct memory_attribute_protocol *protocol, EFI_PHYSICAL_ADDRESS base,
			   UINT64 size)
{
	UINT64 attributes = 0;

	if (!protocol)
		return;
	say("read-only-at=%x", base);
	say_status("set-ro", protocol->set(protocol, base, size, ATTRIBUTE_RO));
	if (say_status("get", protocol->get(protocol, base, size, &attributes)) == EFI_SUCCESS)
		say("attributes=%x", attributes);
}

static void fill(EFI_PHYSICAL_ADDRESS base, UINT64 size)
{
	volatile UINT8 *bytes = (volatile UINT8 *)(UINTN)base;
	UINT64 i;

	for (i = 0; i < size; i += 64)
		bytes[i] = 0x5a;
}

static void try_pages(struct memory_attribute_protocol *protocol)
{
	EFI_PHYSICAL_ADDRESS base;

	if (say_status("allocate-pages",
		       bs->AllocatePages(AllocateAnyPages, EfiLoaderCode, N_PAGES, &base)))
		return;
	say("pages-at=%x", base);
	fill(base, N_PAGES * PAGE_BYTES);
	make_read_only(protocol, base, N_PAGES * PAGE_BYTES);
	say_status("free-pages", bs->FreePages(base, N_PAGES));
}

static void try_pool(struct memory_attribute_protocol *protocol)
{
	EFI_PHYSICAL_ADDRESS first;
	void *pool;

	if (say_status("allocate-pool", bs->AllocatePool(EfiLoaderData, POOL_BYTES, &pool)))
		return;
	say("pool-at=%x", (UINTN)pool);
	fill((UINTN)pool, POOL_BYTES);
	/* Whole pages strictly inside the pool: the firmware's own header stays writable. */
	first = ((UINTN)pool + PAGE_BYTES) & ~(PAGE_BYTES - 1);
	make_read_only(protocol, first, POOL_BYTES - 2 * PAGE_BYTES);
	say_status("free-pool", bs->FreePool(pool));
}

static EFI_STATUS start_next(EFI_HANDLE self_handle, EFI_SYSTEM_TABLE *table,
			     EFI_LOADED_IMAGE_PROTOCOL *self, const CHAR16 *options, UINTN n)
{
	CHAR16 path[SAY_MAX];
	const CHAR16 *rest;
	UINTN n_rest;
	EFI_HANDLE image;
	EFI_STATUS status;

	if (!options_value(options, n, "next", path, &rest, &n_rest))
		return EFI_SUCCESS;
	status = next_load(self_handle, table, self, path, rest, n_rest, &image);
	if (EFI_ERROR(status))
		return say_status("next-load", status);
	say("next=%S", path);
	return say_status("next-start", bs->StartImage(image, NULL, NULL));
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	struct memory_attribute_protocol *protocol;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	bs = table->BootServices;
	say_init(table, "trigger");
	status = bs->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	options = options_of(self, &n);
	say("image-at=%x", (UINTN)self->ImageBase);
	say("image-bytes=%u", (UINTN)self->ImageSize);
	protocol = find_protocol();
	if (options_have(options, n, "pool"))
		try_pool(protocol);
	else if (!options_have(options, n, "none"))
		try_pages(protocol);
	say("end");
	return start_next(handle, table, self, options, n);
}
