/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* many.c - a memory map in hundreds of pieces: the largest free one is told page by page, as far as MANY goes */
#include "lab.h"

#define MANY 300u
#define PAGE 4096ull

static EFI_GET_MEMORY_MAP map_before;

static EFI_MEMORY_DESCRIPTOR *at(EFI_MEMORY_DESCRIPTOR *map, UINTN size, UINTN n)
{
	return (EFI_MEMORY_DESCRIPTOR *)((uint8_t *)map + n * size);
}

static EFI_STATUS EFIAPI map_in_pieces(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
				       UINTN *descriptor_size, UINT32 *version)
{
	UINTN room = *size, n, largest = 0;
	EFI_STATUS status = map_before(size, map, key, descriptor_size, version);
	UINTN more = MANY * *descriptor_size;
	EFI_MEMORY_DESCRIPTOR *one, *piece;

	if (status != EFI_SUCCESS && status != EFI_BUFFER_TOO_SMALL)
		return status;
	*size += more;
	if (EFI_ERROR(status) || *size > room)
		return EFI_BUFFER_TOO_SMALL;
	n = (*size - more) / *descriptor_size;
	for (UINTN i = 0; i < n; i++)
		if (at(map, *descriptor_size, i)->Type == EfiConventionalMemory &&
		    at(map, *descriptor_size, i)->NumberOfPages >
			    at(map, *descriptor_size, largest)->NumberOfPages)
			largest = i;
	one = at(map, *descriptor_size, largest);
	for (UINTN i = 0; i < MANY; i++) {
		piece = at(map, *descriptor_size, n + i);
		lab_sane.CopyMem(piece, one, *descriptor_size);
		piece->NumberOfPages = 1;
		one->NumberOfPages--;
		piece->PhysicalStart = one->PhysicalStart + one->NumberOfPages * PAGE;
	}
	return EFI_SUCCESS;
}

static EFI_STATUS many(const char *value)
{
	(void)value;
	map_before = (EFI_GET_MEMORY_MAP)lab_replace(&lab_boot->Hdr, &lab_boot->GetMemoryMap,
						     map_in_pieces);
	return EFI_SUCCESS;
}

const struct defect defects_many[] = {
	{"memmap-many", "", many},
	{NULL, NULL, NULL},
};
