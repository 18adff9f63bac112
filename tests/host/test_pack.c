/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_pack.c - what goes in comes out, the same rules give the same bytes, and few of them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/host/pack.h>
#include <fwquirk/version.h>

#include "support/match_oracle.h"
#include "support/rule_generator.h"
#include "support/ruled.h"

/* A packed text has the blanks of the normal form and the case of the rule. */
static void assert_spelling(struct text packed, const char *written)
{
	struct text_fold fold = text_fold_begin(packed);

	assert_true(text_equal(packed, text_of(written)));
	assert_int_equal(packed.size, text_fold_size(packed));
	for (size_t i = 0; i < packed.size; i++) {
		int c = text_fold_next(&fold);

		assert_true((uint8_t)packed.at[i] == c || ((uint8_t)packed.at[i] ^ 0x20) == c);
	}
}

static void assert_range(const struct condition *packed, const struct rule_condition *written)
{
	uint32_t low = 0, high = 0;

	assert_int_equal(packed->has_low, written->has_low);
	assert_int_equal(packed->has_high, written->has_high);
	assert_int_equal(packed->low_included, written->low_included);
	assert_int_equal(packed->high_included, written->high_included);
	if (written->op == OPERATOR_VERSION) {
		assert_int_equal(packed->scheme, written->scheme);
		if (written->has_low)
			assert_true(text_is_same(packed->low_version, text_of(written->low)));
		if (written->has_high)
			assert_true(text_is_same(packed->high_version, text_of(written->high)));
		return;
	}
	if (written->has_low)
		assert_int_equal(date_read_iso(text_of(written->low), &low), STATUS_OK);
	if (written->has_high)
		assert_int_equal(date_read_iso(text_of(written->high), &high), STATUS_OK);
	assert_int_equal(packed->low_date, low);
	assert_int_equal(packed->high_date, high);
}

static void assert_condition(const struct table *table, struct condition *packed,
			     const struct rule_condition *written)
{
	struct text value;

	assert_int_equal(packed->role, written->role);
	assert_int_equal(packed->field, written->field);
	assert_int_equal(packed->op, written->op);
	assert_int_equal(packed->negated, written->negated);
	assert_false(packed->is_unknown);
	if (written->op == OPERATOR_MASKED) {
		assert_int_equal(packed->mask, written->mask);
		assert_int_equal(packed->masked_value, written->masked_value);
	} else if (written->op > OPERATOR_GLOB) {
		assert_range(packed, written);
	} else {
		assert_int_equal(packed->n_values, written->n_values);
		for (size_t i = 0; i < written->n_values; i++) {
			assert_true(table_condition_value(table, &packed->values, &value));
			assert_spelling(value, written->value[i]);
		}
		assert_int_equal(packed->values.size, 0);
	}
}

static void assert_workaround(const struct rule_workaround *packed,
			      const struct rule_workaround_use *written)
{
	const struct workaround_parameter *parameter = &packed->parameter;
	enum parameter_kind kind = workaround_parameter(written->workaround);

	assert_int_equal(packed->workaround, written->workaround);
	if (kind == PARAMETER_GUID)
		assert_memory_equal(parameter->guid, written->guid, 16);
	else if (kind == PARAMETER_TEXT)
		assert_true(text_is_same(parameter->text, text_of(written->text)));
	else if (kind != PARAMETER_NONE)
		assert_true(parameter->a == written->a);
	if (kind == PARAMETER_RANGE)
		assert_true(parameter->b == written->b);
}

static void assert_actions(const struct table *table, struct table_rule *packed,
			   const struct rule *written)
{
	struct rule_workaround workaround;
	struct rule_probe probe;

	assert_int_equal(packed->mode, written->mode);
	assert_int_equal(packed->confidence, written->confidence);
	for (size_t i = 0; i < written->n_probes; i++) {
		assert_true(table_probe_next(table, &packed->probes, &probe));
		assert_int_equal(probe.probe, written->probe[i].probe);
		assert_int_equal(probe.wanted, written->probe[i].wanted);
	}
	assert_int_equal(packed->probes.size, 0);
	for (size_t i = 0; i < written->n_workarounds; i++) {
		assert_true(table_workaround_next(table, &packed->workarounds, &workaround));
		assert_workaround(&workaround, &written->workaround[i]);
	}
	assert_int_equal(packed->workarounds.size, 0);
}

