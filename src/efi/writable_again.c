/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* writable_again.c - a range in, no read-only page in it afterwards; touches no page outside */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "map.h"
#include "writable_again.h"

/* Behind the pages from `at` on that are, or are not, mapped read-only; at most `end`. */
static uint64_t skip(uint64_t at, uint64_t end, bool readonly)
{
	while (at < end) {
		struct leaf leaf;
		bool mapped = pagetable_find(&firmware.pagetable, (virt_t){at}, &leaf) == STATUS_OK;

		if ((mapped && !leaf.writable) != readonly)
			return at;
		at = mapped ? leaf.first.at + leaf.size_bytes : at + PAGE_SIZE_BYTES;
	}
	return end;
}

/* Page by page through the table entries: where the protocol does not help. */
static void by_entries(virt_t first, uint64_t size_bytes, bool no_execute)
{
	for (uint64_t at = first.at; at < first.at + size_bytes; at += PAGE_SIZE_BYTES)
		pagetable_allow_write(&firmware.pagetable, (virt_t){at}, !no_execute);
}

static void change(virt_t first, uint64_t size_bytes, bool no_execute)
{
	if (no_execute)
		map_set_no_execute(first, size_bytes);
	if (map_clear_readonly(first, size_bytes) != STATUS_OK || firmware_is_readonly(first))
		by_entries(first, size_bytes, no_execute);
}

void writable_again(virt_t first, uint64_t size_bytes, bool no_execute,
		    struct changed_pages *ret_changed)
{
	uint64_t end = first.at + size_bytes, at = first.at;

	ret_changed->n_runs = 0;
	while ((at = skip(at, end, false)) < end) {
		virt_t run = {at};
		uint64_t run_end = skip(at, end, true);

		change(run, run_end - run.at, no_execute);
		if (ret_changed->n_runs < CHANGED_MAX_RUNS)
			ret_changed->run[ret_changed->n_runs++] =
				(struct changed_run){run, run_end - run.at};
		at = run_end;
	}
}

void readonly_again(const struct changed_pages *changed)
{
	for (unsigned i = 0; i < changed->n_runs; i++)
		map_set_readonly(changed->run[i].first, changed->run[i].size_bytes);
}
