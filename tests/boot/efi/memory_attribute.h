/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memory_attribute.h - EFI_MEMORY_ATTRIBUTE_PROTOCOL for the test programs (gnu-efi has none); no
 * code. */
#ifndef BOOT_MEMORY_ATTRIBUTE_H
#define BOOT_MEMORY_ATTRIBUTE_H

#include <stddef.h>

#include <efi.h>

/* GUID and layout: UEFI 2.10, chapter 37 "Secure Technologies", EFI_MEMORY_ATTRIBUTE_PROTOCOL. */
#define MEMORY_ATTRIBUTE_PROTOCOL_GUID                                 \
	{                                                              \
		0xf4560cf6, 0x40ec, 0x4b4a,                            \
		{                                                      \
			0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0, 0xb1, 0x89 \
		}                                                      \
	}

struct memory_attribute_protocol {
	EFI_STATUS(EFIAPI *get)
	(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 *ret_attributes);
	EFI_STATUS(EFIAPI *set)
	(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 attributes);
	EFI_STATUS(EFIAPI *clear)
	(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 attributes);
};

_Static_assert(sizeof(EFI_GUID) == 16, "a GUID is 16 bytes");
_Static_assert(offsetof(struct memory_attribute_protocol, get) == 0, "Get is first");
_Static_assert(offsetof(struct memory_attribute_protocol, set) == 8, "Set is second");
_Static_assert(offsetof(struct memory_attribute_protocol, clear) == 16, "Clear is third");

/* Attribute bits: UEFI 2.10, section 7.2.3, EFI_BOOT_SERVICES.GetMemoryMap(). */
#define ATTRIBUTE_RP 0x2000ull
#define ATTRIBUTE_XP 0x4000ull
#define ATTRIBUTE_RO 0x20000ull

#endif
