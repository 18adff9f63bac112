/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* exit_stages.h - what workarounds do around ExitBootServices(): ahead of the first call, and after one that failed */
#ifndef EFI_EXIT_STAGES_H
#define EFI_EXIT_STAGES_H

#include <stdbool.h>

#include <efi.h>

#include <fwquirk/plan.h>
#include <fwquirk/status.h>

struct exit_stage {
	/* Once, ahead of the first call. May use every service; when the memory map changes by it, the firmware
	 * refuses the caller's key and the caller has to come again (UEFI 2.10 section 7.4.6). NULL: nothing. */
	void (*before)(void);
	/* After a call that failed: true to call once more, with *key. May use GetMemoryMap() and nothing else.
	 * `n_failed` counts from 1 for each call of the caller. NULL: never. */
	bool (*again)(UINTN *key, unsigned n_failed);
};

/* One hook for all of them, outside of the one that writes the journal: what a stage reports ahead of
 * the first call is in it. Stages run in the order in which they were added. */
enum status exit_stages_add(const struct exit_stage *stage);
enum status exit_stages_remove(const struct exit_stage *stage, bool at_handoff);

/* Steps of a workaround (workaround.h) that need no more than this hook. */
enum status exit_stages_check(const struct action *action);
enum status exit_stages_verify(const struct action *action);

#endif
