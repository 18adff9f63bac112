/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_identity.c - whole identities of good and broken machines, field by field; number spellings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/identity.h>

#include "machine/machine.h"

/* Everything there is, one "field=value" a line, a star before placeholders. */
static void spell(const struct identity *identity, char *out, size_t room)
{
	size_t size = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (!(identity->present >> i & 1)) {
			assert_int_equal(identity->field[i].size, 0);
			assert_false(identity->placeholder >> i & 1);
			assert_false(identity_has(identity, (enum field)i));
			continue;
		}
		assert_int_equal(identity_has(identity, (enum field)i),
				 !(identity->placeholder >> i & 1));
		size += (size_t)snprintf(out + size, room - size, "%s%s=%.*s\n",
					 identity->placeholder >> i & 1 ? "*" : "", field_name(i),
					 (int)identity->field[i].size, identity->field[i].at);
		assert_true(size < room);
	}
}

static void check_machine(const char *path, const char *expected)
{
	struct machine *machine = NULL;
	struct identity identity;
	char *error = NULL, text[2048], full[256];

	(void)snprintf(full, sizeof(full), "tests/data/%s.machine", path);
	if (!machine_read(full, &machine, &error))
		fail_msg("%s", error);
	machine_identity(machine, &identity);
	spell(&identity, text, sizeof(text));
	if (strcmp(text, expected) != 0)
		fail_msg("%s: expected\n%sfound\n%s", path, expected, text);
	machine_free(machine);
}

static void whole_machines_are_identified(void **state)
{
	(void)state;
	check_machine("machines/qemu-ovmf-2025.02", "bios-vendor=Debian distribution of EDK II\n"
						    "bios-version=2025.02-8+deb13u1\n"
						    "bios-date=11/08/2025\n"
						    "bios-release=0.0\n"
						    "sys-vendor=QEMU\n"
						    "product-name=Standard PC (Q35 + ICH9, 2009)\n"
						    "product-version=pc-q35-7.2\n"
						    "chassis-type=1\n"
						    "cpu-version=pc-q35-7.2\n"
						    "cpu-id=0x078bfbfd000306c1\n"
						    "efi-vendor=Debian distribution of EDK II\n"
						    "efi-revision=0x00010000\n"
						    "uefi-revision=2.70\n"
						    "arch=x86_64\n");
	check_machine("machines/hp-elitebook-840-g6",
		      "bios-vendor=HP\n"
		      "bios-version=R70 Ver. 01.02.00\n"
		      "bios-date=06/18/2019\n"
		      "bios-release=2.0\n"
		      "ec-release=82.76\n"
		      "sys-vendor=HP\n"
		      "product-name=HP EliteBook 840 G6\n"
		      "*product-version= \n"
		      "product-sku=7JQ40UC#ABA\n"
		      "product-family=103C_5336AN HP EliteBook\n"
		      "board-vendor=HP\n"
		      "board-name=8549\n"
		      "board-version=KBC Version 52.4C.00\n"
		      "chassis-type=10\n"
		      "cpu-version=Intel(R) Core(TM) i7-8665U CPU @ 1.90GHz\n"
		      "cpu-id=0x0000000000000000\n"
		      "arch=x86_64\n");
	check_machine("machines/asus-m5a97-r2.0",
		      "bios-vendor=American Megatrends Inc.\n"
		      "bios-version=2501\n"
		      "bios-date=04/09/2014\n"
		      "bios-release=4.6\n"
		      "*sys-vendor=To be filled by O.E.M.\n"
		      "*product-name=To be filled by O.E.M.\n"
		      "*product-version=To be filled by O.E.M.\n"
		      "*product-sku=SKU\n"
		      "*product-family=To be filled by O.E.M.\n"
		      "board-vendor=ASUSTeK COMPUTER INC.\n"
		      "board-name=M5A97 R2.0\n"
		      "board-version=Rev 1.xx\n"
		      "chassis-type=3\n"
		      "cpu-version=AMD FX(tm)-8350 Eight-Core Processor           \n"
		      "cpu-id=0x0000000000000000\n"
		      "arch=x86_64\n");
}

