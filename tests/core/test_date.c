/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_date.c - each form that firmware writes, and each that leaves day and month open */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <fwquirk/version.h>

static void check(enum status (*read)(struct text, uint32_t *), const char *text, uint32_t expected)
{
	uint32_t date = 0x5a;
	enum status status = read(text_of(text), &date);

	if (status != (expected ? STATUS_OK : STATUS_UNPARSABLE) ||
	    date != (expected ? expected : 0x5a))
		fail_msg("'%s': expected %u, found %s %u", text, expected, status_text(status),
			 date);
}

static void dates_of_firmware_are_read(void **state)
{
	static const struct {
		const char *text;
		uint32_t date;
	} cases[] = {
		{"11/08/2025", 20251108},  {"  01/02/2020 ", 20200102}, {"04/27/09", 20090427},
		{"12/31/80", 19801231},    {"12/31/99", 19991231},      {"01/01/00", 20000101},
		{"01/01/79", 20790101},    {"4/10/2012", 20120410},     {"06/4/2019", 20190604},
		{"2014/05/19", 20140519},  {"2014/5/9", 20140509},      {"2014-05-19", 20140519},
		{"Oct 17 2016", 20161017}, {"Oct  7 2016", 20161007},   {"sep 30 1999", 19990930},
		{"02/29/2000", 20000229},  {"02/29/2096", 20960229},    {"01/01/1980", 19800101},
		{"12/31/2099", 20991231},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(date_read, cases[i].text, cases[i].date);
}

static void what_is_no_date_makes_no_claim(void **state)
{
	static const char *const cases[] = {
		"",
		" ",
		"Unknown",
		"22/03/2011", /* no 22nd month */
		"14/5/2019",
		"32/22/2015",
		"00/00/2000",
		"01/00/2000",
		"02/29/2001",
		"02/30/2000",
		"04/31/2020",
		"10/21/0892",
		"01/01/1970",
		"01/01/1979",
		"01/01/2100",
		"05.04.2021", /* either order is in use */
		"04.20.2021",
		"05-04-2021",
		"20180608", /* as is 05272016 */
		"05272016",
		"04/19/24 12:53:59",
		"011/21/2011",
		"11/12/20092",
		"11/12/009",
		"11/12/9",
		"11/12",
		"11/12/",
		"/11/12/2011",
		"06/15/2023 - AGESA",
		"Wed 04/08/2020",
		"Oct17 2016",
		"Oct 172016",
		"Oct 17",
		"Oct 17 16",
		"Oct",
		"Okt 17 2016",
		"2014-05/19",
		"2014/05-19",
		"14-05-19",
		"2014-13-01",
		"-1/02/2020",
		"0x1/02/2020",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(date_read, cases[i], 0);
	check(date_read, "1/1/2020", 20200101);
}

static void rules_spell_dates_in_one_way(void **state)
{
	static const char *const others[] = {
		"",           "2020-1-01",   "2020-01-1",   "2020/01/01",
		"01/01/2020", " 2020-01-01", "2020-01-01 ", "20200101",
		"2020-02-30", "20-01-2001",  "02020-01-01", "2020-001-1"};

	(void)state;
	check(date_read_iso, "2020-01-31", 20200131);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check(date_read_iso, others[i], 0);
}

/* Every day of the range and its neighbours that do not exist, against the C library. */
static void days_that_exist_are_those_of_the_calendar(void **state)
{
	(void)state;
	for (int year = 1980; year <= 2099; year++) {
		for (int month = 1; month <= 12; month++) {
			for (int day = 1; day <= 32; day++) {
				struct tm tm = {.tm_year = year - 1900,
						.tm_mon = month - 1,
						.tm_mday = day,
						.tm_hour = 12};
				char text[40];
				bool exists = timegm(&tm) != -1 && tm.tm_mday == day;

				(void)snprintf(text, sizeof(text), "%02d/%02d/%d", month, day,
					       year);
				check(date_read, text,
				      exists ? (uint32_t)(year * 10000 + month * 100 + day) : 0);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_of_firmware_are_read),
		cmocka_unit_test(what_is_no_date_makes_no_claim),
		cmocka_unit_test(rules_spell_dates_in_one_way),
		cmocka_unit_test(days_that_exist_are_those_of_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
