/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* walk.h - what walk.c offers to other defects, and to walk.efi by a protocol on the driver's handle */
#ifndef LAB_WALK_H
#define LAB_WALK_H

#include <stdint.h>

#include <efi.h>

/* These may be written and executed: firmware with a policy would have them so. Nothing without the defect `walk`. */
void walk_note(uint64_t first, uint64_t size_bytes);

/* The protocol is one function: says which pages are fresh now. */
#define WALK_FRESH_GUID                                                \
	{                                                              \
		0x66771500, 0x1abc, 0x4def,                            \
		{                                                      \
			0x80, 0x02, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07 \
		}                                                      \
	}
typedef VOID(EFIAPI *walk_fresh)(void);

#endif
