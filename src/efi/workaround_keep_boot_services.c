/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_keep_boot_services.c - keep-boot-services: callers of GetMemoryMap() are told that the memory of boot
 * services is runtime memory, so that an operating system keeps it mapped and leaves it alone. The firmware's own map
 * stays as it is. docs/workarounds/keep-boot-services.md
 */
#include "events.h"
#include "firmware.h"
#include "memory_map.h"
#include "workaround.h"

/* Of the map that was given last. */
static uint64_t n_pages, n_descriptors;

static enum status keep(struct memmap_edit *edit)
{
	struct memory_range range;

	n_pages = n_descriptors = 0;
	for (size_t i = 0; memmap_edit_read(edit, i, &range); i++) {
		if (range.type == MEMORY_BOOT_CODE)
			range.type = MEMORY_RUNTIME_CODE;
		else if (range.type == MEMORY_BOOT_DATA)
			range.type = MEMORY_RUNTIME_DATA;
		else
			continue;
		range.attributes |= MEMORY_RUNTIME;
		n_pages += range.n_pages;
		n_descriptors++;
		memmap_edit_write(edit, i, &range);
	}
	return STATUS_OK;
}

static enum status check(const struct action *action)
{
	(void)action;
	return memory_map_check();
}

static enum status apply(const struct action *action)
{
	(void)action;
	return memory_map_add(keep);
}

/* A map as a caller gets it: nothing in it may be reused that boot services have. */
static enum status verify(const struct action *action)
{
	enum status status = STATUS_OK;
	struct memory_range range;
	struct span cursor;
	struct memmap map;

	(void)action;
	if (!memory_map_is_hooked() || firmware_map(&map) != STATUS_OK)
		return STATUS_FAILED;
	cursor = map.bytes;
	while (memmap_next(&map, &cursor, &range))
		if (range.type == MEMORY_BOOT_CODE || range.type == MEMORY_BOOT_DATA)
			status = STATUS_FAILED;
	firmware_free_map(&map);
	events_add(EVENT_BOOT_SERVICES_KEPT, n_pages, n_descriptors, text_sized(NULL, 0));
	return status;
}

static enum status undo(const struct action *action)
{
	(void)action;
	return memory_map_remove(keep, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	memory_map_remove(keep, true);
}

const struct workaround_steps workaround_keep_boot_services = {check, apply, verify, undo,
							       hand_off};
