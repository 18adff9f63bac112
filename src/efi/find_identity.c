/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_identity.c - SMBIOS and the EFI system table in, identity out; changes nothing */
#include <fwquirk/arch.h>

#include "find_identity.h"
#include "find_smbios.h"
#include "firmware.h"

#define VENDOR_MAX_CHARS 64u
#define ESCAPE_SIZE      6u /* \uXXXX */

/* Printable ASCII stays, everything else becomes \uXXXX, as the host tool would have to spell it. */
static void append_char(struct text_buffer *buffer, CHAR16 c)
{
	static const char digits[] = "0123456789abcdef";

	if (c >= ' ' && c < 0x7f) {
		text_append_char(buffer, (char)c);
		return;
	}
	text_append_c(buffer, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		text_append_char(buffer, digits[c >> shift & 0xf]);
}

/* UCS-2 up to its NUL, VENDOR_MAX_CHARS, or where the mapping ends. */
static struct text vendor_text(const CHAR16 *vendor)
{
	static char room[VENDOR_MAX_CHARS * ESCAPE_SIZE + 1];
	struct text_buffer buffer = text_buffer_of(room, sizeof(room));

	for (UINTN i = 0; i < VENDOR_MAX_CHARS; i++) {
		if ((i == 0 || ((uintptr_t)&vendor[i] & 0xfff) < sizeof(*vendor)) &&
		    !firmware_is_mapped(&vendor[i], sizeof(*vendor)))
			break;
		if (!vendor[i])
			break;
		append_char(&buffer, vendor[i]);
	}
	return text_sized(buffer.at, buffer.size);
}

static void from_system_table(struct identity *identity)
{
	EFI_SYSTEM_TABLE *system = firmware.system;

	if (system->FirmwareVendor)
		identity_set_text(identity, FIELD_EFI_VENDOR, vendor_text(system->FirmwareVendor));
	identity_set_number(identity, FIELD_EFI_REVISION, system->FirmwareRevision);
	identity_set_uefi_revision(identity, system->Hdr.Revision);
	identity_set_text(identity, FIELD_ARCH, text_of(arch_name()));
}

enum status find_identity(struct identity *identity)
{
	struct span table;
	enum status status;

	identity_clear(identity);
	from_system_table(identity);
	status = find_smbios(&table);
	if (status == STATUS_OK)
		identity_from_smbios(identity, table, NULL);
	return status;
}
