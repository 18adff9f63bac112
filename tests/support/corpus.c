/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* corpus.c - the real data beside the repository: tables and archives of it; never written to */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/corpus.h"

static _Noreturn void give_up(const char *what, const char *which)
{
	fprintf(stderr, "corpus: %s: %s\n", what, which);
	abort();
}

static void *grown(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		give_up("out of memory", "realloc");
	return memory;
}

static const char *corpus_folder(void)
{
	const char *folder = getenv("FWQUIRK_CORPUS");

	return folder && *folder ? folder : "../shared/corpus";
}

static bool is_program(const char *name)
{
	const char *path = getenv("PATH");
	char candidate[512];

	while (path && *path) {
		size_t size = strcspn(path, ":");

		snprintf(candidate, sizeof(candidate), "%.*s/%s", (int)size, path, name);
		if (access(candidate, X_OK) == 0)
			return true;
		path += size + (path[size] == ':');
	}
	return false;
}

static _Noreturn void skip_all(const char *what, const char *which)
{
	printf("1..0 # SKIP %s %s is not there\n", what, which);
	exit(0);
}

void corpus_or_skip(const char *const *programs)
{
	struct stat status;

	if (stat(corpus_path("README.md"), &status))
		skip_all("the corpus", corpus_folder());
	for (; *programs; programs++) {
		if (!is_program(*programs))
			skip_all("the program", *programs);
	}
}

const char *corpus_path(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/%s", corpus_folder(), name);
	return path;
}

static char *read_all(FILE *in, size_t *ret_size)
{
	size_t room = 1 << 16, size = 0, n;
	char *bytes = grown(NULL, room);

	while ((n = fread(bytes + size, 1, room - 1 - size, in)) > 0) {
		size += n;
		if (size == room - 1)
			bytes = grown(bytes, room *= 2);
	}
	bytes[size] = '\0';
	*ret_size = size;
	return bytes;
}

static size_t count(const char *bytes, size_t size, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += bytes[i] == c;
	return n;
}

/* The last cell takes the rest of the line; missing cells are empty. */
static void split_row(char *line, char **cells, size_t n_columns)
{
	for (size_t i = 0; i < n_columns; i++) {
		char *tab = i + 1 < n_columns ? strchr(line, '\t') : NULL;

		cells[i] = line;
		if (tab)
			*tab = '\0';
		line = tab ? tab + 1 : line + strlen(line);
	}
}

void tsv_read(struct tsv *tsv, FILE *in)
{
	size_t size, n_lines;
	char *line;

	memset(tsv, 0, sizeof(*tsv));
	line = tsv->bytes = read_all(in, &size);
	/* Comments may stand before the header. */
	while (*line == '#' && strchr(line, '\n'))
		line = strchr(line, '\n') + 1;
	n_lines = count(line, size - (size_t)(line - tsv->bytes), '\n');
	if (!n_lines)
		give_up("a table without a line", "tsv_read");
	tsv->n_rows = n_lines - 1;
	tsv->n_columns = count(line, strcspn(line, "\n"), '\t') + 1;
	tsv->cell = grown(NULL, n_lines * tsv->n_columns * sizeof(*tsv->cell));
	for (size_t row = 0; row < n_lines; row++) {
		char *end = strchr(line, '\n');

		*end = '\0';
		split_row(line, tsv->cell + row * tsv->n_columns, tsv->n_columns);
		line = end + 1;
	}
}

void tsv_open(struct tsv *tsv, const char *name)
{
	FILE *in = fopen(name[0] == '.' || name[0] == '/' ? name : corpus_path(name), "r");

	if (!in)
		give_up("cannot open", name);
	tsv_read(tsv, in);
	fclose(in);
}

void tsv_free(struct tsv *tsv)
{
	free(tsv->cell);
	free(tsv->bytes);
	memset(tsv, 0, sizeof(*tsv));
}

size_t tsv_column(const struct tsv *tsv, const char *name)
{
	for (size_t i = 0; i < tsv->n_columns; i++) {
		if (strcmp(tsv->cell[i], name) == 0)
			return i;
	}
	give_up("no such column", name);
}

const char *tsv_cell(const struct tsv *tsv, size_t row, size_t column)
{
	return tsv->cell[(row + 1) * tsv->n_columns + column];
}

size_t tsv_find(const struct tsv *tsv, const char *key)
{
	size_t row = 0;

	while (row < tsv->n_rows && strcmp(tsv_cell(tsv, row, 0), key) != 0)
		row++;
	return row;
}

#define TAR_BLOCK 512u

/* A header block: name at 0, size in octal at 124, kind at 156, prefix at 345. */
static void tar_name(const char *block, char *name, size_t room)
{
	if (block[345])
		snprintf(name, room, "%.155s/%.100s", block + 345, block);
	else
		snprintf(name, room, "%.100s", block);
}

void tar_each(FILE *in, void (*use)(const char *name, const uint8_t *bytes, size_t size, void *to),
	      void *to)
{
	char block[TAR_BLOCK], name[300];
	uint8_t *bytes = NULL;
	size_t room = 0;

	while (fread(block, 1, TAR_BLOCK, in) == TAR_BLOCK && block[0]) {
		size_t size = strtoul(block + 124, NULL, 8);
		size_t padded = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;

		if (padded > room)
			bytes = grown(bytes, room = padded);
		if (fread(bytes, 1, padded, in) != padded)
			give_up("archive ends early", block);
		tar_name(block, name, sizeof(name));
		if (block[156] == '0' || block[156] == '\0')
			use(name, bytes, size, to);
	}
	free(bytes);
	/* Let the writer of a pipe finish. */
	while (fread(block, 1, TAR_BLOCK, in) > 0)
		;
}

const char *source_field(const struct source *source, enum field field)
{
	static char room[32][1024];
	static unsigned n;
	struct text text = source->identity.field[field];
	char *copy = room[n++ % 32];
	size_t size = text.size < sizeof(room[0]) ? text.size : sizeof(room[0]) - 1;

	if (!(source->identity.present >> field & 1))
		return NULL;
	for (size_t i = 0; i < size; i++)
		copy[i] = text.at[i] ? text.at[i] : '?';
	copy[size] = '\0';
	return copy;
}
