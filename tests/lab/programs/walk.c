/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * walk.c - what the page tables allow now, over the whole memory map, one line a type:
 *
 *	walk: loader-code none=0 r=0 rw=2 rx=5 rwx=0
 *	walk: all none=0 r=... rw=... rx=... rwx=...
 *	walk: wx=N                the pages that can be written and executed
 *
 * and with the defect `walk`, by the lab's driver, which pages are new among them. The load option types=no leaves out the
 * lines of the types.
 */
#include <efi.h>

#include "../driver/walk.h"
#include "../driver/walk_count.h"
#include "say.h"

#define MAP_BYTES 65536u

static void say_counts(const char *name, const uint64_t n[WALK_STATES])
{
	say("%s none=%u r=%u rw=%u rx=%u rwx=%u", name, n[WALK_UNMAPPED], n[WALK_R], n[WALK_RW],
	    n[WALK_RX], n[WALK_RWX]);
}

static void say_types(const struct walk *walk)
{
	for (unsigned type = 0; type < WALK_TYPES; type++) {
		uint64_t sum = 0;

		for (unsigned state = 0; state < WALK_STATES; state++)
			sum += walk->n_pages[type][state];
		if (sum)
			say_counts(walk_type_names[type], walk->n_pages[type]);
	}
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	static UINT8 map[MAP_BYTES];
	static struct walk walk;
	UINTN size = sizeof(map), key, descriptor_size, n;
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL, fresh_guid = WALK_FRESH_GUID;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	uint64_t sums[WALK_STATES];
	const CHAR16 *options;
	EFI_STATUS status;
	walk_fresh fresh;
	UINT32 version;

	say_init(table, "walk");
	status = table->BootServices->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	status = table->BootServices->GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key,
						   &descriptor_size, &version);
	if (EFI_ERROR(status))
		return say_status("memory-map", status);
	walk_count(map, size, descriptor_size, &walk);
	options = options_of(self, &n);
	if (!options_have(options, n, "types=no"))
		say_types(&walk);
	for (unsigned state = 0; state < WALK_STATES; state++)
		sums[state] = walk_sum(&walk, (enum walk_state)state);
	say_counts("all", sums);
	say("wx=%u", sums[WALK_RWX]);
	if (!EFI_ERROR(table->BootServices->LocateProtocol(&fresh_guid, NULL, (void **)&fresh)))
		fresh();
	say("end");
	return EFI_SUCCESS;
}
