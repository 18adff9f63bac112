/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * measure.c - an EFI driver's path in the load options; what it costs and what it leaves behind, a
 * line per figure, out. Calls its entry point directly between two readings of the time stamp
 * counter, then starts it twice as a shell would and takes stock before and after.
 *
 * With stays=PATH instead of driver=PATH it only starts the driver, once, and takes stock: for one that stays.
 *
 * Under QEMU's -icount shift=0 the counter advances by the same amount for every instruction; the
 * loop of known length at the start says by how much. driver=PATH is for one that refuses to stay
 * (returns an error).
 */
#include <efi.h>

#include "next.h"
#include "say.h"
#include "state.h"

#define LOOP_TURNS 100000ull
/* The loop's own two instructions each turn. */
#define LOOP_INSTRUCTIONS (2 * LOOP_TURNS)

typedef EFI_STATUS(EFIAPI *entry_point)(EFI_HANDLE image, EFI_SYSTEM_TABLE *table);

static EFI_HANDLE own_handle;
static EFI_SYSTEM_TABLE *st;
static EFI_LOADED_IMAGE_PROTOCOL *self;

static UINT64 ticks(void)
{
	UINT32 low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (UINT64)high << 32 | low;
}

static void calibrate(void)
{
	UINT64 turns = LOOP_TURNS, start = ticks();

	__asm__ volatile("1: decq %0\n\tjnz 1b" : "+r"(turns) : : "cc");
	say("loop-ticks=%u", ticks() - start);
	say("loop-instructions=%u", LOOP_INSTRUCTIONS);
}

static EFI_STATUS load(const CHAR16 *path, EFI_HANDLE *ret_image)
{
	EFI_STATUS status = next_load(own_handle, st, self, path, NULL, 0, ret_image);

	if (EFI_ERROR(status))
		say_status("load", status);
	return status;
}

/* Starts the driver through the firmware and says what is different afterwards. */
static EFI_STATUS leftovers(const CHAR16 *path)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *loaded;
	struct state before, after;
	EFI_HANDLE image;
	EFI_STATUS status;

	status = state_take(st, &before);
	if (!EFI_ERROR(status))
		status = load(path, &image);
	if (EFI_ERROR(status))
		return status;
	if (!EFI_ERROR(st->BootServices->HandleProtocol(image, &guid, (void **)&loaded)))
		say("image-pages=%u", (UINTN)(loaded->ImageSize + 4095) / 4096);
	say_status("start", st->BootServices->StartImage(image, NULL, NULL));
	status = state_take(st, &after);
	if (EFI_ERROR(status))
		return status;
	say("pages-left=%u", before.pages_free - after.pages_free);
	say("handles-left=%u", after.n_handles - before.n_handles);
	say("images-left=%u", after.n_images - before.n_images);
	say("hooks=%u", (UINTN)((before.boot_services_sum != after.boot_services_sum) +
				(before.runtime_services_sum != after.runtime_services_sum)));
	say("config-tables-left=%u", after.n_config_tables - before.n_config_tables);
	return EFI_SUCCESS;
}

/* Where the image's code begins (Microsoft PE format: e_lfanew, AddressOfEntryPoint). */
static entry_point entry_of(const UINT8 *base)
{
	const UINT8 *pe = base + *(const UINT32 *)(base + 0x3c);

	return (entry_point)(UINTN)(base + *(const UINT32 *)(pe + 24 + 16));
}

/* Stands before the firmware's SetVariable(), to tell the firmware's share from the driver's. */
static EFI_SET_VARIABLE firmware_set_variable;
static UINT64 set_variable_ticks, set_variable_bytes;

static EFI_STATUS EFIAPI timed_set_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 attributes,
					    UINTN size, void *data)
{
	UINT64 start = ticks();
	EFI_STATUS status = firmware_set_variable(name, vendor, attributes, size, data);

	set_variable_ticks += ticks() - start;
	set_variable_bytes += size;
	return status;
}

/* Calls the driver's entry point as the firmware would, once, before anything else of it has run. */
static EFI_STATUS cost(const CHAR16 *path)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	EFI_LOADED_IMAGE_PROTOCOL *loaded;
	EFI_HANDLE image;
	entry_point entry;
	EFI_STATUS status;
	UINT64 start, end;

	status = load(path, &image);
	if (EFI_ERROR(status))
		return status;
	status = st->BootServices->HandleProtocol(image, &guid, (void **)&loaded);
	if (EFI_ERROR(status))
		return say_status("loaded-image", status);
	say("entry-image-at=%x", (UINTN)loaded->ImageBase);
	entry = entry_of(loaded->ImageBase);
	firmware_set_variable = st->RuntimeServices->SetVariable;
	st->RuntimeServices->SetVariable = timed_set_variable;
	start = ticks();
	status = entry(image, st);
	end = ticks();
	st->RuntimeServices->SetVariable = firmware_set_variable;
	say_status("entry", status);
	say("entry-ticks=%u", end - start);
	/* The counter began with the machine. */
	say("ticks-since-reset=%u", start);
	say("set-variable-ticks=%u", set_variable_ticks);
	say("set-variable-bytes=%u", set_variable_bytes);
	return st->BootServices->UnloadImage(image);
}

EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	const CHAR16 *options;
	CHAR16 path[SAY_MAX];
	EFI_STATUS status;
	UINTN n;

	st = table;
	own_handle = handle;
	say_init(table, "measure");
	status = st->BootServices->HandleProtocol(handle, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	options = options_of(self, &n);
	if (options_value(options, n, "stays", path, NULL, NULL)) {
		status = leftovers(path);
		say("end");
		return status;
	}
	if (!options_value(options, n, "driver", path, NULL, NULL)) {
		say("usage: driver=\\PATH | stays=\\PATH");
		return EFI_INVALID_PARAMETER;
	}
	calibrate();
	status = cost(path);
	/* The first time the firmware's own pools may grow; the second shows what the driver leaves. */
	if (!EFI_ERROR(status))
		status = leftovers(path);
	if (!EFI_ERROR(status))
		status = leftovers(path);
	say("end");
	return status;
}
