/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * walk.c - no defect: what the page tables allow at the moment at which the operating system takes over, on the serial
 * port. `walk` in \lab.txt; walk.efi says the same at any moment before. One line a type, and one for each type with pages
 * that can be written and executed now and could not when the lab's driver was started, which walk.efi asks for, too:
 *
 *	lab: walk loader-code none=0 r=0 rw=2 rx=5 rwx=0
 *	lab: walk all none=... rwx=...
 *	lab: walk fresh loader-code=0x2
 *	lab: walk end
 */
#include "lab.h"
#include "walk.h"
#include "walk_count.h"

#define MAP_BYTES 65536u
#define LINE_MAX  160u
#define PAGE      4096ull
/* As much memory is compared page by page: 8 GiB. */
#define NOTED_PAGES (1u << 21)
#define NOTED_BYTES (NOTED_PAGES / 8)

static EFI_EVENT event;
static uint8_t map[MAP_BYTES];
static UINTN map_bytes, descriptor_bytes;
/* A bit a page: could be written and executed at the start. */
static uint8_t *noted;

static unsigned put(char *line, unsigned at, const char *text)
{
	while (*text && at < LINE_MAX - 1)
		line[at++] = *text++;
	line[at] = 0;
	return at;
}

static unsigned put_number(char *line, unsigned at, uint64_t number)
{
	char digits[24];
	unsigned n = sizeof(digits) - 1;

	digits[n] = 0;
	do
		digits[--n] = (char)('0' + number % 10);
	while (number /= 10);
	return put(line, at, digits + n);
}

static void say_counts(const char *name, const uint64_t n_pages[WALK_STATES])
{
	unsigned at = 0;
	char line[LINE_MAX];

	at = put(line, at, "walk ");
	at = put(line, at, name);
	for (unsigned state = 0; state < WALK_STATES; state++) {
		at = put(line, at, " ");
		at = put(line, at, walk_state_names[state]);
		at = put(line, at, "=");
		at = put_number(line, at, n_pages[state]);
	}
	lab_say(line);
}

/* GetMemoryMap() is the one memory service that may be called at the hand-off. */
static EFI_STATUS take_map(void)
{
	UINTN key;
	UINT32 version;

	map_bytes = sizeof(map);
	return lab_sane.GetMemoryMap(&map_bytes, (EFI_MEMORY_DESCRIPTOR *)map, &key,
				     &descriptor_bytes, &version);
}

/* Pages of [first, end) that can be written and executed and are not noted; notes them. */
static uint64_t count_fresh(uint64_t first, uint64_t end)
{
	uint64_t n = 0, bytes;

	if (end > NOTED_PAGES * PAGE)
		end = NOTED_PAGES * PAGE;
	for (; first < end; first += bytes) {
		uint64_t page = first / PAGE;

		if (walk_state_of(first, &bytes) != WALK_RWX)
			continue;
		bytes = PAGE;
		n += !(noted[page / 8] >> page % 8 & 1);
		noted[page / 8] |= (uint8_t)(1u << page % 8);
	}
	return n;
}

void walk_note(uint64_t first, uint64_t size_bytes)
{
	if (noted)
		count_fresh(first, first + size_bytes);
}

static void count_all_fresh(uint64_t n[WALK_TYPES])
{
	for (unsigned type = 0; type < WALK_TYPES; type++)
		n[type] = 0;
	for (UINTN at = 0; at + descriptor_bytes <= map_bytes; at += descriptor_bytes) {
		const EFI_MEMORY_DESCRIPTOR *entry = (const EFI_MEMORY_DESCRIPTOR *)(map + at);
		unsigned type = entry->Type < WALK_TYPES - 1 ? entry->Type : WALK_TYPES - 1;

		n[type] += count_fresh(entry->PhysicalStart,
				       entry->PhysicalStart + entry->NumberOfPages * PAGE);
	}
}

static VOID EFIAPI say_fresh(void)
{
	uint64_t n[WALK_TYPES];
	char line[LINE_MAX];

	if (EFI_ERROR(take_map()))
		return;
	count_all_fresh(n);
	for (unsigned type = 0; type < WALK_TYPES; type++) {
		if (!n[type])
			continue;
		put(line, put(line, 0, "walk fresh "), walk_type_names[type]);
		lab_say_hex(line, n[type]);
	}
	lab_say("walk end");
}

/* After those of TPL_NOTIFY, our layer's among them. */
static VOID EFIAPI leaving(EFI_EVENT unused, VOID *context)
{
	static struct walk walk;
	uint64_t sums[WALK_STATES], sum;

	(void)unused;
	(void)context;
	if (EFI_ERROR(take_map()))
		return;
	walk_count(map, map_bytes, descriptor_bytes, &walk);
	for (unsigned type = 0; type < WALK_TYPES; type++) {
		sum = 0;
		for (unsigned state = 0; state < WALK_STATES; state++)
			sum += walk.n_pages[type][state];
		if (sum)
			say_counts(walk_type_names[type], walk.n_pages[type]);
	}
	for (unsigned state = 0; state < WALK_STATES; state++)
		sums[state] = walk_sum(&walk, (enum walk_state)state);
	say_counts("all", sums);
	say_fresh();
}

static EFI_STATUS walk_at_exit(const char *value)
{
	EFI_GUID guid = WALK_FRESH_GUID;
	uint64_t n[WALK_TYPES];
	EFI_STATUS status =
		lab_sane.AllocatePool(EfiBootServicesData, NOTED_BYTES, (void **)&noted);

	(void)value;
	if (!EFI_ERROR(status))
		status = take_map();
	if (EFI_ERROR(status))
		return status;
	lab_sane.SetMem(noted, NOTED_BYTES, 0);
	count_all_fresh(n);
	status = lab_sane.InstallProtocolInterface(&lab_image, &guid, EFI_NATIVE_INTERFACE,
						   (void *)say_fresh);
	if (EFI_ERROR(status))
		return status;
	return lab_sane.CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, leaving, NULL,
				    &event);
}

const struct defect defects_walk[] = {
	{"walk", "", walk_at_exit},
	{NULL, NULL, NULL},
};
