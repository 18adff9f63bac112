/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* attempts.c - the marker's variable written before changes and deleted behind them; decides nothing */
#include "attempts.h"
#include "firmware.h"
#include "proto/reset_notification.h"
#include "variables.h"

static const CHAR16 name[] = u"" ATTEMPT_VARIABLE_NAME;
static const EFI_GUID reset_guid = RESET_NOTIFICATION_PROTOCOL_GUID;
static bool is_begun;
static struct reset_notification_protocol *resets;

uint8_t attempts_dead(uint32_t table_crc, uint32_t identity_crc)
{
	uint8_t room[ATTEMPT_SIZE];
	UINTN size = sizeof(room);

	if (variable_get(name, room, &size) != STATUS_OK)
		return 0;
	return attempt_n_dead(span_of(room, size), table_crc, identity_crc);
}

/* Somebody wants the machine restarted: nobody has died. A watchdog gives an error. */
static VOID EFIAPI on_reset(EFI_RESET_TYPE type, EFI_STATUS status, UINTN size, VOID *data)
{
	(void)type;
	(void)size;
	(void)data;
	if (!EFI_ERROR(status))
		variable_set(name, true, NULL, 0);
}

enum status attempts_begin(const struct attempt *attempt)
{
	uint8_t room[ATTEMPT_SIZE];
	enum status status;

	attempt_write(attempt, room);
	status = variable_set(name, true, room, sizeof(room));
	if (status != STATUS_OK)
		return status;
	is_begun = true;
	resets = firmware_locate(&reset_guid);
	if (resets && EFI_ERROR(resets->register_notify(resets, on_reset)))
		resets = NULL;
	return STATUS_OK;
}

void attempts_end(bool at_handoff)
{
	if (!is_begun)
		return;
	/* Freeing would change the memory map under whoever leaves; nobody is told any more then. */
	if (resets && !at_handoff)
		resets->unregister_notify(resets, on_reset);
	variable_set(name, true, NULL, 0);
	is_begun = false;
}
