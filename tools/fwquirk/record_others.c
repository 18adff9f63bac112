/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_others.c - verdicts of the rules that the firmware passed over by hash, from the recorded identity */
#include <stdlib.h>

#include <fwquirk/host/embedded.h>
#include <fwquirk/host/pack.h>
#include <fwquirk/match.h>

#include "record.h"

static bool is_listed(const struct record *record, uint32_t rule_id)
{
	for (unsigned i = 0; i < record->n_verdicts; i++)
		if (record->verdict[i].rule_id == rule_id)
			return true;
	return false;
}

/* Numbers are in the journal in the spelling that the identity has them in, so texts serve for all. */
static void identity_restore(const struct record *record, struct identity *identity)
{
	identity_clear(identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		if (record->present >> field & 1)
			identity_set_text(identity, (enum field)field, record->field[field]);
}

/* That of the layer may be the same one without texts (`fwquirk pack --no-texts`). */
static bool is_same_table(const struct table *ours, uint32_t crc)
{
	struct table hashed = {.crc = 0};
	struct rule_set set;
	char *error = NULL;
	uint8_t *bytes;
	size_t size;

	if (ours->crc == crc)
		return true;
	if (!unpack_rules(ours, "", &set, &error)) {
		free(error);
		return false;
	}
	bytes = pack_rules_hashed(&set, &size, &error);
	rule_set_free(&set);
	if (bytes && table_open(span_of(bytes, size), &hashed) != STATUS_OK)
		hashed.crc = ~crc;
	free(bytes);
	free(error);
	return bytes && hashed.crc == crc;
}

void record_decide_others(struct record *record)
{
	struct span bytes = span_of(fwquirk_table, (size_t)(fwquirk_table_end - fwquirk_table));
	struct table table;
	if (!record->has_table || table_open(bytes, &table) != STATUS_OK ||
	    !is_same_table(&table, record->table_crc))
		return;
	record->other = calloc(table.n_rules + 1, sizeof(*record->other));
	if (!record->other)
		abort();
	record->has_others = true;
	static struct identity identity;
	identity_restore(record, &identity);
	uint32_t cursor = 0;
	struct table_rule rule;
	while (table_next(&table, &cursor, &rule)) {
		struct match match;
		match_rule(&table, &rule, &identity, &match);
		/* One that matches and is not listed is among those that had no room there. */
		if (match.matched || is_listed(record, rule.id))
			continue;
		record->other[record->n_others++] = (struct journal_rule){
			.rule_id = rule.id,
			.verdict = VERDICT_NOT_APPLICABLE,
			.reason = (uint8_t)match.reason,
			.field = (uint8_t)match.field,
			.detail = match.condition,
			.seen = record->field[match.field],
		};
	}
}
