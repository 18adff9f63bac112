/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* next.h - the image that the loader starts after the layer is in place */
#ifndef EFI_NEXT_H
#define EFI_NEXT_H

#include <efi.h>

/*
 * Loads the image that our load options name, or the first of the defaults that is there (docs/efi.md
 * has the list), from the volume that we came from; never ourselves. Says on the console what it could
 * not do. *ret_image is for StartImage().
 */
EFI_STATUS next_load(EFI_HANDLE *ret_image);

/* Runs it. Comes back only when it has returned: its status. */
EFI_STATUS next_start(EFI_HANDLE image);

#endif
