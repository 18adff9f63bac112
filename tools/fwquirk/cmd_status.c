/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cmd_status.c - `fwquirk status`: in short, what the firmware layer did this boot */
#include <inttypes.h>

#include "record.h"
#include "tool.h"

static unsigned count_verdicts(const struct record *record, enum verdict verdict)
{
	unsigned n = 0;
	for (unsigned i = 0; i < record->n_verdicts; i++)
		n += record->verdict[i].verdict == verdict;
	return n;
}

static void print_summary(const struct record *record)
{
	unsigned n_applied = count_verdicts(record, VERDICT_APPLIED);
	unsigned n_failed = count_verdicts(record, VERDICT_FAILED);
	unsigned n_none = count_verdicts(record, VERDICT_NOT_APPLICABLE);
	fputs("fwquirk ", stdout);
	tool_print_text(stdout, record->build);
	printf(" ran before this system as %s: ", record_start_name(record->start));
	if (!record->has_table)
		printf("no table: %s\n", status_text(record->no_table));
	else if (n_applied + n_failed == 0 && n_none == record->n_verdicts)
		printf("nothing to do, none of %" PRIu32 " rules applies\n", record->n_rules);
	else
		printf("%u applied, %u failed, of %" PRIu32 " rules\n", n_applied, n_failed,
		       record->n_rules);
}

static void status_print(const struct record *record, bool verbose)
{
	print_summary(record);
	record_print_said(record);
	record_print_probes(record);
	for (unsigned i = 0; i < record->n_verdicts; i++) {
		fputs("rule      ", stdout);
		record_print_verdict(record, &record->verdict[i]);
	}
	record_print_others(record, verbose);
	record_print_events(record);
	record_print_faults(record);
}

int cmd_status(int argc, char **argv)
{
	return record_verb(argc, argv, 0, status_print);
}
