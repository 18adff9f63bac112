/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* image_name.h - which loaded image an address is in */
#ifndef EFI_IMAGE_NAME_H
#define EFI_IMAGE_NAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * The name of the file that the image was loaded from, without folders, in printable ASCII; empty for
 * one of a firmware volume. Returns its length; base 0 when the address is in no image. Calls services.
 */
size_t image_name(uint64_t address, char *room, size_t size, uint64_t *ret_base);

#endif
