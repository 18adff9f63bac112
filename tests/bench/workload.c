/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workload.c - a number of rules and a table of real machines in, rules about such machines and machines to
 * ask about out; the same every time. Without a table the machines are made (workload_made.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fwquirk/version.h>

#include "bench/workload.h"
#include "support/rule_generator.h"

/* What a rule says about one machine: at most three conditions and a bound. */
struct made_rule {
	char match[1024];
	char bound[256];
};

struct workload {
	struct machines machines;
	struct chooser chooser;
	struct made_rule *rule;
	struct machine *machine; /* the one that each rule was made for */
	size_t n_rules;
	/* Models, by each of their names: hashes in open addressing, and whether a rule is about it. */
	uint64_t *slot;
	uint8_t *taken;
	size_t n_slots;
};

static bool has(const struct machine *machine, enum field field)
{
	struct identity identity;

	if (!*machine->text[field])
		return false;
	identity_clear(&identity);
	identity_set_text(&identity, field, text_of(machine->text[field]));
	return identity_has(&identity, field);
}

static void put_quoted(char *to, size_t room, const char *text, size_t size)
{
	size_t n = 0;

	to[n++] = '"';
	for (size_t i = 0; i < size && text[i] && n + 4 < room; i++) {
		if (text[i] == '"' || text[i] == '\\')
			to[n++] = '\\';
		to[n++] = text[i];
	}
	to[n++] = '"';
	to[n] = '\0';
}

/* One condition: all of the field's text, or its first `size` bytes. */
static void put_match(struct made_rule *rule, const struct machine *machine, enum field field,
		      size_t size)
{
	size_t at = strlen(rule->match);
	char quoted[600];

	put_quoted(quoted, sizeof(quoted), machine->text[field], size);
	snprintf(rule->match + at, sizeof(rule->match) - at, "Match = %s %s%s\n", field_name(field),
		 size < SIZE_MAX ? "prefix " : "", quoted);
}

/* A model and its neighbours: what follows differs in the last digits. */
static void put_any_of(struct workload *workload, struct made_rule *rule,
		       const struct machine *machine)
{
	unsigned n = 2 + choose(&workload->chooser, 3);
	size_t at = strlen(rule->match);
	struct machine other = *machine;

	at += (size_t)snprintf(rule->match + at, sizeof(rule->match) - at,
			       "Match = product-name any-of");
	for (unsigned i = 0; i < n; i++) {
		char quoted[300];

		put_quoted(quoted, sizeof(quoted), other.text[FIELD_PRODUCT_NAME], SIZE_MAX);
		at += (size_t)snprintf(rule->match + at, sizeof(rule->match) - at, " %s", quoted);
		machine_change(&other, FIELD_PRODUCT_NAME, &workload->chooser);
	}
	snprintf(rule->match + at, sizeof(rule->match) - at, "\n");
}

/* A prefix is that of a family: all but the last letter or two. */
static size_t prefix_size(struct workload *workload, const char *text)
{
	size_t size = strlen(text) - 1 - choose(&workload->chooser, 2);

	if (size < 5)
		return SIZE_MAX;
	while (text[size - 1] == ' ')
		size--;
	return size;
}

/*
 * The kinds and how often: as in the rules that are shipped (147 of 187 have a vendor, 78 one product, 26 a
 * beginning, 19 a list, 28 a board, 16 a product version, 20 a BIOS version).
 */
static bool rule_conditions(struct workload *workload, const struct machine *machine,
			    struct made_rule *rule)
{
	unsigned kind = choose(&workload->chooser, 100);
	enum field product = kind < 65   ? FIELD_PRODUCT_NAME
			     : kind < 78 ? FIELD_BOARD_NAME
			     : kind < 86 ? FIELD_PRODUCT_VERSION
			     : kind < 96 ? FIELD_PRODUCT_NAME
					 : FIELD_BOARD_NAME;
	enum field vendor = kind < 65 || (kind >= 78 && kind < 96) ? FIELD_SYS_VENDOR
			    : kind < 78                            ? FIELD_BOARD_VENDOR
								   : FIELD_BOARD_VENDOR;

	rule->match[0] = '\0';
	if (!has(machine, vendor) || !has(machine, product) || strlen(machine->text[product]) < 3)
		return false;
	put_match(rule, machine, vendor, SIZE_MAX);
	if (kind < 45 || (kind >= 65 && kind < 86)) {
		put_match(rule, machine, product, SIZE_MAX);
	} else if (kind < 55 || kind >= 96) {
		size_t size = prefix_size(workload, machine->text[product]);

		put_match(rule, machine, product, size);
	} else if (kind < 65) {
		put_any_of(workload, rule, machine);
	} else {
		if (!has(machine, FIELD_BIOS_VERSION))
			return false;
		put_match(rule, machine, product, SIZE_MAX);
		put_match(rule, machine, FIELD_BIOS_VERSION, SIZE_MAX);
	}
	return true;
}

static const char *scheme_of(const char *vendor)
{
	static const char *const schemes[][2] = {
		{"Dell", "dell"},   {"LENOVO", "lenovo"},     {"HP", "hp"},
		{"Hewlett", "hp"},  {"ASUS", "number"},       {"Gigabyte", "gigabyte"},
		{"Apple", "apple"}, {"Microsoft", "surface"},
	};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (!strncmp(vendor, schemes[i][0], strlen(schemes[i][0])))
			return schemes[i][1];
	return "dotted";
}

static bool put_version_bound(struct made_rule *rule, const struct machine *machine)
{
	const char *name = scheme_of(machine->text[FIELD_SYS_VENDOR]);
	struct machine later = *machine;
	enum scheme scheme;
	char quoted[200];
	int order;

	if (!scheme_from_name(text_of(name), &scheme) || !machine_version_later(&later) ||
	    version_compare(scheme, text_of(machine->text[FIELD_BIOS_VERSION]),
			    text_of(later.text[FIELD_BIOS_VERSION]), &order) ||
	    order >= 0)
		return false;
	put_quoted(quoted, sizeof(quoted), later.text[FIELD_BIOS_VERSION], SIZE_MAX);
	snprintf(rule->bound, sizeof(rule->bound), "Fixed = bios-version version %s %s\n", name,
		 quoted);
	return true;
}

/* Half of the rules end with a version, a sixth with a date; the machine is before the end. */
static void rule_bound(struct workload *workload, const struct machine *machine,
		       struct made_rule *rule)
{
	unsigned kind = choose(&workload->chooser, 100);
	uint32_t date;

	strcpy(rule->bound, "Unbounded = made\n");
	if (kind < 50)
		put_version_bound(rule, machine);
	else if (kind < 66 && !date_read(text_of(machine->text[FIELD_BIOS_DATE]), &date))
		snprintf(rule->bound, sizeof(rule->bound), "Fixed = bios-date date %04u-%02u-15\n",
			 date / 10000 + 1, date / 100 % 100);
}

static uint8_t *slot_of(const struct workload *workload, const char *vendor, const char *name)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *c = vendor; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
	hash = (hash ^ 0xff) * 0x100000001b3u;
	for (const char *c = name; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
	hash ^= hash >> 29;
	for (size_t at = hash % workload->n_slots;; at = (at + 1) % workload->n_slots)
		if (!workload->slot[at] || workload->slot[at] == hash)
			return workload->slot[at] = hash, &workload->taken[at];
}

/*
 * Whether no rule is about this model yet, by any of its names; from then on one is. More rules are about
 * more machines, not more about one.
 */
static bool model_take(struct workload *workload, const struct machine *machine, bool is_taken)
{
	static const enum field names[][2] = {
		{FIELD_SYS_VENDOR, FIELD_PRODUCT_NAME},
		{FIELD_BOARD_VENDOR, FIELD_BOARD_NAME},
		{FIELD_SYS_VENDOR, FIELD_PRODUCT_VERSION},
	};
	bool is_free = true;

	for (size_t i = 0; i < 3; i++) {
		bool is_there = has(machine, names[i][0]) && has(machine, names[i][1]);
		uint8_t *taken = is_there ? slot_of(workload, machine->text[names[i][0]],
						    machine->text[names[i][1]])
					  : NULL;

		is_free &= !is_there || !*taken;
		if (is_there && is_taken)
			*taken = 1;
	}
	return is_free;
}

static void rules_make(struct workload *workload, size_t n)
{
	struct machine machine;

	workload->n_slots = 64 * n + 1000003;
	workload->slot = calloc(workload->n_slots, sizeof(*workload->slot));
	workload->taken = calloc(workload->n_slots, 1);
	workload->rule = calloc(n + 1, sizeof(*workload->rule));
	workload->machine = calloc(n + 1, sizeof(*workload->machine));
	while (workload->n_rules < n) {
		struct made_rule *rule = &workload->rule[workload->n_rules];

		machines_next(&workload->machines, &machine);
		if (!model_take(workload, &machine, false) ||
		    !rule_conditions(workload, &machine, rule))
			continue;
		(void)model_take(workload, &machine, true);
		rule_bound(workload, &machine, rule);
		workload->machine[workload->n_rules++] = machine;
	}
}

static const char *workaround_of(unsigned n, char text[64])
{
	static const char *const plain[] = {"free-writable", "drop-mat",           "rebuild-mat",
					    "hide-map",      "keep-boot-services", "fix-memmap",
					    "reserve-low",   "disconnect-net"};

	if (n < 70)
		return plain[n % 8];
	if (n < 80)
		snprintf(text, 64, "ebs-retry %u", 1 + n % 5);
	else if (n < 85)
		snprintf(text, 64, "max-address 0x%x", (n % 8 + 1) << 29);
	else if (n < 90)
		snprintf(text, 64, "reserve 0x%x000..0x%xfff", n * 37, n * 37 + n % 7);
	else
		snprintf(text, 64, "kernel-option \"%s\"",
			 n < 95 ? "efi=noruntime" : "efi=nosoftreserve");
	return text;
}

static void rule_print(struct workload *workload, size_t i, FILE *out)
{
	char text[64];

	fprintf(out, "\n[FWQ-%04zu]\nTitle = Made %zu\nDefect = other\nConfidence = %s\n", i + 1,
		i + 1, confidence_name(choose(&workload->chooser, 3)));
	fprintf(out, "Mode = %s\n%s%s", mode_name(choose(&workload->chooser, 2)),
		workload->rule[i].match, workload->rule[i].bound);
	if (choose(&workload->chooser, 3) == 0)
		fputs("Probe = free-readonly-faults\n", out);
	fprintf(out, "Workaround = %s\nEvidence = https://example.org/%zu\n",
		workaround_of(choose(&workload->chooser, 100), text), i + 1);
}

static FILE *open_in(const char *folder, const char *name)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		exit(2);
	}
	return out;
}

