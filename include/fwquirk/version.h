/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version.h - which of two firmware versions or dates is newer, or no claim at all */
#ifndef FWQUIRK_VERSION_H
#define FWQUIRK_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/status.h>
#include <fwquirk/text.h>
#include <fwquirk/vocab.h>

/*
 * Orders two version texts under a vendor's scheme (docs/quirk-format.md, "Version schemes").
 * `*ret_order` is negative, zero or positive as `a` is older than, the same as or newer than `b`.
 *
 * STATUS_UNPARSABLE  one of them does not read under the scheme, or they belong to different
 *                    lines of it that cannot be ordered (two Lenovo firmware families): no claim
 */
enum status version_compare(enum scheme scheme, struct text a, struct text b, int *ret_order);

/* Whether one text reads under the scheme at all: STATUS_OK or STATUS_UNPARSABLE. */
enum status version_check(enum scheme scheme, struct text version);

/*
 * Reads a date as firmware writes it: MM/DD/YYYY (DSP0134 section 7.1.2), MM/DD/YY (1980-2079),
 * unpadded, YYYY/MM/DD, YYYY-MM-DD, "Mon DD YYYY"; nothing before or behind but blanks. Day and
 * month must exist, the year lie in 1980-2099. The result is year * 10000 + month * 100 + day.
 * STATUS_UNPARSABLE otherwise (also where the order of day and month could be either way by its
 * separator, as with dots).
 */
enum status date_read(struct text text, uint32_t *ret_yyyymmdd);

/* yyyy-mm-dd only, as rules spell it. */
enum status date_read_iso(struct text text, uint32_t *ret_yyyymmdd);

#endif
