/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fault_watch.c - AllocatePages(), AllocatePool(), their opposites and StartImage() in; ranges that were handed out,
 * with what the page tables withheld of them then, out. What its owner changes later is the owner's will.
 */
#include <fwquirk/pe.h>
#include <fwquirk/pool_block.h>

#include "fault_log.h"
#include "fault_watch.h"
#include "firmware.h"
#include "hooks.h"

#define PAGE_MASK  (PAGE_SIZE_BYTES - 1ull)
#define POOL_LEAST 8u

enum { HOOK_ALLOCATE, HOOK_FREE, HOOK_START, HOOK_ALLOCATE_POOL, HOOK_FREE_POOL, N_HOOKS };

static struct hook hooks[N_HOOKS];
struct fault_watch fault_watch;

static uint32_t withheld_at(uint64_t address, uint64_t *ret_next)
{
	struct leaf leaf;

	*ret_next = (address | PAGE_MASK) + 1;
	if (pagetable_find(&firmware.pagetable, (virt_t){address}, &leaf) != STATUS_OK)
		return GRANT_MISSING;
	*ret_next = leaf.first.at + leaf.size_bytes;
	return (leaf.writable ? 0 : GRANT_READONLY) | (leaf.executable ? 0 : GRANT_NOEXECUTE);
}

static uint32_t withheld(uint64_t first, uint64_t n_pages)
{
	const uint32_t all = GRANT_MISSING | GRANT_READONLY | GRANT_NOEXECUTE;
	uint64_t end = first + n_pages * PAGE_SIZE_BYTES;
	uint32_t flags = 0;

	while (first < end && flags != all)
		flags |= withheld_at(first, &first);
	return flags;
}

/* No exception may look while it changes. */
static void put(const struct grant *grant)
{
	EFI_TPL tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);

	fault_memory_add(&fault_watch.memory, grant);
	firmware.boot->RestoreTPL(tpl);
}

static void forget(uint64_t first, uint64_t n_pages)
{
	EFI_TPL tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);

	fault_memory_remove(&fault_watch.memory, first, n_pages);
	firmware.boot->RestoreTPL(tpl);
}

/* Loader, boot services and conventional: 1 to 4 and 7 of EFI_MEMORY_TYPE. */
static bool is_general(uint32_t type)
{
	return (type >= EfiLoaderCode && type <= EfiBootServicesData) ||
	       type == EfiConventionalMemory;
}

/* Whole pages that the memory map calls RAM, and not of the runtime's; no more than 16 TiB at once. */
static bool is_noteworthy(uint64_t first, uint64_t n_pages)
{
	uint64_t end = first + n_pages * PAGE_SIZE_BYTES;
	struct memory_range range;

	if (first & PAGE_MASK || !n_pages || n_pages > UINT32_MAX || end < first)
		return false;
	while (first < end)
		if (!memmap_find(&fault_watch.map, first, &range) || !is_general(range.type) ||
		    !memory_range_end(&range, &first))
			return false;
	return true;
}

static bool is_code(EFI_MEMORY_TYPE type)
{
	return type == EfiLoaderCode || type == EfiBootServicesCode ||
	       type == EfiRuntimeServicesCode;
}

/* The firmware's own service: not through a hook of ours. */
static EFI_STATUS allocate(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
			   EFI_PHYSICAL_ADDRESS *first)
{
	return ((EFI_ALLOCATE_PAGES)hooks[HOOK_ALLOCATE].original)(how, type, n_pages, first);
}

/* Splitting takes tables, and inside the exception there is nowhere to get them from. */
static void fill_pool(void)
{
	struct page_pool *pool = &fault_watch.pool;
	EFI_PHYSICAL_ADDRESS page;

	while (pool->n < POOL_LEAST) {
		uint64_t *words, next;
		EFI_TPL tpl;

		if (EFI_ERROR(allocate(AllocateAnyPages, EfiBootServicesData, 1, &page)) ||
		    withheld_at(page, &next) & (GRANT_MISSING | GRANT_READONLY))
			return;
		words = (uint64_t *)(uintptr_t)page;
		for (unsigned i = 0; i < PAGE_SIZE_BYTES / sizeof(*words); i++)
			words[i] = 0;
		tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);
		pool->page[pool->n++] = words;
		firmware.boot->RestoreTPL(tpl);
	}
}

