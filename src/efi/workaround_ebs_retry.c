/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_ebs_retry.c - ebs-retry N: ExitBootServices() again with a fresh key, as long as the map behind the
 * key is the one that the caller has. docs/workarounds/ebs-retry.md. Uses nothing but GetMemoryMap() after a failure.
 */
#include <fwquirk/pagetable.h>

#include "exit_stages.h"
#include "firmware.h"
#include "memory_map.h"
#include "workaround.h"

/* Some 680 descriptors. A map that does not fit is not compared, and nothing is tried. */
#define ROOM_PAGES 8u

static virt_t room;
static uint64_t n_tries;
/* Of the map that came with the caller's key. */
static uint32_t given;

/* The key of the map now, as long as it is the one that the caller has. */
static bool fresh_key(UINTN *ret_key)
{
	uint32_t now;

	return !EFI_ERROR(memory_map_now((void *)room.at, ROOM_PAGES * PAGE_SIZE_BYTES, ret_key,
					 &now)) &&
	       now == given;
}

/*
 * Two answers with nothing in between: where they have different keys, asking moves the key, and the right one may be as
 * far beyond the second as the second is beyond the first. Every other try takes that one; a wrong key is refused.
 */
static bool again(UINTN *key, unsigned n_failed)
{
	UINTN first, second;

	if (n_failed > n_tries || (n_failed == 1 && !memory_map_given(*key, &given)) ||
	    !fresh_key(&first) || !fresh_key(&second))
		return false;
	*key = n_failed % 2 ? second : second + (second - first);
	return true;
}

static const struct exit_stage stage = {NULL, again};

/* The caller's map is remembered on its way out: a rewriter that rewrites nothing. */
static enum status watch(struct memmap_edit *edit)
{
	(void)edit;
	return STATUS_OK;
}

static enum status check(const struct action *action)
{
	enum status status = memory_map_check();

	return status == STATUS_OK ? exit_stages_check(action) : status;
}

static enum status take_out(bool at_handoff)
{
	enum status map = memory_map_remove(watch, at_handoff);
	enum status exit = exit_stages_remove(&stage, at_handoff);

	return map == STATUS_OK ? exit : map;
}

static enum status undo(const struct action *action)
{
	enum status status = take_out(false);

	(void)action;
	if (room.at)
		firmware_free(room, ROOM_PAGES);
	room.at = 0;
	return status;
}

static enum status apply(const struct action *action)
{
	enum status status = firmware_allocate(EfiBootServicesData, ROOM_PAGES, &room);

	n_tries = action->parameter.a;
	if (status == STATUS_OK)
		status = memory_map_add(watch);
	if (status == STATUS_OK)
		status = exit_stages_add(&stage);
	if (status != STATUS_OK)
		undo(action);
	return status;
}

static enum status verify(const struct action *action)
{
	return memory_map_is_hooked() ? exit_stages_verify(action) : STATUS_FAILED;
}

static void hand_off(const struct action *action)
{
	(void)action;
	take_out(true);
}

const struct workaround_steps workaround_ebs_retry = {check, apply, verify, undo, hand_off};
