/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap_fix.c - a memory map with mistakes in, one without out; invents no memory and frees none */
#include <fwquirk/memmap_edit.h>

/* UEFI 2.10 section 7.2.3. */
#define CACHED_BACK 0x8ull /* EFI_MEMORY_WB */
#define UNCACHED    0x1ull /* EFI_MEMORY_UC */

/* EFI_MEMORY_TYPE, section 7.2.1, table 7.10: from reserved memory (0) to ACPI NVS (10). */
#define N_RANKED 11u

/* What a type says: how hard it is to give up, and what the memory is when it is also RUNTIME. */
static const struct {
	uint8_t rank, when_runtime;
} types[N_RANKED] = {
	{4, 0},                   /* reserved */
	{1, MEMORY_RUNTIME_CODE}, /* loader */
	{1, MEMORY_RUNTIME_DATA},
	{2, MEMORY_RUNTIME_CODE}, /* boot services */
	{2, MEMORY_RUNTIME_DATA},
	{4, MEMORY_RUNTIME_CODE}, /* runtime services */
	{4, MEMORY_RUNTIME_DATA},
	{0, MEMORY_RUNTIME_DATA}, /* free */
	{4, 8},                   /* unusable */
	{3, 9},                   /* ACPI tables, which may be reused once they are read */
	{4, 10},                  /* ACPI NVS */
};

static unsigned rank_of(const struct memory_range *range)
{
	unsigned rank = range->type < N_RANKED ? types[range->type].rank : 4;

	return range->attributes & MEMORY_RUNTIME ? rank + 8 : rank;
}

/* True when the attributes or the type had to be changed. */
static bool repair_kind(struct memory_range *range)
{
	struct memory_range before = *range;
	uint32_t type = range->type;

	if (type == MEMORY_RUNTIME_CODE || type == MEMORY_RUNTIME_DATA)
		range->attributes |= MEMORY_RUNTIME;
	if (!(range->attributes & MEMORY_RUNTIME))
		return false;
	if (type < N_RANKED)
		range->type = types[type].when_runtime;
	if (!(range->attributes & MEMORY_CACHEABILITY)) {
		bool is_memory =
			range->type && range->type < N_RANKED && range->type != MEMORY_UNUSABLE;

		range->attributes |= is_memory ? CACHED_BACK : UNCACHED;
	}
	return range->type != before.type || range->attributes != before.attributes;
}

static bool is_possible(const struct memory_range *range, uint64_t limit)
{
	uint64_t page_mask = (1ull << MEMMAP_PAGE_SHIFT) - 1, end;

	return !(range->first & page_mask) && memory_range_end(range, &end) && end <= limit;
}

static uint64_t end_of(const struct memory_range *range)
{
	return range->first + (range->n_pages << MEMMAP_PAGE_SHIFT);
}

/*
 * Takes from the descriptor at `place` what another has: all of it, an end, or a piece out of the middle,
 * and then the rest comes behind it.
 */
static enum status cut(struct memmap_edit *edit, size_t place, const struct memory_range *taken)
{
	struct memory_range range;
	enum status status;
	uint64_t end;

	memmap_edit_read(edit, place, &range);
	end = end_of(&range);
	if (range.first < taken->first && end > end_of(taken)) {
		status = memmap_edit_split(edit, place,
					   (end_of(taken) - range.first) >> MEMMAP_PAGE_SHIFT);
		if (status != STATUS_OK)
			return status;
		end = end_of(taken);
	}
	if (range.first < taken->first)
		end = taken->first;
	else
		range.first = end_of(taken);
	if (range.first >= end) {
		memmap_edit_remove(edit, place);
		return STATUS_OK;
	}
	range.n_pages = (end - range.first) >> MEMMAP_PAGE_SHIFT;
	memmap_edit_write(edit, place, &range);
	return STATUS_OK;
}

/*
 * Of the descriptors before `stop` that have a page of `range` the one at the lowest address, so that what is cut
 * off below it is in nobody else; `stop` when there is none.
 */
static size_t find_overlap(const struct memmap_edit *edit, size_t stop,
			   const struct memory_range *range, struct memory_range *ret_other)
{
	struct memory_range other;
	size_t found = stop;

	for (size_t place = 0; place < stop && memmap_edit_read(edit, place, &other); place++) {
		if (other.first >= end_of(range) || range->first >= end_of(&other) ||
		    (found < stop && other.first > ret_other->first))
			continue;
		*ret_other = other;
		found = place;
	}
	return found;
}

/* Everything before `place` is right; makes it so with `place`, or with what came there instead. */
static enum status settle(struct memmap_edit *edit, size_t *place, const struct memory_range *range,
			  unsigned *n_changes)
{
	size_t other_place, size_before = edit->size_bytes;
	struct memory_range other;
	enum status status;

	other_place = find_overlap(edit, *place, range, &other);
	if (other_place == *place) {
		++*place;
		return STATUS_OK;
	}
	++*n_changes;
	if (rank_of(&other) >= rank_of(range))
		return cut(edit, *place, &other);
	status = cut(edit, other_place, range);
	*place = (*place * edit->descriptor_size + edit->size_bytes - size_before) /
		 edit->descriptor_size;
	return status;
}

enum status memmap_fix(struct memmap_edit *edit, uint64_t limit, unsigned *ret_n_changes)
{
	enum status status = STATUS_OK;
	struct memory_range range;
	uint64_t highest = 0;
	unsigned n_changes = 0;
	size_t place = 0;

	while (status == STATUS_OK && memmap_edit_read(edit, place, &range)) {
		if (!is_possible(&range, limit)) {
			memmap_edit_remove(edit, place);
			n_changes++;
			continue;
		}
		if (repair_kind(&range)) {
			memmap_edit_write(edit, place, &range);
			n_changes++;
		}
		/* In a map in order nothing has to be compared. */
		if (range.first >= highest)
			place++;
		else
			status = settle(edit, &place, &range, &n_changes);
		if (end_of(&range) > highest)
			highest = end_of(&range);
	}
	if (status == STATUS_OK)
		*ret_n_changes = n_changes;
	return status;
}
