/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probes.h - questions to the firmware about its own behaviour */
#ifndef EFI_PROBES_H
#define EFI_PROBES_H

#include <stdint.h>

#include <fwquirk/plan.h>

/*
 * Runs the probes whose bit (1ull << enum probe) is set, and answers those that come out of the same look,
 * too; the others stay as they are. Leaves no trace. docs/probes.md has method and cost of each.
 */
void probes_run(uint64_t wanted, struct probe_vector *vector);

/* All there are. */
#define PROBES_ALL ((1ull << PROBE_COUNT) - 1)

/* Those that only look at registers, a few table entries and what is installed: a few thousand instructions in all. */
#define PROBES_FACTS                                                                              \
	(1ull << PROBE_MAP_PRESENT | 1ull << PROBE_DXE_PRESENT | 1ull << PROBE_MAT_PRESENT |      \
	 1ull << PROBE_PAGING_5_LEVEL | 1ull << PROBE_NX_OFF | 1ull << PROBE_PAGETABLE_READONLY | \
	 1ull << PROBE_STACK_EXECUTABLE | 1ull << PROBE_IMAGE_CODE_WRITABLE |                     \
	 1ull << PROBE_IMAGE_DATA_EXECUTABLE)

#endif
