/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* find_switches.h - what people have said about the workarounds, wherever they can say it */
#ifndef EFI_FIND_SWITCHES_H
#define EFI_FIND_SWITCHES_H

#include <fwquirk/switches.h>

#define SWITCHES_MAX_SAID 6u

/* Where words were found and what became of them, for the record. Borrowed from static storage and SMBIOS. */
struct switches_said {
	unsigned n;
	struct said {
		uint8_t source, outcome; /* enum switch_source, mask of enum switch_outcome */
		struct text words;
	} said[SWITCHES_MAX_SAID];
};

/*
 * Adds the words of our load options, the variable and the OEM strings to the policy. Under Secure Boot
 * nobody vouches for any of them, so that only what reduces counts; a variable that cannot be read whole
 * is taken as `off`. Writes nothing.
 */
void find_switches(struct policy *policy, struct switches_said *ret_said);

#endif
