/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* config_tables.c - configuration tables exchanged, taken out, put back; looks into none of them */
#include "config_tables.h"
#include "firmware.h"
#include "hooks.h"
#include "proto/tables.h"

struct change {
	EFI_GUID guid;
	void *original, *ours;
};

static struct change changes[PLAN_MAX_ACTIONS];
static unsigned n_changes;

const EFI_GUID *config_table_of(const struct action *action)
{
	static const EFI_GUID mat = MEMORY_ATTRIBUTES_TABLE_GUID,
			      properties = RUNTIME_PROPERTIES_TABLE_GUID;

	switch (action->workaround) {
	case WORKAROUND_DROP_MAT:
	case WORKAROUND_REBUILD_MAT:
		return &mat;
	case WORKAROUND_MASK_RUNTIME:
		return &properties;
	default:
		return (const EFI_GUID *)action->parameter.guid;
	}
}

static EFI_CONFIGURATION_TABLE *entry_of(const EFI_GUID *guid)
{
	EFI_SYSTEM_TABLE *system = firmware.system;

	for (UINTN i = 0; i < system->NumberOfTableEntries; i++)
		if (guid_is(&system->ConfigurationTable[i].VendorGuid, guid))
			return &system->ConfigurationTable[i];
	return NULL;
}

void *config_table_now(const struct action *action)
{
	EFI_CONFIGURATION_TABLE *entry = entry_of(config_table_of(action));

	return entry ? entry->VendorTable : NULL;
}

/* The newest change of that table: two masks may be in effect. */
static struct change *change_of(const struct action *action)
{
	for (unsigned i = n_changes; i--;)
		if (guid_is(&changes[i].guid, config_table_of(action)))
			return &changes[i];
	return NULL;
}

static enum status install(EFI_GUID guid, void *table)
{
	return status_from_efi(firmware.boot->InstallConfigurationTable(&guid, table));
}

enum status config_table_change(const struct action *action, void *ours)
{
	struct change change = {*config_table_of(action), config_table_now(action), ours};
	enum status status = STATUS_NO_SPACE;

	if (n_changes < PLAN_MAX_ACTIONS)
		status = install(change.guid, ours);
	if (status == STATUS_OK)
		changes[n_changes++] = change;
	else if (ours)
		firmware.boot->FreePool(ours);
	return status;
}

enum status config_table_verify(const struct action *action)
{
	const struct change *change = change_of(action);

	return change && config_table_now(action) == change->ours ? STATUS_OK : STATUS_FAILED;
}

enum status config_table_undo(const struct action *action)
{
	struct change *change = change_of(action);
	enum status status = STATUS_OK;

	if (!change)
		return STATUS_FAILED;
	if (config_table_now(action) == change->ours)
		status = install(change->guid, change->original);
	if (status == STATUS_OK && change->ours)
		firmware.boot->FreePool(change->ours);
	for (n_changes--; change < changes + n_changes; change++)
		*change = change[1];
	return status;
}

void config_table_hand_off(const struct action *action)
{
	const struct change *change = change_of(action);
	EFI_SYSTEM_TABLE *system = firmware.system;
	EFI_CONFIGURATION_TABLE *entry = entry_of(config_table_of(action));

	if (!change || !entry || entry->VendorTable == change->ours)
		return;
	entry->VendorTable = change->ours;
	if (!change->ours)
		*entry = system->ConfigurationTable[--system->NumberOfTableEntries];
	hooks_reseal(&system->Hdr);
}
