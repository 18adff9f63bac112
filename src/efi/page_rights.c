/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * page_rights.c - a range and what it shall allow in, changed page tables out; maps nothing. By the tables and
 * not by the protocol: who comes here has firmware without one, or one that refuses.
 */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "page_rights.h"

/* Two ends, each split twice, and what levels above withhold. */
#define POOL_LEAST 8u

static struct page_pool pool;

static unsigned allowed_by(const struct leaf *leaf)
{
	return (leaf->writable ? RIGHT_WRITE : 0) | (leaf->executable ? RIGHT_EXECUTE : 0);
}

enum status rights_prepare(void)
{
	while (pool.n < POOL_LEAST) {
		enum status status;
		uint64_t *words;
		virt_t page;

		status = firmware_allocate(EfiBootServicesData, 1, &page);
		if (status != STATUS_OK)
			return status;
		if (rights_lack(page.at, PAGE_SIZE_BYTES, RIGHT_WRITE) ||
		    !pagetable_is_mapped(&firmware.pagetable, page, PAGE_SIZE_BYTES))
			return STATUS_NO_SPACE;
		words = (uint64_t *)(uintptr_t)page.at;
		for (unsigned i = 0; i < PAGE_SIZE_BYTES / sizeof(*words); i++)
			words[i] = 0;
		pool.page[pool.n++] = words;
	}
	return STATUS_OK;
}

void rights_release(void)
{
	while (pool.n)
		firmware_free((virt_t){(uintptr_t)pool.page[--pool.n]}, 1);
}

/* What a page allowed before may still be in the TLB, and pagetable_change() drops one address only. */
static void flush(uint64_t first, uint64_t end)
{
	struct leaf leaf;

	for (; first < end; first = leaf.first.at + leaf.size_bytes) {
		if (pagetable_find(&firmware.pagetable, (virt_t){first}, &leaf) != STATUS_OK)
			return;
		arch_entry_store(leaf.entry, *leaf.entry, (virt_t){first});
	}
}

enum status rights_change(uint64_t first, uint64_t size_bytes, unsigned allow, unsigned withhold)
{
	uint64_t end = first + size_bytes;

	while (first < end) {
		struct page_changed changed;
		enum status status;
		struct leaf leaf;
		unsigned wanted;

		if (pagetable_find(&firmware.pagetable, (virt_t){first}, &leaf) != STATUS_OK) {
			first += PAGE_SIZE_BYTES;
			continue;
		}
		wanted = (allowed_by(&leaf) | allow) & ~withhold;
		if (wanted == allowed_by(&leaf)) {
			first = leaf.first.at + leaf.size_bytes;
			continue;
		}
		status = pagetable_change(
			&firmware.pagetable,
			&(struct page_change){
				{first}, first, end, wanted & RIGHT_WRITE, wanted & RIGHT_EXECUTE},
			&pool, &changed);
		if (status != STATUS_OK)
			return status;
		flush(first, changed.end);
		first = changed.end;
	}
	return STATUS_OK;
}

bool rights_lack(uint64_t first, uint64_t size_bytes, unsigned wanted)
{
	uint64_t end = first + size_bytes;

	while (first < end) {
		struct leaf leaf;

		if (pagetable_find(&firmware.pagetable, (virt_t){first}, &leaf) != STATUS_OK) {
			first += PAGE_SIZE_BYTES;
			continue;
		}
		if (~allowed_by(&leaf) & wanted)
			return true;
		first = leaf.first.at + leaf.size_bytes;
	}
	return false;
}
