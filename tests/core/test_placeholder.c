/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_placeholder.c - spellings that are placeholders, and names that look like it and are not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/identity.h>

static void check(enum field field, const char *text, bool expected)
{
	if (placeholder_is(field, text_of(text)) != expected)
		fail_msg("%s '%s': expected %d", field_name(field), text, expected);
}

static void what_nobody_filled_in(void **state)
{
	static const char *const anywhere[] = {
		"",
		" ",
		"                                ",
		"\t",
		"-",
		"...",
		"' '",
		"\xff\xff\xff\xff",
		"To be filled by O.E.M.",
		"To Be Filled By O.E.M.",
		"To be filled by O.E.M",
		"TO be filled by O.E.M.",
		"ITo be filled by O.E.M.",
		"To be filled by OEM.",
		"To be filled by O.E.M.                                            ",
		"TO_BE_FILLED_BY_OEM",
		"Default string",
		"Default string-CF",
		"OEM Default string000",
		"TBD",
		"DEFAULT_STRING",
		"$(DEFAULT_STRING)",
		"Not Specified",
		"Not Applicable",
		"Not Applicable                   ",
		"Not Available",
		"N/A",
		"None",
		"NULL",
		"empty",
		"Unknown",
		"OEM",
		"O.E.M",
		"Type1ProductConfigId",
		"Type1Family",
		"Type1 - TBD by OEM",
		"Type2 - Board Vendor Name1",
		"Type2 - Board Product Name1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(anywhere) / sizeof(anywhere[0]); i++) {
		check(FIELD_SYS_VENDOR, anywhere[i], true);
		check(FIELD_PRODUCT_NAME, anywhere[i], true);
		check(FIELD_BOARD_VERSION, anywhere[i], true);
		check(FIELD_BIOS_VERSION, anywhere[i], true);
	}
}

static void what_is_one_in_its_field_only(void **state)
{
	static const struct {
		enum field field;
		const char *text;
		bool expected;
	} cases[] = {
		{FIELD_SYS_VENDOR, "System manufacturer", true},
		{FIELD_SYS_VENDOR, "stem manufacturer", true},
		{FIELD_PRODUCT_NAME, "System Product Name", true},
		{FIELD_PRODUCT_NAME, "INVALID", true},
		{FIELD_PRODUCT_NAME, "All Series", true},
		{FIELD_PRODUCT_FAMILY, "All Series", false},
		{FIELD_PRODUCT_VERSION, "System Version", true},
		{FIELD_BIOS_VERSION, "System Version", false},
		{FIELD_PRODUCT_VERSION, "0123456789", true},
		{FIELD_PRODUCT_VERSION, "00", true},
		{FIELD_PRODUCT_VERSION, "01", false},
		{FIELD_BIOS_VERSION, "0000", false},
		{FIELD_BIOS_VERSION, "0.0.0", false},
		{FIELD_BOARD_VERSION, "x.x", true},
		{FIELD_BOARD_VERSION, "Rev 1.xx", false},
		{FIELD_PRODUCT_FAMILY, "X", false},
		{FIELD_PRODUCT_NAME, "X", false},
		{FIELD_PRODUCT_NAME, "XX", false},
		{FIELD_PRODUCT_NAME, "XXXXXX", true},
		{FIELD_CPU_VERSION, "xxx", false},
		{FIELD_PRODUCT_SKU, "0000000000000000", true},
		{FIELD_PRODUCT_SKU, "SKU", true},
		{FIELD_PRODUCT_SKU, "System SKU#", true},
		{FIELD_PRODUCT_NAME, "SKU", false},
		{FIELD_BOARD_NAME, "Base Board Product Name", true},
		{FIELD_BOARD_VENDOR, "Standard", true},
		{FIELD_BIOS_VENDOR, "Standard", false},
		{FIELD_CPU_VERSION, "CPU Version", true},
		{FIELD_CPU_VERSION, "CPU Version.....", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].field, cases[i].text, cases[i].expected);
}

static void names_are_names(void **state)
{
	static const char *const names[] = {
		"Notebook",
		"Super Server",
		"Portable PC",
		"OEMGroup",
		"Standard PC (Q35 + ICH9, 2009)",
		"Defaultable",
		"None Such Inc.",
		"NA4 Corp.",
		"Type 10",
		"Type1 Systems",
		"INVALID Ltd",
		"HP",
		"Empty Vessel",
		"\xe6\x88\x91",
		"Unknown Worlds",
		"K",
		"N",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		check(FIELD_SYS_VENDOR, names[i], false);
		check(FIELD_PRODUCT_NAME, names[i], false);
		check(FIELD_PRODUCT_FAMILY, names[i], false);
		check(FIELD_BOARD_NAME, names[i], false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_filled_in),
		cmocka_unit_test(what_is_one_in_its_field_only),
		cmocka_unit_test(names_are_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
