/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pagetable_change.c - a page and what it shall allow in, changed tables out; takes pages from a pool
 * only, and lets nothing outside the range that it was given gain or lose anything.
 *
 *	walk down from the root:
 *	entry missing           --> leaf of 2 MiB if all of it may be changed, else leaves of 4 KiB
 *	leaf reaches too far    --> split, go on below
 *	table withholds         --> copy of the table below with that in every entry, go on below
 *	leaf inside the range   --> its permissions
 */
#include <fwquirk/pagetable.h>

#define TABLE_ENTRIES 512u
#define LEVEL_2M      2u

/* One step of the walk. */
struct step {
	const struct pagetable *table;
	const struct page_change *change;
	struct page_pool *pool;
	unsigned level;
	uint64_t *entry;  /* of this level, for the address */
	uint64_t *parent; /* the one above it, NULL at the root */
};

static uint64_t *take_page(struct page_pool *pool)
{
	return pool->n ? pool->page[--pool->n] : NULL;
}

static phys_t phys_of(const uint64_t *page)
{
	return (phys_t){(uintptr_t)page};
}

static uint64_t region_of(virt_t address, unsigned level)
{
	return address.at & ~(arch_level_size(level) - 1);
}

/* True when all that one entry of the level covers may be changed. */
static bool may_change_all(const struct page_change *change, unsigned level)
{
	uint64_t first = region_of(change->address, level);

	return change->first <= first && change->end - first >= arch_level_size(level) &&
	       change->end > first;
}

/* The part of [first, end) that lies in the 2 MiB around the address. */
static void part_of_range(const struct page_change *change, struct page_changed *ret_part)
{
	uint64_t first = region_of(change->address, LEVEL_2M);
	uint64_t end = first + arch_level_size(LEVEL_2M);

	ret_part->first = change->first > first ? change->first : first;
	ret_part->end = change->end < end ? change->end : end;
}

static enum status change_leaf(const struct step *step, uint64_t value, struct page_changed *ret)
{
	ret->first = region_of(step->change->address, step->level);
	ret->end = ret->first + arch_level_size(step->level);
	ret->entry = step->entry;
	ret->old = *step->entry;
	arch_entry_store(step->entry, value, step->change->address);
	return STATUS_OK;
}

/* The same for the leaves of 4 KiB on both sides that are in the same state. */
static enum status change_run(const struct step *step, uint64_t value, struct page_changed *ret)
{
	uint64_t page = region_of(step->change->address, 1);
	unsigned before, behind;
	struct page_changed part;

	part_of_range(step->change, &part);
	before = arch_entries_alike(step->entry, (unsigned)((page - part.first) / PAGE_SIZE_BYTES),
				    true);
	behind = arch_entries_alike(step->entry,
				    (unsigned)((part.end - page) / PAGE_SIZE_BYTES) - 1, false);
	ret->first = page - (uint64_t)before * PAGE_SIZE_BYTES;
	ret->end = page + (uint64_t)(behind + 1) * PAGE_SIZE_BYTES;
	ret->entry = step->entry;
	ret->old = *step->entry;
	arch_entries_store(step->entry - before, before + 1 + behind,
			   value - (uint64_t)before * PAGE_SIZE_BYTES, PAGE_SIZE_BYTES,
			   step->change->address);
	return STATUS_OK;
}

static uint64_t new_leaf(const struct step *step, uint64_t memory, unsigned level)
{
	return arch_entry_leaf(step->table, (phys_t){memory}, level, step->change->writable,
			       step->change->executable);
}

/* A table of leaves of 4 KiB for the part of the range that it covers, and nothing else. */
static uint64_t *new_table(const struct step *step, struct page_changed *ret)
{
	uint64_t *page = take_page(step->pool), *at, value;

	part_of_range(step->change, ret);
	at = page + arch_level_index(1, (virt_t){ret->first});
	value = new_leaf(step, ret->first, 1);
	for (uint64_t n = (ret->end - ret->first) / PAGE_SIZE_BYTES; n > 0; n--) {
		*at++ = value;
		value += PAGE_SIZE_BYTES;
	}
	ret->entry = &page[arch_level_index(1, step->change->address)];
	ret->old = 0;
	return page;
}

/* The entry at level 2 or above is missing: builds from below, links last. */
static enum status map_below(const struct step *step, struct page_changed *ret)
{
	bool large = may_change_all(step->change, LEVEL_2M);
	unsigned n_pages = step->level - LEVEL_2M + (large ? 0 : 1);
	virt_t address = step->change->address;
	uint64_t value;

