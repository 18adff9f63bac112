/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_image_exec.c - image-exec: code sections of an image that was loaded without an executable page are read
 * and execute when it starts. docs/workarounds/image-exec.md. Nothing becomes writable and executable.
 *
 * Read-only pages must not reach the firmware's own freeing (free-writable.md), which happens inside StartImage(),
 * where no hook is: so the image's entry point is ours, and what it had is put back when it returns or exits.
 * EDK II keeps that pointer beside EFI_LOADED_IMAGE_PROTOCOL; elsewhere nothing is done. Applications only: a
 * loader, a kernel.
 */
#include <fwquirk/pagetable.h>
#include <fwquirk/pe.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "image_name.h"
#include "page_rights.h"
#include "workaround.h"

#define IMAGES_MAX   8u
#define SECTIONS_MAX 4u
#define NAME_ROOM    32u
#define PAGE_MASK    (PAGE_SIZE_BYTES - 1ull)

/* MdeModulePkg/Core/Dxe/Image/Image.h: LOADED_IMAGE_PRIVATE_DATA begins so; "ldri". */
#define EDK2_IMAGE_SIGNATURE 0x6972646cu
struct edk2_image {
	UINTN signature;
	EFI_HANDLE handle;
	UINTN type;
	UINTN started;
	EFI_IMAGE_ENTRY_POINT entry;
	EFI_LOADED_IMAGE info;
};

enum { HOOK_START, HOOK_EXIT, N_HOOKS };

static struct hook hooks[N_HOOKS];

/* Images whose code we have made executable and that have not ended. */
static struct known {
	EFI_HANDLE handle; /* NULL: free */
	EFI_IMAGE_ENTRY_POINT entry;
	unsigned n;
	struct span code[SECTIONS_MAX]; /* whole pages */
} images[IMAGES_MAX];

static struct known *known_find(EFI_HANDLE handle)
{
	for (unsigned i = 0; i < IMAGES_MAX; i++)
		if (images[i].handle == handle)
			return &images[i];
	return NULL;
}

static void known_change(const struct known *image, unsigned allow, unsigned withhold)
{
	for (unsigned i = 0; i < image->n; i++)
		rights_change((uintptr_t)image->code[i].at, image->code[i].size, allow, withhold);
}

/* First no write, then execute, and back the other way round: it is never both. */
static void known_allow(const struct known *image)
{
	known_change(image, 0, RIGHT_WRITE);
	known_change(image, RIGHT_EXECUTE, 0);
}

/* As the firmware had loaded it; it may be freed now. */
static void forget(struct known *image)
{
	known_change(image, 0, RIGHT_EXECUTE);
	known_change(image, RIGHT_WRITE, 0);
	image->handle = NULL;
}

/*
 * What the firmware calls instead of the image's entry point. Start-up code in the field does not keep RSI and
 * RDI, which firmware does not notice: only what is on the stack is trusted behind the call.
 */
static EFI_STATUS EFIAPI entry(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system)
{
	EFI_HANDLE volatile kept = handle;
	EFI_STATUS status = known_find(handle)->entry(handle, system);

	forget(known_find(kept));
	return status;
}

/* All code sections that lie on whole pages, writable and not executable as they are; false when one is not so. */
static bool sections_find(struct span whole, struct known *ret_image)
{
	uint32_t cursor = 0;
	struct span code;

	while (pe_code_next(whole, &cursor, &code)) {
		uint64_t first = (uintptr_t)code.at;

		code.size = (code.size + PAGE_MASK) & ~PAGE_MASK;
		if (ret_image->n == SECTIONS_MAX || first & PAGE_MASK ||
		    !pagetable_is_mapped(&firmware.pagetable, (virt_t){first}, code.size) ||
		    rights_lack(first, code.size, RIGHT_WRITE))
			return false;
		ret_image->code[ret_image->n++] = code;
	}
	return ret_image->n &&
	       rights_lack((uintptr_t)ret_image->code[0].at, PAGE_SIZE_BYTES, RIGHT_EXECUTE);
}

