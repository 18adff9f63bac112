/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_source_text.c - dmidecode text, attributes, modalias and kernel lines: what they tell,
 * what they cannot, and what is made of odd ones */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/source.h>

#define BIT(id) ((uint32_t)1 << FIELD_##id)

#define EFI_FIELDS (BIT(EFI_VENDOR) | BIT(EFI_REVISION) | BIT(UEFI_REVISION))

static struct source *open_text(const char *text, enum source_kind kind)
{
	struct source *source;
	char *error;

	if (!source_open_bytes("text", text, strlen(text), &source, &error))
		fail_msg("%s", error);
	if (source->kind != kind)
		fail_msg("taken for %s", source_kind_name(source->kind));
	return source;
}

static void assert_refused(const char *text, const char *part)
{
	struct source *source = NULL;
	char *error;

	assert_false(source_open_bytes("text", text, strlen(text), &source, &error));
	assert_null(source);
	if (!strstr(error, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error);
	free(error);
}

/* NULL: absent. */
static void assert_field(const struct source *source, enum field field, const char *expected)
{
	struct text text = source->identity.field[field];
	bool is_there = source->identity.present >> field & 1;

	if (is_there != (expected != NULL) || (is_there && !text_is_same(text, text_of(expected))))
		fail_msg("%s is %s%.*s, not %s", field_name(field), is_there ? "" : "absent",
			 (int)text.size, text.at ? text.at : "", expected ? expected : "absent");
}

static void assert_remark(const struct source *source, const char *part)
{
	for (size_t i = 0; i < source->n_remarks; i++) {
		if (strstr(source->remark[i], part))
			return;
	}
	fail_msg("no remark says \"%s\"", part);
}

/* ---- dmidecode text ---- */

static const char new_layout[] = "# dmidecode 3.4\n"
				 "SMBIOS 3.1.1 present.\n"
				 "\n"
				 "Handle 0x0001, DMI type 1, 27 bytes\n"
				 "System Information\n"
				 "\tManufacturer: Maker \n"
				 "\tProduct Name: <BAD INDEX>\n"
				 "\tVersion: Not Specified\n"
				 "\tSerial Number: 1\n"
				 "\tSKU Number: \n"
				 "\tFamily: Family: One\n"
				 "\n"
				 "Handle 0x0000, DMI type 0, 24 bytes\n"
				 "BIOS Information\n"
				 "\tVendor: Maker of Firmware\n"
				 "\tVersion: A..B\n"
				 "\tRelease Date: 02/03/2021\n"
				 "\tCharacteristics:\n"
				 "\t\tVersion: not this one\n"
				 "\tBIOS Revision: 5.12\n"
				 "\n"
				 "Handle 0x0003, DMI type 3, 22 bytes\n"
				 "Chassis Information\n"
				 "\tType: Sub Notebook\n"
				 "\n"
				 "Handle 0x0004, DMI type 4, 48 bytes\n"
				 "Processor Information\n"
				 "\tID: 82 0F 80 00 FF FB 8B 17\n"
				 "\tVersion: First CPU\n"
				 "\n"
				 "Handle 0x0005, DMI type 4, 48 bytes\n"
				 "Processor Information\n"
				 "\tID: 00 00 00 00 00 00 00 00\n"
				 "\tVersion: Second CPU\n"
				 "\n"
				 "Handle 0x007F, DMI type 127, 4 bytes\n"
				 "End Of Table\n";

static void dmidecode_new_layout(void **state)
{
	struct source *source = open_text(new_layout, SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_int_equal(source->smbios_major, 3);
	assert_int_equal(source->smbios_minor, 1);
	assert_field(source, FIELD_SYS_VENDOR, "Maker ");
	assert_field(source, FIELD_PRODUCT_NAME, NULL);
	assert_field(source, FIELD_PRODUCT_VERSION, NULL);
	assert_field(source, FIELD_PRODUCT_SKU, "");
	assert_field(source, FIELD_PRODUCT_FAMILY, "Family: One");
	assert_field(source, FIELD_BIOS_VENDOR, "Maker of Firmware");
	assert_field(source, FIELD_BIOS_VERSION, "A..B");
	assert_field(source, FIELD_BIOS_DATE, "02/03/2021");
	assert_field(source, FIELD_BIOS_RELEASE, "5.12");
	assert_field(source, FIELD_EC_RELEASE, NULL);
	assert_field(source, FIELD_BOARD_NAME, NULL);
	assert_field(source, FIELD_CHASSIS_TYPE, "14");
	assert_field(source, FIELD_CPU_VERSION, "First CPU");
	assert_field(source, FIELD_CPU_ID, "0x178bfbff00800f82");
	assert_int_equal(source->unknowable, EFI_FIELDS | BIT(ARCH));
	assert_int_equal(source->lossy, BIT(BIOS_VERSION));
	assert_int_equal(source->n_remarks, 1);
	assert_remark(source, "product-name: the index points past the last string");
	source_close(source);
}

static void dmidecode_old_layout(void **state)
{
	struct source *source = open_text("SMBIOS 2.3 present.\n"
					  "Handle 0xDA00\n"
					  "\tDMI type 218, 11 bytes.\n"
					  "\tOEM-specific Type\n"
					  "\t\tHeader and Data:\n"
					  "\t\t\tDA 0B 00 DA\n"
					  "Handle 0x0000\n"
					  "\tDMI type 126, 20 bytes.\n"
					  "\tInactive\n"
					  "Handle 0x0001\n"
					  "\tDMI type 0, 24 bytes.\n"
					  "\tBIOS Information\n"
					  "\t\tVendor: Maker\n"
					  "\t\tVersion: A05\n"
					  "\t\tCharacteristics:\n"
					  "\t\t\tRelease Date: 1\n"
					  "Handle 0x0100\n"
					  "\tDMI type 1, 25 bytes.\n"
					  "\tSystem Information\n"
					  "\t\tProduct Name: Model\n",
					  SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_VENDOR, "Maker");
	assert_field(source, FIELD_BIOS_VERSION, "A05");
	assert_field(source, FIELD_BIOS_DATE, NULL);
	assert_field(source, FIELD_PRODUCT_NAME, "Model");
	/* A structure of 25 bytes has no SKU; the rest may have been left out of the text. */
	assert_false(source->unknowable & BIT(PRODUCT_SKU));
	assert_true(source->unknowable & BIT(BIOS_DATE));
	assert_true(source->unknowable & BIT(BOARD_NAME));
	assert_true(source->unknowable & BIT(CPU_ID));
	assert_remark(source, "does not show the end of the table");
	source_close(source);
}

static void dmidecode_of_the_first_years(void **state)
{
	struct source *source = open_text("SMBIOS 2.4 present.\n"
					  "Handle 0x0000\n"
					  "\tDMI type 0, 24 bytes.\n"
					  "\tBIOS Information Block\n"
					  "\t\tVendor: Maker\n"
					  "\t\tVersion: 6.00\n"
					  "\t\tRelease: 12/31/2009\n"
					  "Handle 0x0001\n"
					  "\tDMI type 1, 27 bytes.\n"
					  "\tSystem Information Block\n"
					  "\t\tVendor: Maker, Inc.\n"
					  "\t\tProduct: Platform\n"
					  "Handle 0x0003\n"
					  "\tDMI type 3, 21 bytes.\n"
					  "\tChassis Information Block\n"
					  "\t\tChassis Type: Other\n",
					  SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_DATE, "12/31/2009");
	assert_field(source, FIELD_SYS_VENDOR, "Maker, Inc.");
	assert_field(source, FIELD_PRODUCT_NAME, "Platform");
	assert_field(source, FIELD_CHASSIS_TYPE, "1");
	assert_true(source->unknowable & BIT(BIOS_RELEASE));
	source_close(source);
}

static void dmidecode_quiet(void **state)
{
	struct source *source = open_text("BIOS Information\n"
					  "\tVendor: Maker\n"
					  "\tVersion: 1.0\n"
					  "\n"
					  "System Information\n"
					  "\tManufacturer: Maker\n"
					  "\tVersion: 2.0\n"
					  "\n"
					  "Cache Information\n"
					  "\tVersion: 3.0\n"
					  "\tFamily: none of ours\n",
					  SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_VERSION, "1.0");
	assert_field(source, FIELD_PRODUCT_VERSION, "2.0");
	assert_field(source, FIELD_PRODUCT_FAMILY, NULL);
	source_close(source);
}

/* Complaints on standard error, a hidden head, lost indentation. */
static void dmidecode_disturbed(void **state)
{
	struct source *source = open_text("Handle 0x0000, DMI type 0, 24 bytes\n"
					  "BIOS Information\n"
					  "\tVendor: Maker\n"
					  "Invalid entry length (0). DMI table is broken! Stop.\n"
					  "\tVersion: 1.0\n"
					  "\n"
					  "807075653E24ECB98B63F18E00309403\n"
					  "Chassis Information\n"
					  "\tType: Notebook\n"
					  "\tVersion: none of ours\n",
					  SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_VERSION, "1.0");
	assert_field(source, FIELD_CHASSIS_TYPE, "10");
	assert_remark(source, "table is broken");
	source_close(source);

	source = open_text("Handle 0x0000, DMI type 1, 27 bytes\nSystem Information\n"
			   "Manufacturer: Maker\nProduct Name: Model\n",
			   SOURCE_DMIDECODE_TEXT);
	assert_field(source, FIELD_SYS_VENDOR, "Maker");
	assert_field(source, FIELD_PRODUCT_NAME, "Model");
	source_close(source);
}

static void dmidecode_chassis_types(void **state)
{
	static const struct {
		const char *name, *number;
	} types[] = {
		{"Other", "1"},       {"Notebook", "10"},
		{"All In One", "13"}, {"Rack Mount Chassis", "23"},
		{"Tablet", "30"},     {"IoT Gateway", "33"},
		{"Stick PC", "36"},   {"<OUT OF SPEC>", NULL},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct source *source;

		snprintf(text, sizeof(text),
			 "Handle 0x0003, DMI type 3, 22 bytes\nChassis Information\n\tType: %s\n",
			 types[i].name);
		source = open_text(text, SOURCE_DMIDECODE_TEXT);
		assert_field(source, FIELD_CHASSIS_TYPE, types[i].number);
		if (!types[i].number)
			assert_remark(source, "is no type");
		source_close(source);
	}
}

static void dmidecode_odd_values(void **state)
{
	struct source *source = open_text("Handle 0x0000, DMI type 0, 24 bytes\n"
					  "BIOS Information\n"
					  "\tBIOS Revision: five\n"
					  "\tFirmware Revision: 1.\n"
					  "Handle 0x0004, DMI type 4, 48 bytes\n"
					  "Processor Information\n"
					  "\tID: 82 0F 80\n",
					  SOURCE_DMIDECODE_TEXT);

	(void)state;
	assert_int_equal(source->identity.present, 0);
	source_close(source);
	/* Nothing of the five types at all. */
	source = open_text("Handle 0x0010, DMI type 17, 40 bytes\nMemory Device\n\tSize: 1 GB\n",
			   SOURCE_DMIDECODE_TEXT);
	assert_int_equal(source->identity.present, 0);
	assert_true(source->unknowable & BIT(SYS_VENDOR));
	source_close(source);
}

/* ---- attributes ---- */

static void attributes_as_lines(void **state)
{
	struct source *source = open_text("\n"
					  "bios_date=10/18/2006\n"
					  "bios_version=a=b:c\n"
					  "chassis_type=23\n"
					  "product_serial=secret\n"
					  "product_name= \n"
					  "smbios_version=2.7\n"
					  "sys_vendor=Maker   \n"
					  "sys_vendor=another\n",
					  SOURCE_SYSFS_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_DATE, "10/18/2006");
	assert_field(source, FIELD_BIOS_VERSION, "a=b:c");
	assert_field(source, FIELD_CHASSIS_TYPE, "23");
	assert_field(source, FIELD_PRODUCT_NAME, " ");
	assert_field(source, FIELD_SYS_VENDOR, "Maker   ");
	assert_true(source->identity.placeholder & BIT(PRODUCT_NAME));
	assert_int_equal(source->smbios_major, 2);
	assert_remark(source, "sys_vendor is there more than once");
	assert_int_equal(source->unknowable, EFI_FIELDS | BIT(ARCH) | BIT(CPU_VERSION) |
						     BIT(CPU_ID) | BIT(BIOS_RELEASE) |
						     BIT(EC_RELEASE) | BIT(PRODUCT_SKU) |
						     BIT(PRODUCT_FAMILY));
	source_close(source);
}

static void attributes_as_grep_prints_them(void **state)
{
	struct source *source = open_text("/sys/class/dmi/id/bios_vendor:Maker\r\n"
					  "/sys/class/dmi/id/ec_firmware_release:1.18\r\n"
					  "/sys/class/dmi/id/modalias:dmi:bvnMaker:\r\n"
					  "/sys/class/dmi/id/chassis_type:300\r\n",
					  SOURCE_SYSFS_TEXT);

	(void)state;
	assert_field(source, FIELD_BIOS_VENDOR, "Maker");
	assert_field(source, FIELD_EC_RELEASE, "1.18");
	assert_field(source, FIELD_CHASSIS_TYPE, NULL);
	assert_false(source->unknowable & BIT(EC_RELEASE));
	source_close(source);
}

/* ---- modalias ---- */

static void modalias_of_a_new_kernel(void **state)
{
	struct source *source =
		open_text("dmi:bvnHP:bvrV83Ver.01.03.02:bd09/20/2023:br3.2:svnHP:pnHPBook:pvr:"
			  "rvnHP:rn8C10:rvrKBC:cvnHP:ct10:cvr:sku805K6AA#ABA:\n",
			  SOURCE_MODALIAS);

	(void)state;
	assert_field(source, FIELD_BIOS_VENDOR, "HP");
	assert_field(source, FIELD_BIOS_VERSION, "V83Ver.01.03.02");
	assert_field(source, FIELD_BIOS_RELEASE, "3.2");
	assert_field(source, FIELD_EC_RELEASE, NULL);
	assert_field(source, FIELD_PRODUCT_VERSION, "");
	assert_field(source, FIELD_PRODUCT_SKU, "805K6AA#ABA");
	assert_field(source, FIELD_BOARD_NAME, "8C10");
	assert_field(source, FIELD_CHASSIS_TYPE, "10");
	/* The kernel prints releases, so the one that is not there is absent. */
	assert_false(source->unknowable & BIT(EC_RELEASE));
	assert_true(source->unknowable & BIT(PRODUCT_FAMILY));
	assert_true(source->lossy & BIT(PRODUCT_NAME));
	assert_false(source->lossy & BIT(CHASSIS_TYPE));
	assert_int_equal(source->n_remarks, 0);
	source_close(source);
}

static void modalias_odd(void **state)
{
	struct source *source =
		open_text("E: MODALIAS=dmi:bvnA:xyz1:bvr2:ctmany:rnCut", SOURCE_MODALIAS);

	(void)state;
	assert_field(source, FIELD_BIOS_VENDOR, "A");
	assert_field(source, FIELD_BIOS_VERSION, "2");
	assert_field(source, FIELD_CHASSIS_TYPE, NULL);
	assert_field(source, FIELD_BOARD_NAME, "Cut");
	assert_true(source->unknowable & BIT(BIOS_RELEASE));
	assert_remark(source, "not known: xyz1");
	assert_remark(source, "may be cut off");
	source_close(source);
	source = open_text("dmi:\n", SOURCE_MODALIAS);
	assert_int_equal(source->identity.present, 0);
	assert_remark(source, "empty");
	source_close(source);
	source = open_text("dmi:bvnA:\ndmi:bvnB:\n", SOURCE_MODALIAS);
	assert_field(source, FIELD_BIOS_VENDOR, "A");
	assert_remark(source, "another modalias");
	source_close(source);
}

/* ---- kernel lines ---- */

struct line {
	const char *text;
	const char *vendor, *product, *board, *version, *date; /* NULL: not told */
};

static const struct line lines[] = {
	{"DMI: Dell Inc. XPS 13 9360/0596KF, BIOS 2.21.0 06/02/2022", "Dell Inc.", "XPS 13 9360",
	 "0596KF", "2.21.0", "06/02/2022"},
	{"[    0.000000] DMI: LENOVO 20A7008CUK/20A7008CUK, BIOS GRET63WW (1.40 ) 03/27/2020",
	 "LENOVO", "20A7008CUK", "20A7008CUK", "GRET63WW (1.40 )", "03/27/2020"},
	{"Jan  1 00:00:00 host kernel: DMI: HP HP EliteBook 840 G5/83B2, BIOS Q78 Ver. 01.12.00 "
	 "07/28/2020",
	 "HP", "HP EliteBook 840 G5", "83B2", "Q78 Ver. 01.12.00", "07/28/2020"},
	{"Hardware name: QEMU Standard PC (Q35 + ICH9, 2009), BIOS edk2-stable 02/06/2015", "QEMU",
	 "Standard PC (Q35 + ICH9, 2009)", NULL, "edk2-stable", "02/06/2015"},
	/* Slashes: the same on both sides, or nobody knows. */
	{"DMI: Supermicro X9DRi-LN4+/X9DR3-LN4+/X9DRi-LN4+/X9DR3-LN4+, BIOS 3.4 11/20/2019",
	 "Supermicro", "X9DRi-LN4+/X9DR3-LN4+", "X9DRi-LN4+/X9DR3-LN4+", "3.4", "11/20/2019"},
	{"DMI: Supermicro A/B/C, BIOS 3.4 11/20/2019", "Supermicro", NULL, NULL, "3.4",
	 "11/20/2019"},
	/* A vendor that nobody has heard of. */
	{"DMI: Brand New Maker Model One/B1, BIOS 1.0 01/02/2024", NULL, NULL, "B1", "1.0",
	 "01/02/2024"},
	{"DMI:  /B1, BIOS 1.0 01/02/2024", NULL, NULL, "B1", "1.0", "01/02/2024"},
	/* Longer names of a vendor. */
	{"DMI: FUJITSU CLIENT COMPUTING LIMITED LIFEBOOK A3510/FJNBB6E, BIOS 1.0 01/02/2024",
	 "FUJITSU CLIENT COMPUTING LIMITED", "LIFEBOOK A3510", "FJNBB6E", "1.0", "01/02/2024"},
	/* Dates. */
	{"DMI: Dell Inc. A/B, BIOS 0.1 May 31 2019", "Dell Inc.", "A", "B", "0.1", "May 31 2019"},
	{"DMI: Dell Inc. A/B, BIOS 5501", "Dell Inc.", "A", "B", "5501", NULL},
	{"DMI: Dell Inc. A/B, BIOS 6.00 PG", "Dell Inc.", "A", "B", NULL, NULL},
	{"DMI: Dell Inc. A/B, BIOS 6.00 PG 06/27/2003", "Dell Inc.", "A", "B", "6.00 PG",
	 "06/27/2003"},
	{"DMI: Dell Inc. A/B, BIOS  06/27/2003", "Dell Inc.", "A", "B", NULL, "06/27/2003"},
	{"DMI: Dell Inc. A, BIOS B/C, BIOS 1 06/27/2003", NULL, NULL, NULL, NULL, NULL},
};

static void kernel_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct source *source = open_text(lines[i].text, SOURCE_KERNEL_LINE);

		assert_field(source, FIELD_SYS_VENDOR, lines[i].vendor);
		assert_field(source, FIELD_PRODUCT_NAME, lines[i].product);
		assert_field(source, FIELD_BOARD_NAME, lines[i].board);
		assert_field(source, FIELD_BIOS_VERSION, lines[i].version);
		assert_field(source, FIELD_BIOS_DATE, lines[i].date);
		assert_int_equal(source->identity.present & source->unknowable, 0);
		assert_true(source->unknowable & BIT(BIOS_VENDOR));
		source_close(source);
	}
}

