/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* layer.h - one pass from the firmware's tables to workarounds in effect, and back */
#ifndef EFI_LAYER_H
#define EFI_LAYER_H

#include <fwquirk/identity.h>
#include <fwquirk/journal.h>
#include <fwquirk/last_fault.h>
#include <fwquirk/plan.h>
#include <fwquirk/table.h>

#include "find_switches.h"

/* Everything that one boot finds out; in static storage, the firmware's stack is not ours to fill. */
struct layer {
	enum journal_start how;
	enum status table_status;    /* STATUS_OK: `table` is open */
	enum status identity_status; /* of the SMBIOS part */
	struct table table;
	struct identity identity;
	struct probe_vector probes;
	struct policy policy;
	struct switches_said switches;
	uint8_t n_dead; /* boots with workarounds that did not come to their end */
	uint8_t last_fault[LAST_FAULT_MAX_SIZE];
	uint16_t n_last_fault;     /* bytes of it, 0 when there is none */
	enum status marker_status; /* of the attempt marker's writing */
	struct plan plan;
	unsigned n_in_effect; /* actions */
	bool is_second;       /* another copy of us has applied something: nothing is done */
	const char *note;     /* one more thing to be known, or NULL */
};

/* Finds, identifies, matches, probes, decides, applies, reports. Never fails: what cannot be done is
 * in the record. */
void layer_run(struct layer *layer, enum journal_start how);

/* Takes everything back. False when code of ours has to stay in memory. */
bool layer_undo(struct layer *layer);

#endif
