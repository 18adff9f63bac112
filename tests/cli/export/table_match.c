/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_match.c - a rule of the freestanding table and a machine in, whether it matches out */
#include "table_match.h"

#define TEXT_ROOM 512

enum answer { NO, YES, NO_CLAIM };

static int is_blank(char c)
{
	return c == ' ' || (c >= 9 && c <= 13);
}

/* The normal form; cut to the room. */
static void fold(char *to, const char *from)
{
	char *start = to, *end = to + TEXT_ROOM - 1;

	for (; *from && to < end; from++) {
		if (!is_blank(*from))
			*to++ = *from >= 'A' && *from <= 'Z' ? *from + 32 : *from;
		else if (to > start && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > start && to[-1] == ' ')
		to--;
	*to = 0;
}

static size_t size_of(const char *text)
{
	size_t n = 0;

	while (text[n])
		n++;
	return n;
}

static int starts(const char *text, const char *part)
{
	while (*part && *text == *part) {
		text++;
		part++;
	}
	return !*part;
}

static int contains(const char *text, const char *part)
{
	do {
		if (starts(text, part))
			return 1;
	} while (*text++);
	return 0;
}

static int ends(const char *text, const char *part)
{
	size_t n = size_of(text), m = size_of(part);

	return m <= n && starts(text + n - m, part);
}

/* '*' and '?' only; a pattern with more than that is not claimed. */
static int glob(const char *text, const char *pattern)
{
	if (!*pattern)
		return !*text;
	if (*pattern == '*')
		return glob(text, pattern + 1) || (*text && glob(text + 1, pattern));
	if (*pattern == '[' || *pattern == '\\')
		return 0;
	return *text && (*pattern == '?' || *pattern == *text) && glob(text + 1, pattern + 1);
}

static int number_of(const char **text, unsigned least, unsigned most, uint32_t *value)
{
	unsigned n = 0;

	for (*value = 0; n < most && **text >= '0' && **text <= '9'; n++)
		*value = *value * 10 + (uint32_t)(*(*text)++ - '0');
	return n >= least;
}

/* mm/dd/yyyy, as SMBIOS 3.7 section 7.1.1 has it; nothing else is read here. */
static int date_of(const char *text, uint32_t *date)
{
	uint32_t month, day, year;

	if (!number_of(&text, 1, 2, &month) || *text++ != '/' || !number_of(&text, 1, 2, &day) ||
	    *text++ != '/' || !number_of(&text, 4, 4, &year) || *text)
		return 0;
	*date = year * 10000 + month * 100 + day;
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int in_dates(const struct fwquirk_condition *c, uint32_t date)
{
	if (c->low_date && (c->low_included ? date < c->low_date : date <= c->low_date))
		return NO;
	if (c->high_date && (c->high_included ? date > c->high_date : date >= c->high_date))
		return NO;
	return YES;
}

static int masked(const struct fwquirk_condition *c, const char *text)
{
	uint64_t value = 0;
	int is_hex = starts(text, "0x");

	for (text += is_hex ? 2 : 0; *text; text++) {
		int digit = *text >= 'a' ? *text - 'a' + 10 : *text - '0';

		value = value * (is_hex ? 16 : 10) + (uint64_t)digit;
	}
	return (value & c->mask) == c->masked_value ? YES : NO;
}

static int one_text(const struct fwquirk_condition *c, const char *text, const char *value)
{
	switch (c->op) {
	case FWQUIRK_OP_EQUAL:
		return starts(text, value) && starts(value, text);
	case FWQUIRK_OP_PREFIX:
		return starts(text, value);
	case FWQUIRK_OP_SUFFIX:
		return ends(text, value);
	case FWQUIRK_OP_CONTAINS:
		return contains(text, value);
	default:
		return glob(text, value);
	}
}

static int holds(const struct fwquirk_condition *c, const char *raw)
{
	char text[TEXT_ROOM];
	int is_any = 0;
	uint32_t date;

	if (!raw || c->op == FWQUIRK_OP_VERSION)
		return NO_CLAIM;
	fold(text, raw);
	if (c->op == FWQUIRK_OP_DATE)
		return date_of(text, &date) ? in_dates(c, date) : NO_CLAIM;
	if (c->op == FWQUIRK_OP_MASKED)
		is_any = masked(c, text) == YES;
	for (size_t i = 0; i < c->n_values; i++)
		is_any |= one_text(c, text, c->value[i]);
	return is_any != c->negated ? YES : NO;
}

int table_match(const struct fwquirk_rule *rule, const char *const *field)
{
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct fwquirk_condition *c = &rule->condition[i];
		int answer = holds(c, field[c->field]);

		switch (c->role) {
		case FWQUIRK_ROLE_FIXED:
			if (answer != NO)
				return 0;
			break;
		case FWQUIRK_ROLE_KNOWN_GOOD:
			if (answer == YES)
				return 0;
			break;
		default:
			if (answer != YES)
				return 0;
		}
	}
	return 1;
}