static void kernel_line_cut_off(void **state)
{
	char text[160] = "DMI: Dell Inc. ";
	struct source *source;

	(void)state;
	memset(text + strlen(text), 'm', 100);
	strcat(text, "/B, BIOS 1.0 01/");
	/* 127 characters behind "DMI: ": all that the kernel keeps. */
	while (strlen(text) < 5 + 127)
		strcat(text, "0");
	source = open_text(text, SOURCE_KERNEL_LINE);
	assert_field(source, FIELD_BOARD_NAME, "B");
	assert_field(source, FIELD_BIOS_VERSION, NULL);
	assert_field(source, FIELD_BIOS_DATE, NULL);
	assert_remark(source, "cut the line off");
	source_close(source);
}

static void kernel_log(void **state)
{
	struct source *source =
		open_text("[    0.000000] Linux version 6.1\n"
			  "[    0.000000] efi: EFI v2.70 by Debian\\xff EDK II\n"
			  "[    0.000000] SMBIOS 2.8 present.\n"
			  "[    0.000000] DMI: Dell Inc. A/B, BIOS 1.0 01/02/2024\n"
			  "[   99.000000] Hardware name: Dell Inc. A/B, BIOS 1.0 01/02/2024\n"
			  "[  100.000000] Hardware name: Dell Inc. C/D, BIOS 1.0 01/02/2024\n",
			  SOURCE_KERNEL_LINE);

	(void)state;
	assert_field(source, FIELD_PRODUCT_NAME, "A");
	assert_field(source, FIELD_EFI_VENDOR, "Debian\\xff EDK II");
	assert_field(source, FIELD_UEFI_REVISION, "2.70");
	assert_field(source, FIELD_EFI_REVISION, NULL);
	assert_int_equal(source->lossy, BIT(EFI_VENDOR));
	assert_int_equal(source->smbios_major, 2);
	assert_remark(source, "1 further DMI lines");
	source_close(source);
}

