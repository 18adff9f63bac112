/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_source.c - each binary kind of source, this machine, and what describes none */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <fwquirk/host/source.h>

#include "machine/machine.h"
#include "support/scratch.h"

#define BIT(id) ((uint32_t)1 << FIELD_##id)

static const char machine_text[] = "[bios]\n"
				   "bios-vendor = Maker of Firmware\n"
				   "bios-version = 1.10.0\n"
				   "bios-date = 02/03/2021\n"
				   "bios-release = 1.10\n"
				   "[system]\n"
				   "sys-vendor = Maker\n"
				   "product-name = \"Model 7  \"\n"
				   "product-version = To Be Filled By O.E.M.\n"
				   "[board]\n"
				   "board-vendor = Maker\n"
				   "board-name = \"B-\\xfc\"\n"
				   "[chassis]\n"
				   "chassis-type = 10\n"
				   "[processor]\n"
				   "cpu-version = Some CPU\n"
				   "cpu-id = 0x178bfbff00800f82\n";

static struct machine *machine;

static int make_machine(void **state)
{
	char *error;

	(void)state;
	unsetenv("FWQUIRK_SYSFS");
	unsetenv("FWQUIRK_DMIDECODE");
	if (!machine_parse("machine", machine_text, strlen(machine_text), &machine, &error))
		fail_msg("%s", error);
	return 0;
}

static int free_machine(void **state)
{
	(void)state;
	machine_free(machine);
	return 0;
}

static struct source *open_bytes(const void *bytes, size_t size)
{
	struct source *source;
	char *error;

	if (!source_open_bytes("source", bytes, size, &source, &error))
		fail_msg("%s", error);
	return source;
}

static struct source *open_path(const char *path)
{
	struct source *source;
	char *error;

	if (!source_open(path, &source, &error))
		fail_msg("%s", error);
	return source;
}

