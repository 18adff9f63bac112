/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rules_near.c - a misspelt word and a vocabulary in, the nearest known word out */
#include <stdlib.h>
#include <string.h>

#include "rules_parser.h"

#define NEAR_MAX_SIZE 40u

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Levenshtein distance without regard to case; both at most NEAR_MAX_SIZE bytes. */
static unsigned distance(struct text a, struct text b)
{
	unsigned row[NEAR_MAX_SIZE + 1];

	for (unsigned j = 0; j <= b.size; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.size; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.size; j++) {
			unsigned replaced = diagonal + (lower(a.at[i - 1]) != lower(b.at[j - 1]));

			diagonal = row[j];
			row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[b.size];
}

const char *rules_nearest(struct text word, const char *(*name)(unsigned), unsigned count)
{
	const char *nearest = NULL;
	unsigned best = (unsigned)word.size / 3 + 2;

	if (word.size > NEAR_MAX_SIZE)
		return NULL;
	for (unsigned i = 0; i < count; i++) {
		struct text known = text_of(name(i));
		unsigned d;

		if (known.size > NEAR_MAX_SIZE)
			continue;
		d = distance(word, known);
		/* The beginning of a word is more likely cut off than misspelt. */
		if (word.size > 3 && text_has_prefix(known, word) && d > 1)
			d = 1;
		if (d < best) {
			best = d;
			nearest = known.at;
		}
	}
	return nearest;
}
