/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_journal.c - what is written is what is read; damaged journals are refused by name */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/journal.h>

#define ROOM 512u

struct fixture {
	uint8_t bytes[ROOM + 1];
	struct journal_writer writer;
};

static void begin(struct fixture *fixture, uint16_t room)
{
	memset(fixture->bytes, 0xee, sizeof(fixture->bytes));
	journal_begin(&fixture->writer, fixture->bytes, room);
}

static struct span finish(struct fixture *fixture)
{
	uint16_t size = journal_finish(&fixture->writer);

	assert_true(size <= fixture->writer.room);
	assert_int_equal(fixture->bytes[fixture->writer.room], 0xee);
	return span_of(fixture->bytes, size);
}

static struct journal_record next(struct span *cursor, enum journal_tag tag)
{
	struct journal_record record;

	assert_int_equal(journal_next(cursor, &record), STATUS_OK);
	assert_int_equal(record.tag, tag);
	return record;
}

static void assert_end(struct span *cursor)
{
	struct journal_record record;

	assert_int_equal(journal_next(cursor, &record), STATUS_END);
}

static void assert_text(struct text text, const char *expected)
{
	assert_int_equal(text.size, strlen(expected));
	if (text.size)
		assert_memory_equal(text.at, expected, text.size);
}

static void empty_journal_is_a_header(void **state)
{
	static const uint8_t start[] = {'F', 'W', 'Q', 'J', 1, 0, 16, 0, 16, 0, 0, 0};
	struct fixture fixture;
	struct span cursor;
	(void)state;

	begin(&fixture, ROOM);
	assert_int_equal(finish(&fixture).size, JOURNAL_HEADER_SIZE);
	assert_memory_equal(fixture.bytes, start, sizeof(start));
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_end(&cursor);
}

static void texts_and_numbers_come_back(void **state)
{
	struct fixture fixture;
	struct journal_record record;
	struct span cursor;
	uint32_t number = 77;
	(void)state;

	begin(&fixture, ROOM);
	journal_add_text(&fixture.writer, JOURNAL_BUILD, text_of("0.1.0"));
	journal_add_start(&fixture.writer, JOURNAL_START_LOADER);
	journal_add_text(&fixture.writer, JOURNAL_NOTE, text_of(""));
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	record = next(&cursor, JOURNAL_BUILD);
	assert_text(text_sized((const char *)record.payload.at, record.payload.size), "0.1.0");
	assert_false(journal_read_number(&record, &number));
	assert_int_equal(number, 77);
	record = next(&cursor, JOURNAL_START);
	assert_true(journal_read_number(&record, &number));
	assert_int_equal(number, JOURNAL_START_LOADER);
	assert_int_equal(next(&cursor, JOURNAL_NOTE).payload.size, 0);
	assert_end(&cursor);
}

static void table_or_why_there_is_none(void **state)
{
	struct table table = {.crc = 0x89abcdef, .n_rules = 300};
	struct journal_table read;
	struct fixture fixture;
	struct span cursor;
	(void)state;

	begin(&fixture, ROOM);
	journal_add_table(&fixture.writer, &table);
	journal_add_no_table(&fixture.writer, STATUS_BYTE_ORDER);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_true(journal_read_table(next(&cursor, JOURNAL_TABLE).payload, &read));
	assert_int_equal(read.why, STATUS_OK);
	assert_int_equal(read.crc, 0x89abcdef);
	assert_int_equal(read.n_rules, 300);
	assert_true(journal_read_table(next(&cursor, JOURNAL_TABLE).payload, &read));
	assert_int_equal(read.why, STATUS_BYTE_ORDER);
	assert_false(journal_read_table(span_of(fixture.bytes, 5), &read));
	assert_false(journal_read_table(span_of(fixture.bytes, 0), &read));
}

static void identity_has_present_fields_cut_at_64(void **state)
{
	char longer[100];
	struct identity identity = {.present = 1u << FIELD_SYS_VENDOR | 1u << FIELD_ARCH};
	struct fixture fixture;
	struct span cursor;
	struct text value;
	uint8_t field;
	(void)state;

	memset(longer, 'x', sizeof(longer));
	identity.field[FIELD_SYS_VENDOR] = text_sized(longer, sizeof(longer));
	identity.field[FIELD_ARCH] = text_of("x86_64");
	identity.field[FIELD_BIOS_DATE] = text_of("not present");
	begin(&fixture, ROOM);
	journal_add_identity(&fixture.writer, &identity);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_true(journal_read_identity(next(&cursor, JOURNAL_IDENTITY).payload, &field, &value));
	assert_int_equal(field, FIELD_SYS_VENDOR);
	assert_int_equal(value.size, JOURNAL_IDENTITY_MAX);
	assert_true(journal_read_identity(next(&cursor, JOURNAL_IDENTITY).payload, &field, &value));
	assert_int_equal(field, FIELD_ARCH);
	assert_text(value, "x86_64");
	assert_end(&cursor);
}

