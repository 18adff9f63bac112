/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fault_log.c - page faults in; records of the journal and the last-fault variable out. In the exception
 * it calls no service but as the very last thing that is done before the firmware's handler.
 */
#include <fwquirk/journal_fault.h>
#include <fwquirk/last_fault.h>

#include "fault_log.h"
#include "firmware.h"
#include "image_name.h"
#include "variables.h"

#define LOG_MAX 12u

static struct entry {
	struct journal_fault fault; /* without the text */
	uint64_t first;             /* of what was repaired */
	bool is_resolved;
	char image[JOURNAL_FAULT_IMAGE_MAX];
} entries[LOG_MAX];

static unsigned n_entries;
static bool is_new, is_unresolved, is_last_written;
static uint32_t table_crc, rule;
static uint16_t n_lost;

void fault_log_table(uint32_t crc)
{
	table_crc = crc;
}

void fault_log_rule(uint32_t rule_id)
{
	rule = rule_id;
}

/* The entry that a fault can join: the same thing in memory that adjoins. */
static struct entry *joinable(const struct fault *fault, enum fault_answer answer, uint64_t first,
			      uint64_t end)
{
	struct entry *last = &entries[n_entries - 1];

	if (n_entries == 0 || last->fault.answer != answer || last->fault.access != fault->access ||
	    last->fault.n_faults == UINT16_MAX || !last->fault.end)
		return NULL;
	return first <= last->fault.end && end >= last->first ? last : NULL;
}

static void join(struct entry *entry, uint64_t first, uint64_t end)
{
	entry->fault.n_faults++;
	entry->first = first < entry->first ? first : entry->first;
	entry->fault.end = end > entry->fault.end ? end : entry->fault.end;
}

void fault_log_add(const struct fault *fault, enum fault_answer answer, uint64_t first,
		   uint64_t end)
{
	/* The last place is kept for what was passed on: that is what people look for. */
	unsigned room = fault_is_repair(answer) ? LOG_MAX - 1 : LOG_MAX;
	struct entry *entry = joinable(fault, answer, first, end);

	is_new = true;
	if (entry) {
		join(entry, first, end);
		return;
	}
	if (n_entries >= room) {
		n_lost += n_lost < UINT16_MAX;
		return;
	}
	entry = &entries[n_entries++];
	entry->first = first;
	entry->fault = (struct journal_fault){
		.answer = (uint8_t)answer,
		.access = (uint8_t)fault->access,
		.n_faults = 1,
		.code = (uint32_t)fault->raw,
		.address = fault->address.at,
		.end = end,
		.instruction = fault->instruction.at,
	};
	is_unresolved = true;
}

void fault_log_resolve(void)
{
	if (!is_unresolved)
		return;
	is_unresolved = false;
	for (unsigned i = 0; i < n_entries; i++) {
		struct entry *entry = &entries[i];

		if (entry->is_resolved)
			continue;
		entry->is_resolved = true;
		entry->fault.image.at = entry->image;
		entry->fault.image.size = image_name(entry->fault.instruction, entry->image,
						     sizeof(entry->image), &entry->fault.base);
	}
}

bool fault_log_is_new(void)
{
	return is_new;
}

void fault_log_write(struct journal_writer *journal)
{
	fault_log_resolve();
	for (unsigned i = 0; i < n_entries; i++)
		journal_add_fault(journal, &entries[i].fault);
	journal->n_lost += n_lost;
	is_new = false;
}

/* ---- the last fault ---- */

static uint8_t variable[LAST_FAULT_MAX_SIZE];

struct last {
	const struct fault *fault;
	enum fault_answer answer;
};

/*
 * A lock of the variable driver or of the memory services is held at TPL_NOTIFY (in EDK II), and the
 * specification allows variable services up to TPL_CALLBACK only (UEFI 2.10 section 7.1, table 7-3):
 * so below that nobody is inside them.
 */
static bool may_call_services(void)
{
	EFI_TPL tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);

	firmware.boot->RestoreTPL(tpl);
	return tpl <= TPL_CALLBACK;
}

static void write_last(void *context)
{
	const struct last *last = context;
	char image[LAST_FAULT_IMAGE_MAX];
	struct last_fault record = {
		.code = last->fault->raw,
		.address = last->fault->address.at,
		.instruction = last->fault->instruction.at,
		.cycles = arch_cycles(),
		.table_crc = table_crc,
		.answer = (uint8_t)last->answer,
		.n_rules = 1,
		.rule_id = {rule},
	};

	if (!may_call_services())
		return;
	is_last_written = true;
	record.image.at = image;
	record.image.size = image_name(record.instruction, image, sizeof(image), &record.base);
	variable_set(u"" LAST_FAULT_VARIABLE_NAME, true, variable,
		     last_fault_write(&record, variable));
}

void fault_log_last(const struct fault *fault, enum fault_answer answer)
{
	struct last last = {fault, answer};

	if (!is_last_written)
		arch_gate_try(write_last, &last);
}
