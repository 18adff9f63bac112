/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* workaround.h - what every workaround of the firmware side offers to platform_efi.c */
#ifndef EFI_WORKAROUND_H
#define EFI_WORKAROUND_H

#include <fwquirk/implemented.h>
#include <fwquirk/plan.h>
#include <fwquirk/status.h>

/*
 * The four steps as in platform.h, each for one action (a workaround may be in a plan several times, with other
 * parameters). `hand_off` runs inside ExitBootServices() when nothing can go wrong any more, last applied first:
 * it takes hooks and handlers out and calls no service; NULL when there is nothing to take out.
 */
struct workaround_steps {
	enum status (*check)(const struct action *action);
	enum status (*apply)(const struct action *action);
	enum status (*verify)(const struct action *action);
	enum status (*undo)(const struct action *action);
	void (*hand_off)(const struct action *action);
};

#define WORKAROUND_DECLARE(id, steps) extern const struct workaround_steps steps;
WORKAROUND_LIST(WORKAROUND_DECLARE)

#endif