static void kernel_efi_revisions(void **state)
{
	static const struct {
		const char *printed, *revision;
	} revisions[] = {
		{"1.10", "1.10"}, {"2.00", "2.00"}, {"2.31", "2.31"},   {"2.3.1", "2.31"},
		{"2.7", "2.70"},  {"2.70", "2.70"}, {"2.100", "2.100"}, {"2.11", "2.110"},
		{"2.10", NULL},   {"2", NULL},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(revisions) / sizeof(revisions[0]); i++) {
		struct source *source;

		snprintf(text, sizeof(text),
			 "efi: EFI v%s by Maker\nDMI: Dell Inc. A/B, BIOS 1 01/02/2024\n",
			 revisions[i].printed);
		source = open_text(text, SOURCE_KERNEL_LINE);
		assert_field(source, FIELD_UEFI_REVISION, revisions[i].revision);
		source_close(source);
	}
}

static void not_a_kernel_line(void **state)
{
	(void)state;
	assert_refused("He said: DMI: nothing\n", "not a description");
	assert_refused("notDMI: Dell Inc. A/B, BIOS 1 01/02/2024\n", "not a description");
	assert_refused("Dell Inc. A/B, BIOS 1 01/02/2024\n", "not a description");
}

/* ---- what all share ---- */

/* A remark repeats what a file says, and never its control characters. */
static void remarks_are_printable(void **state)
{
	struct source *source = open_text("dmi:\033]0;title\007:bvnA:\n", SOURCE_MODALIAS);

	(void)state;
	assert_true(source->n_remarks > 0);
	for (size_t i = 0; i < source->n_remarks; i++) {
		for (const char *c = source->remark[i]; *c; c++)
			assert_true(*c >= 0x20 && *c <= 0x7e);
	}
	source_close(source);
}