/* Files of a size that a person would still open. */
static void rules_print(struct workload *workload, const char *folder)
{
	FILE *out = NULL;
	char name[64];

	for (size_t i = 0; i < workload->n_rules; i++) {
		if (i % 25000 == 0) {
			if (out)
				fclose(out);
			snprintf(name, sizeof(name), "rules-%02zu.quirks", i / 25000);
			out = open_in(folder, name);
			fputs("# SPDX-License-Identifier: CC0-1.0\n# made\n", out);
		}
		rule_print(workload, i, out);
	}
	if (out)
		fclose(out);
}

static void machine_print(FILE *out, const char *kind, const struct machine *machine)
{
	fputs(kind, out);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		fprintf(out, "\t%s", *machine->text[field] ? machine->text[field] : "\\N");
	fputc('\n', out);
}

/* One letter off, or with a version behind the bound. */
static void near_miss(struct workload *workload, struct machine *machine)
{
	char *product = machine->text[FIELD_PRODUCT_NAME];
	size_t size = strlen(product);

	if (choose(&workload->chooser, 2) && size)
		product[size - 1] = product[size - 1] == 'X' ? 'Y' : 'X';
	else
		for (unsigned i = 0; i < 3; i++)
			machine_version_later(machine);
}

/* A third each: machines that rules were made for, such machines changed a little, others. */
static bool machines_print(struct workload *workload, size_t n, FILE *out)
{
	struct machine machine;

	fputs("kind", out);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		fprintf(out, "\t%s", field_name(field));
	fputc('\n', out);
	for (size_t i = 0; i < n; i++) {
		size_t of_rule = (i * 7919 + 13) % workload->n_rules;

		machine = workload->machine[of_rule];
		machine_print(out, "hit", &machine);
		near_miss(workload, &machine);
		machine_print(out, "near", &machine);
		do
			machines_next(&workload->machines, &machine);
		while (!model_take(workload, &machine, false));
		machine_print(out, "other", &machine);
	}
	return !fclose(out);
}

int main(int argc, char **argv)
{
	struct workload workload = {.chooser = chooser_of_seed(5)};
	size_t n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	char *error = NULL;

	if (!n || argc > 4) {
		fputs("usage: workload RULES FOLDER [TABLE-OF-MACHINES]\n", stderr);
		return 2;
	}
	if (!machines_open(&workload.machines, argc > 3 ? argv[3] : NULL, &error)) {
		fprintf(stderr, "workload: %s\n", error);
		return 2;
	}
	rules_make(&workload, n);
	rules_print(&workload, argv[2]);
	return machines_print(&workload, 200, open_in(argv[2], "machines.tsv")) ? 0 : 2;
}
