/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * runtime.c - what compilers and gnu-efi's start-up code call by name: memset and memcpy, and the _entry that
 * gnu-efi 3.0.18 looks for (3.0.15 calls efi_main itself). Linked only where it is needed.
 */
#include <stddef.h>

#include <efi.h>

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);
EFI_STATUS _entry(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);
void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

EFI_STATUS _entry(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	return efi_main(handle, table);
}

void *memset(void *to, int value, size_t size)
{
	volatile unsigned char *bytes = to;

	while (size--)
		*bytes++ = (unsigned char)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	volatile unsigned char *bytes = to;
	const unsigned char *source = from;

	while (size--)
		*bytes++ = *source++;
	return to;
}
