/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_machine.c - the builder of test machines: what it writes, byte by byte, and what it refuses */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/machine.h"

static struct machine *parse(const char *text)
{
	struct machine *machine = NULL;
	char *error = NULL;

	if (!machine_parse("test", text, strlen(text), &machine, &error))
		fail_msg("%s", error);
	return machine;
}

static void bytes_are_those_of_the_specification(void **state)
{
	static const char expected[] = "\x0b\x05\x34\x12\x02one\0two\0\0"
				       "\x20\x06\x01\x00\xcd\xab\0\0"
				       "\x7f\x04\x02\x00\0";
	struct machine *machine = parse("# comment\n[table]\r\nsmbios = 2.8\n[oem-strings]\n"
					"handle = 0x1234\ntext = one\n text=\"t\\x77o\" \n"
					"[type 32]\nlength = 6\nword 4 = 0xabcd\n");

	(void)state;
	assert_int_equal(machine->table_size, sizeof(expected));
	assert_memory_equal(machine->table, expected, sizeof(expected));
	assert_int_equal(machine->n_structures, 3);
	assert_int_equal(machine->largest_structure, 14);
	machine_free(machine);
}

static void forms_hold_the_same_table(void **state)
{
	static const size_t table_at[] = {0, 32, 32, 32, 32, SIZE_MAX, SIZE_MAX, 8};
	struct machine *machine = parse("[bios]\nbios-vendor = x\n");

	(void)state;
	for (unsigned form = 0; form < MACHINE_FORM_COUNT; form++) {
		size_t size;
		uint8_t *bytes = machine_bytes(machine, (enum machine_form)form, &size);

		assert_non_null(machine_form_name(form));
		if (table_at[form] != SIZE_MAX) {
			assert_int_equal(size, table_at[form] + machine->table_size);
			assert_memory_equal(bytes + table_at[form], machine->table,
					    machine->table_size);
		} else {
			assert_true(size == 0x1f || size == 0x18);
		}
		free(bytes);
	}
	assert_null(machine_form_name(MACHINE_FORM_COUNT));
	machine_free(machine);
}

static void mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"bios-vendor = x\n", "test:1: expected a [SECTION] first, found 'bios-vendor'"},
		{"[bios\n", "test:1: expected ']', found the end of the line"},
		{"[foo]\n", "test:1: expected a section name, found [foo]"},
		{"[type 256]\n", "test:1: expected a section name, found [type 256]"},
		{"\n[bios]\nnonsense\n",
		 "test:3: expected KEY = VALUE or [SECTION], found 'nonsense'"},
		{"[bios]\nproduct-name = x\n",
		 "test:2: expected a key of type 0, found 'product-name'"},
		{"[bios]\nbios-release = 5\n", "test:2: expected MAJOR.MINOR, found '5'"},
		{"[bios]\nbios-release = 5.256\n", "test:2: expected MAJOR.MINOR, found '5.256'"},
		{"[bios]\nbios-vendor = \"x\n",
		 "test:2: expected a closing quote at the end of the line, found ''"},
		{"[bios]\nbios-vendor = \"x\" y\n",
		 "test:2: expected a closing quote at the end of the line, found '\" y'"},
		{"[bios]\nbios-vendor = \"\\n\"\n",
		 "test:2: expected \\\", \\\\ or \\xNN, found '\\n'"},
		{"[bios]\nbyte 0x18 = 1\n", "test:2: expected an offset in 0x04..0x17, found 0x18"},
		{"[bios]\nbyte 3 = 1\n", "test:2: expected an offset in 0x04..0x17, found 0x03"},
		{"[bios]\nbyte 4 = 256\n", "test:2: expected a number up to 255, found '256'"},
		{"[bios]\nnibble 4 = 1\n",
		 "test:2: expected string, byte, word or dword, found 'nibble'"},
		{"[bios]\nhandle = 65536\n",
		 "test:2: expected a number up to 65535, found '65536'"},
		{"[bios]\nlength = 3\n", "test:2: expected a length of at least 4, found 3 (to "
					 "break it: break = length 3)"},
		{"[bios]\nbreak = leg\n",
		 "test:2: expected a way to break a structure, found 'leg'"},
		{"[bios]\nbreak =\n", "test:2: expected a way to break a structure, found nothing"},
		{"[table]\nbreak = leg\n", "test:2: expected a way to break a table, found 'leg'"},
		{"[table]\nsmbios = 3\n",
		 "test:2: expected a version such as 2.8 or 3.0.0, found '3'"},
		{"[table]\nbreak = truncate 9\n",
		 "test:3: expected to cut at most 6 bytes, found truncate 9"},
		{"[efi]\nbios-vendor = x\n", "test:2: expected a field of the EFI system table or "
					     "arch, found 'bios-vendor'"},
		{"[efi]\nuefi-revision = 2\n",
		 "test:2: expected a revision such as 2.70, found '2'"},
		{"[bios]\nbios-vendor = x\nbreak = string-set-unterminated\n[system]\n",
		 "test:4: expected nothing behind an unterminated string set, found [system]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct machine *machine = NULL;
		char *error = NULL;

		if (machine_parse("test", cases[i].text, strlen(cases[i].text), &machine, &error))
			fail_msg("'%s' passes", cases[i].text);
		assert_string_equal(error, cases[i].error);
		assert_null(machine);
		free(error);
	}
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct machine *machine;
	char *error = NULL;

	(void)state;
	assert_false(machine_read("tests/data/machines/none.machine", &machine, &error));
	assert_non_null(strstr(error, "tests/data/machines/none.machine: cannot be read"));
	free(error);
}

/* Every machine of the fixtures says who made it or its board, and is whole. */
static void fixtures_are_whole_machines(void **state)
{
	DIR *folder = opendir("tests/data/machines");
	struct dirent *entry;
	unsigned n = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		enum smbios_end end = SMBIOS_END_NONE;
		struct machine *machine;
		struct identity identity;
		char path[512], *error;

		if (!strstr(entry->d_name, ".machine"))
			continue;
		(void)snprintf(path, sizeof(path), "tests/data/machines/%s", entry->d_name);
		if (!machine_read(path, &machine, &error))
			fail_msg("%s", error);
		identity_clear(&identity);
		identity_from_smbios(&identity, span_of(machine->table, machine->table_size), &end);
		assert_int_equal(end, SMBIOS_END_TYPE_127);
		machine_identity(machine, &identity);
		assert_true(identity_has(&identity, FIELD_BIOS_VENDOR));
		assert_true(identity_has(&identity, FIELD_SYS_VENDOR) ||
			    identity_has(&identity, FIELD_BOARD_VENDOR));
		assert_true(identity_has(&identity, FIELD_ARCH));
		machine_free(machine);
		n++;
	}
	closedir(folder);
	assert_true(n >= 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_those_of_the_specification),
		cmocka_unit_test(forms_hold_the_same_table),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(fixtures_are_whole_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
