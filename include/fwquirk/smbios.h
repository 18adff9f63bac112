/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* smbios.h - a bounded walk over SMBIOS structures; trusts no length, order, index or count */
#ifndef FWQUIRK_SMBIOS_H
#define FWQUIRK_SMBIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/text.h>

/*
 * What an entry point announces (DSP0134 3.7.0, section 5.2). `table_size_bytes` is exact for the
 * 32-bit (2.x) entry point and an upper limit for the 64-bit (3.x) one; neither is to be believed
 * beyond the bytes that are really there.
 */
struct smbios_entry {
	uint8_t major, minor, docrev;
	uint64_t table_address; /* physical, as announced */
	uint32_t table_size_bytes;
	uint16_t n_structures; /* 0: not announced (3.x) */
	bool is_64bit;
	bool is_legacy; /* only the intermediate anchor "_DMI_" was found */
};

/*
 * Reads an entry point at the start of `bytes`: "_SM3_", "_SM_" (checks "_DMI_" at 16 and both
 * checksums) or "_DMI_" alone. Length bytes 30, 31 and 32 of the 32-bit form are accepted (seen in
 * the field; DSP0134 section 5.2.1 note on 1Eh). Versions 2.31, 2.33 and 2.51 are corrected
 * to 2.3, 2.3, 2.6.
 *
 * STATUS_ABSENT     no anchor there
 * STATUS_TRUNCATED  an anchor, and too few bytes behind it
 * STATUS_CHECKSUM   an anchor whose checksum is wrong
 * STATUS_MALFORMED  a length byte that no revision allows (64-bit form: below 24 or above 32), or
 *                   "_SM_" without "_DMI_" at 16
 */
enum status smbios_entry_read(struct span bytes, struct smbios_entry *ret_entry);

/* One structure: `formatted` is header and fixed part, `strings` the string set behind it. */
struct smbios_structure {
	uint8_t type;
	uint16_t handle;
	struct span formatted;
	struct span strings;
};

/* Iteration. `ended` says how it came to an end; see smbios_end below. */
enum smbios_end {
	SMBIOS_END_NONE,         /* still going */
	SMBIOS_END_TYPE_127,     /* regular end-of-table structure */
	SMBIOS_END_BYTES,        /* bytes used up exactly at a structure border, no type 127 */
	SMBIOS_END_SHORT_LENGTH, /* a header whose length byte is below 4 */
	SMBIOS_END_TRUNCATED,    /* a structure or its string set runs past the bytes */
	SMBIOS_END_TOO_MANY,     /* more structures than SMBIOS_MAX_STRUCTURES */
};

#define SMBIOS_MAX_STRUCTURES 4096u /* real tables: up to 713 */

struct smbios_walk {
	struct span rest;
	unsigned n_seen;
	enum smbios_end ended;
};

struct smbios_walk smbios_walk_begin(struct span table);

/* STATUS_OK with a structure, or STATUS_END with walk->ended set. A truncated last structure is
 * not returned. Type 127 itself is returned, then the walk ends. Always terminates. */
enum status smbios_next(struct smbios_walk *walk, struct smbios_structure *ret_structure);

/*
 * The string that the byte at `offset` of the formatted part points to.
 * STATUS_ABSENT     offset is past the formatted part, or the index is 0
 * STATUS_MALFORMED  the index is past the last string
 * The text is raw: blanks kept, may hold any byte but NUL.
 */
enum status smbios_string(const struct smbios_structure *structure, size_t offset,
			  struct text *ret_string);

/* First structure of that type, as Linux and dmidecode users see it. STATUS_ABSENT when none. */
enum status smbios_find(struct span table, uint8_t type, struct smbios_structure *ret_structure);

#endif
