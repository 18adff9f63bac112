/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * protocol.c - defects of EFI_MEMORY_ATTRIBUTE_PROTOCOL (UEFI 2.10 section 37.7): the firmware's own behind
 * an interface with bad habits, several at once if asked. Firmware without one gets one, over the page tables.
 */
#include "lab.h"
#include "../../boot/efi/memory_attribute.h"

#define PAGE     4096ull
#define LARGE    (2ull << 20)
#define KNOWN    (ATTRIBUTE_RP | ATTRIBUTE_XP | ATTRIBUTE_RO)
#define UNMAPPED 0x7fffdead0000ull /* canonical, far above what any machine of the lab has */

static EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
static EFI_HANDLE handle;
static struct memory_attribute_protocol *below; /* NULL: there was none */

static struct {
	bool lies, reports_nothing, crashes_on_rp, refuses_edge, is_coarse;
	uint64_t largest; /* bytes in one call, 0: any */
} habit;

static bool is_bad(uint64_t base, uint64_t length)
{
	return !length || base & (PAGE - 1) || length & (PAGE - 1);
}

static uint64_t attributes_of(uint64_t page)
{
	uint64_t size, leaf = lab_paging_leaf(page, &size);

	if (!(leaf & LAB_P))
		return ATTRIBUTE_RP;
	return (leaf & LAB_W ? 0 : ATTRIBUTE_RO) | (leaf & LAB_NX ? ATTRIBUTE_XP : 0);
}

static EFI_STATUS EFIAPI get(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base,
			     UINT64 length, UINT64 *ret_attributes)
{
	(void)self;
	if (habit.reports_nothing && !is_bad(base, length)) {
		*ret_attributes = 0;
		return EFI_SUCCESS;
	}
	if (below)
		return below->get(below, base, length, ret_attributes);
	if (is_bad(base, length) || !ret_attributes)
		return EFI_INVALID_PARAMETER;
	*ret_attributes = attributes_of(base);
	for (uint64_t at = base; at < base + length; at += PAGE)
		if (attributes_of(at) != *ret_attributes)
			return EFI_NO_MAPPING;
	return EFI_SUCCESS;
}

/* As good firmware would. */
static EFI_STATUS change(uint64_t base, uint64_t length, uint64_t attributes, bool set)
{
	uint64_t add = 0, remove = 0;

	if (below)
		return (set ? below->set : below->clear)(below, base, length, attributes);
	if (is_bad(base, length))
		return EFI_UNSUPPORTED;
	if (attributes & ATTRIBUTE_XP)
		*(set ? &add : &remove) |= LAB_NX;
	if (attributes & ATTRIBUTE_RO)
		*(set ? &remove : &add) |= LAB_W;
	if (attributes & ATTRIBUTE_RP)
		*(set ? &remove : &add) |= LAB_P;
	return lab_paging_change(base, length, add, remove);
}

static EFI_STATUS badly(uint64_t base, uint64_t length, uint64_t attributes, bool set)
{
	if (!length || !attributes || attributes & ~KNOWN)
		return EFI_INVALID_PARAMETER;
	if (habit.crashes_on_rp && attributes & ATTRIBUTE_RP)
		*(volatile uint8_t *)UNMAPPED = 0;
	if (habit.largest && length > habit.largest)
		return EFI_UNSUPPORTED;
	if (habit.refuses_edge && base / LARGE != (base + length - 1) / LARGE)
		return EFI_NO_MAPPING;
	if (habit.lies)
		return EFI_SUCCESS;
	if (habit.is_coarse && !is_bad(base, length)) {
		length = (base + length + 15 * PAGE) & ~(16 * PAGE - 1);
		base &= ~(16 * PAGE - 1);
		length -= base;
	}
	return change(base, length, attributes, set);
}

static EFI_STATUS EFIAPI set(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base,
			     UINT64 length, UINT64 attributes)
{
	(void)self;
	return badly(base, length, attributes, true);
}

static EFI_STATUS EFIAPI clear(struct memory_attribute_protocol *self, EFI_PHYSICAL_ADDRESS base,
			       UINT64 length, UINT64 attributes)
{
	(void)self;
	return badly(base, length, attributes, false);
}