static void switches_attempts_and_a_last_fault_come_back(void **state)
{
	static const uint8_t fault[] = {1, 2, 3};
	char longer[JOURNAL_SWITCHES_MAX + 5];
	struct journal_switches read;
	struct journal_record record;
	struct fixture fixture;
	struct span cursor;
	uint32_t number = 77;
	(void)state;

	memset(longer, 'x', sizeof(longer));
	begin(&fixture, ROOM);
	journal_add_switches(&fixture.writer, 3, 0x0c, text_of("+FWQ-0001"));
	journal_add_switches(&fixture.writer, 1, 0, text_sized(longer, sizeof(longer)));
	journal_add_attempts(&fixture.writer, 2);
	journal_add_last_fault(&fixture.writer, span_of(fault, sizeof(fault)));
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_true(journal_read_switches(next(&cursor, JOURNAL_SWITCHES).payload, &read));
	assert_int_equal(read.source, 3);
	assert_int_equal(read.outcome, 0x0c);
	assert_text(read.words, "+FWQ-0001");
	assert_true(journal_read_switches(next(&cursor, JOURNAL_SWITCHES).payload, &read));
	assert_int_equal(read.words.size, JOURNAL_SWITCHES_MAX);
	assert_false(journal_read_switches(span_of(fault, 1), &read));
	record = next(&cursor, JOURNAL_ATTEMPTS);
	assert_true(journal_read_number(&record, &number));
	assert_int_equal(number, 2);
	record = next(&cursor, JOURNAL_LAST_FAULT);
	assert_int_equal(record.payload.size, sizeof(fault));
	assert_memory_equal(record.payload.at, fault, sizeof(fault));
	assert_end(&cursor);
}

static void probes_are_in_vocabulary_order(void **state)
{
	struct probe_vector probes = {{0}};
	struct fixture fixture;
	struct span cursor, payload;
	(void)state;

	probes.answer[PROBE_MAP_PRESENT] = PROBE_ANSWER_YES;
	probes.answer[PROBE_FREE_READONLY_FAULTS] = PROBE_NO_ANSWER;
	begin(&fixture, ROOM);
	journal_add_probes(&fixture.writer, &probes);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	payload = next(&cursor, JOURNAL_PROBES).payload;
	assert_int_equal(payload.size, PROBE_COUNT);
	assert_memory_equal(payload.at, probes.answer, PROBE_COUNT);
}

/* Three rules: applied with two actions, a field that differs, a probe that says no. */
static void plan_of_three(struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->n_rules = 3;
	plan->n_not_listed = 9;
	plan->rule[0] = (struct plan_rule){.rule_id = 1, .verdict = VERDICT_APPLIED};
	plan->rule[1] = (struct plan_rule){.rule_id = 2,
					   .verdict = VERDICT_NOT_APPLICABLE,
					   .reason = REASON_DIFFERS,
					   .field = FIELD_BIOS_VERSION,
					   .detail = 4,
					   .detail_probe = PROBE_MAP_PRESENT};
	plan->rule[2] = (struct plan_rule){.rule_id = 70000,
					   .verdict = VERDICT_FIXED,
					   .reason = REASON_PROBE_NO,
					   .detail_probe = PROBE_FREE_READONLY_FAULTS};
	plan->n_actions = 3;
	plan->action[0] = (struct action){.rule_id = 1,
					  .in_effect = true,
					  .workaround = WORKAROUND_RESERVE,
					  .parameter = {.a = 0x1000, .b = 0x1234567890ull}};
	plan->action[1] = (struct action){
		.rule_id = 1, .in_effect = true, .workaround = WORKAROUND_DROP_TABLE};
	memcpy(plan->action[1].parameter.guid,
	       "\x31\x2d\x9d\xeb\x88\x2d\xd3\x11\x9a\x16\0\x90\x27?\xc1M", 16);
	plan->action[2] = (struct action){
		.rule_id = 70000, .rule = 2, .workaround = WORKAROUND_FREE_WRITABLE};
}

