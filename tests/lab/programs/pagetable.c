/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pagetable.c - does to the firmware's page tables what loaders do that map something of their own before they
 * leave boot services (VMware's esx-boot, uefi/efiutils/exitboot.c): `write` puts an entry into a slot that is not
 * used, and takes it out; `follow` visits every table, as for a copy; `say` prints levels and protection.
 */
#include <efi.h>

#include "say.h"

#define ADDRESS 0x000ffffffffff000ull
#define PRESENT 1ull
#define LARGE   (1ull << 7)

static UINT64 cr3(void)
{
	UINT64 value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value & ADDRESS;
}

static unsigned levels(void)
{
	UINT64 value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value & 1ull << 12 ? 5 : 4;
}

/* An unused slot of the top table written and read back. */
static void write_entry(void)
{
	volatile UINT64 *top = (volatile UINT64 *)cr3();
	unsigned slot = 511;

	while (slot && top[slot])
		slot--;
	say("slot=%u", (UINTN)slot);
	top[slot] = cr3() | PRESENT;
	say("written=%s", top[slot] == (cr3() | PRESENT) ? "yes" : "no");
	top[slot] = 0;
}

static UINTN follow(UINT64 table, unsigned level)
{
	const volatile UINT64 *entries = (const volatile UINT64 *)table;
	UINTN n = 1;

	for (unsigned i = 0; level > 1 && i < 512; i++) {
		UINT64 entry = entries[i];

		if (entry & PRESENT && !(level <= 3 && entry & LARGE))
			n += follow(entry & ADDRESS, level - 1);
	}
	return n;
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	say_init(table, "pagetable");
	status = table->BootServices->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	options = options_of(self, &n);
	say("levels=%u", (UINTN)levels());
	if (options_have(options, n, "write"))
		write_entry();
	if (options_have(options, n, "follow"))
		say("tables=%u", follow(cr3(), levels()));
	say("end");
	return EFI_SUCCESS;
}
