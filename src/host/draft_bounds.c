/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft_bounds.c - versions and dates of the reports in, from where to where a rule claims anything out
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "draft_parts.h"
#include "rules_memory.h"

/* ---- schemes ---- */

static bool vendor_has(const struct identity *identity, const char *word)
{
	static const enum field vendors[] = {FIELD_SYS_VENDOR, FIELD_BOARD_VENDOR,
					     FIELD_BIOS_VENDOR};

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (identity_has(identity, vendors[i]) &&
		    text_contains(identity->field[vendors[i]], text_of(word)))
			return true;
	}
	return false;
}

static bool has_dot(struct text text)
{
	return text.size && memchr(text.at, '.', text.size);
}

bool draft_scheme_find(const struct identity *identity, enum scheme *ret_scheme)
{
	static const struct {
		const char *vendor;
		enum scheme scheme;
	} makers[] = {
		{"dell", SCHEME_DELL},     {"alienware", SCHEME_DELL},
		{"lenovo", SCHEME_LENOVO}, {"hewlett", SCHEME_HP},
		{"hp", SCHEME_HP},         {"gigabyte", SCHEME_GIGABYTE},
		{"apple", SCHEME_APPLE},   {"microsoft", SCHEME_SURFACE},
		{"debian", SCHEME_DEBIAN}, {"", SCHEME_NUMBER},
		{"", SCHEME_DOTTED},
	};
	struct text version = identity->field[FIELD_BIOS_VERSION];

	if (!identity_has(identity, FIELD_BIOS_VERSION))
		return false;
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if ((*makers[i].vendor && !vendor_has(identity, makers[i].vendor)) ||
		    (makers[i].scheme == SCHEME_NUMBER && has_dot(version)) ||
		    version_check(makers[i].scheme, version) != STATUS_OK)
			continue;
		*ret_scheme = makers[i].scheme;
		return true;
	}
	return false;
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* N1EET79W (1.52 ) is N1EET, R72 Ver. 01.10.00 is R72, MBP111.88Z.0138.B16 is MBP111.88Z. */
struct text draft_version_family(const struct identity *identity)
{
	struct text version = draft_trim(identity->field[FIELD_BIOS_VERSION]);
	struct text none = text_sized("", 0);
	enum scheme scheme;
	size_t size = 0;

	if (!draft_scheme_find(identity, &scheme))
		return none;
	while (size < version.size && version.at[size] != ' ' && version.at[size] != '(')
		size++;
	if (scheme == SCHEME_LENOVO) {
		while (size && is_alpha(version.at[size - 1]))
			size--;
		/* Two characters count; an ending of one letter may follow a letter that counts. */
		return size > 5 ? text_sized(version.at, size - 2) : none;
	}
	if (scheme == SCHEME_HP)
		return size < version.size ? text_sized(version.at, size) : none;
	if (scheme == SCHEME_APPLE) {
		for (size = 0; size + 4 < version.size; size++) {
			if (memcmp(version.at + size, ".88Z", 4) == 0)
				return text_sized(version.at, size + 4);
		}
	}
	return none;
}

/* ---- finding ---- */

static bool same_scheme(const struct identity *identity, size_t n, struct draft_bounds *bounds)
{
	if (!draft_scheme_find(&identity[0], &bounds->scheme))
		return false;
	bounds->low = bounds->high = draft_trim(identity[0].field[FIELD_BIOS_VERSION]);
	for (size_t i = 1; i < n; i++) {
		struct text version = draft_trim(identity[i].field[FIELD_BIOS_VERSION]);
		int to_low, to_high;

		if (version_compare(bounds->scheme, version, bounds->low, &to_low) != STATUS_OK ||
		    version_compare(bounds->scheme, version, bounds->high, &to_high) != STATUS_OK)
			return false;
		bounds->low = to_low < 0 ? version : bounds->low;
		bounds->high = to_high > 0 ? version : bounds->high;
	}
	return true;
}

static bool all_have(const struct identity *identity, size_t n, enum field field)
{
	for (size_t i = 0; i < n; i++) {
		if (!identity_has(&identity[i], field))
			return false;
	}
	return true;
}

static bool all_dates(const struct identity *identity, size_t n, struct draft_bounds *bounds)
{
	bounds->low_date = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		uint32_t date;

		if (!identity_has(&identity[i], FIELD_BIOS_DATE) ||
		    date_read(identity[i].field[FIELD_BIOS_DATE], &date) != STATUS_OK)
			return false;
		bounds->low_date = date < bounds->low_date ? date : bounds->low_date;
		bounds->high_date = date > bounds->high_date ? date : bounds->high_date;
	}
	return true;
}

