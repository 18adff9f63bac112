/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* noop.c - an image that says that it runs, and returns: what our loader starts when only the loader is of interest */
#include "say.h"

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	(void)handle;
	say_init(table, "noop");
	say("runs");
	return EFI_SUCCESS;
}
