/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_json.c - what `fwquirk identify --json` prints in, the same identity out; never overlooks a
 * misspelt key */
#include <stdlib.h>

#include <jansson.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/identity_json.h>

#include "source_private.h"

static char first_black(struct text *text)
{
	while (text->size) {
		char c = *text->at;

		*text = text_sized(text->at + 1, text->size - 1);
		if (c != ' ' && (c < '\t' || c > '\r'))
			return c;
	}
	return '\0';
}

/* A brace and then a key or another brace: from there on a mistake is one in JSON. */
static bool is_object(struct text text)
{
	char second;

	if (first_black(&text) != '{')
		return false;
	second = first_black(&text);
	return second == '"' || second == '}';
}

enum source_answer source_read_json(struct source *source, char **ret_error)
{
	json_error_t where;
	uint8_t *bytes;
	json_t *object;
	char *phrase = NULL;
	size_t size;
	bool is_read;

	if (!is_object(source_text(source)))
		return SOURCE_NO;
	object = json_loadb((const char *)source->bytes, source->size,
			    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
	if (!object) {
		for (char *at = where.text; *at; at++) {
			if (*at < 0x20 || *at > 0x7e)
				*at = '?';
		}
		file_error(ret_error, "%s:%d:%d: not JSON: %s", source->name, where.line,
			   where.column, where.text);
		return SOURCE_BAD;
	}
	is_read = identity_from_json(&source->identity, object, &bytes, &size, &phrase);
	json_decref(object);
	if (!is_read) {
		file_error(ret_error,
			   "%s: %s; an identity is one object as 'fwquirk identify --json' prints "
			   "it",
			   source->name, phrase ? phrase : "out of memory");
		free(phrase);
		return SOURCE_BAD;
	}
	free(source->bytes);
	source->bytes = bytes;
	source->size = size;
	source->kind = SOURCE_IDENTITY_JSON;
	return SOURCE_YES;
}
