/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_condition.c - a record's condition bytes in, decoded conditions and value texts out */
#include "table_record.h"

static inline bool has_zero(uint64_t bytes)
{
	return (bytes - 0x0101010101010101u) & ~bytes & 0x8080808080808080u;
}

/* A string of STRG runs to its NUL; the last one has its own, says table_open. */
static struct text pool_text(const struct table *table, size_t offset)
{
	const uint8_t *at = table->strings.at + offset;
	size_t left = table->strings.size - offset, size = 0;

	while (left - size >= 8 && !has_zero(bytes_le64(at + size)))
		size += 8;
	while (at[size])
		size++;
	return text_sized((const char *)at, size);
}

/*
 * A value: its low bit says whether the text follows here (and its size), or lies in STRG (where). One that
 * follows is set, of the other `*ret_offset`.
 */
static bool value_take(const struct table *table, struct span *cursor, struct text *ret_text,
		       uint64_t *ret_offset)
{
	struct span rest = *cursor;
	uint64_t value, offset;

	ret_text->at = NULL;
	if (!span_take_varint(&rest, &value))
		return false;
	*ret_offset = offset = value >> 1;
	if (offset >= (value & 1 ? rest.size + 1 : table->strings.size))
		return false;
	if (value & 1) {
		*ret_text = (struct text){.at = (const char *)rest.at, .size = (size_t)offset};
		rest.at += offset;
		rest.size -= (size_t)offset;
	}
	*cursor = rest;
	return true;
}

bool table_condition_value(const struct table *table, struct span *cursor, struct text *ret_value)
{
	uint64_t offset;

	if (!value_take(table, cursor, ret_value, &offset))
		return false;
	if (!ret_value->at)
		*ret_value = pool_text(table, (size_t)offset);
	return true;
}

/* A hash: four bytes of which the first is odd, or a number that is even, of one in HASH. */
static bool hash_take(const struct table *table, struct span *cursor, uint32_t *ret_hash)
{
	uint64_t index;

	if (cursor->size && (*cursor->at & 1))
		return span_take_le32(cursor, ret_hash);
	return span_take_varint(cursor, &index) && index >> 1 < table->hashes.size &&
	       span_le32(table->hashes, (size_t)(index >> 1) * sizeof(*ret_hash), ret_hash);
}

bool table_condition_hash(const struct table *table, const struct condition *condition,
			  struct span *cursor, struct value_hash *ret_hash)
{
	struct value_hash value = {.size = 0};
	struct span rest = *cursor;

	if (!hash_take(table, &rest, &value.hash))
		return false;
	if (condition->op == OPERATOR_PREFIX && (!span_take_u8(&rest, &value.size) || !value.size))
		return false;
	*ret_hash = value;
	*cursor = rest;
	return true;
}

bool table_hash_holds(enum field field, struct text text, const struct value_hash *hash)
{
	unsigned size;
	uint32_t own = table_key_hash(field, hash->size ? OPERATOR_PREFIX : OPERATOR_EQUAL, text,
				      hash->size, &size);

	return own == hash->hash && (!hash->size || size == hash->size);
}

static bool is_text_operator(enum operator_ op)
{
	return op <= OPERATOR_GLOB;
}

#define FORM_ENDS     (TABLE_FORM_LOW | TABLE_FORM_HIGH)
#define FORM_INCLUDED (TABLE_FORM_LOW_INCLUDED | TABLE_FORM_HIGH_INCLUDED)

/* What an operator of version 1 allows; `count` is the last byte of the form. */
static bool form_is_sound(unsigned op, unsigned flags, unsigned count)
{
	bool has_ends = flags & FORM_ENDS;

	/* The ends of an operator of later days may mean something else. */
	if (op >= OPERATOR_COUNT)
		return true;
	if ((flags & TABLE_FORM_KEY) &&
	    (op > OPERATOR_PREFIX || (flags & (TABLE_FORM_ROLE | TABLE_FORM_NEGATED))))
		return false;
	/* An end that is included is there; its bit is the one below. */
	if (flags & FORM_INCLUDED & ~((flags & FORM_ENDS) << 1))
		return false;
	if (is_text_operator((enum operator_)op))
		return !has_ends && count;
	if (has_ends != (op == OPERATOR_VERSION || op == OPERATOR_DATE))
		return false;
	return op == OPERATOR_VERSION || !count;
}

