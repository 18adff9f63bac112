/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * alloc.c - memory that is handed out without a permission, or not mapped: by type, by size, by place. Only
 * what comes through the service tables is spoilt; what the firmware allocates inside itself is as ever.
 *
 *	alloc=TYPE,WHAT[,BYTES]  AllocatePages() of that type and at least that size; TYPE is a word of `types`
 *	                         or any, WHAT is nx, ro, np (not mapped), edge (only the page at each 2 MiB
 *	                         edge is not mapped)
 *	pool=TYPE,WHAT[,BYTES]   the same for AllocatePool(): the pages that lie wholly inside what it hands out
 *	conventional-nx          free memory cannot be executed until it is handed out
 *	above-4g-unmapped        memory above 4 GiB is not mapped, neither free (but for the upmost 64 MiB, which the
 *	                         firmware itself uses) nor when it is handed out
 *	image-nx                 images without NX_COMPAT come out of LoadImage() without an executable page
 *	stack-nx                 the stack cannot be executed
 */
#include "lab.h"
#include "walk.h"

#define PAGE      4096ull
#define LARGE     0x200000ull
#define FOUR_GIB  0x100000000ull
#define KEPT_TOP  0x4000000ull
#define MAX_RULES 8u
#define MAX_POOLS 16u
#define MAP_BYTES 65536u

enum what { WHAT_NX, WHAT_RO, WHAT_NP, WHAT_EDGE, WHAT_COUNT };

static const char *const types[] = {"reserved",  "loader-code",  "loader-data",  "boot-code",
				    "boot-data", "runtime-code", "runtime-data", "conventional",
				    "unusable",  "acpi-reclaim", "acpi-nvs",     "any"};
static const char *const whats[WHAT_COUNT] = {"nx", "ro", "np", "edge"};
#define TYPE_ANY (sizeof(types) / sizeof(types[0]) - 1)

static struct rule {
	unsigned type;
	enum what what;
	uint64_t min_bytes;
	bool is_pool;
} rules[MAX_RULES];
/* Of pools, to be mended before they go back. */
static struct {
	void *buffer;
	uint64_t first, size, cleared;
} spoilt_pools[MAX_POOLS];

static unsigned n_rules;
static bool conventional_is_nx, high_is_unmapped, images_are_nx;
static EFI_ALLOCATE_PAGES allocate_original;
static EFI_FREE_PAGES free_original;
static EFI_IMAGE_LOAD load_original;
static EFI_ALLOCATE_POOL pool_original;
static EFI_FREE_POOL free_pool_original;

static void spoil_edges(uint64_t first, uint64_t size)
{
	for (uint64_t at = (first + LARGE - 1) & ~(LARGE - 1); at < first + size; at += LARGE)
		lab_paging_change(at, PAGE, 0, LAB_P);
}

static void spoil(enum what what, uint64_t first, uint64_t size)
{
	if (what == WHAT_EDGE)
		spoil_edges(first, size);
	else
		lab_paging_change(first, size, what == WHAT_NX ? LAB_NX : 0,
				  what == WHAT_RO ? LAB_W : (what == WHAT_NP ? LAB_P : 0));
}

static bool is_meant(const struct rule *rule, EFI_MEMORY_TYPE type, uint64_t size, bool is_pool)
{
	return rule->is_pool == is_pool && size >= rule->min_bytes &&
	       (rule->type == TYPE_ANY || rule->type == (unsigned)type);
}

/* Head and tail of a pool block, and with them its first and its last page, are the firmware's. */
static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size, VOID **ret_buffer)
{
	EFI_STATUS status = pool_original(type, size, ret_buffer);
	uint64_t first, end;
	unsigned place = 0;

	if (EFI_ERROR(status))
		return status;
	first = ((uintptr_t)*ret_buffer + PAGE - 1) & ~(PAGE - 1);
	end = ((uintptr_t)*ret_buffer + size) & ~(PAGE - 1);
	while (place < MAX_POOLS && spoilt_pools[place].buffer)
		place++;
	for (unsigned i = 0; i < n_rules && place < MAX_POOLS && end > first; i++) {
		if (!is_meant(&rules[i], type, size, true))
			continue;
		spoil(rules[i].what, first, end - first);
		spoilt_pools[place].buffer = *ret_buffer;
		spoilt_pools[place].first = first;
		spoilt_pools[place].size = end - first;
		spoilt_pools[place].cleared = rules[i].what == WHAT_NX ? LAB_NX : 0;
	}
	return status;
}

