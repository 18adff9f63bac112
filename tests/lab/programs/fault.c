/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fault.c - fault.efi WORD: touches memory as a boot loader would, and memory that nobody must touch; a line
 * a step. Where nothing repairs the fault, the firmware's handler has the last word.
 *
 *	fill=BYTES   allocates (EfiLoaderData) and writes every word; how many instructions the first one took
 *	copy         CopyMem() into an allocation, SetMem() of another
 *	free         makes pages read-only by the protocol and frees them
 *	call         writes code into an EfiLoaderCode allocation and calls it; writes again, calls again
 *	pool         writes all of a pool allocation (EfiLoaderData, 8 pages) and frees it
 *	code-pool    writes code into one of EfiLoaderCode and calls it
 *	storm        writes to one page a hundred times
 *	zero mmio    reads page 0, the HPET
 *	guard own    writes into the page behind an allocation, into our driver's own code
 *	late         leaves boot services; what the IDT is like then
 *	next=PATH    then starts that image with the rest of the line
 */
#include <efi.h>

#include "memory_attribute.h"
#include "next.h"
#include "say.h"

#define PAGE   4096ull
#define HPET   0xfed00000ull
#define SERIAL 0x3f8

static EFI_BOOT_SERVICES *bs;
static EFI_SYSTEM_TABLE *st;
static EFI_HANDLE own_handle;

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

static UINT64 ticks(void)
{
	UINT32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (UINT64)high << 32 | low;
}

static EFI_PHYSICAL_ADDRESS pages(EFI_MEMORY_TYPE type, UINTN n)
{
	EFI_PHYSICAL_ADDRESS at = 0;

	if (say_status("allocate", bs->AllocatePages(AllocateAnyPages, type, n, &at)))
		return 0;
	say("at=%x", at);
	return at;
}

/* ---- figures ---- */

static UINT64 store_ticks(volatile UINT64 *at)
{
	UINT64 start = ticks();

	*at = start;
	return ticks() - start;
}

static void fill(UINT64 size)
{
	EFI_PHYSICAL_ADDRESS first = pages(EfiLoaderData, size / PAGE), at;
	UINT64 wrong = 0, n_slow = 0, sum = 0, most = 0;

	if (!first)
		return;
	say("first-store-ticks=%u", store_ticks((volatile UINT64 *)first));
	say("second-store-ticks=%u", store_ticks((volatile UINT64 *)first));
	/* Under -icount a store that faults takes hundreds, one that does not takes a handful. */
	for (at = first + PAGE; at < first + size; at += PAGE) {
		UINT64 took = store_ticks((volatile UINT64 *)at);

		n_slow += took > 200;
		sum += took > 200 ? took : 0;
		most = took > most ? took : most;
	}
	say("more-faults=%u", n_slow);
	say("more-ticks=%u", sum);
	say("most-ticks=%u", most);
	for (at = first; at < first + size; at += 8)
		*(volatile UINT64 *)at = at;
	for (at = first; at < first + size; at += 8)
		wrong += *(volatile UINT64 *)at != at;
	say("filled=%u", size);
	say("wrong-words=%u", wrong);
}

/* ---- inside the firmware ---- */

static void copy(void)
{
	static UINT8 source[PAGE];
	EFI_PHYSICAL_ADDRESS to = pages(EfiLoaderData, 8), set = pages(EfiLoaderData, 8);

	if (!to || !set)
		return;
	source[0] = source[PAGE - 1] = 0x5a;
	bs->CopyMem((void *)(to + 5 * PAGE), source, PAGE);
	bs->SetMem((void *)set, 8 * PAGE, 0xa5);
	say("copied=%x", ((volatile UINT8 *)to)[6 * PAGE - 1]);
	say("set=%x", ((volatile UINT8 *)set)[8 * PAGE - 1]);
	say_status("free", bs->FreePages(set, 8));
}

static struct memory_attribute_protocol *protocol(void)
{
	EFI_GUID guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
	struct memory_attribute_protocol *found = NULL;

	if (EFI_ERROR(bs->LocateProtocol(&guid, NULL, (void **)&found)))
		say("protocol=absent");
	return found;
}