	if (step->pool->n < n_pages)
		return STATUS_NO_SPACE;
	if (large) {
		ret->first = region_of(address, LEVEL_2M);
		ret->end = ret->first + arch_level_size(LEVEL_2M);
		ret->entry = step->entry;
		ret->old = *step->entry;
		value = new_leaf(step, ret->first, LEVEL_2M);
	} else {
		value = arch_entry_table(step->table, phys_of(new_table(step, ret)));
	}
	for (unsigned level = LEVEL_2M; level < step->level; level++) {
		uint64_t *page = take_page(step->pool);

		page[arch_level_index(level, address)] = value;
		if (level == LEVEL_2M && large) {
			ret->entry = &page[arch_level_index(level, address)];
			ret->old = 0;
		}
		value = arch_entry_table(step->table, phys_of(page));
	}
	arch_entry_store(step->entry, value, address);
	return STATUS_OK;
}

static enum status map_missing(struct step *step, struct page_changed *ret)
{
	virt_t address = step->change->address;
	uint64_t *below = step->entry - arch_level_index(1, address);

	if (step->level > 1)
		return map_below(step, ret);
	if (step->parent && may_change_all(step->change, LEVEL_2M) && arch_table_is_empty(below)) {
		step->entry = step->parent;
		step->level = LEVEL_2M;
		return change_leaf(step, new_leaf(step, region_of(address, LEVEL_2M), LEVEL_2M),
				   ret);
	}
	return change_run(step, new_leaf(step, region_of(address, 1), 1), ret);
}

/* A large leaf becomes a table of leaves that allow the same. */
static enum status split(const struct step *step)
{
	uint64_t *page = take_page(step->pool);
	uint64_t value = arch_entry_part(*step->entry, step->level);
	uint64_t size = arch_level_size(step->level - 1);

	if (!page)
		return STATUS_NO_SPACE;
	for (unsigned i = 0; i < TABLE_ENTRIES; i++, value += size)
		page[i] = value;
	arch_entry_store(step->entry, arch_entry_table(step->table, phys_of(page)),
			 step->change->address);
	return STATUS_OK;
}

/* What an entry withholds from all below moves into a copy of the table below. */
static enum status push_down(const struct step *step, const struct arch_entry *upper)
{
	const uint64_t *below = (const uint64_t *)(uintptr_t)upper->next.at;
	uint64_t *page = take_page(step->pool), value;

	if (!page)
		return STATUS_NO_SPACE;
	for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
		struct arch_entry entry;

		arch_entry_decode(step->table, below[i], step->level - 1, &entry);
		page[i] = entry.present ? arch_entry_with(step->table, below[i],
							  entry.writable && upper->writable,
							  entry.executable && upper->executable)
					: below[i];
	}
	value = arch_entry_moved(step->table, *step->entry, phys_of(page));
	arch_entry_store(step->entry, arch_entry_with(step->table, value, true, true),
			 step->change->address);
	return STATUS_OK;
}

static enum status change_present(const struct step *step, struct page_changed *ret)
{
	uint64_t value = arch_entry_with(step->table, *step->entry, step->change->writable,
					 step->change->executable);

	return step->level == 1 ? change_run(step, value, ret) : change_leaf(step, value, ret);
}

/* Makes the entry one that can be walked through; it is present and no leaf to be changed. */
static enum status open_entry(const struct step *step, const struct arch_entry *entry)
{
	const struct page_change *change = step->change;

	if (entry->leaf)
		return split(step);
	if ((change->writable && !entry->writable) || (change->executable && !entry->executable))
		return push_down(step, entry);
	return STATUS_OK;
}

enum status pagetable_change(const struct pagetable *table, const struct page_change *change,
			     struct page_pool *pool, struct page_changed *ret_changed)
{
	struct step step = {table, change, pool, table->n_levels, NULL, NULL};
	uint64_t *at = (uint64_t *)(uintptr_t)table->root.at;

	if (!arch_address_is_valid(table, change->address) || change->address.at < change->first ||
	    change->address.at >= change->end)
		return STATUS_MALFORMED;
	for (;; step.level--) {
		struct arch_entry entry;
		enum status status;

		step.entry = at + arch_level_index(step.level, change->address);
		arch_entry_decode(table, *step.entry, step.level, &entry);
		if (!entry.present)
			return map_missing(&step, ret_changed);
		if (entry.leaf && (step.level == 1 || may_change_all(change, step.level)))
			return change_present(&step, ret_changed);
		status = open_entry(&step, &entry);
		if (status != STATUS_OK)
			return status;
		arch_entry_decode(table, *step.entry, step.level, &entry);
		at = (uint64_t *)(uintptr_t)entry.next.at;
		step.parent = step.entry;
	}
}
