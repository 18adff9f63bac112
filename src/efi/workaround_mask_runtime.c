/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_mask_runtime.c - mask-runtime: an EFI_RT_PROPERTIES_TABLE that says that the named services are not there
 * after ExitBootServices(). The services themselves stay. docs/workarounds/mask-runtime.md says who heeds it.
 */
#include "config_tables.h"
#include "events.h"
#include "firmware.h"
#include "workaround.h"

/* UEFI 2.10 section 4.6.2. */
#define VERSION      1u
#define ALL_SERVICES 0x3fffu

struct properties {
	UINT16 version, length;
	UINT32 supported;
};

/* What the firmware says itself; everything where it says nothing that can be understood. */
static uint32_t supported_now(const struct action *action)
{
	uint64_t at = (uintptr_t)config_table_now(action);
	struct span bytes = firmware_readable(at, at ? sizeof(struct properties) : 0);
	uint16_t version, length;
	uint32_t supported;

	if (span_le16(bytes, 0, &version) && version == VERSION && span_le16(bytes, 2, &length) &&
	    length >= sizeof(struct properties) && span_le32(bytes, 4, &supported))
		return supported;
	return ALL_SERVICES;
}

/* What the firmware says already need not be said. */
static enum status check(const struct action *action)
{
	return supported_now(action) & action->parameter.a ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	uint32_t supported = supported_now(action), mask = (uint32_t)action->parameter.a;
	struct properties *properties;
	enum status status;

	status = status_from_efi(firmware.boot->AllocatePool(
		EfiRuntimeServicesData, sizeof(*properties), (void **)&properties));
	if (status != STATUS_OK)
		return status;
	*properties = (struct properties){VERSION, sizeof(*properties), supported & ~mask};
	events_add(EVENT_SERVICES_MASKED, supported, supported & ~mask, text_sized(NULL, 0));
	return config_table_change(action, properties);
}

static enum status verify(const struct action *action)
{
	return supported_now(action) & action->parameter.a ? STATUS_FAILED
							   : config_table_verify(action);
}

const struct workaround_steps workaround_mask_runtime = {check, apply, verify, config_table_undo,
							 config_table_hand_off};
