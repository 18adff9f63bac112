/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_dumps.c - every dump of the corpus: we and dmidecode say the same of every field, in whatever
 * form the table comes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/file.h>

#include "support/corpus.h"
#include "support/scratch.h"

#define MAX_DUMPS 200u

/* One dump, as dmidecode can read it, and what we read in the file as it is. */
struct dump {
	const char *name;
	uint8_t *file;
	size_t file_size;
	uint8_t *bytes; /* entry point, table at 20h */
	size_t size;
	size_t table; /* offset in `bytes` */
	char *text;   /* what dmidecode prints */
	size_t text_size;
};

static struct tsv index_;
static struct dump dumps[MAX_DUMPS];
static size_t n_dumps;

static uint8_t *read_corpus(const char *name, size_t *ret_size)
{
	uint8_t *bytes;
	char *error, path[1200];

	snprintf(path, sizeof(path), "%s/%s", corpus_path("smbios-bin"), name);
	assert_true(file_read(path, SOURCE_LIMIT, &bytes, ret_size, &error));
	return bytes;
}

static void put(uint8_t *at, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

/* Sets `*sum` so that the bytes add up to zero. */
static void balance(const uint8_t *bytes, size_t size, uint8_t *sum)
{
	uint8_t total = 0;

	*sum = 0;
	for (size_t i = 0; i < size; i++)
		total = (uint8_t)(total + bytes[i]);
	*sum = (uint8_t)-total;
}

/* The table is at 20h from now on. */
static void rebase(uint8_t *entry)
{
	if (memcmp(entry, "_SM3_", 5) == 0) {
		put(entry + 0x10, 0x20, 8);
		balance(entry, entry[6], &entry[5]);
		return;
	}
	assert_memory_equal(entry, "_SM_", 4);
	put(entry + 0x18, 0x20, 4);
	balance(entry + 0x10, 0x0f, &entry[0x15]);
	balance(entry, entry[5], &entry[4]);
}

/* An entry point for a table that came without one: 3.0, as long as it is. */
static void make_entry(uint8_t *entry, size_t table_size)
{
	memcpy(entry, "_SM3_", 5);
	entry[6] = 0x18;
	entry[7] = 3;
	entry[0x0a] = 1;
	put(entry + 0x0c, table_size, 4);
	rebase(entry);
}

static void join(struct dump *dump, const uint8_t *entry, size_t entry_size, const uint8_t *table,
		 size_t table_size)
{
	dump->table = 0x20;
	dump->size = 0x20 + table_size;
	dump->bytes = calloc(1, dump->size);
	assert_non_null(dump->bytes);
	memcpy(dump->bytes + 0x20, table, table_size);
	if (entry_size)
		memcpy(dump->bytes, entry, entry_size < 0x20 ? entry_size : 0x20);
	else
		make_entry(dump->bytes, table_size);
	rebase(dump->bytes);
}

/* The one place in a memory image where every check holds, and the address in it. */
static void cut_out(struct dump *dump)
{
	for (size_t at = 0; at + 0x20 <= dump->file_size; at += 16) {
		const uint8_t *entry = dump->file + at;
		uint8_t sum = 0;
		size_t address, size;

		if (memcmp(entry, "_SM_", 4) != 0 || memcmp(entry + 16, "_DMI_", 5) != 0)
			continue;
		for (size_t i = 0; i < entry[5]; i++)
			sum = (uint8_t)(sum + entry[i]);
		address = entry[0x18] | entry[0x19] << 8 | entry[0x1a] << 16;
		size = entry[0x16] | entry[0x17] << 8;
		if (sum == 0 && address + size <= dump->file_size) {
			join(dump, entry, 0x1f, dump->file + address, size);
			return;
		}
	}
	fail_msg("%s: no entry point", dump->name);
}

/* As README.md of the corpus describes it for each kind. */
static void fix_up(struct dump *dump, const char *kind)
{
	char entry_name[300];
	uint8_t *entry;
	size_t size;

	if (strcmp(kind, "dumpbin") == 0) {
		join(dump, dump->file, 0x20, dump->file + 0x20, dump->file_size - 0x20);
	} else if (strcmp(kind, "pair") == 0) {
		snprintf(entry_name, sizeof(entry_name), "%.*s.smbios_entry_point",
			 (int)(strlen(dump->name) - strlen(".DMI")), dump->name);
		entry = read_corpus(entry_name, &size);
		join(dump, entry, size, dump->file, dump->file_size);
		free(entry);
	} else if (strcmp(kind, "memdump") == 0) {
		cut_out(dump);
	} else if (strcmp(kind, "rawsmbios") == 0 || strcmp(kind, "windows") == 0) {
		join(dump, NULL, 0, dump->file + 8, dump->file_size - 8);
	} else {
		assert_string_equal(kind, "rawtable");
		join(dump, NULL, 0, dump->file, dump->file_size);
	}
}

static void run_dmidecode(struct scratch *scratch, struct dump *dump)
{
	const char *path = scratch_path(scratch, "dump");
	char command[400];
	size_t room = 1 << 20;
	FILE *in;

	scratch_write(path, dump->bytes, dump->size);
	snprintf(command, sizeof(command), "dmidecode --from-dump %s 2>/dev/null", path);
	in = popen(command, "r");
	assert_non_null(in);
	dump->text = malloc(room);
	assert_non_null(dump->text);
	dump->text_size = fread(dump->text, 1, room, in);
	assert_true(dump->text_size > 0 && dump->text_size < room);
	assert_int_equal(pclose(in), 0);
}

static int load(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	tsv_open(&index_, "smbios-bin/index.tsv");
	assert_true(index_.n_rows > 10 && index_.n_rows <= MAX_DUMPS);
	for (size_t row = 0; row < index_.n_rows; row++) {
		struct dump *dump = &dumps[n_dumps++];

		dump->name = tsv_cell(&index_, row, 0);
		dump->file = read_corpus(dump->name, &dump->file_size);
		fix_up(dump, tsv_cell(&index_, row, tsv_column(&index_, "kind")));
		run_dmidecode(&scratch, dump);
	}
	scratch_remove(&scratch);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		free(dumps[i].file);
		free(dumps[i].bytes);
		free(dumps[i].text);
	}
	tsv_free(&index_);
	return 0;
}

