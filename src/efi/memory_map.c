/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memory_map.c - the hook on GetMemoryMap() and who has a say in it; decides nothing about a descriptor */
#include "firmware.h"
#include "hooks.h"
#include "memory_map.h"

#define REWRITES_MAX 4u
#define GIVEN_MAX    4u

/* Those that only read are the last. */
static map_rewrite *rewrites[REWRITES_MAX];
static unsigned n_rewrites, n_readers;
static struct hook hook;

/* The last maps that went out whole, the oldest overwritten first. */
static struct {
	UINTN key;
	uint32_t crc;
	bool is_set;
} given[GIVEN_MAX];
static unsigned n_given;

static void remember(UINTN key, uint32_t crc)
{
	unsigned at = n_given++ % GIVEN_MAX;

	/* A key has one map; the newer is what counts. */
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		if (given[i].is_set && given[i].key == key)
			at = i;
	given[at].key = key;
	given[at].crc = crc;
	given[at].is_set = true;
}

bool memory_map_given(UINTN key, uint32_t *ret_crc)
{
	for (unsigned i = 0; i < GIVEN_MAX; i++)
		if (given[i].is_set && given[i].key == key) {
			*ret_crc = given[i].crc;
			return true;
		}
	return false;
}

static enum status rewrite_all(struct memmap_edit *edit)
{
	enum status status = STATUS_OK;

	for (unsigned i = 0; i < n_rewrites && status == STATUS_OK; i++)
		status = rewrites[i](edit);
	return status;
}

/* UEFI 2.10 section 7.2.3. Key, size and version are optional for callers of some implementations, not for us. */
static EFI_STATUS EFIAPI get_memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map, UINTN *ret_key,
					UINTN *ret_descriptor_size, UINT32 *ret_version)
{
	EFI_GET_MEMORY_MAP original = (EFI_GET_MEMORY_MAP)hook.original;
	UINTN room = size ? *size : 0, key = 0, descriptor_size = 0;
	struct memmap_edit edit;
	UINT32 version = 0;
	EFI_STATUS status;

	status = original(size, map, &key, &descriptor_size, &version);
	if (!EFI_ERROR(status)) {
		edit = (struct memmap_edit){(uint8_t *)map, *size, room, descriptor_size};
		if (rewrite_all(&edit) != STATUS_OK)
			status = EFI_BUFFER_TOO_SMALL;
		*size = edit.size_bytes;
	}
	if (!EFI_ERROR(status))
		remember(key, span_crc32(span_of(map, *size)));
	else if (status == EFI_BUFFER_TOO_SMALL)
		*size += MEMORY_MAP_SLACK * descriptor_size;
	if (ret_key)
		*ret_key = key;
	if (ret_descriptor_size)
		*ret_descriptor_size = descriptor_size;
	if (ret_version)
		*ret_version = version;
	return status;
}

enum status memory_map_check(void)
{
	if (n_rewrites)
		return STATUS_OK;
	hook = HOOK(firmware.boot->GetMemoryMap, get_memory_map);
	return hooks_check(&firmware.boot->Hdr, &hook, 1);
}

static enum status insert(map_rewrite *rewrite, unsigned at)
{
	if (n_rewrites == REWRITES_MAX)
		return STATUS_NO_SPACE;
	for (unsigned i = n_rewrites++; i > at; i--)
		rewrites[i] = rewrites[i - 1];
	rewrites[at] = rewrite;
	if (n_rewrites == 1)
		hooks_install(&firmware.boot->Hdr, &hook, 1);
	return STATUS_OK;
}

enum status memory_map_add(map_rewrite *rewrite)
{
	return insert(rewrite, n_rewrites - n_readers);
}

enum status memory_map_add_reader(map_rewrite *reader)
{
	enum status status = insert(reader, n_rewrites);

	n_readers += status == STATUS_OK;
	return status;
}

enum status memory_map_remove(map_rewrite *rewrite, bool at_handoff)
{
	unsigned n = 0, n_writers = n_rewrites - n_readers;

	for (unsigned i = 0; i < n_rewrites; i++)
		if (rewrites[i] != rewrite)
			rewrites[n++] = rewrites[i];
		else if (i >= n_writers)
			n_readers--;
	n_rewrites = n;
	return n ? STATUS_OK : hooks_remove(&firmware.boot->Hdr, &hook, 1, at_handoff);
}

bool memory_map_is_hooked(void)
{
	return hooks_are_installed(&firmware.boot->Hdr, &hook, 1);
}

EFI_STATUS memory_map_now(void *room, UINTN room_bytes, UINTN *ret_key, uint32_t *ret_crc)
{
	EFI_STATUS status = get_memory_map(&room_bytes, room, ret_key, NULL, NULL);

	if (!EFI_ERROR(status))
		memory_map_given(*ret_key, ret_crc);
	return status;
}
