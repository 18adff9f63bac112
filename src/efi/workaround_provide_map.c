/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_provide_map.c - provide-map: there is a memory attribute protocol whenever somebody asks for it, the
 * firmware's as long as there is one. docs/workarounds/provide-map.md says for whom and why.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "map.h"
#include "map_ours.h"
#include "permissions.h"
#include "workaround.h"

static struct hook hook;
static bool is_offered;

static enum status offer(void)
{
	bool is_first = !is_offered;
	enum status status = map_offer(&is_offered);

	if (status == STATUS_OK && is_first)
		events_add(EVENT_MAP_PROVIDED, (uintptr_t)&map_ours, 0, text_of(""));
	return status;
}

/* Some firmware uninstalls its own in the middle of a boot; nobody is told of that. */
static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, VOID *registration, VOID **interface)
{
	static const EFI_GUID map_guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	EFI_LOCATE_PROTOCOL original = (EFI_LOCATE_PROTOCOL)hook.original;
	EFI_STATUS status = original(guid, registration, interface);

	if (status != EFI_NOT_FOUND || registration || !guid_is(guid, &map_guid))
		return status;
	return offer() == STATUS_OK ? original(guid, registration, interface) : status;
}

/* Where nothing can be made non-executable, nothing is enforced and nobody needs a way out. */
static enum status check(const struct action *action)
{
	enum status status;

	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	hook = HOOK(firmware.boot->LocateProtocol, locate_protocol);
	status = hooks_check(&firmware.boot->Hdr, &hook, 1);
	if (status == STATUS_OK && !firmware.pagetable.has_execute_disable)
		return STATUS_REFUSED;
	return status;
}

static enum status apply(const struct action *action)
{
	enum status status = permissions_prepare();

	(void)action;
	if (status == STATUS_OK && !map_locate())
		status = offer();
	if (status == STATUS_OK)
		hooks_install(&firmware.boot->Hdr, &hook, 1);
	else
		permissions_release();
	return status;
}

/* Ours is tried; a protocol of the firmware's is not what this is about. */
static enum status verify(const struct action *action)
{
	virt_t page;

	(void)action;
	if (!hooks_are_installed(&firmware.boot->Hdr, &hook, 1) || !map_locate())
		return STATUS_FAILED;
	if (!is_offered)
		return STATUS_OK;
	if (map_readonly_page(EfiLoaderData, &page) != STATUS_OK ||
	    map_clear_readonly(page, PAGE_SIZE_BYTES) != STATUS_OK)
		return STATUS_FAILED;
	return firmware_free(page, 1);
}

static enum status undo(const struct action *action)
{
	enum status status = hooks_remove(&firmware.boot->Hdr, &hook, 1, false);

	(void)action;
	permissions_release();
	return map_withdraw(&is_offered) == STATUS_OK ? status : STATUS_FAILED;
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(&firmware.boot->Hdr, &hook, 1, true);
}

const struct workaround_steps workaround_provide_map = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
