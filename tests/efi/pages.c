/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pages.c - what the page tables say of memory that was freed while it was read-only, beside memory
 * that was freed as it came; and what becomes of a page fault that our gate does not take. An
 * application for tests/efi/pages.t.
 *
 * Load options: the word "pages", or "chain", which ends in the firmware's own exception handler.
 */
#include <fwquirk/pagetable.h>

#include "look.h"
#include "map.h"

const char program[] = "pages";

/* Some firmware uninstalls the protocol in the middle of a boot; read-only pages stay. */
static void pages_without_protocol(void)
{
	struct memory_attribute_protocol *map = map_locate();
	EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	UINTN size = sizeof(EFI_HANDLE);
	EFI_HANDLE handle;
	virt_t page;

	if (map_readonly_page(EfiLoaderCode, &page) != STATUS_OK ||
	    EFI_ERROR(firmware.boot->LocateHandle(ByProtocol, &guid, NULL, &size, &handle)) ||
	    EFI_ERROR(firmware.boot->UninstallProtocolInterface(handle, &guid, map))) {
		say_c("error", "cannot take the protocol away");
		return;
	}
	say_c("protocol", map_locate() ? "present" : "gone");
	firmware_free(page, 1);
	say_c("freed-without-protocol", permissions(page));
	firmware.boot->InstallProtocolInterface(&handle, &guid, EFI_NATIVE_INTERFACE, map);
}

/* The same type twice, so that the two can be compared. */
static void pages(void)
{
	say_hex("levels", firmware.pagetable.n_levels);
	say_c("execute-disable", firmware.pagetable.has_execute_disable ? "yes" : "no");
	free_and_look(EfiLoaderCode, "code-freed", false);
	free_and_look(EfiLoaderCode, "code-freed-readonly", true);
	free_and_look(EfiLoaderData, "data-freed", false);
	free_and_look(EfiLoaderData, "data-freed-readonly", true);
	pages_without_protocol();
	say_c("end", "");
}

static bool refuse(const struct fault *fault, void *context)
{
	(void)fault;
	++*(uint64_t *)context;
	return false;
}

/* Registers with marks in them, a write that faults; the firmware must show them as they were. */
static void chain(void)
{
	static uint64_t n_faults;
	virt_t page, room;

	if (map_readonly_page(EfiLoaderData, &page) != STATUS_OK ||
	    firmware_allocate(EfiLoaderData, ARCH_GATE_ROOM / PAGE_SIZE_BYTES, &room) !=
		    STATUS_OK ||
	    arch_gate_open((void *)(uintptr_t)room.at, refuse, &n_faults) != STATUS_OK) {
		say_c("error", "cannot open the gate");
		return;
	}
	say_hex("gate-at", room.at);
	say_hex("page-at", page.at);
	__asm__ volatile("mov $0xa1a1a1a1, %%eax\n\t"
			 "mov $0xc1c1c1c1, %%ecx\n\t"
			 "mov $0xd1d1d1d1, %%edx\n\t"
			 "mov $0x5151, %%esi\n\t"
			 "mov $0x8181, %%r8d\n\t"
			 "mov $0xb1b1, %%r11d\n\t"
			 "stc\n\t"
			 "movb $1, (%0)"
			 :
			 : "D"(page.at)
			 : "rax", "rcx", "rdx", "rsi", "r8", "r11", "memory", "cc");
	say_c("error", "the write did not fault");
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	firmware_begin(image, system);
	status = firmware.boot->HandleProtocol(image, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = self->LoadOptions;
	n = self->LoadOptionsSize / sizeof(CHAR16);
	/* "chain" is the only word with an h behind a c. */
	for (UINTN i = 1; i < n; i++)
		if (options[i - 1] == 'c' && options[i] == 'h') {
			chain();
			return EFI_SUCCESS;
		}
	pages();
	return EFI_SUCCESS;
}
