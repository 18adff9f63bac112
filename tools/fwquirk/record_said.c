/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_said.c - switches, boots that died and the last fault of a record, in words and as JSON */
#include <inttypes.h>

#include <fwquirk/attempt.h>
#include <fwquirk/fault.h>
#include <fwquirk/host/rule.h>
#include <fwquirk/last_fault.h>
#include <fwquirk/switches.h>

#include "record.h"
#include "say.h"
#include "tool.h"

/* Bits of enum switch_outcome that people have to know about. */
static const struct {
	uint8_t bit;
	const char *words, *key;
} outcomes[] = {
	{SWITCH_HAS_UNKNOWN, " (not all understood)", "not_understood"},
	{SWITCH_HAS_TOO_MUCH, " (too many, taken as off)", "too_many"},
	{SWITCH_IGNORED, " (under Secure Boot only what reduces counts)", "restricted"},
};

#define N_OUTCOMES (sizeof(outcomes) / sizeof(outcomes[0]))

static void print_switches(const struct journal_switches *switches)
{
	printf("switches  %s: ", switch_source_name(switches->source));
	tool_print_text(stdout, switches->words);
	for (size_t i = 0; i < N_OUTCOMES; i++)
		if (switches->outcome & outcomes[i].bit)
			fputs(outcomes[i].words, stdout);
	putchar('\n');
}

void record_print_last_fault(struct span bytes)
{
	struct last_fault fault;
	enum status status = last_fault_read(bytes, &fault);
	if (status != STATUS_OK) {
		printf("died      not usable: %s\n", status_text(status));
		return;
	}
	printf("died      a boot of a page fault at 0x%" PRIx64 " (%s), code 0x%" PRIx64
	       ", instruction 0x%" PRIx64,
	       fault.address, fault_answer_name(fault.answer), fault.code, fault.instruction);
	if (fault.base)
		printf(", 0x%" PRIx64 " behind the start of its image",
		       fault.instruction - fault.base);
	if (fault.image.size) {
		fputs(", in ", stdout);
		tool_print_text(stdout, fault.image);
	}
	for (unsigned i = 0; i < fault.n_rules; i++)
		printf("%s" RULE_ID_FORMAT, i ? ", " : "; in effect: ", (unsigned)fault.rule_id[i]);
	puts(" (forgotten by 'fwquirk config --clear-fault')");
}

void record_print_said(const struct record *record)
{
	for (unsigned i = 0; i < record->n_switches; i++)
		print_switches(&record->switches[i]);
	if (record->n_dead)
		printf("attempts  %" PRIu32
		       " boot%s with workarounds before this one did not reach the "
		       "operating system%s\n",
		       record->n_dead, record->n_dead == 1 ? "" : "s",
		       record->n_dead < ATTEMPT_LIMIT ? ""
						      : "; this one went without ('fwquirk config "
							"--clear-attempts' makes it "
							"try again)");
	if (record->last_fault.size)
		record_print_last_fault(record->last_fault);
}

static json_t *json_switches(const struct journal_switches *switches)
{
	json_t *object = json_object();
	json_object_set_new(object, "source", json_string(switch_source_name(switches->source)));
	json_object_set_new(object, "words", tool_json_text(switches->words));
	for (size_t i = 0; i < N_OUTCOMES; i++)
		json_object_set_new(object, outcomes[i].key,
				    json_boolean(switches->outcome & outcomes[i].bit));
	return object;
}

/* Addresses as text: JSON numbers lose bits of them in many readers. */
static void json_set_hex(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_sprintf("0x%" PRIx64, value));
}

json_t *record_json_last_fault(struct span bytes)
{
	struct last_fault fault;
	enum status status = last_fault_read(bytes, &fault);
	if (status != STATUS_OK)
		return json_pack("{s:s}", "error", status_text(status));
	json_t *object = json_object(), *rules = json_array();
	for (unsigned i = 0; i < fault.n_rules; i++)
		json_array_append_new(rules, json_rule_id(fault.rule_id[i]));
	json_set_hex(object, "code", fault.code);
	json_set_hex(object, "address", fault.address);
	json_set_hex(object, "instruction", fault.instruction);
	json_set_hex(object, "image_base", fault.base);
	json_set_hex(object, "cycles", fault.cycles);
	json_object_set_new(object, "table_crc32", json_integer(fault.table_crc));
	json_object_set_new(object, "answer", json_string(fault_answer_name(fault.answer)));
	json_object_set_new(object, "image", tool_json_text(fault.image));
	json_object_set_new(object, "rules", rules);
	return object;
}

void record_json_said(const struct record *record, json_t *object)
{
	json_t *switches = json_array();
	for (unsigned i = 0; i < record->n_switches; i++)
		json_array_append_new(switches, json_switches(&record->switches[i]));
	json_object_set_new(object, "switches", switches);
	json_object_set_new(object, "boots_died", json_integer(record->n_dead));
	json_object_set_new(object, "last_fault",
			    record->last_fault.size ? record_json_last_fault(record->last_fault)
						    : json_null());
}
