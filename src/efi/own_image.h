/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* own_image.h - where we were loaded from, and what we were told */
#ifndef EFI_OWN_IMAGE_H
#define EFI_OWN_IMAGE_H

#include <efi.h>

#include <fwquirk/load_options.h>
#include <fwquirk/span.h>

struct own_image {
	EFI_HANDLE volume;
	struct wide path;    /* of our own file; empty where we were not loaded from one */
	struct wide options; /* bytes that may be no text */
	struct span bytes;   /* the same as they came */
};

/* Borrowed from the firmware for as long as we run. STATUS_ABSENT and what HandleProtocol() answers. */
enum status own_image_find(struct own_image *ret_own);

/* The path in the last file node of a device path (UEFI 2.10 section 10.3.5.4); empty when it has none. */
struct wide device_path_file(const EFI_DEVICE_PATH_PROTOCOL *path);

/* The node that ends a device path, or the first that is too short to be one. */
const EFI_DEVICE_PATH_PROTOCOL *device_path_end(const EFI_DEVICE_PATH_PROTOCOL *path);

/* Characters up to a NUL, at most `n_max`. */
struct wide wide_of(const CHAR16 *text, size_t n_max);

#endif