static void assert_error_take(char *error, const char *part)
{
	if (!strstr(error, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error);
	free(error);
}

static void assert_refused(const void *bytes, size_t size, const char *part)
{
	struct source *source = NULL;
	char *error;

	assert_false(source_open_bytes("source", bytes, size, &source, &error));
	assert_null(source);
	assert_error_take(error, part);
}

static void assert_field(const struct source *source, enum field field, const char *expected)
{
	struct text text = source->identity.field[field];

	assert_true(source->identity.present >> field & 1);
	if (!text_is_same(text, text_of(expected)))
		fail_msg("%s is \"%.*s\", not \"%s\"", field_name(field), (int)text.size, text.at,
			 expected);
}

/* Every field as the machine was described, and nothing more. */
static void assert_machine(const struct source *source, enum source_kind kind)
{
	assert_int_equal(source->kind, kind);
	assert_field(source, FIELD_BIOS_VENDOR, "Maker of Firmware");
	assert_field(source, FIELD_BIOS_VERSION, "1.10.0");
	assert_field(source, FIELD_BIOS_DATE, "02/03/2021");
	assert_field(source, FIELD_BIOS_RELEASE, "1.10");
	assert_field(source, FIELD_SYS_VENDOR, "Maker");
	assert_field(source, FIELD_PRODUCT_NAME, "Model 7  ");
	assert_field(source, FIELD_PRODUCT_VERSION, "To Be Filled By O.E.M.");
	assert_field(source, FIELD_BOARD_NAME, "B-\xfc");
	assert_field(source, FIELD_CHASSIS_TYPE, "10");
	assert_field(source, FIELD_CPU_VERSION, "Some CPU");
	assert_field(source, FIELD_CPU_ID, "0x178bfbff00800f82");
	assert_int_equal(source->identity.placeholder, BIT(PRODUCT_VERSION));
	assert_int_equal(source->lossy, 0);
	assert_int_equal(source->identity.present & source->unknowable, 0);
	assert_int_equal(source->identity.present & ~BIT(ARCH),
			 BIT(BIOS_VENDOR) | BIT(BIOS_VERSION) | BIT(BIOS_DATE) | BIT(BIOS_RELEASE) |
				 BIT(SYS_VENDOR) | BIT(PRODUCT_NAME) | BIT(PRODUCT_VERSION) |
				 BIT(BOARD_VENDOR) | BIT(BOARD_NAME) | BIT(CHASSIS_TYPE) |
				 BIT(CPU_VERSION) | BIT(CPU_ID));
}

static const char *only_remark(const struct source *source)
{
	assert_int_equal(source->n_remarks, 1);
	return source->remark[0];
}

static void each_binary_form_is_told_apart(void **state)
{
	static const struct {
		enum machine_form form;
		enum source_kind kind;
		unsigned major;
		const char *remark;
	} forms[] = {
		{MACHINE_TABLE, SOURCE_TABLE, 0, NULL},
		{MACHINE_DUMP_32, SOURCE_DUMP, 3, NULL},
		{MACHINE_DUMP_64, SOURCE_DUMP, 3, NULL},
		{MACHINE_DUMP_DMI, SOURCE_DUMP, 3, "legacy"},
		{MACHINE_DUMP_PHYSICAL, SOURCE_DUMP, 3, "0xe0020"},
		{MACHINE_RAW_SMBIOS, SOURCE_RAW_SMBIOS_DATA, 3, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t size;
		uint8_t *bytes = machine_bytes(machine, forms[i].form, &size);
		struct source *source = open_bytes(bytes, size);

		free(bytes);
		assert_machine(source, forms[i].kind);
		assert_int_equal(source->smbios_major, forms[i].major);
		assert_int_equal(source->unknowable, BIT(EFI_VENDOR) | BIT(EFI_REVISION) |
							     BIT(UEFI_REVISION) | BIT(ARCH));
		if (forms[i].remark)
			assert_non_null(strstr(only_remark(source), forms[i].remark));
		else
			assert_int_equal(source->n_remarks, 0);
		source_close(source);
	}
}

static void a_file_is_read_by_what_is_in_it(void **state)
{
	struct scratch scratch;
	struct source *source;
	uint8_t *bytes;
	size_t size;

	(void)state;
	scratch_make(&scratch);
	bytes = machine_bytes(machine, MACHINE_DUMP_64, &size);
	scratch_write(scratch_path(&scratch, "notes.txt"), bytes, size);
	free(bytes);
	source = open_path(scratch_path(&scratch, "notes.txt"));
	assert_machine(source, SOURCE_DUMP);
	assert_non_null(strstr(source->name, "notes.txt"));
	source_close(source);
	scratch_remove(&scratch);
}

/* An image of memory with the entry point where `at` says and the table behind it. */
static uint8_t *image(size_t size, size_t base, size_t at)
{
	size_t dump_size;
	uint8_t *dump = machine_bytes(machine, MACHINE_DUMP_32, &dump_size);
	uint8_t *bytes = calloc(1, size), sum = 0;

	assert_non_null(bytes);
	memcpy(bytes + at, dump, dump_size);
	free(dump);
	/* Address of the table; both checksums change by as much, less. */
	for (unsigned i = 0; i < 4; i++)
		bytes[at + 0x18 + i] = (uint8_t)((base + at + 0x20) >> (8 * i));
	bytes[at + 0x15] = bytes[at + 4] = 0;
	for (size_t i = 0x10; i < 0x1f; i++)
		sum = (uint8_t)(sum + bytes[at + i]);
	bytes[at + 0x15] = (uint8_t)-sum;
	sum = 0;
	for (size_t i = 0; i < bytes[at + 5]; i++)
		sum = (uint8_t)(sum + bytes[at + i]);
	bytes[at + 4] = (uint8_t)-sum;
	return bytes;
}

static void an_entry_point_is_found_in_memory(void **state)
{
	uint8_t *bytes = image(0x100000, 0, 0xf0430);
	struct source *source;

	(void)state;
	/* Anchors that are none: off the border, and with a wrong checksum. */
	memcpy(bytes + 0xc88a4, bytes + 0xf0430, 0x1f);
	memcpy(bytes + 0xd0000, "_SM_", 4);
	memcpy(bytes + 0xd0020, "_DMI_", 5);
	memcpy(bytes + 0xd0040, "_SM3_", 5);
	source = open_bytes(bytes, 0x100000);
	assert_machine(source, SOURCE_MEMORY_IMAGE);
	assert_non_null(strstr(only_remark(source), "0xf0430"));
	source_close(source);
	free(bytes);
}

static void the_last_segment_of_low_memory_is_enough(void **state)
{
	uint8_t *bytes = image(0x10000, 0xf0000, 0x430);
	struct source *source = open_bytes(bytes, 0x10000);

	(void)state;
	assert_machine(source, SOURCE_MEMORY_IMAGE);
	source_close(source);
	free(bytes);
}

/* Anchors with good checksums all over 64 MiB: an answer in bounded time. */
static void many_false_anchors_do_not_take_long(void **state)
{
	size_t size = SOURCE_LIMIT;
	uint8_t *bytes = calloc(1, size), *dump = image(0x1000, 0, 0);

	(void)state;
	assert_non_null(bytes);
	memset(dump + 0x18, 0, 4);
	for (size_t at = 0; at < size; at += 0x20)
		memcpy(bytes + at, dump, 0x20);
	assert_refused(bytes, size, "no table");
	memset(bytes, 0, 0x20);
	assert_refused(bytes, size, "not a description");
	free(dump);
	free(bytes);
}

static void a_broken_entry_point_is_no_loss(void **state)
{
	size_t size;
	uint8_t *bytes = machine_bytes(machine, MACHINE_DUMP_32, &size);
	struct source *source;

	(void)state;
	bytes[4] ^= 1;
	source = open_bytes(bytes, size);
	assert_machine(source, SOURCE_DUMP);
	assert_non_null(strstr(only_remark(source), "checksum"));
	source_close(source);
	assert_refused(bytes, 0x20, "no table follows");
	assert_refused(bytes, 0x10, "no table follows");
	bytes[4] ^= 1;
	assert_refused(bytes, 0x1f, "no table behind it");
	free(bytes);
}

static void a_table_that_breaks_off_says_so(void **state)
{
	size_t size;
	uint8_t *bytes = machine_bytes(machine, MACHINE_TABLE, &size);
	struct source *source;

	(void)state;
	/* Without type 127. */
	source = open_bytes(bytes, size - 6);
	assert_machine(source, SOURCE_TABLE);
	assert_non_null(strstr(only_remark(source), "no end-of-table"));
	source_close(source);
	/* Inside the last structure that tells something. */
	source = open_bytes(bytes, size - 8);
	assert_field(source, FIELD_SYS_VENDOR, "Maker");
	assert_false(identity_has(&source->identity, FIELD_CPU_ID));
	assert_non_null(strstr(only_remark(source), "breaks off after 4 structures"));
	source_close(source);
	free(bytes);
}

static void what_describes_no_machine_is_refused(void **state)
{
	static const char elf[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0";
	uint8_t bytes[4096];
	uint32_t random = 1;

	(void)state;
	assert_refused("", 0, "is empty");
	assert_refused("hello\n", 6, "not a description of a machine");
	assert_refused(elf, sizeof(elf), "not a description of a machine");
	memset(bytes, 0, sizeof(bytes));
	assert_refused(bytes, sizeof(bytes), "not a description of a machine");
	memset(bytes, 0xff, sizeof(bytes));
	assert_refused(bytes, sizeof(bytes), "not a description of a machine");
	for (unsigned run = 0; run < 1000; run++) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(random >> 24);
		}
		assert_refused(bytes, sizeof(bytes), "not a description of a machine");
	}
}

static void a_path_that_cannot_be_read_is_named(void **state)
{
	struct source *source = NULL;
	struct scratch scratch;
	char *error;

	(void)state;
	scratch_make(&scratch);
	assert_false(source_open(scratch_path(&scratch, "none"), &source, &error));
	assert_error_take(error, "none: cannot open");
	assert_false(source_open(scratch.folder, &source, &error));
	assert_error_take(error, "neither DMI");
	scratch_write(scratch_path(&scratch, "DMI"), "DMI", 3);
	assert_false(source_open(scratch.folder, &source, &error));
	assert_error_take(error, "DMI: 3 bytes that are no SMBIOS table");
	assert_false(source_open("/dev/zero", &source, &error));
	assert_error_take(error, "larger than");
	assert_null(source);
	scratch_remove(&scratch);
}

static void write_form(const char *path, enum machine_form form)
{
	size_t size;
	uint8_t *bytes = machine_bytes(machine, form, &size);

	scratch_write(path, bytes, size);
	free(bytes);
}

static void a_folder_has_a_table_and_an_entry_point(void **state)
{
	struct scratch scratch;
	struct source *source;

	(void)state;
	scratch_make(&scratch);
	write_form(scratch_path(&scratch, "DMI"), MACHINE_TABLE);
	source = open_path(scratch.folder);
	assert_machine(source, SOURCE_FOLDER);
	assert_int_equal(source->smbios_major, 0);
	assert_non_null(strstr(only_remark(source), "no entry point"));
	source_close(source);

	write_form(scratch_path(&scratch, "smbios_entry_point"), MACHINE_ENTRY_64);
	source = open_path(scratch.folder);
	assert_machine(source, SOURCE_FOLDER);
	assert_int_equal(source->smbios_major, 3);
	assert_int_equal(source->n_remarks, 0);
	source_close(source);

	scratch_write(scratch_path(&scratch, "smbios_entry_point"), "_SM3_", 5);
	source = open_path(scratch.folder);
	assert_machine(source, SOURCE_FOLDER);
	assert_non_null(strstr(only_remark(source), "cannot be used"));
	source_close(source);
	scratch_remove(&scratch);
}

/* A folder of attributes, as sysfs has them. */
static void write_attributes(struct scratch *scratch, const char *folder)
{
	static const struct {
		const char *name, *value;
	} attributes[] = {
		{"sys_vendor", "Maker\n"},      {"product_name", "Model 7  \n"},
		{"bios_version", "1.10.0\n"},   {"bios_release", "1.10\n"},
		{"chassis_type", "10\n"},       {"board_name", "two\nlines\n"},
		{"product_serial", "secret\n"},
	};
	char name[128];

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", folder, attributes[i].name);
		scratch_write(scratch_path(scratch, name), attributes[i].value,
			      strlen(attributes[i].value));
	}
}

