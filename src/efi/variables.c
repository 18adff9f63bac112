/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* variables.c - GetVariable() and SetVariable() with our names and attributes; knows no content */
#include "firmware.h"
#include "variables.h"

/* FWQUIRK_GUID_TEXT of journal.h. */
static const EFI_GUID fwquirk_guid = {
	0x7e1a2f5c, 0x93d4, 0x4b0e, {0x8c, 0x61, 0x5d, 0x0f, 0x9a, 0x3b, 0x7e, 0x42}};
/* UEFI 2.10 section 3.3, EFI_GLOBAL_VARIABLE. */
static const EFI_GUID global_guid = {
	0x8be4df61, 0x93ca, 0x11d2, {0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}};

static enum status get(const CHAR16 *name, EFI_GUID guid, void *room, UINTN *size)
{
	return status_from_efi(firmware.system->RuntimeServices->GetVariable((CHAR16 *)name, &guid,
									     NULL, size, room));
}

enum status variable_get(const CHAR16 *name, void *room, UINTN *size)
{
	return get(name, fwquirk_guid, room, size);
}

enum status variable_set(const CHAR16 *name, bool is_lasting, const void *bytes, UINTN size)
{
	UINT32 attributes = EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS;
	EFI_GUID guid = fwquirk_guid;

	if (is_lasting)
		attributes |= EFI_VARIABLE_NON_VOLATILE;
	return status_from_efi(firmware.system->RuntimeServices->SetVariable(
		(CHAR16 *)name, &guid, attributes, size, (void *)bytes));
}

static bool is_set(const CHAR16 *name)
{
	UINT8 value = 0;
	UINTN size = sizeof(value);

	return get(name, global_guid, &value, &size) == STATUS_OK && value == 1;
}

bool variables_secure_boot(void)
{
	return is_set(u"SecureBoot") && !is_set(u"SetupMode");
}
