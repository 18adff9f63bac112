/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* lab.h - what the files of the fault-injecting driver share */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <efi.h>

/*
 * One defect. `break_it` turns the running firmware into one that has it and returns EFI_SUCCESS, or says
 * with lab_say why this firmware cannot have it and returns an error. `value` is what stands behind "NAME=",
 * an empty string when nothing does; numbers are read with lab_number.
 * `rows` names cases of the evidence by their ids, "" where none is documented.
 */
struct defect {
	const char *name;
	const char *rows;
	EFI_STATUS (*break_it)(const char *value);
};

/* A list of defects ends with a NULL name. One list a file, `const struct defect defects_SUBJECT[]`; the
 * Makefile collects them. */

/* The firmware as it was before any defect: call these, never the hooked table. */
extern EFI_HANDLE lab_image;
extern EFI_SYSTEM_TABLE *lab_system;
extern EFI_BOOT_SERVICES *lab_boot; /* the live table, to be broken */
extern EFI_BOOT_SERVICES lab_sane;  /* a copy of it from before */
extern EFI_RUNTIME_SERVICES lab_sane_runtime;

/* "lab: TEXT" or "lab: TEXT=0xNUMBER" on the console and the first serial port (so that it is seen after
 * ExitBootServices() and inside exceptions, too). */
void lab_say(const char *text);
void lab_say_hex(const char *text, uint64_t number);

/* Decimal or 0x hexadecimal at the start of `text`, `otherwise` when there is none; the rest in *ret_rest if wanted. */
uint64_t lab_number(const char *text, uint64_t otherwise, const char **ret_rest);
bool lab_word_is(const char *text, const char *word);

/* Replaces a service and makes the table's CRC-32 right, as firmware that comes like this would have it. Returns what was there. */
void *lab_replace(EFI_TABLE_HEADER *header, void *slot, void *replacement);
void lab_checksum(EFI_TABLE_HEADER *header);

/* A configuration table, or NULL. */
void *lab_table(const EFI_GUID *guid);

/* ---- page tables (lab_paging.c), written apart from the layer's own on purpose: a second reading of the manual ---- */

#define LAB_P  (1ull << 0)
#define LAB_W  (1ull << 1)
#define LAB_NX (1ull << 63)

/* Changes leaf bits of every 4 KiB page of [first, first + size): splits large leaves as needed. EFI_NOT_FOUND when a page has no entry. */
EFI_STATUS lab_paging_change(uint64_t first, uint64_t size, uint64_t set, uint64_t clear);
/* The leaf entry of an address, its size in bytes in *ret_size; 0 when there is none. A leaf that is not present but has an address counts. */
uint64_t lab_paging_leaf(uint64_t address, uint64_t *ret_size);

#endif