static void assert_rule(const struct table *table, struct table_rule *packed,
			const struct rule *written)
{
	struct condition condition;

	assert_int_equal(packed->id, written->id);
	for (size_t i = 0; i < written->n_conditions; i++) {
		assert_true(table_condition_next(table, &packed->conditions, &condition));
		assert_condition(table, &condition, &written->condition[i]);
	}
	assert_int_equal(packed->conditions.forms.size, 0);
	assert_int_equal(packed->conditions.payload.size, 0);
	assert_actions(table, packed, written);
}

static void what_goes_in_comes_out(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 200; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct table_rule rule;
		struct rule_set set;
		struct ruled ruled;
		uint32_t cursor = 0;

		generate_rules(&chooser, seed, &set);
		ruled_of_set(&ruled, set);
		for (size_t i = 0; i < ruled.set.n_rules; i++) {
			assert_true(table_next(&ruled.table, &cursor, &rule));
			assert_rule(&ruled.table, &rule, &ruled.set.rule[i]);
		}
		assert_false(table_next(&ruled.table, &cursor, &rule));
		ruled_free(&ruled);
	}
}

static void order_of_files_does_not_matter(void **state)
{
	struct chooser chooser = chooser_of_seed(5);
	struct rule_set set;
	uint8_t *first, *other;
	size_t first_size, other_size;
	char *error;

	(void)state;
	generate_rules(&chooser, 300, &set);
	first = pack_rules(&set, &first_size, &error);
	for (unsigned turn = 0; turn < 5; turn++) {
		for (size_t i = set.n_rules - 1; i; i--) {
			size_t k = choose(&chooser, (unsigned)i + 1);
			struct rule rule = set.rule[i];

			set.rule[i] = set.rule[k];
			set.rule[k] = rule;
		}
		other = pack_rules(&set, &other_size, &error);
		assert_int_equal(first_size, other_size);
		assert_memory_equal(first, other, first_size);
		free(other);
	}
	free(first);
	rule_set_free(&set);
}

/* Conditions of a rule, and the place of the one that its keys should be made of. */
static const struct {
	const char *lines;
	unsigned key;
} choices[] = {
	{"Match = sys-vendor \"A\"\nMatch = product-name \"B\"", 1},
	{"Match = product-name \"B\"\nMatch = sys-vendor \"A\"", 0},
	{"Match = bios-version \"1\"\nMatch = board-name \"B\"\nMatch = product-name \"P\"", 2},
	{"Match = bios-version \"1\"\nMatch = board-name \"B\"", 1},
	{"Match = product-name prefix \"P\"\nMatch = bios-version \"1\"", 1},
	{"Match = product-name prefix \"P\"\nMatch = sys-vendor \"A\"", 0},
	{"Match = sys-vendor prefix \"A\"\nMatch = bios-vendor \"B\"", 1},
	{"Match = product-name not \"P\"\nMatch = sys-vendor \"A\"", 1},
	{"Match = product-name contains \"P\"\nMatch = sys-vendor \"A\"", 1},
	{"Match = product-name glob \"P\"\nMatch = sys-vendor any-of prefix \"A\" \"B\"", 1},
	{"Match = product-name prefix \"AB\"\nMatch = product-name prefix \"ABC\"", 1},
	{"Match = product-name any-of \"A\" \"ABCD\"\nMatch = product-name \"AB\"", 1},
	{"Match = arch \"x86_64\"\nMatch = efi-vendor prefix \"V\"", 1},
	{"Match = arch \"x86_64\"", 0},
	{"Match = sys-vendor \"A\"\nKnown-good = product-name \"P\"", 0},
};

