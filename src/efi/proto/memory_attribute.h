/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memory_attribute.h - EFI_MEMORY_ATTRIBUTE_PROTOCOL, UEFI 2.10 section 37.7; no code */
#ifndef EFI_PROTO_MEMORY_ATTRIBUTE_H
#define EFI_PROTO_MEMORY_ATTRIBUTE_H

#include <stddef.h>

#include <efi.h>

#define MEMORY_ATTRIBUTE_PROTOCOL_GUID                                 \
	{                                                              \
		0xf4560cf6, 0x40ec, 0x4b4a,                            \
		{                                                      \
			0xa1, 0x92, 0xbf, 0x1d, 0x57, 0xd0, 0xb1, 0x89 \
		}                                                      \
	}

struct memory_attribute_protocol {
	EFI_STATUS(EFIAPI *get)
	(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 *ret_attributes);
	EFI_STATUS(EFIAPI *set)
	(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 attributes);
	EFI_STATUS(EFIAPI *clear)
	(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base, UINT64 length,
	 UINT64 attributes);
};

_Static_assert(sizeof(EFI_GUID) == 16, "a GUID is 16 bytes");
_Static_assert(offsetof(struct memory_attribute_protocol, get) == 0, "get is first");
_Static_assert(offsetof(struct memory_attribute_protocol, set) == sizeof(void *), "set is second");
_Static_assert(offsetof(struct memory_attribute_protocol, clear) == 2 * sizeof(void *),
	       "clear is third");
_Static_assert(sizeof(struct memory_attribute_protocol) == 3 * sizeof(void *), "and nothing more");

/* The attributes it deals in: UEFI 2.10 section 7.2.3, "Memory Attribute Definitions". */
#define MEMORY_ATTRIBUTE_RP 0x0000000000002000ull
#define MEMORY_ATTRIBUTE_XP 0x0000000000004000ull
#define MEMORY_ATTRIBUTE_RO 0x0000000000020000ull

#endif
