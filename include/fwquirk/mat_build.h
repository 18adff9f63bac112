/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mat_build.h - a Memory Attributes Table made anew, from a memory map and the images in runtime memory */
#ifndef FWQUIRK_MAT_BUILD_H
#define FWQUIRK_MAT_BUILD_H

#include <fwquirk/memmap_edit.h>

/* What can be read at an address of runtime code, at most `size_bytes`, borrowed. */
typedef struct span mat_reader(uint64_t first, uint64_t size_bytes);

/*
 * Entries into `ret_entries` (its buffer, room and descriptor size are given; what it held is lost), in ascending
 * order, without overlaps, for every page that `map` calls runtime code or data with EFI_MEMORY_RUNTIME:
 *
 *   data                                                        XP
 *   code, an image: its sections with IMAGE_SCN_MEM_EXECUTE      RO
 *   code, an image: the rest of it                               XP
 *   code, an image whose executable sections do not begin with a page: all of it neither
 *   code, no image                                              XP, as EDK II has it
 *
 * An image is where a page begins with PE32+ headers (Microsoft "PE Format").
 * STATUS_NO_SPACE  more entries than room; what is in the buffer then is of no use
 */
enum status mat_build(const struct memmap *map, mat_reader *read, struct memmap_edit *ret_entries);

#endif
