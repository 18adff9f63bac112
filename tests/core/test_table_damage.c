/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * test_table_damage.c - one case a kind of damage: every one refused by table_open or, with a checksum
 * that is right, at the latest by table_check.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/table.h>

#include "support/hand_table.h"

static uint8_t bytes[TABLE_PARTS_ROOM];

static enum status open_parts(const struct table_parts *parts, struct table *ret_table)
{
	enum status status = table_open(span_of(bytes, table_parts_write(parts, bytes)), ret_table);

	return status ? status : table_check(ret_table);
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
	{"shared actions by the billion", TABLE_SECTION_ACTIONS, 1, 0x80},
	{"shared actions past their section", TABLE_SECTION_ACTIONS, 3, 7},
	{"shared actions that stop early", TABLE_SECTION_ACTIONS, 3, 4},
	{"reserved bits in actions", TABLE_SECTION_ACTIONS, 4, 0x20},
	{"probes past their actions", TABLE_SECTION_ACTIONS, 5, 5},
	{"probe cut short", TABLE_SECTION_ACTIONS, 5, 1},
	{"probe past its probes", TABLE_SECTION_ACTIONS, 7, 1},
	{"workaround past its actions", TABLE_SECTION_ACTIONS, 9, 1},
	{"workaround without its parameter", TABLE_SECTION_ACTIONS, 8, WORKAROUND_MAX_ADDRESS},
	{"record past its section", TABLE_SECTION_RULES, 0, 100},
	{"record shorter than its conditions", TABLE_SECTION_RULES, 0, 11},
	{"record longer than its conditions", TABLE_SECTION_RULES, 0, 13},
	{"empty record", TABLE_SECTION_RULES, 0, 0},
	{"shape that is not there", TABLE_SECTION_RULES, 1, 2 << 1},
	{"more shapes than there are", TABLE_SECTION_SHAPES, 0, 2},
	{"shapes past their section", TABLE_SECTION_SHAPES, 3, 4},
	{"shapes that stop early", TABLE_SECTION_SHAPES, 3, 2},
	{"shapes with ends of no bytes", TABLE_SECTION_SHAPES, 2, 0},
	{"shapes with ends of five bytes", TABLE_SECTION_SHAPES, 2, 5},
	{"shape of a number cut short", TABLE_SECTION_SHAPES, 6, 0x82},
	{"forms past their record", TABLE_SECTION_RULES, 16, 30},
	{"one form less", TABLE_SECTION_RULES, 16, 2},
	{"shared actions that are not there", TABLE_SECTION_RULES, 2, 2},
	{"form that is not there", TABLE_SECTION_SHAPES, 4, 6},
	{"string past the strings", TABLE_SECTION_RULES, 6, 5 << 1},
	{"text past its record", TABLE_SECTION_RULES, 9, 4 << 1 | 1},
	{"text shorter than its bytes", TABLE_SECTION_RULES, 9, 2 << 1 | 1},
	{"key text that the directory does not have", TABLE_SECTION_RULES, 4, 'Y'},
	{"key text of blanks", TABLE_SECTION_RULES, 30, ' '},
	{"gap of nothing", TABLE_SECTION_RULES, 15, 0},
	{"actions past their record", TABLE_SECTION_RULES, 21, 100},
	{"actions cut short", TABLE_SECTION_RULES, 21, 6},
	{"range cut short", TABLE_SECTION_RULES, 25, 2},
	{"parameter where none belongs", TABLE_SECTION_RULES, 24, WORKAROUND_RESERVE_LOW},
	{"parameter longer than its kind", TABLE_SECTION_RULES, 24, WORKAROUND_MAX_ADDRESS},
	{"GUID of three bytes", TABLE_SECTION_RULES, 24, WORKAROUND_DROP_TABLE},
	{"month 0", TABLE_SECTION_RULES, 31, 0x01},
	{"day 0", TABLE_SECTION_RULES, 31, 0x20},
	{"month 13", TABLE_SECTION_RULES, 33, 0xbe},
	{"number with a needless byte", TABLE_SECTION_RULES, 36, 0x00},
	{"number past its record", TABLE_SECTION_RULES, 37, 0x80},
	{"block somewhere else", TABLE_SECTION_BLOCKS, 0, 13},
	{"block with another id", TABLE_SECTION_BLOCKS, 1, 1},
	{"keys that do not begin at none", TABLE_SECTION_KEYS, 0, 2 << 2 | 1},
	{"keys that do not end at all", TABLE_SECTION_KEYS, 0, 1 << 2},
	{"keys that end past all", TABLE_SECTION_KEYS, 0, 3 << 2},
	{"key of another hash", TABLE_SECTION_KEYS, 1, 0xa5},
	{"key of a rule that is not there", TABLE_SECTION_KEYS, 4, 0xff},
	{"bits behind the starts", TABLE_SECTION_KEYS, 0, 2 << 2 | 0x10},
	{"bytes behind the last key", TABLE_SECTION_KEYS, 11, 1},
	{"field twice", TABLE_SECTION_FIELDS, 2, FIELD_PRODUCT_NAME},
	{"fields descending", TABLE_SECTION_FIELDS, 0, FIELD_BOARD_VERSION},
	{"field without a length", TABLE_SECTION_FIELDS, 1, 0},
	{"length that no key has", TABLE_SECTION_FIELDS, 1, TABLE_LENGTHS_WHOLE | 1 << 3},
	{"length of a key missing", TABLE_SECTION_FIELDS, 3, 1 << 2},
	{"field of a key missing", TABLE_SECTION_FIELDS, 2, FIELD_COUNT},
	{"lengths cut short", TABLE_SECTION_FIELDS, 3, 0x82},
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
	size_t size = table_parts_write(parts, bytes);
	enum status status;

