/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* workload_machines.c - a table of machines or none in, as many machines as are wanted out */
#include <ctype.h>
#include <string.h>

#include "bench/workload.h"

bool machines_open(struct machines *machines, const char *path, char **ret_error)
{
	*machines = (struct machines){.chooser = chooser_of_seed(17)};
	if (!path)
		return true;
	if (!identity_table_open(path, &machines->table, ret_error))
		return false;
	machines->table->x86_is_64 = true;
	return true;
}

/* Blanks as in the normal form, no control characters: what a rule file can hold. */
static void copy_text(struct text text, char to[MACHINE_TEXT])
{
	struct text_fold fold = text_fold_begin(text);
	size_t n = 0;

	while (fold.at < fold.end && n + 1 < MACHINE_TEXT) {
		char c = *fold.at;

		to[n++] = text_fold_next(&fold) == ' ' ? ' ' : c < ' ' || c > '~' ? '?' : c;
	}
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}

static void machine_of_row(const struct machines *machines, size_t row, struct machine *ret_machine)
{
	struct identity identity;

	memset(ret_machine, 0, sizeof(*ret_machine));
	identity_table_row(machines->table, row, UINT32_MAX, &identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		if (identity.present >> field & 1)
			copy_text(identity.field[field], ret_machine->text[field]);
}

void machine_change(struct machine *machine, enum field field, struct chooser *chooser)
{
	char *text = machine->text[field];
	char *last = strrchr(text, ' ') ? strrchr(text, ' ') : text;

	for (char *c = text; *c; c++) {
		if (isdigit((unsigned char)*c))
			*c = (char)('0' + choose(chooser, 10));
		else if (c >= last && isalpha((unsigned char)*c))
			*c = (char)((*c & 0x20) + 'A' + choose(chooser, 26));
	}
}

bool machine_version_later(struct machine *machine)
{
	char *text = machine->text[FIELD_BIOS_VERSION];
	size_t at = strlen(text);

	while (at && !isdigit((unsigned char)text[at - 1]))
		at--;
	for (; at && isdigit((unsigned char)text[at - 1]); at--) {
		if (text[at - 1] < '9') {
			text[at - 1]++;
			return true;
		}
		text[at - 1] = '0';
	}
	return false;
}

void machines_next(struct machines *machines, struct machine *ret_machine)
{
	static const enum field changing[] = {FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					      FIELD_PRODUCT_VERSION, FIELD_BIOS_VERSION};
	size_t n_rows, given = machines->n_given++;

	if (!machines->table) {
		machine_make(&machines->chooser, ret_machine);
		return;
	}
	/* The step is a prime that no table has as a number of rows. */
	n_rows = machines->table->n_rows;
	machine_of_row(machines, given * 15485863 % n_rows, ret_machine);
	for (unsigned i = 0; i < 4 && given >= n_rows; i++)
		machine_change(ret_machine, changing[i], &machines->chooser);
}
