/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_json.c - an identity in, a JSON object out, and back; never loses a byte */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>
#include <fwquirk/host/identity_json.h>

/* U+EF80 to U+EFFF stand for bytes: in UTF-8 EEh, BEh or BFh, 80h to BFh. */
#define ESCAPE_BASE 0xef00u

static bool is_escape(const uint8_t *at)
{
	return at[0] == 0xee && (at[1] == 0xbe || at[1] == 0xbf);
}

static bool holds_escape(struct text text)
{
	for (size_t i = 0; i + 2 < text.size; i++) {
		if (is_escape((const uint8_t *)text.at + i))
			return true;
	}
	return false;
}

static json_t *escaped_string(struct text text)
{
	char *escaped = malloc(text.size * 3 + 1);
	json_t *string;
	size_t size = 0;

	if (!escaped)
		return NULL;
	for (size_t i = 0; i < text.size; i++) {
		uint8_t byte = (uint8_t)text.at[i];
		unsigned c = ESCAPE_BASE + byte;

		if (byte < 0x80) {
			escaped[size++] = (char)byte;
			continue;
		}
		escaped[size++] = (char)(0xe0 | c >> 12);
		escaped[size++] = (char)(0x80 | (c >> 6 & 0x3f));
		escaped[size++] = (char)(0x80 | (c & 0x3f));
	}
	string = json_stringn(escaped, size);
	free(escaped);
	return string;
}

/* jansson refuses what is not UTF-8. */
static json_t *string_of(struct text text)
{
	json_t *string =
		holds_escape(text) ? NULL : json_stringn(text.at ? text.at : "", text.size);

	return string ? string : escaped_string(text);
}

json_t *identity_to_json(const struct identity *identity)
{
	json_t *object = json_object();

	for (unsigned field = 0; object && field < FIELD_COUNT; field++) {
		if (!(identity->present >> field & 1))
			continue;
		/* Takes over the string, also when it fails. */
		if (json_object_set_new(object, field_name(field),
					string_of(identity->field[field]))) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

/* Into `to`, which has room for text.size bytes. */
static struct text unescape(struct text text, uint8_t *to)
{
	const uint8_t *from = (const uint8_t *)text.at;
	size_t size = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (i + 2 < text.size && is_escape(from + i)) {
			to[size++] = (uint8_t)((from[i + 1] & 0x03) << 6 | (from[i + 2] & 0x3f));
			i += 2;
		} else {
			to[size++] = from[i];
		}
	}
	return text_sized((const char *)to, size);
}

/* "5.12" in two numbers; false when it is anything else. */
static bool read_pair(struct text text, uint64_t *ret_major, uint64_t *ret_minor)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] == '.')
			return text_to_u64(text_sized(text.at, i), ret_major) &&
			       text_to_u64(text_sized(text.at + i + 1, text.size - i - 1),
					   ret_minor);
	}
	return false;
}

/* A number is one when setting it spells the same text again. */
static bool set_number(struct identity *identity, enum field field, struct text text)
{
	uint64_t major, minor = 0;

	if (field == FIELD_ARCH) {
		identity_set_text(identity, field, text);
		return text.size > 0;
	}
	if (field == FIELD_BIOS_RELEASE || field == FIELD_EC_RELEASE ||
	    field == FIELD_UEFI_REVISION) {
		if (!read_pair(text, &major, &minor) || major > 0xffff || minor > 0xffff)
			return false;
		identity_set_release(identity, field, (unsigned)major, (unsigned)minor);
	} else {
		if (!text_to_u64(text, &major))
			return false;
		identity_set_number(identity, field, major);
	}
	return text_is_same(identity->field[field], text);
}

static const char *number_form(enum field field)
{
	switch (field) {
	case FIELD_CPU_ID:
		return "0x and 16 hexadecimal digits";
	case FIELD_EFI_REVISION:
		return "0x and 8 hexadecimal digits";
	case FIELD_CHASSIS_TYPE:
		return "a decimal number";
	case FIELD_ARCH:
		return "the name of an architecture";
	default:
		return "two decimal numbers with a dot between them";
	}
}

static bool set_field(struct identity *identity, const char *key, struct text text,
		      char **ret_error)
{
	enum field field;

	if (!field_from_name(text_of(key), &field))
		return file_error(ret_error, "\"%s\" is not the name of a field", key);
	if (field_kind(field) != FIELD_KIND_NUMBER)
		identity_set_text(identity, field, text);
	else if (!set_number(identity, field, text))
		return file_error(ret_error, "\"%s\": expected %s", key, number_form(field));
	return true;
}

bool identity_from_json(struct identity *identity, const json_t *object, uint8_t **ret_bytes,
			size_t *ret_size, char **ret_error)
{
	size_t size = 1, at = 0;
	const char *key;
	uint8_t *bytes;
	json_t *value;

	if (!json_is_object(object))
		return file_error(ret_error, "expected an object of fields");
	json_object_foreach ((json_t *)object, key, value) {
		if (!json_is_string(value))
			return file_error(ret_error, "\"%s\": expected a string", key);
		size += json_string_length(value);
	}
	bytes = malloc(size);
	if (!bytes)
		return file_error(ret_error, "out of memory");
	identity_clear(identity);
	json_object_foreach ((json_t *)object, key, value) {
		struct text raw = text_sized(json_string_value(value), json_string_length(value));
		struct text text = unescape(raw, bytes + at);

		at += text.size;
		if (set_field(identity, key, text, ret_error))
			continue;
		identity_clear(identity);
		free(bytes);
		return false;
	}
	*ret_bytes = bytes;
	*ret_size = at;
	return true;
}
