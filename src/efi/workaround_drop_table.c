/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_drop_table.c - drop-table and drop-mat: a configuration table is not found any more. Its bytes are
 * neither read nor changed. docs/workarounds/drop-table.md and drop-mat.md.
 */
#include "config_tables.h"
#include "events.h"
#include "workaround.h"

/* What is not there need not be dropped. */
static enum status check(const struct action *action)
{
	return config_table_now(action) ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	uint64_t was_at = (uintptr_t)config_table_now(action);
	enum status status = config_table_change(action, NULL);

	if (status == STATUS_OK)
		events_add(EVENT_TABLE_DROPPED, was_at, 0, text_sized(NULL, 0));
	return status;
}

const struct workaround_steps workaround_drop_table = {check, apply, config_table_verify,
						       config_table_undo, config_table_hand_off};
