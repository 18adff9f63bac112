/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* walk_count.h - how many pages of each memory type allow what, by the page tables in use */
#ifndef LAB_WALK_COUNT_H
#define LAB_WALK_COUNT_H

#include <stdbool.h>
#include <stdint.h>

enum walk_state { WALK_UNMAPPED, WALK_R, WALK_RW, WALK_RX, WALK_RWX, WALK_STATES };

/* Types of UEFI 2.10 table 7.10 and one for all others. */
#define WALK_TYPES 17u

struct walk {
	uint64_t n_pages[WALK_TYPES][WALK_STATES];
};

extern const char *const walk_type_names[WALK_TYPES];
extern const char *const walk_state_names[WALK_STATES];

/* `map` as GetMemoryMap() gives it. Effective permissions: what all levels allow together. */
void walk_count(const void *map, uint64_t map_bytes, uint64_t descriptor_bytes,
		struct walk *ret_walk);
/* Of one address; the number of bytes behind it that are mapped by the same leaf, or the hole, in *ret_bytes. */
enum walk_state walk_state_of(uint64_t address, uint64_t *ret_bytes);

/* Whether a page is one of the page tables in use. */
bool walk_has_table(uint64_t page);

/* Pages of all types in a state. */
uint64_t walk_sum(const struct walk *walk, enum walk_state state);

#endif