static void flags_read(unsigned flags, struct condition *condition)
{
	condition->role = (enum condition_role)(flags & TABLE_FORM_ROLE);
	condition->negated = flags & TABLE_FORM_NEGATED;
	condition->is_key = flags & TABLE_FORM_KEY;
	condition->has_low = flags & TABLE_FORM_LOW;
	condition->low_included = flags & TABLE_FORM_LOW_INCLUDED;
	condition->has_high = flags & TABLE_FORM_HIGH;
	condition->high_included = flags & TABLE_FORM_HIGH_INCLUDED;
}

bool table_form_read(const struct table *table, uint64_t form, struct condition *condition)
{
	const uint8_t *at;
	uint8_t count;

	if (form >= table->forms.size / TABLE_FORM_SIZE)
		return false;
	at = table->forms.at + form * TABLE_FORM_SIZE;
	condition->field = (enum field)at[0];
	condition->op = (enum operator_)at[1];
	flags_read(at[2], condition);
	count = at[3];
	condition->n_values = is_text_operator(condition->op) ? count : 0;
	condition->scheme = condition->op == OPERATOR_VERSION ? (enum scheme)count : SCHEME_DOTTED;
	condition->is_unknown = condition->field >= FIELD_COUNT ||
				condition->op >= OPERATOR_COUNT ||
				condition->scheme >= SCHEME_COUNT;
	return true;
}

bool table_forms_check(const struct table *table)
{
	struct span forms = table->forms, form;

	while (span_take(&forms, TABLE_FORM_SIZE, &form))
		if (!form_is_sound(form.at[1], form.at[2], form.at[3]))
			return false;
	return !forms.size;
}

static bool values_take(const struct table *table, struct span *cursor, struct condition *condition)
{
	bool is_hashed = table->is_hashed && condition->op <= OPERATOR_PREFIX;
	struct span rest = *cursor, *taken;
	struct value_hash hash;
	struct text text;
	uint64_t offset;

	for (unsigned n = condition->n_values; n; n--)
		if (is_hashed ? !table_condition_hash(table, condition, &rest, &hash)
			      : !value_take(table, &rest, &text, &offset))
			return false;
	taken = is_hashed ? &condition->hashes : &condition->values;
	*taken = span_of(cursor->at, cursor->size - rest.size);
	*cursor = rest;
	return true;
}

static bool versions_take(const struct table *table, struct span *cursor,
			  struct condition *condition)
{
	return (!condition->has_low ||
		table_condition_value(table, cursor, &condition->low_version)) &&
	       (!condition->has_high ||
		table_condition_value(table, cursor, &condition->high_version));
}

static bool date_take(struct span *cursor, uint32_t *ret_yyyymmdd)
{
	uint32_t year, month, day;
	uint16_t packed;

	if (!span_take_le16(cursor, &packed))
		return false;
	year = TABLE_DATE_YEAR + (packed >> 9);
	month = packed >> 5 & 15;
	day = packed & 31;
	if (!month || month > 12 || !day)
		return false;
	*ret_yyyymmdd = year * 10000 + month * 100 + day;
	return true;
}

static bool dates_take(struct span *cursor, struct condition *condition)
{
	return (!condition->has_low || date_take(cursor, &condition->low_date)) &&
	       (!condition->has_high || date_take(cursor, &condition->high_date));
}

static bool payload_take(const struct table *table, struct span *cursor,
			 struct condition *condition)
{
	switch (condition->op) {
	case OPERATOR_EQUAL:
	case OPERATOR_PREFIX:
	case OPERATOR_SUFFIX:
	case OPERATOR_CONTAINS:
	case OPERATOR_GLOB:
		return values_take(table, cursor, condition);
	case OPERATOR_VERSION:
		return versions_take(table, cursor, condition);
	case OPERATOR_DATE:
		return dates_take(cursor, condition);
	case OPERATOR_MASKED:
		return span_take_varint(cursor, &condition->mask) &&
		       span_take_varint(cursor, &condition->masked_value);
	default:
		return span_take_sized(cursor, &condition->values);
	}
}

bool table_condition_next(const struct table *table, struct conditions *cursor,
			  struct condition *ret_condition)
{
	struct span forms = cursor->forms;
	uint64_t form;

	ret_condition->values = ret_condition->hashes = (struct span){.size = 0};
	ret_condition->low_version = ret_condition->high_version = (struct text){.size = 0};
	ret_condition->low_date = ret_condition->high_date = 0;
	ret_condition->mask = ret_condition->masked_value = 0;
	if (!span_take_varint(&forms, &form) || !table_form_read(table, form, ret_condition) ||
	    !payload_take(table, &cursor->payload, ret_condition))
		return false;
	/* Only now, so that what could not be read is left. */
	cursor->forms = forms;
	return true;
}