static void most_selective_condition_is_the_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const char *lines[] = {choices[i].lines, NULL};
		struct condition condition;
		struct table_rule rule;
		struct ruled ruled;
		unsigned n = 0;

		ruled_of_lines(&ruled, lines);
		table_rule_at(&ruled.table, 0, &rule);
		for (; table_condition_next(&ruled.table, &rule.conditions, &condition); n++)
			if (condition.is_key != (n == choices[i].key))
				fail_msg("%s", choices[i].lines);
		ruled_free(&ruled);
	}
}

/* Packs what is bad about one rule in a set of two and compares the message. */
static void assert_problem(void (*spoil)(struct rule *rule), const char *expected)
{
	static const char *const lines[] = {
		"Match = product-name \"A\"\nMatch = bios-date date >= 2020-01-01\n"
		"Workaround = reserve 0x1000..0x1fff",
		"Match = product-name \"B\"", NULL};
	struct ruled ruled;
	char *error = NULL;
	size_t size = 0;

	ruled_of_lines(&ruled, lines);
	spoil(&ruled.set.rule[0]);
	assert_null(pack_rules(&ruled.set, &size, &error));
	assert_int_equal(size, 0);
	assert_non_null(strstr(error, expected));
	free(error);
	ruled_free(&ruled);
}

static void no_key(struct rule *rule)
{
	rule->condition[0].op = OPERATOR_SUFFIX;
}

static void blank_key(struct rule *rule)
{
	rule->condition[0].value[0][0] = ' ';
}

static void twice(struct rule *rule)
{
	rule->id = 2;
}

static void number_zero(struct rule *rule)
{
	rule->id = 0;
}

static void no_end(struct rule *rule)
{
	rule->condition[1].has_low = false;
}

static void no_date(struct rule *rule)
{
	rule->condition[1].low[5] = '9';
}

static void backwards(struct rule *rule)
{
	rule->workaround[0].b = 0;
}

static void many_values(struct rule *rule)
{
	struct rule_condition *condition = &rule->condition[0];

	condition->value = realloc(condition->value, 256 * sizeof(*condition->value));
	while (condition->n_values < 256)
		condition->value[condition->n_values++] = strdup("A");
}

static void what_cannot_be_packed_is_said(void **state)
{
	(void)state;
	assert_problem(no_key, "test:3:1: FWQ-0001: nothing to find the rule by");
	assert_problem(blank_key, "FWQ-0001: nothing to find the rule by");
	assert_problem(twice, "FWQ-0002: the same ID twice");
	assert_problem(number_zero, "no rule FWQ-0000");
	assert_problem(no_end, "FWQ-0001: a range has no end");
	assert_problem(no_date, "FWQ-0001: a date does not read");
	assert_problem(backwards, "FWQ-0001: a range ends before it begins");
	assert_problem(many_values, "FWQ-0001: a condition has more than 255 values");
}

static unsigned count_of(const struct ruled *ruled, const char *string)
{
	size_t size = strlen(string);
	const uint8_t *at = ruled->bytes, *end = ruled->bytes + ruled->size;
	unsigned n = 0;

	for (; (at = memmem(at, (size_t)(end - at), string, size)); at++)
		n++;
	return n;
}

static void strings_are_readable_and_there_once(void **state)
{
	static const char *const lines[] = {
		"Match = sys-vendor \"Dell  Inc.\"\nMatch = product-name \" Latitude 7490\"",
		"Match = sys-vendor \"Dell Inc.\"\nMatch = product-name \"Latitude 7480\"",
		"Match = board-vendor \"Inc.\"\nMatch = product-name \"7490\"",
		"Match = board-vendor \"Inc.\"\nMatch = product-name \"7490\"", NULL};
	struct ruled ruled;

	(void)state;
	ruled_of_lines(&ruled, lines);
	assert_int_equal(count_of(&ruled, "Dell Inc."), 1);
	assert_int_equal(count_of(&ruled, "Inc."), 1); /* as the end of the other */
	assert_int_equal(count_of(&ruled, "Latitude 7490"), 1);
	assert_int_equal(count_of(&ruled, "7490"), 2);
	ruled_free(&ruled);
}

