/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity.h - what a machine says it is: twenty fields with presence apart from value */
#ifndef FWQUIRK_IDENTITY_H
#define FWQUIRK_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/smbios.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/text.h>
#include <fwquirk/vocab.h>

#define IDENTITY_NUMBER_SIZE 24u

/*
 * Texts are borrowed from the bytes the identity was read from, raw (blanks kept). Fields of kind
 * NUMBER are spelled by us into `numbers` (so do not copy the structure by assignment; fill it in
 * place): bios-release and ec-release "5.12", chassis-type "10", cpu-id and efi-revision
 * "0x00010000" (16 and 8 digits), uefi-revision "2.70", arch "x86_64".
 *
 * `present` and `placeholder` have bit 1 << field. A placeholder field is present in the raw data
 * and counts as absent for every condition. A field outside `present` has an empty text.
 */
struct identity {
	uint32_t present;
	uint32_t placeholder;
	struct text field[FIELD_COUNT];
	char numbers[FIELD_COUNT][IDENTITY_NUMBER_SIZE];
};

void identity_clear(struct identity *identity);

/* True when the field is there and not a placeholder: the only fields that conditions see. */
bool identity_has(const struct identity *identity, enum field field);

/* Borrowed text; sets presence and, by placeholder_is, the placeholder bit. */
void identity_set_text(struct identity *identity, enum field field, struct text text);

/* Fields of kind NUMBER. Pairs for the releases and the UEFI revision, one number for the rest. */
void identity_set_release(struct identity *identity, enum field field, unsigned major,
			  unsigned minor);
void identity_set_number(struct identity *identity, enum field field, uint64_t value);
/* Revision word of a UEFI table header (UEFI 2.10 section 4.2.1): 0x00020046 is "2.70". */
void identity_set_uefi_revision(struct identity *identity, uint32_t revision);

/*
 * Adds what the structures of a bare SMBIOS table say: the first structure of types 0, 1, 2, 3, 4.
 * Never fails: what cannot be read is absent. `*ret_end` (may be NULL) says how the walk came to an
 * end. A string index past the last string makes that field absent, not the others. As with
 * dmidecode 3.4 a group of fields counts only when the structure is as long as the revision that
 * brought it: 12h for type 0 (18h for the releases), 08h for types 1 and 2 (1Bh for SKU and family),
 * 09h for type 3, 1Ah for type 4. Type 2: the first base board, as dmidecode's and Linux's users see
 * it. Type 4: the first processor.
 */
void identity_from_smbios(struct identity *identity, struct span table, enum smbios_end *ret_end);

/*
 * True for texts that stand for "nobody filled this in" ("To Be Filled By O.E.M.", "System Product
 * Name", "Default string", "0123456789", blanks or punctuation only, ...), compared by their letters and
 * digits alone, case folded. Words that are placeholders only in one field ("00" as a product version, not
 * as a BIOS version) count only there.
 */
bool placeholder_is(enum field field, struct text text);

#endif
