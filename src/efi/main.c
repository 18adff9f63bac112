/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * main.c - fwquirkx64.efi, the driver. Nothing applied: EFI_ABORTED, so that whoever started us
 * unloads us without a word (systemd-boot, src/boot/drivers.c) and nothing stays. Something applied:
 * EFI_SUCCESS, and the hooks stay until ExitBootServices().
 */
#include "firmware.h"
#include "layer.h"
#include "platform_efi.h"

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	static struct layer layer;

	firmware_begin(image, system);
	layer_run(&layer, JOURNAL_START_DRIVER);
	return platform_must_stay() ? EFI_SUCCESS : EFI_ABORTED;
}