static void a_folder_of_attributes_is_read(void **state)
{
	struct scratch scratch;
	struct source *source;

	(void)state;
	scratch_make(&scratch);
	write_attributes(&scratch, "");
	source = open_path(scratch.folder);
	assert_int_equal(source->kind, SOURCE_SYSFS_TEXT);
	assert_field(source, FIELD_SYS_VENDOR, "Maker");
	assert_field(source, FIELD_PRODUCT_NAME, "Model 7  ");
	assert_field(source, FIELD_BIOS_RELEASE, "1.10");
	assert_field(source, FIELD_CHASSIS_TYPE, "10");
	assert_field(source, FIELD_BOARD_NAME, "two lines");
	assert_true(source->unknowable & BIT(PRODUCT_SKU));
	assert_false(source->unknowable & BIT(BOARD_VENDOR));
	assert_null(memmem(source->bytes, source->size, "secret", 6));
	source_close(source);
	scratch_remove(&scratch);
}

static void make_folders(const char *root, const char *below)
{
	char path[256];

	for (const char *slash = below; slash; slash = strchr(slash + 1, '/')) {
		const char *end = strchr(slash + 1, '/');
		int size = end ? (int)(end - below) : (int)strlen(below);

		snprintf(path, sizeof(path), "%s/%.*s", root, size, below);
		(void)mkdir(path, 0755);
	}
}