static void assert_rules(struct span *cursor)
{
	struct journal_rule rule;

	assert_true(journal_read_rule(next(cursor, JOURNAL_RULE).payload, &rule));
	assert_int_equal(rule.rule_id, 1);
	assert_int_equal(rule.verdict, VERDICT_APPLIED);
	assert_text(rule.seen, "");
	assert_true(journal_read_rule(next(cursor, JOURNAL_RULE).payload, &rule));
	assert_int_equal(rule.rule_id, 2);
	assert_int_equal(rule.verdict, VERDICT_NOT_APPLICABLE);
	assert_int_equal(rule.reason, REASON_DIFFERS);
	assert_int_equal(rule.field, FIELD_BIOS_VERSION);
	assert_int_equal(rule.detail, 4);
	assert_text(rule.seen, "2026.08+ds-2");
	assert_true(journal_read_rule(next(cursor, JOURNAL_RULE).payload, &rule));
	assert_int_equal(rule.rule_id, 70000);
	assert_int_equal(rule.verdict, VERDICT_FIXED);
	assert_int_equal(rule.detail, PROBE_FREE_READONLY_FAULTS);
	assert_text(rule.seen, "");
}

static void plan_comes_back(void **state)
{
	struct identity identity = {.present = 1u << FIELD_BIOS_VERSION};
	struct journal_action action;
	struct journal_record record;
	struct fixture fixture;
	struct span cursor;
	struct plan plan;
	uint32_t number;
	(void)state;

	identity.field[FIELD_BIOS_VERSION] = text_of("2026.08+ds-2");
	plan_of_three(&plan);
	begin(&fixture, ROOM);
	journal_add_plan(&fixture.writer, &plan, &identity);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_rules(&cursor);
	assert_true(journal_read_action(next(&cursor, JOURNAL_ACTION).payload, &action));
	assert_int_equal(action.rule_id, 1);
	assert_int_equal(action.workaround, WORKAROUND_RESERVE);
	assert_int_equal(action.a, 0x1000);
	assert_true(action.b == 0x1234567890ull);
	assert_true(journal_read_action(next(&cursor, JOURNAL_ACTION).payload, &action));
	assert_int_equal(action.workaround, WORKAROUND_DROP_TABLE);
	assert_memory_equal(&action.a, plan.action[1].parameter.guid, 8);
	assert_memory_equal(&action.b, plan.action[1].parameter.guid + 8, 8);
	record = next(&cursor, JOURNAL_COUNTS); /* the third action is not in effect */
	assert_true(journal_read_number(&record, &number));
	assert_int_equal(number, 9);
	assert_end(&cursor);
}

static void what_does_not_fit_is_counted(void **state)
{
	struct fixture fixture;
	struct journal_record record;
	struct span cursor;
	uint32_t number;
	(void)state;

	begin(&fixture, JOURNAL_HEADER_SIZE + 2 * JOURNAL_RECORD_SIZE + 2 + 4);
	journal_add_text(&fixture.writer, JOURNAL_NOTE, text_of("12345"));
	journal_add_text(&fixture.writer, JOURNAL_NOTE, text_of("1234"));
	journal_add_start(&fixture.writer, JOURNAL_START_DRIVER);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	assert_int_equal(next(&cursor, JOURNAL_NOTE).payload.size, 4);
	record = next(&cursor, JOURNAL_LOST);
	assert_true(journal_read_number(&record, &number));
	assert_int_equal(number, 2);
	assert_end(&cursor);
}

static void more_can_be_added_after_finish(void **state)
{
	struct fixture fixture;
	struct span cursor;
	(void)state;

	begin(&fixture, 40);
	journal_add_text(&fixture.writer, JOURNAL_NOTE,
			 text_of("far too long for a room of 40 bytes"));
	finish(&fixture);
	journal_add_start(&fixture.writer, JOURNAL_START_DRIVER);
	assert_int_equal(journal_open(finish(&fixture), &cursor), STATUS_OK);
	next(&cursor, JOURNAL_START);
	next(&cursor, JOURNAL_LOST);
	assert_end(&cursor);
}

static struct span some_journal(struct fixture *fixture)
{
	begin(fixture, ROOM);
	journal_add_text(&fixture->writer, JOURNAL_BUILD, text_of("0.1.0"));
	return finish(fixture);
}

