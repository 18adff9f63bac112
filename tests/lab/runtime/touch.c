/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * touch.c - a runtime driver that takes the place of one runtime service: it reads a byte at an address, writes it
 * back, and goes on to the firmware's service, under an operating system, too. The firmware relocates it like its
 * own in SetVirtualAddressMap() and lists it in its Memory Attributes Table. Started by the driver of the lab.
 */
#include <stddef.h>
#include <stdint.h>

#include <efi.h>

#include "touch.h"

/* What the stub needs; not static for its sake. */
uint64_t touch_address;
void *touch_original;
void touch_stub(void);

/* Arguments and their number are the caller's business: only registers that a callee may change are used. */
__asm__(".text\n"
	"touch_stub:\n"
	"	mov	touch_address(%rip), %rax\n"
	"	movb	(%rax), %r10b\n"
	"	movb	%r10b, (%rax)\n"
	"	jmp	*touch_original(%rip)\n");

static EFI_RUNTIME_SERVICES *runtime;

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* UEFI 2.10 section 8.4: what the firmware does not relocate for us. */
static VOID EFIAPI addresses_change(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	runtime->ConvertPointer(0, &touch_original);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_BOOT_SERVICES *boot = system->BootServices;
	const struct touch_options *options;
	EFI_LOADED_IMAGE *self;
	EFI_STATUS status;
	EFI_EVENT event;
	void **slot;

	status = boot->HandleProtocol(image, &guid, (void **)&self);
	if (EFI_ERROR(status) || self->LoadOptionsSize != sizeof(*options))
		return EFI_INVALID_PARAMETER;
	options = self->LoadOptions;
	runtime = system->RuntimeServices;
	status = boot->CreateEvent(EVT_SIGNAL_VIRTUAL_ADDRESS_CHANGE, TPL_NOTIFY, addresses_change,
				   NULL, &event);
	if (EFI_ERROR(status))
		return status;
	slot = (void **)((uint8_t *)runtime + options->service_offset);
	touch_address = options->address;
	touch_original = *slot;
	*slot = (void *)touch_stub;
	runtime->Hdr.CRC32 = 0;
	return boot->CalculateCrc32(runtime, runtime->Hdr.HeaderSize, &runtime->Hdr.CRC32);
}
