/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report.h - what happened, for the operating system and for the person in front of the machine */
#ifndef EFI_REPORT_H
#define EFI_REPORT_H

#include <stdbool.h>

#include <fwquirk/journal.h>

#include "layer.h"

/* A line on the console for each rule that something was or would have been done for. */
void report_console(const struct layer *layer);

/*
 * The journal as a volatile variable (journal.h). When the firmware refuses it (no variables, no room,
 * write-protected) a console line says so: STATUS_REFUSED, STATUS_NO_SPACE, ...
 */
enum status report_journal(const struct layer *layer);

/* True when a journal of this boot says that a workaround is in effect: another copy of us was faster. */
bool report_is_in_effect(void);

/* Removes the journal: what it says is in effect no longer is. */
void report_withdraw(void);

#endif
