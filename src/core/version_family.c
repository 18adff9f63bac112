/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version_family.c - versions that begin with a firmware family; never orders two families */
#include "version_parse.h"

/*
 * Two characters that count 00 to 99, then A0 and on; some families count 0 to 9, A and on in the second
 * one as well. In front of them the family, four characters before WW, A, AUS, four or five before W or A:
 * N1EET79W, N1EETA0W, CBCN71WW, FBKTB9AUS, M1AKT2CA.
 */
static bool parse_lenovo_code(struct text code, struct version_key *key)
{
	static const char endings[] = "WW\0AUS\0AMS\0W\0A\0";
	struct text ending, number;

	for (unsigned i = 0;; i++) {
		ending = text_of(text_nth(endings, i));
		if (!ending.size)
			return false;
		if (text_has_suffix(code, ending))
			break;
	}
	if (code.size < 6 + ending.size || code.size > 7 + ending.size)
		return false;
	key->line = text_sized(code.at, code.size - ending.size - 2);
	number = text_sized(code.at + key->line.size, 2);
	key_add(key, 0);
	return parse_alnum(&number, 2, 36, &key->part[0]);
}

/* The number in parentheses is for people; the code counts. `N20ET67W (1.52 )`, `FACN23WW(V1.06)`. */
bool parse_version_lenovo(struct text rest, struct version_key *key)
{
	struct version_key ignored = {.n_parts = 0};
	struct text code = rest;
	uint32_t letter;

	for (code.size = 0; code.size < rest.size; code.size++) {
		char c = rest.at[code.size];

		if (c == ' ' || c == '(')
			break;
	}
	if (!parse_lenovo_code(code, key))
		return false;
	rest = parse_trim(text_sized(rest.at + code.size, rest.size - code.size));
	if (!rest.size)
		return true;
	if (!parse_char(&rest, '('))
		return false;
	(void)parse_char(&rest, 'v');
	if (!parse_dotted(&rest, &ignored))
		return false;
	(void)parse_letter(&rest, &letter);
	rest = parse_trim(rest);
	return parse_char(&rest, ')') && !rest.size;
}

/* Where the last word begins. */
static size_t last_word(struct text text)
{
	size_t at = text.size;

	while (at && text.at[at - 1] != ' ')
		at--;
	return at;
}

/*
 * F.39 < F.3A < F.40 with hexadecimal digits, behind a family or not (68CSU Ver. F.60); and a family
 * with decimal numbers: R70 Ver. 01.02.00, J01 v02.15, 786G1 v01.27. Without a family: 02.01.
 */
bool parse_version_hp(struct text rest, struct version_key *key)
{
	size_t word = last_word(rest);
	struct text tail = text_sized(rest.at + word, rest.size - word), number = tail;
	uint32_t ignored;

	key->line = text_sized(rest.at, word);
	key->branch = 1 + (word != 0);
	if (!parse_char(&number, 'v') && parse_letter(&number, &ignored)) {
		(void)parse_alnum(&number, 1, 10, &ignored);
		if (!parse_char(&number, '.') || number.size != 2)
			return false;
		key->line.size = rest.size - 2;
		key->branch = 3;
		key_add(key, 0);
		return parse_alnum(&number, 2, 16, &key->part[0]);
	}
	(void)parse_char(&tail, 'v');
	return parse_dotted(&tail, key) && key->n_parts >= 2 && !tail.size;
}

/*
 * F9 < F10; a letter behind marks a beta of the version it stands with: F59 < F60a < F60h < F60. Versions
 * named by a letter (FA < FBb < FB) belong to other board revisions and are a line of their own;
 * notebooks have FB08 < FB0A. Builds for one customer (F15 KV) have no order.
 */
bool parse_version_gigabyte(struct text rest, struct version_key *key)
{
	enum { RELEASE = 27 }; /* behind the betas a to z */
	uint32_t number, beta = RELEASE;

	if (!parse_char(&rest, 'f'))
		return false;
	if (parse_number(&rest, 4, &number)) {
		key->branch = 1;
	} else {
		key->line = text_sized(rest.at, 1);
		key->branch = 2;
		if (!parse_letter(&rest, &number))
			return false;
		if (rest.size == 2 && parse_alnum(&rest, 2, 16, &number)) {
			key->branch = 3;
			key_add(key, number);
			return true;
		}
		key->line.size = 0;
	}
	if (rest.size == 1 && *rest.at >= 'a' && *rest.at <= 'z')
		(void)parse_letter(&rest, &beta);
	key_add(key, number);
	key_add(key, beta);
	return !rest.size;
}

/* 0138.B16.1509081438: number and build in hexadecimal, then when it was built, yymmddhhmm. */
static bool parse_apple_old(struct text rest, struct version_key *key)
{
	uint32_t number, build, date, time;

	if (!parse_alnum(&rest, 4, 16, &number) || !parse_char(&rest, '.') ||
	    !parse_char(&rest, 'b') || !parse_alnum(&rest, 2, 16, &build) ||
	    !parse_char(&rest, '.') || !parse_alnum(&rest, 6, 10, &date) ||
	    !parse_alnum(&rest, 4, 10, &time))
		return false;
	/* Old machines were built again years later under an older number: the time of building decides. */
	key_add(key, 0);
	key_add(key, date);
	key_add(key, time);
	key_add(key, number);
	key_add(key, build);
	return !rest.size;
}

/*
 * Until 2018 MBP111.88Z.0138.B16.1509081438, ordered within the model; since then 170.0.0.0.0, newer than all
 * of those, with the version of the bridge chip behind, which is not looked at:
 * 1731.100.130.0.0 (iBridge: 19.16.14243.0.0,0).
 */
bool parse_version_apple(struct text rest, struct version_key *key)
{
	static const char middle[] = ".88Z.", bridge[] = " (iBridge: ";
	struct text model = rest;

	for (model.size = 0; model.size + sizeof(middle) - 1 < rest.size; model.size++) {
		struct text here = text_sized(rest.at + model.size, sizeof(middle) - 1);

		if (text_is_same(here, text_of(middle))) {
			key->line = model;
			return parse_apple_old(
				text_sized(here.at + here.size, rest.size - model.size - here.size),
				key);
		}
	}
	key_add(key, 1);
	if (!parse_dotted(&rest, key) || key->n_parts != 6)
		return false;
	return !rest.size ||
	       (rest.size > sizeof(bridge) && rest.at[rest.size - 1] == ')' &&
		text_is_same(text_sized(rest.at, sizeof(bridge) - 1), text_of(bridge)));
}
