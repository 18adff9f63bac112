/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_kernel_line.c - a kernel log or its DMI: line in, what it tells for certain out; never
 * guesses where one name ends and the next begins */
#include <string.h>

#include <fwquirk/version.h>

#include "source_private.h"

/*
 * drivers/firmware/dmi_scan.c of Linux, dmi_format_ids:
 *
 *	VENDOR PRODUCT[/BOARD], BIOS VERSION DATE
 *
 * into 128 bytes with the NUL, what does not fit is cut; absent strings print as nothing. The same
 * text stands behind "Hardware name: " in an oops.
 */
#define KERNEL_LINE_MAX 127

/*
 * Only a vendor that is known to be one tells where the product begins. Names that more than a
 * hundred of 81,357 public dmidecode reports have, and those that go on like one of these: among
 * them all not one report is then split wrongly. A new name is told as nothing, not as a guess.
 */
static const char vendors[] = "ASUS\0"
			      "ASUSTeK COMPUTER INC.\0"
			      "ASUSTeK Computer INC.\0"
			      "ASUSTeK Computer Inc.\0"
			      "Acer\0"
			      "Alienware\0"
			      "Apple Inc.\0"
			      "AZW\0"
			      "BIOSTAR Group\0"
			      "Dell Inc.\0"
			      "ECS\0"
			      "FUJITSU\0"
			      "FUJITSU CLIENT COMPUTING LIMITED\0"
			      "FUJITSU SIEMENS\0"
			      "Framework\0"
			      "GIGABYTE\0"
			      "GIGABYTE TECHNOLOGY CO.,LTD\0"
			      "GOOGLE\0"
			      "Gigabyte Technology Co., Ltd.\0"
			      "Google\0"
			      "HP\0"
			      "HP Pavilion 06\0"
			      "HP Pavilion 061\0"
			      "HUAWEI\0"
			      "Hewlett-Packard\0"
			      "Intel Corporation\0"
			      "Intel(R) Client Systems\0"
			      "LENOVO\0"
			      "MEDION\0"
			      "MICRO-STAR INTERNATIONAL CO.,LTD\0"
			      "MSI\0"
			      "Micro-Star International Co., Ltd\0"
			      "Micro-Star International Co., Ltd.\0"
			      "Microsoft Corporation\0"
			      "Notebook\0"
			      "Packard Bell\0"
			      "Packard Bell BV\0"
			      "Packard Bell NEC\0"
			      "QEMU\0"
			      "SAMSUNG ELECTRONICS CO., LTD.\0"
			      "Sony Corporation\0"
			      "Supermicro\0"
			      "System manufacturer\0"
			      "System76\0"
			      "TIMI\0"
			      "TOSHIBA\0"
			      "TUXEDO\0"
			      "TUXEDO Computers\0"
			      "To Be Filled By O.E.M.\0"
			      "To Be Filled By O.E.M. by More String\0"
			      "To be filled by O.E.M.\0";

static struct text trim_end(struct text text)
{
	while (text.size && text.at[text.size - 1] == ' ')
		text.size--;
	return text;
}

static void set_text(struct source *source, enum field field, struct text text)
{
	identity_set_text(&source->identity, field, text);
	/* Bytes that are not printable are written as \xNN. */
	if (text_find(text, "\\x") != text.size)
		source->lossy |= (uint32_t)1 << field;
}

/* Offset behind the longest known vendor that `head` begins with; 0 when there is none. */
static size_t vendor_size(struct text head)
{
	size_t size = 0;

	for (const char *vendor = vendors; *vendor; vendor += strlen(vendor) + 1) {
		struct text rest = head;

		if (text_cut(&rest, vendor) && rest.size && rest.at[0] == ' ' &&
		    head.size - rest.size > size)
			size = head.size - rest.size;
	}
	return size;
}

