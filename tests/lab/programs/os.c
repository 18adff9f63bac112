/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * os.c - what an operating system finds: takes the memory map, calls ExitBootServices(), and says on the first serial
 * port what the configuration tables, the Memory Attributes Table and the runtime services are like. A reader of its
 * own, apart from the layer's. Load options:
 *
 *	call=NAME,...   calls these runtime services, unless EFI_RT_PROPERTIES_TABLE says that they are not there
 *	wipe            fills the memory of boot services and of loaders first, as a system that uses it would
 *	vendor          prints the text that the vendor's table of the lab points to
 *
 * Ends with "os: end" and a reset; a fault is the firmware's to report.
 */
#include <stdbool.h>
#include <stddef.h>

#include <efi.h>

#include "say.h"

#define SERIAL    0x3f8
#define MAP_BYTES (64 * 1024)
#define PAGE      4096ull
#define RO        (1ull << 17)
#define XP        (1ull << 14)

struct mat {
	UINT32 version, n, size, flags;
	UINT8 entries[];
};

static UINT8 map[MAP_BYTES];
static UINTN map_size, descriptor_size;
static EFI_SYSTEM_TABLE *st;
static CHAR16 call[SAY_MAX];
static UINTN n_called;

static void out(char c)
{
	UINT8 ready = 0;

	for (unsigned i = 0; i < 100000 && !(ready & 0x20); i++)
		__asm__ volatile("inb %1, %0" : "=a"(ready) : "Nd"((UINT16)(SERIAL + 5)));
	__asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((UINT16)SERIAL));
}

static void text(const char *at)
{
	while (*at)
		out(*at++);
}

static void hex(UINT64 number)
{
	text("0x");
	for (int shift = 60; shift >= 0; shift -= 4)
		if (!shift || number >> shift)
			out("0123456789abcdef"[number >> shift & 15]);
}

/* "KEY=NUMBER" behind what is there of the line. */
static void fact(const char *key, UINT64 number)
{
	out(' ');
	text(key);
	out('=');
	hex(number);
}

static EFI_MEMORY_DESCRIPTOR *descriptor(UINTN n)
{
	return (EFI_MEMORY_DESCRIPTOR *)(map + n * descriptor_size);
}

static UINTN n_descriptors(void)
{
	return map_size / descriptor_size;
}

/* The descriptor of an address, or NULL. */
static EFI_MEMORY_DESCRIPTOR *memory_at(UINT64 address)
{
	for (UINTN i = 0; i < n_descriptors(); i++) {
		EFI_MEMORY_DESCRIPTOR *at = descriptor(i);

		if (address >= at->PhysicalStart &&
		    (address - at->PhysicalStart) / PAGE < at->NumberOfPages)
			return at;
	}
	return NULL;
}

static void *table(UINT32 first)
{
	for (UINTN i = 0; i < st->NumberOfTableEntries; i++)
		if (st->ConfigurationTable[i].VendorGuid.Data1 == first)
			return st->ConfigurationTable[i].VendorTable;
	return NULL;
}

static void say_tables(void)
{
	for (UINTN i = 0; i < st->NumberOfTableEntries; i++) {
		UINT64 at = (UINT64)st->ConfigurationTable[i].VendorTable;
		EFI_MEMORY_DESCRIPTOR *memory = memory_at(at);

		text("\r\nos: table");
		fact("guid", st->ConfigurationTable[i].VendorGuid.Data1);
		fact("at", at);
		fact("type", memory ? memory->Type : 99);
	}
}

static EFI_MEMORY_DESCRIPTOR *entry(struct mat *mat, UINTN n)
{
	return (EFI_MEMORY_DESCRIPTOR *)(mat->entries + n * mat->size);
}

