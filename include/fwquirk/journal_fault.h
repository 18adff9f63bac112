/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal_fault.h - page faults of one boot, as a record of the journal */
#ifndef FWQUIRK_JOURNAL_FAULT_H
#define FWQUIRK_JOURNAL_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/journal.h>

#define JOURNAL_FAULT_IMAGE_MAX 24u /* bytes of the image's name that are kept */

/*
 * JOURNAL_FAULT: u8 answer, u8 access, u16 number of faults, u32 raw code, u64 address, u64 end, u64
 * instruction, u64 base, text image. Faults of one kind in adjoining memory are one record: then `code`,
 * `address` and `instruction` are of the first.
 */
struct journal_fault {
	uint8_t answer; /* enum fault_answer: what was done, or why nothing was */
	uint8_t access; /* enum fault_access */
	uint16_t n_faults;
	uint32_t code;        /* the machine's own (x86: error code of the page fault) */
	uint64_t address;     /* what was accessed (x86: CR2) */
	uint64_t end;         /* behind the last byte that was repaired; 0: nothing was */
	uint64_t instruction; /* where (x86: RIP) */
	uint64_t base;        /* of the image that the instruction belongs to; 0: of none known */
	struct text image;    /* its name, may be empty */
};

void journal_add_fault(struct journal_writer *writer, const struct journal_fault *fault);
/* `image` is borrowed from the payload. False and untouched when it is too short. */
bool journal_read_fault(struct span payload, struct journal_fault *ret_fault);

#endif
