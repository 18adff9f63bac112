/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_watch.h - what the firmware hands out, noted as it does so, for the page-fault engine */
#ifndef EFI_FAULT_WATCH_H
#define EFI_FAULT_WATCH_H

#include <fwquirk/fault_memory.h>
#include <fwquirk/memmap.h>
#include <fwquirk/pagetable.h>
#include <fwquirk/status.h>

/* Filled by the hooks, read in the exception. */
struct fault_watch {
	struct fault_memory memory;
	struct page_pool pool; /* kept filled from here */
	struct memmap map;     /* as it was when the watch began: what is RAM does not change */
};

extern struct fault_watch fault_watch;

/* The service table can be hooked. Changes nothing. */
enum status fault_watch_check(void);
void fault_watch_begin(void);
bool fault_watch_is_on(void);
/* STATUS_FAILED when somebody has hooked over us. */
enum status fault_watch_end(bool at_handoff);

#endif
