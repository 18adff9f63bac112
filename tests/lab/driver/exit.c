/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * exit.c - ExitBootServices() that fails, hangs, or is never given the right key (UEFI 2.10 section 7.4.6). What
 * fails fails inside the firmware: the key that it is given has really become stale.
 */
#include "lab.h"

static uint64_t n_failures, n_growths, every, n_asked, early_ms;
static bool network_hangs, was_started, timer_is_running;
static EFI_GET_MEMORY_MAP map_before;
static EFI_EVENT timer;

/* Moves the key; `keep` changes the map, too. */
static void move_key(bool keep)
{
	EFI_PHYSICAL_ADDRESS page = 0xffffffff;

	if (EFI_ERROR(lab_sane.AllocatePages(AllocateMaxAddress, EfiBootServicesData, 1, &page)))
		lab_say("no page to move the key with");
	else if (!keep)
		lab_sane.FreePages(page, 1);
}

/* Without LocateHandleBuffer(): allocating would move the key. */
static bool network_is_going(void)
{
	EFI_GUID guid = EFI_SIMPLE_NETWORK_PROTOCOL_GUID;
	EFI_SIMPLE_NETWORK *network;
	EFI_HANDLE handles[8];
	UINTN size = sizeof(handles);

	if (EFI_ERROR(lab_sane.LocateHandle(ByProtocol, &guid, NULL, &size, handles)))
		return false;
	for (UINTN i = 0; i < size / sizeof(handles[0]); i++)
		if (!EFI_ERROR(lab_sane.HandleProtocol(handles[i], &guid, (void **)&network)) &&
		    network->Mode->State != EfiSimpleNetworkStopped)
			return true;
	return false;
}

static void hang(const char *why)
{
	lab_say(why);
	for (;;)
		__asm__ volatile("pause");
}

static EFI_STATUS EFIAPI exit_boot_services(EFI_HANDLE image, UINTN key)
{
	EFI_STATUS status;

	if (network_hangs && network_is_going())
		hang("ExitBootServices() hangs: a network device is going");
	if (timer_is_running)
		hang("ExitBootServices() hangs: a device is busy");
	if (n_failures) {
		n_failures--;
		move_key(false);
	}
	if (n_growths) {
		n_growths--;
		move_key(true);
	}
	status = lab_sane.ExitBootServices(image, key);
	lab_say_hex("ExitBootServices", status);
	return status;
}

static EFI_STATUS EFIAPI get_memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *key,
					UINTN *descriptor_size, UINT32 *version)
{
	EFI_STATUS status = map_before(size, map, key, descriptor_size, version);

	if (EFI_ERROR(status))
		return status;
	if (every && ++n_asked % every == 0)
		move_key(false);
	if (was_started) {
		was_started = false;
		timer_is_running = true;
		lab_sane.SetTimer(timer, TimerRelative, early_ms * 10000);
	}
	return status;
}

static void hook_exit(void)
{
	if (lab_boot->ExitBootServices != exit_boot_services)
		lab_replace(&lab_boot->Hdr, &lab_boot->ExitBootServices,
			    (void *)exit_boot_services);
}

static void hook_map(void)
{
	hook_exit();
	if (!map_before)
		map_before = (EFI_GET_MEMORY_MAP)lab_replace(
			&lab_boot->Hdr, &lab_boot->GetMemoryMap, (void *)get_memory_map);
}

/* =N: so many calls in a row fail, whatever the caller does between them; the map stays. */
static EFI_STATUS fail(const char *value)
{
	n_failures = lab_number(value, 3, NULL);
	hook_exit();
	return EFI_SUCCESS;
}

/* =N: so many calls change the map: to go on with the old one would be wrong. */
static EFI_STATUS grow(const char *value)
{
	n_growths = lab_number(value, 1, NULL);
	hook_exit();
	return EFI_SUCCESS;
}

/* =N: every Nth call of GetMemoryMap() moves the key behind the map that it has just told; 1 without, so that no key
 * that anybody is told is ever right. */
static EFI_STATUS moving_key(const char *value)
{
	every = lab_number(value, 1, NULL);
	hook_map();
	return EFI_SUCCESS;
}

static VOID EFIAPI ready(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	timer_is_running = false;
}

static EFI_STATUS EFIAPI start_image(EFI_HANDLE image, UINTN *size, CHAR16 **data)
{
	was_started = true;
	return lab_sane.StartImage(image, size, data);
}

/* =MS: a device is busy for so long after the first GetMemoryMap() of every image, and ExitBootServices() waits for ever
 * for one that is. */
static EFI_STATUS early(const char *value)
{
	early_ms = lab_number(value, 100, NULL);
	hook_map();
	lab_replace(&lab_boot->Hdr, &lab_boot->StartImage, (void *)start_image);
	return lab_sane.CreateEvent(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, ready, NULL,
				    &timer);
}

/* A network device is started, as a driver or a network boot would have, and ExitBootServices() hangs while it goes. */
static EFI_STATUS network(const char *value)
{
	EFI_GUID guid = EFI_SIMPLE_NETWORK_PROTOCOL_GUID;
	EFI_SIMPLE_NETWORK *network;
	EFI_STATUS status;
	EFI_HANDLE *handles;
	UINTN n;

	(void)value;
	lab_sane.LocateHandleBuffer(AllHandles, NULL, NULL, &n, &handles);
	for (UINTN i = 0; i < n; i++)
		lab_sane.ConnectController(handles[i], NULL, NULL, TRUE);
	lab_sane.FreePool(handles);
	status = lab_sane.LocateProtocol(&guid, NULL, (void **)&network);
	if (EFI_ERROR(status))
		return status;
	if (network->Mode->State == EfiSimpleNetworkStopped)
		status = network->Start(network);
	if (!EFI_ERROR(status) && network->Mode->State == EfiSimpleNetworkStarted)
		status = network->Initialize(network, 0, 0);
	lab_say_hex("network state", network->Mode->State);
	network_hangs = true;
	hook_exit();
	return status;
}

const struct defect defects_exit[] = {
	{"ebs-fail", "xen-ebs-retry oc-force-ebs samsung-w737-ebs", fail},
	{"ebs-grow", "xen-ebs-retry", grow},
	{"map-key", "lenovo-t14s-g6-ebs", moving_key},
	{"ebs-early", "asus-z87pro-ebs-delay", early},
	{"ebs-net", "apple-mac-netdma-after-ebs", network},
	{NULL, NULL, NULL},
};
