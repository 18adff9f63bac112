/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_dxe.c - DXE services asked for protection of one fresh page, what they say and do out; all of it is undone */
#include "map.h"
#include "probe.h"
#include "proto/dxe_services.h"

static const EFI_GUID dxe_guid = DXE_SERVICES_TABLE_GUID;

struct dxe_trial {
	const struct dxe_services *dxe;
	uint64_t page, attributes;
};

static bool set(const struct dxe_trial *trial, uint64_t attributes)
{
	return !EFI_ERROR(
		trial->dxe->set_memory_space_attributes(trial->page, PAGE_SIZE_BYTES, attributes));
}

static bool get(const struct dxe_trial *trial, uint64_t *ret_attributes)
{
	struct dxe_memory_space space;

	if (EFI_ERROR(trial->dxe->get_memory_space_descriptor(trial->page, &space)) ||
	    space.type != DXE_SYSTEM_MEMORY)
		return false;
	*ret_attributes = space.attributes;
	return true;
}

/* Attributes on and off again, beside those that the page has. */
static void change(struct probe_vector *vector, const struct dxe_trial *trial, uint64_t bit,
		   enum probe refused)
{
	struct page_state now;
	uint64_t attributes;

	if (!set(trial, trial->attributes | bit)) {
		probe_answer(vector, refused, true);
		return;
	}
	now = page_state(trial->page);
	if (now.mapped && (now.writable || now.executable))
		probe_answer(vector, PROBE_DXE_LIES, true);
	if (get(trial, &attributes) &&
	    (attributes & MEMORY_CACHEABILITY) != (trial->attributes & MEMORY_CACHEABILITY))
		probe_answer(vector, PROBE_DXE_DROPS_CACHEABILITY, true);
	set(trial, trial->attributes);
}

static void changes(struct probe_vector *vector, struct dxe_trial *trial)
{
	if (!get(trial, &trial->attributes) || !page_state(trial->page).mapped)
		return;
	probe_answers(vector, PROBE_DXE_REFUSES_PROTECTION, 4, 0);
	change(vector, trial, MEMORY_ATTRIBUTE_RO | MEMORY_ATTRIBUTE_XP,
	       PROBE_DXE_REFUSES_PROTECTION);
	change(vector, trial, MEMORY_ATTRIBUTE_RP, PROBE_DXE_REFUSES_RP);
}

void probe_dxe(struct probe_vector *vector)
{
	struct dxe_trial trial = {.dxe = firmware_table(&dxe_guid)};
	struct page_state now;
	virt_t page;

	if (!trial.dxe)
		probe_answers(vector, PROBE_DXE_REFUSES_PROTECTION, 4, 0);
	if (!trial.dxe || !firmware.has_pagetable ||
	    firmware_allocate(EfiLoaderData, 1, &page) != STATUS_OK)
		return;
	trial.page = page.at;
	changes(vector, &trial);
	/* What cannot be written to is not freed: the firmware may fill it. */
	now = page_state(page.at);
	if (now.mapped && now.writable)
		firmware_free(page, 1);
}
