/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * map.c - map.efi [first=ADDRESS bytes=SIZE]: counts what is wrong with the memory map, as a loader would stumble
 * over it; then uses what is free of a range as a loader would, and says how much of it did not stay as it was written.
 */
#include "say.h"

#define ROOM      65536u
#define PAGE      4096ull
#define PATTERN   0x1122334455667788ull
#define WAIT_US   200000u
#define MAX_PAGES 4096u

static UINT8 room[ROOM];
static EFI_BOOT_SERVICES *boot;

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

static UINT64 physical_limit(void)
{
	UINT32 eax = 0x80000008, ebx, ecx, edx;

	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	return 1ull << (eax & 0xff);
}

static bool is_reusable(UINT32 type)
{
	return type == EfiConventionalMemory || type == EfiLoaderCode || type == EfiLoaderData ||
	       type == EfiBootServicesCode || type == EfiBootServicesData;
}

static EFI_STATUS judge(void)
{
	UINTN size = sizeof(room), key, each = 0, n = 0;
	UINTN zero = 0, beyond = 0, overlap = 0, uncached = 0, flagless = 0, reusable = 0;
	UINT64 limit = physical_limit();
	UINT32 version;
	EFI_STATUS status = boot->GetMemoryMap(&size, (void *)room, &key, &each, &version);

	if (EFI_ERROR(status))
		return status;
	for (UINTN at = 0; at < size; at += each, n++) {
		EFI_MEMORY_DESCRIPTOR *d = (void *)(room + at);
		bool is_runtime = d->Attribute & EFI_MEMORY_RUNTIME;

		zero += !d->NumberOfPages;
		beyond += d->PhysicalStart >= limit || d->NumberOfPages > limit / PAGE ||
			  d->PhysicalStart + d->NumberOfPages * PAGE > limit;
		uncached += is_runtime && !(d->Attribute & 0x1f);
		flagless += !is_runtime && (d->Type == EfiRuntimeServicesCode ||
					    d->Type == EfiRuntimeServicesData);
		reusable += is_runtime && is_reusable(d->Type);
		for (UINTN before = 0; before < at; before += each) {
			EFI_MEMORY_DESCRIPTOR *e = (void *)(room + before);

			overlap += d->PhysicalStart < e->PhysicalStart + e->NumberOfPages * PAGE &&
				   e->PhysicalStart < d->PhysicalStart + d->NumberOfPages * PAGE;
		}
	}
	say("descriptors=%u", n);
	say("zero-length=%u beyond=%u overlap=%u", zero, beyond, overlap);
	say("runtime-uncached=%u runtime-flag=%u runtime-reusable=%u", uncached, flagless,
	    reusable);
	return EFI_SUCCESS;
}

/* Page by page what is free, remembered by a bit; nothing of it is given back before the end. */
static void use(UINT64 first, UINT64 bytes)
{
	static UINT8 mine[MAX_PAGES];
	UINTN n = bytes / PAGE, n_free = 0, n_damaged = 0;

	for (UINTN i = 0; i < n && i < MAX_PAGES; i++) {
		EFI_PHYSICAL_ADDRESS page = first + i * PAGE;

		mine[i] = !EFI_ERROR(boot->AllocatePages(AllocateAddress, EfiLoaderData, 1, &page));
		n_free += mine[i];
		for (UINT64 at = 0; at < PAGE && mine[i]; at += 8)
			*(volatile UINT64 *)(UINTN)(page + at) = PATTERN;
	}
	boot->Stall(WAIT_US);
	for (UINTN i = 0; i < n && i < MAX_PAGES; i++) {
		if (!mine[i])
			continue;
		n_damaged += *(volatile UINT64 *)(UINTN)(first + i * PAGE + PAGE / 2) != PATTERN;
		boot->FreePages(first + i * PAGE, 1);
	}
	say("pages-free=%u", n_free);
	say("pages-damaged=%u", n_damaged);
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	UINT64 first, bytes;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	UINTN n;

	boot = table->BootServices;
	say_init(table, "map");
	boot->HandleProtocol(handle, &guid, (void **)&self);
	options = options_of(self, &n);
	say_status("map", judge());
	if (options_number(options, n, "first", &first) &&
	    options_number(options, n, "bytes", &bytes))
		use(first, bytes);
	say("end");
	return EFI_SUCCESS;
}