static void free_readonly(void)
{
	struct memory_attribute_protocol *map = protocol();
	EFI_PHYSICAL_ADDRESS at = pages(EfiLoaderCode, 4);

	if (!at || !map)
		return;
	say_status("set-ro", map->set(map, at, 4 * PAGE, ATTRIBUTE_RO));
	say_status("free-pages", bs->FreePages(at, 4));
}

/* ---- code ---- */

typedef UINT64 EFIAPI function(void);

/* mov $NUMBER, %eax; ret */
static UINT64 call(EFI_PHYSICAL_ADDRESS at, UINT8 number)
{
	volatile UINT8 *code = (volatile UINT8 *)at;

	code[0] = 0xb8;
	code[1] = number;
	code[2] = code[3] = code[4] = 0;
	code[5] = 0xc3;
	return ((function *)at)();
}

static void calls(void)
{
	EFI_PHYSICAL_ADDRESS at = pages(EfiLoaderCode, 4);

	if (!at)
		return;
	say("called=%u", call(at, 17));
	say("called-again=%u", call(at, 18));
}

static UINT8 *from_pool(EFI_MEMORY_TYPE type)
{
	void *at = NULL;

	if (say_status("allocate-pool", bs->AllocatePool(type, 8 * PAGE, &at)))
		return NULL;
	say("pool-at=%x", (UINTN)at);
	return at;
}

static void pool(void)
{
	volatile UINT8 *data = from_pool(EfiLoaderData);
	UINTN wrong = 0;

	if (!data)
		return;
	for (UINTN i = 0; i < 8 * PAGE; i++)
		data[i] = (UINT8)(i / 8);
	for (UINTN i = 0; i < 8 * PAGE; i++)
		wrong += data[i] != (UINT8)(i / 8);
	say("pool-wrong-bytes=%u", wrong);
	say_status("free-pool", bs->FreePool((void *)data));
}

static void code_pool(void)
{
	UINT8 *code = from_pool(EfiLoaderCode);

	if (!code)
		return;
	/* In a page that is all its own. */
	say("pool-called=%u", call(((EFI_PHYSICAL_ADDRESS)code + PAGE) & ~(PAGE - 1), 19));
	say_status("free-pool", bs->FreePool(code));
}

/* ---- too much, and what nobody must touch ---- */

static void storm(void)
{
	EFI_PHYSICAL_ADDRESS at = pages(EfiLoaderData, 4);

	for (UINTN i = 1; at && i <= 100; i++) {
		*(volatile UINT64 *)(at + PAGE) = i;
		if (i % 32 == 0)
			say("stored=%u", i);
	}
}

static void guard(void)
{
	EFI_PHYSICAL_ADDRESS at = pages(EfiLoaderData, 4);

	if (!at)
		return;
	*(volatile UINT64 *)(at + 4 * PAGE - 8) = 1;
	say("inside=written");
	*(volatile UINT64 *)(at + 4 * PAGE) = 1;
	say("behind=written");
}

/* The image with a section ".fwquirk" that is no program of ours. */
static UINT8 *layer_image(void)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *image;
	EFI_HANDLE *handles;
	UINTN n;

	if (EFI_ERROR(bs->LocateHandleBuffer(ByProtocol, &guid, NULL, &n, &handles)))
		return NULL;
	while (n-- > 0) {
		EFI_DEVICE_PATH *node;

		if (EFI_ERROR(bs->HandleProtocol(handles[n], &guid, (void **)&image)))
			continue;
		for (node = image->FilePath; node && node->Type != 0x7f;
		     node = (EFI_DEVICE_PATH *)((UINT8 *)node +
						(node->Length[0] | node->Length[1] << 8))) {
			const CHAR16 *path = (const CHAR16 *)(node + 1);

			if (node->Type == 4 && node->SubType == 4 && path[1] == 'f' &&
			    path[2] == 'w' && path[8] == 'x')
				return image->ImageBase;
		}
	}
	return NULL;
}

static void own(void)
{
	struct memory_attribute_protocol *map = protocol();
	UINT8 *image = layer_image();

	say("layer-at=%x", (UINTN)image);
	if (!map || !image)
		return;
	say_status("set-ro", map->set(map, (UINTN)image + PAGE, PAGE, ATTRIBUTE_RO));
	*(volatile UINT8 *)(image + PAGE) = image[PAGE];
	say("own=written");
}

/* ---- the hand-off ---- */

