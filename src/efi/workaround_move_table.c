/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_move_table.c - move-table: a configuration table is copied to runtime memory, which every operating system
 * leaves alone. What it points to stays where it is. docs/workarounds/move-table.md says for which tables and why.
 */
#include <fwquirk/config_table.h>

#include "config_tables.h"
#include "events.h"
#include "firmware.h"
#include "workaround.h"

/* The table as it can be read, cut to its length. */
static enum status find(const struct action *action, struct span *ret_table)
{
	uint64_t at = (uintptr_t)config_table_now(action);
	struct span bytes = firmware_readable(at, CONFIG_TABLE_MAX_BYTES);
	enum status status;

	if (!at)
		return STATUS_ABSENT;
	status = config_table_size(action->parameter.guid, bytes, &bytes.size);
	if (status == STATUS_OK)
		*ret_table = bytes;
	return status;
}

static enum status check(const struct action *action)
{
	struct span table;

	return find(action, &table) == STATUS_OK ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	struct span table;
	enum status status = find(action, &table);
	void *copy;

	if (status == STATUS_OK)
		status = status_from_efi(
			firmware.boot->AllocatePool(EfiRuntimeServicesData, table.size, &copy));
	if (status != STATUS_OK)
		return status;
	firmware.boot->CopyMem(copy, (void *)table.at, table.size);
	events_add(EVENT_TABLE_MOVED, (uintptr_t)table.at, (uintptr_t)copy, text_sized(NULL, 0));
	return config_table_change(action, copy);
}

static enum status verify(const struct action *action)
{
	struct span table;

	return find(action, &table) == STATUS_OK ? config_table_verify(action) : STATUS_FAILED;
}

const struct workaround_steps workaround_move_table = {check, apply, verify, config_table_undo,
						       config_table_hand_off};
