/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_smbios.c - the walk over good and broken tables, each entry point, each way to refuse one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/smbios.h>

#include "machine/machine.h"

static struct machine *broken(const char *name)
{
	struct machine *machine = NULL;
	char path[256], *error = NULL;

	(void)snprintf(path, sizeof(path), "tests/data/broken/%s.machine", name);
	if (!machine_read(path, &machine, &error))
		fail_msg("%s", error);
	return machine;
}

/* Walks to the end; every structure must lie inside the table and behind the one before. */
static enum smbios_end walk_all(struct span table, unsigned *ret_n)
{
	struct smbios_walk walk = smbios_walk_begin(table);
	struct smbios_structure structure;
	const uint8_t *at = table.at;
	enum status status;

	while ((status = smbios_next(&walk, &structure)) == STATUS_OK) {
		assert_ptr_equal(structure.formatted.at, at);
		assert_true(structure.formatted.size >= 4);
		assert_int_equal(structure.type, at[0]);
		assert_int_equal(structure.handle, at[2] | at[3] << 8);
		at += structure.formatted.size;
		if (structure.strings.size)
			assert_ptr_equal(structure.strings.at, at);
		at += structure.strings.size + (structure.strings.size ? 1 : 2);
		assert_true(at <= table.at + table.size);
	}
	assert_int_equal(status, STATUS_END);
	assert_int_not_equal(walk.ended, SMBIOS_END_NONE);
	assert_int_equal(smbios_next(&walk, &structure), STATUS_END);
	*ret_n = walk.n_seen;
	return walk.ended;
}

