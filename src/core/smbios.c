/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* smbios.c - bytes of a table in, structures and strings out; never believes a length or index */
#include <fwquirk/smbios.h>

/* Structure header, DSP0134 3.7.0 section 6.1.2: type, length, handle. */
enum { HEADER_SIZE = 4, OFFSET_LENGTH = 1, OFFSET_HANDLE = 2 };

/* End-of-table structure, DSP0134 3.7.0 section 7.45. */
#define TYPE_END_OF_TABLE 127

struct smbios_walk smbios_walk_begin(struct span table)
{
	return (struct smbios_walk){.rest = table, .n_seen = 0, .ended = SMBIOS_END_NONE};
}

/*
 * Consumes a string set: strings, each closed by NUL, and one more NUL; with no strings two NULs
 * (DSP0134 3.7.0 section 6.1.3). The result holds the strings with their NULs, without the last
 * one.
 */
static bool take_strings(struct span *cursor, struct span *ret_strings)
{
	const uint8_t *at = cursor->at;

	/* Of two NULs side by side one is at an odd place, so every other byte is enough to look at. */
	for (size_t i = 1; i < cursor->size; i += 2) {
		size_t last;

		if (at[i])
			continue;
		last = at[i - 1] ? i + 1 : i;
		if (last == cursor->size || at[last])
			continue;
		*ret_strings = span_of(at, last);
		*cursor = span_of(at + last + 1, cursor->size - last - 1);
		return true;
	}
	return false;
}

static enum smbios_end take_structure(struct span *cursor, struct smbios_structure *structure)
{
	const uint8_t *header = cursor->at;

	if (!cursor->size)
		return SMBIOS_END_BYTES;
	if (cursor->size < HEADER_SIZE)
		return SMBIOS_END_TRUNCATED;
	structure->type = header[0];
	structure->handle = (uint16_t)(header[OFFSET_HANDLE] | header[OFFSET_HANDLE + 1] << 8);
	if (header[OFFSET_LENGTH] < HEADER_SIZE)
		return SMBIOS_END_SHORT_LENGTH;
	if (!span_take(cursor, header[OFFSET_LENGTH], &structure->formatted) ||
	    !take_strings(cursor, &structure->strings))
		return SMBIOS_END_TRUNCATED;
	return SMBIOS_END_NONE;
}

enum status smbios_next(struct smbios_walk *walk, struct smbios_structure *ret_structure)
{
	struct smbios_structure structure;

	if (walk->ended != SMBIOS_END_NONE)
		return STATUS_END;
	walk->ended = walk->n_seen == SMBIOS_MAX_STRUCTURES && walk->rest.size
			      ? SMBIOS_END_TOO_MANY
			      : take_structure(&walk->rest, &structure);
	if (walk->ended != SMBIOS_END_NONE)
		return STATUS_END;
	walk->n_seen++;
	if (structure.type == TYPE_END_OF_TABLE)
		walk->ended = SMBIOS_END_TYPE_127;
	*ret_structure = structure;
	return STATUS_OK;
}

enum status smbios_string(const struct smbios_structure *structure, size_t offset,
			  struct text *ret_string)
{
	const uint8_t *at = structure->strings.at, *end = at + structure->strings.size;
	uint8_t index;

	if (!span_u8(structure->formatted, offset, &index) || !index)
		return STATUS_ABSENT;
	while (at < end) {
		const uint8_t *begin = at;

		while (at < end && *at)
			at++;
		/* No string is empty: a NUL right behind another one closes the set. */
		if (at == begin || at == end)
			break;
		if (!--index) {
			*ret_string = text_sized((const char *)begin, (size_t)(at - begin));
			return STATUS_OK;
		}
		at++;
	}
	return STATUS_MALFORMED;
}

enum status smbios_find(struct span table, uint8_t type, struct smbios_structure *ret_structure)
{
	struct smbios_walk walk = smbios_walk_begin(table);
	struct smbios_structure structure;

	while (smbios_next(&walk, &structure) == STATUS_OK) {
		if (structure.type == type) {
			*ret_structure = structure;
			return STATUS_OK;
		}
	}
	return STATUS_ABSENT;
}
