/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_rule.h - the parameter of fault-fixup: which page faults a rule wants repaired */
#ifndef FWQUIRK_FAULT_RULE_H
#define FWQUIRK_FAULT_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/status.h>
#include <fwquirk/text.h>

#define FAULT_BUDGET_DEFAULT 4096u
#define FAULT_BUDGET_MAX     1000000u

/*
 * Words of the parameter, in any order, each once:
 *
 *	map       pages that are missing
 *	write     pages that are read-only
 *	exec      code that cannot be executed; its page is not writable any more then
 *	wx        code stays or becomes writable and executable at once
 *	rearm     after the one access the page is as the firmware had it
 *	budget=N  at most N faults a boot; FAULT_BUDGET_DEFAULT when not given
 */
struct fault_rule {
	bool map, write, exec, wx, rearm;
	uint32_t budget;
};

/* STATUS_MALFORMED: an unknown word, one twice, a number out of range, or nothing to repair. */
enum status fault_rule_read(struct text words, struct fault_rule *ret_rule);

/*
 * What two rules in effect at once want together: what either repairs; for one access only (rearm) when both say so,
 * for otherwise one of them wants the page to stay repaired; the larger budget.
 */
struct fault_rule fault_rule_join(const struct fault_rule *a, const struct fault_rule *b);

/* True when a page may gain a permission that the firmware withheld; for a malformed text, too. */
bool fault_rule_loosens(struct text words);

#endif
