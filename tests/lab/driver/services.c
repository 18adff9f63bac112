/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * services.c - defects of the service tables themselves: pointers that the firmware puts back whenever a service is called,
 * a checksum that is wrong, a pointer that leads out of code, or to code that cannot be executed
 */
#include "lab.h"

static EFI_LOCATE_PROTOCOL locate_before;

/* What nobody but the firmware should have changed is as the firmware has it, at once. */
static EFI_STATUS EFIAPI locate(EFI_GUID *guid, void *registration, void **ret_interface)
{
	EFI_STATUS status = locate_before(guid, registration, ret_interface);

	if (lab_boot->GetNextMonotonicCount != lab_sane.GetNextMonotonicCount) {
		lab_boot->GetNextMonotonicCount = lab_sane.GetNextMonotonicCount;
		lab_checksum(&lab_boot->Hdr);
	}
	return status;
}

static EFI_STATUS guarded(const char *value)
{
	(void)value;
	locate_before =
		(EFI_LOCATE_PROTOCOL)lab_replace(&lab_boot->Hdr, &lab_boot->LocateProtocol, locate);
	return EFI_SUCCESS;
}

static EFI_STATUS bad_checksum(const char *value)
{
	(void)value;
	lab_boot->Hdr.CRC32 ^= 1;
	return EFI_SUCCESS;
}

/* A jump to the service, in memory that is called data. */
static EFI_STATUS astray(const char *value)
{
	static const uint8_t jump[] = {0x48, 0xb8}, to_rax[] = {0xff, 0xe0};
	uint64_t target = (uintptr_t)lab_sane.GetNextMonotonicCount;
	uint8_t *code;

	(void)value;
	if (EFI_ERROR(lab_sane.AllocatePool(EfiBootServicesData, 16, (void **)&code)))
		return EFI_OUT_OF_RESOURCES;
	lab_sane.CopyMem(code, (void *)jump, sizeof(jump));
	lab_sane.CopyMem(code + sizeof(jump), &target, sizeof(target));
	lab_sane.CopyMem(code + sizeof(jump) + sizeof(target), (void *)to_rax, sizeof(to_rax));
	lab_replace(&lab_boot->Hdr, &lab_boot->GetNextMonotonicCount, code);
	return EFI_SUCCESS;
}

/* The page of one runtime service; nobody calls it before the operating system. */
static EFI_STATUS runtime_nx(const char *value)
{
	(void)value;
	return lab_paging_change((uintptr_t)lab_sane_runtime.ResetSystem & ~4095ull, 4096, LAB_NX,
				 0);
}

const struct defect defects_services[] = {
	{"services-guarded", "gigabyte-z390-services-revert vmware-services-revert", guarded},
	{"services-checksum", "", bad_checksum},
	{"services-astray", "", astray},
	{"runtime-service-nx", "", runtime_nx},
	{NULL, NULL, NULL},
};