static void walk_ends_as_the_table_is_broken(void **state)
{
	static const struct {
		const char *name;
		enum smbios_end end;
		unsigned n;
	} cases[] = {
		{"truncated-in-header", SMBIOS_END_TRUNCATED, 2},
		{"truncated-in-formatted", SMBIOS_END_TRUNCATED, 1},
		{"truncated-in-strings", SMBIOS_END_TRUNCATED, 1},
		{"length-zero", SMBIOS_END_SHORT_LENGTH, 1},
		{"length-below-header", SMBIOS_END_SHORT_LENGTH, 1},
		{"length-past-end", SMBIOS_END_TRUNCATED, 1},
		{"string-set-unterminated", SMBIOS_END_TRUNCATED, 1},
		{"single-nul", SMBIOS_END_SHORT_LENGTH, 2},
		{"index-out-of-range", SMBIOS_END_TYPE_127, 3},
		{"empty-string-in-set", SMBIOS_END_TRUNCATED, 2},
		{"no-type-0", SMBIOS_END_TYPE_127, 2},
		{"no-end", SMBIOS_END_BYTES, 2},
		{"after-end", SMBIOS_END_TYPE_127, 3},
		{"looping", SMBIOS_END_TOO_MANY, SMBIOS_MAX_STRUCTURES},
		{"two-of-each", SMBIOS_END_TYPE_127, 5},
		{"only-end", SMBIOS_END_TYPE_127, 1},
		{"non-ascii", SMBIOS_END_TYPE_127, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct machine *machine = broken(cases[i].name);
		unsigned n;
		enum smbios_end end = walk_all(span_of(machine->table, machine->table_size), &n);

		if (end != cases[i].end || n != cases[i].n)
			fail_msg("%s: end %d after %u, expected %d after %u", cases[i].name, end, n,
				 cases[i].end, cases[i].n);
		machine_free(machine);
	}
}

static void an_empty_table_ends_at_once(void **state)
{
	unsigned n;

	(void)state;
	assert_int_equal(walk_all(span_of(NULL, 0), &n), SMBIOS_END_BYTES);
	assert_int_equal(n, 0);
	/* Less than a header: cut off, whatever the length byte says. */
	assert_int_equal(walk_all(span_of("\xdd\x00\x00", 3), &n), SMBIOS_END_TRUNCATED);
	assert_int_equal(walk_all(span_of("\xdd", 1), &n), SMBIOS_END_TRUNCATED);
	assert_int_equal(n, 0);
}

/* Cut at every byte: the walk ends, and gives as many structures as are whole. */
static void every_cut_is_survived(void **state)
{
	struct machine *machine = broken("two-of-each");
	unsigned before = 0;

	(void)state;
	for (size_t size = 0; size <= machine->table_size; size++) {
		uint8_t *copy = malloc(size ? size : 1); /* so that ASan sees one byte too many */
		unsigned n;

		assert_non_null(copy);
		memcpy(copy, machine->table, size);
		(void)walk_all(span_of(copy, size), &n);
		assert_true(n == before || n == before + 1);
		before = n;
		free(copy);
	}
	assert_int_equal(before, 5);
	machine_free(machine);
}

static void exactly_the_limit_is_no_loop(void **state)
{
	static uint8_t table[(SMBIOS_MAX_STRUCTURES + 1) * 6];
	unsigned n;

	(void)state;
	for (size_t i = 0; i <= SMBIOS_MAX_STRUCTURES; i++)
		memcpy(table + i * 6, "\xdd\x04\0\0\0\0", 6);
	assert_int_equal(walk_all(span_of(table, SMBIOS_MAX_STRUCTURES * 6), &n), SMBIOS_END_BYTES);
	assert_int_equal(n, SMBIOS_MAX_STRUCTURES);
	assert_int_equal(walk_all(span_of(table, sizeof(table)), &n), SMBIOS_END_TOO_MANY);
	assert_int_equal(n, SMBIOS_MAX_STRUCTURES);
}

static void strings_are_found_by_index(void **state)
{
	static const uint8_t table[] = "\x01\x0a\x34\x12\x01\x02\x03\x00\x04\xff"
				       "One\0 two \0\xc3\xa9\0";
	struct smbios_structure structure;
	struct text text = text_of("untouched");

	(void)state;
	assert_int_equal(smbios_find(span_of(table, sizeof(table)), 1, &structure), STATUS_OK);
	assert_int_equal(structure.handle, 0x1234);
	assert_int_equal(structure.formatted.size, 10);
	assert_int_equal(smbios_string(&structure, 7, &text), STATUS_ABSENT);
	assert_int_equal(smbios_string(&structure, 10, &text), STATUS_ABSENT);
	assert_int_equal(smbios_string(&structure, SIZE_MAX, &text), STATUS_ABSENT);
	assert_int_equal(smbios_string(&structure, 8, &text), STATUS_MALFORMED);
	assert_int_equal(smbios_string(&structure, 9, &text), STATUS_MALFORMED);
	assert_true(text_is_same(text, text_of("untouched")));
	assert_int_equal(smbios_string(&structure, 4, &text), STATUS_OK);
	assert_true(text_is_same(text, text_of("One")));
	assert_int_equal(smbios_string(&structure, 5, &text), STATUS_OK);
	assert_true(text_is_same(text, text_of(" two ")));
	assert_int_equal(smbios_string(&structure, 6, &text), STATUS_OK);
	assert_true(text_is_same(text, text_of("\xc3\xa9")));
}

static void finding_takes_the_first_of_a_type(void **state)
{
	struct machine *machine = broken("two-of-each");
	struct span table = span_of(machine->table, machine->table_size);
	struct smbios_structure structure = {.type = 99};
	struct text text;

	(void)state;
	assert_int_equal(smbios_find(table, 2, &structure), STATUS_ABSENT);
	assert_int_equal(structure.type, 99);
	assert_int_equal(smbios_find(table, 0, &structure), STATUS_OK);
	assert_int_equal(smbios_string(&structure, 4, &text), STATUS_OK);
	assert_true(text_is_same(text, text_of("Acme")));
	machine_free(machine);
}

/* The entry point of a form of a machine as text. */
static enum status read_entry(const char *text, enum machine_form form, struct smbios_entry *entry)
{
	struct machine *machine;
	enum status status;
	char *error = NULL;
	uint8_t *bytes;
	size_t size;

	if (!machine_parse("test", text, strlen(text), &machine, &error))
		fail_msg("%s", error);
	bytes = machine_bytes(machine, form, &size);
	memset(entry, 0x5a, sizeof(*entry));
	status = smbios_entry_read(span_of(bytes, size), entry);
	free(bytes);
	machine_free(machine);
	return status;
}

static void entry_points_are_read(void **state)
{
	static const char three[] = "[table]\nsmbios = 3.4.1\n[type 200]\n";
	struct smbios_entry entry;

	(void)state;
	assert_int_equal(read_entry(three, MACHINE_ENTRY_64, &entry), STATUS_OK);
	assert_true(entry.is_64bit && !entry.is_legacy);
	assert_int_equal(entry.major << 16 | entry.minor << 8 | entry.docrev, 0x030401);
	assert_true(entry.table_address == 0x20);
	assert_int_equal(entry.table_size_bytes, 12);
	assert_int_equal(entry.n_structures, 0);

	assert_int_equal(
		read_entry("[table]\nsmbios = 2.8\n[type 200]\n", MACHINE_DUMP_PHYSICAL, &entry),
		STATUS_OK);
	assert_true(!entry.is_64bit && !entry.is_legacy);
	assert_int_equal(entry.major << 16 | entry.minor << 8 | entry.docrev, 0x020800);
	assert_true(entry.table_address == 0xe0020);
	assert_int_equal(entry.table_size_bytes, 12);
	assert_int_equal(entry.n_structures, 2);

	assert_int_equal(read_entry("[table]\nsmbios = 2.3\n", MACHINE_DUMP_DMI, &entry),
			 STATUS_OK);
	assert_true(!entry.is_64bit && entry.is_legacy);
	assert_int_equal(entry.major << 8 | entry.minor, 0x0203);
	assert_int_equal(entry.n_structures, 1);
}

static void impossible_versions_are_corrected(void **state)
{
	static const struct {
		const char *text;
		unsigned version;
	} cases[] = {
		{"[table]\nsmbios = 2.31\n", 0x0203}, {"[table]\nsmbios = 2.33\n", 0x0203},
		{"[table]\nsmbios = 2.51\n", 0x0206}, {"[table]\nsmbios = 2.34\n", 0x0222},
		{"[table]\nsmbios = 2.7\n", 0x0207},
	};
	struct smbios_entry entry;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_entry(cases[i].text, MACHINE_ENTRY_32, &entry), STATUS_OK);
		assert_int_equal(entry.major << 8 | entry.minor, cases[i].version);
	}
}

