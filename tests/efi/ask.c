/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * ask.c - every probe run alone and all of them together: answer, cost in ticks of the time stamp counter (which are
 * instructions under -icount shift=0), and what the firmware holds before and after. An application for tests/efi/probes.t.
 *
 * All of them run once before the census, because a firmware's own pools may grow the first time.
 *
 * Load options: the word "alone" adds each probe asked for alone, and what it costs; "protect" takes this
 * image's sections and the stack the permissions that they do not need; "lab" starts \labx64.efi first and never returns, for defects
 * with which the firmware itself could not load a program any more; "runtime" takes a page of runtime data and keeps it.
 */
#include <fwquirk/pagetable.h>
#include <fwquirk/pe.h>

#include "look.h"
#include "map.h"
#include "probes.h"
#include "proto/dxe_services.h"

const char program[] = "ask";

#define N_TYPES 16u

/* What must be the same afterwards. */
struct census {
	uint64_t permissions; /* of every page of memory, whatever leaves it is mapped by */
	uint64_t idt_base, idt_limit;
	uint64_t pages[N_TYPES];
	uint64_t n_handles, n_tables, n_spaces;
	uint64_t boot_crc, runtime_crc;
};

static const char *const census_names[] = {
	"permissions", "idt-base", "idt-limit", "type-0",  "type-1",   "type-2",
	"type-3",      "type-4",   "type-5",    "type-6",  "type-7",   "type-8",
	"type-9",      "type-10",  "type-11",   "type-12", "type-13",  "type-14",
	"type-15",     "handles",  "tables",    "spaces",  "boot-crc", "runtime-crc"};

_Static_assert(sizeof(struct census) ==
		       sizeof(census_names) / sizeof(census_names[0]) * sizeof(uint64_t),
	       "a name a number");

static uint64_t ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Runs of pages with the same permissions, hashed: splitting a leaf is no change, another permission is. */
static uint64_t permissions_of(uint64_t end)
{
	uint64_t sum = 0, state_before = 99;

	for (uint64_t at = 0; at < end;) {
		uint64_t state = 0, next = at + PAGE_SIZE_BYTES;
		struct leaf leaf;

		if (pagetable_find(&firmware.pagetable, (virt_t){at}, &leaf) == STATUS_OK) {
			state = 1 | (uint64_t)leaf.writable << 1 | (uint64_t)leaf.executable << 2;
			next = leaf.first.at + leaf.size_bytes;
		}
		if (state != state_before)
			sum = ((sum << 7 | sum >> 57) ^ at ^ state) * 0x9e3779b97f4a7c15ull;
		state_before = state;
		at = next;
	}
	return sum;
}

static uint64_t count_pages(struct census *census)
{
	struct memory_range range;
	struct memmap map;
	uint64_t end, top = 0;

	if (firmware_map(&map) != STATUS_OK)
		return 0;
	for (struct span cursor = map.bytes; memmap_next(&map, &cursor, &range);) {
		if (range.type < N_TYPES)
			census->pages[range.type] += range.n_pages;
		if (range.type == MEMORY_CONVENTIONAL && memory_range_end(&range, &end) &&
		    end > top)
			top = end;
	}
	firmware_free_map(&map);
	return top;
}

static void count_handles(struct census *census)
{
	EFI_HANDLE *handles;
	UINTN n;

	if (EFI_ERROR(firmware.boot->LocateHandleBuffer(AllHandles, NULL, NULL, &n, &handles)))
		return;
	census->n_handles = n;
	firmware.boot->FreePool(handles);
}

static void count_spaces(struct census *census)
{
	static const EFI_GUID guid = DXE_SERVICES_TABLE_GUID;
	const struct dxe_services *dxe = firmware_table(&guid);
	struct dxe_memory_space *spaces;
	UINTN n;

	if (!dxe || EFI_ERROR(dxe->get_memory_space_map(&n, &spaces)))
		return;
	census->n_spaces = n;
	firmware.boot->FreePool(spaces);
}

static void take(struct census *census)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idt;

	*census = (struct census){.permissions = 0};
	__asm__ volatile("sidt %0" : "=m"(idt));
	census->idt_base = idt.base;
	census->idt_limit = idt.limit;
	count_handles(census);
	count_spaces(census);
	census->n_tables = firmware.system->NumberOfTableEntries;
	census->boot_crc = firmware.boot->Hdr.CRC32;
	census->runtime_crc = firmware.system->RuntimeServices->Hdr.CRC32;
	census->permissions = permissions_of(count_pages(census));
}

static void compare(const struct census *before, const struct census *after)
{
	const uint64_t *x = (const uint64_t *)before, *y = (const uint64_t *)after;
	bool same = true;

	for (size_t i = 0; i < sizeof(*before) / sizeof(*x); i++)
		if (x[i] != y[i]) {
			same = false;
			say_c("changed", census_names[i]);
			say_hex("from", x[i]);
			say_hex("to", y[i]);
		}
	say_c("trace", same ? "none" : "left");
}

