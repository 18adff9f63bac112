/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform_efi.c - platform.h on UEFI: each step to the workaround it is for; decides nothing */
#include <fwquirk/implemented.h>
#include <fwquirk/platform.h>

#include "firmware.h"
#include "platform_efi.h"
#include "workaround.h"

/* Bit 1 << enum workaround: applied and not undone. */
static uint32_t in_effect;
static bool must_stay;
static EFI_EVENT exit_event;

_Static_assert(WORKAROUNDS_IMPLEMENTED == 1u << WORKAROUND_FREE_WRITABLE,
	       "steps_of() knows what implemented.h promises");

static const struct workaround_steps *steps_of(enum workaround workaround)
{
	switch (workaround) {
	case WORKAROUND_FREE_WRITABLE:
		return &workaround_free_writable;
	default:
		return NULL;
	}
}

enum status platform_check(const struct action *action)
{
	const struct workaround_steps *steps = steps_of(action->workaround);

	return steps ? steps->check(action) : STATUS_UNSUPPORTED;
}

enum status platform_apply(const struct action *action)
{
	const struct workaround_steps *steps = steps_of(action->workaround);
	enum status status = steps ? steps->apply(action) : STATUS_UNSUPPORTED;

	if (status == STATUS_OK)
		in_effect |= 1u << action->workaround;
	return status;
}

enum status platform_verify(const struct action *action)
{
	const struct workaround_steps *steps = steps_of(action->workaround);

	return steps ? steps->verify(action) : STATUS_UNSUPPORTED;
}

enum status platform_undo(const struct action *action)
{
	const struct workaround_steps *steps = steps_of(action->workaround);
	enum status status = steps ? steps->undo(action) : STATUS_UNSUPPORTED;

	if (status == STATUS_OK)
		in_effect &= ~(1u << action->workaround);
	else
		must_stay = true;
	return status;
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
	if (!in_effect && exit_event) {
		firmware.boot->CloseEvent(exit_event);
		exit_event = NULL;
	}
	return worst;
}

bool platform_must_stay(void)
{
	return must_stay || in_effect;
}

/* UEFI 2.10 section 7.1, EVT_SIGNAL_EXIT_BOOT_SERVICES: no memory service may be used any more. */
static VOID EFIAPI hand_off(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	for (unsigned workaround = 0; workaround < WORKAROUND_COUNT; workaround++)
		if (in_effect & 1u << workaround)
			steps_of((enum workaround)workaround)->hand_off();
	in_effect = 0;
}

enum status platform_watch_hand_off(void)
{
	return status_from_efi(firmware.boot->CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_NOTIFY,
							  hand_off, NULL, &exit_event));
}
