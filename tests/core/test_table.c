/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_table.c - a table written by hand reads as it should; one test a kind of damage, each with a
 * good checksum; words of a newer table are kept, not understood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/match.h>
#include <fwquirk/plan.h>
#include <fwquirk/table.h>

#include "support/table_parts.h"

/* clang-format off */
static const uint8_t forms[] = {
	/* 0 */ FIELD_PRODUCT_NAME, OPERATOR_EQUAL, TABLE_FORM_KEY, 1,
	/* 1 */ FIELD_SYS_VENDOR, OPERATOR_PREFIX, ROLE_MATCH, 2,
	/* 2 */ FIELD_BIOS_VERSION, OPERATOR_VERSION,
		ROLE_FIXED | TABLE_FORM_LOW | TABLE_FORM_LOW_INCLUDED, SCHEME_DOTTED,
	/* 3 */ FIELD_BIOS_DATE, OPERATOR_DATE,
		TABLE_FORM_LOW | TABLE_FORM_LOW_INCLUDED | TABLE_FORM_HIGH, 0,
	/* 4 */ FIELD_CPU_ID, OPERATOR_MASKED, ROLE_MATCH, 0,
	/* 5 */ FIELD_BOARD_NAME, OPERATOR_PREFIX, TABLE_FORM_KEY, 1,
};

static const uint8_t strings[] = "Acme"; /* its NUL included */

static const uint8_t actions[] = {
	/* 0 */ 1, 0, 0, 0, /* 4 */ 6, 0, 0, 0,
	/* 8 */ MODE_ARM | CONFIDENCE_ROOT_CAUSED << 2,
	/* 9 */ 2, PROBE_FREE_READONLY_FAULTS << 1 | 1, 0,
	/* 12 */ WORKAROUND_FREE_WRITABLE, 0,
};

static const uint8_t rules[] = {
	/* FWQ-0001: product-name "X1", sys-vendor any-of prefix "Acme" "B", fixed dotted "1.2" */
	/* 0 */ 14, 1 << 1,
	/* 2 */ 0, 2 << 1 | 1, 'X', '1',
	/* 6 */ 1, 0 << 1, 1 << 1 | 1, 'B',
	/* 10 */ 2, 3 << 1 | 1, '1', '.', '2',
	/* FWQ-0005: board-name prefix "Z", dates, cpu-id masked; reserve 0x1000..0x1010 */
	/* 15 */ 22, 1, 3,
	/* 18 */ 7, MODE_OBSERVE | CONFIDENCE_REPRODUCED << 2, 0,
	/* 21 */ WORKAROUND_RESERVE, 3, 0x80, 0x20, 0x10,
	/* 26 */ 5, 1 << 1 | 1, 'Z',
	/* 29 */ 3, 0x21, 0x50, 0x9e, 0x53,
	/* 34 */ 4, 0xff, 0x01, 0x0a,
};

static const uint8_t blocks[8];
static const uint8_t no_keys[2];
static const uint8_t header[TABLE_HEADER_SIZE] = {
	'F', 'W', 'Q', 'T', [TABLE_AT_VERSION] = 1, [TABLE_AT_RULES] = 2,
};
/* clang-format on */

static void hand_made(struct table_parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	memcpy(parts->header, header, sizeof(header));
	table_parts_add(parts, TABLE_SECTION_FORMS, forms, sizeof(forms));
	table_parts_add(parts, TABLE_SECTION_ACTIONS, actions, sizeof(actions));
	table_parts_add(parts, TABLE_SECTION_STRINGS, strings, sizeof(strings));
	table_parts_add(parts, TABLE_SECTION_RULES, rules, sizeof(rules));
	table_parts_add(parts, TABLE_SECTION_BLOCKS, blocks, sizeof(blocks));
	table_parts_add(parts, TABLE_SECTION_KEYS, no_keys, sizeof(no_keys));
	table_parts_add_key(parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "X1", 0);
	table_parts_add_key(parts, FIELD_BOARD_NAME, OPERATOR_PREFIX, "Z", 1);
}

static uint8_t bytes[TABLE_PARTS_ROOM];

static enum status open_parts(const struct table_parts *parts, struct table *ret_table)
{
	return table_open(span_of(bytes, table_parts_write(parts, bytes)), ret_table);
}

static void assert_text(struct text text, const char *expected)
{
	assert_int_equal(text.size, strlen(expected));
	assert_memory_equal(text.at, expected, text.size);
}

