/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probes.c - questions wanted in, answers out; leaves no page, no permission and no handler behind */
#include <fwquirk/pagetable.h>

#include "firmware.h"
#include "free_trial.h"
#include "map.h"
#include "probes.h"

static enum probe_answer answer(bool yes)
{
	return yes ? PROBE_ANSWER_YES : PROBE_ANSWER_NO;
}

static enum probe_answer map_sets_readonly(void)
{
	enum status status;
	virt_t page;

	status = map_readonly_page(EfiLoaderData, &page);
	if (status == STATUS_OK) {
		if (map_clear_readonly(page, PAGE_SIZE_BYTES) != STATUS_OK)
			return PROBE_NO_ANSWER; /* and the page is lost: it must not be freed */
		firmware_free(page, 1);
		return PROBE_ANSWER_YES;
	}
	if (status == STATUS_ABSENT || status == STATUS_FAILED)
		return PROBE_ANSWER_NO;
	return PROBE_NO_ANSWER;
}

/* Without a protocol that works nobody can make a page read-only, so freeing one cannot fault. */
static enum probe_answer free_readonly_faults(void)
{
	enum status status;
	bool faulted;

	status = free_trial_page(&faulted);
	if (status == STATUS_OK)
		return answer(faulted);
	if (status == STATUS_ABSENT || status == STATUS_FAILED)
		return PROBE_ANSWER_NO;
	return PROBE_NO_ANSWER;
}

static enum probe_answer run(enum probe probe)
{
	switch (probe) {
	case PROBE_MAP_PRESENT:
		return answer(map_locate() != NULL);
	case PROBE_MAP_SETS_READONLY:
		return map_sets_readonly();
	case PROBE_FREE_READONLY_FAULTS:
		return free_readonly_faults();
	default:
		return PROBE_NO_ANSWER;
	}
}

void probes_run(uint64_t wanted, struct probe_vector *probes)
{
	for (unsigned probe = 0; probe < PROBE_COUNT; probe++)
		if (wanted & 1ull << probe)
			probes->answer[probe] = (uint8_t)run((enum probe)probe);
}