	memset(&table, 0x5a, sizeof(table));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = table_open(span_of(bytes, size), &table);
	if (status)
		assert_memory_equal(&table, &untouched, sizeof(table));
	else
		status = table_check(&table);
	if (status != STATUS_MALFORMED)
		fail_msg("%s: %s", name, status_text(status));
}

static void malformed_is_refused_in_spite_of_its_checksum(void **state)
{
	struct table_parts parts;

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *damage = &damages[i];
		uint8_t *at;

		hand_table(&parts);
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
	hand_table(&parts);
	for (unsigned i = 0, n = parts.n_parts; i < n; i++) {
		hand_table(&parts);
		parts.part[i].at[parts.part[i].size++] = 0x7f;
		assert_refused("section with one byte more", &parts);
		/* A NUL more is one more empty string; everywhere else it breaks something. */
		hand_table(&parts);
		if (parts.part[i].tag != TABLE_SECTION_STRINGS) {
			parts.part[i].at[parts.part[i].size++] = 0;
			assert_refused("section with a zero byte more", &parts);
		}
		hand_table(&parts);
		parts.part[i].size--;
		assert_refused("section with one byte less", &parts);
		hand_table(&parts);
		parts.part[i].size = 0;
		assert_refused("empty section", &parts);
		hand_table(&parts);
		parts.part[i].tag ^= 0x20;
		assert_refused("missing section", &parts);
		hand_table(&parts);
		table_parts_add(&parts, parts.part[i].tag, parts.part[i].at, parts.part[i].size);
		assert_refused("section there twice", &parts);
	}
}

/* Opens a table whose keys `change` has changed. */
static void assert_keys_refused(const char *name, void (*change)(struct table_part_keys *keys))
{
	struct table_part_keys keys;
	struct table_parts parts;

	hand_table(&parts);
	table_parts_keys(&parts, &keys);
	change(&keys);
	table_parts_set_keys(&parts, &keys);
	assert_refused(name, &parts);
}

static void keys_exchange(struct table_part_keys *keys)
{
	for (unsigned i = 0; i < 2; i++) {
		uint32_t *list = i ? keys->tag : keys->rule, first = list[0];

		list[0] = list[1];
		list[1] = first;
	}
}

static void rules_exchange(struct table_part_keys *keys)
{
	keys->rule[0] = 1;
	keys->rule[1] = 0;
}

static void rule_of_other(struct table_part_keys *keys)
{
	keys->rule[1] = 0;
}

static void rule_that_is_not_there(struct table_part_keys *keys)
{
	keys->rule[1] = 2;
}

static void key_twice(struct table_part_keys *keys)
{
	keys->tag[2] = keys->tag[1];
	keys->rule[2] = keys->rule[1];
	keys->n = 3;
}

static void other_tag(struct table_part_keys *keys)
{
	keys->tag[0] ^= 1;
}

