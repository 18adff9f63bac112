/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* secret.h - what looks like the number of one machine, so that no report carries it */
#ifndef FWQUIRK_SECRET_H
#define FWQUIRK_SECRET_H

#include <stddef.h>

#include <fwquirk/text.h>

/*
 * A hardware address (six pairs of hexadecimal digits, joined by : or -) or a UUID, standing alone:
 * its length at the start of the text, 0 when there is none. `before` is the character in front.
 * A writer puts an x in place of each of its digits.
 */
size_t secret_size(struct text text, char before);

#endif