static EFI_IMAGE_ENTRY_POINT *entry_of(EFI_HANDLE handle, EFI_LOADED_IMAGE *info)
{
	struct edk2_image *image =
		(struct edk2_image *)((uintptr_t)info - offsetof(struct edk2_image, info));

	if (!firmware_is_mapped(image, sizeof(*image)) ||
	    image->signature != EDK2_IMAGE_SIGNATURE || image->handle != handle ||
	    (uintptr_t)image->entry - (uintptr_t)info->ImageBase >= info->ImageSize)
		return NULL;
	return &image->entry;
}

static void make_executable(EFI_HANDLE handle)
{
	struct known *place = known_find(NULL), found = {.handle = handle};
	EFI_LOADED_IMAGE *info = firmware_loaded(handle);
	EFI_IMAGE_ENTRY_POINT *pointer;
	char name[NAME_ROOM];
	uint64_t base;

	if (!place || !info || info->ImageCodeType != EfiLoaderCode ||
	    !firmware_is_mapped(info->ImageBase, info->ImageSize) ||
	    !sections_find(span_of(info->ImageBase, info->ImageSize), &found))
		return;
	pointer = entry_of(handle, info);
	if (!pointer || rights_prepare() != STATUS_OK)
		return;
	found.entry = *pointer;
	*place = found;
	*pointer = entry;
	known_allow(place);
	events_add(EVENT_MADE_EXECUTABLE, (uintptr_t)found.code[0].at,
		   found.code[0].size / PAGE_SIZE_BYTES,
		   text_sized(name,
			      image_name((uintptr_t)info->ImageBase, name, sizeof(name), &base)));
}

static EFI_STATUS EFIAPI start_hook(EFI_HANDLE image, UINTN *exit_size, CHAR16 **exit_text)
{
	if (!known_find(image))
		make_executable(image);
	return ((EFI_IMAGE_START)hooks[HOOK_START].original)(image, exit_size, exit_text);
}

/* Does not return, unless it is refused: then the image goes on. */
static EFI_STATUS EFIAPI exit_hook(EFI_HANDLE image, EFI_STATUS status, UINTN size, CHAR16 *text)
{
	struct known *known = image ? known_find(image) : NULL;

	if (known)
		forget(known);
	status = ((EFI_EXIT)hooks[HOOK_EXIT].original)(image, status, size, text);
	if (known) {
		known_allow(known);
		known->handle = image;
	}
	return status;
}

/* ---- the four steps ---- */

static enum status check(const struct action *action)
{
	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	if (!firmware.pagetable.has_execute_disable)
		return STATUS_REFUSED;
	hooks[HOOK_START] = HOOK(firmware.boot->StartImage, start_hook);
	hooks[HOOK_EXIT] = HOOK(firmware.boot->Exit, exit_hook);
	return hooks_check(&firmware.boot->Hdr, hooks, N_HOOKS);
}

static enum status apply(const struct action *action)
{
	(void)action;
	hooks_install(&firmware.boot->Hdr, hooks, N_HOOKS);
	return STATUS_OK;
}

static enum status verify(const struct action *action)
{
	(void)action;
	return rights_prepare() == STATUS_OK &&
			       hooks_are_installed(&firmware.boot->Hdr, hooks, N_HOOKS)
		       ? STATUS_OK
		       : STATUS_FAILED;
}

/* An image that still runs will return into our entry(): then we have to stay. */
static enum status undo(const struct action *action)
{
	enum status status = hooks_remove(&firmware.boot->Hdr, hooks, N_HOOKS, false);

	(void)action;
	rights_release();
	for (unsigned i = 0; i < IMAGES_MAX; i++)
		if (images[i].handle)
			return STATUS_FAILED;
	return status;
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(&firmware.boot->Hdr, hooks, N_HOOKS, true);
}

const struct workaround_steps workaround_image_exec = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
