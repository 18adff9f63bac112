/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* switches.h - what a person has said about the workarounds, from three places, into the policy */
#ifndef FWQUIRK_SWITCHES_H
#define FWQUIRK_SWITCHES_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/plan.h>
#include <fwquirk/smbios.h>
#include <fwquirk/text.h>

/* The variable, NON_VOLATILE | BOOTSERVICE_ACCESS | RUNTIME_ACCESS, under the vendor GUID of journal.h:
 * words in ASCII or UCS-2, up to a NUL or its end. */
#define SWITCHES_VARIABLE_NAME "FwquirkConfig"
#define SWITCHES_MAX_CHARS     256u

/* What a variable says: ASCII, or UCS-2 as a UEFI shell writes it, up to a NUL or the end; what is no
 * ASCII becomes '?'. Borrows `room`. */
struct text switches_variable_text(struct span bytes, char *room, size_t n_room);

/* An OEM string (SMBIOS type 11, DSP0134 3.7.0 section 7.12) that begins so has words behind it. */
#define SWITCHES_OEM_PREFIX "fwquirk="

/* Words between blanks or commas; case does not count. */
enum switch_word {
	SWITCH_UNKNOWN, /* none of ours */
	SWITCH_OFF,     /* off: nothing is applied, no probe is run */
	SWITCH_OBSERVE, /* observe: everything is decided and recorded, nothing is applied */
	SWITCH_LOOSEN,  /* loosen: workarounds that loosen protection are allowed */
	SWITCH_RULE_ON, /* +FWQ-0001: armed although it says observe, and allowed to loosen */
	SWITCH_RULE_OFF /* -FWQ-0001: not this rule */
};

/* Takes the next word off the front of `text`; false at its end. The number of a rule in *ret_rule_id. */
bool switches_next(struct text *text, enum switch_word *ret_word, uint32_t *ret_rule_id);
/* A whole word, without blanks. */
enum switch_word switches_word(struct text word, uint32_t *ret_rule_id);

enum switch_source {
	SWITCH_SOURCE_OPTIONS = 1,  /* load options of the driver or the loader */
	SWITCH_SOURCE_VARIABLE = 2, /* FwquirkConfig */
	SWITCH_SOURCE_SMBIOS = 3,   /* an OEM string */
};

/* "load-options", "variable", "smbios"; "?" for another number. */
const char *switch_source_name(unsigned source);

/* What became of the words of one source. */
enum switch_outcome {
	SWITCH_HAS_UNKNOWN = 1,  /* a word was not understood and does nothing */
	SWITCH_HAS_TOO_MUCH = 2, /* more than there is room for: taken as `off` */
	SWITCH_ASKS_MORE = 4,    /* it arms or loosens something */
	SWITCH_IGNORED = 8,      /* and that was not heeded: Secure Boot */
};

/*
 * Adds the words of one source to the policy; the order of sources does not matter, for what reduces
 * wins: off, -ID, observe, +ID, the rule's own mode. Returns a mask of enum switch_outcome.
 */
uint8_t switches_add(struct policy *policy, struct text words);

/* Takes back everything that asks for more than the rules do: none of the sources is authenticated. */
void switches_restrict(struct policy *policy);

/* The OEM strings for us, one at a time: begin with walk = smbios_walk_begin(table), the rest zero. */
struct switches_oem {
	struct smbios_walk walk;
	struct span strings;
};
bool switches_oem_next(struct switches_oem *oem, struct text *ret_words);

#endif
