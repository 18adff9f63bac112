/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* events.h - what workarounds do after they have been applied, kept until the journal is written again */
#ifndef EFI_EVENTS_H
#define EFI_EVENTS_H

#include <fwquirk/journal.h>

/*
 * Remembers one event; the first EVENTS_MAX are kept, the others counted. Calls no service and allocates
 * nothing: may be called from hooks and exception handlers. `text` is copied, JOURNAL_EVENT_MAX bytes at most.
 */
#define EVENTS_MAX 24u
void events_add(enum event event, uint64_t a, uint64_t b, struct text text);

/* True when something was added since the last call of events_write. */
bool events_are_new(void);

/* All of them into the journal, and how many were not kept. */
void events_write(struct journal_writer *journal);

#endif
