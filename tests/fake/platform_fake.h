/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform_fake.h - a machine that remembers what was done to it and fails where it is told to */
#ifndef FWQUIRK_TESTS_PLATFORM_FAKE_H
#define FWQUIRK_TESTS_PLATFORM_FAKE_H

#include <fwquirk/platform.h>

enum platform_step { STEP_CHECK, STEP_APPLY, STEP_VERIFY, STEP_UNDO, STEP_COUNT };

struct platform_call {
	enum platform_step step;
	enum workaround workaround;
	uint64_t a;
};

#define PLATFORM_FAKE_CALLS   128u
#define PLATFORM_FAKE_CHANGES 32u

/* Zero it for a machine on which everything works. */
struct platform_fake {
	/* Knobs. */
	unsigned fail_at;      /* the so manieth call fails, from 1; 0: none */
	enum status fail_with; /* ... with this; STATUS_OK stands for STATUS_FAILED */
	enum status answer[STEP_COUNT][WORKAROUND_COUNT]; /* always, unless STATUS_OK */
	bool has_no_effect; /* apply says "done" and does nothing; verify notices */
	/* What happened. */
	unsigned n_calls;
	struct platform_call call[PLATFORM_FAKE_CALLS];
	unsigned n_changes; /* in effect now, in the order in which they were made */
	struct platform_call change[PLATFORM_FAKE_CHANGES];
	unsigned n_misuses; /* applied unchecked or twice, verified or undone without being there,
			       undone out of order */
};

extern struct platform_fake platform_fake;

#endif