static struct source *open_bytes(const char *name, const void *bytes, size_t size)
{
	struct source *source;
	char *error;

	if (!source_open_bytes(name, bytes, size, &source, &error))
		fail_msg("%s", error);
	return source;
}

/* The file as it is, against what dmidecode says of the repaired one. */
static void files_agree_with_dmidecode(void **state)
{
	struct text_oracle oracle;
	FILE *to = text_oracle_start(&oracle);

	(void)state;
	for (size_t i = 0; i < n_dumps; i++)
		text_oracle_text(to, dumps[i].name, (const uint8_t *)dumps[i].text,
				 dumps[i].text_size);
	text_oracle_finish(&oracle, to);
	for (size_t i = 0; i < n_dumps; i++) {
		struct source *source =
			open_bytes(dumps[i].name, dumps[i].file, dumps[i].file_size);
		const char *ours[FIELD_COUNT];

		for (unsigned field = 0; field < FIELD_COUNT; field++)
			ours[field] = source_field(source, (enum field)field);
		text_oracle_compare(&oracle, dumps[i].name, "dmidecode", ours);
		source_close(source);
	}
	assert_int_equal(oracle.next, oracle.lines.n_rows);
	text_oracle_free(&oracle);
}

static const char *cell_or_null(const char *cell)
{
	return strcmp(cell, "\\N") == 0 || strcmp(cell, "Not Specified") == 0 ? NULL : cell;
}

static void files_agree_with_the_index(void **state)
{
	static const struct {
		const char *column;
		enum field field;
	} columns[] = {
		{"vendor", FIELD_SYS_VENDOR},        {"product", FIELD_PRODUCT_NAME},
		{"bios_vendor", FIELD_BIOS_VENDOR},  {"bios_version", FIELD_BIOS_VERSION},
		{"bios_date", FIELD_BIOS_DATE},      {"board_vendor", FIELD_BOARD_VENDOR},
		{"board_product", FIELD_BOARD_NAME},
	};

	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		struct source *source =
			open_bytes(dumps[i].name, dumps[i].file, dumps[i].file_size);

		for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
			agree(dumps[i].name, "dump-index", field_name(columns[c].field),
			      source_field(source, columns[c].field),
			      cell_or_null(tsv_cell(&index_, i,
						    tsv_column(&index_, columns[c].column))));
		source_close(source);
	}
}