static void every_cut_is_truncated(void **state)
{
	struct fixture fixture;
	struct span whole = some_journal(&fixture), cursor = span_of(NULL, 0);
	(void)state;

	for (size_t size = 0; size < whole.size; size++)
		assert_int_equal(journal_open(span_of(whole.at, size), &cursor), STATUS_TRUNCATED);
	assert_null(cursor.at);
	assert_int_equal(journal_open(span_of(whole.at, whole.size + 9), &cursor), STATUS_OK);
	assert_int_equal(cursor.size, JOURNAL_RECORD_SIZE + 5);
}

static void every_flipped_bit_is_refused(void **state)
{
	struct fixture fixture;
	struct span whole = some_journal(&fixture), cursor;
	(void)state;

	for (size_t bit = 0; bit < whole.size * 8; bit++) {
		fixture.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_not_equal(journal_open(whole, &cursor), STATUS_OK);
		fixture.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void refusals_have_their_names(void **state)
{
	struct fixture fixture;
	struct span whole = some_journal(&fixture), cursor;
	(void)state;

	fixture.bytes[0] = 'X';
	assert_int_equal(journal_open(whole, &cursor), STATUS_MALFORMED);
	whole = some_journal(&fixture);
	fixture.bytes[4] = 2;
	assert_int_equal(journal_open(whole, &cursor), STATUS_TOO_NEW);
	whole = some_journal(&fixture);
	fixture.bytes[6] = 15;
	assert_int_equal(journal_open(whole, &cursor), STATUS_MALFORMED);
	whole = some_journal(&fixture);
	fixture.bytes[8] = 15;
	assert_int_equal(journal_open(whole, &cursor), STATUS_MALFORMED);
	whole = some_journal(&fixture);
	fixture.bytes[whole.size - 1] = 'X';
	assert_int_equal(journal_open(whole, &cursor), STATUS_CHECKSUM);
}

static void records_past_the_end_are_malformed(void **state)
{
	static const uint8_t cut[] = {JOURNAL_NOTE, 5, 0, 'a', 'b', 'c', 'd'};
	struct journal_record record = {.tag = JOURNAL_LOST};
	struct span cursor;
	(void)state;

	for (size_t size = 1; size <= sizeof(cut); size++) {
		cursor = span_of(cut, size);
		assert_int_equal(journal_next(&cursor, &record), STATUS_MALFORMED);
		assert_int_equal(cursor.size, size);
	}
	assert_int_equal(record.tag, JOURNAL_LOST);
}

static void unknown_tags_are_skipped_by_size(void **state)
{
	static const uint8_t bytes[] = {200, 2, 0, 1, 2, JOURNAL_START, 1, 0, 1};
	struct span cursor = span_of(bytes, sizeof(bytes));
	(void)state;

	assert_int_equal(next(&cursor, (enum journal_tag)200).payload.size, 2);
	next(&cursor, JOURNAL_START);
	assert_end(&cursor);
}

static void short_payloads_are_refused(void **state)
{
	static const uint8_t bytes[32];
	struct journal_action action = {.rule_id = 5};
	struct journal_rule rule = {.rule_id = 5};
	(void)state;

	for (size_t size = 0; size < 8; size++)
		assert_false(journal_read_rule(span_of(bytes, size), &rule));
	for (size_t size = 0; size < 21; size++)
		assert_false(journal_read_action(span_of(bytes, size), &action));
	assert_int_equal(rule.rule_id, 5);
	assert_int_equal(action.rule_id, 5);
	assert_true(journal_read_rule(span_of(bytes, 8), &rule));
	assert_true(journal_read_action(span_of(bytes, 21), &action));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_journal_is_a_header),
		cmocka_unit_test(texts_and_numbers_come_back),
		cmocka_unit_test(table_or_why_there_is_none),
		cmocka_unit_test(identity_has_present_fields_cut_at_64),
		cmocka_unit_test(switches_attempts_and_a_last_fault_come_back),
		cmocka_unit_test(probes_are_in_vocabulary_order),
		cmocka_unit_test(plan_comes_back),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(more_can_be_added_after_finish),
		cmocka_unit_test(every_cut_is_truncated),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(refusals_have_their_names),
		cmocka_unit_test(records_past_the_end_are_malformed),
		cmocka_unit_test(unknown_tags_are_skipped_by_size),
		cmocka_unit_test(short_payloads_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
