/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal.c - records in, the bytes of a journal out; never writes past the buffer it was given */
#include <fwquirk/journal.h>

/* Kept free until journal_finish, so that a loss can always be told. */
#define LOST_SIZE (JOURNAL_RECORD_SIZE + 2u)

#define RULE_FIXED   8u
#define ACTION_FIXED 21u

static struct text text_at_most(struct text text, size_t size)
{
	return text.size > size ? text_sized(text.at, size) : text;
}

/* Takes room for a whole record or counts it as lost. Where the payload goes, or NULL. */
static uint8_t *record_begin(struct journal_writer *writer, enum journal_tag tag, size_t size)
{
	size_t room = (size_t)writer->room - writer->size;
	uint8_t *at = writer->at + writer->size;

	if (room < LOST_SIZE + JOURNAL_RECORD_SIZE ||
	    size > room - LOST_SIZE - JOURNAL_RECORD_SIZE) {
		if (writer->n_lost < UINT16_MAX)
			writer->n_lost++;
		return NULL;
	}
	writer->size = (uint16_t)(writer->size + JOURNAL_RECORD_SIZE + size);
	at = sealed_put(at, tag, 1);
	return sealed_put(at, size, 2);
}

void journal_begin(struct journal_writer *writer, uint8_t *buffer, uint16_t room)
{
	writer->at = buffer;
	writer->room = room;
	writer->size = JOURNAL_HEADER_SIZE;
	writer->n_lost = 0;
}

void journal_add_text(struct journal_writer *writer, enum journal_tag tag, struct text text)
{
	uint8_t *at = record_begin(writer, tag, text.size);

	if (at)
		sealed_put_text(at, text);
}

void journal_add_start(struct journal_writer *writer, enum journal_start how)
{
	uint8_t *at = record_begin(writer, JOURNAL_START, 1);

	if (at)
		sealed_put(at, how, 1);
}

void journal_add_table(struct journal_writer *writer, const struct table *table)
{
	uint8_t *at = record_begin(writer, JOURNAL_TABLE, 8);

	if (!at)
		return;
	at = sealed_put(at, table->crc, 4);
	sealed_put(at, table->n_rules, 4);
}

void journal_add_no_table(struct journal_writer *writer, enum status why)
{
	uint8_t *at = record_begin(writer, JOURNAL_TABLE, 1);

	if (at)
		sealed_put(at, why, 1);
}

void journal_add_identity(struct journal_writer *writer, const struct identity *identity)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text value = text_at_most(identity->field[field], JOURNAL_IDENTITY_MAX);
		uint8_t *at;

		if (!(identity->present & 1u << field))
			continue;
		at = record_begin(writer, JOURNAL_IDENTITY, 1 + value.size);
		if (at)
			sealed_put_text(sealed_put(at, field, 1), value);
	}
}

void journal_add_probes(struct journal_writer *writer, const struct probe_vector *probes)
{
	uint8_t *at = record_begin(writer, JOURNAL_PROBES, PROBE_COUNT);

	for (unsigned probe = 0; at && probe < PROBE_COUNT; probe++)
		at = sealed_put(at, probes->answer[probe], 1);
}

void journal_add_switches(struct journal_writer *writer, uint8_t source, uint8_t outcome,
			  struct text words)
{
	struct text kept = text_at_most(words, JOURNAL_SWITCHES_MAX);
	uint8_t *at = record_begin(writer, JOURNAL_SWITCHES, 2 + kept.size);

	if (at)
		sealed_put_text(sealed_put(sealed_put(at, source, 1), outcome, 1), kept);
}

void journal_add_attempts(struct journal_writer *writer, uint8_t n_dead)
{
	uint8_t *at = record_begin(writer, JOURNAL_ATTEMPTS, 1);

	if (at)
		sealed_put(at, n_dead, 1);
}

