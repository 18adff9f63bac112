/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_fix_memmap.c - fix-memmap: callers of GetMemoryMap() are given a map without mistakes.
 * docs/workarounds/fix-memmap.md says which; core/memmap_fix.c repairs them.
 */
#include "events.h"
#include "firmware.h"
#include "memory_map.h"
#include "workaround.h"

/* Of the map that was repaired last. */
static unsigned n_changes;
static uint64_t limit;

static enum status fix(struct memmap_edit *edit)
{
	return memmap_fix(edit, limit, &n_changes);
}

static enum status check(const struct action *action)
{
	(void)action;
	limit = 1ull << arch_address_bits();
	return memory_map_check();
}

static enum status apply(const struct action *action)
{
	(void)action;
	return memory_map_add(fix);
}

static enum status verify(const struct action *action)
{
	enum status status;
	struct memmap map;
	bool is_right;

	(void)action;
	if (!memory_map_is_hooked())
		return STATUS_FAILED;
	status = firmware_map(&map);
	if (status != STATUS_OK)
		return status;
	is_right = !(memmap_check(&map, limit) & ~MEMMAP_OVERSIZE);
	events_add(EVENT_MEMMAP_FIXED, n_changes, map.bytes.size / map.descriptor_size,
		   text_sized(NULL, 0));
	firmware_free_map(&map);
	return is_right ? STATUS_OK : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	(void)action;
	return memory_map_remove(fix, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	memory_map_remove(fix, true);
}

const struct workaround_steps workaround_fix_memmap = {check, apply, verify, undo, hand_off};