/* Rules as most are: a vendor, a product of its own, a version that repairs it, a workaround. */
static char *typical_rules(unsigned n, size_t *ret_size)
{
	static const char *const vendors[] = {"LENOVO", "Dell Inc.", "HP", "ASUSTeK COMPUTER INC."};
	static const char *const workarounds[] = {"free-writable", "drop-mat", "ebs-retry 3",
						  "kernel-option \"efi=noruntime\""};
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	fputs("# typical\n", out);
	for (unsigned i = 0; i < n; i++) {
		fprintf(out, "\n[FWQ-%04u]\nTitle = T\nDefect = other\nConfidence = reported\n",
			i + 1);
		fprintf(out, "Mode = arm\nMatch = sys-vendor \"%s\"\n", vendors[i % 4]);
		fprintf(out, "Match = product-name \"Model %c%u Gen\"\n", 'A' + i % 26, i);
		fprintf(out, "Fixed = bios-version version dotted \"1.%u.0\"\n", i % 40);
		fprintf(out, "Workaround = %s\nEvidence = https://example.org/\n",
			workarounds[i / 4 % 4]);
	}
	fclose(out);
	return text;
}

/* Guards the figures in docs/table-format.md with some room; all in, strings too. */
static void typical_rules_take_few_bytes(void **state)
{
	static const struct {
		unsigned n, most;
	} sizes[] = {{100, 32}, {1000, 29}, {10000, 29}};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct ruled ruled;
		size_t size;
		char *text = typical_rules(sizes[i].n, &size);

		ruled_of_text(&ruled, text);
		if (ruled.size > (size_t)sizes[i].n * sizes[i].most)
			fail_msg("%u rules take %zu bytes", sizes[i].n, ruled.size);
		print_message("# %u rules: %.1f bytes a rule\n", sizes[i].n,
			      (double)ruled.size / sizes[i].n);
		ruled_free(&ruled);
		free(text);
	}
}

/* Packed again the same bytes: nothing that matching or acting needs was lost on the way back. */
static void a_table_becomes_rules_again(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 60; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct rule_set set, back;
		struct ruled ruled;
		uint8_t *bytes;
		size_t size;
		char *error = NULL;

		generate_rules(&chooser, seed * 3, &set);
		ruled_of_set(&ruled, set);
		if (!unpack_rules(&ruled.table, "t", &back, &error))
			fail_msg("%s", error);
		assert_int_equal(back.n_rules, ruled.set.n_rules);
		assert_string_equal(back.file[back.rule[0].file].path, "t");
		bytes = pack_rules(&back, &size, &error);
		if (!bytes)
			fail_msg("%s", error);
		assert_int_equal(size, ruled.size);
		assert_memory_equal(bytes, ruled.bytes, size);
		free(bytes);
		rule_set_free(&back);
		ruled_free(&ruled);
	}
}

/* Without its texts a table decides every rule as with them, and nobody can make rules of it. */
static void hashes_decide_as_texts_do(void **state)
{
	unsigned n_packed = 0;

	(void)state;
	for (unsigned seed = 1; seed < 60; seed++) {
		struct chooser chooser = chooser_of_seed(seed);
		struct rule_set set, back;
		struct table hashed;
		struct ruled ruled;
		uint8_t *bytes;
		size_t size;
		char *error = NULL;

		generate_rules(&chooser, seed * 3, &set);
		ruled_of_set(&ruled, set);
		bytes = pack_rules_hashed(&ruled.set, &size, &error);
		if (!bytes) { /* what begins with nothing */
			assert_non_null(strstr(error, "needs its text"));
			free(error);
			ruled_free(&ruled);
			continue;
		}
		n_packed++;
		assert_int_equal(table_open(span_of(bytes, size), &hashed), STATUS_OK);
		assert_int_equal(table_check(&hashed), STATUS_OK);
		for (unsigned i = 0; i < 20; i++) {
			struct generated_machine machine;
			const char *problem;

			generate_machine(&chooser, &machine);
			problem = oracle_compare(&ruled.set, &hashed, &machine.identity);
			if (problem)
				fail_msg("seed %u machine %u: %s", seed, i, problem);
		}
		if (unpack_rules(&hashed, "t", &back, &error))
			rule_set_free(&back); /* only conditions that have their texts */
		else
			free(error);
		free(bytes);
		ruled_free(&ruled);
	}
	assert_true(n_packed > 10);
}