#define ACME_BIOS   "bios-vendor=Acme\nbios-version=1.0\nbios-date=01/02/2020\n"
#define ACME_SYSTEM "sys-vendor=Acme\nproduct-name=Anvil\n"

static void broken_tables_give_what_can_be_read(void **state)
{
	static const struct {
		const char *name, *expected;
	} cases[] = {
		{"truncated-in-header", ACME_BIOS ACME_SYSTEM},
		{"truncated-in-formatted", ACME_BIOS},
		{"truncated-in-strings", ACME_BIOS},
		{"length-zero", ACME_BIOS},
		{"length-below-header", ACME_BIOS},
		{"length-past-end", ACME_BIOS},
		{"string-set-unterminated", ACME_BIOS},
		{"single-nul", ACME_BIOS},
		{"index-out-of-range", "bios-version=1.0\nbios-date=01/02/2020\nsys-vendor=Acme\n"},
		{"empty-string-in-set", "bios-vendor=Acme\n"},
		{"no-type-0", ACME_SYSTEM},
		{"no-end", ACME_BIOS ACME_SYSTEM},
		{"after-end", ACME_BIOS ACME_SYSTEM},
		{"looping", ACME_BIOS ACME_SYSTEM},
		{"two-of-each", ACME_BIOS ACME_SYSTEM},
		{"short-structures", ACME_BIOS ACME_SYSTEM},
		{"too-short-structures", ""},
		{"only-end", ""},
		{"non-ascii", "bios-vendor=Soci\xc3\xa9t\xc3\xa9\nbios-version=1.0\x01\x7f\n"
			      "*bios-date=\xff\xff\xff\n" ACME_SYSTEM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "broken/%s", cases[i].name);
		check_machine(path, cases[i].expected);
	}
}

/* The identity of a machine given as text, spelled. */
static void check_text(const char *text, const char *expected)
{
	struct machine *machine = NULL;
	struct identity identity;
	char *error = NULL, found[1024];

	if (!machine_parse("test", text, strlen(text), &machine, &error))
		fail_msg("%s", error);
	machine_identity(machine, &identity);
	spell(&identity, found, sizeof(found));
	assert_string_equal(found, expected);
	machine_free(machine);
}

static void numbers_come_from_their_bytes(void **state)
{
	(void)state;
	check_text("[bios]\nbios-release = 5.12\nec-release = 1.0\n",
		   "bios-release=5.12\nec-release=1.0\n");
	/* FFh in either byte: no release. */
	check_text("[bios]\nbyte 0x14 = 255\nbyte 0x15 = 3\nbyte 0x16 = 3\nbyte 0x17 = 255\n", "");
	check_text("[bios]\nbyte 0x14 = 0\nbyte 0x15 = 0\n", "bios-release=0.0\n");
	/* Bit 7 of the chassis type is the lock. */
	check_text("[chassis]\nchassis-type = 0x8a\n", "chassis-type=10\n");
	check_text("[chassis]\nlength = 8\nchassis-type = 3\n", "");
	check_text("[processor]\ncpu-id = 0xbfebfbff000306a9\n", "cpu-id=0xbfebfbff000306a9\n");
	check_text("[processor]\nlength = 0x19\ncpu-version = x\n", "");
	/* dmidecode reads SKU and family together or not at all. */
	check_text("[system]\nlength = 0x1a\nproduct-sku = x\nsys-vendor = y\n", "sys-vendor=y\n");
}

static void the_first_structure_counts_even_if_it_says_less(void **state)
{
	(void)state;
	check_text("[bios]\nbios-vendor = A\n[bios]\nbios-vendor = B\nbios-version = 2\n",
		   "bios-vendor=A\n");
	check_text("[board]\nlength = 4\n[board]\nboard-name = B\n", "");
	check_text("[processor]\ncpu-id = 1\n[bios]\nbios-vendor = A\n",
		   "bios-vendor=A\ncpu-id=0x0000000000000001\n");
}

