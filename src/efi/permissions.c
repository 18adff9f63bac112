/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * permissions.c - a range and permissions in, changed page tables out; the one back end of all that changes
 * permissions for somebody else. Maps nothing, unmaps nothing, asks the firmware for pages only.
 */
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "permissions.h"
#include "proto/memory_attribute.h"

/* Both ends of a range may need a leaf of 1 GiB split down to pages, and a level above opened. */
#define POOL_LOW 6u

/* The journal has better things to tell than a loader's hundredth section. */
#define EVENTS_FOR_US 6u

static struct page_pool pool;
static unsigned n_told;

void permissions_release(void)
{
	while (pool.n)
		firmware_free((virt_t){(uintptr_t)pool.page[--pool.n]}, 1);
}

enum status permissions_prepare(void)
{
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	while (pool.n < PAGE_POOL_MAX) {
		enum status status;
		virt_t page;

		status = firmware_allocate(EfiBootServicesData, 1, &page);
		if (status != STATUS_OK && pool.n >= POOL_LOW)
			return STATUS_OK;
		if (status != STATUS_OK) {
			permissions_release();
			return status;
		}
		pool.page[pool.n] = (uint64_t *)(uintptr_t)page.at;
		for (unsigned i = 0; i < PAGE_SIZE_BYTES / sizeof(uint64_t); i++)
			pool.page[pool.n][i] = 0;
		pool.n++;
	}
	return STATUS_OK;
}

/* What the page at `at` says, and where the next one begins that may say something else. */
static uint64_t attributes_at(uint64_t at, uint64_t *ret_next)
{
	struct leaf leaf;

	if (pagetable_find(&firmware.pagetable, (virt_t){at}, &leaf) != STATUS_OK) {
		*ret_next = at + PAGE_SIZE_BYTES;
		return MEMORY_ATTRIBUTE_RP;
	}
	*ret_next = leaf.first.at + leaf.size_bytes;
	return (leaf.writable ? 0 : MEMORY_ATTRIBUTE_RO) |
	       (leaf.executable ? 0 : MEMORY_ATTRIBUTE_XP);
}

enum status permissions_get(uint64_t first, uint64_t size_bytes, uint64_t *ret_attributes)
{
	uint64_t next, end = first + size_bytes;

	*ret_attributes = attributes_at(first, &next);
	/* An unmapped range may be endless. */
	if (*ret_attributes & MEMORY_ATTRIBUTE_RP)
		return next >= end ? STATUS_OK : STATUS_MALFORMED;
	while (next < end)
		if (attributes_at(next, &next) != *ret_attributes)
			return STATUS_MALFORMED;
	return STATUS_OK;
}

/* The first byte of [at, end) that is not as wanted, or `end`. */
static uint64_t first_wrong(uint64_t at, uint64_t end, uint64_t set, uint64_t clear)
{
	while (at < end) {
		uint64_t next, attributes = attributes_at(at, &next);

		if (((attributes | set) & ~clear) != attributes)
			return at;
		at = next;
	}
	return end;
}

static bool is_mapped(uint64_t at, uint64_t end)
{
	while (at < end)
		if (attributes_at(at, &at) & MEMORY_ATTRIBUTE_RP)
			return false;
	return true;
}

static void tell(uint64_t first, uint64_t size_bytes, uint64_t set, uint64_t clear)
{
	static const char words[2][3][7] = {{"-RO", "-XP", "-RO-XP"}, {"+RO", "+XP", "+RO+XP"}};
	uint64_t bits = set ? set : clear;
	const char *word =
		words[set != 0][(bits & MEMORY_ATTRIBUTE_RO ? 0 : 1) +
				(bits == (MEMORY_ATTRIBUTE_RO | MEMORY_ATTRIBUTE_XP) ? 2 : 0)];

	if (n_told++ < EVENTS_FOR_US)
		events_add(EVENT_PERMISSIONS, first, size_bytes, text_of(word));
}

static enum status change(uint64_t at, uint64_t first, uint64_t end, uint64_t set, uint64_t clear,
			  uint64_t *ret_next)
{
	uint64_t wanted = (attributes_at(at, ret_next) | set) & ~clear;
	struct page_change what = {.address = {at},
				   .first = first,
				   .end = end,
				   .writable = !(wanted & MEMORY_ATTRIBUTE_RO),
				   .executable = !(wanted & MEMORY_ATTRIBUTE_XP)};
	struct page_changed changed;
	enum status status;

	status = pagetable_change(&firmware.pagetable, &what, &pool, &changed);
	if (status == STATUS_NO_SPACE && permissions_prepare() == STATUS_OK)
		status = pagetable_change(&firmware.pagetable, &what, &pool, &changed);
	if (status == STATUS_OK)
		*ret_next = changed.end;
	return status;
}

enum status permissions_change(uint64_t first, uint64_t size_bytes, uint64_t set, uint64_t clear)
{
	uint64_t end = first + size_bytes, next = first;
	enum status status = STATUS_OK;

	if (!is_mapped(first, end))
		return STATUS_ABSENT;
	if (set & MEMORY_ATTRIBUTE_XP && !firmware.pagetable.has_execute_disable)
		return STATUS_UNSUPPORTED;
	for (uint64_t at = first; status == STATUS_OK; at = next) {
		at = first_wrong(at, end, set, clear);
		if (at == end)
			break;
		status = change(at, first, end, set, clear, &next);
	}
	if (next == first && status == STATUS_OK)
		return STATUS_OK; /* right already */
	arch_tlb_drop_all();
	tell(first, size_bytes, set, clear);
	if (status == STATUS_OK && first_wrong(first, end, set, clear) != end)
		status = STATUS_FAILED;
	return status;
}
