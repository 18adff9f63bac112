/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_fault_fixup.c - fault-fixup: page faults before ExitBootServices() are repaired, remembered,
 * or passed on to the firmware. docs/workarounds/fault-fixup.md says which. The handler calls no
 * service; only with the last fault of a boot, which it leaves for the next one.
 */
#include <fwquirk/fault.h>

#include "fault_log.h"
#include "fault_watch.h"
#include "firmware.h"
#include "workaround.h"

#define GRANT_PAGES 2u
#define ROOM_PAGES  (ARCH_GATE_ROOM / PAGE_SIZE_BYTES)
#define OWN_PAGES   (GRANT_PAGES + ROOM_PAGES)
#define STEP_MAX    4u
#define PARTS_MAX   4u

static struct {
	/* What each action in effect wants, and all of them together. */
	const struct action *part[PARTS_MAX];
	unsigned n_parts;
	struct fault_rule rule;
	struct span image; /* our own */
	virt_t own;        /* OWN_PAGES: the gate's room, then the grants */
	uint32_t n_faults;
	/* Pages that are to be again what they were once the instruction is through. */
	unsigned n_steps;
	struct {
		struct page_changed changed;
		virt_t address;
	} step[STEP_MAX];
} engine;

static bool is_inside(uint64_t address, uint64_t first, uint64_t size)
{
	return address - first < size;
}

static bool is_ours(uint64_t address)
{
	return is_inside(address, (uintptr_t)engine.image.at, engine.image.size) ||
	       is_inside(address, engine.own.at, OWN_PAGES * PAGE_SIZE_BYTES);
}

static void after_step(void *context)
{
	(void)context;
	while (engine.n_steps) {
		const struct page_changed *changed = &engine.step[--engine.n_steps].changed;

		arch_entry_store(changed->entry, changed->old, engine.step[engine.n_steps].address);
	}
}

/* Without room for it, or without a debug gate of a known kind, the page stays as it is now. */
static void plan_step(const struct page_changed *changed, virt_t address)
{
	if (engine.n_steps == STEP_MAX || !arch_gate_step(after_step, NULL))
		return;
	engine.step[engine.n_steps].changed = *changed;
	engine.step[engine.n_steps++].address = address;
}

/* Page by page where less is more: code that shall not be writable, and what is taken back at once. */
static struct page_change change_of(const struct fault *fault, const struct grant *grant,
				    const struct fault_decision *decision)
{
	struct page_change change = {fault->address, grant->first, grant_end(grant),
				     decision->writable, decision->executable};

	if (engine.rule.rearm || grant->flags & GRANT_EXECUTED ||
	    (decision->executable && !decision->writable)) {
		change.first = fault->address.at & ~(PAGE_SIZE_BYTES - 1ull);
		change.end = change.first + PAGE_SIZE_BYTES;
	}
	return change;
}

static enum status repair(const struct fault *fault, struct grant *grant,
			  const struct fault_decision *decision, struct page_changed *ret_changed)
{
	struct page_change change = change_of(fault, grant, decision);
	enum status status =
		pagetable_change(&firmware.pagetable, &change, &fault_watch.pool, ret_changed);

	if (status != STATUS_OK)
		return status;
	if (decision->executable && !decision->writable)
		grant->flags |= GRANT_EXECUTED;
	if (engine.rule.rearm)
		plan_step(ret_changed, fault->address);
	return STATUS_OK;
}

static bool handle(const struct fault *fault, void *context)
{
	struct grant *grant = fault_memory_find(&fault_watch.memory, fault->address.at);
	struct page_changed changed = {.first = 0, .end = 0};
	struct leaf leaf = {.entry = NULL};
	struct fault_decision decision;
	struct fault_facts facts;

	(void)context;
	facts.is_own = is_ours(fault->address.at) || is_ours(fault->instruction.at);
	facts.grant = grant;
	facts.mapped = pagetable_find(&firmware.pagetable, fault->address, &leaf) == STATUS_OK;
	facts.writable = facts.mapped && leaf.writable;
	facts.executable = facts.mapped && leaf.executable;
	facts.n_faults = engine.n_faults;
	decision = fault_decide(fault, &facts, &engine.rule);
	if (fault_is_repair(decision.answer) && !arch_pagetable_is_in_use(&firmware.pagetable))
		decision.answer = FAULT_NO_MEANS;
	if (decision.answer == FAULT_STALE)
		arch_entry_store(leaf.entry, *leaf.entry, fault->address);
	else if (fault_is_repair(decision.answer) &&
		 repair(fault, grant, &decision, &changed) != STATUS_OK)
		decision.answer = FAULT_NO_MEANS;
	fault_log_add(fault, decision.answer, changed.first, changed.end);
	if (!fault_is_repair(decision.answer)) {
		fault_log_last(fault, decision.answer);
		return false;
	}
	engine.n_faults++;
	return true;
}

