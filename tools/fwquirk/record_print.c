/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_print.c - struct record in words and as JSON */
#include <inttypes.h>
#include <string.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/plan.h>

#include "record.h"
#include "say.h"

const char *record_start_name(uint32_t start)
{
	return start == JOURNAL_START_DRIVER   ? "driver"
	       : start == JOURNAL_START_LOADER ? "loader"
					       : "unknown";
}

static const char *answer_name(uint8_t answer)
{
	static const char *const names[] = {"not-run", "no", "yes", "no-answer"};
	return answer < sizeof(names) / sizeof(names[0]) ? names[answer] : "?";
}

static const char *verdict_colour(uint8_t verdict)
{
	switch (verdict) {
	case VERDICT_APPLIED:
		return "green";
	case VERDICT_FAILED:
		return "red";
	case VERDICT_REFUSED:
	case VERDICT_UNKNOWN_PROBE:
	case VERDICT_OBSERVED:
	case VERDICT_SWITCHED_OFF:
		return "yellow";
	default:
		return "dim";
	}
}

/* Reasons of matching speak about a field and carry what the machine had in it. */
static bool is_about_field(uint8_t reason)
{
	return reason > REASON_NONE && reason < REASON_PROBE_NO;
}

void record_print_verdict(const struct record *record, const struct journal_rule *rule)
{
	printf(RULE_ID_FORMAT "  %s%-14s%s", (unsigned)rule->rule_id,
	       tool_colour(stdout, verdict_colour(rule->verdict)), verdict_name(rule->verdict),
	       tool_colour(stdout, ""));
	for (unsigned i = 0; i < record->n_actions; i++)
		if (record->action[i].rule_id == rule->rule_id)
			printf(" %s", workaround_name(record->action[i].workaround));
	if (is_about_field(rule->reason)) {
		printf(" %s %s", field_name(rule->field), reason_name(rule->reason));
		if (rule->reason != REASON_FIELD_ABSENT) {
			fputs(": the machine has \"", stdout);
			tool_print_text(stdout, rule->seen);
			putchar('"');
		}
	} else if (reason_is_about_probe(rule->reason)) {
		printf(" %s: %s", probe_name(rule->detail), reason_meaning(rule->reason));
	} else if (rule->reason != REASON_NONE) {
		printf(" %s", reason_meaning(rule->reason));
	}
	putchar('\n');
}

void record_print_probes(const struct record *record)
{
	unsigned n_not_run = 0;
	for (unsigned i = 0; i < record->n_probes; i++)
		if (record->probe[i] == PROBE_NOT_RUN)
			n_not_run++;
		else
			printf("probe     %s: %s\n", i < PROBE_COUNT ? probe_name(i) : "?",
			       answer_name(record->probe[i]));
	if (n_not_run)
		printf("probe     %u not run\n", n_not_run);
}

static void print_table(const struct record *record)
{
	if (record->has_table)
		printf("table     %" PRIu32 " rules, checksum %08" PRIx32 "\n", record->n_rules,
		       record->table_crc);
	else
		printf("table     none was used: %s\n", status_text(record->no_table));
}

void record_print_others(const struct record *record, bool verbose)
{
	if (record->n_not_listed)
		printf("rules     %" PRIu32 " more were considered and are not listed\n",
		       record->n_not_listed);
	if (record->has_others && verbose)
		for (unsigned i = 0; i < record->n_others; i++) {
			fputs("rule      ", stdout);
			record_print_verdict(record, &record->other[i]);
		}
	else if (record->has_others && record->n_others)
		printf("rules     %u more have keys of other machines (--verbose lists them)\n",
		       record->n_others);
}

static void print_number(const char *name, uint64_t number)
{
	if (strcmp(name, "-") != 0)
		printf(" %s 0x%" PRIx64, name, number);
}

void record_print_events(const struct record *record)
{
	for (unsigned i = 0; i < record->n_events; i++) {
		const struct journal_event *event = &record->event[i];

		printf("event     %s:", event_name(event->event));
		print_number(event_a_name(event->event), event->a);
		print_number(event_b_name(event->event), event->b);
		if (event->text.size)
			putchar(' ');
		tool_print_text(stdout, event->text);
		putchar('\n');
	}
}

