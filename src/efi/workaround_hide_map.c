/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_hide_map.c - hide-map: the memory attribute protocol is shown to images that say NX_COMPAT, and to
 * nobody else. docs/workarounds/hide-map.md says for whom and why.
 */
#include <fwquirk/pagetable.h>
#include <fwquirk/pe.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "image_name.h"
#include "map.h"
#include "map_ours.h"
#include "workaround.h"

static struct hook hook;
static bool is_told;

/* Code outside of every image is something that a loader has loaded by itself: nobody knows what it can. */
static bool may_see(uint64_t caller)
{
	char name[JOURNAL_EVENT_MAX];
	uint64_t image;
	size_t size = image_name(caller, name, sizeof(name), &image);

	if (image &&
	    pe_is_nx_compatible(span_of((const uint8_t *)(uintptr_t)image, PAGE_SIZE_BYTES)))
		return true;
	if (!is_told)
		events_add(EVENT_MAP_HIDDEN, caller, image, text_sized(name, size));
	is_told = true;
	return false;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, VOID *registration, VOID **interface)
{
	static const EFI_GUID map_guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	EFI_LOCATE_PROTOCOL original = (EFI_LOCATE_PROTOCOL)hook.original;

	if (!guid || !interface || registration || !guid_is(guid, &map_guid) || !map_taken() ||
	    !may_see((uintptr_t)__builtin_return_address(0)))
		return original(guid, registration, interface);
	*interface = map_taken();
	return EFI_SUCCESS;
}

/* Without the protocol nobody could make code executable that is not: then it must stay. */
static enum status code_is_executable(void)
{
	enum status status;
	struct leaf leaf;
	virt_t page;

	status = firmware_allocate(EfiLoaderCode, 1, &page);
	if (status != STATUS_OK)
		return status;
	if (pagetable_find(&firmware.pagetable, page, &leaf) != STATUS_OK || !leaf.executable)
		status = STATUS_REFUSED;
	firmware_free(page, 1);
	return status;
}

static enum status check(const struct action *action)
{
	enum status status;

	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	hook = HOOK(firmware.boot->LocateProtocol, locate_protocol);
	status = hooks_check(&firmware.boot->Hdr, &hook, 1);
	if (status == STATUS_OK && !map_locate())
		return STATUS_REFUSED;
	return status == STATUS_OK ? code_is_executable() : status;
}

static enum status apply(const struct action *action)
{
	enum status status = map_take();

	(void)action;
	if (status == STATUS_OK)
		hooks_install(&firmware.boot->Hdr, &hook, 1);
	return status;
}

/* We say NX_COMPAT ourselves. */
static enum status verify(const struct action *action)
{
	(void)action;
	return hooks_are_installed(&firmware.boot->Hdr, &hook, 1) && map_found_is(NULL) &&
			       map_locate() == map_taken()
		       ? STATUS_OK
		       : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	enum status status = hooks_remove(&firmware.boot->Hdr, &hook, 1, false);

	(void)action;
	return map_give_back() == STATUS_OK ? status : STATUS_FAILED;
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(&firmware.boot->Hdr, &hook, 1, true);
}

const struct workaround_steps workaround_hide_map = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
