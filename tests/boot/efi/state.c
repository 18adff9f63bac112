/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* state.c - a running firmware in, counts of what it holds out; changes nothing. */
#include "state.h"

#define MAP_BYTES (64 * 1024)

static UINT8 map[MAP_BYTES];

static UINT64 word_sum(const void *start, UINTN size)
{
	const UINT64 *words = start;
	UINT64 sum = 0;
	UINTN i;

	for (i = 0; i < size / sizeof(*words); i++)
		sum = (sum << 1 | sum >> 63) ^ words[i];
	return sum;
}

static void take_tables(EFI_SYSTEM_TABLE *table, struct state *state)
{
	EFI_BOOT_SERVICES *bs = table->BootServices;
	EFI_RUNTIME_SERVICES *rs = table->RuntimeServices;
	UINT32 crc = bs->Hdr.CRC32, now = 0;

	/* UEFI 2.10, section 4.2: the CRC is taken with its own field zero. */
	bs->Hdr.CRC32 = 0;
	bs->CalculateCrc32(bs, bs->Hdr.HeaderSize, &now);
	bs->Hdr.CRC32 = crc;
	state->boot_services_crc_right = crc == now;
	state->boot_services_sum =
		word_sum((UINT8 *)bs + sizeof(bs->Hdr), bs->Hdr.HeaderSize - sizeof(bs->Hdr));
	state->runtime_services_sum =
		word_sum((UINT8 *)rs + sizeof(rs->Hdr), rs->Hdr.HeaderSize - sizeof(rs->Hdr));
	state->n_config_tables = table->NumberOfTableEntries;
}

static EFI_STATUS take_pages(EFI_BOOT_SERVICES *bs, struct state *state)
{
	UINTN size = sizeof(map), key, descriptor_size = 0, at;
	UINT64 pages[EfiMaxMemoryType] = {0};
	EFI_MEMORY_DESCRIPTOR *d;
	EFI_STATUS status;
	UINT32 version;

	status = bs->GetMemoryMap(&size, (void *)map, &key, &descriptor_size, &version);
	if (EFI_ERROR(status))
		return status;
	for (at = 0; at + descriptor_size <= size; at += descriptor_size) {
		d = (EFI_MEMORY_DESCRIPTOR *)(map + at);
		if (d->Type < EfiMaxMemoryType)
			pages[d->Type] += d->NumberOfPages;
	}
	state->pages_free = pages[EfiConventionalMemory];
	state->pages_loader = pages[EfiLoaderCode] + pages[EfiLoaderData];
	state->pages_boot = pages[EfiBootServicesCode] + pages[EfiBootServicesData];
	state->pages_runtime = pages[EfiRuntimeServicesCode] + pages[EfiRuntimeServicesData];
	return EFI_SUCCESS;
}

static EFI_STATUS count_handles(EFI_BOOT_SERVICES *bs, EFI_GUID *protocol, UINTN *ret_n)
{
	EFI_LOCATE_SEARCH_TYPE how = protocol ? ByProtocol : AllHandles;
	EFI_HANDLE *handles;
	EFI_STATUS status;

	status = bs->LocateHandleBuffer(how, protocol, NULL, ret_n, &handles);
	if (!EFI_ERROR(status))
		bs->FreePool(handles);
	return status;
}

EFI_STATUS state_take(EFI_SYSTEM_TABLE *table, struct state *ret_state)
{
	EFI_GUID image = LOADED_IMAGE_PROTOCOL;
	EFI_BOOT_SERVICES *bs = table->BootServices;
	struct state state = {0};
	EFI_STATUS status;

	status = count_handles(bs, NULL, &state.n_handles);
	if (EFI_ERROR(status))
		return status;
	status = count_handles(bs, &image, &state.n_images);
	if (EFI_ERROR(status))
		return status;
	take_tables(table, &state);
	status = take_pages(bs, &state);
	if (EFI_ERROR(status))
		return status;
	*ret_state = state;
	return EFI_SUCCESS;
}
