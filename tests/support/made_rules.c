/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* made_rules.c - a seed in, the text of many different rules out; uses no clock and no libc random */
#include <stdbool.h>
#include <stdlib.h>

#include <fwquirk/vocab.h>

#include "support/made_rules.h"

struct maker {
	FILE *out;
	uint64_t state;
};

/* xorshift64* (Vigna 2016), enough to be different. */
static unsigned pick(struct maker *maker, unsigned n)
{
	maker->state ^= maker->state >> 12;
	maker->state ^= maker->state << 25;
	maker->state ^= maker->state >> 27;
	return (unsigned)((maker->state * 0x2545f4914f6cdd1dull) >> 33) % n;
}

static bool chance(struct maker *maker, unsigned percent)
{
	return pick(maker, 100) < percent;
}

static const char *one_of(struct maker *maker, const char *const *list, unsigned n)
{
	return list[pick(maker, n)];
}

#define ONE_OF(maker, list) one_of(maker, list, sizeof(list) / sizeof((list)[0]))

static const char *const vendors[] = {"LENOVO",
				      "Dell Inc.",
				      "Hewlett-Packard",
				      "ASUSTeK COMPUTER INC.",
				      "Gigabyte  Technology Co., Ltd.",
				      " American Megatrends Inc. ",
				      "富士通",
				      "Medion \\\"AG\\\"",
				      "back\\\\slash",
				      "not \\xff utf-8 \\x1b[31m"};
static const char *const stories[] = {
	"hangs in ExitBootServices() when the network stack is connected",
	"seen on three boards; \"quoted\", back\\slash, 100 % of boots",
	"gibt Speicher zurück, der schreibgeschützt ist",
	"= a text that begins like a value # and goes on like a comment",
	"see also the vendor's advisory",
};
static const char *const versions[][3] = {
	/* Scheme, an older one, a newer one. */
	{"dotted", "1.2.3", "1.10.0"},
	{"dell", "A05", "1.9.0"},
	{"lenovo", "N1EET79W (1.52 )", "N1EET95W (1.68 )"},
	{"hp", "F.09", "F.0A"},
	{"number", "0405", "3006"},
	{"gigabyte", "F9", "F10"},
	{"apple", "170.0.0.0.0", "428.0.0.0.0"},
	{"surface", "390.2279.768", "394.779.768"},
	{"debian", "2024.11-5", "2025.02-8+deb13u1"},
};
static const char *const workarounds[] = {
	"hide-map",
	"free-writable",
	"alloc-exec \"shim\\\\grubx64.efi\"",
	"reserve 0x1000..0x1fff",
	"reserve 0x0..0xffffffffffffffff",
	"max-address 0xffffffff",
	"ebs-retry 3",
	"ebs-delay 50",
	"mask-runtime SetVirtualAddressMap QueryVariableInfo",
	"drop-table 01234567-89ab-cdef-fedc-ba9876543210",
	"move-table 8868e871-e4f1-11d3-bc22-0080c73c8881",
	"kernel-option \"efi=noruntime\"",
};

static void put_key(struct maker *maker, const char *key, unsigned id)
{
	fprintf(maker->out, "Match = %s \"%s %u\"\n", key, ONE_OF(maker, vendors), id);
}

static void put_text_condition(struct maker *maker)
{
	static const char *const fields[] = {"sys-vendor", "product-name", "board-name",
					     "product-version", "efi-vendor"};
	static const char *const forms[] = {"",     "prefix ",     "suffix ",      "contains ",
					    "not ", "not prefix ", "not contains "};
	static const char *const lists[] = {"any-of ", "any-of prefix ", "any-of suffix ",
					    "not any-of ", "not any-of suffix "};
	unsigned n = chance(maker, 30) ? 2 + pick(maker, 4) : 1;

	fprintf(maker->out, "Match = %s %s", ONE_OF(maker, fields),
		n > 1 ? ONE_OF(maker, lists) : ONE_OF(maker, forms));
	for (unsigned i = 0; i < n; i++)
		fprintf(maker->out, "%s\"%s %u\"", i ? " " : "", ONE_OF(maker, vendors), i);
	fputc('\n', maker->out);
}

static void put_other_condition(struct maker *maker)
{
	static const char *const conditions[] = {
		"bios-date date >= 2020-01-01 < 2021-06-30",
		"bios-date date <= 2019-12-31",
		"bios-date date = 2020-02-29",
		"cpu-id masked 0xffff000f = 0x0a160001",
		"cpu-id masked 0xff00000000000000 = 0x8000000000000000",
		"bios-version glob \"1.[0-9]*\"",
		"bios-version version dell >= \"1.2.0\" < \"1.10.0\"",
		"bios-version version dotted > \"1.2\" <= \"1.3\"",
		"bios-version version hp = \"F.0A\"",
		"chassis-type \"10\"",
	};

	fprintf(maker->out, "Match = %s\n", ONE_OF(maker, conditions));
}