static void assert_value(const struct table *table, struct span *values, const char *expected)
{
	struct text value;

	assert_true(table_condition_value(table, values, &value));
	assert_text(value, expected);
}

static void assert_first_rule(const struct table *table, struct table_rule *rule)
{
	struct rule_workaround workaround;
	struct condition condition;
	struct rule_probe probe;

	assert_int_equal(rule->id, 1);
	assert_int_equal(rule->mode, MODE_ARM);
	assert_int_equal(rule->confidence, CONFIDENCE_ROOT_CAUSED);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.field, FIELD_PRODUCT_NAME);
	assert_true(condition.is_key && !condition.is_unknown && !condition.negated);
	assert_value(table, &condition.values, "X1");
	assert_int_equal(condition.values.size, 0);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.op, OPERATOR_PREFIX);
	assert_int_equal(condition.n_values, 2);
	assert_value(table, &condition.values, "Acme");
	assert_value(table, &condition.values, "B");
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.role, ROLE_FIXED);
	assert_true(condition.has_low && condition.low_included && !condition.has_high);
	assert_text(condition.low_version, "1.2");
	assert_false(table_condition_next(table, &rule->conditions, &condition));
	assert_true(table_probe_next(table, &rule->probes, &probe));
	assert_int_equal(probe.probe, PROBE_FREE_READONLY_FAULTS);
	assert_true(probe.wanted);
	assert_false(table_probe_next(table, &rule->probes, &probe));
	assert_true(table_workaround_next(table, &rule->workarounds, &workaround));
	assert_int_equal(workaround.workaround, WORKAROUND_FREE_WRITABLE);
	assert_false(table_workaround_next(table, &rule->workarounds, &workaround));
}

static void assert_second_rule(const struct table *table, struct table_rule *rule)
{
	struct rule_workaround workaround;
	struct condition condition;

	assert_int_equal(rule->id, 5);
	assert_int_equal(rule->at, 1);
	assert_int_equal(rule->mode, MODE_OBSERVE);
	assert_int_equal(rule->confidence, CONFIDENCE_REPRODUCED);
	assert_int_equal(rule->probes.size, 0);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_true(condition.is_key);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.low_date, 20200101);
	assert_int_equal(condition.high_date, 20211230);
	assert_true(condition.low_included && !condition.high_included);
	assert_true(table_condition_next(table, &rule->conditions, &condition));
	assert_int_equal(condition.mask, 0xff);
	assert_int_equal(condition.masked_value, 0x0a);
	assert_false(table_condition_next(table, &rule->conditions, &condition));
	assert_true(table_workaround_next(table, &rule->workarounds, &workaround));
	assert_int_equal(workaround.workaround, WORKAROUND_RESERVE);
	assert_int_equal(workaround.parameter.a, 0x1000);
	assert_int_equal(workaround.parameter.b, 0x1010);
}

static void hand_made_table_reads(void **state)
{
	struct table_parts parts;
	struct table_rule rule;
	struct table table;
	uint32_t cursor = 0;

	(void)state;
	hand_made(&parts);
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	assert_int_equal(table.n_rules, 2);
	assert_true(table_next(&table, &cursor, &rule));
	assert_first_rule(&table, &rule);
	assert_true(table_next(&table, &cursor, &rule));
	assert_second_rule(&table, &rule);
	assert_false(table_next(&table, &cursor, &rule));
	table_rule_at(&table, 2, &rule);
	assert_int_equal(rule.id, 0);
}

