/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* free.c - free memory from which something is withheld: the first page of the largest piece below 4 GiB, where nobody allocates */
#include "lab.h"

#define MAP_BYTES 65536u
#define FOUR_GIB  0x100000000ull

/* conventional-withheld=ro, or np: not mapped */
static EFI_STATUS withheld(const char *value)
{
	static uint8_t map[MAP_BYTES];
	UINTN size = sizeof(map), key, descriptor_size;
	uint64_t first = 0, most = 0;
	UINT32 version;

	if (EFI_ERROR(lab_sane.GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key,
					    &descriptor_size, &version)))
		return EFI_BUFFER_TOO_SMALL;
	for (UINTN at = 0; at + descriptor_size <= size; at += descriptor_size) {
		const EFI_MEMORY_DESCRIPTOR *entry = (const EFI_MEMORY_DESCRIPTOR *)(map + at);

		if (entry->Type == EfiConventionalMemory && entry->PhysicalStart < FOUR_GIB &&
		    entry->NumberOfPages > most) {
			first = entry->PhysicalStart;
			most = entry->NumberOfPages;
		}
	}
	return lab_paging_change(first, 4096, 0, lab_word_is(value, "np") ? LAB_P : LAB_W);
}

const struct defect defects_free[] = {
	{"conventional-withheld", "", withheld},
	{NULL, NULL, NULL},
};
