/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* attempt.h - boots that began with workarounds in effect and did not come to their end */
#ifndef FWQUIRK_ATTEMPT_H
#define FWQUIRK_ATTEMPT_H

#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/sealed.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>

/*
 * The variable, NON_VOLATILE | BOOTSERVICE_ACCESS | RUNTIME_ACCESS, under the vendor GUID of journal.h.
 * Written before the first workaround of a boot is applied, deleted when the boot loader or kernel calls
 * ExitBootServices() or everything is taken back. Found at the next start, that boot died.
 */
#define ATTEMPT_VARIABLE_NAME "FwquirkAttempt"

/* So many boots in a row may die; the next one goes without workarounds. */
#define ATTEMPT_LIMIT 2u

/* Bytes: the header of sealed.h with magic "FWQA"; u32 CRC-32 of the rule table, u32 CRC-32 of the
 * identity, u8 number of boots begun. */
#define ATTEMPT_MAGIC   0x41515746u /* "FWQA" */
#define ATTEMPT_VERSION 1u
#define ATTEMPT_SIZE    (SEALED_HEADER_SIZE + 9u)

struct attempt {
	uint32_t table_crc, identity_crc;
	uint8_t n_begun;
};

void attempt_write(const struct attempt *attempt, uint8_t room[ATTEMPT_SIZE]);
/* STATUS_OK, STATUS_MALFORMED when the content is cut, and what sealed_open answers. */
enum status attempt_read(struct span bytes, struct attempt *ret_attempt);

/* Of every field that is present: another firmware version is another identity. */
uint32_t attempt_identity_crc(const struct identity *identity);

/*
 * How many boots with this table on this identity have died, from the bytes of the variable; 0 when they
 * are of another table or identity, or no marker at all: a damaged one must not keep workarounds away.
 */
uint8_t attempt_n_dead(struct span bytes, uint32_t table_crc, uint32_t identity_crc);

#endif
