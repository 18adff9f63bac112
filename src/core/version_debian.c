/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* version_debian.c - epoch:upstream-revision in, order out (Debian policy 4.6.2, section 5.6.12) */
#include "version_parse.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

struct debian_version {
	uint32_t epoch;
	struct text upstream, revision;
};

static bool has_only(struct text text, const char *extra)
{
	for (size_t i = 0; i < text.size; i++) {
		const char *e = extra;

		while (*e && *e != text.at[i])
			e++;
		if (!*e && !is_digit(text.at[i]) && !is_alpha(text.at[i]))
			return false;
	}
	return true;
}

/* Policy says that a version should begin with a digit; here it must, or any word were a version. */
static bool debian_read(struct text rest, struct debian_version *version)
{
	struct text ahead;
	size_t dash;

	rest = parse_trim(rest);
	*version = (struct debian_version){.epoch = 0};
	ahead = rest;
	if (parse_number(&ahead, 9, &version->epoch) && parse_char(&ahead, ':'))
		rest = ahead;
	else
		version->epoch = 0;
	for (dash = rest.size; dash && rest.at[dash - 1] != '-';)
		dash--;
	version->upstream = rest;
	if (dash) {
		version->upstream.size = dash - 1;
		version->revision = text_sized(rest.at + dash, rest.size - dash);
		if (!version->revision.size)
			return false;
	}
	return version->upstream.size && is_digit(*version->upstream.at) &&
	       has_only(version->upstream, ".+-~") && has_only(version->revision, ".+~");
}

/* A tilde comes before the end, the end before letters, letters before the rest. */
static int rank(struct text text, size_t at)
{
	char c = at < text.size ? text.at[at] : '\0';

	if (c == '~')
		return -1;
	if (!c || is_digit(c))
		return 0;
	return is_alpha(c) ? c : c + 256;
}

/* Numbers of any length: leading zeros off, the longer one is greater, else the first difference. */
static int compare_numbers(struct text a, size_t *at_a, struct text b, size_t *at_b)
{
	int order = 0;

	while (*at_a < a.size && a.at[*at_a] == '0')
		++*at_a;
	while (*at_b < b.size && b.at[*at_b] == '0')
		++*at_b;
	for (;; ++*at_a, ++*at_b) {
		bool more_a = *at_a < a.size && is_digit(a.at[*at_a]);
		bool more_b = *at_b < b.size && is_digit(b.at[*at_b]);

		if (!more_a || !more_b)
			return more_a != more_b ? more_a - more_b : order;
		if (!order)
			order = a.at[*at_a] - b.at[*at_b];
	}
}

static int compare_parts(struct text a, struct text b)
{
	size_t at_a = 0, at_b = 0;
	int order;

	while (at_a < a.size || at_b < b.size) {
		while ((at_a < a.size && !is_digit(a.at[at_a])) ||
		       (at_b < b.size && !is_digit(b.at[at_b]))) {
			order = rank(a, at_a) - rank(b, at_b);
			if (order)
				return order;
			at_a++;
			at_b++;
		}
		order = compare_numbers(a, &at_a, b, &at_b);
		if (order)
			return order;
	}
	return 0;
}

bool debian_is_valid(struct text version)
{
	struct debian_version parsed;

	return debian_read(version, &parsed);
}

int debian_compare(struct text a, struct text b)
{
	struct debian_version parsed_a, parsed_b;
	int order;

	(void)debian_read(a, &parsed_a);
	(void)debian_read(b, &parsed_b);
	if (parsed_a.epoch != parsed_b.epoch)
		return parsed_a.epoch < parsed_b.epoch ? -1 : 1;
	order = compare_parts(parsed_a.upstream, parsed_b.upstream);
	return order ? order : compare_parts(parsed_a.revision, parsed_b.revision);
}
