/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_memory.h - memory that the firmware handed out while we watched, to be looked up in a fault */
#ifndef FWQUIRK_FAULT_MEMORY_H
#define FWQUIRK_FAULT_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* What the page tables withheld when the memory was handed out, and what happened to it since. */
#define GRANT_MISSING   0x01u /* some page was not mapped */
#define GRANT_READONLY  0x02u /* some mapped page was not writable */
#define GRANT_NOEXECUTE 0x04u /* some mapped page was not executable */
#define GRANT_CODE      0x08u /* of a code type, or code of an image */
#define GRANT_FREEING   0x10u /* its owner is giving it back right now */
#define GRANT_EXECUTED  0x20u /* we made pages of it executable, and not writable */
#define GRANT_POOL      0x40u /* from a pool: given back by another service */

/* Whole pages that belong to whoever asked for them: no guard page of the firmware lies inside. */
struct grant {
	uint64_t first;
	uint32_t n_pages;
	uint32_t flags;
};

/* Sorted, without overlaps; the room is the caller's. */
struct fault_memory {
	struct grant *grant;
	unsigned n, room;
	unsigned n_lost; /* not noted for want of room: never repaired */
};

/* Replaces whatever was noted for these pages. Ranges that wrap round are not noted. */
void fault_memory_add(struct fault_memory *memory, const struct grant *grant);
/* Forgets these pages; a grant may be cut or fall in two. */
void fault_memory_remove(struct fault_memory *memory, uint64_t first, uint64_t n_pages);
/* The grant that an address lies in, or NULL. Cost grows with the logarithm of their number. */
struct grant *fault_memory_find(const struct fault_memory *memory, uint64_t address);

/* First byte behind. */
uint64_t grant_end(const struct grant *grant);

#endif
