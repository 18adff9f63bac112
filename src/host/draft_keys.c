/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* draft_keys.c - what the reports agree on in, the keys that hit the fewest machines out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/file.h>

#include "draft_parts.h"
#include "rules_memory.h"

#define MAX_MASKS    (1u << DRAFT_MAX_KEYS)
#define KEY_MIN_SIZE 3u
/* Besides the vendor: more make a rule for one machine, not for one model. */
#define MAX_MORE_KEYS 2u

/* ---- candidates ---- */

static bool all_agree(const struct identity *identity, size_t n, enum field field)
{
	for (size_t i = 0; i < n; i++) {
		if (!identity_has(&identity[i], field) ||
		    !text_equal(identity[i].field[field], identity[0].field[field]))
			return false;
	}
	return true;
}

static bool same_family(const struct identity *identity, size_t n, struct text family)
{
	for (size_t i = 1; i < n; i++) {
		if (!text_equal(draft_version_family(&identity[i]), family))
			return false;
	}
	return family.size >= KEY_MIN_SIZE;
}

static void add(struct draft_keys *keys, enum field field, struct text value, bool is_prefix)
{
	value = draft_trim(value);
	if (keys->n == DRAFT_MAX_KEYS || text_fold_size(value) < KEY_MIN_SIZE)
		return;
	keys->key[keys->n++] =
		(struct draft_key){.field = field, .is_prefix = is_prefix, .value = value};
}

static void add_vendor(const struct identity *identity, size_t n, struct draft_keys *keys)
{
	static const enum field vendors[] = {FIELD_SYS_VENDOR, FIELD_BOARD_VENDOR,
					     FIELD_BIOS_VENDOR};

	for (size_t i = 0; !keys->n && i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		/* Two characters are enough here: it is HP. */
		if (all_agree(identity, n, vendors[i]))
			keys->key[keys->n++] = (struct draft_key){
				.field = vendors[i],
				.value = draft_trim(identity[0].field[vendors[i]])};
	}
	keys->has_vendor = keys->n > 0;
}

static bool vendor_is(const struct draft_keys *keys, const char *word)
{
	return keys->has_vendor && text_has_prefix(keys->key[0].value, text_of(word));
}

/* 20HGS17B0R: a machine type of four characters, then one build of it for one customer. */
static struct text lenovo_type(const struct identity *identity)
{
	struct text name = draft_trim(identity->field[FIELD_PRODUCT_NAME]);

	for (size_t i = 0; i < name.size; i++) {
		if ((name.at[i] < '0' || name.at[i] > '9') &&
		    (name.at[i] < 'A' || name.at[i] > 'Z'))
			return text_sized("", 0);
	}
	return text_sized(name.at, name.size == 10 ? 4 : 0);
}

static void add_lenovo(const struct identity *identity, size_t n, struct draft_keys *keys)
{
	struct text type = lenovo_type(&identity[0]);

	for (size_t i = 1; i < n; i++) {
		if (!text_equal(lenovo_type(&identity[i]), type))
			type.size = 0;
	}
	if (type.size)
		add(keys, FIELD_PRODUCT_NAME, type, true);
	else if (all_agree(identity, n, FIELD_PRODUCT_NAME))
		add(keys, FIELD_PRODUCT_NAME, identity[0].field[FIELD_PRODUCT_NAME], false);
}

/*
 * Fields that name a model, not one build of it: neither the part number that Dell has for a board,
 * nor HP's version of a product, nor what Lenovo writes into the board's name.
 */
static void add_model(const struct identity *identity, size_t n, struct draft_keys *keys)
{
	static const enum field fields[] = {FIELD_BOARD_NAME, FIELD_PRODUCT_VERSION,
					    FIELD_PRODUCT_FAMILY};
	bool has_product = all_agree(identity, n, FIELD_PRODUCT_NAME);
	uint32_t left_out = 0;

	if (vendor_is(keys, "lenovo"))
		left_out |= (uint32_t)1 << FIELD_BOARD_NAME;
	if (has_product && vendor_is(keys, "dell"))
		left_out |= (uint32_t)1 << FIELD_BOARD_NAME;
	if (vendor_is(keys, "hp") || vendor_is(keys, "hewlett"))
		left_out |= (uint32_t)1 << FIELD_PRODUCT_VERSION;
	if (vendor_is(keys, "lenovo"))
		add_lenovo(identity, n, keys);
	else if (has_product)
		add(keys, FIELD_PRODUCT_NAME, identity[0].field[FIELD_PRODUCT_NAME], false);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!(left_out >> fields[i] & 1) && all_agree(identity, n, fields[i]))
			add(keys, fields[i], identity[0].field[fields[i]], false);
	}
}

void draft_keys_find(const struct identity *identity, size_t n, struct draft_keys *ret_keys)
{
	struct draft_keys keys = {.n = 0};
	struct text family;

	add_vendor(identity, n, &keys);
	add_model(identity, n, &keys);
	family = draft_version_family(&identity[0]);
	if (same_family(identity, n, family) && !placeholder_is(FIELD_BIOS_VERSION, family))
		add(&keys, FIELD_BIOS_VERSION, family, true);
	*ret_keys = keys;
}

static void write_key(FILE *out, const struct draft_key *key)
{
	fprintf(out, "%s %s", field_name(key->field), key->is_prefix ? "prefix " : "");
	draft_write_quoted(out, key->value);
}

