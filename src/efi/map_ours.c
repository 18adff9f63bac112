/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* map_ours.c - calls of the memory attribute protocol in, permissions.h out; decides nothing about policy */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "map_ours.h"
#include "permissions.h"

#define PAGE_MASK (PAGE_SIZE_BYTES - 1ull)
#define KNOWN     (MEMORY_ATTRIBUTE_RP | MEMORY_ATTRIBUTE_XP | MEMORY_ATTRIBUTE_RO)

static EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;

struct range {
	uint64_t first, size_bytes;
};

/*
 * Whole pages. The end is widened: what lies behind a section or a buffer in its last page is nobody's. Before its beginning there may
 * be something else, which loses nothing: the first page is left out when `restricts` and it is not all the caller's.
 */
static bool whole_pages(uint64_t base, uint64_t length, bool restricts, struct range *ret_range)
{
	uint64_t end;

	if (!length || length > UINT64_MAX - PAGE_MASK - base)
		return false;
	end = (base + length + PAGE_MASK) & ~PAGE_MASK;
	base = restricts ? (base + PAGE_MASK) & ~PAGE_MASK : base & ~PAGE_MASK;
	*ret_range = (struct range){base, end - base};
	return base < end;
}

static EFI_STATUS EFIAPI get(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base,
			     UINT64 length, UINT64 *ret_attributes)
{
	uint64_t attributes;
	struct range range;

	(void)this;
	if (!ret_attributes || !whole_pages(base, length, false, &range))
		return EFI_INVALID_PARAMETER;
	if (permissions_get(range.first, range.size_bytes, &attributes) != STATUS_OK)
		return EFI_NO_MAPPING;
	*ret_attributes = attributes;
	return EFI_SUCCESS;
}

static EFI_STATUS change(uint64_t base, uint64_t length, uint64_t attributes, bool set)
{
	struct range range;

	if (!attributes || attributes & ~KNOWN || !length)
		return EFI_INVALID_PARAMETER;
	if ((set && attributes & MEMORY_ATTRIBUTE_RP) || !whole_pages(base, length, set, &range))
		return EFI_UNSUPPORTED;
	switch (permissions_change(range.first, range.size_bytes, set ? attributes : 0,
				   set ? 0 : attributes)) {
	case STATUS_OK:
		return EFI_SUCCESS;
	case STATUS_ABSENT:
		return EFI_NO_MAPPING;
	case STATUS_NO_SPACE:
		return EFI_OUT_OF_RESOURCES;
	default:
		return EFI_UNSUPPORTED;
	}
}

static EFI_STATUS EFIAPI set(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base,
			     UINT64 length, UINT64 attributes)
{
	(void)this;
	return change(base, length, attributes, true);
}

static EFI_STATUS EFIAPI clear(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base,
			       UINT64 length, UINT64 attributes)
{
	(void)this;
	return change(base, length, attributes, false);
}

struct memory_attribute_protocol map_ours = {get, set, clear};

static EFI_HANDLE our_handle;
static unsigned n_offers;

static struct {
	EFI_HANDLE handle;
	void *interface;
} theirs;

static enum status install(EFI_HANDLE *handle, void *interface)
{
	return status_from_efi(firmware.boot->InstallProtocolInterface(
		handle, &guid, EFI_NATIVE_INTERFACE, interface));
}

static enum status uninstall(EFI_HANDLE handle, void *interface)
{
	return status_from_efi(firmware.boot->UninstallProtocolInterface(handle, &guid, interface));
}

/* The first handle that has it, as LocateProtocol() would choose; asks nobody who may be hooked. */
static enum status find(EFI_HANDLE *ret_handle, void **ret_interface)
{
	UINTN size = sizeof(*ret_handle);
	EFI_STATUS status;

	status = firmware.boot->LocateHandle(ByProtocol, &guid, NULL, &size, ret_handle);
	if (status == EFI_BUFFER_TOO_SMALL)
		return STATUS_UNSUPPORTED; /* several: which one would be the right one? */
	if (!EFI_ERROR(status))
		status = firmware.boot->HandleProtocol(*ret_handle, &guid, ret_interface);
	return status_from_efi(status);
}

bool map_found_is(const struct memory_attribute_protocol *map)
{
	EFI_HANDLE handle;
	void *interface;

	if (find(&handle, &interface) != STATUS_OK)
		return !map;
	return interface == map;
}

enum status map_offer(bool *is_offered)
{
	enum status status = STATUS_OK;

	if (!map_found_is(&map_ours)) {
		our_handle = NULL;
		status = install(&our_handle, &map_ours);
	}
	if (status != STATUS_OK || *is_offered)
		return status;
	*is_offered = true;
	n_offers++;
	return STATUS_OK;
}

enum status map_withdraw(bool *is_offered)
{
	if (!*is_offered)
		return STATUS_OK;
	*is_offered = false;
	if (--n_offers || !map_found_is(&map_ours))
		return STATUS_OK;
	return uninstall(our_handle, &map_ours);
}

enum status map_take(void)
{
	enum status status = find(&theirs.handle, &theirs.interface);

	if (status == STATUS_OK)
		status = uninstall(theirs.handle, theirs.interface);
	if (status != STATUS_OK)
		theirs.interface = NULL;
	return status;
}

enum status map_give_back(void)
{
	void *interface = theirs.interface;

	theirs.interface = NULL;
	if (!interface || install(&theirs.handle, interface) == STATUS_OK)
		return STATUS_OK;
	/* The handle had nothing else and is gone. */
	theirs.handle = NULL;
	return install(&theirs.handle, interface);
}

struct memory_attribute_protocol *map_taken(void)
{
	return theirs.interface;
}
