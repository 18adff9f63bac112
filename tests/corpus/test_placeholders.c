/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_placeholders.c - how many of each in the strings of real machines, and no real name among them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/identity.h>

#include "support/corpus.h"

/* Shares in 1000 of the values that are there (blank ones count as placeholders). */
static const struct column {
	const char *name;
	enum field field;
	unsigned min, max;
} columns[] = {
	{"bios_vendor", FIELD_BIOS_VENDOR, 0, 2},
	{"bios_version", FIELD_BIOS_VERSION, 0, 2},
	{"bios_date", FIELD_BIOS_DATE, 0, 1},
	{"sys_vendor", FIELD_SYS_VENDOR, 130, 142},
	{"product_name", FIELD_PRODUCT_NAME, 168, 180},
	{"product_version", FIELD_PRODUCT_VERSION, 475, 500},
	{"product_sku", FIELD_PRODUCT_SKU, 510, 540},
	{"product_family", FIELD_PRODUCT_FAMILY, 400, 425},
	{"board_vendor", FIELD_BOARD_VENDOR, 15, 20},
	{"board_name", FIELD_BOARD_NAME, 20, 27},
	{"board_version", FIELD_BOARD_VERSION, 270, 295},
	{"cpu_version", FIELD_CPU_VERSION, 15, 25},
};

static struct tsv machines;

static void shares_are_those_of_the_data(void **state)
{
	bool ok = true;

	(void)state;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		size_t column = tsv_column(&machines, columns[i].name), n = 0, n_there = 0;

		for (size_t row = 0; row < machines.n_rows; row++) {
			const char *value = tsv_cell(&machines, row, column);

			if (!strcmp(value, "\\N"))
				continue;
			n_there++;
			n += placeholder_is(columns[i].field, text_of(value));
		}
		printf("# %-16s %5zu of %zu (%.1f %%)\n", columns[i].name, n, n_there,
		       100.0 * (double)n / (double)n_there);
		ok = ok && n * 1000 >= columns[i].min * n_there &&
		     n * 1000 <= columns[i].max * n_there;
	}
	assert_true(ok);
}

/* Names of real vendors and models: whatever stands beside them in a string, it is no placeholder. */
static void real_names_are_not_hit(void **state)
{
	static const char *const names[] = {
		"lenovo",    "dell",         "asustek",      "hewlett-packard",
		"hp ",       "gigabyte",     "acer",         "micro-star",
		"apple",     "samsung",      "toshiba",      "huawei",
		"fujitsu",   "sony",         "supermicro",   "google",
		"biostar",   "packard bell", "medion",       "microsoft",
		"alienware", "tuxedo",       "emachines",    "timi",
		"system76",  "lg ",          "asrock",       "framework",
		"chuwi",     "razer",        "gateway",      "ibm",
		"zotac",     "panasonic",    "clevo",        "notebook",
		"thinkpad",  "latitude",     "optiplex",     "xps",
		"macbook",   "ideapad",      "inspiron",     "elitebook",
		"surface",   "phoenix",      "megatrends",   "insyde",
		"coreboot",  "award",        "super server", "ryzen",
		"core(tm)",  "qemu",
	};
	size_t n_named = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		size_t column = tsv_column(&machines, columns[i].name);
		struct text last = {.size = 0};

		for (size_t row = 0; row < machines.n_rows; row++) {
			struct text value = text_of(tsv_cell(&machines, row, column));

			if (!placeholder_is(columns[i].field, value)) {
				n_named++;
				continue;
			}
			/* Machines of one maker stand together: the same phrase again and again. */
			if (text_is_same(value, last))
				continue;
			last = value;
			for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++) {
				if (text_contains(value, text_of(names[j])))
					fail_msg("%s '%.*s' holds '%s'", columns[i].name,
						 (int)value.size, value.at, names[j]);
			}
		}
	}
	assert_true(n_named > 500000);
}

/* A placeholder is shared by many makers; a name that one maker uses alone and often is none. */
static void names_of_one_maker_are_not_hit(void **state)
{
	static const char *const only[] = {"x",   "k", "n",        "ux",
					   "mac", "g", "k series", "all in one"};
	size_t family = tsv_column(&machines, "product_family"), n = 0;

	(void)state;
	for (size_t row = 0; row < machines.n_rows; row++) {
		struct text value = text_of(tsv_cell(&machines, row, family));

		for (size_t j = 0; j < sizeof(only) / sizeof(only[0]); j++) {
			if (!text_equal(value, text_of(only[j])))
				continue;
			assert_false(placeholder_is(FIELD_PRODUCT_FAMILY, value));
			n++;
		}
	}
	assert_true(n > 1500);
}

static int load_machines(void **state)
{
	char command[1200];
	FILE *in;

	(void)state;
	(void)snprintf(command, sizeof(command), "xz -dc '%s'",
		       corpus_path("dmidecode-txt/identities.tsv.xz"));
	in = popen(command, "r");
	assert_non_null(in);
	tsv_read(&machines, in);
	return pclose(in);
}

static int unload_machines(void **state)
{
	(void)state;
	tsv_free(&machines);
	return 0;
}

int main(void)
{
	static const char *const programs[] = {"xz", NULL};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_those_of_the_data),
		cmocka_unit_test(real_names_are_not_hit),
		cmocka_unit_test(names_of_one_maker_are_not_hit),
	};

	corpus_or_skip(programs);
	return cmocka_run_group_tests(tests, load_machines, unload_machines);
}
