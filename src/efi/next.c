/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* next.c - load options in, the next image running; leaves checking and signatures to LoadImage() */
#include <fwquirk/load_options.h>
#include <fwquirk/text.h>

#include "console.h"
#include "firmware.h"
#include "next.h"
#include "own_image.h"

#define PATH_MAX_CHARS 256u
#define LINE_SIZE      320u

/* First that is there, from the volume that we came from. */
static const CHAR16 *const defaults[] = {
	u"\\EFI\\fwquirk\\next.efi",   u"\\EFI\\systemd\\systemd-bootx64.efi",
	u"\\EFI\\debian\\shimx64.efi", u"\\EFI\\debian\\grubx64.efi",
	u"\\EFI\\BOOT\\grubx64.efi",
};

#define N_DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

static struct own_image self;

/* UEFI 2.10 section 10.3.5.4, "File Path Media Device Path", and the end node behind it. */
struct file_node {
	EFI_DEVICE_PATH_PROTOCOL header;
	CHAR16 path[PATH_MAX_CHARS + 1];
	EFI_DEVICE_PATH_PROTOCOL room_for_end;
};

static void node_set(EFI_DEVICE_PATH_PROTOCOL *node, UINT8 type, UINT8 sub_type, UINTN size)
{
	*node = (EFI_DEVICE_PATH_PROTOCOL){type, sub_type, {(UINT8)size, (UINT8)(size >> 8)}};
}

static void say(const char *before, struct wide path, EFI_STATUS status)
{
	char room[LINE_SIZE];
	struct text_buffer line = text_buffer_of(room, sizeof(room));

	text_append_c(&line, before);
	for (size_t i = 0; i < path.size; i++)
		text_append_char(&line, path.at[i] < 0x7f ? (char)path.at[i] : '?');
	if (EFI_ERROR(status)) {
		text_append_c(&line, ": ");
		text_append_c(&line, status_text(status_from_efi(status)));
		text_append_c(&line, " (EFI status ");
		text_append_u64(&line, status & ~(1ull << 63));
		text_append_char(&line, ')');
	}
	console_line(text_sized(line.at, line.size));
}

/* The path absolute and with backslashes; empty when it is too long. */
static struct wide absolute(struct wide path, CHAR16 room[PATH_MAX_CHARS])
{
	UINTN n = 0;

	if (path.size == 0 || path.size >= PATH_MAX_CHARS)
		return wide_sized(NULL, 0);
	if (path.at[0] != '\\' && path.at[0] != '/')
		room[n++] = '\\';
	for (size_t i = 0; i < path.size; i++)
		room[n++] = path.at[i] == '/' ? '\\' : path.at[i];
	return wide_sized((const uint16_t *)room, n);
}

/* The device path of a file on our volume, in pool memory. */
static EFI_STATUS device_path(struct wide path, EFI_DEVICE_PATH_PROTOCOL **ret_path)
{
	EFI_GUID guid = EFI_DEVICE_PATH_PROTOCOL_GUID;
	EFI_BOOT_SERVICES *boot = firmware.boot;
	EFI_DEVICE_PATH_PROTOCOL *volume;
	const EFI_DEVICE_PATH_PROTOCOL *end;
	struct file_node *file;
	EFI_STATUS status;
	UINT8 *whole;
	UINTN size;

	if (path.size == 0 || path.size > PATH_MAX_CHARS)
		return EFI_INVALID_PARAMETER;
	status = boot->HandleProtocol(self.volume, &guid, (void **)&volume);
	if (EFI_ERROR(status))
		return status;
	end = device_path_end(volume);
	size = (UINTN)((const UINT8 *)end - (const UINT8 *)volume);
	status = boot->AllocatePool(EfiLoaderData, size + sizeof(*file), (void **)&whole);
	if (EFI_ERROR(status))
		return status;
	boot->CopyMem(whole, volume, size);
	file = (struct file_node *)(whole + size);
	boot->CopyMem(file->path, (void *)path.at, path.size * sizeof(CHAR16));
	file->path[path.size] = 0;
	size = sizeof(file->header) + (path.size + 1) * sizeof(CHAR16);
	node_set(&file->header, MEDIA_DEVICE_PATH, MEDIA_FILEPATH_DP, size);
	node_set((EFI_DEVICE_PATH_PROTOCOL *)((UINT8 *)file + size), END_DEVICE_PATH_TYPE,
		 END_ENTIRE_DEVICE_PATH_SUBTYPE, sizeof(file->header));
	*ret_path = (EFI_DEVICE_PATH_PROTOCOL *)whole;
	return EFI_SUCCESS;
}

