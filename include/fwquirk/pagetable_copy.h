/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pagetable_copy.h - page tables copied as a whole, and what has changed in the copy brought back */
#ifndef FWQUIRK_PAGETABLE_COPY_H
#define FWQUIRK_PAGETABLE_COPY_H

#include <fwquirk/pagetable.h>

/*
 * Tables of 4 KiB that the translation consists of. Top-level entries that are garbage
 * (pagetable_top_is_garbage) and one that leads back to the top are not followed. 0 when there are more
 * than `max`, which tables that lead in a circle have.
 */
unsigned pagetable_count_tables(const struct pagetable *table, unsigned address_bits, unsigned max);

/*
 * The same tables once more, in `n_pages` writable pages from `room` on; leaves map what they mapped.
 * Nothing else is written. STATUS_NO_SPACE: the room is too small, its contents are then anything.
 */
enum status pagetable_copy(const struct pagetable *table, unsigned address_bits, phys_t room,
			   unsigned n_pages, struct pagetable *ret_copy);

/*
 * Entries of the copy in `room` that differ from those of the original go back into it, past write protection; tables
 * that have come to the copy since are taken over as they are, they are not in the room.
 */
void pagetable_copy_back(const struct pagetable *table, const struct pagetable *copy,
			 unsigned address_bits, phys_t room, unsigned n_pages);

#endif
