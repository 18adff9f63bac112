/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* parts.h - which workarounds and probes an EFI image has, as the image itself says it */
#ifndef FWQUIRK_PARTS_H
#define FWQUIRK_PARTS_H

#include <stdint.h>

/*
 * Somewhere among the constants of an image, on a multiple of eight bytes of the file, so that it is found without knowing
 * anything else about it. Little-endian, as everything in a PE image.
 */
#define PARTS_MAGIC "fwqparts"

struct parts {
	char magic[8];        /* without a NUL */
	uint32_t workarounds; /* bit 1 << enum workaround */
	uint32_t zero;
	uint64_t probes; /* bit 1 << enum probe */
};

_Static_assert(sizeof(struct parts) == 24, "read byte by byte by others");

#endif
