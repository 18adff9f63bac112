/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* environment.c - a firmware without what everybody counts on: variables, SMBIOS */
#include "lab.h"

static UINTN largest; /* bytes of a variable that are still taken */

static EFI_STATUS EFIAPI get_unsupported(CHAR16 *name, EFI_GUID *guid, UINT32 *attributes,
					 UINTN *size, VOID *data)
{
	(void)name, (void)guid, (void)attributes, (void)size, (void)data;
	return EFI_UNSUPPORTED;
}

static EFI_STATUS EFIAPI set_unsupported(CHAR16 *name, EFI_GUID *guid, UINT32 attributes,
					 UINTN size, VOID *data)
{
	(void)name, (void)guid, (void)attributes, (void)size, (void)data;
	return EFI_UNSUPPORTED;
}

static EFI_STATUS EFIAPI set_protected(CHAR16 *name, EFI_GUID *guid, UINT32 attributes, UINTN size,
				       VOID *data)
{
	(void)name, (void)guid, (void)attributes, (void)size, (void)data;
	return EFI_WRITE_PROTECTED;
}

static EFI_STATUS EFIAPI set_full(CHAR16 *name, EFI_GUID *guid, UINT32 attributes, UINTN size,
				  VOID *data)
{
	if (size > largest)
		return EFI_OUT_OF_RESOURCES;
	return lab_sane_runtime.SetVariable(name, guid, attributes, size, data);
}

/* absent: there is no variable service; protected: none can be written; full=N: none of more than N bytes. */
static EFI_STATUS variables(const char *value)
{
	EFI_RUNTIME_SERVICES *runtime = lab_system->RuntimeServices;
	EFI_TABLE_HEADER *header = &runtime->Hdr;

	if (lab_word_is(value, "absent")) {
		lab_replace(header, &runtime->GetVariable, get_unsupported);
		lab_replace(header, &runtime->SetVariable, set_unsupported);
		return EFI_SUCCESS;
	}
	if (lab_word_is(value, "protected")) {
		lab_replace(header, &runtime->SetVariable, set_protected);
		return EFI_SUCCESS;
	}
	if (!lab_word_is(value, "full"))
		return EFI_INVALID_PARAMETER;
	largest = lab_number(value[4] ? value + 5 : value + 4, 0, NULL);
	lab_replace(header, &runtime->SetVariable, set_full);
	return EFI_SUCCESS;
}

/* UEFI 2.10 section 4.6.2: SMBIOS 3 and SMBIOS. */
static EFI_STATUS smbios_absent(const char *value)
{
	EFI_GUID guids[] = {
		{0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}},
		{0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}},
	};
	EFI_STATUS status = EFI_NOT_FOUND;

	(void)value;
	for (unsigned i = 0; i < 2; i++)
		if (!EFI_ERROR(lab_sane.InstallConfigurationTable(&guids[i], NULL)))
			status = EFI_SUCCESS;
	return status;
}

const struct defect defects_environment[] = {
	{"variables", "", variables},
	{"smbios-absent", "", smbios_absent},
	{NULL, NULL, NULL},
};