/* The slash that parts product and board: the only one, or the middle of NAME/NAME. */
static bool find_slash(struct text names, size_t *ret_at)
{
	size_t n = 0, at = 0, middle = names.size / 2;

	for (size_t i = 0; i < names.size; i++) {
		if (names.at[i] != '/')
			continue;
		n++;
		at = i;
	}
	if (n > 1) {
		if (!(names.size & 1) || names.at[middle] != '/' ||
		    !text_is_same(text_sized(names.at, middle),
				  text_sized(names.at + middle + 1, middle)))
			return false;
		at = middle;
	}
	*ret_at = at;
	return n > 0;
}

static void take_names(struct source *source, struct text head)
{
	size_t vendor = vendor_size(head), slash;
	struct text names = text_sized(head.at + vendor, head.size - vendor);

	text_cut_blanks(&names);
	if (vendor)
		set_text(source, FIELD_SYS_VENDOR, text_sized(head.at, vendor));
	else if (names.size && names.at[0] != '/')
		source_remark(source,
			      "where the vendor ends and the product begins cannot be told");
	if (find_slash(names, &slash)) {
		struct text board = text_sized(names.at + slash + 1, names.size - slash - 1);

		if (board.size)
			set_text(source, FIELD_BOARD_NAME, board);
		names.size = slash;
	} else if (text_find(names, "/") != names.size) {
		source_remark(source, "which slash parts product and board cannot be told");
		return;
	}
	if (vendor && names.size)
		set_text(source, FIELD_PRODUCT_NAME, names);
}

/* The date is the last word, or the last three (`May 31 2019`): whatever reads as one. */
static bool find_date(struct text tail, size_t *ret_at)
{
	unsigned n_words = 0;
	uint32_t date;

	for (size_t i = tail.size; i-- > 0 && n_words < 3;) {
		if (tail.at[i] != ' ' || (i + 1 < tail.size && tail.at[i + 1] == ' '))
			continue;
		n_words++;
		if (date_read(text_sized(tail.at + i + 1, tail.size - i - 1), &date) == STATUS_OK) {
			*ret_at = i + 1;
			return true;
		}
	}
	return false;
}

static void take_bios(struct source *source, struct text tail, bool is_cut)
{
	struct text version = tail, none;
	size_t at;

	if (is_cut) {
		source_remark(source, "the kernel cut the line off: the BIOS version and date that "
				      "it shows may be shorter than they are");
		return;
	}
	tail = trim_end(tail);
	if (find_date(tail, &at)) {
		set_text(source, FIELD_BIOS_DATE, text_sized(tail.at + at, tail.size - at));
		version = text_sized(tail.at, at - 1);
	} else if (text_cut_at(&tail, ' ', &none)) {
		source_remark(source,
			      "where the BIOS version ends and its date begins cannot be told");
		return;
	}
	if (trim_end(version).size)
		set_text(source, FIELD_BIOS_VERSION, version);
}

/* What stands behind "DMI: ". False when it is not of that form. */
static bool take_ids(struct source *source, struct text ids)
{
	static const char bios[] = ", BIOS ";
	size_t at = text_find(ids, bios);
	struct text tail;

	if (at == ids.size)
		return false;
	tail = text_sized(ids.at + at + sizeof(bios) - 1, ids.size - at - (sizeof(bios) - 1));
	if (text_find(tail, bios) != tail.size) {
		source_remark(source, "the line has \", BIOS \" twice: it cannot be split");
		return true;
	}
	take_names(source, text_sized(ids.at, at));
	take_bios(source, tail, ids.size >= KERNEL_LINE_MAX);
	return true;
}

/*
 * drivers/firmware/efi/efi.c of Linux, efi_systab_report_header: `efi: EFI v2.7 by EDK II`, before
 * 6.2 with two digits (`v2.70`, `v2.100`). The minor number of the table header is ten times that
 * of the revision (UEFI 2.10 section 4.2.1). False for `v2.10`, which is 2.1 to an old kernel.
 */