void draft_bounds_find(const struct identity *identity, size_t n, struct draft_bounds *ret_bounds)
{
	struct draft_bounds bounds = {.has_version = all_have(identity, n, FIELD_BIOS_VERSION)};

	bounds.has_scheme = bounds.has_version && same_scheme(identity, n, &bounds);
	bounds.has_date = all_dates(identity, n, &bounds);
	*ret_bounds = bounds;
}

/* ---- writing ---- */

static void write_range(FILE *out, const struct draft_bounds *bounds)
{
	fprintf(out, "Match = bios-version version %s ", scheme_name(bounds->scheme));
	if (text_equal(bounds->low, bounds->high)) {
		fputs("= ", out);
	} else {
		fputs(">= ", out);
		draft_write_quoted(out, bounds->low);
		fputs(" <= ", out);
	}
	draft_write_quoted(out, bounds->high);
	putc('\n', out);
}

static bool is_again(const struct identity *identity, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (text_equal(identity[i].field[FIELD_BIOS_VERSION],
			       identity[j].field[FIELD_BIOS_VERSION]))
			return true;
	}
	return false;
}

static void write_versions(FILE *out, const struct identity *identity, size_t n)
{
	fputs("Match = bios-version any-of", out);
	for (size_t i = 0; i < n; i++) {
		if (is_again(identity, i))
			continue;
		putc(' ', out);
		draft_write_quoted(out, draft_trim(identity[i].field[FIELD_BIOS_VERSION]));
	}
	putc('\n', out);
}

static void write_date(FILE *out, uint32_t date)
{
	fprintf(out, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, date / 10000, date / 100 % 100,
		date % 100);
}

static void write_dates(FILE *out, const struct draft_bounds *bounds)
{
	fputs("Match = bios-date date ", out);
	if (bounds->low_date != bounds->high_date) {
		fputs(">= ", out);
		write_date(out, bounds->low_date);
		fputs(" <= ", out);
	} else {
		fputs("= ", out);
	}
	write_date(out, bounds->high_date);
	putc('\n', out);
}

/* A repaired version is known: from the oldest that was seen up to it. */
static void write_fixed(FILE *out, const struct draft_bounds *bounds, const char *fixed)
{
	const char *scheme = scheme_name(bounds->scheme);

	fprintf(out, "Introduced = bios-version version %s ", scheme);
	draft_write_quoted(out, bounds->low);
	fprintf(out, "\nFixed = bios-version version %s ", scheme);
	draft_write_quoted(out, text_of(fixed));
	putc('\n', out);
}

void draft_bounds_write(FILE *out, const struct draft_bounds *bounds,
			const struct identity *identity, size_t n, const char *fixed)
{
	if (fixed && bounds->has_scheme) {
		write_fixed(out, bounds, fixed);
		return;
	}
	if (bounds->has_scheme)
		write_range(out, bounds);
	else if (bounds->has_version)
		write_versions(out, identity, n);
	/* A version that cannot be ordered may be anybody's: the date says which one. */
	if (!bounds->has_scheme && bounds->has_date)
		write_dates(out, bounds);
	fprintf(out, "Unbounded = drafted from %zu report%s: no repaired version is known\n", n,
		n == 1 ? "" : "s");
}

/* ---- one version later ---- */

/* The run of digits that ends at `end`, one more; false when there is none. */
static char *count_up(struct text version, size_t end)
{
	size_t first = end, at = end;
	char *later = malloc(version.size + 2);

	if (!later)
		abort();
	while (first && version.at[first - 1] >= '0' && version.at[first - 1] <= '9')
		first--;
	memcpy(later, version.at, version.size);
	later[version.size] = '\0';
	while (at > first && later[at - 1] == '9')
		later[--at] = '0';
	if (at > first) {
		later[at - 1]++;
		return later;
	}
	memmove(later + first + 1, later + first, version.size - first + 1);
	later[first] = '1';
	return later;
}

static bool is_later(const struct draft_bounds *bounds, const char *version)
{
	int order;

	if (!bounds->has_scheme)
		return true;
	return version_compare(bounds->scheme, text_of(version), bounds->high, &order) ==
		       STATUS_OK &&
	       order > 0;
}

/* The last number that can be counted up so that the scheme calls the version newer. */
char *draft_version_later(const struct draft_bounds *bounds, const struct identity *identity)
{
	struct text version =
		bounds->has_scheme ? bounds->high : draft_trim(identity->field[FIELD_BIOS_VERSION]);

	for (size_t end = version.size; end; end--) {
		char c = version.at[end - 1], *later;

		if (c < '0' || c > '9' ||
		    (end < version.size && version.at[end] >= '0' && version.at[end] <= '9'))
			continue;
		later = count_up(version, end);
		if (is_later(bounds, later))
			return later;
		free(later);
	}
	return NULL;
}