static EFI_STATUS EFIAPI allocate_hook(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
				       EFI_PHYSICAL_ADDRESS *memory)
{
	EFI_STATUS status = allocate(how, type, n_pages, memory);

	if (!EFI_ERROR(status) && is_noteworthy(*memory, n_pages)) {
		struct grant grant = {*memory, (uint32_t)n_pages,
				      withheld(*memory, n_pages) |
					      (is_code(type) ? GRANT_CODE : 0)};

		put(&grant);
	}
	fault_log_resolve();
	fill_pool();
	return status;
}

/* Pages on their way back: the firmware may fill what is being freed (EDK II does), whatever its owner made of it. */
struct freeing {
	struct grant grant;
	bool is_noted, was_known;
};

static struct freeing free_begin(uint64_t first, uint64_t n_pages)
{
	const struct grant *known = fault_memory_find(&fault_watch.memory, first);
	struct freeing freeing = {{first, (uint32_t)n_pages, known ? known->flags : 0},
				  is_noteworthy(first, n_pages),
				  known};

	fault_log_resolve();
	freeing.grant.flags |= GRANT_FREEING;
	if (freeing.is_noted)
		put(&freeing.grant);
	return freeing;
}

static EFI_STATUS free_end(struct freeing *freeing, EFI_STATUS status)
{
	freeing->grant.flags &= ~GRANT_FREEING;
	if (freeing->is_noted && EFI_ERROR(status) && freeing->was_known)
		put(&freeing->grant);
	else if (freeing->is_noted)
		forget(freeing->grant.first, freeing->grant.n_pages);
	return status;
}

static EFI_STATUS EFIAPI free_hook(EFI_PHYSICAL_ADDRESS memory, UINTN n_pages)
{
	EFI_FREE_PAGES original = (EFI_FREE_PAGES)hooks[HOOK_FREE].original;
	struct freeing freeing = free_begin(memory, n_pages);

	return free_end(&freeing, original(memory, n_pages));
}

/*
 * The pages that a pool allocation has to itself: all of a block of EDK II's that takes a page or more, for such
 * blocks are whole pages there; of any other one those that it covers, for the rest may be somebody else's. No pages
 * where `size_bytes` is not known and there is no such block.
 */
static void pages_of_pool(uint64_t buffer, uint64_t size_bytes, uint64_t *ret_first,
			  uint64_t *ret_n)
{
	uint64_t first = (buffer + PAGE_MASK) & ~PAGE_MASK,
		 end = (buffer + size_bytes) & ~PAGE_MASK;
	struct pool_block block;

	if (pool_block_find(&firmware.pagetable, (virt_t){buffer}, &block) == STATUS_OK &&
	    !(block.first.at & PAGE_MASK) && block.size_bytes > PAGE_SIZE_BYTES) {
		first = block.first.at;
		end = (first + block.size_bytes + PAGE_MASK) & ~PAGE_MASK;
	}
	*ret_first = first;
	*ret_n = end > first ? (end - first) / PAGE_SIZE_BYTES : 0;
}

/* Noted only when something is withheld of it, so that pools that are as they should be take no room. */
static EFI_STATUS EFIAPI allocate_pool_hook(EFI_MEMORY_TYPE type, UINTN size, VOID **buffer)
{
	EFI_ALLOCATE_POOL original = (EFI_ALLOCATE_POOL)hooks[HOOK_ALLOCATE_POOL].original;
	EFI_STATUS status = original(type, size, buffer);
	uint32_t missed = GRANT_MISSING | GRANT_READONLY | (is_code(type) ? GRANT_NOEXECUTE : 0);
	struct grant grant;
	uint64_t n_pages;

	if (EFI_ERROR(status) || size < PAGE_SIZE_BYTES)
		return status;
	pages_of_pool((uintptr_t)*buffer, size, &grant.first, &n_pages);
	if (!is_noteworthy(grant.first, n_pages))
		return status;
	grant.n_pages = (uint32_t)n_pages;
	grant.flags =
		withheld(grant.first, n_pages) | GRANT_POOL | (is_code(type) ? GRANT_CODE : 0);
	if (grant.flags & missed)
		put(&grant);
	return status;
}

