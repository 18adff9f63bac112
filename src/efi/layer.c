/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* layer.c - the pipeline on the firmware's side; each step is a module of its own */
#include <fwquirk/apply.h>
#include <fwquirk/pe.h>

#include "attempts.h"
#include "console.h"
#include "events.h"
#include "fault_log.h"
#include "find_identity.h"
#include "firmware.h"
#include "layer.h"
#include "parts.h"
#include "platform_efi.h"
#include "probes.h"
#include "report.h"
#include "variables.h"

#define TABLE_SECTION ".fwquirk"

/* The section of our own image as loaded, so that another table can be put in without a new link. */
static enum status find_table(struct table *ret_table)
{
	struct span section;
	enum status status;

	status = pe_section_find(firmware_image(), TABLE_SECTION, &section);
	if (status != STATUS_OK)
		return status;
	return table_open(section, ret_table);
}

/* Nothing is applied that could not be taken back in ExitBootServices(). */
static void refuse_all(struct plan *plan, enum status why)
{
	for (unsigned i = 0; i < plan->n_rules; i++) {
		if (plan->rule[i].verdict != VERDICT_APPLIED)
			continue;
		plan->rule[i].verdict = VERDICT_REFUSED;
		plan->rule[i].reason =
			why == STATUS_NO_SPACE ? REASON_NO_SPACE : REASON_PRECONDITION;
	}
}

static const struct layer *leaving_layer;

/* The operating system takes over: this boot has not died, and what happened since the journal was
 * written goes into it, too. */
static void leaving(void)
{
	attempts_end(true);
	if (events_are_new() || fault_log_is_new())
		report_journal(leaving_layer);
}

static enum status mark(const struct layer *layer)
{
	const struct attempt attempt = {
		.table_crc = layer->table.crc,
		.identity_crc = attempt_identity_crc(&layer->identity),
		.n_begun = (uint8_t)(layer->n_dead + 1),
	};

	return attempts_begin(&attempt);
}

static void apply(struct layer *layer)
{
	enum status status;

	if (layer->plan.n_actions == 0)
		return;
	leaving_layer = layer;
	fault_log_table(layer->table.crc);
	status = platform_watch_hand_off(&layer->plan, leaving);
	if (status != STATUS_OK) {
		refuse_all(&layer->plan, status);
		return;
	}
	layer->marker_status = mark(layer);
	layer->n_in_effect = apply_plan(&layer->plan);
	if (layer->n_in_effect)
		return;
	attempts_end(false);
	if (platform_undo_all(&layer->plan) != STATUS_OK)
		layer->note = "a hook could not be removed, the image stays";
}

static bool any_matched(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->n_rules; i++)
		if (plan->rule[i].verdict == VERDICT_MATCHED)
			return true;
	return false;
}

/* What a match makes worth its cost: nothing of it is read on the other machines. */
static void look_back(struct layer *layer)
{
	UINTN size = sizeof(layer->last_fault);

	find_switches(&layer->policy, &layer->switches);
	layer->n_dead = attempts_dead(layer->table.crc, attempt_identity_crc(&layer->identity));
	layer->policy.retreat = layer->n_dead >= ATTEMPT_LIMIT;
	if (variable_get(u"" LAST_FAULT_VARIABLE_NAME, layer->last_fault, &size) == STATUS_OK)
		layer->n_last_fault = (uint16_t)size;
}

static void decide_and_act(struct layer *layer)
{
	parts_policy(&layer->policy);
	plan_consider(&layer->plan, &layer->table, &layer->identity);
	if (any_matched(&layer->plan)) {
		layer->is_second = report_is_in_effect();
		if (layer->is_second)
			return;
		look_back(layer);
	}
	if (!layer->policy.off)
		probes_run(PROBES_FACTS | plan_probes_wanted(&layer->plan, &layer->table),
			   &layer->probes);
	plan_decide(&layer->plan, &layer->table, &layer->probes, &layer->policy);
	apply(layer);
}

void layer_run(struct layer *layer, enum journal_start how)
{
	layer->how = how;
	layer->table_status = find_table(&layer->table);
	layer->identity_status = find_identity(&layer->identity);
	if (layer->table_status == STATUS_OK)
		decide_and_act(layer);
	if (layer->is_second) {
		console_line_c("already in place");
		return;
	}
	report_console(layer);
	report_journal(layer);
}

bool layer_undo(struct layer *layer)
{
	platform_undo_all(&layer->plan);
	attempts_end(false);
	if (layer->n_in_effect)
		report_withdraw();
	layer->n_in_effect = 0;
	return !platform_must_stay();
}
