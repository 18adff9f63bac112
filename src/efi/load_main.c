/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * load_main.c - fwquirk-loadx64.efi, the same layer in front of the next image. Whatever cannot be
 * done, the boot goes on: here, or with the firmware's next boot option.
 */
#include "console.h"
#include "firmware.h"
#include "layer.h"
#include "next.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	static struct layer layer;
	EFI_STATUS status;
	EFI_HANDLE next;

	firmware_begin(image, system);
	layer_run(&layer, JOURNAL_START_LOADER);
	status = next_load(&next);
	if (!EFI_ERROR(status))
		status = next_start(next);
	if (!layer_undo(&layer))
		console_line_c("a hook of another program calls us on; expect trouble");
	return status;
}