/* The size is the block's, or of what was noted. */
static EFI_STATUS EFIAPI free_pool_hook(VOID *buffer)
{
	EFI_FREE_POOL original = (EFI_FREE_POOL)hooks[HOOK_FREE_POOL].original;
	const struct grant *known;
	struct freeing freeing;
	uint64_t first, n_pages;

	pages_of_pool((uintptr_t)buffer, 0, &first, &n_pages);
	known = fault_memory_find(&fault_watch.memory, first);
	if (!n_pages && known && known->first == first && known->flags & GRANT_POOL)
		n_pages = known->n_pages;
	freeing = free_begin(first, n_pages);
	return free_end(&freeing, original(buffer));
}

/* Empty for a handle that is no image any more. */
static struct span span_of_image(EFI_HANDLE handle)
{
	const EFI_LOADED_IMAGE_PROTOCOL *image = firmware_loaded(handle);

	return image ? span_of(image->ImageBase, image->ImageSize) : span_of(NULL, 0);
}

/* Code of an image belongs to it; what else is in it has its permissions for a reason. */
static void note_image(struct span whole)
{
	struct span code;
	uint32_t cursor = 0;

	if (!whole.size || !firmware_is_mapped(whole.at, PAGE_SIZE_BYTES))
		return;
	while (pe_code_next(whole, &cursor, &code)) {
		uint64_t first = (uintptr_t)code.at & ~PAGE_MASK;
		uint64_t n = ((uintptr_t)code.at + code.size - first + PAGE_MASK) / PAGE_SIZE_BYTES;
		struct grant grant = {first, (uint32_t)n,
				      GRANT_CODE | (withheld(first, n) & ~GRANT_READONLY)};

		if (is_noteworthy(first, n))
			put(&grant);
	}
}

static EFI_STATUS EFIAPI start_hook(EFI_HANDLE image, UINTN *exit_size, CHAR16 **exit_text)
{
	EFI_IMAGE_START original = (EFI_IMAGE_START)hooks[HOOK_START].original;
	struct span whole = span_of_image(image);
	EFI_STATUS status;

	note_image(whole);
	fill_pool();
	status = original(image, exit_size, exit_text);
	/* An application is gone by now, and its memory may be anybody's. */
	if (whole.size && !span_of_image(image).size)
		forget((uintptr_t)whole.at, (whole.size + PAGE_MASK) / PAGE_SIZE_BYTES);
	return status;
}

enum status fault_watch_check(void)
{
	hooks[HOOK_ALLOCATE] = HOOK(firmware.boot->AllocatePages, allocate_hook);
	hooks[HOOK_FREE] = HOOK(firmware.boot->FreePages, free_hook);
	hooks[HOOK_START] = HOOK(firmware.boot->StartImage, start_hook);
	hooks[HOOK_ALLOCATE_POOL] = HOOK(firmware.boot->AllocatePool, allocate_pool_hook);
	hooks[HOOK_FREE_POOL] = HOOK(firmware.boot->FreePool, free_pool_hook);
	return hooks_check(&firmware.boot->Hdr, hooks, N_HOOKS);
}

void fault_watch_begin(void)
{
	hooks_install(&firmware.boot->Hdr, hooks, N_HOOKS);
	fill_pool();
}

bool fault_watch_is_on(void)
{
	return hooks_are_installed(&firmware.boot->Hdr, hooks, N_HOOKS);
}

enum status fault_watch_end(bool at_handoff)
{
	enum status status = hooks_remove(&firmware.boot->Hdr, hooks, N_HOOKS, at_handoff);
	struct page_pool *pool = &fault_watch.pool;

	/* What became a table is in use; the rest goes back. */
	while (status == STATUS_OK && !at_handoff && pool->n)
		status = firmware_free((virt_t){(uintptr_t)pool->page[--pool->n]}, 1);
	return status;
}
