/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pagetable.h - what the page tables say about an address; a walk over arch.h */
#ifndef FWQUIRK_PAGETABLE_H
#define FWQUIRK_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/arch.h>
#include <fwquirk/status.h>

#define PAGE_SIZE_BYTES 4096u

/*
 * The leaf that maps an address. `entry` points into the page tables. Permissions are effective:
 * what all levels together allow; `entry_decides` says that the levels above allow everything, so
 * that changing the leaf alone changes the permission.
 */
struct leaf {
	uint64_t *entry;
	unsigned level;
	virt_t first; /* first byte that it covers */
	uint64_t size_bytes;
	bool writable;
	bool executable;
	bool entry_decides;
};

/*
 * STATUS_ABSENT     nothing is mapped there; ret_leaf untouched
 * STATUS_MALFORMED  an address that the translation cannot have
 */
enum status pagetable_find(const struct pagetable *table, virt_t address, struct leaf *ret_leaf);

/* True when every page of [address, address + size) is mapped; false also where it wraps round. */
bool pagetable_is_mapped(const struct pagetable *table, virt_t address, uint64_t size_bytes);

/*
 * Makes the page of `address` writable by its leaf entry alone, and not executable unless `executable`.
 * STATUS_UNSUPPORTED  the leaf covers more than one page, or a level above forbids it
 * and what pagetable_find says. Nothing has changed then.
 */
enum status pagetable_allow_write(const struct pagetable *table, virt_t address, bool executable);

/*
 * True when the top-level entry at `index` (below PAGETABLE_ENTRIES) cannot be there for a purpose: not
 * present and not zero; present with bits set that have to be zero; for addresses that the processor of
 * `address_bits` does not have; or pointing to a table that is not mapped. A table that points to itself
 * is none of that.
 */
#define PAGETABLE_ENTRIES 512u
bool pagetable_top_is_garbage(const struct pagetable *table, unsigned index, unsigned address_bits);

/*
 * Pages of 4 KiB that the page tables map, by what they allow: index bit 0 writable, bit 1 executable. A
 * table that points to itself is passed over. For people: the cost grows with the number of tables.
 */
void pagetable_count(const struct pagetable *table, uint64_t ret_pages[4]);

/* True when the root, or a table on the way to `address`, is mapped read-only. */
bool pagetable_is_readonly(const struct pagetable *table, virt_t address);
/* Pages for new tables, made ready where memory can be had: 4 KiB each, zeroed, writable, mapped at
 * their own address. */
#define PAGE_POOL_MAX 16u

struct page_pool {
	uint64_t *page[PAGE_POOL_MAX];
	unsigned n;
};

/*
 * What the page of `address` shall allow. The pages of [first, end) around it may be changed with it as
 * far as they are in the same state and below the same table: whole 2 MiB that are missing are mapped at
 * once. Nothing outside changes what it allows. 4 KiB aligned.
 */
struct page_change {
	virt_t address;
	uint64_t first, end;
	bool writable, executable;
};

/* What was changed; `old` is what `entry`, the leaf of the address, held before: for taking it back. */
struct page_changed {
	uint64_t first, end;
	uint64_t *entry;
	uint64_t old;
};

/*
 * Maps the page at its own address when it is missing, or changes the permissions of its leaf. Larger
 * leaves that reach beyond [first, end) are split; where a level above withholds a permission it
 * is moved to the entries below. One store puts the change in effect.
 *
 * STATUS_NO_SPACE   the pool has too few pages
 * STATUS_MALFORMED  an address that the translation cannot have, or outside [first, end)
 * What has changed then allows neither more nor less than before.
 */
enum status pagetable_change(const struct pagetable *table, const struct page_change *change,
			     struct page_pool *pool, struct page_changed *ret_changed);

#endif