/* ---- the four steps ---- */

/* One engine for all rules: the first one switches it on, the last one off. */
static enum status check(const struct action *action)
{
	struct fault_rule rule;

	if (!firmware.has_pagetable)
		return STATUS_UNSUPPORTED;
	if (fault_rule_read(action->parameter.text, &rule) != STATUS_OK)
		return STATUS_REFUSED;
	if (engine.n_parts)
		return engine.n_parts < PARTS_MAX ? STATUS_OK : STATUS_NO_SPACE;
	return fault_watch_check();
}

/* In one assignment: the handler may look at any time. */
static void join_parts(void)
{
	struct fault_rule all = {.map = false}, one;

	for (unsigned i = 0; i < engine.n_parts; i++)
		if (fault_rule_read(engine.part[i]->parameter.text, &one) == STATUS_OK)
			all = i ? fault_rule_join(&all, &one) : one;
	engine.rule = all;
}

static bool is_usable(virt_t first)
{
	struct leaf leaf;

	for (unsigned i = 0; i < OWN_PAGES; i++, first.at += PAGE_SIZE_BYTES)
		if (pagetable_find(&firmware.pagetable, first, &leaf) != STATUS_OK ||
		    !leaf.writable)
			return false;
	return true;
}

/* This firmware may hand out memory that cannot be used, and we are not there yet to repair it. */
static enum status own_memory(void)
{
	static const uint8_t types[] = {EfiBootServicesData, EfiLoaderData, EfiBootServicesCode};

	for (unsigned i = 0; i < sizeof(types); i++) {
		virt_t first;
		enum status status =
			firmware_allocate((EFI_MEMORY_TYPE)types[i], OWN_PAGES, &first);

		if (status != STATUS_OK)
			return status;
		if (is_usable(first)) {
			engine.own = first;
			return STATUS_OK;
		}
		/* Freeing may be what faults: it is lost. */
	}
	return STATUS_REFUSED;
}

/* The map first, for the hooks look at it; the gate last, for it is in effect at once. */
static enum status watch(void)
{
	uint64_t grants = engine.own.at + ARCH_GATE_ROOM;
	enum status status = firmware_map(&fault_watch.map);

	if (status != STATUS_OK)
		return status;
	fault_watch.memory = (struct fault_memory){
		.grant = (struct grant *)(uintptr_t)grants,
		.room = GRANT_PAGES * PAGE_SIZE_BYTES / sizeof(struct grant),
	};
	status = arch_gate_open((void *)(uintptr_t)engine.own.at, handle, NULL);
	if (status != STATUS_OK) {
		firmware_free_map(&fault_watch.map);
		return status;
	}
	fault_watch_begin();
	return STATUS_OK;
}

static enum status switch_on(const struct action *action)
{
	enum status status = own_memory();

	if (status != STATUS_OK)
		return status;
	engine.image = firmware_image();
	engine.n_faults = 0;
	fault_log_rule(action->rule_id);
	status = watch();
	if (status != STATUS_OK)
		firmware_free(engine.own, OWN_PAGES);
	return status;
}

static enum status apply(const struct action *action)
{
	enum status status = STATUS_OK;

	engine.part[engine.n_parts++] = action;
	join_parts();
	if (engine.n_parts == 1)
		status = switch_on(action);
	if (status != STATUS_OK)
		engine.n_parts--;
	return status;
}

static enum status verify(const struct action *action)
{
	(void)action;
	return arch_gate_is_open() && fault_watch_is_on() ? STATUS_OK : STATUS_FAILED;
}

static enum status undo(const struct action *action)
{
	enum status status;
	unsigned n = 0;

	for (unsigned i = 0; i < engine.n_parts; i++)
		if (engine.part[i] != action)
			engine.part[n++] = engine.part[i];
	engine.n_parts = n;
	join_parts();
	if (n)
		return STATUS_OK;
	status = fault_watch_end(false);
	arch_gate_close();
	/* Tables made of pages of the pool are in use; a hook that had to stay still looks at the rest. */
	if (status != STATUS_OK)
		return status;
	firmware_free_map(&fault_watch.map);
	return firmware_free(engine.own, OWN_PAGES);
}

static void hand_off(const struct action *action)
{
	(void)action;
	if (!engine.n_parts)
		return;
	engine.n_parts = 0;
	arch_gate_close();
	fault_watch_end(true);
}

const struct workaround_steps workaround_fault_fixup = {
	.check = check,
	.apply = apply,
	.verify = verify,
	.undo = undo,
	.hand_off = hand_off,
};
