/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text_oracle.c - texts of dmidecode in, what tests/corpus/oracle.awk reads in them out; never our own
 * reader */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/corpus.h"

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "text_oracle: %s\n", what);
	abort();
}

FILE *text_oracle_start(struct text_oracle *oracle)
{
	char path[] = "/tmp/fwquirk-oracle.XXXXXX", command[256];
	int fd = mkstemp(path);
	FILE *to;

	memset(oracle, 0, sizeof(*oracle));
	if (fd < 0)
		give_up("no temporary file");
	close(fd);
	oracle->output = strdup(path);
	/* Bytes, not characters, whatever the language of the machine. */
	snprintf(command, sizeof(command), "LC_ALL=C awk -f tests/corpus/oracle.awk >%s", path);
	to = popen(command, "w");
	if (!to || !oracle->output)
		give_up("cannot start awk");
	return to;
}

void text_oracle_text(FILE *to, const char *name, const uint8_t *bytes, size_t size)
{
	fprintf(to, "\001%s\n", name);
	fwrite(bytes, 1, size, to);
	putc('\n', to);
}

void text_oracle_finish(struct text_oracle *oracle, FILE *to)
{
	if (pclose(to))
		give_up("awk failed");
	tsv_open(&oracle->lines, oracle->output);
	unlink(oracle->output);
}

void text_oracle_compare(struct text_oracle *oracle, const char *name, const char *word,
			 const char *const ours[FIELD_COUNT])
{
	const char *theirs[FIELD_COUNT] = {NULL};

	while (oracle->next < oracle->lines.n_rows &&
	       strcmp(tsv_cell(&oracle->lines, oracle->next, 0), name) == 0) {
		enum field field;

		if (!field_from_name(text_of(tsv_cell(&oracle->lines, oracle->next, 1)), &field))
			give_up("a field that is none");
		theirs[field] = tsv_cell(&oracle->lines, oracle->next, 2);
		oracle->next++;
	}
	for (unsigned field = 0; field < FIELD_EFI_VENDOR; field++)
		agree(name, word, field_name(field), ours[field], theirs[field]);
}

void text_oracle_free(struct text_oracle *oracle)
{
	tsv_free(&oracle->lines);
	free(oracle->output);
	oracle->output = NULL;
}
