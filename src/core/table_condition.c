/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_condition.c - a record's condition bytes in, decoded conditions and value texts out */
#include "table_record.h"

/* A string of STRG runs to its NUL; the last one has its own, says table_open. */
static bool pool_text(const struct table *table, uint64_t offset, struct text *ret_text)
{
	struct span rest = table->strings, skipped;
	size_t size = 0;

	if (offset >= rest.size || !span_take(&rest, (size_t)offset, &skipped))
		return false;
	while (size < rest.size && rest.at[size])
		size++;
	*ret_text = text_sized((const char *)rest.at, size);
	return true;
}

/* A value: its low bit says whether the text follows here (and its size), or lies in STRG (where).
 */
static bool value_skip(const struct table *table, struct span *cursor)
{
	struct span rest = *cursor, inline_text;
	uint64_t value;

	if (!span_take_varint(&rest, &value))
		return false;
	if (!(value & 1) && value >> 1 >= table->strings.size)
		return false;
	if ((value & 1) &&
	    (value >> 1 > rest.size || !span_take(&rest, (size_t)(value >> 1), &inline_text)))
		return false;
	*cursor = rest;
	return true;
}

bool table_condition_value(const struct table *table, struct span *cursor, struct text *ret_value)
{
	struct span rest = *cursor, inline_text;
	uint64_t value;

	if (!span_take_varint(&rest, &value))
		return false;
	if (value & 1) {
		if (value >> 1 > rest.size || !span_take(&rest, (size_t)(value >> 1), &inline_text))
			return false;
		*ret_value = text_sized((const char *)inline_text.at, inline_text.size);
	} else if (!pool_text(table, value >> 1, ret_value)) {
		return false;
	}
	*cursor = rest;
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

/* What an operator of version 1 allows; `count` is the last byte of the form. */
static bool form_is_sound(const struct condition *condition, uint8_t count)
{
	bool has_range = condition->has_low || condition->has_high;
	bool has_loose_end = (condition->low_included && !condition->has_low) ||
			     (condition->high_included && !condition->has_high);

	/* The ends of an operator of later days may mean something else. */
	if (condition->op >= OPERATOR_COUNT)
		return true;
	if (condition->is_key && (condition->role != ROLE_MATCH || condition->negated ||
				  condition->op > OPERATOR_PREFIX))
		return false;
	if (has_loose_end)
		return false;
	if (is_text_operator(condition->op))
		return !has_range && count;
	if (condition->op == OPERATOR_MASKED)
		return !has_range && !count;
	return has_range && (condition->op == OPERATOR_VERSION || !count);
}

static void flags_read(uint8_t flags, struct condition *condition)
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
	struct span bytes;
	uint8_t count;

	if (form >= table->forms.size / TABLE_FORM_SIZE ||
	    !span_slice(table->forms, (size_t)form * TABLE_FORM_SIZE, TABLE_FORM_SIZE, &bytes))
		return false;
	condition->field = (enum field)bytes.at[0];
	condition->op = (enum operator_)bytes.at[1];
	flags_read(bytes.at[2], condition);
	count = bytes.at[3];
	condition->n_values = is_text_operator(condition->op) ? count : 0;
	condition->scheme = condition->op == OPERATOR_VERSION ? (enum scheme)count : SCHEME_DOTTED;
	condition->is_unknown = condition->field >= FIELD_COUNT ||
				condition->op >= OPERATOR_COUNT ||
				condition->scheme >= SCHEME_COUNT;
	return form_is_sound(condition, count);
}

static bool hashes_take(const struct table *table, struct span *cursor, struct condition *condition)
{
	struct span rest = *cursor;
	struct value_hash hash;

	for (unsigned n = condition->n_values; n; n--)
		if (!table_condition_hash(table, condition, &rest, &hash))
			return false;
	return span_take(cursor, cursor->size - rest.size, &condition->hashes);
}

static bool values_take(const struct table *table, struct span *cursor, struct condition *condition)
{
	struct span rest = *cursor;

	if (table->is_hashed && condition->op <= OPERATOR_PREFIX)
		return hashes_take(table, cursor, condition);
	for (unsigned n = condition->n_values; n; n--)
		if (!value_skip(table, &rest))
			return false;
	return span_take(cursor, cursor->size - rest.size, &condition->values);
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
		return table_take_sized(cursor, &condition->values);
	}
}

bool table_condition_next(const struct table *table, struct conditions *cursor,
			  struct condition *ret_condition)
{
	struct conditions rest = *cursor;
	uint64_t form;

	*ret_condition = (struct condition){.n_values = 0};
	if (!span_take_varint(&rest.forms, &form) || !table_form_read(table, form, ret_condition) ||
	    !payload_take(table, &rest.payload, ret_condition))
		return false;
	*cursor = rest;
	return true;
}