/* A byte that breaks one promise of the format, the checksum set right afterwards. */
static const struct damage {
	const char *name;
	uint32_t section; /* 0: the header */
	unsigned at;
	uint8_t value;
} damages[] = {
	{"text condition without a value", TABLE_SECTION_FORMS, 3, 0},
	{"key that is negated", TABLE_SECTION_FORMS, 2, TABLE_FORM_KEY | TABLE_FORM_NEGATED},
	{"key of another role", TABLE_SECTION_FORMS, 2, TABLE_FORM_KEY | ROLE_FIXED},
	{"key that is a suffix", TABLE_SECTION_FORMS, 1, OPERATOR_SUFFIX},
	{"text condition with an end", TABLE_SECTION_FORMS, 2, TABLE_FORM_KEY | TABLE_FORM_LOW},
	{"rule without a key", TABLE_SECTION_FORMS, 2, 0},
	{"rule with two keys", TABLE_SECTION_FORMS, 4 + 2, TABLE_FORM_KEY},
	{"version without an end", TABLE_SECTION_FORMS, 8 + 2, ROLE_FIXED},
	{"included end that is not there", TABLE_SECTION_FORMS, 8 + 2,
	 ROLE_FIXED | TABLE_FORM_LOW | TABLE_FORM_HIGH_INCLUDED},
	{"date with a scheme", TABLE_SECTION_FORMS, 12 + 3, 1},
	{"date without an end", TABLE_SECTION_FORMS, 12 + 2, 0},
	{"masked number with an end", TABLE_SECTION_FORMS, 16 + 2, TABLE_FORM_HIGH},
	{"masked number with values", TABLE_SECTION_FORMS, 16 + 3, 1},
	{"key on another field than the directory has", TABLE_SECTION_FORMS, 0, FIELD_BOARD_NAME},
	{"strings without their last NUL", TABLE_SECTION_STRINGS, 4, 'x'},
	{"more shared actions than there are", TABLE_SECTION_ACTIONS, 0, 2},
	{"shared actions by the billion", TABLE_SECTION_ACTIONS, 3, 0x80},
	{"shared actions past their section", TABLE_SECTION_ACTIONS, 4, 7},
	{"shared actions that stop early", TABLE_SECTION_ACTIONS, 4, 4},
	{"reserved bits in actions", TABLE_SECTION_ACTIONS, 8, 0x20},
	{"probes past their actions", TABLE_SECTION_ACTIONS, 9, 5},
	{"probe cut short", TABLE_SECTION_ACTIONS, 9, 1},
	{"probe past its probes", TABLE_SECTION_ACTIONS, 11, 1},
	{"workaround past its actions", TABLE_SECTION_ACTIONS, 13, 1},
	{"workaround without its parameter", TABLE_SECTION_ACTIONS, 12, WORKAROUND_MAX_ADDRESS},
	{"record past its section", TABLE_SECTION_RULES, 0, 100},
	{"record shorter than its conditions", TABLE_SECTION_RULES, 0, 13},
	{"record longer than its conditions", TABLE_SECTION_RULES, 0, 15},
	{"empty record", TABLE_SECTION_RULES, 0, 0},
	{"shared actions that are not there", TABLE_SECTION_RULES, 1, 2 << 1},
	{"form that is not there", TABLE_SECTION_RULES, 2, 6},
	{"string past the strings", TABLE_SECTION_RULES, 7, 5 << 1},
	{"text past its record", TABLE_SECTION_RULES, 11, 4 << 1 | 1},
	{"text shorter than its bytes", TABLE_SECTION_RULES, 11, 2 << 1 | 1},
	{"key text that the directory does not have", TABLE_SECTION_RULES, 4, 'Y'},
	{"key text of blanks", TABLE_SECTION_RULES, 28, ' '},
	{"gap of nothing", TABLE_SECTION_RULES, 17, 0},
	{"actions past their record", TABLE_SECTION_RULES, 18, 100},
	{"actions cut short", TABLE_SECTION_RULES, 18, 6},
	{"range cut short", TABLE_SECTION_RULES, 22, 2},
	{"parameter where none belongs", TABLE_SECTION_RULES, 21, WORKAROUND_RESERVE_LOW},
	{"parameter longer than its kind", TABLE_SECTION_RULES, 21, WORKAROUND_MAX_ADDRESS},
	{"GUID of three bytes", TABLE_SECTION_RULES, 21, WORKAROUND_DROP_TABLE},
	{"month 0", TABLE_SECTION_RULES, 30, 0x01},
	{"day 0", TABLE_SECTION_RULES, 30, 0x20},
	{"month 13", TABLE_SECTION_RULES, 32, 0xbe},
	{"number with a needless byte", TABLE_SECTION_RULES, 36, 0x00},
	{"number past its record", TABLE_SECTION_RULES, 37, 0x80},
	{"block somewhere else", TABLE_SECTION_BLOCKS, 0, 15},
	{"block with another id", TABLE_SECTION_BLOCKS, 4, 1},
	{"keys that do not begin at none", TABLE_SECTION_KEYS, 0, 1},
	{"keys that do not end at all", TABLE_SECTION_KEYS, 1, 1},
	{"keys that end past all", TABLE_SECTION_KEYS, 1, 3},
	{"key of another hash", TABLE_SECTION_KEYS, 2, 0xa5},
	{"key of a rule that is not there", TABLE_SECTION_KEYS, 4, 2},
	{"no magic", 0, TABLE_AT_MAGIC, 'f'},
	{"version 0", 0, TABLE_AT_VERSION, 0},
	{"more rules than there are", 0, TABLE_AT_RULES, 3},
	{"fewer rules than there are", 0, TABLE_AT_RULES, 1},
	{"no rules", 0, TABLE_AT_RULES, 0},
	{"rules by the billion", 0, TABLE_AT_RULES + 3, 0x80},
	{"more keys than there are", 0, TABLE_AT_KEYS, 3},
	{"keys by the billion", 0, TABLE_AT_KEYS + 3, 0x80},
	{"more buckets than there are", 0, TABLE_AT_BUCKET_BITS, 1},
	{"more buckets than can be", 0, TABLE_AT_BUCKET_BITS, 32},
	{"reserved byte", 0, TABLE_AT_RESERVED, 1},
	{"last reserved byte", 0, TABLE_HEADER_SIZE - 1, 1},
};

