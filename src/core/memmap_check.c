/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap_check.c - a memory map in, what is wrong with it out; repairs nothing */
#include <fwquirk/memmap.h>

bool memmap_overlaps_before(const struct memmap *map, const uint8_t *stop, uint64_t first,
			    uint64_t end)
{
	struct span cursor = map->bytes;
	struct memory_range other;
	uint64_t other_end;

	while (cursor.at != stop && memmap_next(map, &cursor, &other))
		if (memory_range_end(&other, &other_end) && other.first < end && first < other_end)
			return true;
	return false;
}

static unsigned check_attributes(const struct memory_range *range)
{
	bool is_runtime = range->attributes & MEMORY_RUNTIME;

	if (is_runtime && !(range->attributes & MEMORY_CACHEABILITY))
		return MEMMAP_RUNTIME_UNCACHED;
	if (!is_runtime &&
	    (range->type == MEMORY_RUNTIME_CODE || range->type == MEMORY_RUNTIME_DATA))
		return MEMMAP_RUNTIME_FLAG;
	return 0;
}

unsigned memmap_check(const struct memmap *map, uint64_t limit)
{
	struct span cursor = map->bytes, before = cursor;
	uint64_t end, highest = 0;
	unsigned found = 0, n = 0;
	struct memory_range range;

	for (; memmap_next(map, &cursor, &range); before = cursor, n++) {
		found |= check_attributes(&range);
		if (!range.n_pages) {
			found |= MEMMAP_ZERO_LENGTH;
			continue;
		}
		if (!memory_range_end(&range, &end) || end > limit) {
			found |= MEMMAP_OVERFLOW;
			continue;
		}
		/* In a map in order nothing has to be compared. */
		if (range.first < highest &&
		    memmap_overlaps_before(map, before.at, range.first, end))
			found |= MEMMAP_OVERLAP;
		if (end > highest)
			highest = end;
	}
	return n > MEMMAP_MANY ? found | MEMMAP_OVERSIZE : found;
}