/* Raw bytes where the source is binary, dots where dmidecode has printed them. */
static void assert_same(const char *name, const struct source *a, const struct source *b,
			bool b_is_text)
{
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text x = a->identity.field[field], y = b->identity.field[field];

		if (a->identity.present >> field != b->identity.present >> field ||
		    x.size != y.size)
			fail_msg("%s: %s differs", name, field_name(field));
		for (size_t i = 0; i < x.size; i++) {
			bool is_shown = x.at[i] >= 0x20 && x.at[i] <= 0x7e;
			char expected = !is_shown && b_is_text ? '.' : x.at[i];

			if (y.at[i] != expected)
				fail_msg("%s: %s differs", name, field_name(field));
		}
	}
}

static void assert_form(const struct dump *dump, const char *form, enum source_kind kind,
			const uint8_t *bytes, size_t size)
{
	struct source *plain = open_bytes(dump->name, dump->file, dump->file_size);
	struct source *other = open_bytes(form, bytes, size);

	if (other->kind != kind)
		fail_msg("%s as %s: is taken for %s", dump->name, form,
			 source_kind_name(other->kind));
	assert_same(form, plain, other, kind == SOURCE_DMIDECODE_TEXT);
	source_close(plain);
	source_close(other);
}

static uint8_t *room_for(size_t size)
{
	uint8_t *room = calloc(1, size);

	assert_non_null(room);
	return room;
}

static void every_table_in_every_binary_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		struct dump *dump = &dumps[i];
		const uint8_t *table = dump->bytes + dump->table;
		size_t size = dump->size - dump->table;
		uint8_t *room = room_for(0x100000);

		assert_form(dump, "dump", SOURCE_DUMP, dump->bytes, dump->size);
		assert_form(dump, "table", SOURCE_TABLE, table, size);
		/* Windows: method, major, minor, revision, length. */
		memcpy(room, "\0\3\2\0", 4);
		put(room + 4, size, 4);
		memcpy(room + 8, table, size);
		assert_form(dump, "raw", SOURCE_RAW_SMBIOS_DATA, room, size + 8);
		/* A dump that still has the physical address. */
		memset(room, 0, 0x100000);
		memcpy(room, dump->bytes, dump->size);
		put(room + (memcmp(room, "_SM3_", 5) ? 0x18 : 0x10), 0xe0020, 4);
		if (memcmp(room, "_SM3_", 5) == 0)
			balance(room, room[6], &room[5]);
		else
			balance(room + 0x10, 0x0f, &room[0x15]), balance(room, room[5], &room[4]);
		assert_form(dump, "physical", SOURCE_DUMP, room, dump->size);
		/* The first MiB of memory with the entry point at F0430h, and its last 64 KiB. */
		memset(room, 0, 0x100000);
		memcpy(room + 0xf0430, dump->bytes, 0x20);
		memcpy(room + 0xf1000, table, size);
		put(room + 0xf0430 + (memcmp(dump->bytes, "_SM3_", 5) ? 0x18 : 0x10), 0xf1000, 4);
		if (memcmp(dump->bytes, "_SM3_", 5) == 0)
			balance(room + 0xf0430, room[0xf0436], &room[0xf0435]);
		else
			balance(room + 0xf0440, 0x0f, &room[0xf0445]),
				balance(room + 0xf0430, room[0xf0435], &room[0xf0434]);
		assert_form(dump, "memory", SOURCE_MEMORY_IMAGE, room, 0x100000);
		assert_form(dump, "segment", SOURCE_MEMORY_IMAGE, room + 0xf0000, 0x10000);
		free(room);
	}
}

/* `from` replaced by `to` in the text that dmidecode printed. */
static size_t replaced(const struct dump *dump, char from, const char *to, uint8_t *room)
{
	size_t size = 0;

	for (size_t i = 0; i < dump->text_size; i++) {
		if (dump->text[i] != from)
			room[size++] = (uint8_t)dump->text[i];
		else
			for (const char *c = to; *c; c++)
				room[size++] = (uint8_t)*c;
	}
	return size;
}

static size_t utf16(const struct dump *dump, bool is_big, uint8_t *room)
{
	size_t size = 0;

	room[size++] = is_big ? 0xfe : 0xff;
	room[size++] = is_big ? 0xff : 0xfe;
	for (size_t i = 0; i < dump->text_size; i++) {
		room[size++] = is_big ? 0 : (uint8_t)dump->text[i];
		room[size++] = is_big ? (uint8_t)dump->text[i] : 0;
	}
	return size;
}