static void assert_refused(const char *name, const struct table_parts *parts)
{
	struct table table, untouched;
	enum status status;

	memset(&table, 0x5a, sizeof(table));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = open_parts(parts, &table);
	if (status != STATUS_MALFORMED)
		fail_msg("%s: %s", name, status_text(status));
	assert_memory_equal(&table, &untouched, sizeof(table));
}

static void malformed_is_refused_in_spite_of_its_checksum(void **state)
{
	struct table_parts parts;

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		uint8_t *at;

		hand_made(&parts);
		at = damage->section ? table_parts_find(&parts, damage->section)->at : parts.header;
		assert_int_not_equal(at[damage->at], damage->value);
		at[damage->at] = damage->value;
		assert_refused(damage->name, &parts);
	}
}

/* Each section one byte longer (zero or not), one byte shorter, empty, missing, there twice. */
static void sections_of_another_size_are_refused(void **state)
{
	struct table_parts parts;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		hand_made(&parts);
		parts.part[i].at[parts.part[i].size++] = 0x7f;
		assert_refused("section with one byte more", &parts);
		/* A NUL more is one more empty string; everywhere else it breaks something. */
		hand_made(&parts);
		if (parts.part[i].tag != TABLE_SECTION_STRINGS) {
			parts.part[i].at[parts.part[i].size++] = 0;
			assert_refused("section with a zero byte more", &parts);
		}
		hand_made(&parts);
		parts.part[i].size--;
		assert_refused("section with one byte less", &parts);
		hand_made(&parts);
		parts.part[i].size = 0;
		assert_refused("empty section", &parts);
		hand_made(&parts);
		parts.part[i].tag ^= 0x20;
		assert_refused("missing section", &parts);
		hand_made(&parts);
		table_parts_add(&parts, parts.part[i].tag, parts.part[i].at, parts.part[i].size);
		assert_refused("section there twice", &parts);
	}
}

static void keys_out_of_order_are_refused(void **state)
{
	struct table_parts parts;
	struct table_part *keys;
	uint8_t first;

	(void)state;
	hand_made(&parts);
	keys = table_parts_find(&parts, TABLE_SECTION_KEYS);
	for (unsigned i = 2; i < 6; i += 2) {
		first = keys->at[i];
		keys->at[i] = keys->at[i + 1];
		keys->at[i + 1] = first;
	}
	assert_refused("fingerprints descending", &parts);
	hand_made(&parts);
	table_parts_add_key(&parts, FIELD_BOARD_NAME, OPERATOR_EQUAL, "nobody", 0);
	assert_refused("key that no rule has", &parts);
}

/* FWQ-0001 and a gap that leads just to the last id, then past it. */
static void ids_stay_in_32_bits(void **state)
{
	uint8_t gap[] = {0xfd, 0xff, 0xff, 0xff, 0x0f};
	struct table_parts parts;
	struct table_part *part;
	struct table_rule rule;
	struct table table;

	(void)state;
	hand_made(&parts);
	part = table_parts_find(&parts, TABLE_SECTION_RULES);
	memmove(part->at + 17 + sizeof(gap), part->at + 18, part->size - 18);
	memcpy(part->at + 17, gap, sizeof(gap));
	part->size += sizeof(gap) - 1;
	part->at[15] += sizeof(gap) - 1;
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	table_rule_at(&table, 1, &rule);
	assert_int_equal(rule.id, UINT32_MAX);
	part->at[17]++;
	assert_refused("id past 32 bits", &parts);
}