static void keys_out_of_order_are_refused(void **state)
{
	struct table_parts parts;

	(void)state;
	assert_keys_refused("places descending", keys_exchange);
	assert_keys_refused("keys of the other rule", rules_exchange);
	assert_keys_refused("both keys of one rule", rule_of_other);
	assert_keys_refused("key of a rule that is not there", rule_that_is_not_there);
	assert_keys_refused("key that is there twice", key_twice);
	assert_keys_refused("key with another tag", other_tag);
	hand_table(&parts);
	table_parts_add_key(&parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "nobody", 0);
	assert_refused("key that no rule has", &parts);
}

/* Rule 1 with one vendor, equal to "Acme"; what is folded into its tag is `vendor`. */
static void with_second_key(struct table_parts *parts, const char *vendor, bool is_in_fields)
{
	struct table_part *forms, *rules, *fields;
	struct table_part_keys keys;
	unsigned size;

	hand_table(parts);
	forms = table_parts_find(parts, TABLE_SECTION_FORMS);
	forms->at[4 + 1] = OPERATOR_EQUAL;
	forms->at[4 + 3] = 1;
	rules = table_parts_find(parts, TABLE_SECTION_RULES);
	memmove(rules->at + 7, rules->at + 9, rules->size - 9);
	rules->size -= 2;
	rules->at[0] -= 2;
	table_parts_keys(parts, &keys);
	keys.tag[0] ^= table_second_tag(
		table_key_hash(FIELD_SYS_VENDOR, OPERATOR_EQUAL, text_of(vendor), 0, &size));
	table_parts_set_keys(parts, &keys);
	fields = table_parts_find(parts, TABLE_SECTION_FIELDS);
	if (!is_in_fields)
		return;
	memmove(fields->at + 2, fields->at, fields->size);
	fields->at[0] = FIELD_SYS_VENDOR | TABLE_FIELD_SECOND;
	fields->at[1] = 0;
	fields->size += 2;
}

static void second_keys_are_of_conditions(void **state)
{
	struct table_parts parts;
	struct table table;

	(void)state;
	with_second_key(&parts, "ACME", true);
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	with_second_key(&parts, "Acme", false);
	assert_refused("second key on a field that is not listed", &parts);
	with_second_key(&parts, "Acne", true);
	assert_refused("second key that no condition has", &parts);
	with_second_key(&parts, "Acme", true);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[4 + 1] = OPERATOR_PREFIX;
	assert_refused("second key of a prefix", &parts);
	with_second_key(&parts, "Acme", true);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[4 + 2] = TABLE_FORM_NEGATED;
	assert_refused("second key of a negated condition", &parts);
	with_second_key(&parts, "Acme", true);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[4 + 2] = ROLE_KNOWN_GOOD;
	assert_refused("second key of another role", &parts);
}

/*
 * With a key condition of a newer table the directory may hold keys that nobody here can account
 * for, so that the order of keys is all that is left to look at.
 */
static void with_unknown_key(struct table_parts *parts)
{
	hand_table(parts);
	table_parts_find(parts, TABLE_SECTION_FORMS)->at[20] = FIELD_COUNT;
	table_parts_add_key(parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "nobody", 1);
}

static void keys_of_newer_rules_are_in_order_too(void **state)
{
	struct table_part_keys keys;
	struct table_parts parts;
	struct table table;

	(void)state;
	with_unknown_key(&parts);
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	table_parts_keys(&parts, &keys);
	keys.rule[2] = 2;
	table_parts_set_keys(&parts, &keys);
	assert_refused("unknown key of a rule that is not there", &parts);

	with_unknown_key(&parts);
	table_parts_keys(&parts, &keys);
	keys.tag[1] = TABLE_TAGS - 1;
	keys.tag[2] = 0;
	table_parts_set_keys(&parts, &keys);
	assert_refused("unknown keys descending", &parts);

	with_unknown_key(&parts);
	table_parts_find(&parts, TABLE_SECTION_FORMS)->at[20] = FIELD_BOARD_NAME;
	assert_refused("more keys than the rules need", &parts);
}

/* Three starts of two buckets over two keys: two bits each, in one byte as before. */
static void assert_starts_refused(uint8_t first, uint8_t second, uint8_t third)
{
	struct table_parts parts;

	hand_table(&parts);
	parts.header[TABLE_AT_BUCKET_BITS] = 1;
	table_parts_find(&parts, TABLE_SECTION_KEYS)->at[0] =
		(uint8_t)(first | second << 2 | third << 4);
	assert_refused("starts of buckets", &parts);
}

static void buckets_out_of_order_are_refused(void **state)
{
	(void)state;
	assert_starts_refused(0, 3, 2);
	assert_starts_refused(1, 2, 2);
	assert_starts_refused(2, 1, 2);
	assert_starts_refused(0, 1, 1);
	assert_starts_refused(0, 2, 3);
}

