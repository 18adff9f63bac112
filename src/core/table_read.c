/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * table_read.c - places in an open table in, rules and their workarounds out; never reads outside.
 * Validation runs these same functions: what passes there cannot fail later.
 */
#include "table_record.h"

unsigned table_number_size(uint32_t most)
{
	unsigned size = 1;

	while (most >>= 8)
		size++;
	return size;
}

unsigned table_bits(uint32_t most)
{
	unsigned bits = 1;

	while (most >>= 1)
		bits++;
	return bits;
}

uint32_t table_number_at(struct span numbers, uint32_t index, unsigned size)
{
	uint64_t end = ((uint64_t)index + 1) * size;
	uint32_t value = 0;

	if (end > numbers.size)
		return 0;
	for (; size; size--)
		value = value << 8 | numbers.at[--end];
	return value;
}

bool table_take_sized(struct span *cursor, struct span *ret_bytes)
{
	struct span rest = *cursor;
	uint64_t size;

	if (!span_take_varint(&rest, &size) || size > rest.size ||
	    !span_take(&rest, (size_t)size, ret_bytes))
		return false;
	*cursor = rest;
	return true;
}

bool table_record_take(struct span *cursor, struct table_record *record)
{
	struct span rest = *cursor, body;
	uint64_t head, gap = 0;

	if (!table_take_sized(&rest, &body) || !span_take_varint(&body, &head))
		return false;
	if ((head & 1) && (!span_take_varint(&body, &gap) || !gap))
		return false;
	if (gap >= UINT32_MAX - record->id)
		return false;
	record->id += 1 + (uint32_t)gap;
	record->shape = head >> 1;
	record->rest = body;
	*cursor = rest;
	return true;
}

bool table_body(struct span section, uint64_t n, struct span *ret_body)
{
	struct span ends;
	uint32_t start = 0, end;
	uint16_t n_bodies;
	uint8_t size;

	if (!span_take_le16(&section, &n_bodies) || !span_take_u8(&section, &size) ||
	    n >= n_bodies || !size || size > sizeof(end) ||
	    !span_take(&section, (size_t)n_bodies * size, &ends))
		return false;
	if (n)
		start = table_number_at(ends, (uint32_t)n - 1, size);
	end = table_number_at(ends, (uint32_t)n, size);
	return start <= end && span_slice(section, start, end - start, ret_body);
}

/* What many records have in common: 0, sized, right here, or body n - 1 of a section. */
static bool body_take(struct span *cursor, uint64_t n, struct span section, struct span *ret_body)
{
	return n ? table_body(section, n - 1, ret_body) : table_take_sized(cursor, ret_body);
}

bool table_actions_decode(struct span actions, struct table_rule *rule)
{
	uint8_t flags, mode;

	if (!span_take_u8(&actions, &flags) ||
	    (flags & ~(TABLE_ACTIONS_MODE | TABLE_ACTIONS_CONFIDENCE)) ||
	    !table_take_sized(&actions, &rule->probes))
		return false;
	mode = flags & TABLE_ACTIONS_MODE;
	/* Whatever a mode of later days means, doing nothing is safe. */
	rule->mode = mode < MODE_COUNT ? (enum mode)mode : MODE_OBSERVE;
	rule->confidence = (enum confidence)((flags & TABLE_ACTIONS_CONFIDENCE) >>
					     TABLE_ACTIONS_CONFIDENCE_SHIFT);
	rule->workarounds = actions;
	return true;
}

bool table_record_decode(const struct table *table, const struct table_record *record,
			 struct table_rule *ret_rule)
{
	struct table_rule rule = {.id = record->id};
	struct span rest = record->rest, actions;
	uint64_t shared;

	if (!body_take(&rest, record->shape, table->shapes, &rule.conditions.forms) ||
	    !span_take_varint(&rest, &shared) ||
	    !body_take(&rest, shared, table->actions, &actions) ||
	    !table_actions_decode(actions, &rule))
		return false;
	rule.conditions.payload = rest;
	*ret_rule = rule;
	return true;
}

