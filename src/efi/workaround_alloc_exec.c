/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_alloc_exec.c - alloc-exec: the code that one named image allocates pages for can be executed, and so
 * can the free pages that it will jump into when it has left the boot services itself.
 * docs/workarounds/alloc-exec.md says why.
 *
 *	StartImage(named) .......................... returns: all as it was
 *	  |  AllocatePages(EfiLoaderCode) -> executable, noted
 *	  |  FreePages() of these        -> as they were, then freed
 *	  |  ExitBootServices(of whom?)
 *	  |     another image: all as it was, at hand-off
 *	  |     the named one: it runs on in its pages; N_TRAMPOLINE free ones at the bottom become executable
 */
#include <fwquirk/fault_memory.h>
#include <fwquirk/memmap.h>
#include <fwquirk/pagetable.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "image_name.h"
#include "page_rights.h"
#include "workaround.h"

#define NAMES_MAX    4u
#define RANGES_MAX   32u
#define NAME_ROOM    32u
#define N_TRAMPOLINE 2u
#define MAP_PAGES    8u

enum { HOOK_ALLOCATE, HOOK_FREE, HOOK_START, HOOK_EXIT, N_HOOKS };

static struct hook hooks[N_HOOKS];
static struct text names[NAMES_MAX];
static unsigned n_names;
/* The named image that runs; NULL when none does, or when it has started another one. */
static EFI_HANDLE running;
static struct grant ranges[RANGES_MAX];
static struct fault_memory made = {.grant = ranges, .room = RANGES_MAX};
static virt_t map_room; /* MAP_PAGES, for the memory map where nothing may be allocated */
static bool keep;       /* the named image goes on after ExitBootServices() */

static void make_executable(uint64_t first, uint64_t n_pages)
{
	struct grant grant = {first, (uint32_t)n_pages, 0};
	uint64_t size = n_pages * PAGE_SIZE_BYTES;

	if (made.n == made.room || n_pages > UINT32_MAX || !rights_lack(first, size, RIGHT_EXECUTE))
		return;
	if (rights_change(first, size, RIGHT_EXECUTE, 0) != STATUS_OK)
		return;
	fault_memory_add(&made, &grant);
	events_add(EVENT_MADE_EXECUTABLE, first, n_pages, names[0]);
}

/* Everything that was made executable is so no longer. */
static void put_back(void)
{
	for (unsigned i = 0; i < made.n; i++)
		rights_change(made.grant[i].first,
			      (uint64_t)made.grant[i].n_pages * PAGE_SIZE_BYTES, 0, RIGHT_EXECUTE);
	made.n = 0;
}

static EFI_STATUS EFIAPI allocate_hook(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
				       EFI_PHYSICAL_ADDRESS *memory)
{
	EFI_ALLOCATE_PAGES original = (EFI_ALLOCATE_PAGES)hooks[HOOK_ALLOCATE].original;
	EFI_STATUS status = original(how, type, n_pages, memory);

	if (!EFI_ERROR(status) && running && type == EfiLoaderCode && rights_prepare() == STATUS_OK)
		make_executable(*memory, n_pages);
	return status;
}

/* Pages of a range that we have made executable, from `first` on; 0 for others. */
static uint64_t ours_at(uint64_t first, uint64_t n_pages)
{
	const struct grant *grant = fault_memory_find(&made, first);
	uint64_t n;

	if (!grant)
		return 0;
	n = (grant_end(grant) - first) / PAGE_SIZE_BYTES;
	return n < n_pages ? n : n_pages;
}

/* What becomes free looks as the firmware had handed it out. */
static EFI_STATUS EFIAPI free_hook(EFI_PHYSICAL_ADDRESS first, UINTN n_pages)
{
	EFI_FREE_PAGES original = (EFI_FREE_PAGES)hooks[HOOK_FREE].original;
	uint64_t n = ours_at(first, n_pages);
	EFI_STATUS status;

	if (!n || rights_prepare() != STATUS_OK)
		return original(first, n_pages);
	rights_change(first, n * PAGE_SIZE_BYTES, 0, RIGHT_EXECUTE);
	status = original(first, n_pages);
	if (EFI_ERROR(status))
		rights_change(first, n * PAGE_SIZE_BYTES, RIGHT_EXECUTE, 0);
	else
		fault_memory_remove(&made, first, n);
	return status;
}

static bool is_named(EFI_HANDLE handle)
{
	const EFI_LOADED_IMAGE_PROTOCOL *image = firmware_loaded(handle);
	char room[NAME_ROOM];
	struct text name;
	uint64_t base;

	if (!image)
		return false;
	name = text_sized(room, image_name((uintptr_t)image->ImageBase, room, sizeof(room), &base));
	for (unsigned i = 0; i < n_names; i++)
		if (text_is_same(name, names[i]))
			return true;
	return false;
}

