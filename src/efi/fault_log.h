/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_log.h - page faults remembered: for the journal, and the one that nobody repaired for the next boot */
#ifndef EFI_FAULT_LOG_H
#define EFI_FAULT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/fault.h>
#include <fwquirk/journal.h>

/* Which table and which rule the record of a last fault names. */
void fault_log_table(uint32_t crc);
void fault_log_rule(uint32_t rule_id);

/* One fault and what became of it; [first, end) is what was repaired, 0 and 0 for nothing. Runs in the
 * exception: calls no service. */
void fault_log_add(const struct fault *fault, enum fault_answer answer, uint64_t first,
		   uint64_t end);

/*
 * In the exception, for one that is passed on: leaves the variable of last_fault.h, once a boot, if the
 * firmware is in a state in which its variable services can be called; nothing else is done when it
 * is not.
 */
void fault_log_last(const struct fault *fault, enum fault_answer answer);

/* Outside the exception, as soon as services can be called: which images the new entries belong to. */
void fault_log_resolve(void);

/* True when something was added since the last call of fault_log_write. */
bool fault_log_is_new(void);
void fault_log_write(struct journal_writer *journal);

#endif