static void this_machine_is_what_sysfs_shows(void **state)
{
	struct scratch scratch;
	struct source *source = NULL;
	char *error;

	(void)state;
	scratch_make(&scratch);
	setenv("FWQUIRK_SYSFS", scratch.folder, 1);
	assert_false(source_open(NULL, &source, &error));
	assert_error_take(error, "this machine shows no SMBIOS");

	make_folders(scratch.folder, "class/dmi/id");
	write_attributes(&scratch, "class/dmi/id/");
	source = open_path(NULL);
	assert_int_equal(source->kind, SOURCE_SYSFS_TEXT);
	assert_string_equal(source->name, "this machine");
	assert_non_null(strstr(only_remark(source), "as root"));
	source_close(source);

	make_folders(scratch.folder, "firmware/dmi/tables");
	write_form(scratch_path(&scratch, "firmware/dmi/tables/DMI"), MACHINE_TABLE);
	write_form(scratch_path(&scratch, "firmware/dmi/tables/smbios_entry_point"),
		   MACHINE_ENTRY_64);
	source = open_path(NULL);
	assert_machine(source, SOURCE_MACHINE_SYSFS);
	assert_int_equal(source->n_remarks, 0);
#ifdef __x86_64__
	assert_field(source, FIELD_ARCH, "x86_64");
	source_close(source);
	/* A 64-bit kernel on a 32-bit firmware. */
	make_folders(scratch.folder, "firmware/efi");
	scratch_write(scratch_path(&scratch, "firmware/efi/fw_platform_size"), "32\n", 3);
	source = open_path(NULL);
	assert_field(source, FIELD_ARCH, "ia32");
#endif
	source_close(source);
	unsetenv("FWQUIRK_SYSFS");
	scratch_remove(&scratch);
}

