/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* writable_again.h - read-only pages of a range made writable, and made read-only again */
#ifndef EFI_WRITABLE_AGAIN_H
#define EFI_WRITABLE_AGAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/arch.h>

#define CHANGED_MAX_RUNS 8u

/* What was read-only, so that it can be so again; beyond the room a run is changed all the same. */
struct changed_pages {
	unsigned n_runs;
	struct changed_run {
		virt_t first;
		uint64_t size_bytes;
	} run[CHANGED_MAX_RUNS];
};

/*
 * Makes every mapped read-only page of [first, first + size_bytes) writable: by the memory attribute
 * protocol, and where that is gone or does nothing by the page's own table entry. Not executable first
 * when `no_execute`, so that no page is ever writable and executable. Writable pages cost a look
 * at the page tables. Allocates nothing.
 */
void writable_again(virt_t first, uint64_t size_bytes, bool no_execute,
		    struct changed_pages *ret_changed);

/* The pages that writable_again changed, read-only again; not_executable stays. */
void readonly_again(const struct changed_pages *changed);

#endif
