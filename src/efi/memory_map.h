/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memory_map.h - GetMemoryMap() as callers see it: the firmware's answer, then what workarounds make of it */
#ifndef EFI_MEMORY_MAP_H
#define EFI_MEMORY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include <efi.h>

#include <fwquirk/memmap_edit.h>
#include <fwquirk/status.h>

/*
 * Changes a map that is about to be given to a caller. Allocates nothing and calls no service: it may run after an
 * ExitBootServices() that failed (UEFI 2.10 section 7.4.6). STATUS_NO_SPACE: the caller is told that his buffer is
 * too small. The same map in gives the same map out.
 */
typedef enum status map_rewrite(struct memmap_edit *edit);

/* Callers that ask how large their buffer has to be are told this many descriptors more than the firmware says. */
#define MEMORY_MAP_SLACK 16u

/* As hooks_check: whether GetMemoryMap() can be hooked. */
enum status memory_map_check(void);

/* One more rewriter, after those that are there. The hook is there as long as there is one. STATUS_NO_SPACE. */
enum status memory_map_add(map_rewrite *rewrite);
/* One that only reads what the caller gets: after all that rewrite, whoever comes first. */
enum status memory_map_add_reader(map_rewrite *reader);

/* Takes it out. STATUS_FAILED as hooks_remove. */
enum status memory_map_remove(map_rewrite *rewrite, bool at_handoff);

/* True while the hook is in place. */
bool memory_map_is_hooked(void);

/* CRC-32 of the whole map that some caller was given together with this key: one of the last few, by the hook. */
bool memory_map_given(UINTN key, uint32_t *ret_crc);

/* The map as a caller would be given it now, in `room`; its CRC-32 and its key. Allocates nothing. */
EFI_STATUS memory_map_now(void *room, UINTN room_bytes, UINTN *ret_key, uint32_t *ret_crc);

#endif
