/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memmap_edit.h - a memory map changed where it lies: descriptors rewritten, split, taken out, repaired */
#ifndef FWQUIRK_MEMMAP_EDIT_H
#define FWQUIRK_MEMMAP_EDIT_H

#include <fwquirk/memmap.h>
#include <fwquirk/status.h>

/*
 * A map in a buffer of the caller's. Descriptors are named by their place, from 0; `size_bytes` of them are in
 * use, the buffer has `room_bytes`. What lies in a descriptor beyond the fields of struct memory_range stays as it is.
 */
struct memmap_edit {
	uint8_t *at;
	size_t size_bytes, room_bytes;
	size_t descriptor_size;
};

/* False when there is none at that place, and for descriptors too small to be any. */
bool memmap_edit_read(const struct memmap_edit *edit, size_t place, struct memory_range *ret_range);

/* `place` must have a descriptor. */
void memmap_edit_write(struct memmap_edit *edit, size_t place, const struct memory_range *range);
void memmap_edit_remove(struct memmap_edit *edit, size_t place);

/* Makes two of one: the first `n_pages` stay at `place`, the rest comes behind it. STATUS_NO_SPACE, and nothing has
 * changed, when the buffer has no room for one more. 0 < n_pages < the descriptor's own. */
enum status memmap_edit_split(struct memmap_edit *edit, size_t place, uint64_t n_pages);

/*
 * Repairs what can be told to be wrong from the map alone:
 *   - out go descriptors without pages, with a first byte that begins no page, or beyond `limit` (the first address
 *     that the processor cannot have), as Linux takes them out;
 *   - of two that overlap the weaker is cut, so that memory that somebody needs is never called free: RUNTIME before
 *     not, then anything else before ACPI tables, before boot services, before loader, before free memory; of equals the
 *     first stays whole;
 *   - a runtime type without EFI_MEMORY_RUNTIME gets it; with it, a type that an operating system reuses becomes
 *     runtime code or data;
 *   - RUNTIME without any cacheability gets write-back when it is of a runtime type or ACPI memory, else uncached.
 * A map without mistakes stays as it is, byte for byte, and costs one look a descriptor when it is in order.
 * The result is the same when it is repaired again.
 *
 * STATUS_NO_SPACE   the cuts need more descriptors than the buffer has room for; the map is of no use then
 */
enum status memmap_fix(struct memmap_edit *edit, uint64_t limit, unsigned *ret_n_changes);

#endif