void record_print(const struct record *record, bool verbose)
{
	printf("layer     fwquirk ");
	tool_print_text(stdout, record->build);
	printf(", started as %s\n", record_start_name(record->start));
	print_table(record);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (!(record->present >> field & 1))
			continue;
		printf("identity  %s \"", field_name(field));
		tool_print_text(stdout, record->field[field]);
		puts("\"");
	}
	record_print_said(record);
	record_print_probes(record);
	for (unsigned i = 0; i < record->n_verdicts; i++) {
		fputs("rule      ", stdout);
		record_print_verdict(record, &record->verdict[i]);
	}
	record_print_others(record, verbose);
	record_print_events(record);
	record_print_faults(record);
	for (unsigned i = 0; i < record->n_notes; i++) {
		fputs("note      ", stdout);
		tool_print_text(stdout, record->note[i]);
		putchar('\n');
	}
	if (record->n_lost)
		printf("lost      %u entries did not fit into the journal\n", record->n_lost);
	if (record->n_unknown)
		printf("unknown   %u entries that this fwquirk does not know\n", record->n_unknown);
}

static json_t *json_verdict(const struct record *record, const struct journal_rule *rule)
{
	json_t *object = json_object(), *workarounds = json_array();
	json_object_set_new(object, "id", json_rule_id(rule->rule_id));
	json_object_set_new(object, "verdict", json_string(verdict_name(rule->verdict)));
	json_object_set_new(object, "reason", json_string(reason_name(rule->reason)));
	if (is_about_field(rule->reason)) {
		json_object_set_new(object, "field", json_string(field_name(rule->field)));
		json_object_set_new(object, "seen", tool_json_text(rule->seen));
	}
	if (reason_is_about_probe(rule->reason))
		json_object_set_new(object, "probe", json_string(probe_name(rule->detail)));
	for (unsigned i = 0; i < record->n_actions; i++)
		if (record->action[i].rule_id == rule->rule_id)
			json_array_append_new(workarounds, json_string(workaround_name(
								   record->action[i].workaround)));
	json_object_set_new(object, "workarounds", workarounds);
	return object;
}

static json_t *json_identity(const struct record *record)
{
	json_t *object = json_object();
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		if (record->present >> field & 1)
			json_object_set_new(object, field_name(field),
					    tool_json_text(record->field[field]));
	return object;
}

static json_t *json_table(const struct record *record)
{
	if (!record->has_table)
		return json_pack("{s:s}", "error", status_text(record->no_table));
	return json_pack("{s:I, s:I}", "rules", (json_int_t)record->n_rules, "crc32",
			 (json_int_t)record->table_crc);
}

/* Numbers are hexadecimal strings: most are addresses, and JSON's numbers end at 53 bits. */
static void json_set_number(json_t *object, const char *name, uint64_t number)
{
	if (strcmp(name, "-") != 0)
		json_object_set_new(object, name, json_sprintf("0x%" PRIx64, number));
}

static json_t *json_events(const struct record *record)
{
	json_t *events = json_array();
	for (unsigned i = 0; i < record->n_events; i++) {
		const struct journal_event *event = &record->event[i];
		json_t *object = json_object();

		json_object_set_new(object, "event", json_string(event_name(event->event)));
		json_set_number(object, event_a_name(event->event), event->a);
		json_set_number(object, event_b_name(event->event), event->b);
		if (event->text.size)
			json_object_set_new(object, "text", tool_json_text(event->text));
		json_array_append_new(events, object);
	}
	return events;
}

json_t *record_json(const struct record *record)
{
	json_t *object = json_object(), *probes = json_object(), *rules = json_array(),
	       *notes = json_array();
	for (unsigned i = 0; i < record->n_probes && i < PROBE_COUNT; i++)
		json_object_set_new(probes, probe_name(i),
				    json_string(answer_name(record->probe[i])));
	for (unsigned i = 0; i < record->n_verdicts; i++)
		json_array_append_new(rules, json_verdict(record, &record->verdict[i]));
	for (unsigned i = 0; i < record->n_others; i++)
		json_array_append_new(rules, json_verdict(record, &record->other[i]));
	for (unsigned i = 0; i < record->n_notes; i++)
		json_array_append_new(notes, tool_json_text(record->note[i]));
	json_object_set_new(object, "build", tool_json_text(record->build));
	json_object_set_new(object, "start", json_string(record_start_name(record->start)));
	json_object_set_new(object, "table", json_table(record));
	json_object_set_new(object, "identity", json_identity(record));
	json_object_set_new(object, "probes", probes);
	json_object_set_new(object, "rules", rules);
	json_object_set_new(object, "not_listed", json_integer(record->n_not_listed));
	json_object_set_new(object, "events", json_events(record));
	json_object_set_new(object, "faults", record_json_faults(record));
	json_object_set_new(object, "notes", notes);
	record_json_said(record, object);
	json_object_set_new(object, "lost", json_integer(record->n_lost));
	json_object_set_new(object, "unknown", json_integer(record->n_unknown));
	return object;
}
