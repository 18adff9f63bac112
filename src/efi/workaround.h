/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* workaround.h - what every workaround of the firmware side offers to platform_efi.c */
#ifndef EFI_WORKAROUND_H
#define EFI_WORKAROUND_H

#include <fwquirk/plan.h>
#include <fwquirk/status.h>

/* The four steps as in platform.h; `hand_off` runs in ExitBootServices() and calls no service. */
struct workaround_steps {
	enum status (*check)(const struct action *action);
	enum status (*apply)(const struct action *action);
	enum status (*verify)(const struct action *action);
	enum status (*undo)(const struct action *action);
	void (*hand_off)(void);
};

extern const struct workaround_steps workaround_free_writable;

#endif
