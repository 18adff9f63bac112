/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_add.c - a machine and the journal of a boot into a report; adds what the format has, no more
 */
#include <inttypes.h>
#include <stdio.h>

#include <fwquirk/journal.h>

#include "report_private.h"

/* efivarfs puts the variable's attributes, four bytes, before its data (Linux
 * Documentation/filesystems/efivarfs.rst). */
#define EFIVARFS_ATTRIBUTES_SIZE 4u

void report_add_source(struct report *report, const struct source *source)
{
	report_add(report, REPORT_SOURCE, 0, text_of(source_kind_name(source->kind)));
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		if (source->identity.present >> field & 1)
			report_add(report, REPORT_IDENTITY, field, source->identity.field[field]);
	}
}

/* ---- the journal ---- */

static void add_table(struct report *report, struct span payload)
{
	struct journal_table table;
	char text[16];

	if (!journal_read_table(payload, &table) || table.why != STATUS_OK)
		return;
	snprintf(text, sizeof(text), "0x%08" PRIx32, table.crc);
	report_add(report, REPORT_TABLE, 0, text_of(text));
	snprintf(text, sizeof(text), "%" PRIu32, table.n_rules);
	report_add(report, REPORT_TABLE_RULES, 0, text_of(text));
}

static void add_probes(struct report *report, struct span payload)
{
	uint8_t answer;

	for (uint32_t probe = 0; probe < PROBE_COUNT && span_take_u8(&payload, &answer); probe++) {
		const char *word = text_nth(report_lines[REPORT_PROBE].words, answer);

		if (answer != PROBE_NOT_RUN && *word)
			report_add(report, REPORT_PROBE, probe, text_of(word));
	}
}

/* The field, probe or workaround that a reason is about; "" for one of a newer layer. */
static const char *subject(const struct journal_rule *rule)
{
	if (rule->reason == REASON_NONE)
		return "";
	if (rule->reason < REASON_PROBE_NO)
		return rule->field < FIELD_COUNT ? field_name(rule->field) : "";
	if (reason_is_about_probe(rule->reason))
		return rule->detail < PROBE_COUNT ? probe_name(rule->detail) : "";
	return rule->detail < WORKAROUND_COUNT ? workaround_name(rule->detail) : "";
}

static void add_rule(struct report *report, struct span payload)
{
	struct journal_rule rule;
	const char *what;
	char text[128];

	if (!journal_read_rule(payload, &rule))
		return;
	what = subject(&rule);
	snprintf(text, sizeof(text), "%s%s%s%s%s", verdict_name(rule.verdict),
		 rule.reason != REASON_NONE ? " " : "",
		 rule.reason != REASON_NONE ? reason_name(rule.reason) : "", *what ? " " : "",
		 what);
	report_add(report, REPORT_RULE, rule.rule_id, text_of(text));
}

static void add_action(struct report *report, struct span payload)
{
	struct journal_action action;

	if (journal_read_action(payload, &action))
		report_add(report, REPORT_ACTION, action.rule_id,
			   text_of(workaround_name(action.workaround)));
}

static void add_record(struct report *report, const struct journal_record *record)
{
	struct span payload = record->payload;
	uint8_t start;

	switch (record->tag) {
	case JOURNAL_BUILD:
		report_add(report, REPORT_LAYER, 0,
			   text_sized((const char *)payload.at, payload.size));
		break;
	case JOURNAL_START:
		if (span_take_u8(&payload, &start) && start)
			report_add(report, REPORT_LAYER_START, 0,
				   text_of(text_nth(report_lines[REPORT_LAYER_START].words,
						    start - 1u)));
		break;
	case JOURNAL_TABLE:
		add_table(report, payload);
		break;
	case JOURNAL_PROBES:
		add_probes(report, payload);
		break;
	case JOURNAL_RULE:
		add_rule(report, payload);
		break;
	case JOURNAL_ACTION:
		add_action(report, payload);
		break;
	default: /* identity comes from the source; notes are free text */
		break;
	}
}

static enum status journal_check(struct span cursor)
{
	struct journal_record record;
	enum status status;

	while ((status = journal_next(&cursor, &record)) == STATUS_OK)
		;
	return status == STATUS_END ? STATUS_OK : status;
}

enum status report_add_journal(struct report *report, struct span bytes)
{
	struct journal_record record;
	struct span cursor;
	enum status status;
	uint32_t magic;

	if (span_le32(bytes, EFIVARFS_ATTRIBUTES_SIZE, &magic) && magic == JOURNAL_MAGIC)
		span_slice(bytes, EFIVARFS_ATTRIBUTES_SIZE, bytes.size - EFIVARFS_ATTRIBUTES_SIZE,
			   &bytes);
	status = journal_open(bytes, &cursor);
	if (status == STATUS_OK)
		status = journal_check(cursor);
	while (status == STATUS_OK && journal_next(&cursor, &record) == STATUS_OK)
		add_record(report, &record);
	return status;
}
