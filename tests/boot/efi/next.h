/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* next.h - load an EFI image from the volume a test program came from. */
#ifndef BOOT_NEXT_H
#define BOOT_NEXT_H

#include <efi.h>

/*
 * Loads the file @path (absolute, with backslashes) of the volume @self was loaded from and hands
 * it
 * @options (@n_options characters, copied into pool that stays). *ret_image may be started.
 * Returns the firmware's status.
 */
EFI_STATUS next_load(EFI_HANDLE parent, EFI_SYSTEM_TABLE *table, EFI_LOADED_IMAGE_PROTOCOL *self,
		     const CHAR16 *path, const CHAR16 *options, UINTN n_options,
		     EFI_HANDLE *ret_image);

#endif