static void values_are_spelled_in_one_way(void **state)
{
	struct identity identity;
	char text[512];

	(void)state;
	identity_clear(&identity);
	spell(&identity, text, sizeof(text));
	assert_string_equal(text, "");
	identity_set_release(&identity, FIELD_BIOS_RELEASE, 5, 7);
	identity_set_release(&identity, FIELD_EC_RELEASE, 254, 254);
	identity_set_number(&identity, FIELD_CHASSIS_TYPE, 10);
	identity_set_number(&identity, FIELD_CPU_ID, UINT64_MAX);
	identity_set_number(&identity, FIELD_EFI_REVISION, 0x10000);
	identity_set_uefi_revision(&identity, 0x00020046);
	identity_set_text(&identity, FIELD_ARCH, text_of("aarch64"));
	spell(&identity, text, sizeof(text));
	assert_string_equal(text, "bios-release=5.7\nec-release=254.254\nchassis-type=10\n"
				  "cpu-id=0xffffffffffffffff\nefi-revision=0x00010000\n"
				  "uefi-revision=2.70\narch=aarch64\n");
	identity_set_uefi_revision(&identity, 0x00010002);
	assert_true(text_is_same(identity.field[FIELD_UEFI_REVISION], text_of("1.02")));
	identity_set_uefi_revision(&identity, 0xffffffff);
	assert_true(text_is_same(identity.field[FIELD_UEFI_REVISION], text_of("65535.65535")));
	identity_set_release(&identity, FIELD_BIOS_RELEASE, UINT32_MAX, UINT32_MAX);
	assert_true(
		text_is_same(identity.field[FIELD_BIOS_RELEASE], text_of("4294967295.4294967295")));
}

static void setting_again_forgets_the_placeholder(void **state)
{
	struct identity identity;

	(void)state;
	identity_clear(&identity);
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_of("Default string"));
	assert_false(identity_has(&identity, FIELD_SYS_VENDOR));
	assert_int_equal(identity.present, 1u << FIELD_SYS_VENDOR);
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_of("Acme"));
	assert_true(identity_has(&identity, FIELD_SYS_VENDOR));
	identity_set_text(&identity, FIELD_BIOS_RELEASE, text_of("none"));
	identity_set_release(&identity, FIELD_BIOS_RELEASE, 1, 0);
	assert_true(identity_has(&identity, FIELD_BIOS_RELEASE));
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_sized(NULL, 0));
	assert_false(identity_has(&identity, FIELD_SYS_VENDOR));
}

/* With and without the wish to know how it ended: the same fields. */
static void the_short_way_reads_the_same(void **state)
{
	static const char text[] = "[bios]\nbios-vendor = A\n[system]\nsys-vendor = B\n"
				   "[board]\nboard-name = C\n[chassis]\nchassis-type = 3\n"
				   "[processor]\ncpu-id = 4\n[type 99]\nbreak = length 0\n";
	enum smbios_end end = SMBIOS_END_NONE;
	struct identity with, without;
	struct machine *machine;
	char *error;

	(void)state;
	assert_true(machine_parse("test", text, strlen(text), &machine, &error));
	identity_clear(&with);
	identity_clear(&without);
	identity_from_smbios(&with, span_of(machine->table, machine->table_size), &end);
	identity_from_smbios(&without, span_of(machine->table, machine->table_size), NULL);
	assert_int_equal(end, SMBIOS_END_SHORT_LENGTH);
	assert_int_equal(with.present, without.present);
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		assert_true(text_is_same(with.field[i], without.field[i]));
	machine_free(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_machines_are_identified),
		cmocka_unit_test(broken_tables_give_what_can_be_read),
		cmocka_unit_test(numbers_come_from_their_bytes),
		cmocka_unit_test(the_first_structure_counts_even_if_it_says_less),
		cmocka_unit_test(values_are_spelled_in_one_way),
		cmocka_unit_test(setting_again_forgets_the_placeholder),
		cmocka_unit_test(the_short_way_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
