/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mat.h - the Memory Attributes Table: which parts of runtime memory are code, and what is wrong with it */
#ifndef FWQUIRK_MAT_H
#define FWQUIRK_MAT_H

#include <fwquirk/memmap.h>
#include <fwquirk/status.h>

/* EFI_MEMORY_ATTRIBUTES_TABLE, UEFI 2.10 section 4.6.4: four numbers of 32 bits, then descriptors. */
#define MAT_HEADER_SIZE 16u

struct mat {
	uint32_t version;
	uint32_t flags;        /* reserved up to UEFI 2.9 */
	struct memmap entries; /* of the form of memory descriptors; for memmap_next */
};

/*
 * `bytes`: what can be read at the table's address, as far as it goes; borrowed. `map`: the memory map.
 * STATUS_TRUNCATED  header or entries leave the bytes
 * STATUS_MALFORMED  a version other than 1 or 2, no entries, entries of another size than a descriptor or
 *                   those of the memory map, or more of them than Linux takes (three times the map's bytes)
 */
enum status mat_open(struct span bytes, const struct memmap *map, struct mat *ret_mat);

/* What mat_check finds, a bit a kind; in the order of their probes in vocab.def. */
#define MAT_OUTSIDE_RUNTIME 0x1u /* not pages of runtime memory of the same type */
#define MAT_OVERLAP         0x2u
#define MAT_CODE_XP         0x4u /* a piece of runtime code without an executable entry */
#define MAT_INCOMPLETE      0x8u /* a part of runtime memory has no entry */

/* STATUS_NO_SPACE when runtime memory is in more than MAT_MAX_RUNS pieces: then nothing is known. */
#define MAT_MAX_RUNS 256u
enum status mat_check(const struct mat *mat, const struct memmap *map, unsigned *ret_found);

/*
 * Whether code at `address` can be called under the table: it is in an entry that can be executed, and that is read-only
 * unless the firmware's own table, `before`, left that code writable or said nothing of it. `before` is NULL where the
 * firmware had none that can be read.
 */
bool mat_allows_call(const struct mat *mat, const struct mat *before, uint64_t address);

#endif
