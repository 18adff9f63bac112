/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* map.h - the firmware's memory attribute protocol, with its answers checked */
#ifndef EFI_MAP_H
#define EFI_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/arch.h>
#include <fwquirk/status.h>

#include "proto/memory_attribute.h"

/* Located anew each time: firmware may uninstall it in the middle of a boot. NULL when it is not
 * there. */
struct memory_attribute_protocol *map_locate(void);

/*
 * A fresh page made read-only and looked at: by the protocol and, where we can, in the page tables.
 * STATUS_ABSENT    no protocol
 * STATUS_FAILED    it refuses, or says success and the page is not read-only: nothing is left behind
 * STATUS_UNSUPPORTED  read-only, but not by a leaf of its own that could be made writable again
 * STATUS_NO_SPACE
 */
enum status map_readonly_page(EFI_MEMORY_TYPE type, virt_t *ret_page);

/* Sets and verifies. STATUS_ABSENT, STATUS_FAILED. */
enum status map_set_readonly(virt_t first, uint64_t size_bytes);
enum status map_clear_readonly(virt_t first, uint64_t size_bytes);
enum status map_set_no_execute(virt_t first, uint64_t size_bytes);

#endif