void journal_add_last_fault(struct journal_writer *writer, struct span bytes)
{
	journal_add_text(writer, JOURNAL_LAST_FAULT,
			 text_sized((const char *)bytes.at, bytes.size));
}

/* What the machine had in the field that decided; nothing where no field did. */
static struct text seen_by(const struct plan_rule *rule, const struct identity *identity)
{
	bool by_field = rule->reason > REASON_NONE && rule->reason < REASON_PROBE_NO &&
			(unsigned)rule->field < FIELD_COUNT;

	return by_field ? text_at_most(identity->field[rule->field], JOURNAL_SEEN_MAX)
			: text_sized(NULL, 0);
}

static void add_rule(struct journal_writer *writer, const struct plan_rule *rule,
		     const struct identity *identity)
{
	struct text seen = seen_by(rule, identity);
	bool by_probe = reason_is_about_probe(rule->reason);
	uint8_t *at = record_begin(writer, JOURNAL_RULE, RULE_FIXED + seen.size);

	if (!at)
		return;
	at = sealed_put(at, rule->rule_id, 4);
	at = sealed_put(at, rule->verdict, 1);
	at = sealed_put(at, rule->reason, 1);
	at = sealed_put(at, rule->field, 1);
	at = sealed_put(at, by_probe ? (unsigned)rule->detail_probe : rule->detail, 1);
	sealed_put_text(at, seen);
}

static void add_action(struct journal_writer *writer, const struct action *action)
{
	const struct workaround_parameter *parameter = &action->parameter;
	bool is_guid = workaround_parameter(action->workaround) == PARAMETER_GUID;
	struct text text = text_at_most(parameter->text, JOURNAL_ACTION_MAX);
	uint8_t *at = record_begin(writer, JOURNAL_ACTION, ACTION_FIXED + text.size);

	if (!at)
		return;
	at = sealed_put(at, action->rule_id, 4);
	at = sealed_put(at, action->workaround, 1);
	for (unsigned i = 0; is_guid && i < sizeof(parameter->guid); i++)
		at = sealed_put(at, parameter->guid[i], 1);
	if (!is_guid)
		at = sealed_put(sealed_put(at, parameter->a, 8), parameter->b, 8);
	sealed_put_text(at, text);
}

void journal_add_plan(struct journal_writer *writer, const struct plan *plan,
		      const struct identity *identity)
{
	uint8_t *at;

	for (unsigned i = 0; i < plan->n_rules; i++)
		add_rule(writer, &plan->rule[i], identity);
	for (unsigned i = 0; i < plan->n_actions; i++)
		if (plan->action[i].in_effect)
			add_action(writer, &plan->action[i]);
	at = record_begin(writer, JOURNAL_COUNTS, 8);
	if (at)
		sealed_put(sealed_put(at, plan->n_not_listed, 4), 0, 4);
}

void journal_add_event(struct journal_writer *writer, const struct journal_event *event)
{
	struct text text = text_at_most(event->text, JOURNAL_EVENT_MAX);
	uint8_t *at = record_begin(writer, JOURNAL_EVENT, 17 + text.size);

	if (!at)
		return;
	at = sealed_put(at, event->event, 1);
	at = sealed_put(at, event->a, 8);
	at = sealed_put(at, event->b, 8);
	sealed_put_text(at, text);
}

/* The record of what was lost lies behind `size`, so that more can be added over it. */
static uint16_t put_lost(struct journal_writer *writer)
{
	uint8_t *at = writer->at + writer->size;

	if (!writer->n_lost)
		return writer->size;
	at = sealed_put(at, JOURNAL_LOST, 1);
	at = sealed_put(at, 2, 2);
	sealed_put(at, writer->n_lost, 2);
	return (uint16_t)(writer->size + LOST_SIZE);
}

uint16_t journal_finish(struct journal_writer *writer)
{
	uint16_t total = put_lost(writer);

	sealed_close(writer->at, JOURNAL_MAGIC, JOURNAL_VERSION, total);
	return total;
}
