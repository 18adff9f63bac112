/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* config_tables.h - entries of the system table's list of configuration tables exchanged or taken out, and put back */
#ifndef EFI_CONFIG_TABLES_H
#define EFI_CONFIG_TABLES_H

#include <efi.h>

#include <fwquirk/plan.h>
#include <fwquirk/status.h>

/* The table that an action of drop-mat, rebuild-mat, mask-runtime, drop-table or move-table is about. */
const EFI_GUID *config_table_of(const struct action *action);

/* Where it is now, unchecked; NULL when there is none. */
void *config_table_now(const struct action *action);

/*
 * Puts `ours` in its place (UEFI 2.10 section 7.5.8), or takes it out with NULL, and remembers what was there. `ours` is
 * pool memory, freed when it is undone or could not be done.
 */
enum status config_table_change(const struct action *action, void *ours);

/* The last steps of such a workaround, as in workaround.h: firmware may put its own table back at any time,
 * so the list is looked at once more in ExitBootServices(), without a service. */
enum status config_table_verify(const struct action *action);
enum status config_table_undo(const struct action *action);
void config_table_hand_off(const struct action *action);

#endif