/* What dmidecode prints of a dump says what the dump says. */
static void every_text_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		const struct dump *dump = &dumps[i];
		uint8_t *room = room_for(dump->text_size * 8 + 3);
		size_t first = strcspn(dump->text, "\n") + 1;

		assert_form(dump, "LF", SOURCE_DMIDECODE_TEXT, (uint8_t *)dump->text,
			    dump->text_size);
		assert_form(dump, "no first line", SOURCE_DMIDECODE_TEXT,
			    (uint8_t *)dump->text + first, dump->text_size - first);
		assert_form(dump, "CR LF", SOURCE_DMIDECODE_TEXT, room,
			    replaced(dump, '\n', "\r\n", room));
		assert_form(dump, "CR", SOURCE_DMIDECODE_TEXT, room,
			    replaced(dump, '\n', "\r", room));
		assert_form(dump, "blanks for tabs", SOURCE_DMIDECODE_TEXT, room,
			    replaced(dump, '\t', "        ", room));
		assert_form(dump, "UTF-16LE", SOURCE_DMIDECODE_TEXT, room,
			    utf16(dump, false, room));
		assert_form(dump, "UTF-16BE", SOURCE_DMIDECODE_TEXT, room, utf16(dump, true, room));
		memcpy(room, "\xef\xbb\xbf", 3);
		memcpy(room + 3, dump->text, dump->text_size);
		assert_form(dump, "UTF-8 with a mark", SOURCE_DMIDECODE_TEXT, room,
			    dump->text_size + 3);
		free(room);
	}
}

static void every_pair_as_a_folder(void **state)
{
	size_t n_pairs = 0;

	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		const struct dump *dump = &dumps[i];
		struct source *folder, *plain;
		struct scratch scratch;
		char *error;

		if (strcmp(tsv_cell(&index_, i, tsv_column(&index_, "kind")), "pair") != 0)
			continue;
		n_pairs++;
		scratch_make(&scratch);
		scratch_write(scratch_path(&scratch, "DMI"), dump->file, dump->file_size);
		scratch_write(scratch_path(&scratch, "smbios_entry_point"), dump->bytes, 0x20);
		assert_true(source_open(scratch.folder, &folder, &error));
		assert_int_equal(folder->kind, SOURCE_FOLDER);
		plain = open_bytes(dump->name, dump->file, dump->file_size);
		assert_same("folder", plain, folder, false);
		source_close(plain);
		source_close(folder);
		scratch_remove(&scratch);
	}
	assert_true(n_pairs > 0);
}

/* Cut anywhere, with any one byte changed: an answer or an error, never anything else. */
static void damaged_dumps_end_well(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_dumps; i++) {
		const struct dump *dump = &dumps[i];

		for (size_t size = 0; size < dump->size; size += 1 + dump->size / 40) {
			struct source *source;
			char *error;

			if (source_open_bytes("cut", dump->bytes, size, &source, &error))
				source_close(source);
			else
				free(error);
		}
		for (size_t at = 0; at < dump->size; at += 1 + dump->size / 40) {
			struct source *source;
			char *error;

			dump->bytes[at] ^= 0x5a;
			if (source_open_bytes("changed", dump->bytes, dump->size, &source, &error))
				source_close(source);
			else
				free(error);
			dump->bytes[at] ^= 0x5a;
		}
	}
}

static void differences_are_listed(void **state)
{
	static const char *const oracles[] = {"dmidecode", "dump-index", NULL};

	(void)state;
	assert_true(agree_count() > 500);
	agree_or_fail(oracles);
}

int main(void)
{
	static const char *const programs[] = {"dmidecode", "awk", NULL};
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_agree_with_dmidecode),
		cmocka_unit_test(files_agree_with_the_index),
		cmocka_unit_test(differences_are_listed),
		cmocka_unit_test(every_table_in_every_binary_form),
		cmocka_unit_test(every_text_in_every_form),
		cmocka_unit_test(every_pair_as_a_folder),
		cmocka_unit_test(damaged_dumps_end_well),
	};

	corpus_or_skip(programs);
	return cmocka_run_group_tests(tests, load, unload);
}
