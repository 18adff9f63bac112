/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probes.h - questions to the firmware about its own behaviour */
#ifndef EFI_PROBES_H
#define EFI_PROBES_H

#include <stdint.h>

#include <fwquirk/plan.h>

/* Runs the probes whose bit (1ull << enum probe) is set; the others stay PROBE_NOT_RUN. Leaves no trace. */
void probes_run(uint64_t wanted, struct probe_vector *probes);

#endif
