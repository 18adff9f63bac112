/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* next.c - a path and load options in, a loaded image out; never starts it. */
#include "next.h"

#define PATH_MAX_CHARS 256

/* UEFI 2.10, section 10.3.5.4 "File Path Media Device Path" and 10.3.1 "Generic". */
struct file_node {
	EFI_DEVICE_PATH_PROTOCOL header;
	CHAR16 path[PATH_MAX_CHARS];
};

static UINTN node_length(const EFI_DEVICE_PATH_PROTOCOL *node)
{
	return node->Length[0] | (UINTN)node->Length[1] << 8;
}

static void node_init(EFI_DEVICE_PATH_PROTOCOL *node, UINT8 type, UINT8 sub_type, UINTN length)
{
	node->Type = type;
	node->SubType = sub_type;
	node->Length[0] = (UINT8)length;
	node->Length[1] = (UINT8)(length >> 8);
}

/* Size in bytes of the device path @path without its end node. */
static UINTN path_size(EFI_DEVICE_PATH_PROTOCOL *path)
{
	UINTN size = 0;

	while (((EFI_DEVICE_PATH_PROTOCOL *)((UINT8 *)path + size))->Type != END_DEVICE_PATH_TYPE)
		size += node_length((EFI_DEVICE_PATH_PROTOCOL *)((UINT8 *)path + size));
	return size;
}

static EFI_STATUS file_path(EFI_BOOT_SERVICES *bs, EFI_HANDLE device, const CHAR16 *path,
			    EFI_DEVICE_PATH_PROTOCOL **ret_path)
{
	EFI_GUID guid = EFI_DEVICE_PATH_PROTOCOL_GUID;
	EFI_DEVICE_PATH_PROTOCOL *volume;
	struct file_node *file;
	UINTN n_path, size;
	UINT8 *whole;
	EFI_STATUS status;

	status = bs->HandleProtocol(device, &guid, (void **)&volume);
	if (EFI_ERROR(status))
		return status;
	for (n_path = 0; path[n_path];)
		n_path++;
	if (++n_path > PATH_MAX_CHARS)
		return EFI_INVALID_PARAMETER;
	size = path_size(volume);
	status = bs->AllocatePool(EfiLoaderData, size + sizeof(*file) + sizeof(*volume),
				  (void **)&whole);
	if (EFI_ERROR(status))
		return status;
	bs->CopyMem(whole, volume, size);
	file = (struct file_node *)(whole + size);
	node_init(&file->header, MEDIA_DEVICE_PATH, MEDIA_FILEPATH_DP,
		  sizeof(file->header) + n_path * sizeof(CHAR16));
	bs->CopyMem(file->path, (void *)path, n_path * sizeof(CHAR16));
	node_init((EFI_DEVICE_PATH_PROTOCOL *)((UINT8 *)file + node_length(&file->header)),
		  END_DEVICE_PATH_TYPE, END_ENTIRE_DEVICE_PATH_SUBTYPE, sizeof(*volume));
	*ret_path = (EFI_DEVICE_PATH_PROTOCOL *)whole;
	return EFI_SUCCESS;
}

static EFI_STATUS set_options(EFI_BOOT_SERVICES *bs, EFI_HANDLE image, const CHAR16 *options,
			      UINTN n_options)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *loaded;
	CHAR16 *copy;
	EFI_STATUS status;

	status = bs->HandleProtocol(image, &guid, (void **)&loaded);
	if (EFI_ERROR(status))
		return status;
	status = bs->AllocatePool(EfiLoaderData, (n_options + 1) * sizeof(CHAR16), (void **)&copy);
	if (EFI_ERROR(status))
		return status;
	bs->CopyMem(copy, (void *)options, n_options * sizeof(CHAR16));
	copy[n_options] = 0;
	loaded->LoadOptions = copy;
	loaded->LoadOptionsSize = (UINT32)((n_options + 1) * sizeof(CHAR16));
	return EFI_SUCCESS;
}

EFI_STATUS next_load(EFI_HANDLE parent, EFI_SYSTEM_TABLE *table, EFI_LOADED_IMAGE_PROTOCOL *self,
		     const CHAR16 *path, const CHAR16 *options, UINTN n_options,
		     EFI_HANDLE *ret_image)
{
	EFI_BOOT_SERVICES *bs = table->BootServices;
	EFI_DEVICE_PATH_PROTOCOL *file;
	EFI_STATUS status;

	status = file_path(bs, self->DeviceHandle, path, &file);
	if (EFI_ERROR(status))
		return status;
	status = bs->LoadImage(FALSE, parent, file, NULL, 0, ret_image);
	bs->FreePool(file);
	if (EFI_ERROR(status) || !n_options)
		return status;
	return set_options(bs, *ret_image, options, n_options);
}
