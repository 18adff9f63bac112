/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_services.c - the pointers of the service tables: where they lead, and whether they stay as they are put */
#include <fwquirk/pe.h>

#include "hooks.h"
#include "probe.h"

/* Neighbours in the table are neighbours in memory: most are where the last one was. */
static bool is_astray(const struct memmap *map, const EFI_TABLE_HEADER *header)
{
	struct memory_range range = {.n_pages = 0};
	UINTN n;
	void **pointer = hooks_pointers(header, &n);

	for (UINTN i = 0; i < n; i++) {
		/* One member of the boot services is reserved, and NULL. */
		if (!pointer[i])
			continue;
		if (!probe_range(map, (uintptr_t)pointer[i], &range) ||
		    (range.type != EfiLoaderCode && range.type != EfiBootServicesCode &&
		     range.type != EfiRuntimeServicesCode))
			return true;
	}
	return false;
}

/* The PE image that an address is in, by its headers, which are at most IMAGE_MAX before it. */
#define IMAGE_MAX (4u << 20)
static bool image_of(uint64_t address, uint64_t *ret_first, uint64_t *ret_end)
{
	uint64_t at = address & ~(PAGE_SIZE_BYTES - 1ull), stop = at - IMAGE_MAX;
	uint32_t size;

	for (; at > stop && at <= address; at -= PAGE_SIZE_BYTES) {
		const void *page = (const void *)(uintptr_t)at;

		if (!firmware_is_mapped(page, PAGE_SIZE_BYTES))
			return false;
		if (pe_image_size(span_of(page, PAGE_SIZE_BYTES), &size) == STATUS_OK) {
			*ret_first = at;
			*ret_end = at + size;
			return address < *ret_end;
		}
	}
	return false;
}

/* Two services come with runtime drivers of EDK II; the others are of the core. */
static bool is_of_core(const EFI_BOOT_SERVICES *boot, const void *pointer)
{
	return pointer != (void *)boot->CalculateCrc32 &&
	       pointer != (void *)boot->GetNextMonotonicCount;
}

static void hooked(struct probe_vector *vector)
{
	EFI_BOOT_SERVICES *boot = firmware.boot;
	uint64_t first = 0, end = 0;
	bool outside = false;
	void **pointer;
	UINTN n;

	if (!firmware.has_pagetable || !image_of((uintptr_t)boot->RaiseTPL, &first, &end))
		return;
	pointer = hooks_pointers(&boot->Hdr, &n);
	for (UINTN i = 0; i < n; i++) {
		uint64_t at = (uintptr_t)pointer[i];

		outside |= at && (at < first || at >= end) && is_of_core(boot, pointer[i]);
	}
	probe_answer(vector, PROBE_SERVICES_HOOKED, outside);
}

void probe_services(struct probe_vector *vector)
{
	const EFI_TABLE_HEADER *boot = &firmware.boot->Hdr;
	const EFI_TABLE_HEADER *runtime = &firmware.system->RuntimeServices->Hdr;
	const struct memmap *map = probe_memory_map();
	bool right = hooks_checksum_is_right(&firmware.system->Hdr) &&
		     hooks_checksum_is_right(boot) && hooks_checksum_is_right(runtime);

	probe_answer(vector, PROBE_SERVICES_CRC_WRONG, !right);
	if (!right || !map)
		return;
	probe_answer(vector, PROBE_SERVICES_ASTRAY,
		     is_astray(map, boot) || is_astray(map, runtime));
	hooked(vector);
}

static struct hook trial_hook;

static EFI_STATUS EFIAPI next_count(UINT64 *ret_count)
{
	return ((EFI_GET_NEXT_MONOTONIC_COUNT)trial_hook.original)(ret_count);
}

/* A pointer that nobody calls now is exchanged, events get a chance to run, and it is looked at again. */
void probe_restored(struct probe_vector *vector)
{
	EFI_BOOT_SERVICES *boot = firmware.boot;
	bool stayed;

	trial_hook = HOOK(boot->GetNextMonotonicCount, next_count);
	if (hooks_check(&boot->Hdr, &trial_hook, 1) != STATUS_OK)
		return;
	hooks_install(&boot->Hdr, &trial_hook, 1);
	boot->RestoreTPL(boot->RaiseTPL(TPL_NOTIFY));
	firmware_locate(&(EFI_GUID)LOADED_IMAGE_PROTOCOL);
	stayed = *trial_hook.slot == trial_hook.replacement;
	hooks_remove(&boot->Hdr, &trial_hook, 1, false);
	probe_answer(vector, PROBE_SERVICES_RESTORED, !stayed);
}