static bool option(const char *word)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE *self;
	const CHAR16 *options;
	UINTN n;

	if (EFI_ERROR(firmware.boot->HandleProtocol(firmware.image, &guid, (void **)&self)))
		return false;
	options = self->LoadOptions;
	n = self->LoadOptionsSize / sizeof(*options);
	for (UINTN i = 0; i < n; i++) {
		UINTN same = 0;

		while (word[same] && i + same < n && options[i + same] == (CHAR16)word[same])
			same++;
		if (!word[same])
			return true;
	}
	return false;
}

static virt_t page_of(const void *at)
{
	return (virt_t){(uintptr_t)at & ~(PAGE_SIZE_BYTES - 1ull)};
}

/* What firmware with such a policy does; taken back before the firmware frees us. */
static void protect_self(bool on)
{
	virt_t stack = page_of(__builtin_frame_address(0));
	struct memory_attribute_protocol *map = map_locate();
	struct span text, constants;

	if (!map || pe_section_find(firmware_image(), ".text", &text) != STATUS_OK ||
	    pe_section_find(firmware_image(), ".rodata", &constants) != STATUS_OK)
		return;
	if (!on) {
		map_clear_readonly(page_of(text.at), PAGE_SIZE_BYTES);
		map->clear(map, stack.at, PAGE_SIZE_BYTES, MEMORY_ATTRIBUTE_XP);
		return;
	}
	map_set_readonly(page_of(text.at), PAGE_SIZE_BYTES);
	map_set_no_execute(page_of(constants.at), PAGE_SIZE_BYTES);
	map_set_no_execute(stack, PAGE_SIZE_BYTES);
}

/* Read by us: while the image is loaded from a volume, the firmware allocates. */
static void start_lab(void)
{
	EFI_GUID volume_guid = SIMPLE_FILE_SYSTEM_PROTOCOL, image_guid = LOADED_IMAGE_PROTOCOL;
	static uint8_t bytes[65536];
	UINTN size = sizeof(bytes);
	EFI_FILE_IO_INTERFACE *volume;
	EFI_LOADED_IMAGE *self, *lab;
	EFI_FILE_HANDLE root, file;
	EFI_HANDLE image;

	if (EFI_ERROR(firmware.boot->HandleProtocol(firmware.image, &image_guid, (void **)&self)) ||
	    EFI_ERROR(firmware.boot->HandleProtocol(self->DeviceHandle, &volume_guid,
						    (void **)&volume)) ||
	    EFI_ERROR(volume->OpenVolume(volume, &root)) ||
	    EFI_ERROR(root->Open(root, &file, (CHAR16 *)u"\\labx64.efi", EFI_FILE_MODE_READ, 0)) ||
	    EFI_ERROR(file->Read(file, &size, bytes)) ||
	    EFI_ERROR(firmware.boot->LoadImage(FALSE, firmware.image, NULL, bytes, size, &image)) ||
	    EFI_ERROR(firmware.boot->HandleProtocol(image, &image_guid, (void **)&lab)))
		return;
	lab->DeviceHandle = self->DeviceHandle;
	say_c("lab",
	      EFI_ERROR(firmware.boot->StartImage(image, NULL, NULL)) ? "failed" : "started");
}

static void say_number(const char *what, uint64_t number)
{
	char room[32];
	struct text_buffer buffer = text_buffer_of(room, sizeof(room));

	text_append_u64(&buffer, number);
	say(what, text_sized(buffer.at, buffer.size));
}

static const char *const answers[] = {"not-run", "no", "yes", "no-answer"};

/* "WHAT PROBE" */
static const char *name_of(const char *what, unsigned probe)
{
	static char room[64];
	struct text_buffer name = text_buffer_of(room, sizeof(room));

	text_append_c(&name, what);
	text_append_c(&name, probe_name(probe));
	return room;
}

static void say_alone(void)
{
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++) {
		struct probe_vector one = {.answer = {0}};
		uint64_t start = ticks();

		probes_run(1ull << probe, &one);
		start = ticks() - start;
		say_c(name_of("alone ", probe), answers[one.answer[probe]]);
		say_number(name_of("cost ", probe), start);
	}
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	static struct census before, after;
	struct probe_vector vector = {.answer = {0}};
	EFI_PHYSICAL_ADDRESS kept;
	uint64_t start;
	bool with_lab;

	firmware_begin(image, system);
	with_lab = option("lab");
	if (with_lab)
		start_lab();
	if (option("runtime"))
		firmware.boot->AllocatePages(AllocateAnyPages, EfiRuntimeServicesData, 1, &kept);
	if (option("protect"))
		protect_self(true);
	probes_run(PROBES_ALL, &vector);
	vector = (struct probe_vector){.answer = {0}};
	take(&before);
	start = ticks();
	probes_run(PROBES_ALL, &vector);
	start = ticks() - start;
	take(&after);
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		say_c(probe_name(probe), answers[vector.answer[probe]]);
	say_number("all", start);
	if (option("alone"))
		say_alone();
	compare(&before, &after);
	if (option("protect"))
		protect_self(false);
	say_c("end", "");
	/* Such firmware may die of what comes next, which is nothing of ours. */
	while (with_lab)
		;
	return EFI_SUCCESS;
}