static void cut_at_every_length_is_refused(void **state)
{
	struct table_parts parts;
	struct table table;
	size_t size;

	(void)state;
	hand_made(&parts);
	size = table_parts_write(&parts, bytes);
	for (size_t cut = 0; cut < size; cut++) {
		enum status status = table_open(span_of(bytes, cut), &table);

		assert_int_equal(status, STATUS_TRUNCATED);
	}
	assert_int_equal(table_open(span_of(NULL, 0), &table), STATUS_TRUNCATED);
}

static void every_flipped_bit_is_refused(void **state)
{
	struct table_parts parts;
	struct table table;
	size_t size;

	(void)state;
	hand_made(&parts);
	size = table_parts_write(&parts, bytes);
	for (size_t bit = 0; bit < size * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(table_open(span_of(bytes, size), &table), STATUS_OK);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(table_open(span_of(bytes, size), &table), STATUS_OK);
	bytes[size - 1] ^= 1;
	assert_int_equal(table_open(span_of(bytes, size), &table), STATUS_CHECKSUM);
}

static void other_versions_and_byte_orders_have_their_names(void **state)
{
	struct table_parts parts;
	struct table table;

	(void)state;
	hand_made(&parts);
	parts.header[TABLE_AT_VERSION] = TABLE_VERSION + 1;
	assert_int_equal(open_parts(&parts, &table), STATUS_TOO_NEW);
	hand_made(&parts);
	parts.header[TABLE_AT_FLAGS + 1] = 0x80;
	assert_int_equal(open_parts(&parts, &table), STATUS_TOO_NEW);
	hand_made(&parts);
	memcpy(parts.header, "TQWF", 4);
	assert_int_equal(open_parts(&parts, &table), STATUS_BYTE_ORDER);
}

/* A PE section is filled up with zero bytes; the table itself ends before them. */
static void only_zero_padding_may_follow(void **state)
{
	struct table_parts parts;
	struct table table;
	size_t size;

	(void)state;
	hand_made(&parts);
	size = table_parts_write(&parts, bytes);
	memset(bytes + size, 0, 100);
	assert_int_equal(table_open(span_of(bytes, size + 100), &table), STATUS_OK);
	assert_int_equal(table.bytes.size, size);
	bytes[size + 99] = 1;
	assert_int_equal(table_open(span_of(bytes, size + 100), &table), STATUS_MALFORMED);
}

static void empty_table_opens(void **state)
{
	struct table_parts parts;
	struct table_rule rule;
	struct table table;
	uint32_t cursor = 0;

	(void)state;
	memset(&parts, 0, sizeof(parts));
	memcpy(parts.header, header, sizeof(header));
	parts.header[TABLE_AT_RULES] = 0;
	table_parts_add(&parts, TABLE_SECTION_KEYS, no_keys, sizeof(no_keys));
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	assert_false(table_next(&table, &cursor, &rule));
}

/* Opens the hand-made table with some bytes of one section replaced and gives a rule of it. */
static void open_newer(struct table_parts *parts, struct table *table, uint32_t at,
		       struct table_rule *rule)
{
	assert_int_equal(open_parts(parts, table), STATUS_OK);
	table_rule_at(table, at, rule);
}

static void assert_unknown_condition(struct table_parts *parts, uint32_t at, unsigned nth)
{
	struct condition condition;
	struct identity identity;
	struct table_rule rule;
	struct table table;
	struct match match;
	struct span cursor;

	open_newer(parts, &table, at, &rule);
	cursor = rule.conditions;
	for (unsigned i = 0; i <= nth; i++)
		assert_true(table_condition_next(&table, &cursor, &condition));
	assert_true(condition.is_unknown);
	identity_clear(&identity);
	assert_int_equal(match_condition(&table, &condition, &identity), REASON_UNKNOWN_TAG);
	match_rule(&table, &rule, &identity, &match);
	assert_false(match.matched);
}

static void unknown_conditions_are_kept_and_never_match(void **state)
{
	struct table_parts parts;

	(void)state;
	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16 + 1] = OPERATOR_COUNT;
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[35] = 2; /* bytes that follow */
	assert_unknown_condition(&parts, 1, 2);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16 + 2] = 0xf7; /* whatever that means */
	assert_unknown_condition(&parts, 1, 2);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[35] = 3;
	assert_refused("unknown condition past its record", &parts);

	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[16] = FIELD_COUNT;
	assert_unknown_condition(&parts, 1, 2);
	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[8 + 3] = 0xff; /* scheme */
	assert_unknown_condition(&parts, 0, 2);
	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[20] = 0xff; /* field of a key */
	assert_unknown_condition(&parts, 1, 0);
}

