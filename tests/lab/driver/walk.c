/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * walk.c - no defect: what the page tables allow at the moment at which the operating system takes over, on the serial
 * port. `walk` in \lab.txt; walk.efi says the same at any moment before. One line a type:
 *
 *	lab: walk loader-code none=0 r=0 rw=2 rx=5 rwx=0
 *	lab: walk all none=... rwx=...
 */
#include "lab.h"
#include "walk_count.h"

#define MAP_BYTES 65536u
#define LINE_MAX  160u

static EFI_EVENT event;

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

/* After those of TPL_NOTIFY, our layer's among them. GetMemoryMap() is the one memory service that may be called now. */
static VOID EFIAPI leaving(EFI_EVENT unused, VOID *context)
{
	static uint8_t map[MAP_BYTES];
	static struct walk walk;
	uint64_t sums[WALK_STATES], sum;
	UINTN size = sizeof(map), key, descriptor_size;
	UINT32 version;

	(void)unused;
	(void)context;
	if (EFI_ERROR(lab_sane.GetMemoryMap(&size, (EFI_MEMORY_DESCRIPTOR *)map, &key,
					    &descriptor_size, &version)))
		return;
	walk_count(map, size, descriptor_size, &walk);
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
	lab_say_hex("walk wx-first", walk.wx_first);
	lab_say_hex("walk wx-end", walk.wx_end);
}

static EFI_STATUS walk_at_exit(const char *value)
{
	(void)value;
	return lab_sane.CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, leaving, NULL,
				    &event);
}

const struct defect defects_walk[] = {
	{"walk", "", walk_at_exit},
	{NULL, NULL, NULL},
};
