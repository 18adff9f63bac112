/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_kernel_option.c - kernel-option: allowed options behind the load options of a Linux image
 * that is about to start. docs/workarounds/kernel-option.md. Reads no file and changes no image.
 */
#include <fwquirk/kernel_option.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"
#include "workaround.h"

#define MAX_OPTIONS  4u
#define HEADER_BYTES 0x210u

static struct hook start_hook;
/* The options in effect; texts are the rule table's. */
static struct text options[MAX_OPTIONS];
static unsigned n_options;

/* What was there before, for the image that is running. */
struct load_options {
	void *at;
	UINT32 size;
};

static struct wide text_of_options(const EFI_LOADED_IMAGE *image)
{
	struct wide wide = wide_sized(image->LoadOptions, image->LoadOptionsSize / sizeof(CHAR16));

	if (!wide.at)
		wide.size = 0;
	while (wide.size > 0 && wide.at[wide.size - 1] == 0)
		wide.size--;
	return wide;
}

/* The wanted options that are not there yet, behind the ones that are; returns the number of characters. */
static size_t append(CHAR16 *to, struct wide given)
{
	size_t n = 0;

	for (; n < given.size; n++)
		to[n] = given.at[n];
	for (unsigned i = 0; i < n_options; i++) {
		if (kernel_options_have(given, options[i]))
			continue;
		if (n > 0)
			to[n++] = ' ';
		for (size_t j = 0; j < options[i].size; j++)
			to[n++] = (CHAR16)options[i].at[j];
		events_add(EVENT_OPTION_APPENDED, 0, 0, options[i]);
	}
	to[n] = 0;
	return n + 1;
}

static bool is_linux(const EFI_LOADED_IMAGE *image)
{
	return image->ImageSize > HEADER_BYTES &&
	       firmware_is_mapped(image->ImageBase, HEADER_BYTES) &&
	       kernel_is_linux(span_of(image->ImageBase, HEADER_BYTES));
}

/* Gives the image longer load options; NULL when it keeps its own. The pool is the caller's to free. */
static void *lengthen(EFI_LOADED_IMAGE *image)
{
	struct wide given = text_of_options(image);
	size_t room = given.size + 1;
	CHAR16 *longer;

	for (unsigned i = 0; i < n_options; i++)
		room += options[i].size + 1;
	if (EFI_ERROR(firmware.boot->AllocatePool(EfiLoaderData, room * sizeof(CHAR16),
						  (void **)&longer)))
		return NULL;
	image->LoadOptionsSize = (UINT32)(append(longer, given) * sizeof(CHAR16));
	image->LoadOptions = longer;
	return longer;
}

static EFI_STATUS EFIAPI start_image(EFI_HANDLE handle, UINTN *size, CHAR16 **data)
{
	EFI_IMAGE_START start = (EFI_IMAGE_START)start_hook.original;
	EFI_LOADED_IMAGE *image = firmware_loaded(handle);
	struct load_options before;
	void *longer = NULL;
	EFI_STATUS status;

	if (image && is_linux(image)) {
		before = (struct load_options){image->LoadOptions, image->LoadOptionsSize};
		longer = lengthen(image);
	}
	status = start(handle, size, data);
	/* A kernel that gave up: whoever started it frees what it gave, and we ours. The image may be gone. */
	if (!longer)
		return status;
	image = firmware_loaded(handle);
	if (image && image->LoadOptions == longer) {
		image->LoadOptions = before.at;
		image->LoadOptionsSize = before.size;
	}
	firmware.boot->FreePool(longer);
	return status;
}

/* Allowed by the list of this build, whatever the table says, and not taken in vain by the target. */
static enum status check(const struct action *action)
{
	struct text option = action->parameter.text;

	if (!kernel_option_is_allowed(option) ||
	    !kernel_option_is_heeded(option, text_of(arch_name())))
		return STATUS_REFUSED;
	if (n_options == MAX_OPTIONS)
		return STATUS_NO_SPACE;
	if (n_options > 0)
		return STATUS_OK;
	start_hook = HOOK(firmware.boot->StartImage, start_image);
	return hooks_check(&firmware.boot->Hdr, &start_hook, 1);
}

static enum status apply(const struct action *action)
{
	options[n_options++] = action->parameter.text;
	if (n_options == 1)
		hooks_install(&firmware.boot->Hdr, &start_hook, 1);
	return STATUS_OK;
}

static enum status verify(const struct action *action)
{
	(void)action;
	return hooks_are_installed(&firmware.boot->Hdr, &start_hook, 1) ? STATUS_OK : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n_options; i++)
		if (!text_is_same(options[i], action->parameter.text))
			options[kept++] = options[i];
	n_options = kept;
	return n_options ? STATUS_OK : hooks_remove(&firmware.boot->Hdr, &start_hook, 1, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	hooks_remove(&firmware.boot->Hdr, &start_hook, 1, true);
}

const struct workaround_steps workaround_kernel_option = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