static struct memory_attribute_protocol ours = {get, set, clear};

/* The firmware's interface and its handle; EFI_NOT_FOUND. */
static EFI_STATUS find(EFI_HANDLE *ret_handle, void **ret_interface)
{
	EFI_HANDLE *handles;
	EFI_STATUS status;
	UINTN n;

	status = lab_sane.LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles);
	if (EFI_ERROR(status))
		return status;
	*ret_handle = handles[0];
	status = lab_sane.HandleProtocol(handles[0], &guid, ret_interface);
	lab_sane.FreePool(handles);
	return status;
}

/* Ours in place of the firmware's, or the only one. */
static EFI_STATUS take_over(void)
{
	void *interface;

	if (handle)
		return EFI_SUCCESS;
	if (EFI_ERROR(find(&handle, &interface)))
		return lab_sane.InstallProtocolInterface(&handle, &guid, EFI_NATIVE_INTERFACE,
							 &ours);
	below = interface;
	return lab_sane.ReinstallProtocolInterface(handle, &guid, interface, &ours);
}

static EFI_STATUS absent(const char *value)
{
	void *interface;
	EFI_HANDLE at;
	EFI_STATUS status = find(&at, &interface);

	(void)value;
	if (status == EFI_NOT_FOUND)
		return EFI_SUCCESS;
	if (EFI_ERROR(status))
		return status;
	return lab_sane.UninstallProtocolInterface(at, &guid, interface);
}

static EFI_STATUS lies(const char *value)
{
	(void)value;
	habit.lies = true;
	return take_over();
}

static EFI_STATUS refuses_large(const char *value)
{
	habit.largest = lab_number(value, LARGE, NULL);
	return take_over();
}

static EFI_STATUS refuses_edge(const char *value)
{
	(void)value;
	habit.refuses_edge = true;
	return take_over();
}

/* No habit: that is how a good one is, and what breaks callers that do not know. */
static EFI_STATUS refuses_unaligned(const char *value)
{
	(void)value;
	return take_over();
}

static EFI_STATUS coarse(const char *value)
{
	(void)value;
	habit.is_coarse = true;
	return take_over();
}

static EFI_STATUS crashes_on_rp(const char *value)
{
	(void)value;
	habit.crashes_on_rp = true;
	return take_over();
}

static EFI_STATUS reports_nothing(const char *value)
{
	(void)value;
	habit.reports_nothing = true;
	return take_over();
}

static EFI_IMAGE_LOAD load_image;

/* Project Mu and firmware built on it: an image that is not NX_COMPAT costs everybody the protocol. Here any image does. */
static EFI_STATUS EFIAPI load_image_vanish(BOOLEAN policy, EFI_HANDLE parent, EFI_DEVICE_PATH *path,
					   VOID *source, UINTN size, EFI_HANDLE *ret_image)
{
	EFI_STATUS status = load_image(policy, parent, path, source, size, ret_image);

	if (handle) {
		lab_sane.UninstallProtocolInterface(handle, &guid, &ours);
		handle = NULL;
		lab_say("the protocol is gone");
	}
	return status;
}

static EFI_STATUS vanishes(const char *value)
{
	EFI_STATUS status = take_over();

	(void)value;
	load_image = (EFI_IMAGE_LOAD)lab_replace(&lab_boot->Hdr, &lab_boot->LoadImage,
						 load_image_vanish);
	return status;
}

const struct defect defects_protocol[] = {
	{"protocol-absent", "virtualbox-no-map fwupd-10935-nxmode", absent},
	{"protocol-lies", "", lies},
	{"protocol-refuses-large", "", refuses_large},
	{"protocol-refuses-edge", "", refuses_edge},
	{"protocol-refuses-unaligned", "armvirt-memattr-shim shim-745-unaligned-grub",
	 refuses_unaligned},
	{"protocol-coarse", "", coarse},
	{"protocol-crashes-on-rp", "", crashes_on_rp},
	{"protocol-reports-nothing", "", reports_nothing},
	{"protocol-vanishes", "", vanishes},
	{NULL, NULL, NULL},
};