static EFI_STATUS EFIAPI free_pool(VOID *buffer)
{
	for (unsigned i = 0; buffer && i < MAX_POOLS; i++) {
		if (spoilt_pools[i].buffer != buffer)
			continue;
		lab_paging_change(spoilt_pools[i].first, spoilt_pools[i].size, LAB_P | LAB_W,
				  spoilt_pools[i].cleared);
		spoilt_pools[i].buffer = NULL;
	}
	return free_pool_original(buffer);
}

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
					EFI_PHYSICAL_ADDRESS *ret_first)
{
	EFI_STATUS status = allocate_original(how, type, n_pages, ret_first);
	uint64_t size = n_pages * PAGE;

	if (EFI_ERROR(status))
		return status;
	if (conventional_is_nx)
		lab_paging_change(*ret_first, size, 0, LAB_NX);
	for (unsigned i = 0; i < n_rules; i++)
		if (is_meant(&rules[i], type, size, false))
			spoil(rules[i].what, *ret_first, size);
	if (high_is_unmapped && *ret_first >= FOUR_GIB)
		lab_paging_change(*ret_first, size, 0, LAB_P);
	return status;
}

/* The firmware gets its memory back as it wants to see it. */
static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS first, UINTN n_pages)
{
	EFI_STATUS status;

	if (!(first & (PAGE - 1)))
		lab_paging_change(first, n_pages * PAGE, LAB_P | LAB_W, LAB_NX);
	status = free_original(first, n_pages);
	if (!EFI_ERROR(status) && conventional_is_nx)
		lab_paging_change(first, n_pages * PAGE, LAB_NX, 0);
	return status;
}

/* Microsoft "PE Format", DllCharacteristics. */
static bool is_nx_compatible(const EFI_LOADED_IMAGE *loaded)
{
	const uint8_t *base = loaded->ImageBase;
	const uint8_t *pe = base + *(const uint32_t *)(base + 60);

	return *(const uint16_t *)(pe + 24 + 70) & 0x100;
}

static EFI_STATUS EFIAPI load_image(BOOLEAN policy, EFI_HANDLE parent, EFI_DEVICE_PATH *path,
				    VOID *source, UINTN source_size, EFI_HANDLE *ret_image)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE *loaded;
	uint64_t first, size;
	bool spoilt;
	EFI_STATUS status = load_original(policy, parent, path, source, source_size, ret_image);

	if (EFI_ERROR(status) ||
	    EFI_ERROR(lab_sane.HandleProtocol(*ret_image, &guid, (void **)&loaded)))
		return status;
	spoilt = images_are_nx && !is_nx_compatible(loaded);
	first = (uintptr_t)loaded->ImageBase & ~(PAGE - 1);
	size = (loaded->ImageSize + PAGE - 1) & ~(PAGE - 1);
	lab_paging_change(first, size, spoilt ? LAB_NX : 0, spoilt ? 0 : LAB_NX);
	walk_note(first, size);
	return status;
}

static void hook_pages(void)
{
	EFI_BOOT_SERVICES *boot = lab_boot;

	if (allocate_original)
		return;
	allocate_original = lab_replace(&boot->Hdr, &boot->AllocatePages, allocate_pages);
	free_original = lab_replace(&boot->Hdr, &boot->FreePages, free_pages);
}

static void hook_pool(void)
{
	EFI_BOOT_SERVICES *boot = lab_boot;

	if (pool_original)
		return;
	pool_original = lab_replace(&boot->Hdr, &boot->AllocatePool, allocate_pool);
	free_pool_original = lab_replace(&boot->Hdr, &boot->FreePool, free_pool);
}

