/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* map.c - permissions asked for in, verified permissions out; never believes a status alone */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "map.h"

static const EFI_GUID map_guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;

struct memory_attribute_protocol *map_locate(void)
{
	return firmware_locate(&map_guid);
}

static enum status verify(struct memory_attribute_protocol *map, virt_t first, uint64_t size_bytes,
			  uint64_t bit, bool wanted)
{
	UINT64 attributes;

	if (EFI_ERROR(map->get(map, first.at, size_bytes, &attributes)))
		return STATUS_FAILED;
	return !(attributes & bit) == !wanted ? STATUS_OK : STATUS_FAILED;
}

static enum status set(virt_t first, uint64_t size_bytes, uint64_t bit)
{
	struct memory_attribute_protocol *map = map_locate();

	if (!map)
		return STATUS_ABSENT;
	if (EFI_ERROR(map->set(map, first.at, size_bytes, bit)))
		return STATUS_FAILED;
	return verify(map, first, size_bytes, bit, true);
}

enum status map_set_readonly(virt_t first, uint64_t size_bytes)
{
	return set(first, size_bytes, MEMORY_ATTRIBUTE_RO);
}

enum status map_set_no_execute(virt_t first, uint64_t size_bytes)
{
	return set(first, size_bytes, MEMORY_ATTRIBUTE_XP);
}

enum status map_clear_readonly(virt_t first, uint64_t size_bytes)
{
	struct memory_attribute_protocol *map = map_locate();

	if (!map)
		return STATUS_ABSENT;
	if (EFI_ERROR(map->clear(map, first.at, size_bytes, MEMORY_ATTRIBUTE_RO)))
		return STATUS_FAILED;
	return verify(map, first, size_bytes, MEMORY_ATTRIBUTE_RO, false);
}

/* Whether the page tables agree that this page, and through its own leaf alone, is read-only. */
static enum status seen_readonly(virt_t page)
{
	struct leaf leaf;
	enum status status;

	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	status = pagetable_find(&firmware.pagetable, page, &leaf);
	if (status != STATUS_OK || leaf.writable)
		return STATUS_FAILED;
	if (leaf.size_bytes != PAGE_SIZE_BYTES || !leaf.entry_decides)
		return STATUS_UNSUPPORTED;
	return STATUS_OK;
}

enum status map_readonly_page(EFI_MEMORY_TYPE type, virt_t *ret_page)
{
	enum status status;
	virt_t page;

	if (!map_locate())
		return STATUS_ABSENT;
	status = firmware_allocate(type, 1, &page);
	if (status != STATUS_OK)
		return status;
	status = map_set_readonly(page, PAGE_SIZE_BYTES);
	if (status == STATUS_OK)
		status = seen_readonly(page);
	if (status == STATUS_OK) {
		*ret_page = page;
		return STATUS_OK;
	}
	/* What stays read-only is lost rather than freed: freeing it may be what faults. */
	if (!firmware_is_readonly(page) || map_clear_readonly(page, PAGE_SIZE_BYTES) == STATUS_OK)
		firmware_free(page, 1);
	return status;
}
