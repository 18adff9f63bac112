/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mat_build.c - a memory map and the images in its runtime code in, entries of a Memory Attributes Table out; never
 * guesses where an image is cut */
#include <fwquirk/mat_build.h>
#include <fwquirk/pe.h>

#define PAGE      (1ull << MEMMAP_PAGE_SHIFT)
#define PAGE_MASK (PAGE - 1)

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One entry more, or the last one longer. */
static enum status add(struct memmap_edit *entries, const struct memory_range *range)
{
	size_t size = entries->descriptor_size, n = entries->size_bytes / size;
	struct memory_range last;
	uint64_t end;

	if (n && memmap_edit_read(entries, n - 1, &last) && memory_range_end(&last, &end) &&
	    end == range->first && last.type == range->type &&
	    last.attributes == range->attributes) {
		last.n_pages += range->n_pages;
		memmap_edit_write(entries, n - 1, &last);
		return STATUS_OK;
	}
	if (entries->room_bytes - entries->size_bytes < size)
		return STATUS_NO_SPACE;
	for (size_t i = 0; i < size; i++)
		entries->at[entries->size_bytes + i] = 0;
	entries->size_bytes += size;
	memmap_edit_write(entries, n, range);
	return STATUS_OK;
}

/* What holds `offset` bytes into the image, and up to where. */
static uint64_t attributes_in(struct span image, uint64_t offset, uint64_t *ret_end)
{
	uint64_t attributes = MEMORY_XP, stop = image.size;
	struct span code;

	for (uint32_t cursor = 0; pe_code_next(image, &cursor, &code);) {
		uint64_t first = (uint64_t)(code.at - image.at);
		uint64_t end = (first + code.size + PAGE_MASK) & ~PAGE_MASK;

		if (first & PAGE_MASK) {
			*ret_end = image.size;
			return 0;
		}
		if (first <= offset && offset < end) {
			attributes = MEMORY_RO;
			stop = end;
		} else if (first > offset) {
			stop = smaller(stop, first);
		}
	}
	*ret_end = stop;
	return attributes;
}

/* The image that begins there, as far as it is in what can be read; empty when there is none. */
static struct span image_at(mat_reader *read, uint64_t first, uint64_t end)
{
	struct span bytes = read(first, smaller(end - first, PAGE));
	uint32_t size_bytes;

	if (pe_image_size(bytes, &size_bytes) != STATUS_OK || size_bytes < PAGE)
		return span_of(NULL, 0);
	return read(first, smaller(end - first, size_bytes));
}

static enum status add_code(mat_reader *read, uint64_t first, uint64_t end,
			    struct memmap_edit *entries)
{
	enum status status = STATUS_OK;
	struct span image = span_of(NULL, 0);
	uint64_t image_first = first;

	while (status == STATUS_OK && first < end) {
		uint64_t attributes = MEMORY_XP, stop = PAGE;

		if (first - image_first >= image.size) {
			image = image_at(read, first, end);
			image_first = first;
		}
		if (image.size) {
			attributes = attributes_in(image, first - image_first, &stop);
			stop -= first - image_first;
		}
		stop = smaller(end - first, (stop + PAGE_MASK) & ~PAGE_MASK);
		status = add(entries, &(struct memory_range){MEMORY_RUNTIME_CODE, first,
							     stop >> MEMMAP_PAGE_SHIFT,
							     attributes | MEMORY_RUNTIME});
		first += stop;
	}
	return status;
}

/* The lowest piece of runtime memory that is not below `from`; overlapping ones are cut. */
static bool next_runtime(const struct memmap *map, uint64_t from, uint32_t *ret_type,
			 uint64_t *ret_first, uint64_t *ret_end)
{
	struct span cursor = map->bytes;
	struct memory_range range;
	uint64_t end, first;
	bool found = false;

	while (memmap_next(map, &cursor, &range)) {
		if ((range.type != MEMORY_RUNTIME_CODE && range.type != MEMORY_RUNTIME_DATA) ||
		    !(range.attributes & MEMORY_RUNTIME) || range.first & PAGE_MASK ||
		    !memory_range_end(&range, &end) || end <= from)
			continue;
		first = range.first > from ? range.first : from;
		if (found && first >= *ret_first)
			continue;
		found = true;
		*ret_type = range.type;
		*ret_first = first;
		*ret_end = end;
	}
	return found;
}

enum status mat_build(const struct memmap *map, mat_reader *read, struct memmap_edit *ret_entries)
{
	enum status status = STATUS_OK;
	uint64_t first = 0, end = 0;
	uint32_t type = 0;

	ret_entries->size_bytes = 0;
	while (status == STATUS_OK && next_runtime(map, end, &type, &first, &end)) {
		if (type == MEMORY_RUNTIME_CODE)
			status = add_code(read, first, end, ret_entries);
		else
			status = add(ret_entries,
				     &(struct memory_range){type, first,
							    (end - first) >> MEMMAP_PAGE_SHIFT,
							    MEMORY_RUNTIME | MEMORY_XP});
	}
	return status;
}
