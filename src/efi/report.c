/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report.c - the outcome in, console lines and the journal variable out; changes no memory */
#include "console.h"
#include "events.h"
#include "fault_log.h"
#include "firmware.h"
#include "report.h"
#include "variables.h"

#ifndef FWQUIRK_VERSION
#error "FWQUIRK_VERSION comes from the Makefile"
#endif

#define LINE_SIZE 160u

/* FWQ-0001: at least four digits. */
static void append_rule(struct text_buffer *line, uint32_t id)
{
	text_append_c(line, "FWQ-");
	for (uint32_t limit = 1000; limit > 1 && id < limit; limit /= 10)
		text_append_char(line, '0');
	text_append_u64(line, id);
}

static void append_workaround(struct text_buffer *line, enum workaround workaround)
{
	text_append_char(line, ' ');
	text_append_c(line, workaround_name(workaround));
}

/* Those of the plan; of a rule that did not get there the one for which it was refused. */
static void append_workarounds(struct text_buffer *line, const struct plan *plan, unsigned rule)
{
	bool is_there = plan->rule[rule].verdict != VERDICT_REFUSED;

	for (unsigned i = 0; i < plan->n_actions; i++) {
		if (!(plan->action[i].rules & 1u << rule))
			continue;
		append_workaround(line, plan->action[i].workaround);
		is_there = true;
	}
	if (!is_there)
		append_workaround(line, plan->rule[rule].detail);
}

/* True for the verdicts that a person should see: anything but "nothing to do". */
static bool is_worth_a_line(enum verdict verdict)
{
	return verdict != VERDICT_NOT_APPLICABLE && verdict != VERDICT_FIXED;
}

static void rule_line(const struct plan *plan, unsigned index)
{
	const struct plan_rule *rule = &plan->rule[index];
	char room[LINE_SIZE];
	struct text_buffer line = text_buffer_of(room, sizeof(room));

	append_rule(&line, rule->rule_id);
	text_append_char(&line, ' ');
	text_append_c(&line, verdict_name(rule->verdict));
	append_workarounds(&line, plan, index);
	if (rule->reason != REASON_NONE) {
		text_append_c(&line, ": ");
		text_append_c(&line, plan_reason_meaning(rule->reason));
	}
	console_line(text_sized(line.at, line.size));
}

static struct text text_of_line(const struct text_buffer *line)
{
	return text_sized(line->at, line->size);
}

/* Where a sentence goes: the console, or the journal. */
typedef void emit_line(struct text line, struct journal_writer *journal);

static void to_console(struct text line, struct journal_writer *journal)
{
	(void)journal;
	console_line(line);
}

static void to_journal(struct text line, struct journal_writer *journal)
{
	journal_add_text(journal, JOURNAL_NOTE, line);
}

static void problem(emit_line *emit, struct journal_writer *journal, const char *what,
		    enum status status)
{
	char room[LINE_SIZE];
	struct text_buffer line = text_buffer_of(room, LINE_SIZE);

	text_append_c(&line, what);
	text_append_c(&line, ": ");
	text_append_c(&line, status_text(status));
	emit(text_of_line(&line), journal);
}

/* What people have to know beside the verdicts, and no record of its own has. */
static void notes(const struct layer *layer, emit_line *emit, struct journal_writer *journal)
{
	if (layer->identity_status != STATUS_OK)
		problem(emit, journal, "no SMBIOS table", layer->identity_status);
	if (layer->marker_status != STATUS_OK)
		problem(emit, journal, "no attempt marker, a boot that dies will not be counted",
			layer->marker_status);
	if (layer->note)
		emit(text_of(layer->note), journal);
}

static void switches_line(const struct said *said)
{
	char room[LINE_SIZE];
	struct text_buffer line = text_buffer_of(room, LINE_SIZE);

	text_append_c(&line, "switches by ");
	text_append_c(&line, switch_source_name(said->source));
	if (said->outcome & SWITCH_HAS_UNKNOWN)
		text_append_c(&line, ", not all understood");
	if (said->outcome & SWITCH_HAS_TOO_MUCH)
		text_append_c(&line, ", too many, taken as off");
	if (said->outcome & SWITCH_IGNORED)
		text_append_c(&line, ", under Secure Boot they can only reduce");
	text_append_c(&line, ": ");
	text_append_escaped(&line, said->words);
	console_line(text_of_line(&line));
}

