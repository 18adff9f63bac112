/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * starve.c - starve.efi PATH OPTIONS...: loads and starts an image of ours again and again in one boot, and lets the
 * first, the second, ... of its own calls of AllocatePool(), AllocatePages() and CreateEvent() fail, until none fails any
 * more. After each round the firmware must be as it was before: pages, handles, service tables; and each page that was taken
 * through the service table is given back, or is a page table now. A driver that
 * copes without that memory stays in place and ends the loop; the loader never stays.
 */
#include "../driver/walk_count.h"
#include "next.h"
#include "say.h"
#include "state.h"

#define MAX_ROUNDS 4000u
#define MAX_PAGES  (1u << 20) /* 4 GiB */
#define PAGE       4096u

static EFI_BOOT_SERVICES *boot, sane;
static UINTN n_calls, failing, n_inside;
static EFI_LOADED_IMAGE_PROTOCOL *victim;
static BOOLEAN is_driver;
/* Pages taken in this round and not given back, a bit each. */
static UINT8 taken[MAX_PAGES / 8];
static UINTN n_lost, n_tables;

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

/* Only what the image itself calls: the firmware's drivers go through the same table, and through its hooks. */
static BOOLEAN must_fail(const void *caller)
{
	const UINT8 *first = victim->ImageBase, *at = caller;

	return !n_inside && at >= first && at < first + victim->ImageSize && ++n_calls == failing;
}

#define MUST_FAIL must_fail(__builtin_return_address(0))

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size, VOID **buffer)
{
	return MUST_FAIL ? EFI_OUT_OF_RESOURCES : sane.AllocatePool(type, size, buffer);
}

static void note(EFI_PHYSICAL_ADDRESS at, UINTN n, BOOLEAN is_taken)
{
	for (UINT64 page = at / PAGE; n && page < MAX_PAGES; page++, n--) {
		UINT8 bit = (UINT8)(1u << page % 8);

		taken[page / 8] = is_taken ? taken[page / 8] | bit : taken[page / 8] & (UINT8)~bit;
	}
}

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n,
					EFI_PHYSICAL_ADDRESS *at)
{
	EFI_STATUS status = MUST_FAIL ? EFI_OUT_OF_RESOURCES : sane.AllocatePages(how, type, n, at);

	if (!EFI_ERROR(status))
		note(*at, n, TRUE);
	return status;
}

static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS at, UINTN n)
{
	EFI_STATUS status = sane.FreePages(at, n);

	if (!EFI_ERROR(status))
		note(at, n, FALSE);
	return status;
}

/* Of what was not given back: a large page that was split needs its table. */
static void count_lost(void)
{
	for (UINT64 page = 0; page < MAX_PAGES; page++)
		if (!(taken[page / 8] >> page % 8 & 1))
			continue;
		else if (walk_has_table(page * PAGE))
			n_tables++;
		else
			n_lost++;
}

static EFI_STATUS EFIAPI create_event(UINT32 type, EFI_TPL tpl, EFI_EVENT_NOTIFY notify,
				      VOID *context, EFI_EVENT *event)
{
	return MUST_FAIL ? EFI_OUT_OF_RESOURCES
			 : sane.CreateEvent(type, tpl, notify, context, event);
}

static EFI_STATUS EFIAPI load_image(BOOLEAN by_menu, EFI_HANDLE parent,
				    EFI_DEVICE_PATH_PROTOCOL *path, VOID *source, UINTN size,
				    EFI_HANDLE *image)
{
	EFI_STATUS status;

	n_inside++;
	status = sane.LoadImage(by_menu, parent, path, source, size, image);
	n_inside--;
	return status;
}

static EFI_STATUS EFIAPI start_image(EFI_HANDLE image, UINTN *exit_size, CHAR16 **exit_text)
{
	EFI_STATUS status;

	n_inside++;
	status = sane.StartImage(image, exit_size, exit_text);
	n_inside--;
	return status;
}

static void checksum(void)
{
	UINT32 crc = 0;

	boot->Hdr.CRC32 = 0;
	sane.CalculateCrc32(&boot->Hdr, boot->Hdr.HeaderSize, &crc);
	boot->Hdr.CRC32 = crc;
}

static void wrap(void)
{
	boot->AllocatePool = (EFI_ALLOCATE_POOL)allocate_pool;
	boot->AllocatePages = (EFI_ALLOCATE_PAGES)allocate_pages;
	/* A driver that stays goes on calling what it has hooked. */
	if (!is_driver)
		boot->FreePages = (EFI_FREE_PAGES)free_pages;
	boot->CreateEvent = (EFI_CREATE_EVENT)create_event;
	boot->LoadImage = (EFI_IMAGE_LOAD)load_image;
	boot->StartImage = (EFI_IMAGE_START)start_image;
	checksum();
}