/* Puts bytes into a section; every size and end around them is the caller's to set. */
static void insert(struct table_part *part, unsigned at, const uint8_t *new, size_t size)
{
	memmove(part->at + at + size, part->at + at, part->size - at);
	memcpy(part->at + at, new, size);
	part->size += size;
}

static void known_probe_with_parameters_is_refused(void **state)
{
	struct table_parts parts;
	struct table_part *actions;
	struct table table;

	(void)state;
	hand_table(&parts);
	actions = table_parts_find(&parts, TABLE_SECTION_ACTIONS);
	insert(actions, 8, (const uint8_t[]){0x77}, 1);
	actions->at[3]++; /* end of the body */
	actions->at[5]++; /* size of the probes */
	actions->at[7]++; /* size of the parameters */
	assert_refused("known probe with parameters", &parts);
	actions->at[6] = PROBE_COUNT << 1;
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
}

/* 2^64 - 16 and so many bytes more that the last one is the last there is, or one too many. */
static void range_past_64_bits_is_refused(void **state)
{
	static const uint8_t high[] = {0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
	struct table_parts parts;
	struct rule_workaround workaround;
	struct table_part *rules;
	struct table_rule rule;
	struct table table;

	(void)state;
	hand_table(&parts);
	rules = table_parts_find(&parts, TABLE_SECTION_RULES);
	insert(rules, 26, high, sizeof(high) - 2);
	memcpy(rules->at + 26, high, sizeof(high));
	rules->at[13] += sizeof(high) - 2; /* record */
	rules->at[21] += sizeof(high) - 2; /* actions */
	rules->at[25] += sizeof(high) - 2; /* parameter */
	rules->at[36] = 15;
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	table_rule_at(&table, 1, &rule);
	assert_true(table_workaround_next(&table, &rule.workarounds, &workaround));
	assert_true(workaround.parameter.b == UINT64_MAX);
	rules->at[36] = 16;
	assert_refused("range past 64 bits", &parts);
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
	hand_table(&parts);
	part = table_parts_find(&parts, TABLE_SECTION_RULES);
	memmove(part->at + 15 + sizeof(gap), part->at + 16, part->size - 16);
	memcpy(part->at + 15, gap, sizeof(gap));
	part->size += sizeof(gap) - 1;
	part->at[13] += sizeof(gap) - 1;
	assert_int_equal(open_parts(&parts, &table), STATUS_OK);
	table_rule_at(&table, 1, &rule);
	assert_int_equal(rule.id, UINT32_MAX);
	part->at[15]++;
	assert_refused("id past 32 bits", &parts);
}

static void cut_at_every_length_is_refused(void **state)
{
	struct table_parts parts;
	struct table table;
	size_t size;

	(void)state;
	hand_table(&parts);
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
	hand_table(&parts);
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
	hand_table(&parts);
	parts.header[TABLE_AT_VERSION] = TABLE_VERSION + 1;
	assert_int_equal(open_parts(&parts, &table), STATUS_TOO_NEW);
	hand_table(&parts);
	parts.header[TABLE_AT_FLAGS] = 0x80;
	assert_int_equal(open_parts(&parts, &table), STATUS_TOO_NEW);
	hand_table(&parts);
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
	hand_table(&parts);
	size = table_parts_write(&parts, bytes);
	memset(bytes + size, 0, 100);
	assert_int_equal(table_open(span_of(bytes, size + 100), &table), STATUS_OK);
	assert_int_equal(table.bytes.size, size);
	bytes[size + 99] = 1;
	assert_int_equal(table_open(span_of(bytes, size + 100), &table), STATUS_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_is_refused_in_spite_of_its_checksum),
		cmocka_unit_test(sections_of_another_size_are_refused),
		cmocka_unit_test(keys_out_of_order_are_refused),
		cmocka_unit_test(second_keys_are_of_conditions),
		cmocka_unit_test(keys_of_newer_rules_are_in_order_too),
		cmocka_unit_test(buckets_out_of_order_are_refused),
		cmocka_unit_test(known_probe_with_parameters_is_refused),
		cmocka_unit_test(range_past_64_bits_is_refused),
		cmocka_unit_test(ids_stay_in_32_bits),
		cmocka_unit_test(cut_at_every_length_is_refused),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(other_versions_and_byte_orders_have_their_names),
		cmocka_unit_test(only_zero_padding_may_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
