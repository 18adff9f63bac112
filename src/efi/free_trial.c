/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * free_trial.c - a read-only page freed on trial, a fault or none out.
 *
 *	 room for an IDT, read-only page       gate_open        Free...()        gate_close
 *	 ------------------------------------> ---------> ----------------------> --------->
 *	                                                   #PF: ours? make writable, resume
 *	                                                        else: firmware's handler
 */
#include <fwquirk/fault.h>
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "free_trial.h"
#include "map.h"

#define POOL_PAGES 3u

struct trial {
	virt_t page;
	unsigned n_faults;
};

/* Runs inside the exception: no service, nothing but our page's leaf. */
static bool repair(const struct fault *fault, void *context)
{
	struct trial *trial = context;

	if (!fault_is_write_to_readonly(fault, trial->page, PAGE_SIZE_BYTES))
		return false;
	if (pagetable_allow_write(&firmware.pagetable, trial->page, true) != STATUS_OK)
		return false;
	trial->n_faults++;
	return true;
}

/* One call with the gate open; `pool` or, when NULL, the page of the trial is freed. */
static enum status free_guarded(struct trial *trial, void *pool)
{
	enum status status;
	virt_t room;
	EFI_TPL tpl;

	status = firmware_allocate(EfiBootServicesData, ARCH_GATE_ROOM / PAGE_SIZE_BYTES, &room);
	if (status != STATUS_OK)
		return status;
	/* No event runs meanwhile: UEFI 2.10 section 7.1, both services work up to TPL_NOTIFY. */
	tpl = firmware.boot->RaiseTPL(TPL_NOTIFY);
	status = arch_gate_open((void *)(uintptr_t)room.at, repair, trial);
	if (status == STATUS_OK) {
		if (pool)
			firmware.boot->FreePool(pool);
		else
			firmware.boot->FreePages(trial->page.at, 1);
		arch_gate_close();
	}
	firmware.boot->RestoreTPL(tpl);
	firmware_free(room, ARCH_GATE_ROOM / PAGE_SIZE_BYTES);
	return status;
}

/*
 * Newer EDK II answers success and keeps a read-only page for ever (tianocore/edk2 pull 11086), so
 * what is still read-only is still allocated: make it writable and free it again. Where the
 * firmware did free it, the second call finds nothing: nobody can have allocated it meanwhile.
 */
static void free_if_kept(const struct trial *trial)
{
	if (!firmware_is_readonly(trial->page))
		return;
	if (map_clear_readonly(trial->page, PAGE_SIZE_BYTES) == STATUS_OK)
		firmware_free(trial->page, 1);
}

enum status free_trial_page(bool *ret_faulted)
{
	struct trial trial = {.n_faults = 0};
	enum status status;
	EFI_TPL tpl;

	status = map_readonly_page(EfiLoaderCode, &trial.page);
	if (status != STATUS_OK)
		return status;
	tpl = firmware.boot->RaiseTPL(TPL_NOTIFY);
	status = free_guarded(&trial, NULL);
	free_if_kept(&trial);
	firmware.boot->RestoreTPL(tpl);
	if (status == STATUS_OK)
		*ret_faulted = trial.n_faults > 0;
	return status;
}

enum status free_trial_pool(bool *ret_faulted)
{
	struct trial trial = {.n_faults = 0};
	enum status status;
	void *pool;

	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	if (EFI_ERROR(firmware.boot->AllocatePool(EfiLoaderData, POOL_PAGES * PAGE_SIZE_BYTES,
						  &pool)))
		return STATUS_NO_SPACE;
	trial.page.at = ((uintptr_t)pool + 2 * PAGE_SIZE_BYTES - 1) & ~(PAGE_SIZE_BYTES - 1ull);
	status = map_set_readonly(trial.page, PAGE_SIZE_BYTES);
	if (status == STATUS_OK)
		status = free_guarded(&trial, pool);
	if (status != STATUS_OK) {
		/* What stays read-only is lost rather than freed. */
		if (!firmware_is_readonly(trial.page) ||
		    map_clear_readonly(trial.page, PAGE_SIZE_BYTES) == STATUS_OK)
			firmware.boot->FreePool(pool);
		return status;
	}
	*ret_faulted = trial.n_faults > 0;
	return STATUS_OK;
}