static bool efi_minor(unsigned major, size_t n_digits, unsigned minor, unsigned patch,
		      unsigned *ret_minor)
{
	bool is_new = n_digits == 1 || (n_digits == 2 && major == 2 && minor > 10 && minor < 20);

	if (n_digits == 2 && major == 2 && minor == 10)
		return false;
	*ret_minor = is_new ? minor * 10 + patch : minor;
	return true;
}

static void take_efi(struct source *source, struct text line)
{
	unsigned major, minor, patch = 0;
	size_t n_digits;

	if (!text_cut_number(&line, &major) || !text_cut(&line, "."))
		return;
	n_digits = line.size;
	if (!text_cut_number(&line, &minor))
		return;
	n_digits -= line.size;
	if (text_cut(&line, "."))
		text_cut_number(&line, &patch);
	if (!text_cut(&line, " by ") || major > 99 || minor > 999 || patch > 9)
		return;
	if (efi_minor(major, n_digits, minor, patch, &minor))
		identity_set_uefi_revision(&source->identity, major << 16 | minor);
	else
		source_remark(source, "EFI v2.10 is 2.1 to old kernels and 2.10 to new ones");
	if (line.size)
		set_text(source, FIELD_EFI_VENDOR, line);
}

/* Behind `part`, when it stands at the start of the message: after a time stamp, a level, a name. */
static bool message_of(struct text line, const char *part, struct text *ret_rest)
{
	size_t at = text_find(line, part);

	if (at == line.size ||
	    (at && line.at[at - 1] != ' ' && line.at[at - 1] != ']' && line.at[at - 1] != '>'))
		return false;
	line = text_sized(line.at + at, line.size - at);
	text_cut(&line, part);
	*ret_rest = line;
	return true;
}

struct log {
	struct text ids; /* the first one */
	bool has_ids, has_efi;
	unsigned n_other;
};

static void read_line(struct source *source, struct log *log, struct text line)
{
	struct text rest;
	unsigned major, minor;

	if (message_of(line, "DMI: ", &rest) || message_of(line, "Hardware name: ", &rest)) {
		if (text_find(rest, ", BIOS ") == rest.size)
			return;
		if (!log->has_ids)
			log->ids = rest;
		else if (!text_is_same(trim_end(rest), trim_end(log->ids)))
			log->n_other++;
		log->has_ids = true;
	} else if (!log->has_efi && message_of(line, "EFI v", &rest)) {
		log->has_efi = true;
		take_efi(source, rest);
	} else if (!source->smbios_major && message_of(line, "SMBIOS ", &rest) &&
		   text_cut_number(&rest, &major) && text_cut(&rest, ".") &&
		   text_cut_number(&rest, &minor) && major <= 0xff && minor <= 0xff) {
		source->smbios_major = (uint8_t)major;
		source->smbios_minor = (uint8_t)minor;
	}
}

/* What the line could not say. A board that is not named is not there; the rest is just not told. */
static uint32_t not_told(const struct source *source, struct text ids)
{
	uint32_t fields = FIELDS_ALL & ~source->identity.present;

	if (text_find(ids, "/") == ids.size || text_find(ids, "/") > text_find(ids, ", BIOS "))
		fields &= ~FIELD_BIT(BOARD_NAME);
	return fields;
}

enum source_answer source_read_kernel_line(struct source *source, char **ret_error)
{
	struct lines lines = lines_begin(source_text(source));
	struct log log = {.has_ids = false};
	struct text line;

	(void)ret_error;
	if (text_find(source_text(source), ", BIOS ") == source->size)
		return SOURCE_NO;
	while (lines_next(&lines, &line))
		read_line(source, &log, line);
	if (!log.has_ids) {
		identity_clear(&source->identity);
		source->smbios_major = source->smbios_minor = 0;
		return SOURCE_NO;
	}
	source->kind = SOURCE_KERNEL_LINE;
	take_ids(source, log.ids);
	if (log.n_other)
		source_remark(source,
			      "%u further DMI lines name another machine; the first was taken",
			      log.n_other);
	source->unknowable = not_told(source, log.ids);
	return SOURCE_YES;
}
