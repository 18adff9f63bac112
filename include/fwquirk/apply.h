/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* apply.h - a plan into changes of the machine: check everything, change, verify, or undo */
#ifndef FWQUIRK_APPLY_H
#define FWQUIRK_APPLY_H

#include <fwquirk/plan.h>

/*
 * Carries out the actions of each rule with verdict APPLIED, rule by rule: all of the rule's are
 * checked first, then applied and verified in order. When one fails, those that this rule has put
 * in effect are undone in reverse; its verdict becomes REFUSED (check) or FAILED (apply, verify),
 * `detail` names the workaround and the reason is
 *
 *   precondition     STATUS_REFUSED and what is not below
 *   not-implemented  STATUS_UNSUPPORTED
 *   no-space         STATUS_NO_SPACE
 *   not-verified     apply or verify ended in STATUS_FAILED
 *
 * One rule's failure leaves the others alone: an action that two rules want is tried again for the
 * second one. Only when an undo fails nobody knows what the machine is like: that action counts as
 * in effect, and the rules behind it are REFUSED, precondition. On return the verdicts are final.
 * The number of actions in effect is returned.
 */
unsigned apply_plan(struct plan *plan);

#endif
