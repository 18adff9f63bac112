/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report.c - the outcome in, console lines and the journal variable out; changes no memory */
#include "console.h"
#include "events.h"
#include "firmware.h"
#include "report.h"

#ifndef FWQUIRK_VERSION
#error "FWQUIRK_VERSION comes from the Makefile"
#endif

#define LINE_SIZE 160u

/* FWQUIRK_GUID_TEXT of journal.h. */
static const EFI_GUID fwquirk_guid = {
	0x7e1a2f5c, 0x93d4, 0x4b0e, {0x8c, 0x61, 0x5d, 0x0f, 0x9a, 0x3b, 0x7e, 0x42}};

/* FWQ-0001: at least four digits. */
static void append_rule(struct text_buffer *line, uint32_t id)
{
	text_append_c(line, "FWQ-");
	for (uint32_t limit = 1000; limit > 1 && id < limit; limit /= 10)
		text_append_char(line, '0');
	text_append_u64(line, id);
}

static void append_workarounds(struct text_buffer *line, const struct plan *plan, unsigned rule)
{
	for (unsigned i = 0; i < plan->n_actions; i++) {
		if (!(plan->action[i].rules & 1u << rule))
			continue;
		text_append_char(line, ' ');
		text_append_c(line, workaround_name(plan->action[i].workaround));
	}
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
		text_append_c(&line, reason_meaning(rule->reason));
	}
	console_line(text_sized(line.at, line.size));
}

static struct text_buffer problem(const char *what, enum status status, char room[LINE_SIZE])
{
	struct text_buffer line = text_buffer_of(room, LINE_SIZE);

	text_append_c(&line, what);
	text_append_c(&line, ": ");
	text_append_c(&line, status_text(status));
	return line;
}

static void problem_line(const char *what, enum status status)
{
	char room[LINE_SIZE];
	struct text_buffer line = problem(what, status, room);

	console_line(text_sized(line.at, line.size));
}

static void add_problem(struct journal_writer *journal, const char *what, enum status status)
{
	char room[LINE_SIZE];
	struct text_buffer line = problem(what, status, room);

	journal_add_text(journal, JOURNAL_NOTE, text_sized(line.at, line.size));
}

void report_console(const struct layer *layer)
{
	if (layer->table_status != STATUS_OK)
		problem_line("no rule table, nothing is done", layer->table_status);
	if (layer->identity_status != STATUS_OK)
		problem_line("no SMBIOS table", layer->identity_status);
	for (unsigned i = 0; i < layer->plan.n_rules; i++)
		if (is_worth_a_line(layer->plan.rule[i].verdict))
			rule_line(&layer->plan, i);
	if (layer->note)
		console_line_c(layer->note);
}

static void fill(struct journal_writer *journal, const struct layer *layer)
{
	journal_add_start(journal, layer->how);
	journal_add_text(journal, JOURNAL_BUILD, text_of(FWQUIRK_VERSION));
	if (layer->table_status == STATUS_OK) {
		journal_add_table(journal, &layer->table);
		journal_add_probes(journal, &layer->probes);
		journal_add_plan(journal, &layer->plan, &layer->identity);
	} else {
		journal_add_no_table(journal, layer->table_status);
	}
	events_write(journal);
	if (layer->identity_status != STATUS_OK)
		add_problem(journal, "no SMBIOS table", layer->identity_status);
	if (layer->note)
		journal_add_text(journal, JOURNAL_NOTE, text_of(layer->note));
	journal_add_identity(journal, &layer->identity);
}

/* u"" is of CHAR16's type whatever -fshort-wchar says. */
static CHAR16 variable_name[] = u"" JOURNAL_VARIABLE_NAME;
static uint8_t journal_bytes[JOURNAL_MAX_SIZE];

/* Size 0 deletes (UEFI 2.10 section 8.2.3). */
static EFI_STATUS set_variable(UINTN size)
{
	EFI_GUID guid = fwquirk_guid;

	return firmware.system->RuntimeServices->SetVariable(
		variable_name, &guid, EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS,
		size, journal_bytes);
}

enum status report_journal(const struct layer *layer)
{
	struct journal_writer journal;
	EFI_STATUS status;

	journal_begin(&journal, journal_bytes, sizeof(journal_bytes));
	fill(&journal, layer);
	status = set_variable(journal_finish(&journal));
	if (EFI_ERROR(status))
		problem_line("the journal variable could not be written", status_from_efi(status));
	return status_from_efi(status);
}

bool report_is_in_effect(void)
{
	UINTN size = sizeof(journal_bytes);
	struct journal_record record;
	EFI_GUID guid = fwquirk_guid;
	struct span cursor;

	if (EFI_ERROR(firmware.system->RuntimeServices->GetVariable(variable_name, &guid, NULL,
								    &size, journal_bytes)))
		return false;
	if (journal_open(span_of(journal_bytes, size), &cursor) != STATUS_OK)
		return false;
	while (journal_next(&cursor, &record) == STATUS_OK)
		if (record.tag == JOURNAL_ACTION)
			return true;
	return false;
}

void report_withdraw(void)
{
	set_variable(0);
}