static void serial(const char *text)
{
	for (; *text; text++) {
		UINT8 ready = 0;

		while (!(ready & 0x20))
			__asm__ volatile("inb %1, %0" : "=a"(ready) : "Nd"((UINT16)(SERIAL + 5)));
		__asm__ volatile("outb %0, %1" : : "a"(*text), "Nd"((UINT16)SERIAL));
	}
}

static void serial_hex(const char *what, UINT64 number)
{
	char digits[20];

	for (int i = 0; i < 16; i++)
		digits[i] = "0123456789abcdef"[number >> (60 - 4 * i) & 15];
	digits[16] = '\r';
	digits[17] = '\n';
	digits[18] = 0;
	serial(what);
	serial(digits);
}

struct table_register {
	UINT16 limit;
	UINT64 base;
} __attribute__((packed));

static UINT64 gate(UINTN vector)
{
	struct table_register idt;
	const UINT32 *entry;

	__asm__ volatile("sidt %0" : "=m"(idt));
	entry = (const UINT32 *)(idt.base + 16 * vector);
	return (UINT64)entry[2] << 32 | (entry[1] & 0xffff0000u) | (entry[0] & 0xffffu);
}

static void idt(const char *base, const char *page_fault, const char *debug)
{
	struct table_register now;

	__asm__ volatile("sidt %0" : "=m"(now));
	serial_hex(base, now.base);
	serial_hex(page_fault, gate(14));
	serial_hex(debug, gate(1));
}

/* TPL_CALLBACK: behind every event of the layer, which are of TPL_NOTIFY. */
static VOID EFIAPI late_event(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	idt("fault: event-idt=", "fault: event-page-fault=", "fault: event-debug=");
}

static void late(void)
{
	static UINT8 map[65536];
	UINTN size, key, descriptor;
	EFI_STATUS status;
	EFI_EVENT event;
	UINT32 version;

	idt("fault: now-idt=", "fault: now-page-fault=", "fault: now-debug=");
	say_status("event", bs->CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, late_event,
					    NULL, &event));
	for (int i = 0; i < 4; i++) {
		size = sizeof(map);
		status = bs->GetMemoryMap(&size, (void *)map, &key, &descriptor, &version);
		if (!EFI_ERROR(status))
			status = bs->ExitBootServices(own_handle, key);
		if (!EFI_ERROR(status))
			break;
	}
	serial_hex("fault: exit=", status);
	idt("fault: after-idt=", "fault: after-page-fault=", "fault: after-debug=");
	serial("fault: end\r\n");
	for (;;)
		__asm__ volatile("cli; hlt");
}

static void start_next(EFI_LOADED_IMAGE_PROTOCOL *self, const CHAR16 *options, UINTN n)
{
	CHAR16 path[SAY_MAX];
	const CHAR16 *rest;
	UINTN n_rest;
	EFI_HANDLE image;

	if (!options_value(options, n, "next", path, &rest, &n_rest))
		return;
	if (!EFI_ERROR(next_load(own_handle, st, self, path, rest, n_rest, &image)))
		say_status("next-start", bs->StartImage(image, NULL, NULL));
}

/* By an instruction that the compiler knows nothing about. */
static UINT32 read_at(UINT64 address)
{
	UINT32 value;

	__asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static void run(const CHAR16 *options, UINTN n)
{
	static const struct {
		const char *word;
		void (*run)(void);
	} words[] = {
		{"copy", copy},           {"free", free_readonly}, {"call", calls},  {"pool", pool},
		{"code-pool", code_pool}, {"storm", storm},        {"guard", guard}, {"own", own}};

	for (UINTN i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (options_have(options, n, words[i].word))
			words[i].run();
	if (options_have(options, n, "zero"))
		say("zero=%x", read_at(8));
	if (options_have(options, n, "mmio"))
		say("mmio=%x", read_at(HPET));
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	UINT64 size;
	UINTN n;

	st = table;
	bs = table->BootServices;
	own_handle = handle;
	say_init(table, "fault");
	if (EFI_ERROR(bs->HandleProtocol(handle, &guid, (void **)&self)))
		return EFI_UNSUPPORTED;
	options = options_of(self, &n);
	if (options_number(options, n, "fill", &size))
		fill(size);
	run(options, n);
	say("end");
	if (options_have(options, n, "late"))
		late();
	start_next(self, options, n);
	return EFI_SUCCESS;
}
