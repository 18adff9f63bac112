/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap_edit.c - one descriptor of a memory map read, written, split, taken out; decides nothing */
#include <fwquirk/memmap_edit.h>

/* EFI_MEMORY_DESCRIPTOR: UEFI 2.10 section 7.2.3. */
#define OFFSET_TYPE       0u
#define OFFSET_START      8u
#define OFFSET_N_PAGES    24u
#define OFFSET_ATTRIBUTES 32u

static void put_le(uint8_t *at, uint64_t value, unsigned n_bytes)
{
	for (; n_bytes--; value >>= 8)
		*at++ = (uint8_t)value;
}

/* memmove, for which nobody has to be asked: the ranges overlap in one direction or the other. */
static void move(uint8_t *to, const uint8_t *from, size_t size)
{
	if (to < from)
		for (size_t i = 0; i < size; i++)
			to[i] = from[i];
	else
		while (size--)
			to[size] = from[size];
}

bool memmap_edit_read(const struct memmap_edit *edit, size_t place, struct memory_range *ret_range)
{
	struct memmap one = {span_of(NULL, 0), edit->descriptor_size};
	size_t offset = place * edit->descriptor_size;

	return span_slice(span_of(edit->at, edit->size_bytes), offset, edit->descriptor_size,
			  &one.bytes) &&
	       memmap_next(&one, &one.bytes, ret_range);
}

void memmap_edit_write(struct memmap_edit *edit, size_t place, const struct memory_range *range)
{
	uint8_t *at = edit->at + place * edit->descriptor_size;

	put_le(at + OFFSET_TYPE, range->type, 4);
	put_le(at + OFFSET_START, range->first, 8);
	put_le(at + OFFSET_N_PAGES, range->n_pages, 8);
	put_le(at + OFFSET_ATTRIBUTES, range->attributes, 8);
}

void memmap_edit_remove(struct memmap_edit *edit, size_t place)
{
	size_t offset = place * edit->descriptor_size;

	edit->size_bytes -= edit->descriptor_size;
	move(edit->at + offset, edit->at + offset + edit->descriptor_size,
	     edit->size_bytes - offset);
}

enum status memmap_edit_split(struct memmap_edit *edit, size_t place, uint64_t n_pages)
{
	size_t offset = place * edit->descriptor_size;
	struct memory_range range;

	if (edit->room_bytes - edit->size_bytes < edit->descriptor_size ||
	    !memmap_edit_read(edit, place, &range))
		return STATUS_NO_SPACE;
	move(edit->at + offset + edit->descriptor_size, edit->at + offset,
	     edit->size_bytes - offset);
	edit->size_bytes += edit->descriptor_size;
	range.n_pages -= n_pages;
	range.first += n_pages << MEMMAP_PAGE_SHIFT;
	memmap_edit_write(edit, place + 1, &range);
	range.first -= n_pages << MEMMAP_PAGE_SHIFT;
	range.n_pages = n_pages;
	memmap_edit_write(edit, place, &range);
	return STATUS_OK;
}
