/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * census.c - prints what a firmware says it is and what it has at this moment, a line per fact. Run
 * before and after something, it shows what that something left behind. Changes nothing.
 *
 * Load options: a word that every line carries, so that two runs can be told apart (default "now");
 * the word "state" leaves the identity out.
 */
#include <efi.h>

#include "memory_attribute.h"
#include "say.h"
#include "state.h"

#define PAGE_BYTES 4096u
#define MAP_BYTES  (64 * 1024)

/* UEFI 2.10, section 4.6.2 "Industry Standard Configuration Tables". */
#define SMBIOS2_GUID                                                   \
	{                                                              \
		0xeb9d2d31, 0x2d88, 0x11d3,                            \
		{                                                      \
			0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d \
		}                                                      \
	}
#define SMBIOS3_GUID                                                   \
	{                                                              \
		0xf2fd1544, 0x9794, 0x4a2c,                            \
		{                                                      \
			0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 \
		}                                                      \
	}

static EFI_SYSTEM_TABLE *st;

static bool same_guid(const EFI_GUID *a, const EFI_GUID *b)
{
	const UINT8 *x = (const UINT8 *)a, *y = (const UINT8 *)b;
	UINTN i;

	for (i = 0; i < sizeof(*a); i++)
		if (x[i] != y[i])
			return false;
	return true;
}

static const UINT8 *config_table(const EFI_GUID *guid)
{
	UINTN i;

	for (i = 0; i < st->NumberOfTableEntries; i++)
		if (same_guid(&st->ConfigurationTable[i].VendorGuid, guid))
			return st->ConfigurationTable[i].VendorTable;
	return NULL;
}

static UINT64 little(const UINT8 *bytes, UINTN n)
{
	UINT64 value = 0;

	while (n--)
		value = value << 8 | bytes[n];
	return value;
}

/* The string numbered @index of the structure @s, as the firmware has it, or a dash. */
static const char *string_of(const UINT8 *s, UINT8 index)
{
	const char *text = (const char *)s + s[1];

	if (!index)
		return "-";
	while (--index && *text)
		while (*text++)
			;
	return *text ? text : "-";
}

/* SMBIOS 3.7.0, sections 7.1 and 7.2: the offsets of type 0 and type 1. */
static void say_structure(const UINT8 *s)
{
	if (s[0] == 0) {
		say("bios-vendor=%s", string_of(s, s[4]));
		say("bios-version=%s", string_of(s, s[5]));
		say("bios-date=%s", string_of(s, s[8]));
		if (s[1] > 0x15)
			say("bios-release=%u.%u", (UINTN)s[0x14], (UINTN)s[0x15]);
	} else if (s[0] == 1) {
		say("sys-vendor=%s", string_of(s, s[4]));
		say("product-name=%s", string_of(s, s[5]));
		say("product-version=%s", string_of(s, s[6]));
	}
}

static void say_smbios(void)
{
	EFI_GUID guid2 = SMBIOS2_GUID, guid3 = SMBIOS3_GUID;
	const UINT8 *entry2 = config_table(&guid2), *entry3 = config_table(&guid3), *s;
	UINTN table = 0;

	if (entry2) {
		say("smbios2=%u.%u", (UINTN)entry2[6], (UINTN)entry2[7]);
		table = little(entry2 + 0x18, 4);
	}
	if (entry3) {
		say("smbios3=%u.%u", (UINTN)entry3[7], (UINTN)entry3[8]);
		table = little(entry3 + 0x10, 8);
	}
	if (!table)
		return;
	for (s = (const UINT8 *)table; s[0] != 127; s += 2) {
		say_structure(s);
		for (s += s[1]; s[0] || s[1];)
			s++;
	}
}

static void say_identity(void)
{
	UINT32 uefi = st->Hdr.Revision;

	say("efi-vendor=%S", st->FirmwareVendor);
	say("efi-revision=%x", (UINTN)st->FirmwareRevision);
	say("uefi-revision=%u.%u.%u", (UINTN)(uefi >> 16), (UINTN)(uefi & 0xffff) / 10,
	    (UINTN)(uefi & 0xffff) % 10);
	say_smbios();
}

static EFI_STATUS say_state(void)
{
	EFI_GUID attribute = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	struct state state;
	EFI_STATUS status;
	void *protocol;

	status = state_take(st, &state);
	if (EFI_ERROR(status))
		return say_status("state", status);
	say("pages-free=%u", state.pages_free);
	say("pages-loader=%u", state.pages_loader);
	say("pages-boot=%u", state.pages_boot);
	say("pages-runtime=%u", state.pages_runtime);
	say("handles=%u", state.n_handles);
	say("images=%u", state.n_images);
	say("boot-services-crc=%s", state.boot_services_crc_right ? "right" : "wrong");
	say("boot-services-sum=%x", state.boot_services_sum);
	say("runtime-services-sum=%x", state.runtime_services_sum);
	say("config-tables=%u", state.n_config_tables);
	status = st->BootServices->LocateProtocol(&attribute, NULL, &protocol);
	say("map-protocol=%s", EFI_ERROR(status) ? "absent" : "present");
	return EFI_SUCCESS;
}

/* The first word of the load options, or "now". */
static const char *label(const CHAR16 *options, UINTN n)
{
	static char name[32];
	UINTN i;

	for (i = 0; i < n && i < sizeof(name) - 1 && options[i] > ' '; i++)
		name[i] = (char)options[i];
	return i ? name : "now";
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	st = table;
	status = st->BootServices->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = options_of(self, &n);
	say_init(table, label(options, n));
	if (!options_have(options, n, "state"))
		say_identity();
	status = say_state();
	say("end");
	return status;
}