static EFI_STATUS load(struct wide path, EFI_HANDLE *ret_image)
{
	EFI_DEVICE_PATH_PROTOCOL *file;
	EFI_STATUS status = device_path(path, &file);

	if (EFI_ERROR(status))
		return status;
	status = firmware.boot->LoadImage(FALSE, firmware.image, file, NULL, 0, ret_image);
	firmware.boot->FreePool(file);
	return status;
}

/* Gives the image its load options, in pool memory that stays as long as it. */
static EFI_STATUS pass_arguments(EFI_HANDLE image, struct wide arguments)
{
	UINTN size = (arguments.size + 1) * sizeof(CHAR16);
	EFI_LOADED_IMAGE_PROTOCOL *loaded = firmware_loaded(image);
	EFI_STATUS status;
	CHAR16 *copy;

	if (arguments.size == 0)
		return EFI_SUCCESS;
	if (!loaded)
		return EFI_UNSUPPORTED;
	status = firmware.boot->AllocatePool(EfiLoaderData, size, (void **)&copy);
	if (EFI_ERROR(status))
		return status;
	firmware.boot->CopyMem(copy, (void *)arguments.at, size - sizeof(CHAR16));
	copy[arguments.size] = 0;
	loaded->LoadOptions = copy;
	loaded->LoadOptionsSize = (UINT32)size;
	return EFI_SUCCESS;
}

/* The first default that is there. */
static EFI_STATUS load_default(EFI_HANDLE *ret_image)
{
	for (UINTN i = 0; i < N_DEFAULTS; i++) {
		struct wide path = wide_of(defaults[i], PATH_MAX_CHARS);
		EFI_STATUS status;

		if (wide_is_same_path(path, self.path))
			continue;
		status = load(path, ret_image);
		if (status == EFI_NOT_FOUND)
			continue;
		if (EFI_ERROR(status))
			say("cannot load ", path, status);
		return status;
	}
	console_line_c("nothing to start: no path in the load options and no default is there");
	return EFI_NOT_FOUND;
}

static EFI_STATUS load_named(struct wide given, EFI_HANDLE *ret_image)
{
	CHAR16 room[PATH_MAX_CHARS];
	struct wide path = absolute(given, room);
	EFI_STATUS status;

	if (wide_is_same_path(path, self.path)) {
		say("will not start itself: ", path, EFI_SUCCESS);
		return EFI_INVALID_PARAMETER;
	}
	status = load(path, ret_image);
	if (EFI_ERROR(status))
		say("cannot load ", path, status);
	return status;
}

EFI_STATUS next_load(EFI_HANDLE *ret_image)
{
	struct next_options options;
	EFI_STATUS status;

	if (own_image_find(&self) != STATUS_OK)
		return EFI_UNSUPPORTED;
	if (next_options_read(self.options, self.path, &options) != STATUS_OK) {
		say("expected [SWITCH...] [PATH.efi] [-- ARGUMENTS], found: ", self.options,
		    EFI_SUCCESS);
		return EFI_INVALID_PARAMETER;
	}
	status = options.path.size ? load_named(options.path, ret_image) : load_default(ret_image);
	if (EFI_ERROR(status))
		return status;
	status = pass_arguments(*ret_image, options.arguments);
	if (EFI_ERROR(status))
		firmware.boot->UnloadImage(*ret_image);
	return status;
}

EFI_STATUS next_start(EFI_HANDLE image)
{
	return firmware.boot->StartImage(image, NULL, NULL);
}
