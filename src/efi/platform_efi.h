/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform_efi.h - what the firmware side adds to platform.h: the two ways out */
#ifndef EFI_PLATFORM_EFI_H
#define EFI_PLATFORM_EFI_H

#include <stdbool.h>

#include <fwquirk/plan.h>
#include <fwquirk/status.h>

/*
 * Takes part in ExitBootServices() from now on: calls `leaving` once before the first call of it reaches the
 * firmware (every service still works, but what changes the memory map costs the caller a try), and takes out
 * the actions of the plan that are in effect when it can no longer fail.
 */
enum status platform_watch_hand_off(struct plan *plan, void (*leaving)(void));

/* Undoes every action in effect, last first. STATUS_FAILED when something of us has to stay. */
enum status platform_undo_all(struct plan *plan);

/* True when code of ours may still be called: our image must not be unloaded. */
bool platform_must_stay(void);

#endif