static void hook_load(void)
{
	if (!load_original)
		load_original = lab_replace(&lab_boot->Hdr, &lab_boot->LoadImage, load_image);
}

/* Index of the word at `text` in `words`, `n` when it is none of them; *ret_rest behind it and a comma. */
static unsigned word_index(const char *text, const char *const *words, unsigned n,
			   const char **ret_rest)
{
	for (unsigned i = 0; i < n; i++)
		if (lab_word_is(text, words[i])) {
			while (*text && *text != ',')
				text++;
			*ret_rest = *text ? text + 1 : text;
			return i;
		}
	return n;
}

static EFI_STATUS add_rule(const char *value, bool is_pool)
{
	struct rule rule = {.is_pool = is_pool};
	unsigned what;

	rule.type = word_index(value, types, TYPE_ANY + 1, &value);
	what = word_index(value, whats, WHAT_COUNT, &value);
	if (rule.type > TYPE_ANY || what == WHAT_COUNT || n_rules == MAX_RULES)
		return EFI_INVALID_PARAMETER;
	rule.what = (enum what)what;
	rule.min_bytes = lab_number(value, 0, NULL);
	rules[n_rules++] = rule;
	return EFI_SUCCESS;
}

static EFI_STATUS alloc(const char *value)
{
	hook_pages();
	return add_rule(value, false);
}

static EFI_STATUS pool(const char *value)
{
	hook_pool();
	return add_rule(value, true);
}

/* Changes every range of free memory: from `from` on, without the last `keep` bytes. */
static EFI_STATUS change_free(uint64_t from, uint64_t keep, uint64_t set, uint64_t clear)
{
	static uint8_t map[MAP_BYTES];
	UINTN size = sizeof(map), key, descriptor_size;
	EFI_STATUS status = EFI_NOT_FOUND;
	UINT32 version;

	if (EFI_ERROR(lab_sane.GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key,
					    &descriptor_size, &version)))
		return EFI_BUFFER_TOO_SMALL;
	for (UINTN at = 0; at + descriptor_size <= size; at += descriptor_size) {
		const EFI_MEMORY_DESCRIPTOR *entry = (const EFI_MEMORY_DESCRIPTOR *)(map + at);
		uint64_t first = entry->PhysicalStart, end = first + entry->NumberOfPages * PAGE;

		if (first < from)
			first = from;
		if (entry->Type == EfiConventionalMemory && end > first + keep)
			status = lab_paging_change(first, end - first - keep, set, clear);
	}
	return status;
}

static EFI_STATUS conventional_nx(const char *value)
{
	(void)value;
	conventional_is_nx = true;
	hook_pages();
	hook_load();
	return change_free(PAGE, 0, LAB_NX, 0);
}

static EFI_STATUS above_4g_unmapped(const char *value)
{
	(void)value;
	high_is_unmapped = true;
	hook_pages();
	return change_free(FOUR_GIB, KEPT_TOP, 0, LAB_P);
}

static EFI_STATUS image_nx(const char *value)
{
	(void)value;
	images_are_nx = true;
	hook_load();
	return EFI_SUCCESS;
}

/* The descriptor that the stack pointer is in is all boot services data: a stack of 128 KiB is part of it. */
static EFI_STATUS stack_nx(const char *value)
{
	uint64_t here = (uintptr_t)&value & ~(PAGE - 1);

	/* No page above: EDK II's DxeCore may begin where the stack does. */
	return lab_paging_change(here - 16 * PAGE, 17 * PAGE, LAB_NX, 0);
}

const struct defect defects_alloc[] = {
	{"alloc", "", alloc},
	{"pool", "", pool},
	{"conventional-nx", "", conventional_nx},
	{"above-4g-unmapped", "", above_4g_unmapped},
	{"image-nx", "", image_nx},
	{"stack-nx", "", stack_nx},
	{NULL, NULL, NULL},
};
