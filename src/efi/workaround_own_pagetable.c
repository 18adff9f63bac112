/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_own_pagetable.c - own-pagetable: read-only page tables in, a writable copy in use.
 * docs/workarounds/own-pagetable.md. Maps nothing differently.
 */
#include <fwquirk/pagetable_copy.h>

#include "firmware.h"
#include "workaround.h"

#define MAX_PAGES 4096u
/* Tables that the allocation of the room itself may add, by splitting a large page. */
#define SLACK_PAGES 8u

static struct pagetable before;
static virt_t room;
static unsigned n_pages;

static bool is_readonly(void)
{
	return arch_writes_are_checked() &&
	       pagetable_is_readonly(&firmware.pagetable, (virt_t){(uintptr_t)&room});
}

/* What can be written already is left alone. */
static enum status check(const struct action *action)
{
	(void)action;
	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	n_pages = pagetable_count_tables(&firmware.pagetable, arch_address_bits(), MAX_PAGES);
	return n_pages && is_readonly() ? STATUS_OK : STATUS_REFUSED;
}

static enum status apply(const struct action *action)
{
	unsigned bits = arch_address_bits();
	struct pagetable copy;
	enum status status;
	EFI_TPL tpl;

	(void)action;
	n_pages += SLACK_PAGES;
	status = firmware_allocate(EfiBootServicesData, n_pages, &room);
	if (status != STATUS_OK)
		return status;
	/* Nobody changes the tables between the copy and its use. */
	tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);
	before = firmware.pagetable;
	status = pagetable_copy(&before, bits, (phys_t){room.at}, n_pages, &copy);
	if (status == STATUS_OK) {
		arch_pagetable_use(&copy);
		firmware.pagetable = copy;
	}
	firmware.boot->RestoreTPL(tpl);
	if (status != STATUS_OK)
		firmware_free(room, n_pages);
	return status;
}

static enum status verify(const struct action *action)
{
	struct pagetable now;

	(void)action;
	if (arch_pagetable_now(&now) != STATUS_OK || now.root.at != firmware.pagetable.root.at)
		return STATUS_FAILED;
	for (unsigned i = 0; i < n_pages; i++)
		if (firmware_is_readonly((virt_t){room.at + i * PAGE_SIZE_BYTES}))
			return STATUS_FAILED;
	return is_readonly() ? STATUS_FAILED : STATUS_OK;
}

/* Somebody may have put other tables in place meanwhile: then ours stay where they are. */
static enum status undo(const struct action *action)
{
	struct pagetable now;
	EFI_TPL tpl;

	(void)action;
	if (arch_pagetable_now(&now) != STATUS_OK || now.root.at != firmware.pagetable.root.at)
		return STATUS_FAILED;
	tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);
	pagetable_copy_back(&before, &firmware.pagetable, arch_address_bits(), (phys_t){room.at},
			    n_pages);
	arch_pagetable_use(&before);
	firmware.pagetable = before;
	firmware.boot->RestoreTPL(tpl);
	return firmware_free(room, n_pages);
}

/* Nothing to hand off: the copy is in use until the operating system has tables of its own. */
const struct workaround_steps workaround_own_pagetable = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
