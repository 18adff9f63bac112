/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mat.c - a Memory Attributes Table and a memory map in, how the two disagree out; repairs nothing */
#include <fwquirk/mat.h>

#define DESCRIPTOR_SIZE 40u
#define LINUX_FACTOR    3u /* drivers/firmware/efi/memattr.c, since Linux 6.12 */

/* Runtime memory of one type; adjoining descriptors are one run. */
struct run {
	uint32_t type;
	uint64_t first, end;
	bool has_executable;
};

struct runs {
	struct run at[MAT_MAX_RUNS];
	unsigned n;
};

enum status mat_open(struct span bytes, const struct memmap *map, struct mat *ret_mat)
{
	uint32_t n, size;
	struct mat mat;

	if (!span_le32(bytes, 0, &mat.version) || !span_le32(bytes, 4, &n) ||
	    !span_le32(bytes, 8, &size) || !span_le32(bytes, 12, &mat.flags))
		return STATUS_TRUNCATED;
	if (mat.version < 1 || mat.version > 2 || !n ||
	    (size != DESCRIPTOR_SIZE && size != map->descriptor_size) ||
	    (uint64_t)n * size > (uint64_t)map->bytes.size * LINUX_FACTOR)
		return STATUS_MALFORMED;
	mat.entries.descriptor_size = size;
	if (!span_slice(bytes, MAT_HEADER_SIZE, (size_t)n * size, &mat.entries.bytes))
		return STATUS_TRUNCATED;
	*ret_mat = mat;
	return STATUS_OK;
}

static bool is_runtime(uint32_t type)
{
	return type == MEMORY_RUNTIME_CODE || type == MEMORY_RUNTIME_DATA;
}

static enum status runs_of(const struct memmap *map, struct runs *ret_runs)
{
	struct span cursor = map->bytes;
	struct memory_range range;
	uint64_t end;

	ret_runs->n = 0;
	while (memmap_next(map, &cursor, &range)) {
		struct run *last = &ret_runs->at[ret_runs->n ? ret_runs->n - 1 : 0];

		if (!is_runtime(range.type) || !(range.attributes & MEMORY_RUNTIME) ||
		    !memory_range_end(&range, &end))
			continue;
		if (ret_runs->n && last->type == range.type && last->end == range.first) {
			last->end = end;
			continue;
		}
		if (ret_runs->n == MAT_MAX_RUNS)
			return STATUS_NO_SPACE;
		ret_runs->at[ret_runs->n++] = (struct run){range.type, range.first, end, false};
	}
	return STATUS_OK;
}

/* True when [first, end) is runtime memory of this type; notes which runs have executable entries. */
static bool is_inside(struct runs *runs, const struct memory_range *entry, uint64_t end)
{
	uint64_t at = entry->first;

	for (unsigned i = 0; at < end && i < runs->n;) {
		struct run *run = &runs->at[i++];

		if (run->type != entry->type || at < run->first || at >= run->end)
			continue;
		run->has_executable |= !(entry->attributes & MEMORY_XP);
		at = run->end;
		i = 0; /* the run behind may stand before this one */
	}
	return at >= end;
}

/* Behind what the entries cover from `at` on without a gap; once over them when they are in order. */
static uint64_t covered_to(const struct mat *mat, uint64_t at)
{
	struct memory_range entry;
	uint64_t end, before;

	do {
		struct span cursor = mat->entries.bytes;

		before = at;
		while (memmap_next(&mat->entries, &cursor, &entry))
			if (at >= entry.first && memory_range_end(&entry, &end) && at < end)
				at = end;
	} while (at != before);
	return at;
}

static unsigned check_entries(const struct mat *mat, struct runs *runs)
{
	struct span cursor = mat->entries.bytes, before = cursor;
	struct memory_range entry;
	uint64_t end, highest = 0;
	unsigned found = 0;

	for (; memmap_next(&mat->entries, &cursor, &entry); before = cursor) {
		if (!is_runtime(entry.type) || !memory_range_end(&entry, &end) ||
		    entry.first & ((1ull << MEMMAP_PAGE_SHIFT) - 1)) {
			found |= MAT_OUTSIDE_RUNTIME;
			continue;
		}
		if (!is_inside(runs, &entry, end))
			found |= MAT_OUTSIDE_RUNTIME;
		if (entry.first < highest &&
		    memmap_overlaps_before(&mat->entries, before.at, entry.first, end))
			found |= MAT_OVERLAP;
		if (end > highest)
			highest = end;
	}
	return found;
}

enum status mat_check(const struct mat *mat, const struct memmap *map, unsigned *ret_found)
{
	struct runs runs;
	enum status status = runs_of(map, &runs);
	unsigned found;

	if (status != STATUS_OK)
		return status;
	found = check_entries(mat, &runs);
	for (unsigned i = 0; i < runs.n; i++) {
		const struct run *run = &runs.at[i];

		if (covered_to(mat, run->first) < run->end)
			found |= MAT_INCOMPLETE;
		else if (run->type == MEMORY_RUNTIME_CODE && !run->has_executable)
			found |= MAT_CODE_XP;
	}
	*ret_found = found;
	return STATUS_OK;
}

static bool is_code(const struct memory_range *entry)
{
	return (entry->attributes & (MEMORY_RO | MEMORY_XP)) == MEMORY_RO;
}

bool mat_allows_call(const struct mat *mat, const struct mat *before, uint64_t address)
{
	struct memory_range entry, was;

	if (!memmap_find(&mat->entries, address, &entry) || entry.attributes & MEMORY_XP)
		return false;
	return is_code(&entry) || !before || !memmap_find(&before->entries, address, &was) ||
	       !is_code(&was);
}
