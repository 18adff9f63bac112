/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * probe_map.c - the memory attribute protocol asked for small changes, what it says and what it does out. Every
 * change is made in a room of our own in the middle of free memory, so that one which spills over hits nobody;
 * all of them are undone, and the room is only given back when the page tables say so.
 *
 *	   free    [ours][page] | [ours][ours]    free
 *	                     edge of 2 MiB
 */
#include "map.h"
#include "probe.h"

#define ROOM_PAGES 4u
#define ROOM_BYTES (ROOM_PAGES * PAGE_SIZE_BYTES)
/* What a kernel of today may ask for at once. */
#define LARGE (32ull << 20)

struct room {
	struct memory_attribute_protocol *map;
	uint64_t first, page;
	struct memory_range free; /* that the room is in */
	struct page_state before;
};

static bool take(struct room *room)
{
	EFI_PHYSICAL_ADDRESS first;
	uint64_t edge;

	*room = (struct room){.map = map_locate()};
	if (!room->map || !firmware.has_pagetable)
		return false;
	edge = probe_free_edge(EDGE_BYTES, &room->free);
	first = edge - ROOM_BYTES / 2;
	if (!edge || EFI_ERROR(firmware.boot->AllocatePages(AllocateAddress, EfiLoaderData,
							    ROOM_PAGES, &first)))
		return false;
	room->first = first;
	room->page = edge - PAGE_SIZE_BYTES;
	room->before = page_state(room->page);
	return true;
}

static bool is_whole(const struct room *room)
{
	return !(pages_withheld(room->first, room->first + ROOM_BYTES - 1) &
		 (PAGE_READONLY | PAGE_UNMAPPED));
}

/* Everything as it was. */
static void give_back(const struct room *room)
{
	if (!is_whole(room))
		room->map->clear(room->map, room->first, ROOM_BYTES, MEMORY_ATTRIBUTE_RO);
	firmware_give_back((virt_t){room->first}, ROOM_PAGES);
}

/* Whether what the protocol says of the page differs from what the page tables say. */
static bool reports_wrong(const struct room *room)
{
	struct page_state state = page_state(room->page);
	UINT64 said;

	if (EFI_ERROR(room->map->get(room->map, room->page, PAGE_SIZE_BYTES, &said)))
		return true;
	return !(said & MEMORY_ATTRIBUTE_RP) != state.mapped ||
	       !(said & MEMORY_ATTRIBUTE_RO) != state.writable ||
	       !(said & MEMORY_ATTRIBUTE_XP) != state.executable;
}

/* Sets and clears again. True when it says success. */
static bool takes(const struct room *room, uint64_t first, uint64_t size)
{
	EFI_STATUS status = room->map->set(room->map, first, size, MEMORY_ATTRIBUTE_RO);

	if (EFI_ERROR(status))
		return false;
	room->map->clear(room->map, first, size, MEMORY_ATTRIBUTE_RO);
	return true;
}

/* Takes a permission of the page away that is there, and looks at the page and at those beside it. */
static void change(struct probe_vector *vector, const struct room *room, uint64_t bit)
{
	bool is_write = bit == MEMORY_ATTRIBUTE_RO;
	struct page_state now, other;

	if (EFI_ERROR(room->map->set(room->map, room->page, PAGE_SIZE_BYTES, bit)))
		return;
	now = page_state(room->page);
	if (is_write ? now.writable : now.executable)
		probe_answer(vector, PROBE_MAP_LIES, true);
	for (unsigned i = 0; i < 2; i++) {
		other = page_state(i ? room->page + PAGE_SIZE_BYTES : room->first);
		if (!(is_write ? other.writable : other.executable))
			probe_answer(vector, PROBE_MAP_COARSE, true);
	}
	if (reports_wrong(room))
		probe_answer(vector, PROBE_MAP_REPORTS_WRONG, true);
	room->map->clear(room->map, room->page, PAGE_SIZE_BYTES, bit);
}

