/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_max_address.c - max-address: memory above an address is not handed out by anybody, inside the firmware
 * or out, and is the operating system's all the same. docs/workarounds/max-address.md. No hook: all that
 * is free there is allocated as loader data, which every system takes for its own (UEFI 2.10 table 7.10).
 * Reads and writes none of it.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "workaround.h"

#define RUNS_MAX 24u
/* What has to be free below, for a loader, a kernel and its initial file system. */
#define LEAST_BELOW (128ull << 20)
/* Looking at the map takes memory, which may come from above; then it is looked at again. */
#define ROUNDS_MAX 4u

static struct memory_range runs[RUNS_MAX];
static unsigned n_runs;

static uint64_t first_above(const struct action *action)
{
	return (action->parameter.a + PAGE_SIZE_BYTES) & ~(PAGE_SIZE_BYTES - 1ull);
}

/* Free pages of the map at or above `limit`, one run a call; `below` sums up the others. */
static bool free_next(const struct memmap *map, struct span *cursor, uint64_t limit,
		      struct memory_range *ret_run, uint64_t *below)
{
	uint64_t end;

	while (memmap_next(map, cursor, ret_run)) {
		if (ret_run->type != MEMORY_CONVENTIONAL || !memory_range_end(ret_run, &end))
			continue;
		if (ret_run->first < limit)
			*below += (end < limit ? end : limit) - ret_run->first;
		if (end <= limit)
			continue;
		if (ret_run->first < limit)
			ret_run->first = limit;
		ret_run->n_pages = (end - ret_run->first) / PAGE_SIZE_BYTES;
		return true;
	}
	return false;
}

static enum status count(uint64_t limit, uint64_t *ret_below, uint64_t *ret_above)
{
	struct memory_range run;
	enum status status;
	struct memmap map;
	struct span cursor;

	status = firmware_map(&map);
	if (status != STATUS_OK)
		return status;
	*ret_below = *ret_above = 0;
	for (cursor = map.bytes; free_next(&map, &cursor, limit, &run, ret_below);)
		*ret_above += run.n_pages * PAGE_SIZE_BYTES;
	firmware_free_map(&map);
	return STATUS_OK;
}

/* One round over the map as it is now. */
static enum status hold(uint64_t limit)
{
	struct memory_range run;
	enum status status;
	struct memmap map;
	struct span cursor;
	uint64_t below = 0;

	status = firmware_map(&map);
	if (status != STATUS_OK)
		return status;
	for (cursor = map.bytes; free_next(&map, &cursor, limit, &run, &below);) {
		EFI_PHYSICAL_ADDRESS at = run.first;

		if (n_runs == RUNS_MAX) {
			status = STATUS_NO_SPACE;
			break;
		}
		if (!EFI_ERROR(firmware.boot->AllocatePages(AllocateAddress, EfiLoaderData,
							    run.n_pages, &at)))
			runs[n_runs++] = run;
	}
	firmware_free_map(&map);
	return status;
}

/* Freed is what is mapped: some firmware writes into what it frees. The rest stays the system's. */
static enum status undo(const struct action *action)
{
	enum status worst = STATUS_OK;

	(void)action;
	while (n_runs) {
		const struct memory_range *run = &runs[--n_runs];
		virt_t first = {run->first};

		if (pagetable_is_mapped(&firmware.pagetable, first,
					run->n_pages * PAGE_SIZE_BYTES) &&
		    firmware_free(first, run->n_pages) != STATUS_OK)
			worst = STATUS_FAILED;
	}
	return worst;
}

static enum status check(const struct action *action)
{
	uint64_t below, above;
	enum status status;

	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	if (first_above(action) <= action->parameter.a)
		return STATUS_REFUSED;
	status = count(first_above(action), &below, &above);
	if (status != STATUS_OK)
		return status;
	return above && below >= LEAST_BELOW ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	enum status status = STATUS_OK;
	uint64_t below, above = 1;

	for (unsigned round = 0; round < ROUNDS_MAX && above && status == STATUS_OK; round++) {
		status = hold(first_above(action));
		if (status == STATUS_OK)
			status = count(first_above(action), &below, &above);
	}
	if (status != STATUS_OK)
		undo(action);
	return status;
}

static enum status verify(const struct action *action)
{
	uint64_t below, above, held = 0;
	enum status status = count(first_above(action), &below, &above);

	for (unsigned i = 0; i < n_runs; i++)
		held += runs[i].n_pages * PAGE_SIZE_BYTES;
	events_add(EVENT_MEMORY_HELD, first_above(action), held, text_sized(NULL, 0));
	return status == STATUS_OK && !above ? STATUS_OK : STATUS_FAILED;
}

const struct workaround_steps workaround_max_address = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
