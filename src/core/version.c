/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version.c - two version texts and a scheme in, their order or no claim out; never guesses a scheme */
#include "version_parse.h"

static bool parse_key(enum scheme scheme, struct text version, struct version_key *key)
{
	struct text rest = parse_trim(version);

	*key = (struct version_key){.n_parts = 0};
	if (!rest.size)
		return false;
	switch (scheme) {
	case SCHEME_DOTTED:
		return parse_version_dotted(rest, key);
	case SCHEME_DELL:
		return parse_version_dell(rest, key);
	case SCHEME_LENOVO:
		return parse_version_lenovo(rest, key);
	case SCHEME_HP:
		return parse_version_hp(rest, key);
	case SCHEME_NUMBER:
		return parse_version_number(rest, key);
	case SCHEME_GIGABYTE:
		return parse_version_gigabyte(rest, key);
	case SCHEME_APPLE:
		return parse_version_apple(rest, key);
	case SCHEME_SURFACE:
		return parse_version_surface(rest, key);
	case SCHEME_DEBIAN:
	case SCHEME_COUNT:
		break;
	}
	return false;
}

static bool have_order(const struct version_key *a, const struct version_key *b)
{
	if (a->branch != b->branch)
		return false;
	return !a->line.size || !b->line.size || text_equal(a->line, b->line);
}

enum status version_compare(enum scheme scheme, struct text a, struct text b, int *ret_order)
{
	struct version_key key_a, key_b;
	int order = 0;

	if (scheme == SCHEME_DEBIAN) {
		if (!debian_is_valid(a) || !debian_is_valid(b))
			return STATUS_UNPARSABLE;
		*ret_order = debian_compare(a, b);
		return STATUS_OK;
	}
	if (!parse_key(scheme, a, &key_a) || !parse_key(scheme, b, &key_b) ||
	    !have_order(&key_a, &key_b))
		return STATUS_UNPARSABLE;
	for (unsigned i = 0; i < VERSION_MAX_PARTS && !order; i++)
		order = (key_a.part[i] > key_b.part[i]) - (key_a.part[i] < key_b.part[i]);
	*ret_order = order;
	return STATUS_OK;
}

enum status version_check(enum scheme scheme, struct text version)
{
	struct version_key key;
	bool ok = scheme == SCHEME_DEBIAN ? debian_is_valid(version)
					  : parse_key(scheme, version, &key);

	return ok ? STATUS_OK : STATUS_UNPARSABLE;
}
