/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform_efi.c - platform.h on UEFI: each step to the workaround it is for; decides nothing */
#include <fwquirk/platform.h>

#include "firmware.h"
#include "hooks.h"
#include "parts.h"
#include "platform_efi.h"

static bool must_stay;

/* What ExitBootServices() has to take out: the plan whose actions may be in effect. */
static struct plan *watched;
static void (*before_leaving)(void);
static EFI_EVENT exit_event;
static struct hook exit_hook;

static const struct workaround_steps *steps_of(const struct action *action)
{
	return parts_steps(action->workaround);
}

enum status platform_check(const struct action *action)
{
	return steps_of(action) ? steps_of(action)->check(action) : STATUS_UNSUPPORTED;
}

enum status platform_apply(const struct action *action)
{
	return steps_of(action)->apply(action);
}

enum status platform_verify(const struct action *action)
{
	return steps_of(action)->verify(action);
}

enum status platform_undo(const struct action *action)
{
	enum status status = steps_of(action)->undo(action);

	if (status != STATUS_OK)
		must_stay = true;
	return status;
}

static bool is_anything_in_effect(void)
{
	for (unsigned i = 0; watched && i < watched->n_actions; i++)
		if (watched->action[i].in_effect)
			return true;
	return false;
}

static void stop_watching(void)
{
	if (exit_event)
		firmware.boot->CloseEvent(exit_event);
	exit_event = NULL;
	hooks_watch_end();
	if (exit_hook.slot && hooks_remove(&firmware.boot->Hdr, &exit_hook, 1, false) != STATUS_OK)
		must_stay = true;
}

enum status platform_undo_all(struct plan *plan)
{
	enum status worst = STATUS_OK;

	for (unsigned i = plan->n_actions; i-- > 0;) {
		struct action *action = &plan->action[i];

		if (!action->in_effect)
			continue;
		if (platform_undo(action) != STATUS_OK)
			worst = STATUS_FAILED;
		else
			action->in_effect = false;
	}
	if (!is_anything_in_effect())
		stop_watching();
	return must_stay ? STATUS_FAILED : worst;
}

bool platform_must_stay(void)
{
	return must_stay || is_anything_in_effect();
}

/* UEFI 2.10 section 7.1, EVT_SIGNAL_EXIT_BOOT_SERVICES: no memory service may be used any more. */
static VOID EFIAPI hand_off(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	for (unsigned i = watched->n_actions; i-- > 0;) {
		struct action *action = &watched->action[i];

		if (action->in_effect && steps_of(action)->hand_off)
			steps_of(action)->hand_off(action);
		action->in_effect = false;
	}
	hooks_remove(&firmware.boot->Hdr, &exit_hook, 1, true);
}

/* The first call only: after one that failed the specification allows nothing but GetMemoryMap()
 * (UEFI 2.10 section 7.4.6). */
static EFI_STATUS EFIAPI exit_boot_services(EFI_HANDLE image, UINTN key)
{
	EFI_EXIT_BOOT_SERVICES original = (EFI_EXIT_BOOT_SERVICES)exit_hook.original;

	if (before_leaving)
		before_leaving();
	before_leaving = NULL;
	return original(image, key);
}

enum status platform_watch_hand_off(struct plan *plan, void (*leaving)(void))
{
	enum status status;

	exit_hook = HOOK(firmware.boot->ExitBootServices, exit_boot_services);
	watched = plan;
	before_leaving = leaving;
	status = status_from_efi(firmware.boot->CreateEvent(
		EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_NOTIFY, hand_off, NULL, &exit_event));
	if (status == STATUS_OK)
		status = hooks_check(&firmware.boot->Hdr, &exit_hook, 1);
	if (status != STATUS_OK) {
		stop_watching();
		return status;
	}
	hooks_install(&firmware.boot->Hdr, &exit_hook, 1);
	hooks_watch_begin();
	return STATUS_OK;
}
