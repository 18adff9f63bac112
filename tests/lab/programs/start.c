/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * start.c - start.efi [silent] PATH OPTIONS...: starts an image with these load options, as a boot manager would.
 * With `silent` there is no console while it starts: ConOut and StdErr are NULL, as UEFI 2.10 section 4.3.1 allows.
 */
#include "next.h"
#include "say.h"

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	CHAR16 path[SAY_MAX];
	const CHAR16 *options;
	EFI_HANDLE image;
	EFI_STATUS status;
	SIMPLE_TEXT_OUTPUT_INTERFACE *out = table->ConOut, *err = table->StdErr;
	UINTN n, at = 0;
	bool is_silent;

	say_init(table, "start");
	status = table->BootServices->HandleProtocol(handle, &image_guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = options_of(self, &n);
	is_silent = options_have(options, n, "silent");
	if (is_silent) {
		options += sizeof("silent");
		n -= sizeof("silent");
	}
	for (; at < n && options[at] != ' ' && at < SAY_MAX - 1; at++)
		path[at] = options[at];
	path[at] = 0;
	while (at < n && options[at] == ' ')
		at++;
	status = say_status("load",
			    next_load(handle, table, self, path, options + at, n - at, &image));
	if (EFI_ERROR(status))
		return EFI_SUCCESS;
	if (is_silent)
		table->ConOut = table->StdErr = NULL;
	status = table->BootServices->StartImage(image, NULL, NULL);
	table->ConOut = out;
	table->StdErr = err;
	say_status("start", status);
	return EFI_SUCCESS;
}
