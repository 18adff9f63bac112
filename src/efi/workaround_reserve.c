/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_reserve.c - reserve RANGE and reserve-low: memory that the firmware uses and calls free is taken
 * out of circulation. docs/workarounds/reserve.md and reserve-low.md. Reads and writes none of it.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "workaround.h"

#define RUNS_MAX         12u
#define LOW_MEMORY_BYTES 0x10000ull
/* Free pages are found by trying; more than this would take too long. */
#define RANGE_MAX_BYTES (1ull << 30)

struct extent {
	uint64_t first, end;
};

/* What we hold, and for whom. Neighbours of one owner are one run. */
static struct {
	const struct action *owner;
	struct extent extent;
} runs[RUNS_MAX];
static unsigned n_runs;

/* UEFI 2.10 table 7.10: loader, boot services and free memory is reused by who comes next. */
static bool is_reused(uint32_t type)
{
	return (type >= MEMORY_LOADER_CODE && type <= MEMORY_BOOT_DATA) ||
	       type == MEMORY_CONVENTIONAL;
}

static bool is_low(const struct action *action)
{
	return action->workaround == WORKAROUND_RESERVE_LOW;
}

static struct extent extent_of(const struct action *action)
{
	if (is_low(action))
		return (struct extent){0, LOW_MEMORY_BYTES};
	return (struct extent){action->parameter.a, action->parameter.b + 1};
}

/* False when there is no room to remember it. */
static bool remember(const struct action *owner, struct extent extent)
{
	if (n_runs && runs[n_runs - 1].owner == owner &&
	    runs[n_runs - 1].extent.end == extent.first) {
		runs[n_runs - 1].extent.end = extent.end;
		return true;
	}
	if (n_runs == RUNS_MAX)
		return false;
	runs[n_runs].owner = owner;
	runs[n_runs++].extent = extent;
	return true;
}

/*
 * Every free page, large pieces first. The memory map is not asked: a copy of it would need memory, which
 * could come from here.
 */
static bool hold(const struct action *owner, struct extent extent)
{
	uint64_t n_pages = (extent.end - extent.first) / PAGE_SIZE_BYTES;
	uint64_t middle = extent.first + n_pages / 2 * PAGE_SIZE_BYTES;
	EFI_PHYSICAL_ADDRESS address = extent.first;

	if (!EFI_ERROR(firmware.boot->AllocatePages(AllocateAddress, EfiReservedMemoryType, n_pages,
						    &address))) {
		if (remember(owner, extent))
			return true;
		firmware.boot->FreePages(extent.first, n_pages);
		return false;
	}
	return n_pages == 1 || (hold(owner, (struct extent){extent.first, middle}) &&
				hold(owner, (struct extent){middle, extent.end}));
}

static enum status release(const struct action *owner)
{
	enum status worst = STATUS_OK;
	unsigned n = 0;

	for (unsigned i = 0; i < n_runs; i++) {
		struct extent extent = runs[i].extent;

		if (runs[i].owner != owner)
			runs[n++] = runs[i];
		else if (firmware_free((virt_t){extent.first},
				       (extent.end - extent.first) / PAGE_SIZE_BYTES))
			worst = STATUS_FAILED;
	}
	n_runs = n;
	return worst;
}

static uint64_t bytes_held(const struct action *owner)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n_runs; i++)
		if (runs[i].owner == owner)
			sum += runs[i].extent.end - runs[i].extent.first;
	return sum;
}

/* How much of it is in the memory map, and the first that is not out of circulation, n_pages 0 when there is none. */
static enum status look(struct extent extent, uint64_t *ret_covered,
			struct memory_range *ret_reused)
{
	struct memory_range range;
	enum status status;
	struct memmap map;
	struct span cursor;
	uint64_t end;

	status = firmware_map(&map);
	if (status != STATUS_OK)
		return status;
	*ret_covered = ret_reused->n_pages = 0;
	for (cursor = map.bytes; memmap_next(&map, &cursor, &range);) {
		if (!memory_range_end(&range, &end) || end <= extent.first ||
		    range.first >= extent.end)
			continue;
		if (end > extent.end)
			end = extent.end;
		if (range.first < extent.first)
			range.first = extent.first;
		*ret_covered += end - range.first;
		if (is_reused(range.type) && !ret_reused->n_pages)
			*ret_reused = range;
	}
	firmware_free_map(&map);
	return STATUS_OK;
}

/* All that is free is held. Of a range nothing else may be left; low memory is held as far as it goes. */
static enum status judge(const struct action *action)
{
	struct extent extent = extent_of(action);
	struct memory_range reused;
	enum status status;
	uint64_t covered;

	status = look(extent, &covered, &reused);
	if (status != STATUS_OK)
		return status;
	if (reused.n_pages)
		events_add(EVENT_MEMORY_IN_USE, reused.first, reused.type, text_sized(NULL, 0));
	if (!bytes_held(action) || (reused.n_pages && !is_low(action)))
		return STATUS_REFUSED;
	return STATUS_OK;
}

static bool is_sensible(const struct action *action)
{
	struct extent extent = extent_of(action);

	if (is_low(action))
		return true;
	return extent.first >= PAGE_SIZE_BYTES && extent.end > extent.first &&
	       !((extent.first | extent.end) % PAGE_SIZE_BYTES) &&
	       extent.end - extent.first <= RANGE_MAX_BYTES &&
	       extent.end <= 1ull << arch_address_bits();
}

/* By doing it, and taking it back. */
static enum status check(const struct action *action)
{
	struct extent extent = extent_of(action);
	struct memory_range reused;
	enum status status;
	uint64_t covered;

	if (!is_sensible(action))
		return STATUS_REFUSED;
	status = look(extent, &covered, &reused);
	if (status != STATUS_OK)
		return status;
	if (covered < extent.end - extent.first && !is_low(action)) {
		events_add(EVENT_MEMORY_ABSENT, extent.first, covered, text_sized(NULL, 0));
		return STATUS_REFUSED;
	}
	status = hold(action, extent) ? judge(action) : STATUS_NO_SPACE;
	return release(action) == STATUS_OK ? status : STATUS_FAILED;
}

static enum status apply(const struct action *action)
{
	if (hold(action, extent_of(action)))
		return STATUS_OK;
	release(action);
	return STATUS_NO_SPACE;
}

static enum status verify(const struct action *action)
{
	enum status status = judge(action);

	events_add(EVENT_MEMORY_HELD, extent_of(action).first, bytes_held(action),
		   text_sized(NULL, 0));
	return status;
}

const struct workaround_steps workaround_reserve = {check, apply, verify, release, NULL};
