/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal_read.c - the bytes of a journal in, its records out; believes no size and no number */
#include <fwquirk/journal.h>

static struct text text_rest(struct span payload)
{
	return text_sized((const char *)payload.at, payload.size);
}

enum status journal_open(struct span bytes, struct span *ret_cursor)
{
	return sealed_open(bytes, JOURNAL_MAGIC, JOURNAL_VERSION, ret_cursor);
}

enum status journal_next(struct span *cursor, struct journal_record *ret_record)
{
	struct span rest = *cursor, payload;
	uint16_t size;
	uint8_t tag;

	if (rest.size == 0)
		return STATUS_END;
	if (!span_take_u8(&rest, &tag) || !span_take_le16(&rest, &size) ||
	    !span_take(&rest, size, &payload))
		return STATUS_MALFORMED;
	*cursor = rest;
	*ret_record = (struct journal_record){.tag = (enum journal_tag)tag, .payload = payload};
	return STATUS_OK;
}

bool journal_read_table(struct span payload, struct journal_table *ret_table)
{
	struct journal_table table = {.why = STATUS_OK};
	uint8_t why;

	if (span_le32(payload, 0, &table.crc) && span_le32(payload, 4, &table.n_rules)) {
		*ret_table = table;
		return true;
	}
	if (payload.size != 1 || !span_u8(payload, 0, &why))
		return false;
	*ret_table = (struct journal_table){.why = (enum status)why};
	return true;
}

bool journal_read_identity(struct span payload, uint8_t *ret_field, struct text *ret_value)
{
	if (!span_take_u8(&payload, ret_field))
		return false;
	*ret_value = text_rest(payload);
	return true;
}

bool journal_read_rule(struct span payload, struct journal_rule *ret_rule)
{
	struct journal_rule rule;

	if (!span_take_le32(&payload, &rule.rule_id) || !span_take_u8(&payload, &rule.verdict) ||
	    !span_take_u8(&payload, &rule.reason) || !span_take_u8(&payload, &rule.field) ||
	    !span_take_u8(&payload, &rule.detail))
		return false;
	rule.seen = text_rest(payload);
	*ret_rule = rule;
	return true;
}

bool journal_read_action(struct span payload, struct journal_action *ret_action)
{
	struct journal_action action;

	if (!span_take_le32(&payload, &action.rule_id) ||
	    !span_take_u8(&payload, &action.workaround) || !span_take_le64(&payload, &action.a) ||
	    !span_take_le64(&payload, &action.b))
		return false;
	action.text = text_rest(payload);
	*ret_action = action;
	return true;
}

bool journal_read_event(struct span payload, struct journal_event *ret_event)
{
	struct journal_event event;

	if (!span_take_u8(&payload, &event.event) || !span_take_le64(&payload, &event.a) ||
	    !span_take_le64(&payload, &event.b))
		return false;
	event.text = text_rest(payload);
	*ret_event = event;
	return true;
}

bool journal_read_switches(struct span payload, struct journal_switches *ret_switches)
{
	struct journal_switches switches;

	if (!span_take_u8(&payload, &switches.source) || !span_take_u8(&payload, &switches.outcome))
		return false;
	switches.words = text_rest(payload);
	*ret_switches = switches;
	return true;
}

bool journal_read_number(const struct journal_record *record, uint32_t *ret_number)
{
	uint16_t n_lost;
	uint8_t small;

	switch (record->tag) {
	case JOURNAL_COUNTS:
		return span_le32(record->payload, 0, ret_number);
	case JOURNAL_LOST:
		if (!span_le16(record->payload, 0, &n_lost))
			return false;
		*ret_number = n_lost;
		return true;
	case JOURNAL_START:
	case JOURNAL_ATTEMPTS:
		if (!span_u8(record->payload, 0, &small))
			return false;
		*ret_number = small;
		return true;
	default:
		return false;
	}
}
