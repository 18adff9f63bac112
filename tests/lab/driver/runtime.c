/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * runtime.c - runtime services that touch what is not theirs (UEFI 2.10 chapter 8): an address that is mapped nowhere,
 * or memory of boot services. A runtime driver (../runtime/touch.c) stands in for each of them, before and after
 * SetVirtualAddressMap(). Where a kernel is to run it, mat-absent goes with it: see runtime-late.
 */
#include "lab.h"

#include "../runtime/touch.h"

/* Mapped by no firmware and by no kernel for runtime services; canonical. */
#define NOWHERE 0x0000600000000000ull

#define SERVICE(name)                                       \
	{                                                   \
#name, offsetof(EFI_RUNTIME_SERVICES, name) \
	}
static const struct {
	const char *name;
	size_t offset;
} services[] = {
	SERVICE(GetTime),
	SERVICE(SetTime),
	SERVICE(GetWakeupTime),
	SERVICE(SetWakeupTime),
	SERVICE(SetVirtualAddressMap),
	SERVICE(GetVariable),
	SERVICE(GetNextVariableName),
	SERVICE(SetVariable),
	SERVICE(GetNextHighMonotonicCount),
	SERVICE(ResetSystem),
	SERVICE(UpdateCapsule),
	SERVICE(QueryCapsuleCapabilities),
	SERVICE(QueryVariableInfo),
};

/* The path of \\touch.efi on the volume that we come from; never given back. */
static EFI_STATUS path_of_driver(EFI_DEVICE_PATH **ret_path)
{
	static const CHAR16 name[] = u"\\touch.efi";
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL, path_guid = DEVICE_PATH_PROTOCOL;
	EFI_DEVICE_PATH *volume, *at;
	EFI_LOADED_IMAGE *self;
	EFI_STATUS status;
	size_t size;

	status = lab_sane.HandleProtocol(lab_image, &image_guid, (void **)&self);
	if (!EFI_ERROR(status))
		status = lab_sane.HandleProtocol(self->DeviceHandle, &path_guid, (void **)&volume);
	if (EFI_ERROR(status))
		return status;
	for (at = volume; !IsDevicePathEndType(at); at = NextDevicePathNode(at))
		;
	size = (size_t)((uint8_t *)at - (uint8_t *)volume);
	status = lab_sane.AllocatePool(EfiBootServicesData, size + 64, (void **)ret_path);
	if (EFI_ERROR(status))
		return status;
	lab_sane.CopyMem(*ret_path, volume, size);
	at = (EFI_DEVICE_PATH *)((uint8_t *)*ret_path + size);
	*at = (EFI_DEVICE_PATH){MEDIA_DEVICE_PATH, MEDIA_FILEPATH_DP, {4 + sizeof(name), 0}};
	lab_sane.CopyMem(at + 1, (void *)name, sizeof(name));
	at = (EFI_DEVICE_PATH *)((uint8_t *)(at + 1) + sizeof(name));
	*at = (EFI_DEVICE_PATH){END_DEVICE_PATH_TYPE, END_ENTIRE_DEVICE_PATH_SUBTYPE, {4, 0}};
	return EFI_SUCCESS;
}

/* A runtime driver of ours takes the place of the service (runtime/touch.c). */
static EFI_STATUS replace(size_t offset, uint64_t touch)
{
	struct touch_options options = {touch, offset};
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE *driver;
	EFI_DEVICE_PATH *path;
	EFI_HANDLE handle;
	EFI_STATUS status;

	status = path_of_driver(&path);
	if (!EFI_ERROR(status))
		status = lab_sane.LoadImage(FALSE, lab_image, path, NULL, 0, &handle);
	if (!EFI_ERROR(status))
		status = lab_sane.HandleProtocol(handle, &image_guid, (void **)&driver);
	if (EFI_ERROR(status))
		return status;
	driver->LoadOptions = &options;
	driver->LoadOptionsSize = sizeof(options);
	return lab_sane.StartImage(handle, NULL, NULL);
}

/* "NAME,NAME": each of them touches the address. */
static EFI_STATUS replace_named(const char *names, uint64_t touch)
{
	EFI_STATUS status = EFI_NOT_FOUND;

	while (*names) {
		status = EFI_NOT_FOUND;
		for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
			if (lab_word_is(names, services[i].name))
				status = replace(services[i].offset, touch);
		if (EFI_ERROR(status))
			return status;
		while (*names && *names++ != ',')
			;
	}
	return status;
}

/* runtime-fault=NAME,...: a page fault whenever it is called, before and after SetVirtualAddressMap(). */
static EFI_STATUS runtime_fault(const char *value)
{
	return replace_named(value, NOWHERE);
}

/* runtime-touches-boot=NAME,...: reads and writes memory of boot services, by its physical address. */
static EFI_STATUS runtime_touches_boot(const char *value)
{
	EFI_PHYSICAL_ADDRESS page;
	EFI_STATUS status;

	status = lab_sane.AllocatePages(AllocateAnyPages, EfiBootServicesData, 1, &page);
	if (EFI_ERROR(status))
		return status;
	lab_say_hex("touched", page);
	return replace_named(value, page);
}

/*
 * runtime-late=NAME,...: a driver that does nothing wrong. EDK II, as measured, lists the code of one that is started from the shell as
 * data in its Memory Attributes Table.
 */
static EFI_STATUS runtime_late(const char *value)
{
	EFI_PHYSICAL_ADDRESS page;
	EFI_STATUS status;

	status = lab_sane.AllocatePages(AllocateAnyPages, EfiRuntimeServicesData, 1, &page);
	return EFI_ERROR(status) ? status : replace_named(value, page);
}

const struct defect defects_runtime[] = {
	{"runtime-fault", "hp-probook-x360-11g1-qvi apple-t2-queryvariableinfo", runtime_fault},
	{"runtime-late", "mat-lost-entries-491", runtime_late},
	{"runtime-touches-boot", "xen-mapbs hp-840g1-bs-access", runtime_touches_boot},
	{NULL, NULL, NULL},
};
