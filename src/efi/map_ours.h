/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* map_ours.h - EFI_MEMORY_ATTRIBUTE_PROTOCOL as the specification means it, and the firmware's taken away */
#ifndef EFI_MAP_OURS_H
#define EFI_MAP_OURS_H

#include <stdbool.h>

#include <fwquirk/status.h>

#include "proto/memory_attribute.h"

/*
 * Over the page tables (permissions.h), calls nobody of the firmware's. Answers as UEFI 2.10 section 37.7
 * has it; in addition: a range that is not whole pages is widened to them, where restricting one at
 * its beginning would reach into somebody else's page that page is left out; RP cannot be set (EFI_UNSUPPORTED).
 */
extern struct memory_attribute_protocol map_ours;

/* Installs it on a handle of its own, again when somebody has thrown it out. `is_offered` belongs to the caller: two workarounds
 * may want it, and it stays until both have withdrawn it. */
enum status map_offer(bool *is_offered);
enum status map_withdraw(bool *is_offered);

/* Uninstalls the firmware's and remembers it. STATUS_ABSENT, STATUS_FAILED. */
enum status map_take(void);
enum status map_give_back(void);
/* What was taken, or NULL. */
struct memory_attribute_protocol *map_taken(void);

/* True when whoever asks the firmware itself for the protocol finds this one, or none for NULL. */
bool map_found_is(const struct memory_attribute_protocol *map);

#endif