static void put_bounds(struct maker *maker)
{
	const char *const *version = versions[pick(maker, sizeof(versions) / sizeof(versions[0]))];

	if (chance(maker, 40))
		fprintf(maker->out, "Introduced = bios-version version %s \"%s\"\n", version[0],
			version[1]);
	else if (chance(maker, 20))
		fputs("Introduced = bios-date date 2023-06-01\n", maker->out);
	if (chance(maker, 40))
		fprintf(maker->out, "Fixed = bios-version version %s \"%s\"\n", version[0],
			version[2]);
	else
		fprintf(maker->out, "Unbounded = %s\n", ONE_OF(maker, stories));
	if (chance(maker, 20))
		fputs("Known-good = bios-version any-of \"1.2.5\" \"1.2.7\"\n", maker->out);
}

static void put_actions(struct maker *maker)
{
	unsigned at = pick(maker, sizeof(workarounds) / sizeof(workarounds[0]));

	if (chance(maker, 50))
		fprintf(maker->out, "Probe = %sfree-readonly-faults\n",
			chance(maker, 30) ? "not " : "");
	else
		fprintf(maker->out, "Unprobed = %s\n", ONE_OF(maker, stories));
	for (unsigned n = pick(maker, 4); n; n--, at++)
		fprintf(maker->out, "Workaround = %s\n",
			workarounds[at % (sizeof(workarounds) / sizeof(workarounds[0]))]);
}

static void put_rest(struct maker *maker, unsigned id)
{
	if (id % 5 == 0)
		fprintf(maker->out, "Population = %u\n", id % 10 ? pick(maker, 100000) : 0);
	fprintf(maker->out, "Evidence = https://example.org/%u\n", id);
	if (chance(maker, 50))
		fprintf(maker->out, "Evidence = https://example.org/b/%u %s\n", id,
			ONE_OF(maker, stories));
	for (unsigned n = id % 3; n; n--)
		fprintf(maker->out, "Case = made-%u.%u\n", id, n);
	if (chance(maker, 50))
		fprintf(maker->out, "Machine = made-%u\nMachine = made-b-%u\n", id, id);
	if (chance(maker, 40))
		fprintf(maker->out, "Near-miss = made-not-%u\n", id);
	if (id % 7 == 0)
		fprintf(maker->out, "Expires = 20%02u-%02u-28\n", 27 + pick(maker, 70),
			1 + pick(maker, 12));
	if (chance(maker, 30))
		fprintf(maker->out, "Remove-when = %s\n", ONE_OF(maker, stories));
	for (unsigned n = pick(maker, 3); n; n--)
		fprintf(maker->out, "Note = %s\n", ONE_OF(maker, stories));
}

static void put_rule(struct maker *maker, unsigned id)
{
	if (chance(maker, 40))
		fprintf(maker->out, "# %s\n#\n#   and goes on\n", ONE_OF(maker, stories));
	fprintf(maker->out, "[FWQ-%04u]\nTitle = Made rule %u %s\nDefect = %s\n", id, id,
		ONE_OF(maker, stories), defect_name(pick(maker, DEFECT_COUNT)));
	fprintf(maker->out, "Confidence = %s\nMode = %s\n",
		confidence_name(pick(maker, CONFIDENCE_COUNT)), mode_name(pick(maker, MODE_COUNT)));
	if (id % 11) {
		put_key(maker, chance(maker, 50) ? "bios-vendor" : "product-name prefix", id);
		for (unsigned n = pick(maker, 3); n; n--)
			put_text_condition(maker);
		if (chance(maker, 40))
			put_other_condition(maker);
	}
	put_bounds(maker);
	if (id % 11 == 0)
		fprintf(maker->out, "Unmatched = %s\n", ONE_OF(maker, stories));
	put_actions(maker);
	put_rest(maker, id);
}

void made_rules_print(FILE *out, uint64_t seed, unsigned first_id, unsigned n)
{
	struct maker maker = {.out = out, .state = seed * 0x9e3779b97f4a7c15ull | 1};

	fputs("# SPDX-License-Identifier: CC0-1.0\n# made\n\n", out);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			fputc('\n', out);
		put_rule(&maker, first_id + i);
	}
}

char *made_rules_text(uint64_t seed, unsigned first_id, unsigned n, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	if (!out)
		abort();
	made_rules_print(out, seed, first_id, n);
	if (fclose(out))
		abort();
	return text;
}