static EFI_STATUS EFIAPI start_hook(EFI_HANDLE image, UINTN *exit_size, CHAR16 **exit_text)
{
	EFI_IMAGE_START original = (EFI_IMAGE_START)hooks[HOOK_START].original;
	EFI_HANDLE outer = running;
	EFI_STATUS status;

	running = is_named(image) ? image : NULL;
	status = original(image, exit_size, exit_text);
	running = outer;
	if (!running)
		put_back();
	return status;
}

/*
 * GRUB up to 2.06 takes the lowest free memory above page 0 for the code that leads into the kernel, after
 * ExitBootServices() and without asking anybody, and writes it there before it jumps.
 */
static void prepare_trampoline(void)
{
	UINTN size = MAP_PAGES * PAGE_SIZE_BYTES, key, descriptor_size;
	void *bytes = (void *)(uintptr_t)map_room.at;
	uint64_t left = N_TRAMPOLINE;
	struct memory_range range;
	struct memmap map;
	struct span at;
	UINT32 version;

	if (EFI_ERROR(firmware.boot->GetMemoryMap(&size, bytes, &key, &descriptor_size, &version)))
		return;
	map = (struct memmap){span_of(bytes, size), descriptor_size};
	at = map.bytes;
	while (left && memmap_next(&map, &at, &range)) {
		if (range.type != MEMORY_CONVENTIONAL)
			continue;
		if (range.first == 0) {
			range.first = PAGE_SIZE_BYTES;
			range.n_pages--;
		}
		if (range.n_pages > left)
			range.n_pages = left;
		make_executable(range.first, range.n_pages);
		left -= range.n_pages;
	}
}

static EFI_STATUS EFIAPI exit_hook(EFI_HANDLE image, UINTN key)
{
	EFI_EXIT_BOOT_SERVICES original = (EFI_EXIT_BOOT_SERVICES)hooks[HOOK_EXIT].original;

	keep = image && image == running;
	if (keep)
		prepare_trampoline();
	return original(image, key);
}

/* ---- the four steps ---- */

static enum status check(const struct action *action)
{
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	/* Without execute-disable everything can be executed. */
	if (!firmware.pagetable.has_execute_disable || !action->parameter.text.size)
		return STATUS_REFUSED;
	if (n_names)
		return n_names < NAMES_MAX ? STATUS_OK : STATUS_NO_SPACE;
	hooks[HOOK_ALLOCATE] = HOOK(firmware.boot->AllocatePages, allocate_hook);
	hooks[HOOK_FREE] = HOOK(firmware.boot->FreePages, free_hook);
	hooks[HOOK_START] = HOOK(firmware.boot->StartImage, start_hook);
	hooks[HOOK_EXIT] = HOOK(firmware.boot->ExitBootServices, exit_hook);
	return hooks_check(&firmware.boot->Hdr, hooks, N_HOOKS);
}

static enum status apply(const struct action *action)
{
	enum status status;

	if (!n_names) {
		status = rights_prepare();
		if (status == STATUS_OK)
			status = firmware_allocate(EfiBootServicesData, MAP_PAGES, &map_room);
		if (status != STATUS_OK)
			return status;
		hooks_install(&firmware.boot->Hdr, hooks, N_HOOKS);
	}
	names[n_names++] = action->parameter.text;
	return STATUS_OK;
}

/* A page of code, as an image would get it, becomes executable and what it was. */
static enum status verify(const struct action *action)
{
	bool lacked, works;
	virt_t page;

	(void)action;
	if (!hooks_are_installed(&firmware.boot->Hdr, hooks, N_HOOKS) ||
	    firmware_allocate(EfiLoaderCode, 1, &page) != STATUS_OK)
		return STATUS_FAILED;
	lacked = rights_lack(page.at, PAGE_SIZE_BYTES, RIGHT_EXECUTE);
	works = rights_change(page.at, PAGE_SIZE_BYTES, RIGHT_EXECUTE, 0) == STATUS_OK &&
		!rights_lack(page.at, PAGE_SIZE_BYTES, RIGHT_EXECUTE);
	if (lacked)
		rights_change(page.at, PAGE_SIZE_BYTES, 0, RIGHT_EXECUTE);
	firmware_free(page, 1);
	return works && rights_prepare() == STATUS_OK ? STATUS_OK : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	enum status status;

	(void)action;
	if (--n_names)
		return STATUS_OK;
	put_back();
	status = hooks_remove(&firmware.boot->Hdr, hooks, N_HOOKS, false);
	rights_release();
	if (status == STATUS_OK)
		firmware_free(map_room, MAP_PAGES);
	return status;
}

static void hand_off(const struct action *action)
{
	(void)action;
	if (!keep)
		put_back();
	hooks_remove(&firmware.boot->Hdr, hooks, N_HOOKS, true);
}

const struct workaround_steps workaround_alloc_exec = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
