/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * probes.c - questions wanted in, answers out: each group of probes is a function in a probe_*.c; here are those
 * that only look. Leaves no page, no permission and no handler behind.
 */
#include <fwquirk/pagetable.h>
#include <fwquirk/pe.h>

#include "free_trial.h"
#include "map.h"
#include "parts.h"
#include "probes.h"
#include "proto/dxe_services.h"
#include "proto/tables.h"

static const EFI_GUID dxe_guid = DXE_SERVICES_TABLE_GUID;
static const EFI_GUID mat_guid = MEMORY_ATTRIBUTES_TABLE_GUID;

/* Room for 170 descriptors of 48 bytes; a larger map costs one call more. */
#define MAP_ROOM 8192u

static struct memmap map;
static enum { MAP_UNKNOWN, MAP_HERE, MAP_FAILED } map_state;
static bool map_is_stable;

/* Twice with nothing in between, not even an event (UEFI 2.10 section 7.2.3: works up to TPL_NOTIFY). */
static EFI_STATUS read_twice(void *bytes, UINTN room)
{
	EFI_BOOT_SERVICES *boot = firmware.boot;
	EFI_TPL tpl = boot->RaiseTPL(TPL_NOTIFY);
	UINTN size, key[2], descriptor_size = 0;
	EFI_STATUS status = EFI_SUCCESS;
	UINT32 version;

	for (unsigned i = 0; i < 2 && !EFI_ERROR(status); i++) {
		size = room;
		status = boot->GetMemoryMap(&size, bytes, &key[i], &descriptor_size, &version);
	}
	boot->RestoreTPL(tpl);
	map_is_stable = EFI_ERROR(status) || key[0] == key[1];
	map = (struct memmap){span_of(bytes, size), descriptor_size};
	return status;
}

static enum status read_map(void)
{
	UINTN room = MAP_ROOM;
	EFI_STATUS status;
	void *bytes;

	do {
		if (EFI_ERROR(firmware.boot->AllocatePool(EfiBootServicesData, room, &bytes)))
			return STATUS_NO_SPACE;
		status = read_twice(bytes, room);
		if (!EFI_ERROR(status))
			return STATUS_OK;
		firmware.boot->FreePool(bytes);
		room *= 2;
	} while (status == EFI_BUFFER_TOO_SMALL && room <= 64 * MAP_ROOM);
	return STATUS_FAILED;
}

const struct memmap *probe_memory_map(void)
{
	if (map_state == MAP_UNKNOWN)
		map_state = read_map() == STATUS_OK ? MAP_HERE : MAP_FAILED;
	return map_state == MAP_HERE ? &map : NULL;
}

bool probe_range(const struct memmap *memory, uint64_t address, struct memory_range *range)
{
	return (address >= range->first &&
		(address - range->first) >> MEMMAP_PAGE_SHIFT < range->n_pages) ||
	       memmap_find(memory, address, range);
}

uint64_t probe_free_edge(uint64_t spare, struct memory_range *ret_free)
{
	const struct memmap *memory = probe_memory_map();
	struct memory_range range;
	uint64_t end, edge;
	struct span cursor;

	if (!memory)
		return 0;
	cursor = memory->bytes;
	ret_free->n_pages = 0;
	while (memmap_next(memory, &cursor, &range))
		if (range.type == MEMORY_CONVENTIONAL && memory_range_end(&range, &end) &&
		    end <= FOUR_GIB && range.n_pages > ret_free->n_pages)
			*ret_free = range;
	if (!memory_range_end(ret_free, &end))
		return 0;
	edge = (ret_free->first + (end - ret_free->first) / 2) & ~(EDGE_BYTES - 1);
	return edge >= ret_free->first + spare && edge + spare <= end ? edge : 0;
}

/* The other findings about it: probe_memmap.c. */
void probe_stable(struct probe_vector *vector)
{
	if (probe_memory_map())
		probe_answer(vector, PROBE_MEMMAP_UNSTABLE, !map_is_stable);
}

void probe_answer(struct probe_vector *vector, enum probe probe, bool yes)
{
	vector->answer[probe] = yes ? PROBE_ANSWER_YES : PROBE_ANSWER_NO;
}

