/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * record.c - record.efi [tag=WORD] [exit | reset]: our variables as lines of hexadecimal on the first serial port, so
 * that a boot without a kernel and without a console has its record read, too. With `exit` once more
 * behind ExitBootServices(), by the runtime service; the machine is then switched off. With `reset` it is restarted.
 * Lines begin with "record:", or with WORD, so that there may be several of them in one boot.
 */
#include "say.h"

#define SERIAL     0x3f8
#define ROOM       16384u
#define MAP_ROOM   65536u
#define EXIT_TRIES 4u

static EFI_RUNTIME_SERVICES *runtime;
static UINT8 room[ROOM], map[MAP_ROOM];

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

static void serial(char c)
{
	UINT8 ready = 0;

	for (unsigned i = 0; i < 100000 && !(ready & 0x20); i++)
		__asm__ volatile("inb %1, %0" : "=a"(ready) : "Nd"((UINT16)(SERIAL + 5)));
	__asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((UINT16)SERIAL));
}

static void text(const char *at)
{
	for (; *at; at++)
		serial(*at);
}

static void hex(UINT64 value, unsigned n_digits)
{
	while (n_digits--)
		serial("0123456789abcdef"[value >> 4 * n_digits & 15]);
}

/* "WHEN: NAME=ATTRIBUTES:BYTES", or "WHEN: NAME=absent", or the error. */
static void variable(const char *when, CHAR16 *name)
{
	EFI_GUID guid = {
		0x7e1a2f5c, 0x93d4, 0x4b0e, {0x8c, 0x61, 0x5d, 0x0f, 0x9a, 0x3b, 0x7e, 0x42}};
	UINTN size = ROOM;
	UINT32 attributes = 0;
	EFI_STATUS status = runtime->GetVariable(name, &guid, &attributes, &size, room);

	text("\r\n");
	text(when);
	text(": ");
	for (CHAR16 *c = name; *c; c++)
		serial((char)*c);
	serial('=');
	if (status == EFI_NOT_FOUND) {
		text("absent");
	} else if (EFI_ERROR(status)) {
		text("error ");
		hex(status, 16);
	} else {
		hex(attributes, 8);
		serial(':');
		for (UINTN i = 0; i < size; i++)
			hex(room[i], 2);
	}
}

static void all(const char *when)
{
	variable(when, (CHAR16 *)u"FwquirkJournal");
	variable(when, (CHAR16 *)u"FwquirkConfig");
	variable(when, (CHAR16 *)u"FwquirkAttempt");
	variable(when, (CHAR16 *)u"FwquirkLastFault");
	text("\r\n");
	text(when);
	text(": end\r\n");
}

/* As a loader does it: the map anew after a failure, for that is all that is allowed then. */
static EFI_STATUS leave(EFI_HANDLE handle, EFI_BOOT_SERVICES *boot)
{
	EFI_STATUS status = EFI_NOT_READY;

	for (unsigned n = 0; n < EXIT_TRIES && EFI_ERROR(status); n++) {
		UINTN size = MAP_ROOM, key, descriptor_size;
		UINT32 version;

		status = boot->GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key,
					    &descriptor_size, &version);
		if (!EFI_ERROR(status))
			status = boot->ExitBootServices(handle, key);
		text(EFI_ERROR(status) ? "\r\nrecord: exit failed\r\n" : "\r\nrecord: exited\r\n");
	}
	return status;
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	char tag[SAY_MAX] = "record";
	CHAR16 value[SAY_MAX];
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	say_init(table, "record");
	runtime = table->RuntimeServices;
	status = table->BootServices->HandleProtocol(handle, &image_guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = options_of(self, &n);
	if (options_value(options, n, "tag", value, NULL, NULL))
		for (unsigned i = 0; i < SAY_MAX; i++)
			tag[i] = (char)value[i];
	all(tag);
	if (options_have(options, n, "reset"))
		runtime->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
	if (!options_have(options, n, "exit"))
		return EFI_SUCCESS;
	if (EFI_ERROR(leave(handle, table->BootServices)))
		return EFI_ABORTED;
	all("after");
	runtime->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
	for (;;)
		__asm__ volatile("hlt");
}
