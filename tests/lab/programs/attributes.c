/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * attributes.c - asks the memory attribute protocol and the DXE services for permissions as loaders do, and holds
 * what they say against the page tables. Load options are steps, done in the order of the table below; a line each:
 *
 *	attributes: STEP=ok | STEP=bad WHAT (STATUS)
 */
#include <stdbool.h>

#include <efi.h>

#include "../../../src/efi/proto/dxe_services.h"
#include "memory_attribute.h"
#include "say.h"

#define PAGE    4096ull
#define LARGE   (2ull << 20)
#define N_PAGES 1536u /* 6 MiB: two edges of 2 MiB at least */
#define LEAF_P  1ull
#define LEAF_W  2ull
#define LEAF_CD (1ull << 4)
#define LEAF_PS (1ull << 7)
#define LEAF_NX (1ull << 63)

static EFI_SYSTEM_TABLE *st;
static EFI_BOOT_SERVICES *bs;
static struct memory_attribute_protocol *map;
static const struct dxe_services *dxe;
static UINT64 memory;

static UINT64 leaf(UINT64 address)
{
	UINT64 cr3, cr4, entry;
	unsigned level;

	__asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	level = cr4 & (1u << 12) ? 5 : 4;
	for (entry = cr3;; level--) {
		const UINT64 *table = (const UINT64 *)(entry & 0x000ffffffffff000ull);

		entry = table[address >> (3 + 9 * level) & 511];
		if (!(entry & LEAF_P) || level == 1 || (level <= 3 && entry & LEAF_PS))
			return entry;
	}
}

static UINT64 attributes_of(UINT64 page)
{
	UINT64 entry = leaf(page);

	if (!(entry & LEAF_P))
		return ATTRIBUTE_RP;
	return (entry & LEAF_W ? 0 : ATTRIBUTE_RO) | (entry & LEAF_NX ? ATTRIBUTE_XP : 0);
}

/* True when every page of the range has the bit, or none has it. */
static bool all(UINT64 base, UINT64 n_pages, UINT64 bit, bool wanted)
{
	for (UINT64 i = 0; i < n_pages; i++)
		if (!(attributes_of(base + i * PAGE) & bit) == wanted)
			return false;
	return true;
}

static void result(const char *step, bool ok, const char *what, EFI_STATUS status)
{
	if (ok)
		say("%s=ok", step);
	else
		say("%s=bad %s (%x)", step, what, (UINTN)status);
}

/* Sets RO, looks, clears it, looks. */
static void there_and_back(const char *step, UINT64 base, UINT64 length)
{
	UINT64 first = base & ~(PAGE - 1), n_pages = (base + length - first + PAGE - 1) / PAGE;
	EFI_STATUS status = map->set(map, base, length, ATTRIBUTE_RO);
	bool is_set = all(base & (PAGE - 1) ? first + PAGE : first,
			  base & (PAGE - 1) ? n_pages - 1 : n_pages, ATTRIBUTE_RO, true);

	if (EFI_ERROR(status)) {
		result(step, false, "refused", status);
		return;
	}
	status = map->clear(map, base, length, ATTRIBUTE_RO);
	result(step, is_set && !EFI_ERROR(status) && all(first, n_pages, ATTRIBUTE_RO, false),
	       is_set ? "not cleared" : "not set", status);
}

static void step_page(const char *step)
{
	there_and_back(step, memory, PAGE);
}

static void step_large(const char *step)
{
	there_and_back(step, memory, N_PAGES * PAGE);
}

static void step_edge(const char *step)
{
	there_and_back(step, ((memory + 2 * PAGE + LARGE - 1) & ~(LARGE - 1)) - PAGE, 2 * PAGE);
}

/* The size of a section as its header has it; a buffer as it comes out of a pool. */
static void step_unaligned(const char *step)
{
	there_and_back(step, memory, PAGE + 0x234);
	there_and_back(step, memory + 0x120, 3 * PAGE);
}

/* Its neighbours are none of its business. */
static void step_coarse(const char *step)
{
	UINT64 page = memory + 100 * PAGE, left = attributes_of(page - PAGE),
	       right = attributes_of(page + PAGE);
	EFI_STATUS status = map->set(map, page, PAGE, ATTRIBUTE_RO);
	bool alone = attributes_of(page - PAGE) == left && attributes_of(page + PAGE) == right;

	map->clear(map, page, PAGE, ATTRIBUTE_RO);
	result(step, !EFI_ERROR(status) && alone, "neighbours changed", status);
}

static void step_report(const char *step)
{
	EFI_STATUS status = map->set(map, memory, PAGE, ATTRIBUTE_RO);
	UINT64 said = ~0ull, is = attributes_of(memory);

	if (!EFI_ERROR(status))
		status = map->get(map, memory, PAGE, &said);
	map->clear(map, memory, PAGE, ATTRIBUTE_RO);
	result(step, !EFI_ERROR(status) && said == is, "not what the page tables say", status);
}

/* What shim asks for: everything that is not wanted is cleared in one call, RP with it. An answer will do, whatever it is. */
static void step_rp(const char *step)
{
	EFI_STATUS status = map->clear(map, memory, PAGE, ATTRIBUTE_RP | ATTRIBUTE_RO);

	say("%s-clear=%x", step, (UINTN)status);
	status = map->set(map, memory, PAGE, ATTRIBUTE_RP);
	result(step, EFI_ERROR(status) == (attributes_of(memory) != ATTRIBUTE_RP), "lie", status);
	if (!EFI_ERROR(status))
		map->clear(map, memory, PAGE, ATTRIBUTE_RP);
}

