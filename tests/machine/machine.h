/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* machine.h - a machine as text, built into SMBIOS bytes in any form that our tools must read */
#ifndef FWQUIRK_TESTS_MACHINE_H
#define FWQUIRK_TESTS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/span.h>

/*
 * The text. One item a line; `#` first in a line begins a comment; blanks around words do not count.
 * Sections become structures in the order they stand in; type 127 is put behind the last one.
 *
 *     [table]                      options of the whole table (may be left out)
 *     smbios = 3.0.0               version in the entry point; 3.0.0 when left out
 *
 *     [bios]                       type 0; also [system] 1, [board] 2, [chassis] 3, [processor] 4,
 *                                  [oem-strings] 11, and [type N] for any other
 *     handle = 0x0001              counted from 0 when left out
 *     length = 24                  size of the formatted part; a usual one for the type when left out
 *     bios-vendor = Dell Inc.      fields of the project, spelled as in a rule; those of the type
 *     bios-version = "  A05 "      quotes keep blanks; escapes in them: \" \\ \xNN
 *     bios-release = 1.10          also: ec-release, chassis-type = 10, cpu-id = 0x...
 *     string 0x07 = SN-1           a string whose index is put at that offset
 *     byte 0x09 = 0x80             a byte at that offset; `word` and `dword` likewise
 *     text = fwquirk=off           one more string that no byte points to (type 11: a counted OEM string)
 *
 *     [efi]                        what SMBIOS does not say: efi-vendor, efi-revision, uefi-revision, arch
 *
 * Ways to be broken, one `break = ...` a line. In a structure:
 *
 *     length N                     the length byte says N; the bytes are as they are
 *     index-out-of-range FIELD     the field's index is one past the last string (also: an offset)
 *     string-set-unterminated      the table ends inside the string set, before any NUL
 *     single-nul                   a string set without strings closed by one NUL, not two
 *     empty-string                 an empty string in the set, before the strings that come later
 *
 * In [table]:
 *
 *     truncate N                   the last N bytes are not there
 *     no-end                       no type 127
 *     after-end N                  N bytes of 0xFF behind type 127
 *     repeat N                     the whole list of structures N times over, then type 127
 *     announce N                   the entry point says that the table has N bytes
 *     count N                      the entry point says that there are N structures
 *     entry-length N               length byte of the entry point
 *     checksum, intermediate-checksum    one off
 */

/* What the text says, built. Fields of the firmware that SMBIOS does not carry sit in `efi`. */
struct machine {
	uint8_t *table;
	size_t table_size;
	unsigned n_structures;
	unsigned largest_structure;
	uint8_t major, minor, docrev;
	/* Deviations of the entry point; -1: none. */
	long announced_size, announced_count, entry_length;
	bool wrong_checksum, wrong_intermediate;
	struct identity efi;
	char *efi_text[FIELD_COUNT]; /* owns what `efi` borrows */
};

/*
 * False with `*ret_error` a malloc'ed "name:line: expected ..., found ..." when the text is not one.
 * The machine is the caller's: machine_free.
 */
bool machine_parse(const char *name, const char *text, size_t size, struct machine **ret_machine,
		   char **ret_error);
bool machine_read(const char *path, struct machine **ret_machine, char **ret_error);
void machine_free(struct machine *machine);

enum machine_form {
	MACHINE_TABLE,         /* structures alone */
	MACHINE_DUMP_32,       /* dmidecode --dump-bin, "_SM_" entry point, address 0x20 */
	MACHINE_DUMP_64,       /* the same, "_SM3_" */
	MACHINE_DUMP_DMI,      /* the same, "_DMI_" alone */
	MACHINE_DUMP_PHYSICAL, /* "_SM_" entry point that still holds the address 0xE0020 */
	MACHINE_ENTRY_32,      /* the entry point alone, as in sysfs */
	MACHINE_ENTRY_64,
	MACHINE_RAW_SMBIOS, /* RawSMBIOSData as GetSystemFirmwareTable('RSMB') gives it */
	MACHINE_FORM_COUNT
};

/* "table", "dump32", "dump64", "dump-dmi", "dump-physical", "entry32", "entry64", "raw-smbios"; NULL past the end. */
const char *machine_form_name(unsigned form);

/* Malloc'ed bytes of that form; the caller frees. */
uint8_t *machine_bytes(const struct machine *machine, enum machine_form form, size_t *ret_size);

/* The identity of the built table together with [efi]. Borrows from the machine. */
void machine_identity(const struct machine *machine, struct identity *ret_identity);

#endif
