/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal.h - what happened this boot, as bytes that survive into the operating system */
#ifndef FWQUIRK_JOURNAL_H
#define FWQUIRK_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/plan.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>
#include <fwquirk/table.h>

/*
 * The volatile variable (EFI_VARIABLE_BOOTSERVICE_ACCESS | RUNTIME_ACCESS) that carries the
 * journal: name FwquirkJournal, this vendor GUID. Under Linux:
 * /sys/firmware/efi/efivars/FwquirkJournal-7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42, four bytes of
 * attributes before it.
 */
#define JOURNAL_VARIABLE_NAME "FwquirkJournal"
#define FWQUIRK_GUID_TEXT     "7e1a2f5c-93d4-4b0e-8c61-5d0f9a3b7e42"

#define JOURNAL_MAX_SIZE 2048u

/*
 * Bytes: header (magic "FWQJ", version, header size, total size, CRC-32 of the whole with the field
 * zero), then records: tag u8, size u16 little-endian, payload. Unknown tags are skipped by their
 * size. docs/journal-format.md has each payload. Every number is little-endian.
 */
enum journal_tag {
	JOURNAL_BUILD = 1, /* text: version of the stub */
	JOURNAL_TABLE =
		2, /* u32 CRC of the table, u32 number of rules; or u8 status why there was none */
	JOURNAL_IDENTITY = 3, /* u8 field, text: one record a field, raw, at most 64 bytes of it; no
				 serials or UUIDs are in the identity */
	JOURNAL_PROBES = 4,   /* u8 answer for each probe, in vocabulary order */
	JOURNAL_RULE = 5, /* u32 id, u8 verdict, u8 reason, u8 field, u8 detail, then text: what the
			     machine had in that field (at most 32 bytes) */
	JOURNAL_ACTION = 6, /* u32 rule id, u8 workaround, u64 a, u64 b */
	JOURNAL_NOTE = 7,   /* text for people */
	JOURNAL_COUNTS = 8, /* u32 rules not listed, u32 reserved 0 */
	JOURNAL_START = 9,  /* u8 how: 1 driver, 2 loader */
	JOURNAL_LOST = 10,  /* u16 records that did not fit; always has room */
};

/* Writing: the buffer is the caller's. A record that does not fit is counted, not half-written. */
struct journal_writer {
	uint8_t *at;
	uint16_t room;
	uint16_t size;
	uint16_t n_lost;
};

void journal_begin(struct journal_writer *writer, uint8_t *buffer, uint16_t room);
void journal_add_text(struct journal_writer *writer, enum journal_tag tag, struct text text);
void journal_add_start(struct journal_writer *writer, uint8_t how);
void journal_add_table(struct journal_writer *writer, const struct table *table);
void journal_add_no_table(struct journal_writer *writer, enum status why);
void journal_add_identity(struct journal_writer *writer, const struct identity *identity);
void journal_add_probes(struct journal_writer *writer, const struct probe_vector *probes);
void journal_add_plan(struct journal_writer *writer, const struct plan *plan,
		      const struct identity *identity);
/* Finishes header and checksum; returns the size in bytes. More may be added and finished again. */
uint16_t journal_finish(struct journal_writer *writer);

/* Reading. */
struct journal_record {
	enum journal_tag tag;
	struct span payload;
};

/* Checks header, size and checksum. STATUS_TRUNCATED, STATUS_MALFORMED, STATUS_CHECKSUM,
 * STATUS_TOO_NEW. */
enum status journal_open(struct span bytes, struct span *ret_cursor);
/* STATUS_OK, STATUS_END, or STATUS_MALFORMED for a record that runs past the end. */
enum status journal_next(struct span *cursor, struct journal_record *ret_record);

struct journal_rule {
	uint32_t rule_id;
	uint8_t verdict, reason, field, detail;
	struct text seen;
};
bool journal_read_rule(struct span payload, struct journal_rule *ret_rule);

struct journal_action {
	uint32_t rule_id;
	uint8_t workaround;
	uint64_t a, b;
};
bool journal_read_action(struct span payload, struct journal_action *ret_action);

#endif
