/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* apply.h - a plan into changes of the machine: check everything, change, verify, or undo */
#ifndef FWQUIRK_APPLY_H
#define FWQUIRK_APPLY_H

#include <fwquirk/plan.h>

/*
 * Carries out the actions of each rule with verdict APPLIED: all are checked first, then applied
 * and verified in order; when one fails, the rule's earlier ones are undone in reverse and the
 * rule's verdict becomes REFUSED (check) or FAILED (apply, verify) with its reason. One rule's
 * failure leaves the others alone. On return the verdicts are final. The number of actions in
 * effect is returned.
 */
unsigned apply_plan(struct plan *plan);

#endif
