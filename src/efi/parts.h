/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* parts.h - the workarounds and probes that this image has: those that its setting asks for (efi.mk, EFI_PARTS) */
#ifndef EFI_PARTS_H
#define EFI_PARTS_H

#include <fwquirk/parts.h>

#include "probe.h"
#include "workaround.h"

/* What the image says of itself; the policy takes it from here. */
extern const struct parts parts_here;

/* By enum workaround; NULL where it is not here. */
extern const struct workaround_steps *const parts_workarounds[WORKAROUND_COUNT];

/* Groups of probes, in the order in which they are to run. */
struct probe_part {
	uint64_t probes;
	probe_group *run; /* NULL where it is not here */
};
#define N_PROBE_PARTS 16u
extern const struct probe_part parts_probes[N_PROBE_PARTS];

#endif
