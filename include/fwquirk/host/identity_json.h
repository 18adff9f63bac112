/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_json.h - an identity as one JSON object and back, byte for byte */
#ifndef FWQUIRK_HOST_IDENTITY_JSON_H
#define FWQUIRK_HOST_IDENTITY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <fwquirk/identity.h>

/*
 * Keys are the field names, values the raw strings (numbers spelled as in identity.h), absent
 * fields left out; placeholders are raw data and are there.
 *
 * JSON is Unicode, firmware strings are bytes. A string that is UTF-8 stands as it is. In one that
 * is not, every byte from 80h on becomes the private character U+EF00 + byte, and the same is done
 * to a string that holds one of these characters itself, so that reading gives the same bytes.
 */

/* A new object; NULL when there is no memory. */
json_t *identity_to_json(const struct identity *identity);

/*
 * Clears and fills the identity. Its texts borrow from `*ret_bytes` (malloc'ed, for the caller to
 * free after the identity). On failure false, nothing allocated, `*ret_error` a malloc'ed phrase:
 * an unknown key, a value that is no string, a number that is not spelled as we spell it.
 */
bool identity_from_json(struct identity *identity, const json_t *object, uint8_t **ret_bytes,
			size_t *ret_size, char **ret_error);

#endif
