/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* attempts.h - the marker of this boot in its variable, from before the first change until the hand-off */
#ifndef EFI_ATTEMPTS_H
#define EFI_ATTEMPTS_H

#include <stdbool.h>

#include <fwquirk/attempt.h>

/* How many boots with this table on this identity began and did not come to their end. Reads only. */
uint8_t attempts_dead(uint32_t table_crc, uint32_t identity_crc);

/*
 * Writes the marker, once; a restart that somebody asked for (no error, UEFI 2.10 section 8.5.1) takes it
 * away, where the firmware tells of restarts. What SetVariable() answers, as our status: without it
 * nothing counts.
 */
enum status attempts_begin(const struct attempt *attempt);

/* Deletes the marker that attempts_begin has written. Frees no memory when `at_handoff`. */
void attempts_end(bool at_handoff);

#endif