/* In how many entries a page is, the attributes of the last one in *ret_attributes. */
static UINTN listed(struct mat *mat, UINT64 page, UINT64 *ret_attributes)
{
	UINTN n = 0;

	for (UINTN i = 0; i < mat->n; i++) {
		EFI_MEMORY_DESCRIPTOR *at = entry(mat, i);

		if (page < at->PhysicalStart ||
		    (page - at->PhysicalStart) / PAGE >= at->NumberOfPages)
			continue;
		*ret_attributes = at->Attribute;
		n++;
	}
	return n;
}

/* Page by page: how runtime memory is protected by the table. */
static void say_pages(struct mat *mat)
{
	UINTN none = 0, twice = 0, code = 0, data = 0, open = 0, shut = 0;

	for (UINTN i = 0; i < n_descriptors(); i++) {
		EFI_MEMORY_DESCRIPTOR *at = descriptor(i);

		for (UINT64 p = 0; at->Attribute >> 63 && p < at->NumberOfPages; p++) {
			UINT64 attributes;
			UINTN n = listed(mat, at->PhysicalStart + p * PAGE, &attributes);

			if (at->Type != EfiRuntimeServicesCode &&
			    at->Type != EfiRuntimeServicesData)
				continue;
			none += !n;
			twice += n > 1;
			if (n)
				++*((attributes & (RO | XP)) == RO   ? &code
				    : (attributes & (RO | XP)) == XP ? &data
				    : attributes & RO                ? &shut
								     : &open);
		}
	}
	fact("none", none);
	fact("twice", twice);
	fact("code", code);
	fact("data", data);
	fact("open", open);
	fact("shut", shut);
}

/* How many runtime services begin where the table allows no execution, or says nothing. */
static UINTN services_lost(struct mat *mat)
{
	void **service = (void **)&st->RuntimeServices->GetTime;
	UINTN lost = 0;

	for (; service <= (void **)&st->RuntimeServices->QueryVariableInfo; service++) {
		UINT64 attributes = XP;

		listed(mat, (UINT64)*service, &attributes);
		lost += (attributes & XP) != 0;
	}
	return lost;
}

static void say_mat(void)
{
	struct mat *mat = table(0xdcfa911d);

	text("\r\nos: mat");
	if (!mat || !memory_at((UINT64)mat)) {
		text(mat ? " nowhere" : " absent");
		return;
	}
	fact("version", mat->version);
	fact("size", mat->size);
	fact("n", mat->n);
	if (mat->size >= sizeof(EFI_MEMORY_DESCRIPTOR) && mat->n < 1000)
		say_pages(mat);
	if (mat->size >= sizeof(EFI_MEMORY_DESCRIPTOR) && mat->n < 1000)
		fact("lost", services_lost(mat));
}

/* Pages that an operating system may take after boot services, and pages of runtime memory. */
static void say_memory(void)
{
	UINTN boot = 0, runtime = 0;

	for (UINTN i = 0; i < n_descriptors(); i++) {
		EFI_MEMORY_DESCRIPTOR *at = descriptor(i);

		if (at->Type == EfiBootServicesCode || at->Type == EfiBootServicesData)
			boot += at->NumberOfPages;
		if (at->Attribute >> 63)
			runtime += at->NumberOfPages;
	}
	text("\r\nos: memory");
	fact("boot", boot);
	fact("runtime", runtime);
}

static UINT32 supported(void)
{
	UINT32 *properties = table(0xeb66918a);

	return properties ? properties[1] : 0x3fff;
}

static bool is_wanted(const char *name)
{
	for (UINTN i = 0; call[i];) {
		UINTN n = 0;

		while (name[n] && call[i + n] == (CHAR16)name[n])
			n++;
		if (!name[n] && (!call[i + n] || call[i + n] == ','))
			return true;
		while (call[i] && call[i++] != ',')
			;
	}
	return false;
}

/* Says what it is about to do, so that a fault has a name. */
static bool begin(const char *name, unsigned bit)
{
	if (!is_wanted(name))
		return false;
	n_called++;
	text("\r\nos: ");
	text(name);
	if (supported() >> bit & 1) {
		text(" called");
		return true;
	}
	text(" masked");
	return false;
}