void draft_keys_write(FILE *out, const struct draft_keys *keys, unsigned mask)
{
	for (size_t i = 0; i < keys->n; i++) {
		if (!(mask >> i & 1))
			continue;
		fputs("Match = ", out);
		write_key(out, &keys->key[i]);
		putc('\n', out);
	}
}

/* ---- choices ---- */

/* The vendor, when there is one, and one or two more. */
static bool is_choice(const struct draft_keys *keys, unsigned mask)
{
	unsigned n = (unsigned)__builtin_popcount(mask);

	if (keys->has_vendor && !(mask & 1))
		return false;
	n -= keys->has_vendor;
	return n >= 1 && n <= MAX_MORE_KEYS;
}

static char *mask_text(const struct draft_keys *keys, unsigned mask)
{
	bool is_begun = false;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (size_t i = 0; i < keys->n; i++) {
		if (!(mask >> i & 1))
			continue;
		fputs(is_begun ? ", " : "", out);
		write_key(out, &keys->key[i]);
		is_begun = true;
	}
	if (fclose(out))
		abort();
	return text;
}

struct weighed {
	unsigned mask;
	struct draft_choice choice;
};

/* Fewest machines, then fewest conditions, then the fields that are known best. */
static int weighed_compare(const void *a_, const void *b_)
{
	const struct weighed *a = a_, *b = b_;

	if (a->choice.n_machines != b->choice.n_machines)
		return a->choice.n_machines < b->choice.n_machines ? -1 : 1;
	if (a->choice.n_keys != b->choice.n_keys)
		return a->choice.n_keys < b->choice.n_keys ? -1 : 1;
	return a->mask < b->mask ? -1 : 1;
}

/* One rule a choice, as text: the parser and the counter do the rest. */
static char *choices_text(const struct draft_keys *keys, const struct weighed *weighed, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	for (size_t i = 0; i < n; i++) {
		fprintf(out,
			"%s[" RULE_ID_FORMAT "]\nTitle = choice\nDefect = other\n"
			"Confidence = reported\nMode = observe\n",
			i ? "\n" : "", (unsigned)i + 1);
		draft_keys_write(out, keys, weighed[i].mask);
		fputs("Evidence = https://example.org/\n", out);
	}
	if (fclose(out))
		abort();
	return text;
}

static bool count(const struct draft_keys *keys, const struct population *population,
		  struct weighed *weighed, size_t n, char **ret_error)
{
	char *text = choices_text(keys, weighed, n);
	struct diagnostics diagnostics = {.n = 0};
	struct population_count *counts;
	struct rule_set set = {.n_files = 0};
	bool is_good = rules_parse_bytes(&set, "choices", text, strlen(text), &diagnostics);

	if (!is_good)
		file_error(ret_error, "the report's names make no keys: %s",
			   diagnostics.n ? diagnostics.list[0].message : "");
	is_good = is_good && population_count(population, &set, NULL, &counts, ret_error);
	for (size_t i = 0; is_good && i < n; i++) {
		weighed[i].choice.n_machines = counts[i].n_machines;
		weighed[i].choice.n_models = counts[i].n_shares;
	}
	if (is_good)
		population_counts_free(counts, n);
	diagnostics_free(&diagnostics);
	rule_set_free(&set);
	free(text);
	return is_good;
}

/* The fields that a person named: every one of them, and no others. */
static bool is_asked_for(const struct draft_keys *keys, unsigned mask, uint32_t fields)
{
	uint32_t taken = 0;

	for (size_t i = 0; i < keys->n; i++)
		taken |= mask >> i & 1 ? (uint32_t)1 << keys->key[i].field : 0;
	return taken == fields;
}

static size_t weigh(const struct draft_keys *keys, uint32_t fields, struct weighed *weighed)
{
	size_t n = 0;

	for (unsigned mask = 1; mask < 1u << keys->n; mask++) {
		if (fields ? is_asked_for(keys, mask, fields) : is_choice(keys, mask))
			weighed[n++] = (struct weighed){
				.mask = mask, .choice.n_keys = (unsigned)__builtin_popcount(mask)};
	}
	return n;
}

bool draft_keys_choose(const struct draft_keys *keys, const struct draft_request *request,
		       struct draft *draft, unsigned *ret_mask, char **ret_error)
{
	struct weighed weighed[MAX_MASKS];
	size_t n = weigh(keys, request->key_fields, weighed);

	if (!n && request->key_fields)
		return file_error(ret_error, "the reports have or agree on no such keys; without "
					     "--key they are proposed");
	if (!n)
		return file_error(ret_error,
				  "nothing to find the machine by: the reports agree on no "
				  "product, board or version family");
	if (request->population && !count(keys, request->population, weighed, n, ret_error))
		return false;
	qsort(weighed, n, sizeof(*weighed), weighed_compare);
	*ret_mask = weighed[0].mask;
	draft->choice = calloc(n, sizeof(*draft->choice));
	if (!draft->choice)
		abort();
	for (size_t i = 0; i < n; i++) {
		draft->choice[i] = weighed[i].choice;
		draft->choice[i].text = mask_text(keys, weighed[i].mask);
		draft->choice[i].is_chosen = i == 0;
	}
	draft->n_choices = n;
	return true;
}
