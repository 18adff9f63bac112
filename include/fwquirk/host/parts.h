/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* parts.h - workarounds and probes that a table uses, and those that an EFI image has */
#ifndef FWQUIRK_HOST_PARTS_H
#define FWQUIRK_HOST_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include <fwquirk/parts.h>
#include <fwquirk/table.h>

/* Bits of what the rules name. `armed_only`: workarounds of rules that are armed; the probes are those of all rules, since
 * they are run for a rule that observes, too. What this build has no name for is left out. */
struct parts parts_used(const struct table *table, bool armed_only);

/* What a file says that it has. False when it says nothing: no image of ours. */
bool parts_of_image(const uint8_t *bytes, size_t size, struct parts *ret_parts);

#endif
