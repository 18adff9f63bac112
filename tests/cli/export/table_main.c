/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_main.c - a machine as FIELD=VALUE lines in, rules that match out; --decidable: which it can tell */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table_match.h"

static const char *const names[] = {
	"bios-vendor",  "bios-version", "bios-date",       "bios-release",  "ec-release",
	"sys-vendor",   "product-name", "product-version", "product-sku",   "product-family",
	"board-vendor", "board-name",   "board-version",   "chassis-type",  "cpu-version",
	"cpu-id",       "efi-vendor",   "efi-revision",    "uefi-revision", "arch",
};

#define N_FIELDS (sizeof(names) / sizeof(names[0]))

/* In the export's order, which the header numbers. */
_Static_assert(FWQUIRK_FIELD_BIOS_VENDOR == 0 && FWQUIRK_FIELD_ARCH == 19, "order of the names");

static int is_decidable(const struct fwquirk_rule *rule)
{
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (rule->condition[i].op == FWQUIRK_OP_VERSION)
			return 0;
	return 1;
}

int main(int argc, char **argv)
{
	const char *field[N_FIELDS] = {NULL};
	char line[1024];

	if (argc > 1 && strcmp(argv[1], "--decidable") == 0) {
		for (size_t i = 0; i < fwquirk_n_rules; i++)
			if (is_decidable(&fwquirk_rules[i]))
				printf("FWQ-%04u\n", (unsigned)fwquirk_rules[i].id);
		return 0;
	}
	while (fgets(line, sizeof(line), stdin)) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value++ = '\0';
		value[strcspn(value, "\n")] = '\0';
		for (size_t i = 0; i < N_FIELDS; i++)
			if (strcmp(names[i], line) == 0)
				field[i] = strdup(value);
	}
	for (size_t i = 0; i < fwquirk_n_rules; i++)
		if (table_match(&fwquirk_rules[i], field))
			printf("FWQ-%04u\n", (unsigned)fwquirk_rules[i].id);
	return 0;
}
