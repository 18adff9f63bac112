/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* image_name.c - an address in, the loaded image that it is in out; changes nothing */
#include <fwquirk/load_options.h>

#include "firmware.h"
#include "image_name.h"
#include "own_image.h"

static size_t name_of(const EFI_LOADED_IMAGE_PROTOCOL *image, char *room, size_t size)
{
	struct wide file = {NULL, 0};
	size_t n = 0;

	if (image->FilePath)
		file = wide_base_name(device_path_file(image->FilePath));
	for (; n < file.size && n < size; n++)
		room[n] = file.at[n] > ' ' && file.at[n] < 0x7f ? (char)file.at[n] : '?';
	return n;
}

size_t image_name(uint64_t address, char *room, size_t size, uint64_t *ret_base)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_HANDLE *handles;
	size_t found = 0;
	UINTN n;

	*ret_base = 0;
	if (EFI_ERROR(firmware.boot->LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles)))
		return 0;
	for (UINTN i = 0; i < n && !*ret_base; i++) {
		EFI_LOADED_IMAGE_PROTOCOL *image = firmware_loaded(handles[i]);

		if (!image || address - (uintptr_t)image->ImageBase >= image->ImageSize)
			continue;
		*ret_base = (uintptr_t)image->ImageBase;
		found = name_of(image, room, size);
	}
	firmware.boot->FreePool(handles);
	return found;
}
