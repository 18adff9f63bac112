/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform.h - the border that core/apply.c acts through; src/efi and tests/fake implement it */
#ifndef FWQUIRK_PLATFORM_H
#define FWQUIRK_PLATFORM_H

#include <fwquirk/plan.h>
#include <fwquirk/status.h>

/*
 * One workaround in four steps. `check` looks and changes nothing: STATUS_OK, STATUS_REFUSED (a
 * precondition does not hold), STATUS_UNSUPPORTED. `apply` changes; on failure it has changed
 * nothing. `verify` reads back: STATUS_OK or STATUS_FAILED. `undo` puts back what `apply` changed;
 * a failed undo is loud and is returned.
 */
enum status platform_check(const struct action *action);
enum status platform_apply(const struct action *action);
enum status platform_verify(const struct action *action);
enum status platform_undo(const struct action *action);

#endif
