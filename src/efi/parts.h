/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* parts.h - the workarounds and probes that this image has: those that its setting asks for (efi.mk, EFI_PARTS) */
#ifndef EFI_PARTS_H
#define EFI_PARTS_H

#include <fwquirk/parts.h>

#include "probe.h"
#include "workaround.h"

/* What the image says of itself. */
extern const struct parts parts_here;

/* What this image can do, into the policy. */
void parts_policy(struct policy *policy);

/* NULL where the workaround is not here. */
const struct workaround_steps *parts_steps(enum workaround workaround);

/* Runs the groups that are here and have a bit of `wanted`. */
void parts_probe(uint64_t wanted, struct probe_vector *vector);

#endif