static void entry_points_are_refused(void **state)
{
	static const struct {
		const char *text;
		enum machine_form form;
		enum status status;
	} cases[] = {
		{"[table]\nbreak = checksum\n", MACHINE_ENTRY_32, STATUS_CHECKSUM},
		{"[table]\nbreak = intermediate-checksum\n", MACHINE_ENTRY_32, STATUS_CHECKSUM},
		{"[table]\nbreak = intermediate-checksum\n", MACHINE_DUMP_DMI, STATUS_CHECKSUM},
		{"[table]\nbreak = checksum\n", MACHINE_ENTRY_64, STATUS_CHECKSUM},
		{"[table]\nbreak = entry-length 29\n", MACHINE_DUMP_32, STATUS_MALFORMED},
		{"[table]\nbreak = entry-length 30\n", MACHINE_DUMP_32, STATUS_OK},
		{"[table]\nbreak = entry-length 32\n", MACHINE_DUMP_32, STATUS_OK},
		{"[table]\nbreak = entry-length 33\n", MACHINE_DUMP_32, STATUS_MALFORMED},
		{"[table]\nbreak = entry-length 23\n", MACHINE_DUMP_64, STATUS_MALFORMED},
		{"[table]\nbreak = entry-length 32\n", MACHINE_DUMP_64, STATUS_OK},
		{"[table]\nbreak = entry-length 33\n", MACHINE_DUMP_64, STATUS_MALFORMED},
		{"[table]\nbreak = entry-length 255\n", MACHINE_DUMP_64, STATUS_MALFORMED},
		{"[bios]\nbios-vendor = x\n", MACHINE_TABLE, STATUS_ABSENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct smbios_entry entry, untouched;
		enum status status = read_entry(cases[i].text, cases[i].form, &entry);

		memset(&untouched, 0x5a, sizeof(untouched));
		if (status != cases[i].status)
			fail_msg("case %zu: %s", i, status_text(status));
		if (status != STATUS_OK)
			assert_memory_equal(&entry, &untouched, sizeof(entry));
	}
}

/* Entry points cut at every byte, and with "_DMI_" not where it belongs. */
static void short_entry_points_are_refused(void **state)
{
	static const struct {
		enum machine_form form;
		size_t anchor_size, size;
	} cases[] = {
		{MACHINE_ENTRY_32, 4, 31}, {MACHINE_ENTRY_64, 5, 24}, {MACHINE_DUMP_DMI, 5, 15}};
	struct machine *machine = broken("only-end");
	struct smbios_entry entry;
	uint8_t *bytes;
	size_t size;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		bytes = machine_bytes(machine, cases[i].form, &size);
		for (size_t cut = 0; cut < cases[i].size; cut++) {
			uint8_t *copy = malloc(cut ? cut : 1);

			assert_non_null(copy);
			memcpy(copy, bytes, cut);
			assert_int_equal(smbios_entry_read(span_of(copy, cut), &entry),
					 cut < cases[i].anchor_size ? STATUS_ABSENT
								    : STATUS_TRUNCATED);
			free(copy);
		}
		assert_int_equal(smbios_entry_read(span_of(bytes, cases[i].size), &entry),
				 STATUS_OK);
		free(bytes);
	}
	bytes = machine_bytes(machine, MACHINE_ENTRY_32, &size);
	bytes[0x11] ^= 0x20;
	assert_int_equal(smbios_entry_read(span_of(bytes, size), &entry), STATUS_MALFORMED);
	free(bytes);
	machine_free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_ends_as_the_table_is_broken),
		cmocka_unit_test(an_empty_table_ends_at_once),
		cmocka_unit_test(every_cut_is_survived),
		cmocka_unit_test(exactly_the_limit_is_no_loop),
		cmocka_unit_test(strings_are_found_by_index),
		cmocka_unit_test(finding_takes_the_first_of_a_type),
		cmocka_unit_test(entry_points_are_read),
		cmocka_unit_test(impossible_versions_are_corrected),
		cmocka_unit_test(entry_points_are_refused),
		cmocka_unit_test(short_entry_points_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