/* A program in place of dmidecode: copies a dump to the file that it is told, or does not. */
static void this_machine_by_dmidecode(void **state)
{
	struct scratch scratch;
	struct source *source = NULL;
	char script[512], *error;

	(void)state;
	scratch_make(&scratch);
	write_form(scratch_path(&scratch, "the-dump"), MACHINE_DUMP_64);
	snprintf(script, sizeof(script),
		 "#!/bin/sh\n[ \"$1\" = --dump-bin ] || exit 1\n"
		 "[ \"$(stat -c %%a \"$(dirname \"$2\")\")\" = 700 ] || exit 1\n"
		 "cp %s \"$2\"\n",
		 scratch_path(&scratch, "the-dump"));
	scratch_write(scratch_path(&scratch, "fake"), script, strlen(script));
	assert_int_equal(chmod(scratch_path(&scratch, "fake"), 0755), 0);
	make_folders(scratch.folder, "sys");
	make_folders(scratch.folder, "tmp");
	setenv("FWQUIRK_SYSFS", scratch_path(&scratch, "sys"), 1);
	setenv("FWQUIRK_DMIDECODE", scratch_path(&scratch, "fake"), 1);
	setenv("TMPDIR", scratch_path(&scratch, "tmp"), 1);

	source = open_path(NULL);
	assert_machine(source, SOURCE_MACHINE_DMIDECODE);
	source_close(source);
	assert_int_equal(scratch_count(scratch_path(&scratch, "tmp")), 0);

	/* dmidecode says 0 and writes nothing where there is no SMBIOS. */
	scratch_write(scratch_path(&scratch, "fake"), "#!/bin/sh\nexit 0\n", 17);
	source = NULL;
	assert_false(source_open(NULL, &source, &error));
	assert_error_take(error, "this machine shows no SMBIOS");
	assert_null(source);
	assert_int_equal(scratch_count(scratch_path(&scratch, "tmp")), 0);

	unsetenv("TMPDIR");
	unsetenv("FWQUIRK_SYSFS");
	unsetenv("FWQUIRK_DMIDECODE");
	scratch_remove(&scratch);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned a = 0; a < SOURCE_KIND_COUNT; a++) {
		assert_true(strlen(source_kind_name((enum source_kind)a)) > 3);
		for (unsigned b = 0; b < a; b++)
			assert_string_not_equal(source_kind_name((enum source_kind)a),
						source_kind_name((enum source_kind)b));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_binary_form_is_told_apart),
		cmocka_unit_test(a_file_is_read_by_what_is_in_it),
		cmocka_unit_test(an_entry_point_is_found_in_memory),
		cmocka_unit_test(the_last_segment_of_low_memory_is_enough),
		cmocka_unit_test(many_false_anchors_do_not_take_long),
		cmocka_unit_test(a_broken_entry_point_is_no_loss),
		cmocka_unit_test(a_table_that_breaks_off_says_so),
		cmocka_unit_test(what_describes_no_machine_is_refused),
		cmocka_unit_test(a_path_that_cannot_be_read_is_named),
		cmocka_unit_test(a_folder_has_a_table_and_an_entry_point),
		cmocka_unit_test(a_folder_of_attributes_is_read),
		cmocka_unit_test(this_machine_is_what_sysfs_shows),
		cmocka_unit_test(this_machine_by_dmidecode),
		cmocka_unit_test(every_kind_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, make_machine, free_machine);
}
