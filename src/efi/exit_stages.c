/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* exit_stages.c - the hook on ExitBootServices() and who has a say in it; does nothing by itself */
#include "exit_stages.h"
#include "firmware.h"
#include "hooks.h"

#define STAGES_MAX 3u

static const struct exit_stage *stages[STAGES_MAX];
static unsigned n_stages;
static bool was_called;
static struct hook hook;

static bool call_again(UINTN *key, unsigned n_failed)
{
	for (unsigned i = 0; i < n_stages; i++)
		if (stages[i]->again && stages[i]->again(key, n_failed))
			return true;
	return false;
}

/* UEFI 2.10 section 7.4.6. */
static EFI_STATUS EFIAPI exit_boot_services(EFI_HANDLE image, UINTN key)
{
	unsigned n_failed = 0;
	EFI_STATUS status;

	for (unsigned i = 0; i < n_stages && !was_called; i++)
		if (stages[i]->before)
			stages[i]->before();
	was_called = true;
	do
		status = ((EFI_EXIT_BOOT_SERVICES)hook.original)(image, key);
	while (EFI_ERROR(status) && call_again(&key, ++n_failed));
	return status;
}

enum status exit_stages_check(const struct action *action)
{
	(void)action;
	if (n_stages)
		return STATUS_OK;
	hook = HOOK(firmware.boot->ExitBootServices, exit_boot_services);
	return hooks_check(&firmware.boot->Hdr, &hook, 1);
}

enum status exit_stages_add(const struct exit_stage *stage)
{
	if (n_stages == STAGES_MAX)
		return STATUS_NO_SPACE;
	stages[n_stages++] = stage;
	if (n_stages == 1)
		hooks_install(&firmware.boot->Hdr, &hook, 1);
	return STATUS_OK;
}

enum status exit_stages_remove(const struct exit_stage *stage, bool at_handoff)
{
	unsigned n = 0;

	for (unsigned i = 0; i < n_stages; i++)
		if (stages[i] != stage)
			stages[n++] = stages[i];
	n_stages = n;
	return n ? STATUS_OK : hooks_remove(&firmware.boot->Hdr, &hook, 1, at_handoff);
}

enum status exit_stages_verify(const struct action *action)
{
	(void)action;
	return hooks_are_installed(&firmware.boot->Hdr, &hook, 1) ? STATUS_OK : STATUS_FAILED;
}
