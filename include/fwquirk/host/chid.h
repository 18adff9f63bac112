/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* chid.h - hardware ids of a machine (CHIDs), as fwupd and Windows compute them */
#ifndef FWQUIRK_HOST_CHID_H
#define FWQUIRK_HOST_CHID_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/identity.h>

/* HardwareID-00 to -14 of "ComputerHardwareIds" in Microsoft's driver documentation. */
#define CHID_COUNT     15u
#define CHID_TEXT_SIZE 37u

/* Fields that the n-th id is made of, bit 1 << field; 0 past the end. */
uint32_t chid_fields(unsigned n);

/*
 * The n-th id of a machine, as 8-4-4-4-12 in lower case. False when a field of it is absent, empty
 * or not ASCII; a placeholder is a text like any other here.
 */
bool chid_of(const struct identity *identity, unsigned n, char ret_text[static CHID_TEXT_SIZE]);

#endif