void table_rule_at(const struct table *table, uint32_t at, struct table_rule *ret_rule)
{
	unsigned size = table->offset_size + table->id_size;
	struct table_record record = {.id = 0};
	struct span cursor = table->rules, block, skipped;

	*ret_rule = (struct table_rule){.id = 0};
	if (at >= table->n_rules)
		return;
	ret_rule->at = at;
	if (!span_slice(table->blocks, (size_t)(at / TABLE_BLOCK_RULES) * size, size, &block) ||
	    !span_take(&cursor, table_number_at(block, 0, table->offset_size), &skipped))
		return;
	block.at += table->offset_size;
	block.size = table->id_size;
	record.id = table_number_at(block, 0, table->id_size);
	for (unsigned n = at % TABLE_BLOCK_RULES + 1; n; n--)
		if (!table_record_take(&cursor, &record))
			return;
	if (table_record_decode(table, &record, ret_rule))
		ret_rule->at = at;
}

bool table_next(const struct table *table, uint32_t *cursor, struct table_rule *ret_rule)
{
	if (*cursor >= table->n_rules)
		return false;
	table_rule_at(table, (*cursor)++, ret_rule);
	return true;
}

bool table_probe_next(const struct table *table, struct span *cursor, struct rule_probe *ret_probe)
{
	struct span rest = *cursor, payload;
	uint64_t probe;

	(void)table;
	if (!span_take_varint(&rest, &probe) || probe >> 1 > UINT32_MAX ||
	    !table_take_sized(&rest, &payload))
		return false;
	/* No probe of version 1 has a parameter; one that gets one gets a new number. */
	if (probe >> 1 < PROBE_COUNT && payload.size)
		return false;
	*ret_probe = (struct rule_probe){.probe = (uint32_t)(probe >> 1), .wanted = probe & 1};
	*cursor = rest;
	return true;
}

static bool range_take(struct span *payload, struct workaround_parameter *parameter)
{
	uint64_t size;

	if (!span_take_varint(payload, &parameter->a) || !span_take_varint(payload, &size) ||
	    size > UINT64_MAX - parameter->a)
		return false;
	parameter->b = parameter->a + size;
	return true;
}

static bool guid_take(struct span *payload, struct workaround_parameter *parameter)
{
	struct span guid;

	if (!span_take(payload, sizeof(parameter->guid), &guid))
		return false;
	for (size_t i = 0; i < sizeof(parameter->guid); i++)
		parameter->guid[i] = guid.at[i];
	return true;
}

static bool parameter_take(enum parameter_kind kind, struct span *payload,
			   struct workaround_parameter *parameter)
{
	struct span bytes;

	switch (kind) {
	case PARAMETER_NONE:
		return true;
	case PARAMETER_RANGE:
		return range_take(payload, parameter);
	case PARAMETER_ADDRESS:
	case PARAMETER_COUNT:
	case PARAMETER_MILLISECONDS:
	case PARAMETER_SERVICES:
		return span_take_varint(payload, &parameter->a);
	case PARAMETER_GUID:
		return guid_take(payload, parameter);
	case PARAMETER_TEXT:
		if (!span_take(payload, payload->size, &bytes))
			return false;
		parameter->text = text_sized((const char *)bytes.at, bytes.size);
		return true;
	}
	return false;
}

bool table_workaround_next(const struct table *table, struct span *cursor,
			   struct rule_workaround *ret_workaround)
{
	struct rule_workaround taken = {.workaround = 0};
	struct span rest = *cursor, payload;
	uint64_t number;

	(void)table;
	if (!span_take_varint(&rest, &number) || number > UINT32_MAX ||
	    !table_take_sized(&rest, &payload))
		return false;
	taken.workaround = (uint32_t)number;
	if (number < WORKAROUND_COUNT) {
		enum parameter_kind kind = workaround_parameter((enum workaround)number);

		if (!parameter_take(kind, &payload, &taken.parameter) || payload.size)
			return false;
	}
	*ret_workaround = taken;
	*cursor = rest;
	return true;
}
