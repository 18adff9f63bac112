/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* rule_generator.c - decisions in, rules and machines out; the same decisions give the same rules */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rule_generator.h"

struct chooser chooser_of_seed(uint64_t seed)
{
	return (struct chooser){.state = seed};
}

struct chooser chooser_of_bytes(const uint8_t *bytes, size_t size)
{
	return (struct chooser){.bytes = bytes, .size = size};
}

unsigned choose(struct chooser *chooser, unsigned n)
{
	uint64_t z;

	if (chooser->size) {
		chooser->size--;
		return *chooser->bytes++ % n;
	}
	z = chooser->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

/* Words that fields share, so that conditions meet machines; some are prefixes of others. */
static const char *const words[] = {
	"Dell Inc.",
	"LENOVO",
	"Hewlett-Packard",
	"HP",
	"ASUSTeK COMPUTER INC.",
	"Acme",
	"Acme  Corp",
	"Latitude 7490",
	"Latitude 7480",
	"Latitude",
	"20KNCTO1WW",
	"20KN",
	"20K",
	"X1",
	"EDK II",
	"Z\xc3\xbcrich \xe6\x9d\xbf",
	"A very long product name that goes on well beyond sixty-three bytes of prefix key",
	"A very long product name that goes on well beyond sixty-three bytes of anything",
	"-",
};

static const char *const versions[] = {
	"1.9.0",
	"1.10.0",
	"A05",
	"A12",
	"N1EET79W (1.52 )",
	"N1EET95W (1.68 )",
	"F.09",
	"F.0A",
	"0405",
	"3006",
	"F9",
	"F60h",
	"170.0.0.0.0",
	"428.0.0.0.0",
	"390.2279.768",
	"2025.02-8+deb13u1",
	"2026.08+ds-2",
	"",
	"garbage",
	"R72 Ver. 01.07.00",
};

static const char *const dates[] = {"02/06/2015", "2/6/2015",   "11/08/2025", "2019-12-31",
				    "2020/01/01", "31.12.2019", "",           "12/31/19"};

static const char *const iso_dates[] = {"2015-02-06", "2019-12-31", "2020-01-01",
					"2025-11-08", "1980-01-01", "2099-12-31"};

static const char *const numbers[] = {"0x000a0653", "0x0000000000050654", "10", "3.5", "2.70",
				      "x86_64",     "0xffffffffffffffff", "0"};

#define PICK(chooser, list) (list)[choose(chooser, sizeof(list) / sizeof((list)[0]))]

static const char *value_for(struct chooser *chooser, enum field field)
{
	if (field == FIELD_BIOS_VERSION || field == FIELD_PRODUCT_VERSION)
		return choose(chooser, 4) ? PICK(chooser, versions) : PICK(chooser, words);
	if (field_kind(field) == FIELD_KIND_DATE)
		return PICK(chooser, dates);
	if (field_kind(field) == FIELD_KIND_NUMBER)
		return PICK(chooser, numbers);
	return PICK(chooser, words);
}

/* Blanks and case that the normal form takes away again, and now and then a byte it does not. */
static void dirty(struct chooser *chooser, const char *word, char *ret_text, size_t room)
{
	static const char blanks[] = " \t\n\r\v\f";
	bool is_dirty = choose(chooser, 3) == 0;
	size_t n = 0;

	if (is_dirty)
		ret_text[n++] = blanks[choose(chooser, 6)];
	for (; *word && n + 4 < room; word++) {
		char c = *word;

		if (is_dirty && choose(chooser, 4) == 0)
			c = (char)(islower((unsigned char)c) ? toupper((unsigned char)c)
							     : tolower((unsigned char)c));
		ret_text[n++] = c;
		if (is_dirty && c == ' ' && choose(chooser, 2))
			ret_text[n++] = blanks[choose(chooser, 6)];
	}
	if (choose(chooser, 8) == 0)
		ret_text[n++] = (char)(0x21 + choose(chooser, 0xde));
	if (is_dirty && choose(chooser, 2))
		ret_text[n++] = ' ';
	ret_text[n] = '\0';
}

static char *piece_of(struct chooser *chooser, const char *word, enum operator_ op)
{
	size_t size = strlen(word);
	size_t cut = size ? choose(chooser, (unsigned)size) : 0;
	char text[160];

	switch (op) {
	case OPERATOR_PREFIX:
		snprintf(text, sizeof(text), "%.*s", (int)(size - cut), word);
		break;
	case OPERATOR_SUFFIX:
		snprintf(text, sizeof(text), "%s", word + cut);
		break;
	case OPERATOR_CONTAINS:
		snprintf(text, sizeof(text), "%.*s", (int)((size - cut) / 2 + 1), word + cut / 2);
		break;
	default:
		snprintf(text, sizeof(text), "%s", word);
		break;
	}
	return strdup(text);
}

/* A glob that often matches the word: some of its bytes become `?`, a class or `*`. */
static char *glob_of(struct chooser *chooser, const char *word)
{
	char text[160 * 5], *at = text;

	for (; *word; word++) {
		unsigned how = choose(chooser, 12);

		if (how == 0) {
			*at++ = '?';
		} else if (how == 1) {
			*at++ = '*';
			word += strlen(word) > 3 ? choose(chooser, 3) : 0;
		} else if (how == 2 && isalnum((unsigned char)*word)) {
			at += sprintf(at, choose(chooser, 2) ? "[a-z%c]" : "[!%c0-4]", *word);
		} else if (strchr("*?[\\", *word)) {
			at += sprintf(at, "\\%c", *word);
		} else {
			*at++ = *word;
		}
	}
	if (choose(chooser, 4) == 0)
		*at++ = '*';
	*at = '\0';
	return strdup(text);
}

static char *condition_value(struct chooser *chooser, enum field field, enum operator_ op)
{
	const char *word = value_for(chooser, field);
	char text[160];
	char *piece;

	if (op == OPERATOR_GLOB)
		return glob_of(chooser, word);
	piece = piece_of(chooser, word, op);
	dirty(chooser, piece, text, sizeof(text));
	free(piece);
	return strdup(text);
}

static void range_of(struct chooser *chooser, struct rule_condition *condition)
{
	bool is_date = condition->op == OPERATOR_DATE;
	unsigned ends = 1 + choose(chooser, 3);

	condition->scheme = (enum scheme)choose(chooser, SCHEME_COUNT);
	condition->has_low = ends & 1;
	condition->has_high = ends & 2;
	if (condition->has_low) {
		condition->low_included = choose(chooser, 2);
		condition->low =
			strdup(is_date ? PICK(chooser, iso_dates) : PICK(chooser, versions));
	}
	if (condition->has_high) {
		condition->high_included = choose(chooser, 2);
		condition->high =
			strdup(is_date ? PICK(chooser, iso_dates) : PICK(chooser, versions));
	}
}

static void texts_of(struct chooser *chooser, struct rule_condition *condition)
{
	condition->n_values = choose(chooser, 4) ? 1 : 1 + choose(chooser, 5);
	condition->value = calloc(condition->n_values, sizeof(*condition->value));
	for (size_t i = 0; i < condition->n_values; i++)
		condition->value[i] = condition_value(chooser, condition->field, condition->op);
}

static enum operator_ operator_for(struct chooser *chooser, enum field field)
{
	if (field_kind(field) == FIELD_KIND_NUMBER && choose(chooser, 2))
		return OPERATOR_MASKED;
	if (field_kind(field) == FIELD_KIND_DATE && choose(chooser, 3))
		return OPERATOR_DATE;
	if (field == FIELD_BIOS_VERSION && choose(chooser, 2))
		return OPERATOR_VERSION;
	return (enum operator_)choose(chooser, OPERATOR_GLOB + 1);
}

static void condition_of(struct chooser *chooser, struct rule_condition *condition)
{
	condition->role = choose(chooser, 3) ? ROLE_MATCH : (enum condition_role)choose(chooser, 4);
	condition->field = (enum field)choose(chooser, FIELD_COUNT);
	condition->op = operator_for(chooser, condition->field);
	condition->negated = choose(chooser, 5) == 0;
	if (condition->op == OPERATOR_MASKED) {
		condition->mask = choose(chooser, 2) ? 0xff : UINT64_MAX >> choose(chooser, 64);
		condition->masked_value = choose(chooser, 2) ? 0x53 & condition->mask : 10;
	} else if (condition->op > OPERATOR_GLOB) {
		range_of(chooser, condition);
	} else {
		texts_of(chooser, condition);
	}
}

/* A condition that a key can always be made of. */
static void key_of(struct chooser *chooser, struct rule_condition *condition)
{
	static const enum field fields[] = {FIELD_PRODUCT_NAME, FIELD_SYS_VENDOR, FIELD_BOARD_NAME,
					    FIELD_BIOS_VENDOR};

	condition->field = PICK(chooser, fields);
	condition->op = choose(chooser, 3) ? OPERATOR_EQUAL : OPERATOR_PREFIX;
	texts_of(chooser, condition);
}

static void actions_of(struct chooser *chooser, struct rule *rule)
{
	rule->mode = (enum mode)choose(chooser, MODE_COUNT);
	rule->confidence = (enum confidence)choose(chooser, CONFIDENCE_COUNT);
	rule->n_probes = choose(chooser, 3);
	rule->probe = calloc(rule->n_probes + 1, sizeof(*rule->probe));
	for (size_t i = 0; i < rule->n_probes; i++) {
		rule->probe[i].probe = (enum probe)choose(chooser, PROBE_COUNT);
		rule->probe[i].wanted = choose(chooser, 2);
	}
	rule->n_workarounds = choose(chooser, 4);
	rule->workaround = calloc(rule->n_workarounds + 1, sizeof(*rule->workaround));
	for (size_t i = 0; i < rule->n_workarounds; i++) {
		struct rule_workaround_use *use = &rule->workaround[i];

		use->workaround = (enum workaround)choose(chooser, WORKAROUND_COUNT);
		use->a = (uint64_t)choose(chooser, 256) << choose(chooser, 56);
		use->b = use->a + choose(chooser, 4096);
		for (size_t k = 0; k < sizeof(use->guid); k++)
			use->guid[k] = (uint8_t)choose(chooser, 256);
		use->text = strdup(choose(chooser, 2) ? "efi=noruntime" : "");
	}
}

static void rule_of(struct chooser *chooser, struct rule *rule)
{
	size_t key;

	rule->n_conditions = 1 + choose(chooser, 5);
	rule->condition = calloc(rule->n_conditions, sizeof(*rule->condition));
	key = choose(chooser, (unsigned)rule->n_conditions);
	for (size_t i = 0; i < rule->n_conditions; i++) {
		if (i == key)
			key_of(chooser, &rule->condition[i]);
		else
			condition_of(chooser, &rule->condition[i]);
	}
	actions_of(chooser, rule);
}

void generate_rules(struct chooser *chooser, size_t n_rules, struct rule_set *ret_set)
{
	struct rule_set set = {.n_rules = n_rules};
	uint32_t id = 0;

	set.rule = calloc(n_rules + 1, sizeof(*set.rule));
	for (size_t i = 0; i < n_rules; i++) {
		id += 1 + (choose(chooser, 3) ? 0 : choose(chooser, 200));
		set.rule[i].id = id;
		set.rule[i].title = strdup("generated");
		rule_of(chooser, &set.rule[i]);
	}
	*ret_set = set;
}

void generate_machine(struct chooser *chooser, struct generated_machine *machine)
{
	identity_clear(&machine->identity);
	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		char *text = machine->text[field];

		switch (choose(chooser, 10)) {
		case 0:
			continue;
		case 1:
			strcpy(text, "To Be Filled By O.E.M.");
			break;
		default:
			dirty(chooser, value_for(chooser, (enum field)field), text,
			      sizeof(machine->text[field]));
			break;
		}
		identity_set_text(&machine->identity, (enum field)field, text_of(text));
	}
}
