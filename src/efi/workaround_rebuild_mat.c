/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_rebuild_mat.c - rebuild-mat: a Memory Attributes Table of our own in place of the firmware's, built anew
 * from each memory map that a caller is given, so that it fits the one that the operating system goes on with.
 * docs/workarounds/rebuild-mat.md
 */
#include <fwquirk/mat.h>
#include <fwquirk/mat_build.h>
#include <fwquirk/pe.h>

#include "config_tables.h"
#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "memory_map.h"
#include "workaround.h"

/* EDK II needs 25; with boot services kept, a few for each of its images. */
#define ROOM_ENTRIES    1024u
#define VERSION         1u
#define HEADER_MAX_SIZE 4096u
/* As far as a table of the firmware's can reach that mat_open takes. */
#define MAT_MAX_BYTES (256u << 10)

/* UEFI 2.10 section 4.6.4. */
struct header {
	UINT32 version, n_entries, entry_size, flags;
};

/* The table, then as much room again, in which the next one is built. */
static struct header *ours;
static size_t room_bytes;
/* The firmware's own, NULL when there is none. */
static const void *before;

/* Guard pages are not mapped. */
static struct span read_runtime(uint64_t first, uint64_t size_bytes)
{
	const void *at = (const void *)(uintptr_t)first;

	return span_of(at, firmware_is_mapped(at, size_bytes) ? size_bytes : 0);
}

/* Reads the map that goes out and changes nothing in it. When the new table does not fit the old one stays as it was. */
static enum status rebuild(struct memmap_edit *edit)
{
	struct memmap map = {span_of(edit->at, edit->size_bytes), edit->descriptor_size};
	struct memmap_edit entries = {(uint8_t *)ours + room_bytes, 0, room_bytes - sizeof(*ours),
				      edit->descriptor_size};
	uint8_t *to = (uint8_t *)(ours + 1);

	if (mat_build(&map, read_runtime, &entries) != STATUS_OK)
		return STATUS_OK;
	for (size_t i = 0; i < entries.size_bytes; i++)
		to[i] = entries.at[i];
	ours->entry_size = (UINT32)edit->descriptor_size;
	ours->n_entries = (UINT32)(entries.size_bytes / edit->descriptor_size);
	return STATUS_OK;
}

/* Drivers of system management say runtime code, too, and are in memory that only they can see. */
static bool is_runtime(const struct memmap *map, const EFI_LOADED_IMAGE *image)
{
	struct memory_range range;

	return image->ImageCodeType == EfiRuntimeServicesCode &&
	       memmap_find(map, (uintptr_t)image->ImageBase, &range) &&
	       range.type == MEMORY_RUNTIME_CODE;
}

/* Every runtime image must be seen by its headers: code that is not would be shut. */
static bool images_have_headers(const struct memmap *map)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_HANDLE *handles;
	bool all = true;
	UINTN n;

	if (EFI_ERROR(firmware.boot->LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles)))
		return false;
	while (n--) {
		const EFI_LOADED_IMAGE *image = firmware_loaded(handles[n]);
		uint32_t size_bytes;

		if (!image || !is_runtime(map, image))
			continue;
		all &= pe_image_size(
			       firmware_readable((uintptr_t)image->ImageBase, HEADER_MAX_SIZE),
			       &size_bytes) == STATUS_OK;
	}
	firmware.boot->FreePool(handles);
	return all;
}

static enum status check(const struct action *action)
{
	struct memmap map;
	enum status status = firmware_map(&map);

	(void)action;
	if (status != STATUS_OK)
		return status;
	if (!images_have_headers(&map))
		status = STATUS_REFUSED;
	firmware_free_map(&map);
	return status == STATUS_OK ? memory_map_check() : status;
}

/* Into `ours`, from the map as it is now. */
static enum status build_now(void)
{
	struct memmap map;
	enum status status = firmware_map(&map);

	if (status != STATUS_OK)
		return status;
	room_bytes = sizeof(*ours) + ROOM_ENTRIES * map.descriptor_size;
	status = status_from_efi(
		firmware.boot->AllocatePool(EfiBootServicesData, 2 * room_bytes, (void **)&ours));
	if (status == STATUS_OK) {
		struct memmap_edit edit = {(uint8_t *)(uintptr_t)map.bytes.at, map.bytes.size,
					   map.bytes.size, map.descriptor_size};

		*ours = (struct header){.version = VERSION};
		rebuild(&edit);
	}
	firmware_free_map(&map);
	return status;
}

static enum status apply(const struct action *action)
{
	enum status status = build_now();

	before = config_table_now(action);
	if (status == STATUS_OK)
		status = config_table_change(action, ours);
	if (status != STATUS_OK)
		return status;
	status = memory_map_add_reader(rebuild);
	if (status != STATUS_OK)
		config_table_undo(action);
	return status;
}

/* Every service that there is can be called. */
static bool allows_services(const struct mat *mat, const struct memmap *map)
{
	UINTN n;
	void *const *service = hooks_pointers(&firmware.system->RuntimeServices->Hdr, &n);
	struct mat firmwares;
	bool has_before = before && mat_open(firmware_readable((uintptr_t)before, MAT_MAX_BYTES),
					     map, &firmwares) == STATUS_OK;

	for (UINTN i = 0; i < n; i++)
		if (service[i] &&
		    !mat_allows_call(mat, has_before ? &firmwares : NULL, (uintptr_t)service[i]))
			return false;
	return n > 0;
}

/* By the reader that knows nothing of how it was built. */
static enum status verify(const struct action *action)
{
	struct memmap map;
	struct mat mat;
	unsigned found = 0;
	bool can_call = false;
	enum status status = firmware_map(&map);

	if (status != STATUS_OK)
		return status;
	status = mat_open(span_of(ours, room_bytes), &map, &mat);
	if (status == STATUS_OK)
		status = mat_check(&mat, &map, &found);
	if (status == STATUS_OK)
		can_call = allows_services(&mat, &map);
	firmware_free_map(&map);
	/* Memory of code in no image, as boot services have it when they are kept, is data to us. */
	if (status != STATUS_OK || (found & ~MAT_CODE_XP) || !can_call || !memory_map_is_hooked())
		return STATUS_FAILED;
	events_add(EVENT_MAT_REBUILT, ours->n_entries, (uintptr_t)ours, text_sized(NULL, 0));
	return config_table_verify(action);
}

static enum status undo(const struct action *action)
{
	enum status status = memory_map_remove(rebuild, false);

	/* Our code would go on writing to it. */
	return status == STATUS_OK ? config_table_undo(action) : status;
}

static void hand_off(const struct action *action)
{
	memory_map_remove(rebuild, true);
	config_table_hand_off(action);
}

const struct workaround_steps workaround_rebuild_mat = {check, apply, verify, undo, hand_off};