static void unwrap(void)
{
	boot->AllocatePool = sane.AllocatePool;
	boot->AllocatePages = sane.AllocatePages;
	if (!is_driver)
		boot->FreePages = sane.FreePages;
	boot->CreateEvent = sane.CreateEvent;
	boot->LoadImage = sane.LoadImage;
	boot->StartImage = sane.StartImage;
	checksum();
}

/* Says what is different, up to a line a thing. */
static BOOLEAN is_as_before(const struct state *before, const struct state *now)
{
	const struct {
		const char *what;
		UINT64 before, now;
	} things[] = {
		{"pages-free", before->pages_free, now->pages_free},
		{"pages-loader", before->pages_loader, now->pages_loader},
		{"pages-boot", before->pages_boot, now->pages_boot},
		{"pages-runtime", before->pages_runtime, now->pages_runtime},
		{"handles", before->n_handles, now->n_handles},
		{"images", before->n_images, now->n_images},
		{"boot-services", before->boot_services_sum, now->boot_services_sum},
		{"runtime-services", before->runtime_services_sum, now->runtime_services_sum},
		{"crc-right", before->boot_services_crc_right, now->boot_services_crc_right},
		{"config-tables", before->n_config_tables, now->n_config_tables},
	};
	BOOLEAN same = TRUE;

	for (UINTN i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (things[i].before != things[i].now) {
			say("round %u: %s was %x is %x", failing, things[i].what, things[i].before,
			    things[i].now);
			same = FALSE;
		}
	return same;
}

/* One load and start; TRUE when a call was made to fail. */
static BOOLEAN round_run(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table,
			 EFI_LOADED_IMAGE_PROTOCOL *self, const CHAR16 *path, const CHAR16 *options,
			 UINTN n_options, EFI_STATUS *ret_status)
{
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL;
	EFI_HANDLE image;
	void *given;

	*ret_status = next_load(handle, table, self, path, options, n_options, &image);
	if (EFI_ERROR(*ret_status))
		return FALSE;
	*ret_status = boot->HandleProtocol(image, &image_guid, (void **)&victim);
	if (EFI_ERROR(*ret_status))
		return FALSE;
	given = victim->LoadOptions;
	n_calls = 0;
	sane.SetMem(taken, sizeof(taken), 0);
	wrap();
	*ret_status = sane.StartImage(image, NULL, NULL);
	unwrap();
	/* An application, or a driver that did not stay, is gone; its options are ours, and a page of pool in some 50 rounds. */
	if (n_options)
		boot->FreePool(given);
	return n_calls >= failing;
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL;
	UINTN n, at = 0, n_bad = 0, n_stayed = 0;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	struct state before, now;
	CHAR16 path[SAY_MAX];
	const CHAR16 *options;
	EFI_STATUS status;

	say_init(table, "starve");
	boot = table->BootServices;
	sane = *boot;
	status = boot->HandleProtocol(handle, &image_guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = options_of(self, &n);
	for (; at < n && at < SAY_MAX - 1 && options[at] != ' '; at++)
		path[at] = options[at];
	path[at] = 0;
	while (at < n && options[at] == ' ')
		at++;
	is_driver = n == at;
	/* One for the firmware to take the memory that it keeps for images and pools. */
	failing = is_driver ? 1 : MAX_ROUNDS;
	round_run(handle, table, self, path, options + at, n - at, &status);
	for (failing = 1; failing < MAX_ROUNDS; failing++) {
		state_take(table, &before);
		if (!round_run(handle, table, self, path, options + at, n - at, &status))
			break;
		if (!EFI_ERROR(status) && is_driver) {
			/* It copes without that memory and stays: nothing more can be tried in this boot. */
			n_stayed++;
			say("round %u: it stays", failing);
			break;
		}
		if (!is_driver)
			count_lost();
		state_take(table, &now);
		if (!is_as_before(&before, &now))
			n_bad++;
	}
	say("rounds=%u", failing - 1);
	say("bad=%u", n_bad);
	say("stayed=%u", n_stayed);
	if (!is_driver)
		say("lost=%u tables=%u", n_lost, n_tables);
	say_status("last", status);
	say("end");
	return EFI_SUCCESS;
}
