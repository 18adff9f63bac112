/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* dxe_services.h - the DXE services table, PI 1.8 volume 2 section 7.2 and appendix B; no code */
#ifndef EFI_PROTO_DXE_SERVICES_H
#define EFI_PROTO_DXE_SERVICES_H

#include <stddef.h>

#include <efi.h>

#define DXE_SERVICES_TABLE_GUID                                        \
	{                                                              \
		0x05ad34ba, 0x6f02, 0x4214,                            \
		{                                                      \
			0x95, 0x2e, 0x4d, 0xa0, 0x39, 0x8e, 0x2b, 0xb9 \
		}                                                      \
	}

/* EFI_GCD_MEMORY_SPACE_DESCRIPTOR; `type` 2 is system memory. */
struct dxe_memory_space {
	EFI_PHYSICAL_ADDRESS base;
	UINT64 length;
	UINT64 capabilities;
	UINT64 attributes;
	UINT32 type;
	EFI_HANDLE image, device;
};

#define DXE_SYSTEM_MEMORY 2u

struct dxe_services {
	EFI_TABLE_HEADER header;
	void *add_memory_space, *allocate_memory_space, *free_memory_space, *remove_memory_space;
	EFI_STATUS(EFIAPI *get_memory_space_descriptor)
	(EFI_PHYSICAL_ADDRESS base, struct dxe_memory_space *ret_descriptor);
	EFI_STATUS(EFIAPI *set_memory_space_attributes)
	(EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes);
	/* Pool memory of the caller's. */
	EFI_STATUS(EFIAPI *get_memory_space_map)
	(UINTN *ret_n, struct dxe_memory_space **ret_map);
};

_Static_assert(offsetof(struct dxe_services, get_memory_space_descriptor) ==
		       24 + 4 * sizeof(void *),
	       "behind the header and four services");
_Static_assert(offsetof(struct dxe_memory_space, image) == 40, "its members are aligned");

#endif
