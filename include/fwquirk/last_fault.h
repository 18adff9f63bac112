/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* last_fault.h - the fault that killed a boot, as bytes that survive into the next one */
#ifndef FWQUIRK_LAST_FAULT_H
#define FWQUIRK_LAST_FAULT_H

#include <stdint.h>

#include <fwquirk/sealed.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/text.h>

/*
 * The variable, NON_VOLATILE | BOOTSERVICE_ACCESS | RUNTIME_ACCESS, under the vendor GUID of journal.h.
 * Written while a fault is passed on that nobody repairs; it stays until it is acknowledged
 * (`fwquirk config --clear-fault`) or the next such fault overwrites it.
 */
#define LAST_FAULT_VARIABLE_NAME "FwquirkLastFault"

#define LAST_FAULT_MAX_RULES 8u
#define LAST_FAULT_IMAGE_MAX 48u /* bytes of the image's name that are kept */

/*
 * Bytes: the header of sealed.h with magic "FWQF"; u64 each raw code, address, instruction, image base,
 * cycles; u32 CRC-32 of the rule table in use; u8 answer, u8 number of rules; u32 each rule; the rest
 * is the name of the image.
 */
#define LAST_FAULT_MAGIC   0x46515746u /* "FWQF" */
#define LAST_FAULT_VERSION 1u
#define LAST_FAULT_MAX_SIZE \
	(SEALED_HEADER_SIZE + 46u + 4u * LAST_FAULT_MAX_RULES + LAST_FAULT_IMAGE_MAX)

struct last_fault {
	uint64_t code;    /* the machine's own word for it (x86: error code of the page fault) */
	uint64_t address; /* what was accessed (x86: CR2) */
	uint64_t instruction; /* where (x86: RIP) */
	uint64_t base;        /* of the image that the instruction belongs to; 0: of none known */
	uint64_t cycles;      /* of the time stamp counter since reset; 0: not read */
	uint32_t table_crc;   /* of the rule table, 0 when unknown */
	uint8_t answer;       /* why it was not repaired, as the page-fault engine numbers it */
	uint8_t n_rules;
	uint32_t rule_id[LAST_FAULT_MAX_RULES]; /* with a workaround in effect */
	struct text image; /* file name or what else the firmware knows it by; may be empty */
};

/*
 * Into `room`; returns the size. More than LAST_FAULT_MAX_RULES rules and LAST_FAULT_IMAGE_MAX bytes
 * are left out. Needs little stack and calls nothing: it may run in an exception handler.
 */
uint16_t last_fault_write(const struct last_fault *fault, uint8_t room[LAST_FAULT_MAX_SIZE]);

/*
 * `image` is borrowed from the bytes. STATUS_OK, STATUS_MALFORMED when the content is cut, and what
 * sealed_open answers.
 */
enum status last_fault_read(struct span bytes, struct last_fault *ret_fault);

#endif