static void last_fault_line(struct span bytes)
{
	char room[LINE_SIZE];
	struct text_buffer line = text_buffer_of(room, LINE_SIZE);
	struct last_fault fault;

	if (last_fault_read(bytes, &fault) != STATUS_OK)
		return;
	text_append_c(&line, "an earlier boot died of a page fault at ");
	text_append_hex(&line, fault.address, 1);
	text_append_c(&line, " by the instruction at ");
	text_append_hex(&line, fault.instruction, 1);
	text_append_char(&line, ' ');
	text_append_escaped(&line, fault.image);
	console_line(text_of_line(&line));
}

void report_console(const struct layer *layer)
{
	bool has_retreated = false;

	if (layer->table_status != STATUS_OK)
		problem(to_console, NULL, "no rule table, nothing is done", layer->table_status);
	for (unsigned i = 0; i < layer->switches.n; i++)
		switches_line(&layer->switches.said[i]);
	for (unsigned i = 0; i < layer->plan.n_rules; i++) {
		has_retreated |= layer->plan.rule[i].reason == REASON_RETREAT;
		if (is_worth_a_line(layer->plan.rule[i].verdict))
			rule_line(&layer->plan, i);
	}
	if (has_retreated)
		console_line_c("`fwquirk config --clear-attempts` makes it try again");
	last_fault_line(span_of(layer->last_fault, layer->n_last_fault));
	notes(layer, to_console, NULL);
}

static void fill(struct journal_writer *journal, const struct layer *layer)
{
	journal_add_start(journal, layer->how);
	journal_add_text(journal, JOURNAL_BUILD, text_of(FWQUIRK_VERSION));
	for (unsigned i = 0; i < layer->switches.n; i++)
		journal_add_switches(journal, layer->switches.said[i].source,
				     layer->switches.said[i].outcome,
				     layer->switches.said[i].words);
	if (layer->n_dead)
		journal_add_attempts(journal, layer->n_dead);
	if (layer->n_last_fault)
		journal_add_last_fault(journal, span_of(layer->last_fault, layer->n_last_fault));
	if (layer->table_status == STATUS_OK) {
		journal_add_table(journal, &layer->table);
		journal_add_probes(journal, &layer->probes);
		journal_add_plan(journal, &layer->plan, &layer->identity);
	} else {
		journal_add_no_table(journal, layer->table_status);
	}
	events_write(journal);
	fault_log_write(journal);
	notes(layer, to_journal, journal);
	journal_add_identity(journal, &layer->identity);
}

/* u"" is of CHAR16's type whatever -fshort-wchar says. */
static const CHAR16 variable_name[] = u"" JOURNAL_VARIABLE_NAME;
static uint8_t journal_bytes[JOURNAL_MAX_SIZE];

/* A store that is nearly full takes a shorter one, which tells how much it lacks. */
enum status report_journal(const struct layer *layer)
{
	struct journal_writer journal;
	enum status status;
	uint16_t room = sizeof(journal_bytes), size;

	do {
		journal_begin(&journal, journal_bytes, room);
		fill(&journal, layer);
		size = journal_finish(&journal);
		status = variable_set(variable_name, false, journal_bytes, size);
		while (room >= size)
			room /= 2;
	} while (status != STATUS_OK && room >= JOURNAL_MIN_SIZE);
	if (status != STATUS_OK)
		problem(to_console, NULL, "the journal variable could not be written", status);
	return status;
}

bool report_is_in_effect(void)
{
	UINTN size = sizeof(journal_bytes);
	struct journal_record record;
	struct span cursor;

	if (variable_get(variable_name, journal_bytes, &size) != STATUS_OK ||
	    journal_open(span_of(journal_bytes, size), &cursor) != STATUS_OK)
		return false;
	while (journal_next(&cursor, &record) == STATUS_OK)
		if (record.tag == JOURNAL_ACTION)
			return true;
	return false;
}

void report_withdraw(void)
{
	variable_set(variable_name, false, NULL, 0);
}