/* Bytes made to have a remark for every two of them. */
static void remarks_have_an_end(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size + 1);
	struct source *source;

	(void)state;
	assert_non_null(text);
	memcpy(text, "dmi:", 4);
	for (size_t i = 4; i < size; i++)
		text[i] = i & 1 ? ':' : 'x';
	text[size] = '\0';
	source = open_text(text, SOURCE_MODALIAS);
	assert_true(source->n_remarks > 3 && source->n_remarks < 100);
	assert_remark(source, "more to tell");
	source_close(source);
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(dmidecode_new_layout),
		cmocka_unit_test(dmidecode_old_layout),
		cmocka_unit_test(dmidecode_of_the_first_years),
		cmocka_unit_test(dmidecode_quiet),
		cmocka_unit_test(dmidecode_disturbed),
		cmocka_unit_test(dmidecode_chassis_types),
		cmocka_unit_test(dmidecode_odd_values),
		cmocka_unit_test(attributes_as_lines),
		cmocka_unit_test(attributes_as_grep_prints_them),
		cmocka_unit_test(modalias_of_a_new_kernel),
		cmocka_unit_test(modalias_odd),
		cmocka_unit_test(kernel_lines),
		cmocka_unit_test(kernel_line_cut_off),
		cmocka_unit_test(kernel_log),
		cmocka_unit_test(kernel_efi_revisions),
		cmocka_unit_test(not_a_kernel_line),
		cmocka_unit_test(remarks_are_printable),
		cmocka_unit_test(remarks_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