void probe_answers(struct probe_vector *vector, enum probe first, unsigned n, unsigned bits)
{
	for (unsigned i = 0; i < n; i++)
		probe_answer(vector, (enum probe)(first + i), bits & 1u << i);
}

struct page_state page_state(uint64_t address)
{
	struct leaf leaf;

	if (pagetable_find(&firmware.pagetable, (virt_t){address}, &leaf) != STATUS_OK)
		return (struct page_state){false, false, false};
	return (struct page_state){true, leaf.writable, leaf.executable};
}

/* Our own image: the permissions that its section table asks for (image.lds has the sections). */
static void image_permissions(struct probe_vector *vector)
{
	struct span image = firmware_image(), code, data;

	if (pe_section_find(image, ".text", &code) != STATUS_OK ||
	    pe_section_find(image, ".rodata", &data) != STATUS_OK)
		return;
	probe_answer(vector, PROBE_IMAGE_CODE_WRITABLE, page_state((uintptr_t)code.at).writable);
	probe_answer(vector, PROBE_IMAGE_DATA_EXECUTABLE,
		     page_state((uintptr_t)data.at).executable);
}

void probe_facts(struct probe_vector *vector)
{
	uint64_t stack = (uintptr_t)__builtin_frame_address(0);

	probe_answer(vector, PROBE_MAP_PRESENT, map_locate() != NULL);
	probe_answer(vector, PROBE_DXE_PRESENT, firmware_table(&dxe_guid) != NULL);
	probe_answer(vector, PROBE_MAT_PRESENT, firmware_table(&mat_guid) != NULL);
	if (!firmware.has_pagetable)
		return;
	probe_answer(vector, PROBE_PAGING_5_LEVEL, firmware.pagetable.n_levels == 5);
	probe_answer(vector, PROBE_NX_OFF, !firmware.pagetable.has_execute_disable);
	probe_answer(vector, PROBE_PAGETABLE_READONLY,
		     arch_writes_are_checked() &&
			     pagetable_is_readonly(&firmware.pagetable, (virt_t){stack}));
	probe_answer(vector, PROBE_STACK_EXECUTABLE, page_state(stack).executable);
	image_permissions(vector);
}

/* A fresh page has neighbours that are not ours, which a protocol that changes more than it is asked to would hit. */
static bool may_spill(const struct probe_vector *vector)
{
	if (vector->answer[PROBE_MAP_COARSE] == PROBE_NOT_RUN)
		return probe_map_may_spill();
	return vector->answer[PROBE_MAP_COARSE] != PROBE_ANSWER_NO;
}

void probe_sets_readonly(struct probe_vector *vector)
{
	enum status status;
	virt_t page;

	if (may_spill(vector))
		return;
	status = map_readonly_page(EfiLoaderData, &page);
	if (status == STATUS_OK) {
		if (map_clear_readonly(page, PAGE_SIZE_BYTES) != STATUS_OK)
			return; /* and the page is lost: it must not be freed */
		firmware_free(page, 1);
	}
	if (status == STATUS_OK || status == STATUS_ABSENT || status == STATUS_FAILED)
		probe_answer(vector, PROBE_MAP_SETS_READONLY, status == STATUS_OK);
}

/* Without a protocol that works nobody can make a page read-only, so freeing one cannot fault. */
void probe_free(struct probe_vector *vector)
{
	bool faulted = false;
	enum status status;

	if (may_spill(vector))
		return;
	status = free_trial_page(&faulted);

	if (status == STATUS_OK || status == STATUS_ABSENT || status == STATUS_FAILED)
		probe_answer(vector, PROBE_FREE_READONLY_FAULTS, faulted);
}

void probes_run(uint64_t wanted, struct probe_vector *vector)
{
	parts_probe(wanted, vector);
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		if (wanted & parts_here.probes & 1ull << probe &&
		    vector->answer[probe] == PROBE_NOT_RUN)
			vector->answer[probe] = PROBE_NO_ANSWER;
	if (map_state == MAP_HERE)
		firmware_free_map(&map);
	map_state = MAP_UNKNOWN;
}
