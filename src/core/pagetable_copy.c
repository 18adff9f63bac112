/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pagetable_copy.c - page tables in, the same in other pages out; follows no garbage and no circle */
#include <fwquirk/pagetable_copy.h>

/* One walk over all tables. `left`: pages that may still be taken. */
struct copying {
	const struct pagetable *table;
	unsigned address_bits;
	phys_t room, next;
	unsigned left;
	bool is_short;
};

static uint64_t *entries_of(phys_t table)
{
	return (uint64_t *)(uintptr_t)table.at;
}

/* Where the entry leads; false for a leaf, and for what is not followed. */
static bool leads_below(const struct copying *c, phys_t from, unsigned index, unsigned level,
			phys_t *ret_below)
{
	bool is_top = from.at == c->table->root.at;
	struct arch_entry decoded;

	arch_entry_decode(c->table, entries_of(from)[index], level, &decoded);
	if (!decoded.present || decoded.leaf || decoded.next.at == c->table->root.at)
		return false;
	if (is_top && pagetable_top_is_garbage(c->table, index, c->address_bits))
		return false;
	*ret_below = decoded.next;
	return true;
}

static bool take(struct copying *c)
{
	if (!c->left)
		c->is_short = true;
	else
		c->left--;
	return !c->is_short;
}

static void count(struct copying *c, phys_t at, unsigned level)
{
	phys_t below;

	if (!take(c))
		return;
	for (unsigned i = 0; i < PAGETABLE_ENTRIES && !c->is_short; i++)
		if (leads_below(c, at, i, level, &below))
			count(c, below, level - 1);
}

unsigned pagetable_count_tables(const struct pagetable *table, unsigned address_bits, unsigned max)
{
	struct copying c = {.table = table, .address_bits = address_bits, .left = max};

	count(&c, table->root, table->n_levels);
	return c.is_short ? 0 : max - c.left;
}

static phys_t copy(struct copying *c, phys_t from, unsigned level)
{
	phys_t to = c->next, below;

	if (!take(c))
		return to;
	c->next.at += PAGE_SIZE_BYTES;
	for (unsigned i = 0; i < PAGETABLE_ENTRIES && !c->is_short; i++) {
		uint64_t entry = entries_of(from)[i];

		if (leads_below(c, from, i, level, &below))
			entry = arch_entry_moved(c->table, entry, copy(c, below, level - 1));
		entries_of(to)[i] = entry;
	}
	return to;
}

enum status pagetable_copy(const struct pagetable *table, unsigned address_bits, phys_t room,
			   unsigned n_pages, struct pagetable *ret_copy)
{
	struct copying c = {table, address_bits, room, room, n_pages, false};
	struct pagetable made = *table;

	made.root = copy(&c, table->root, table->n_levels);
	if (c.is_short)
		return STATUS_NO_SPACE;
	*ret_copy = made;
	return STATUS_OK;
}

static bool is_in_room(const struct copying *c, phys_t at)
{
	return at.at >= c->room.at && (at.at - c->room.at) / PAGE_SIZE_BYTES < c->left;
}

/* `c` walks the copy; `left` is the size of the room here. */
static void bring_back(const struct copying *c, phys_t original, phys_t from, unsigned level)
{
	for (unsigned i = 0; i < PAGETABLE_ENTRIES; i++) {
		uint64_t *old = entries_of(original) + i, entry = entries_of(from)[i];
		struct arch_entry was;
		phys_t below;

		arch_entry_decode(c->table, *old, level, &was);
		if (was.present && !was.leaf && leads_below(c, from, i, level, &below) &&
		    is_in_room(c, below)) {
			bring_back(c, was.next, below, level - 1);
			entry = arch_entry_moved(c->table, entry, was.next);
		}
		if (entry != *old)
			arch_entry_store(old, entry, (virt_t){original.at});
	}
}

void pagetable_copy_back(const struct pagetable *table, const struct pagetable *made,
			 unsigned address_bits, phys_t room, unsigned n_pages)
{
	const struct copying c = {made, address_bits, room, room, n_pages, false};

	bring_back(&c, table->root, made->root, table->n_levels);
}