/* Left out, and the others are found as before. */
static void no_table_has_what_no_machine_is_told_by(void **state)
{
	struct chooser chooser = {.state = 11};
	struct rule_set set;
	struct table table;
	struct table_rule rule;
	uint32_t cursor = 0, n = 0;
	size_t size;
	char *error = NULL;
	uint8_t *bytes;

	(void)state;
	generate_rules(&chooser, 40, &set);
	for (size_t i = 0; i < set.n_rules; i += 3)
		set.rule[i].unmatched = strdup("which machines");
	bytes = pack_rules(&set, &size, &error);
	if (!bytes)
		fail_msg("%s", error);
	assert_int_equal(table_open(span_of(bytes, size), &table), STATUS_OK);
	for (size_t i = 0; i < set.n_rules; i++) {
		if (i % 3 == 0)
			continue;
		assert_true(table_next(&table, &cursor, &rule));
		assert_int_equal(rule.id, set.rule[i].id);
		n++;
	}
	assert_int_equal(table.n_rules, n);
	free(bytes);
	rule_set_free(&set);
}

static void print_rule(FILE *out, enum field field, const char *value, unsigned length)
{
	static unsigned n;

	fprintf(out, "\n[FWQ-%04u]\nTitle = T\nDefect = other\nConfidence = reported\n", ++n);
	fprintf(out, "Mode = arm\nMatch = %s %s\"%.*s\"\nUnbounded = u\n", field_name(field),
		length < strlen(value) ? "prefix " : "", (int)length, value);
	fputs("Evidence = https://example.org/\n", out);
}

/* Keys of many lengths in every field: fewer of them are looked up, and every rule is found. */
static void many_lengths_are_not_too_many_looks(void **state)
{
	static const char value[] = "abcdefghijklmnopqrst";
	struct identity identity;
	struct ruled ruled;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned n_looks = 0;

	(void)state;
	identity_clear(&identity);
	for (unsigned n = 0; n < FIELD_COUNT; n++) {
		enum field field = (enum field)n;
		bool is_text = field_kind(field) == FIELD_KIND_TEXT;

		identity_set_text(&identity, field, text_of(is_text ? value : "1"));
		print_rule(out, field, is_text ? value : "1", 20);
		for (unsigned length = 4; length < 20 && is_text; length += 2)
			print_rule(out, field, value, length);
	}
	fclose(out);
	ruled_of_text(&ruled, text);
	for (unsigned field = 0; field < FIELD_COUNT; field++)
		n_looks += (unsigned)__builtin_popcountll(ruled.table.lengths[field]);
	assert_in_range(n_looks, 2 * FIELD_COUNT, TABLE_MAX_LOOKS);
	assert_null(oracle_compare(&ruled.set, &ruled.table, &identity));
	ruled_free(&ruled);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(order_of_files_does_not_matter),
		cmocka_unit_test(most_selective_condition_is_the_key),
		cmocka_unit_test(what_cannot_be_packed_is_said),
		cmocka_unit_test(a_table_becomes_rules_again),
		cmocka_unit_test(hashes_decide_as_texts_do),
		cmocka_unit_test(no_table_has_what_no_machine_is_told_by),
		cmocka_unit_test(many_lengths_are_not_too_many_looks),
		cmocka_unit_test(strings_are_readable_and_there_once),
		cmocka_unit_test(typical_rules_take_few_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