static void unknown_actions_are_kept(void **state)
{
	struct rule_workaround workaround;
	struct table_parts parts;
	struct rule_probe probe;
	struct table_rule rule;
	struct table table;

	(void)state;
	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[21] = 0x7f;
	open_newer(&parts, &table, 1, &rule);
	assert_true(table_workaround_next(&table, &rule.workarounds, &workaround));
	assert_int_equal(workaround.workaround, 0x7f);
	assert_false(table_workaround_next(&table, &rule.workarounds, &workaround));

	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[10] = 0x30 << 1;
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[8] = 0x1f; /* mode 3, confidence 7 */
	open_newer(&parts, &table, 0, &rule);
	assert_true(table_probe_next(&table, &rule.probes, &probe));
	assert_int_equal(probe.probe, 0x30);
	assert_false(probe.wanted);
	assert_int_equal(rule.mode, MODE_OBSERVE);
	assert_int_equal(rule.confidence, 7);

	hand_made(&parts);
	table_parts_add(&parts, 0x41525458, "whatever", 8);
	open_newer(&parts, &table, 1, &rule);
	assert_second_rule(&table, &rule);
}

/* What became of the rule at a place on a machine that both rules match. */
static struct plan_rule decided(struct table_parts *parts, uint32_t at)
{
	struct probe_vector probes = {.answer = {[PROBE_FREE_READONLY_FAULTS] = PROBE_ANSWER_YES}};
	struct policy policy = {.implemented = UINT32_MAX, .allow_loosen = true};
	struct identity identity;
	struct table table;
	struct plan plan;

	identity_clear(&identity);
	identity_set_text(&identity, FIELD_PRODUCT_NAME, text_of("X1"));
	identity_set_text(&identity, FIELD_SYS_VENDOR, text_of("Acme Corp"));
	identity_set_text(&identity, FIELD_BIOS_VERSION, text_of("1.1"));
	identity_set_text(&identity, FIELD_BOARD_NAME, text_of("Z1"));
	identity_set_text(&identity, FIELD_BIOS_DATE, text_of("01/01/2020"));
	identity_set_text(&identity, FIELD_CPU_ID, text_of("0x10a"));
	assert_int_equal(open_parts(parts, &table), STATUS_OK);
	plan_consider(&plan, &table, &identity);
	plan_decide(&plan, &table, &probes, &policy);
	assert_int_equal(plan.n_rules, 2);
	return plan.rule[at];
}

static void unknown_actions_are_never_applied(void **state)
{
	struct table_parts parts;

	(void)state;
	hand_made(&parts);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[19] = MODE_ARM;
	assert_int_equal(decided(&parts, 0).verdict, VERDICT_APPLIED);
	assert_int_equal(decided(&parts, 1).verdict, VERDICT_APPLIED);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[21] = 0x7f;
	assert_int_equal(decided(&parts, 1).verdict, VERDICT_REFUSED);
	assert_int_equal(decided(&parts, 1).reason, REASON_NOT_IMPLEMENTED);
	table_parts_find(&parts, TABLE_SECTION_RULES)->at[19] = 3; /* a mode of later days */
	assert_int_equal(decided(&parts, 1).reason, REASON_MODE_OBSERVE);
	table_parts_find(&parts, TABLE_SECTION_ACTIONS)->at[10] = 0x30 << 1;
	assert_int_equal(decided(&parts, 0).verdict, VERDICT_UNKNOWN_PROBE);
	assert_int_equal(decided(&parts, 0).detail_probe, 0x30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hand_made_table_reads),
		cmocka_unit_test(malformed_is_refused_in_spite_of_its_checksum),
		cmocka_unit_test(sections_of_another_size_are_refused),
		cmocka_unit_test(keys_out_of_order_are_refused),
		cmocka_unit_test(ids_stay_in_32_bits),
		cmocka_unit_test(cut_at_every_length_is_refused),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(other_versions_and_byte_orders_have_their_names),
		cmocka_unit_test(only_zero_padding_may_follow),
		cmocka_unit_test(empty_table_opens),
		cmocka_unit_test(unknown_conditions_are_kept_and_never_match),
		cmocka_unit_test(unknown_actions_are_kept),
		cmocka_unit_test(unknown_actions_are_never_applied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
