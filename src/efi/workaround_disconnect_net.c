/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_disconnect_net.c - disconnect-net: no driver holds a network device any more when the operating
 * system takes over. docs/workarounds/disconnect-net.md. Connects nothing again.
 */
#include "events.h"
#include "exit_stages.h"
#include "firmware.h"
#include "workaround.h"

/* UEFI 2.10 section 24.1. */
static const EFI_GUID simple_network = EFI_SIMPLE_NETWORK_PROTOCOL_GUID;
/* Section 24.2, EFI_NETWORK_INTERFACE_IDENTIFIER_PROTOCOL (of revision 3.1 and up). */
static const EFI_GUID interface_identifier = {
	0x1aced566, 0x76ed, 0x4218, {0xbc, 0x81, 0x76, 0x7f, 0x1f, 0x97, 0x7a, 0x89}};

/* An interface that goes on without a driver above it: somebody has started it by hand. */
static void stop(EFI_HANDLE handle)
{
	EFI_GUID guid = simple_network;
	EFI_SIMPLE_NETWORK *network;

	if (EFI_ERROR(firmware.boot->HandleProtocol(handle, &guid, (void **)&network)) ||
	    !network->Mode || network->Mode->State == EfiSimpleNetworkStopped)
		return;
	if (network->Mode->State == EfiSimpleNetworkInitialized)
		network->Shutdown(network);
	network->Stop(network);
}

/* Number of handles with the protocol. Both calls may fail: then there was nothing to do, or nothing that can be done. */
static uint64_t disconnect(const EFI_GUID *protocol)
{
	EFI_GUID guid = *protocol;
	EFI_HANDLE *handles;
	UINTN n;

	if (EFI_ERROR(firmware.boot->LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles)))
		return 0;
	for (UINTN i = 0; i < n; i++) {
		firmware.boot->DisconnectController(handles[i], NULL, NULL);
		stop(handles[i]);
	}
	firmware.boot->FreePool(handles);
	return n;
}

static void disconnect_all(void)
{
	uint64_t n_networks = disconnect(&simple_network);
	uint64_t n_interfaces = disconnect(&interface_identifier);

	events_add(EVENT_NET_DISCONNECTED, n_networks, n_interfaces, text_sized(NULL, 0));
}

static const struct exit_stage stage = {disconnect_all, NULL};

static enum status apply(const struct action *action)
{
	(void)action;
	return exit_stages_add(&stage);
}

static enum status undo(const struct action *action)
{
	(void)action;
	return exit_stages_remove(&stage, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	exit_stages_remove(&stage, true);
}

const struct workaround_steps workaround_disconnect_net = {exit_stages_check, apply,
							   exit_stages_verify, undo, hand_off};
