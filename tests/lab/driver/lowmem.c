/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * lowmem.c - memory that the firmware uses and calls free: it goes on writing there, in a timer event and once
 * more when boot services end.
 */
#include "lab.h"

#define LOW_END    0x10000u
#define TICK_100NS 1000000u
#define SCRIBBLE   0x5c5c5c5c5c5c5c5cull

struct used {
	uint64_t first, size;
};

static struct used low_memory, missing_memory;

static VOID EFIAPI scribble(EFI_EVENT event, VOID *context)
{
	const struct used *used = context;
	volatile UINT64 *memory = (volatile UINT64 *)(UINTN)used->first;

	(void)event;
	for (uint64_t i = 0; i < used->size / sizeof(*memory); i++)
		memory[i] = SCRIBBLE;
}

static EFI_STATUS start(struct used *used, uint64_t first, uint64_t size)
{
	EFI_EVENT timer, leaving;
	EFI_STATUS status;

	*used = (struct used){first, size};
	status = lab_sane.CreateEvent(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_CALLBACK, scribble, used,
				      &timer);
	if (!EFI_ERROR(status))
		status = lab_sane.CreateEvent(EVT_SIGNAL_EXIT_BOOT_SERVICES, TPL_CALLBACK, scribble,
					      used, &leaving);
	if (!EFI_ERROR(status))
		status = lab_sane.SetTimer(timer, TimerPeriodic, TICK_100NS);
	return status;
}

/* The first 64 KiB, page 0 included where it is mapped. */
static EFI_STATUS low(const char *value)
{
	uint64_t leaf_size, first = lab_paging_leaf(0, &leaf_size) & LAB_P ? 0 : 0x1000;

	(void)value;
	return start(&low_memory, first, LOW_END - first);
}

/* =FIRST,SIZE: must be free memory now. */
static EFI_STATUS missing(const char *value)
{
	uint64_t first = lab_number(value, 0, &value);
	uint64_t size = *value ? lab_number(value + 1, 0, NULL) : 0;
	EFI_PHYSICAL_ADDRESS address = first;
	EFI_STATUS status;

	status =
		lab_sane.AllocatePages(AllocateAddress, EfiBootServicesData, size / 4096, &address);
	if (EFI_ERROR(status))
		return status;
	lab_sane.FreePages(address, size / 4096);
	return start(&missing_memory, first, size);
}

const struct defect defects_lowmem[] = {
	{"lowmem-scribble", "ami-lowmem-corrupt phoenix-lowmem-corrupt", low},
	{"memmap-missing", "qcom-monaco-hyp-region lenovo-t490-hib-region", missing},
	{NULL, NULL, NULL},
};
