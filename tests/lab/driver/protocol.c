/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* protocol.c - defects of EFI_MEMORY_ATTRIBUTE_PROTOCOL (UEFI 2.10 section 37.7) */
#include "lab.h"
#include "../../boot/efi/memory_attribute.h"

static EFI_STATUS protocol_absent(const char *value)
{
	EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	EFI_HANDLE *handles;
	EFI_STATUS status;
	void *interface;
	UINTN n;

	(void)value;
	status = lab_sane.LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles);
	if (EFI_ERROR(status))
		return status;
	status = lab_sane.HandleProtocol(handles[0], &guid, &interface);
	if (!EFI_ERROR(status))
		status = lab_sane.UninstallProtocolInterface(handles[0], &guid, interface);
	lab_sane.FreePool(handles);
	return status;
}

const struct defect defects_protocol[] = {
	{"protocol-absent", "", protocol_absent},
	{NULL, NULL, NULL},
};