static void done(EFI_STATUS status)
{
	fact("status", status);
}

static void call_services(void)
{
	static EFI_GUID guid = EFI_GLOBAL_VARIABLE;
	EFI_RUNTIME_SERVICES *rt = st->RuntimeServices;
	UINT64 a, b, c;
	EFI_TIME time;
	UINT32 attributes;
	UINTN size = 0;

	if (begin("GetTime", 0))
		done(rt->GetTime(&time, NULL));
	if (begin("SetTime", 1)) {
		rt->GetTime(&time, NULL);
		done(rt->SetTime(&time));
	}
	if (begin("GetVariable", 4))
		done(rt->GetVariable((CHAR16 *)u"BootCurrent", &guid, NULL, &size, NULL));
	if (begin("SetVirtualAddressMap", 7)) {
		/* The same addresses. */
		for (UINTN i = 0; i < n_descriptors(); i++)
			descriptor(i)->VirtualStart = descriptor(i)->PhysicalStart;
		done(rt->SetVirtualAddressMap(map_size, descriptor_size, 1, (void *)map));
	}
	attributes = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS |
		     EFI_VARIABLE_RUNTIME_ACCESS;
	if (begin("QueryVariableInfo", 13))
		done(rt->QueryVariableInfo(attributes, &a, &b, &c));
}

/* Not where we are, nor the stack: an operating system is somewhere else. */
static void wipe(EFI_LOADED_IMAGE_PROTOCOL *self)
{
	for (UINTN i = 0; i < n_descriptors(); i++) {
		EFI_MEMORY_DESCRIPTOR *at = descriptor(i);

		for (UINT64 p = 0; p < at->NumberOfPages; p++) {
			UINT8 *page = (UINT8 *)(at->PhysicalStart + p * PAGE);

			if (at->Type != EfiLoaderData && at->Type != EfiConventionalMemory)
				continue;
			if (page + PAGE <= (UINT8 *)self->ImageBase ||
			    page >= (UINT8 *)self->ImageBase + self->ImageSize)
				for (UINTN j = 0; page && j < PAGE; j += 8)
					*(volatile UINT64 *)(page + j) = 0x5a5a5a5a5a5a5a5a;
		}
	}
	text("\r\nos: wiped");
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *self;
	const CHAR16 *options;
	EFI_STATUS status;
	UINT32 version;
	UINTN n, key;

	st = system;
	say_init(system, "os");
	if (system->BootServices->HandleProtocol(image, &guid, (void **)&self))
		return EFI_UNSUPPORTED;
	options = options_of(self, &n);
	options_value(options, n, "call", call, NULL, NULL);
	/* UEFI 2.10 section 7.4.6: when the map has changed meanwhile, once more. */
	for (unsigned tries = 0; tries < 4; tries++) {
		map_size = MAP_BYTES;
		status = system->BootServices->GetMemoryMap(&map_size, (void *)map, &key,
							    &descriptor_size, &version);
		if (!EFI_ERROR(status))
			status = system->BootServices->ExitBootServices(image, key);
		if (status != EFI_INVALID_PARAMETER)
			break;
	}
	if (EFI_ERROR(status))
		return say_status("exit", status);
	__asm__ volatile("cli");
	text("\r\nos: alone");
	if (options_have(options, n, "wipe"))
		wipe(self);
	say_tables();
	text("\r\nos: supported");
	fact("mask", supported());
	say_mat();
	say_memory();
	if (options_have(options, n, "vendor")) {
		text("\r\nos: vendor says ");
		text(table(0x66771500) ? (const char *)table(0x66771500) : "nothing");
	}
	call_services();
	text("\r\nos: end\r\n");
	__asm__ volatile("outb %0, %1" : : "a"((UINT8)6), "Nd"((UINT16)0xcf9));
	for (;;)
		__asm__ volatile("hlt");
}
