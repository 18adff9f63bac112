/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pagetable.c - page tables as some firmware has them: read-only, with garbage in slots that are not used, with five
 * levels; and memory with guard pages round it, which is no defect but has to be left alone.
 */
#include "lab.h"

#define ADDRESS   0x000ffffffffff000ull
#define LARGE     (1ull << 7)
#define CR4_LA57  (1ull << 12)
#define PAGE      4096ull
#define MAX_GUARD 256u

void lab_five_levels(uint64_t root);

static uint64_t cr3(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value & ADDRESS;
}

static unsigned levels(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value & CR4_LA57 ? 5 : 4;
}

static void cpuid(uint32_t leaf, uint32_t *ret_eax, uint32_t *ret_ecx)
{
	uint32_t ebx, edx;

	*ret_ecx = 0;
	__asm__ volatile("cpuid"
			 : "=a"(*ret_eax), "=b"(ebx), "+c"(*ret_ecx), "=d"(edx)
			 : "a"(leaf));
}

/* ---- pagetable-readonly: Apple (evidence: apple-ro-pagetables) ---------------------------------- */

/* Every page of tables below this one, itself included, read-only, or writable; returns how many were not. */
static unsigned protect(uint64_t table, unsigned level, bool writable)
{
	uint64_t size, *entries = (uint64_t *)table;
	unsigned n = 0;

	if (!(lab_paging_leaf(table, &size) & LAB_W) == writable) {
		lab_paging_change(table, PAGE, writable ? LAB_W : 0, writable ? 0 : LAB_W);
		n++;
	}
	for (unsigned i = 0; level > 1 && i < 512; i++)
		if (entries[i] & LAB_P && !(level <= 3 && entries[i] & LARGE))
			n += protect(entries[i] & ADDRESS, level - 1, writable);
	return n;
}

static EFI_STATUS readonly(const char *value)
{
	(void)value;
	/* Splitting a large page makes one more table: again until there is none. */
	while (protect(cr3(), levels(), false) > 0)
		;
	return EFI_SUCCESS;
}

/* The other way round: EDK II protects its tables by itself. */
static EFI_STATUS writable(const char *value)
{
	(void)value;
	while (protect(cr3(), levels(), true) > 0)
		;
	return EFI_SUCCESS;
}

/* ---- pml4-garbage[=SLOT]: Dell, IBM, AMD ---------------------------------------------------------- */

static EFI_STATUS garbage(const char *value)
{
	uint64_t slot = lab_number(value, 300, NULL), *top = (uint64_t *)cr3();
	uint64_t size, leaf = lab_paging_leaf((uint64_t)top, &size);

	if (slot > 511 || top[slot])
		return EFI_INVALID_PARAMETER;
	/* Firmware that protects its tables does so from itself, too. */
	if (!(leaf & LAB_W))
		lab_paging_change((uint64_t)top, PAGE, LAB_W, 0);
	/* Present, and the table that it names is far beyond any memory. */
	top[slot] = 0xd0bad5e000ull | LAB_P | LAB_W;
	if (!(leaf & LAB_W))
		lab_paging_change((uint64_t)top, PAGE, 0, LAB_W);
	return EFI_SUCCESS;
}

/* ---- five-level: no defect, but rare ---------------------------------------------------------------- */

static EFI_STATUS five_level(const char *value)
{
	EFI_PHYSICAL_ADDRESS root = UINT32_MAX;
	uint32_t eax, ecx;
	EFI_STATUS status;
	uint64_t *table;

	(void)value;
	cpuid(7, &eax, &ecx);
	if (levels() == 5 || !(ecx & 1u << 16))
		return EFI_UNSUPPORTED;
	status = lab_sane.AllocatePages(AllocateMaxAddress, EfiBootServicesData, 1, &root);
	if (EFI_ERROR(status))
		return status;
	table = (uint64_t *)root;
	for (unsigned i = 0; i < 512; i++)
		table[i] = 0;
	table[0] = cr3() | LAB_P | LAB_W;
	lab_five_levels(root);
	return levels() == 5 ? EFI_SUCCESS : EFI_DEVICE_ERROR;
}

/* ---- heap-guard: a page that is not mapped before and behind every allocation of pages ------------- */

static struct {
	EFI_PHYSICAL_ADDRESS first;
	UINTN n_pages;
} guarded[MAX_GUARD];

static EFI_STATUS EFIAPI allocate(EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory, UINTN n_pages,
				  EFI_PHYSICAL_ADDRESS *at)
{
	unsigned slot = 0;
	EFI_STATUS status;

	while (slot < MAX_GUARD && guarded[slot].n_pages)
		slot++;
	/* Like EDK II's: not where the caller chose the place. */
	if (type == AllocateAddress || slot == MAX_GUARD)
		return lab_sane.AllocatePages(type, memory, n_pages, at);
	status = lab_sane.AllocatePages(type, memory, n_pages + 2, at);
	if (EFI_ERROR(status))
		return status;
	guarded[slot].first = *at + PAGE;
	guarded[slot].n_pages = n_pages;
	lab_paging_change(*at, PAGE, 0, LAB_P);
	*at += PAGE;
	lab_paging_change(*at + n_pages * PAGE, PAGE, 0, LAB_P);
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI release(EFI_PHYSICAL_ADDRESS at, UINTN n_pages)
{
	for (unsigned slot = 0; slot < MAX_GUARD; slot++) {
		if (guarded[slot].first != at || guarded[slot].n_pages != n_pages)
			continue;
		guarded[slot].n_pages = 0;
		lab_paging_change(at - PAGE, PAGE, LAB_P, 0);
		lab_paging_change(at + n_pages * PAGE, PAGE, LAB_P, 0);
		return lab_sane.FreePages(at - PAGE, n_pages + 2);
	}
	return lab_sane.FreePages(at, n_pages);
}

static EFI_STATUS heap_guard(const char *value)
{
	(void)value;
	lab_replace(&lab_boot->Hdr, &lab_boot->AllocatePages, (void *)allocate);
	lab_replace(&lab_boot->Hdr, &lab_boot->FreePages, (void *)release);
	return EFI_SUCCESS;
}

/* ---- services-restored[=MS]: the boot services table is as the firmware made it, again and again ----- */

static VOID EFIAPI restore(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	*lab_boot = lab_sane;
	lab_checksum(&lab_boot->Hdr);
}

static EFI_STATUS services_restored(const char *value)
{
	uint64_t ms = lab_number(value, 500, NULL);
	EFI_EVENT event;
	EFI_STATUS status;

	status = lab_sane.CreateEvent(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, restore, NULL,
				      &event);
	return EFI_ERROR(status) ? status : lab_sane.SetTimer(event, TimerPeriodic, ms * 10000);
}

const struct defect defects_pagetable[] = {
	{"pagetable-readonly", "apple-ro-pagetables", readonly},
	{"pagetable-writable", "", writable},
	{"pml4-garbage", "dell-edge-gw5000-pml4 ibm-pml4-garbage amd-myrtle-pml4-garbage", garbage},
	{"five-level", "la57-to-la48-cr3", five_level},
	{"heap-guard", "", heap_guard},
	{"services-restored",
	 "gigabyte-z390-services-revert vmware-services-revert apple-mbp11-2-services-revert",
	 services_restored},
	{NULL, NULL, NULL},
};