/* Free memory that is writable already is told to be writable: a size is refused or not, nothing changes. */
static bool takes_large(const struct room *room)
{
	uint64_t first = (room->free.first + EDGE_BYTES - 1) & ~(EDGE_BYTES - 1);
	uint64_t size = (room->free.first + room->free.n_pages * PAGE_SIZE_BYTES - first) &
			~(EDGE_BYTES - 1);

	if (size > LARGE)
		size = LARGE;
	if (pages_withheld(first, first + size - 1) & (PAGE_READONLY | PAGE_UNMAPPED))
		return true;
	return !EFI_ERROR(room->map->clear(room->map, first, size, MEMORY_ATTRIBUTE_RO));
}

static void set_read_protect(void *context)
{
	const struct room *room = context;

	room->map->set(room->map, room->page, PAGE_SIZE_BYTES, MEMORY_ATTRIBUTE_RP);
}

static bool leave(const struct fault *fault, void *context)
{
	(void)fault;
	(void)context;
	return false;
}

/* With the gate open, and no event in between; what the firmware had locked when it faulted stays so. */
static enum status set_read_protect_guarded(struct room *room)
{
	const UINTN n_pages = ARCH_GATE_ROOM / PAGE_SIZE_BYTES;
	enum status status;
	virt_t gate;
	EFI_TPL tpl;

	status = firmware_allocate(EfiBootServicesData, n_pages, &gate);
	if (status != STATUS_OK)
		return status;
	tpl = firmware.boot->RaiseTPL(TPL_NOTIFY);
	status = arch_gate_open((void *)(uintptr_t)gate.at, leave, NULL);
	if (status == STATUS_OK) {
		status = arch_gate_run(set_read_protect, room);
		arch_gate_close();
	}
	firmware.boot->RestoreTPL(tpl);
	firmware_free(gate, n_pages);
	return status;
}

static void read_protect(struct probe_vector *vector, struct room *room)
{
	enum status status = set_read_protect_guarded(room);

	if (status == STATUS_OK || status == STATUS_FAILED)
		probe_answer(vector, PROBE_MAP_READ_PROTECT_FAULTS, status == STATUS_FAILED);
	/* What faults when it is set may fault when it is cleared: only where it was set. */
	if (!page_state(room->page).mapped)
		room->map->clear(room->map, room->page, PAGE_SIZE_BYTES, MEMORY_ATTRIBUTE_RP);
}

bool probe_map_may_spill(void)
{
	struct probe_vector vector = {.answer = {0}};
	struct room room;

	if (!map_locate())
		return false;
	if (!take(&room))
		return true;
	if (room.before.writable)
		change(&vector, &room, MEMORY_ATTRIBUTE_RO);
	give_back(&room);
	return vector.answer[PROBE_MAP_COARSE] == PROBE_ANSWER_YES;
}

void probe_map(struct probe_vector *vector)
{
	struct room room;

	if (!map_locate())
		probe_answers(vector, PROBE_MAP_LIES, 7, 0);
	if (!take(&room))
		return;
	probe_answers(vector, PROBE_MAP_LIES, 6, 0);
	if (room.before.mapped) {
		probe_answer(vector, PROBE_MAP_REPORTS_WRONG, reports_wrong(&room));
		if (room.before.writable)
			change(vector, &room, MEMORY_ATTRIBUTE_RO);
		if (room.before.executable)
			change(vector, &room, MEMORY_ATTRIBUTE_XP);
	}
	if (takes(&room, room.page, PAGE_SIZE_BYTES)) {
		probe_answer(vector, PROBE_MAP_REFUSES_LARGE, !takes_large(&room));
		probe_answer(vector, PROBE_MAP_REFUSES_EDGE,
			     !takes(&room, room.page, 2 * PAGE_SIZE_BYTES));
		probe_answer(vector, PROBE_MAP_REFUSES_UNALIGNED,
			     !takes(&room, room.page + 0x80, 0x100));
	}
	read_protect(vector, &room);
	give_back(&room);
}
