/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* own_image.c - our loaded-image protocol in, path and options out; follows no pointer twice */
#include "firmware.h"
#include "own_image.h"

static UINTN node_size(const EFI_DEVICE_PATH_PROTOCOL *node)
{
	return node->Length[0] | (UINTN)node->Length[1] << 8;
}

static bool node_is_end(const EFI_DEVICE_PATH_PROTOCOL *node)
{
	return node->Type == END_DEVICE_PATH_TYPE || node_size(node) < sizeof(*node);
}

static const EFI_DEVICE_PATH_PROTOCOL *node_next(const EFI_DEVICE_PATH_PROTOCOL *node)
{
	return (const void *)((const UINT8 *)node + node_size(node));
}

const EFI_DEVICE_PATH_PROTOCOL *device_path_end(const EFI_DEVICE_PATH_PROTOCOL *path)
{
	while (!node_is_end(path))
		path = node_next(path);
	return path;
}

struct wide wide_of(const CHAR16 *text, size_t n_max)
{
	size_t n = 0;

	while (n < n_max && text[n])
		n++;
	return wide_sized((const uint16_t *)text, n);
}

struct wide device_path_file(const EFI_DEVICE_PATH_PROTOCOL *node)
{
	struct wide path = {NULL, 0};

	for (; node && !node_is_end(node); node = node_next(node))
		if (node->Type == MEDIA_DEVICE_PATH && node->SubType == MEDIA_FILEPATH_DP)
			path = wide_of((const CHAR16 *)(node + 1),
				       (node_size(node) - sizeof(*node)) / sizeof(CHAR16));
	return path;
}

enum status own_image_find(struct own_image *ret_own)
{
	EFI_LOADED_IMAGE_PROTOCOL *loaded = firmware_loaded(firmware.image);

	if (!loaded)
		return STATUS_ABSENT;
	ret_own->volume = loaded->DeviceHandle;
	ret_own->path = device_path_file(loaded->FilePath);
	ret_own->bytes =
		span_of(loaded->LoadOptions, loaded->LoadOptions ? loaded->LoadOptionsSize : 0);
	ret_own->options = wide_sized(loaded->LoadOptions, ret_own->bytes.size / sizeof(CHAR16));
	return STATUS_OK;
}
