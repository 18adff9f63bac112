/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_free_writable.c - free-writable: FreePages() and FreePool() never meet a read-only
 * page. docs/workarounds/free-writable.md says for whom and why. Allocates nothing in a hook.
 */
#include <fwquirk/pagetable.h>
#include <fwquirk/pool_block.h>

#include "firmware.h"
#include "free_trial.h"
#include "hooks.h"
#include "map.h"
#include "workaround.h"
#include "writable_again.h"

#define PAGE_MASK (PAGE_SIZE_BYTES - 1ull)

enum { HOOK_FREE_PAGES, HOOK_FREE_POOL, N_HOOKS };

static struct hook hooks[N_HOOKS];
/* What free memory looks like on this firmware; what is freed must look the same. */
static bool free_pages_are_no_execute;

static EFI_TABLE_HEADER *header(void)
{
	return &firmware.boot->Hdr;
}

static EFI_STATUS EFIAPI free_pages_hook(EFI_PHYSICAL_ADDRESS first, UINTN n_pages)
{
	EFI_FREE_PAGES free_pages = (EFI_FREE_PAGES)hooks[HOOK_FREE_PAGES].original;
	struct changed_pages changed = {.n_runs = 0};
	EFI_STATUS status;

	/* What the firmware will refuse is left as it is. */
	if (!(first & PAGE_MASK) && n_pages <= (UINT64_MAX - first) / PAGE_SIZE_BYTES)
		writable_again((virt_t){first}, n_pages * PAGE_SIZE_BYTES,
			       free_pages_are_no_execute, &changed);
	status = free_pages(first, n_pages);
	if (EFI_ERROR(status))
		readonly_again(&changed);
	return status;
}

/* The pages that FreePool() may write to: all of the block, or the one that is surely part of it. */
static struct pool_block pool_pages(virt_t buffer)
{
	struct pool_block block;

	if (pool_block_find(&firmware.pagetable, buffer, &block) != STATUS_OK)
		block = (struct pool_block){buffer, 1};
	block.size_bytes += block.first.at & PAGE_MASK;
	block.first.at &= ~PAGE_MASK;
	block.size_bytes = (block.size_bytes + PAGE_MASK) & ~PAGE_MASK;
	return block;
}

static EFI_STATUS EFIAPI free_pool_hook(VOID *buffer)
{
	EFI_FREE_POOL free_pool = (EFI_FREE_POOL)hooks[HOOK_FREE_POOL].original;
	struct changed_pages changed = {.n_runs = 0};
	EFI_STATUS status;

	if (buffer) {
		struct pool_block pages = pool_pages((virt_t){(uintptr_t)buffer});

		writable_again(pages.first, pages.size_bytes, free_pages_are_no_execute, &changed);
	}
	status = free_pool(buffer);
	if (EFI_ERROR(status))
		readonly_again(&changed);
	return status;
}

static void hooks_prepare(void)
{
	hooks[HOOK_FREE_PAGES] = HOOK(firmware.boot->FreePages, free_pages_hook);
	hooks[HOOK_FREE_POOL] = HOOK(firmware.boot->FreePool, free_pool_hook);
}

/* Looks at a page that has just been freed: that is how the firmware wants free memory. */
static enum status learn_free_pages(void)
{
	enum status status;
	struct leaf leaf;
	virt_t page;

	status = firmware_allocate(EfiBootServicesData, 1, &page);
	if (status != STATUS_OK)
		return status;
	status = firmware_free(page, 1);
	if (status != STATUS_OK)
		return status;
	/* Not mapped when free: nobody can execute it, and so it shall be. */
	free_pages_are_no_execute =
		pagetable_find(&firmware.pagetable, page, &leaf) != STATUS_OK || !leaf.executable;
	return STATUS_OK;
}

/* The protocol is there and honest in both directions, and the table can be hooked. */
static enum status check(const struct action *action)
{
	enum status status;
	virt_t page;

	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	hooks_prepare();
	status = hooks_check(header(), hooks, N_HOOKS);
	if (status != STATUS_OK)
		return status;
	if (map_readonly_page(EfiLoaderData, &page) != STATUS_OK)
		return STATUS_REFUSED;
	if (map_clear_readonly(page, PAGE_SIZE_BYTES) != STATUS_OK || firmware_is_readonly(page))
		return STATUS_REFUSED; /* and the page is lost: it must not be freed */
	return firmware_free(page, 1);
}

static enum status apply(const struct action *action)
{
	enum status status;

	(void)action;
	status = learn_free_pages();
	if (status == STATUS_OK)
		hooks_install(header(), hooks, N_HOOKS);
	return status;
}

/* The pointers, and the defect itself, tried through them. */
static enum status verify(const struct action *action)
{
	bool page_faulted, pool_faulted;

	(void)action;
	if (!hooks_are_installed(header(), hooks, N_HOOKS))
		return STATUS_FAILED;
	if (free_trial_page(&page_faulted) != STATUS_OK || page_faulted)
		return STATUS_FAILED;
	if (free_trial_pool(&pool_faulted) != STATUS_OK || pool_faulted)
		return STATUS_FAILED;
	return STATUS_OK;
}

static enum status undo(const struct action *action)
{
	(void)action;
	return hooks_remove(header(), hooks, N_HOOKS, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(header(), hooks, N_HOOKS, true);
}

const struct workaround_steps workaround_free_writable = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
