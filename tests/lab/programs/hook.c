/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hook.c - hooks a boot service as a layer would, waits two seconds, and says whether the hook is still there;
 * then takes it out. Firmware that restores its service table throws it out.
 */
#include <efi.h>

#include "say.h"

#define WAIT_MICROSECONDS 2000000u

static EFI_GET_NEXT_MONOTONIC_COUNT original;

static EFI_STATUS EFIAPI count(UINT64 *ret_count)
{
	return original(ret_count);
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_BOOT_SERVICES *bs = table->BootServices;

	(void)handle;
	say_init(table, "hook");
	original = bs->GetNextMonotonicCount;
	bs->GetNextMonotonicCount = count;
	bs->Stall(WAIT_MICROSECONDS);
	say("after-two-seconds=%s", bs->GetNextMonotonicCount == count ? "there" : "gone");
	bs->GetNextMonotonicCount = original;
	say("end");
	return EFI_SUCCESS;
}