/* Set or refused, but no success without effect. */
static void step_xp(const char *step)
{
	UINT64 before = attributes_of(memory);
	EFI_STATUS status = map->set(map, memory, PAGE, ATTRIBUTE_XP);

	say("%s-set=%x", step, (UINTN)status);
	result(step, EFI_ERROR(status) || attributes_of(memory) == (before | ATTRIBUTE_XP), "lie",
	       status);
}

/* Code as a loader makes it: written, read-only, executable, called; then all of it back. */
static void step_code(const char *step)
{
	void (*code)(void) = (void (*)(void))(UINTN)(memory + PAGE);
	EFI_STATUS status = EFI_SUCCESS;

	*(volatile UINT8 *)(UINTN)(memory + PAGE) = 0xc3;
	if (map) {
		status = map->set(map, memory, 2 * PAGE, ATTRIBUTE_RO);
		if (!EFI_ERROR(status))
			status = map->clear(map, memory, 2 * PAGE, ATTRIBUTE_XP);
	}
	say("%s-called=%x", step, (UINTN)status);
	code();
	result(step, true, "", 0);
}

/*
 * A loader with the bug of rhboot/shim pull 772: it has aligned its pointer down and still takes the whole size of the
 * allocation, and takes execution from what lies behind it.
 */
static void step_old_loader(const char *step)
{
	UINT64 buffer = memory + 0x100, behind = memory + 2 * PAGE;

	*(volatile UINT8 *)(UINTN)behind = 0xc3;
	say("%s-protocol=%s", step, map ? "present" : "absent");
	if (map)
		map->set(map, buffer & ~(PAGE - 1), 3 * PAGE, ATTRIBUTE_XP);
	((void (*)(void))(UINTN)behind)();
	result(step, true, "", 0);
}

/* Of the DXE services, beside the cacheability that the page has: permissions that are wanted, and what was seen. */
static void dxe_step(const char *step, UINT64 bits, UINT64 wanted)
{
	struct dxe_memory_space before, after;
	EFI_STATUS status;
	bool is_set, is_cached;

	if (EFI_ERROR(dxe->get_memory_space_descriptor(memory, &before))) {
		result(step, false, "no descriptor", 0);
		return;
	}
	status = dxe->set_memory_space_attributes(memory, PAGE, EFI_MEMORY_WB | bits);
	is_set = attributes_of(memory) == wanted;
	dxe->get_memory_space_descriptor(memory, &after);
	is_cached = after.attributes & EFI_MEMORY_WB && !(leaf(memory) & LEAF_CD);
	dxe->set_memory_space_attributes(memory, PAGE, before.attributes);
	if (EFI_ERROR(status))
		result(step, false, "refused", status);
	else
		result(step, is_set && is_cached, is_set ? "not cached" : "not set", status);
}

static void step_dxe(const char *step)
{
	dxe_step(step, ATTRIBUTE_RO, ATTRIBUTE_RO);
}

static void step_dxe_rp(const char *step)
{
	dxe_step(step, ATTRIBUTE_RP | ATTRIBUTE_RO, ATTRIBUTE_RO);
}

static const struct {
	const char *name;
	void (*run)(const char *step);
	bool needs_map, needs_dxe;
} steps[] = {
	{"page", step_page, true, false},     {"large", step_large, true, false},
	{"edge", step_edge, true, false},     {"unaligned", step_unaligned, true, false},
	{"coarse", step_coarse, true, false}, {"report", step_report, true, false},
	{"xp", step_xp, true, false},         {"rp", step_rp, true, false},
	{"dxe", step_dxe, false, true},       {"dxe-rp", step_dxe_rp, false, true},
	{"code", step_code, false, false},    {"old-loader", step_old_loader, false, false},
};

static void find(void)
{
	static const EFI_GUID dxe_guid = DXE_SERVICES_TABLE_GUID;
	EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;

	if (EFI_ERROR(bs->LocateProtocol(&guid, NULL, (void **)&map)))
		map = NULL;
	for (UINTN i = 0; i < st->NumberOfTableEntries; i++) {
		const EFI_GUID *found = &st->ConfigurationTable[i].VendorGuid;

		if (found->Data1 == dxe_guid.Data1 && found->Data2 == dxe_guid.Data2)
			dxe = st->ConfigurationTable[i].VendorTable;
	}
	say("protocol=%s", map ? "present" : "absent");
	say("dxe=%s", dxe ? "present" : "absent");
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINTN n;

	st = table;
	bs = table->BootServices;
	say_init(table, "attributes");
	status = bs->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	options = options_of(self, &n);
	find();
	status = bs->AllocatePages(AllocateAnyPages, EfiLoaderCode, N_PAGES, &memory);
	if (EFI_ERROR(status))
		return say_status("allocate", status);
	for (UINTN i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (!options_have(options, n, steps[i].name))
			continue;
		if ((steps[i].needs_map && !map) || (steps[i].needs_dxe && !dxe))
			say("%s=nobody to ask", steps[i].name);
		else
			steps[i].run(steps[i].name);
	}
	/* What code and old-loader have changed stays allocated. */
	say("end");
	return EFI_SUCCESS;
}
