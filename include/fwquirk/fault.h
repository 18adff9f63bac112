/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault.h - decisions about a page fault, made on its record and on facts collected before */
#ifndef FWQUIRK_FAULT_H
#define FWQUIRK_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/arch.h>
#include <fwquirk/fault_memory.h>
#include <fwquirk/fault_rule.h>

/*
 * True for a plain supervisor write into [first, first + size_bytes) that failed because a mapped page is
 * read-only: the only kind of fault that a probe of read-only memory takes for its own.
 */
bool fault_is_write_to_readonly(const struct fault *fault, virt_t first, uint64_t size_bytes);

/*
 * What becomes of a fault. The numbers are part of the journal and of the last-fault record: only
 * append. FAULT_MAPPED to FAULT_STALE are repairs; fault_answer_name has the words.
 */
enum fault_answer {
	FAULT_MAPPED = 0,
	FAULT_MADE_WRITABLE = 1,
	FAULT_MADE_EXECUTABLE = 2,
	FAULT_STALE = 3, /* the page tables allow it already: only the TLB did not know */
	/* Passed on to the firmware, because: */
	FAULT_UNUSUAL = 16,     /* reserved bit, protection key, shadow stack, SGX, user mode */
	FAULT_PAGE_ZERO = 17,   /* nothing is ever meant to be there */
	FAULT_OWN = 18,         /* our own code, or our own memory */
	FAULT_NOT_HANDED = 19,  /* MMIO, guard pages, free memory: nobody was given it */
	FAULT_NOT_WANTED = 20,  /* the rule does not say so */
	FAULT_OWNERS_WILL = 21, /* it was right when handed out: the owner has changed it */
	FAULT_BUDGET = 22,      /* too many faults in this boot */
	FAULT_NO_MEANS = 23, /* the page tables cannot be changed so, or no page is left for them */
};

/* "mapped", "page zero", ...; "?" for a number of a newer version. */
const char *fault_answer_name(unsigned answer);
bool fault_is_repair(unsigned answer);

/* All that a decision takes into account, collected without calling anybody. */
struct fault_facts {
	bool is_own;               /* address or instruction is in our image or our memory */
	const struct grant *grant; /* what the address lies in, NULL for nothing */
	bool mapped, writable, executable; /* in the page tables now, all levels together */
	uint32_t n_faults;                 /* repaired so far in this boot */
};

/* The answer and, for the first three, what the page shall allow. */
struct fault_decision {
	enum fault_answer answer;
	bool writable, executable;
};

/*
 * Pure. In this order: what is unusual, page 0, ours, beyond the budget or not handed out is passed
 * on. Then the rule must want the kind of repair, and the page must have been withheld by the firmware
 * when it was handed out: what its owner has changed since stays as the owner wants it, but for the
 * moment in which it is given back. Executable is only code, only where the rule says so, and
 * writable at the same time only where it says wx.
 */
struct fault_decision fault_decide(const struct fault *fault, const struct fault_facts *facts,
				   const struct fault_rule *rule);

#endif
