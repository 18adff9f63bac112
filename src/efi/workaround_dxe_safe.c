/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_dxe_safe.c - dxe-safe: SetMemorySpaceAttributes() of the DXE services is never asked for RP, does what it
 * was asked for, and leaves cacheability alone. docs/workarounds/dxe-safe.md says for whom and why.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "permissions.h"
#include "proto/dxe_services.h"
#include "proto/memory_attribute.h"
#include "workaround.h"

#define PAGE_MASK    (PAGE_SIZE_BYTES - 1ull)
#define KEPT         (MEMORY_ATTRIBUTE_RO | MEMORY_ATTRIBUTE_XP)
#define CACHEABILITY 0x101full /* UC, WC, WT, WB, UCE: UEFI 2.10 section 7.2.3 */

typedef EFI_STATUS(EFIAPI *set_attributes_service)(EFI_PHYSICAL_ADDRESS, UINT64, UINT64);

static struct dxe_services *dxe;
static struct hook hook;
static bool is_told;

static uint64_t cacheability(EFI_PHYSICAL_ADDRESS base)
{
	struct dxe_memory_space space;

	return EFI_ERROR(dxe->get_memory_space_descriptor(base, &space))
		       ? 0
		       : space.attributes & CACHEABILITY;
}

/* MMIO is none of ours, nor is what is not whole pages. */
static bool is_ours(EFI_PHYSICAL_ADDRESS base, UINT64 length)
{
	struct dxe_memory_space space;

	return length && !((base | length) & PAGE_MASK) && length <= UINT64_MAX - base &&
	       !EFI_ERROR(dxe->get_memory_space_descriptor(base, &space)) &&
	       space.type == DXE_SYSTEM_MEMORY && space.base + space.length - base >= length;
}

static bool is_as_asked(EFI_PHYSICAL_ADDRESS base, UINT64 length, uint64_t wanted)
{
	uint64_t now;

	return permissions_get(base, length, &now) == STATUS_OK && now == wanted;
}

static EFI_STATUS EFIAPI set_attributes(EFI_PHYSICAL_ADDRESS base, UINT64 length, UINT64 attributes)
{
	set_attributes_service original = (set_attributes_service)hook.original;
	uint64_t wanted = attributes & KEPT;
	EFI_STATUS status;

	if (!is_ours(base, length))
		return original(base, length, attributes);
	attributes &= ~MEMORY_ATTRIBUTE_RP;
	if (!(attributes & CACHEABILITY))
		attributes |= cacheability(base);
	status = original(base, length, attributes);
	/* Lost: told to the firmware once more by itself, and the permissions are set without it. */
	if (!EFI_ERROR(status) && cacheability(base) != (attributes & CACHEABILITY))
		original(base, length, attributes & CACHEABILITY);
	else if (!EFI_ERROR(status) && is_as_asked(base, length, wanted))
		return status;
	if (!is_told)
		events_add(EVENT_DXE_CALL, base, status, text_of(""));
	is_told = true;
	return permissions_change(base, length, wanted, KEPT & ~wanted) == STATUS_OK ? EFI_SUCCESS
										     : status;
}

static enum status check(const struct action *action)
{
	static const EFI_GUID guid = DXE_SERVICES_TABLE_GUID;

	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	dxe = (struct dxe_services *)(uintptr_t)firmware_table(&guid);
	if (!dxe || !firmware_is_mapped(dxe, sizeof(*dxe)))
		return STATUS_REFUSED;
	hook = HOOK(dxe->set_memory_space_attributes, set_attributes);
	return hooks_check(&dxe->header, &hook, 1);
}

static enum status apply(const struct action *action)
{
	enum status status = permissions_prepare();

	(void)action;
	if (status == STATUS_OK)
		hooks_install(&dxe->header, &hook, 1);
	return status;
}

/* There and back again, with RP, which must do no harm. */
static enum status verify(const struct action *action)
{
	uint64_t before, kept, asked = KEPT;
	bool is_good;
	virt_t page;

	(void)action;
	if (!hooks_are_installed(&dxe->header, &hook, 1) ||
	    firmware_allocate(EfiLoaderData, 1, &page) != STATUS_OK)
		return STATUS_FAILED;
	if (!firmware.pagetable.has_execute_disable)
		asked = MEMORY_ATTRIBUTE_RO;
	kept = cacheability(page.at);
	permissions_get(page.at, PAGE_SIZE_BYTES, &before);
	is_good = !EFI_ERROR(dxe->set_memory_space_attributes(page.at, PAGE_SIZE_BYTES,
							      asked | MEMORY_ATTRIBUTE_RP)) &&
		  is_as_asked(page.at, PAGE_SIZE_BYTES, asked) && cacheability(page.at) == kept;
	dxe->set_memory_space_attributes(page.at, PAGE_SIZE_BYTES, before & KEPT);
	if (!is_as_asked(page.at, PAGE_SIZE_BYTES, before))
		return STATUS_FAILED; /* and the page is lost */
	firmware_free(page, 1);
	return is_good ? STATUS_OK : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	(void)action;
	permissions_release();
	return hooks_remove(&dxe->header, &hook, 1, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(&dxe->header, &hook, 1, true);
}

const struct workaround_steps workaround_dxe_safe = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
