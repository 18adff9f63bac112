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

uint32_t table_number(const uint8_t *at, unsigned size)
{
	uint32_t value = 0;

	while (size)
		value = value << 8 | at[--size];
	return value;
}

bool table_record_take(struct span *cursor, struct table_record *record)
{
	struct span rest = *cursor, body;
	uint64_t head, gap = 0;

	if (!span_take_sized(&rest, &body) || !span_take_varint(&body, &head))
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

bool table_bodies_cut(struct span section, struct table_bodies *ret_bodies)
{
	struct table_bodies bodies;
	struct span head;

	*ret_bodies = (struct table_bodies){.n = 0};
	if (!section.size)
		return true;
	if (!span_take(&section, TABLE_BODIES_HEAD, &head))
		return false;
	bodies.n = head.at[0] | (uint32_t)head.at[1] << 8;
	bodies.size = head.at[2];
	if (!bodies.n || bodies.size - 1u >= sizeof(uint32_t) ||
	    !span_take(&section, (size_t)bodies.n * bodies.size, &bodies.ends))
		return false;
	bodies.bytes = section;
	*ret_bodies = bodies;
	return true;
}

bool table_body(const struct table_bodies *bodies, uint64_t n, struct span *ret_body)
{
	uint32_t start = 0, end;

	if (n >= bodies->n)
		return false;
	if (n)
		start = table_number(bodies->ends.at + (n - 1) * bodies->size, bodies->size);
	end = table_number(bodies->ends.at + n * bodies->size, bodies->size);
	return start <= end && span_slice(bodies->bytes, start, end - start, ret_body);
}

/* What many records have in common: 0, sized, right here, or body n - 1 of a section. */
static bool body_take(struct span *cursor, uint64_t n, const struct table_bodies *bodies,
		      struct span *ret_body)
{
	return n ? table_body(bodies, n - 1, ret_body) : span_take_sized(cursor, ret_body);
}

bool table_actions_decode(struct span actions, struct table_rule *rule)
{
	uint8_t flags, mode;

	if (!span_take_u8(&actions, &flags) ||
	    (flags & ~(TABLE_ACTIONS_MODE | TABLE_ACTIONS_CONFIDENCE)) ||
	    !span_take_sized(&actions, &rule->probes))
		return false;
	mode = flags & TABLE_ACTIONS_MODE;
	/* Whatever a mode of later days means, doing nothing is safe. */
	rule->mode = mode < MODE_COUNT ? (enum mode)mode : MODE_OBSERVE;
	rule->confidence = (enum confidence)(flags >> TABLE_ACTIONS_CONFIDENCE_SHIFT);
	rule->workarounds = actions;
	return true;
}

bool table_record_decode(const struct table *table, const struct table_record *record,
			 struct table_rule *ret_rule)
{
	struct span rest = record->rest, actions;
	uint64_t shared;

	ret_rule->id = record->id;
	if (!body_take(&rest, record->shape, &table->shapes, &ret_rule->conditions.forms) ||
	    !span_take_varint(&rest, &shared) ||
	    !body_take(&rest, shared, &table->actions, &actions))
		return false;
	ret_rule->conditions.payload = rest;
	return table_actions_decode(actions, ret_rule);
}

/* As table_record_take, for one that is not wanted: nearly every one has short numbers and no gap. */
static bool record_skip(struct span *cursor, struct table_record *record)
{
	const uint8_t *at = cursor->at;

	if (cursor->size < 2 || ((at[0] | at[1]) & 0x80) || (at[1] & 1) || !at[0] ||
	    at[0] >= cursor->size || record->id >= UINT32_MAX - 1)
		return table_record_take(cursor, record);
	record->id++;
	cursor->size -= at[0] + 1u;
	cursor->at += at[0] + 1u;
	return true;
}

/* The record at a place that is there: from the start of its block on. */
static bool record_find(const struct table *table, uint32_t at, struct table_record *ret_record)
{
	unsigned size = table->offset_size + table->id_size;
	const uint8_t *block = table->blocks.at + (size_t)(at / TABLE_BLOCK_RULES) * size;
	struct span cursor = table->rules, skipped;

	if (!span_take(&cursor, table_number(block, table->offset_size), &skipped))
		return false;
	ret_record->id = table_number(block + table->offset_size, table->id_size);
	for (at %= TABLE_BLOCK_RULES; at; at--)
		if (!record_skip(&cursor, ret_record))
			return false;
	return table_record_take(&cursor, ret_record);
}

void table_rule_at(const struct table *table, uint32_t at, struct table_rule *ret_rule)
{
	struct table_record record;

	if (at >= table->n_rules || !record_find(table, at, &record) ||
	    !table_record_decode(table, &record, ret_rule))
		*ret_rule = (struct table_rule){.id = 0};
	ret_rule->at = at < table->n_rules ? at : 0;
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
	    !span_take_sized(&rest, &payload))
		return false;
	/* No probe of version 1 has a parameter; one that gets one gets a new number. */
	if (probe >> 1 < PROBE_COUNT && payload.size)
		return false;
	ret_probe->probe = (uint32_t)(probe >> 1);
	ret_probe->wanted = probe & 1;
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
	struct span rest = *cursor, payload;
	uint64_t number;

	(void)table;
	if (!span_take_varint(&rest, &number) || number > UINT32_MAX ||
	    !span_take_sized(&rest, &payload))
		return false;
	*ret_workaround = (struct rule_workaround){.workaround = (uint32_t)number};
	if (number < WORKAROUND_COUNT) {
		enum parameter_kind kind = workaround_parameter((enum workaround)number);

		if (!parameter_take(kind, &payload, &ret_workaround->parameter) || payload.size)
			return false;
	}
	*cursor = rest;
	return true;
}
