/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* date.c - a date as firmware writes it in, yyyymmdd out; never takes a day for a month */
#include "version_parse.h"

static bool is_date(uint32_t year, uint32_t month, uint32_t day)
{
	static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1980 || year > 2099 || month < 1 || month > 12 || day < 1 ||
	    day > days[month - 1])
		return false;
	/* 2000 is a leap year, 2100 is out of range. */
	return month != 2 || day < 29 || year % 4 == 0;
}

/* Exactly four digits, or, where allowed, two: 80 to 99 are of the last century. */
static bool parse_year(struct text *rest, bool may_be_short, uint32_t *ret_year)
{
	size_t before = rest->size;

	if (!parse_number(rest, 4, ret_year))
		return false;
	before -= rest->size;
	if (before == 2 && may_be_short)
		*ret_year += *ret_year >= 80 ? 1900 : 2000;
	else if (before != 4)
		return false;
	return true;
}

/* MM/DD/YYYY, MM/DD/YY, unpadded too. */
static bool parse_month_first(struct text rest, uint32_t *year, uint32_t *month, uint32_t *day)
{
	return parse_number(&rest, 2, month) && parse_char(&rest, '/') &&
	       parse_number(&rest, 2, day) && parse_char(&rest, '/') &&
	       parse_year(&rest, true, year) && !rest.size;
}

/* YYYY/MM/DD, YYYY-MM-DD: one separator, twice. */
static bool parse_year_first(struct text rest, char separator, uint32_t *year, uint32_t *month,
			     uint32_t *day)
{
	return parse_year(&rest, false, year) && parse_char(&rest, separator) &&
	       parse_number(&rest, 2, month) && parse_char(&rest, separator) &&
	       parse_number(&rest, 2, day) && !rest.size;
}

/* Mon DD YYYY, as the C preprocessor's __DATE__ writes it. */
static bool parse_named_month(struct text rest, uint32_t *year, uint32_t *month, uint32_t *day)
{
	static const char names[] = "jan\0feb\0mar\0apr\0may\0jun\0jul\0aug\0sep\0oct\0nov\0dec\0";
	struct text name = text_sized(rest.at, 3);

	if (rest.size < 4 || rest.at[3] != ' ')
		return false;
	for (*month = 1; *month <= 12; ++*month) {
		if (text_equal(name, text_of(text_nth(names, *month - 1))))
			break;
	}
	rest = parse_trim(text_sized(rest.at + 3, rest.size - 3));
	if (!parse_number(&rest, 2, day) || !rest.size || *rest.at != ' ')
		return false;
	rest = parse_trim(rest);
	return parse_year(&rest, false, year) && !rest.size;
}

static enum status give(uint32_t year, uint32_t month, uint32_t day, uint32_t *ret_yyyymmdd)
{
	if (!is_date(year, month, day))
		return STATUS_UNPARSABLE;
	*ret_yyyymmdd = year * 10000 + month * 100 + day;
	return STATUS_OK;
}

enum status date_read(struct text text, uint32_t *ret_yyyymmdd)
{
	struct text rest = parse_trim(text);
	uint32_t year, month, day;

	if (!parse_month_first(rest, &year, &month, &day) &&
	    !parse_year_first(rest, '/', &year, &month, &day) &&
	    !parse_year_first(rest, '-', &year, &month, &day) &&
	    !parse_named_month(rest, &year, &month, &day))
		return STATUS_UNPARSABLE;
	return give(year, month, day, ret_yyyymmdd);
}

enum status date_read_iso(struct text text, uint32_t *ret_yyyymmdd)
{
	uint32_t year, month, day;

	if (text.size != 10 || !parse_year_first(text, '-', &year, &month, &day))
		return STATUS_UNPARSABLE;
	return give(year, month, day, ret_yyyymmdd);
}
