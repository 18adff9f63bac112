/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * leave.c - leave.efi [tries=N] [old-key]: ends boot services as a loader does, the map anew before each of at most N
 * calls (1 without), says on the first serial port how it went, and switches the machine off. With `old-key` the map is
 * asked for once more, into another buffer, and the key of the first answer is used.
 */
#include "say.h"

#define SERIAL 0x3f8
#define ROOM   65536u

static UINT8 room[ROOM], other[ROOM];

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

static void serial(const char *text)
{
	for (; *text; text++) {
		UINT8 ready = 0;

		for (unsigned i = 0; i < 100000 && !(ready & 0x20); i++)
			__asm__ volatile("inb %1, %0" : "=a"(ready) : "Nd"((UINT16)(SERIAL + 5)));
		__asm__ volatile("outb %0, %1" : : "a"(*text), "Nd"((UINT16)SERIAL));
	}
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_BOOT_SERVICES *boot = table->BootServices;
	EFI_RUNTIME_SERVICES *runtime = table->RuntimeServices;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	CHAR16 text[SAY_MAX] = {'1', 0};
	EFI_STATUS status = EFI_SUCCESS;
	UINTN n, key, size, each;
	bool old_key;
	UINT32 version;

	say_init(table, "leave");
	boot->HandleProtocol(handle, &guid, (void **)&self);
	const CHAR16 *options = options_of(self, &n);

	options_value(options, n, "tries", text, NULL, NULL);
	old_key = options_have(options, n, "old-key");
	say("begin");
	for (CHAR16 left = text[0]; left > '0'; left--) {
		size = ROOM;
		status = boot->GetMemoryMap(&size, (void *)room, &key, &each, &version);
		if (!EFI_ERROR(status) && old_key) {
			UINTN newer;

			size = ROOM;
			status = boot->GetMemoryMap(&size, (void *)other, &newer, &each, &version);
		}
		if (!EFI_ERROR(status))
			status = boot->ExitBootServices(handle, key);
		serial(EFI_ERROR(status) ? "\r\nleave: refused\r\n"
					 : "\r\nleave: boot services have ended\r\n");
		if (!EFI_ERROR(status))
			break;
	}
	serial("\r\nleave: end\r\n");
	runtime->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	return status;
}
