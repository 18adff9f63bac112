/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version_dotted.c - numbers joined by dots, per vendor; never orders different letters */
#include "version_parse.h"

/*
 * 1.9.0 < 1.10.0; V1.08 is 1.08; another letter in front is a line of its own (ASRock: P1.60 released,
 * L1.60 not); a letter behind counts last: 3.2 < 3.2a < 3.2b (Supermicro).
 */
bool parse_version_dotted(struct text rest, struct version_key *key)
{
	struct text first = text_sized(rest.at, 1);
	uint32_t letter;

	if (!parse_char(&rest, 'v') && parse_letter(&rest, &letter)) {
		key->line = first;
		key->branch = 1;
	}
	if (!parse_dotted(&rest, key))
		return false;
	if (parse_letter(&rest, &letter)) {
		/* The last place, so that 3.2a comes before 3.2.1. */
		if (key->n_parts == VERSION_MAX_PARTS)
			return false;
		key->part[VERSION_MAX_PARTS - 1] = letter;
	}
	return !rest.size;
}

/* A00 to A99, and then, since about 2014, 1.0.0 and up. */
bool parse_version_dell(struct text rest, struct version_key *key)
{
	uint32_t number;

	if (parse_char(&rest, 'a')) {
		key_add(key, 0);
		if (rest.size != 2 || !parse_number(&rest, 2, &number))
			return false;
		key_add(key, number);
		return !rest.size;
	}
	key_add(key, 1);
	return parse_dotted(&rest, key) && key->n_parts == 4 && !rest.size;
}

/*
 * 13.101.140. A last part of three digits names the platform and says nothing about age: 768 and 769
 * came for one model, so did 141 and 143; others under one product name are different machines (Intel,
 * AMD). Elsewhere it is a number like the others (Surface Pro 3: 3.11.2650, Surface Go: 1.0.38).
 */
bool parse_version_surface(struct text rest, struct version_key *key)
{
	uint32_t *last = &key->part[2];
	size_t size;

	for (size = 0; size < rest.size && rest.at[rest.size - size - 1] != '.';)
		size++;
	if (!parse_dotted(&rest, key) || key->n_parts != 3 || rest.size)
		return false;
	if (size == 3) {
		key->branch = *last == 769 ? 768 : *last == 141 ? 143 : *last;
		*last = 0;
	}
	return true;
}

/*
 * ASUS 0405 < 3006; a model (UX31E.204) or a phrase (ASUS M2N-E ACPI BIOS Revision 0801) in front must be
 * the same; 1003.001 < 1003.002. AMI 080014 < 080015.
 */
bool parse_version_number(struct text rest, struct version_key *key)
{
	struct version_key plain = {.n_parts = 0};
	struct text ahead = rest;
	size_t size = rest.size;

	if (parse_dotted(&ahead, &plain) && !ahead.size) {
		*key = plain;
		/* ASUS gives 9000 and up to test builds, whatever they were made from. */
		if (rest.size == 4 && key->part[0] >= 9000)
			key->branch = 2;
		return key->n_parts <= 2;
	}
	while (size && rest.at[size - 1] >= '0' && rest.at[size - 1] <= '9')
		size--;
	if (!size || (rest.at[size - 1] != '.' && rest.at[size - 1] != ' '))
		return false;
	key->line = text_sized(rest.at, size);
	key->branch = 1;
	rest = text_sized(rest.at + size, rest.size - size);
	return parse_dotted(&rest, key);
}
