/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fuzz_journal.c - two properties: the records of any bytes lie inside them, in order and without
 * overlap; and texts written into any room come back as written, or are counted as lost.
 */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/journal.h>
#include <fwquirk/journal_fault.h>
#include <fwquirk/last_fault.h>

#define MAX_TEXTS 64u

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Gives arbitrary bytes the header that lets them through to the records. */
static struct span with_header(uint8_t *room, struct span records)
{
	struct journal_writer writer;
	struct span whole;

	journal_begin(&writer, room, UINT16_MAX);
	memcpy(room + JOURNAL_HEADER_SIZE, records.at, records.size);
	writer.size = (uint16_t)(writer.size + records.size);
	whole = span_of(room, journal_finish(&writer));
	return whole;
}

static void read_payload(const struct journal_record *record)
{
	struct journal_switches switches;
	struct journal_action action;
	struct journal_table table;
	struct journal_rule rule;
	struct journal_fault repaired;
	struct last_fault fault;
	struct text text;
	uint32_t number;
	uint8_t field;

	if (journal_read_rule(record->payload, &rule))
		must(rule.seen.size + 8 == record->payload.size);
	if (journal_read_action(record->payload, &action))
		must(action.text.size + 21 == record->payload.size);
	if (journal_read_identity(record->payload, &field, &text))
		must(text.size + 1 == record->payload.size);
	if (journal_read_switches(record->payload, &switches))
		must(switches.words.size + 2 == record->payload.size);
	if (journal_read_fault(record->payload, &repaired))
		must(repaired.image.size + 40 == record->payload.size);
	if (last_fault_read(record->payload, &fault) == STATUS_OK)
		must(fault.image.size < record->payload.size);
	(void)journal_read_table(record->payload, &table);
	(void)journal_read_number(record, &number);
}

static void any_bytes(struct span bytes)
{
	static uint8_t room[UINT16_MAX];
	struct span whole = with_header(room, bytes), cursor;
	struct journal_record record;
	enum status status;
	const uint8_t *expected;

	(void)journal_open(bytes, &cursor);
	must(journal_open(whole, &cursor) == STATUS_OK);
	must(cursor.size == bytes.size);
	expected = cursor.at;
	while ((status = journal_next(&cursor, &record)) == STATUS_OK) {
		must(record.payload.at == expected + JOURNAL_RECORD_SIZE);
		expected = record.payload.at + record.payload.size;
		must(cursor.size == 0 || cursor.at == expected);
		read_payload(&record);
	}
	must(status == STATUS_END ? cursor.size == 0 : status == STATUS_MALFORMED);
}

/* Bytes as texts, each a size and what follows; written into `n_room` bytes and read again. */
static void round_trip(struct span bytes, uint16_t n_room)
{
	uint8_t *room = malloc(n_room);
	struct journal_record record;
	struct journal_writer writer;
	struct span text[MAX_TEXTS], cursor;
	unsigned n_texts = 0, n_read = 0;
	uint32_t n_lost = 0;
	uint8_t size;

	must(room != NULL);
	journal_begin(&writer, room, n_room);
	while (n_texts < MAX_TEXTS && span_take_u8(&bytes, &size) &&
	       span_take(&bytes, size, &text[n_texts])) {
		journal_add_text(&writer, JOURNAL_NOTE,
				 text_sized((const char *)text[n_texts].at, size));
		n_texts++;
	}
	must(journal_open(span_of(room, journal_finish(&writer)), &cursor) == STATUS_OK);
	for (unsigned i = 0; journal_next(&cursor, &record) == STATUS_OK;) {
		if (journal_read_number(&record, &n_lost))
			continue;
		/* What was lost was skipped: go on to the text that this is. */
		while (i < n_texts &&
		       (text[i].size != record.payload.size ||
			(text[i].size && memcmp(text[i].at, record.payload.at, text[i].size))))
			i++;
		must(i < n_texts);
		i++;
		n_read++;
	}
	must(n_read + n_lost == n_texts);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 4096)
		return 0;
	any_bytes(span_of(data, size));
	round_trip(span_of(data + 1, size - 1), (uint16_t)(24 + data[0] * 4));
	return 0;
}
