/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_placeholder.c - spellings that are placeholders, and names that look like it and are not */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* The list is searched by size; a word out of its order would not be found. */
static void every_word_is_found(void **state)
{
	static const struct {
		enum field field;
		const char *word;
	} words[] = {
		{FIELD_BIOS_VERSION, "notspecified"},
		{FIELD_BIOS_VERSION, "notapplicable"},
		{FIELD_BIOS_VERSION, "notavailable"},
		{FIELD_BIOS_VERSION, "notprovided"},
		{FIELD_BIOS_VERSION, "notdefined"},
		{FIELD_BIOS_VERSION, "notset"},
		{FIELD_BIOS_VERSION, "notused"},
		{FIELD_BIOS_VERSION, "default"},
		{FIELD_BIOS_VERSION, "tbd"},
		{FIELD_BIOS_VERSION, "undefined"},
		{FIELD_BIOS_VERSION, "unknown"},
		{FIELD_BIOS_VERSION, "unknow"},
		{FIELD_BIOS_VERSION, "none"},
		{FIELD_BIOS_VERSION, "null"},
		{FIELD_BIOS_VERSION, "empty"},
		{FIELD_BIOS_VERSION, "na"},
		{FIELD_BIOS_VERSION, "oem"},
		{FIELD_SYS_VENDOR, "invalid"},
		{FIELD_SYS_VENDOR, "standard"},
		{FIELD_SYS_VENDOR, "0123456789"},
		{FIELD_SYS_VENDOR, "123456789"},
		{FIELD_SYS_VENDOR, "1234567890"},
		{FIELD_SYS_VENDOR, "systemmanufacturer"},
		{FIELD_SYS_VENDOR, "stemmanufacturer"},
		{FIELD_SYS_VENDOR, "systemproductname"},
		{FIELD_SYS_VENDOR, "stemproductname"},
		{FIELD_SYS_VENDOR, "systemname"},
		{FIELD_SYS_VENDOR, "baseboardmanufacturer"},
		{FIELD_SYS_VENDOR, "baseboardproductname"},
		{FIELD_SYS_VENDOR, "productname"},
		{FIELD_SYS_VENDOR, "boardname"},
		{FIELD_SYS_VENDOR, "boardproductname"},
		{FIELD_SYS_VENDOR, "unknownproduct"},
		{FIELD_BOARD_VERSION, "systemversion"},
		{FIELD_BOARD_VERSION, "stemversion"},
		{FIELD_BOARD_VERSION, "baseboardversion"},
		{FIELD_BOARD_VERSION, "boardversion"},
		{FIELD_BOARD_VERSION, "productversion"},
		{FIELD_BOARD_VERSION, "version"},
		{FIELD_BOARD_VERSION, "mainboardversion"},
		{FIELD_BOARD_VERSION, "pcbversion"},
		{FIELD_BOARD_VERSION, "rev"},
		{FIELD_PRODUCT_SKU, "systemsku"},
		{FIELD_PRODUCT_SKU, "systemskunumber"},
		{FIELD_PRODUCT_SKU, "systemfamily"},
		{FIELD_PRODUCT_SKU, "family"},
		{FIELD_PRODUCT_SKU, "defaultsku"},
		{FIELD_PRODUCT_SKU, "sku"},
		{FIELD_PRODUCT_SKU, "skunumber"},
		{FIELD_PRODUCT_SKU, "sku0"},
		{FIELD_PRODUCT_SKU, "sku1"},
		{FIELD_PRODUCT_SKU, "012345678912345678912345678"},
		{FIELD_PRODUCT_SKU, "abcdefghijklmnopqrstuvwxyz"},
		{FIELD_PRODUCT_SKU, "xxx123xaba"},
		{FIELD_PRODUCT_SKU, "all"},
		{FIELD_PRODUCT_NAME, "allseries"},
		{FIELD_CPU_VERSION, "cpuversion"},
	};
	char longer[64];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		check(words[i].field, words[i].word, true);
		snprintf(longer, sizeof(longer), "%sq", words[i].word);
		check(words[i].field, longer, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_filled_in),
		cmocka_unit_test(what_is_one_in_its_field_only),
		cmocka_unit_test(names_are_names),
		cmocka_unit_test(every_word_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
