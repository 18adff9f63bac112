/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* journal.h - what happened this boot, as bytes that survive into the operating system */
#ifndef FWQUIRK_JOURNAL_H
#define FWQUIRK_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/identity.h>
#include <fwquirk/plan.h>
#include <fwquirk/sealed.h>
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

/* Rules, events and identity, all at their longest, are some 3,300 bytes. Where the variable store does not
 * take so large a variable, half of it is tried, down to the smaller one. */
#define JOURNAL_MAX_SIZE 4096u
#define JOURNAL_MIN_SIZE 256u

/*
 * The header of sealed.h with magic "FWQJ", then records: u8 tag, u16 size of the payload, payload.
 * Unknown tags are skipped by their size; a longer payload than known is read as far as it is known.
 * Every number is little-endian. docs/journal-format.md has each payload.
 */
#define JOURNAL_MAGIC       0x4a515746u /* "FWQJ" */
#define JOURNAL_VERSION     1u
#define JOURNAL_HEADER_SIZE SEALED_HEADER_SIZE
#define JOURNAL_RECORD_SIZE 3u /* tag and size, before the payload */

#define JOURNAL_IDENTITY_MAX 64u /* bytes of a text that are kept */
#define JOURNAL_SEEN_MAX     32u
#define JOURNAL_ACTION_MAX   48u
#define JOURNAL_EVENT_MAX    24u
#define JOURNAL_SWITCHES_MAX 96u

enum journal_tag {
	JOURNAL_BUILD = 1,       /* text: version of the stub */
	JOURNAL_TABLE = 2,       /* u32 CRC, u32 number of rules; or u8 status why there is none */
	JOURNAL_IDENTITY = 3,    /* u8 field, text: one record a field, raw */
	JOURNAL_PROBES = 4,      /* u8 answer for each probe, in vocabulary order */
	JOURNAL_RULE = 5,        /* u32 id, u8 verdict, u8 reason, u8 field, u8 detail, text seen */
	JOURNAL_ACTION = 6,      /* u32 rule id, u8 workaround, u64 a, u64 b, text: in effect now */
	JOURNAL_NOTE = 7,        /* text for people */
	JOURNAL_COUNTS = 8,      /* u32 rules not listed, u32 reserved 0 */
	JOURNAL_START = 9,       /* u8 how, enum journal_start */
	JOURNAL_LOST = 10,       /* u16 records that did not fit; always has room */
	JOURNAL_LAST_FAULT = 11, /* the bytes of last_fault.h, as an earlier boot has left them */
	JOURNAL_SWITCHES = 12,   /* u8 source, u8 what became of it, text: switches.h */
	JOURNAL_ATTEMPTS = 13,   /* u8 boots that did not come to their hand-off: attempt.h */
	JOURNAL_EVENT = 14,      /* u8 event, u64 a, u64 b, text: what a workaround did later */
	JOURNAL_FAULT = 15,      /* a page fault, repaired or passed on: journal_fault.h */
};

enum journal_start {
	JOURNAL_START_DRIVER = 1,
	JOURNAL_START_LOADER = 2,
};

/*
 * Writing: the buffer is the caller's and at least 24 bytes. A record that does not fit is counted,
 * not half-written. `size` is what is used so far, without the JOURNAL_LOST record.
 */
struct journal_writer {
	uint8_t *at;
	uint16_t room;
	uint16_t size;
	uint16_t n_lost;
};

void journal_begin(struct journal_writer *writer, uint8_t *buffer, uint16_t room);
/* JOURNAL_BUILD or JOURNAL_NOTE. */
void journal_add_text(struct journal_writer *writer, enum journal_tag tag, struct text text);
void journal_add_start(struct journal_writer *writer, enum journal_start how);
void journal_add_table(struct journal_writer *writer, const struct table *table);
void journal_add_no_table(struct journal_writer *writer, enum status why);
/* Every field that is present, placeholders too. */
void journal_add_identity(struct journal_writer *writer, const struct identity *identity);
void journal_add_probes(struct journal_writer *writer, const struct probe_vector *probes);
/* Words of one source (enum switch_source) and what became of them (enum switch_outcome). */
void journal_add_switches(struct journal_writer *writer, uint8_t source, uint8_t outcome,
			  struct text words);
void journal_add_attempts(struct journal_writer *writer, uint8_t n_dead);
/* The bytes of the variable, whatever they are. */
void journal_add_last_fault(struct journal_writer *writer, struct span bytes);
/* Verdict of each rule listed, the actions in effect, and how many rules were not listed. */
void journal_add_plan(struct journal_writer *writer, const struct plan *plan,
		      const struct identity *identity);
/* One thing that happened after the plan was applied; `a` and `b` as vocab.def names them. */
struct journal_event {
	uint8_t event; /* enum event */
	uint64_t a, b;
	struct text text; /* at most JOURNAL_EVENT_MAX bytes are kept */
};
void journal_add_event(struct journal_writer *writer, const struct journal_event *event);
/* Finishes header and checksum; returns the size in bytes. More may be added and finished again. */
uint16_t journal_finish(struct journal_writer *writer);

/* Reading. */
struct journal_record {
	enum journal_tag tag; /* may be a number of a newer version: skip it */
	struct span payload;
};

/* Checks header, size and checksum as sealed_open does; the cursor is then for journal_next. */
enum status journal_open(struct span bytes, struct span *ret_cursor);
/* STATUS_OK, STATUS_END, or STATUS_MALFORMED for a record that runs past the end. */
enum status journal_next(struct span *cursor, struct journal_record *ret_record);

/* Payloads. False and untouched when they are too short; texts are borrowed from the payload. */
struct journal_table {
	enum status why; /* STATUS_OK: crc and n_rules count */
	uint32_t crc, n_rules;
};
bool journal_read_table(struct span payload, struct journal_table *ret_table);

bool journal_read_identity(struct span payload, uint8_t *ret_field, struct text *ret_value);

/* `detail`: place of the condition in the rule, the probe or the workaround, as the reason has it. */
struct journal_rule {
	uint32_t rule_id;
	uint8_t verdict, reason, field, detail;
	struct text seen;
};
bool journal_read_rule(struct span payload, struct journal_rule *ret_rule);

/* `a`, `b` as in struct workaround_parameter; for a GUID its 16 bytes, `a` the first eight. */
struct journal_action {
	uint32_t rule_id;
	uint8_t workaround;
	uint64_t a, b;
	struct text text;
};
bool journal_read_action(struct span payload, struct journal_action *ret_action);

bool journal_read_event(struct span payload, struct journal_event *ret_event);

struct journal_switches {
	uint8_t source, outcome;
	struct text words;
};
bool journal_read_switches(struct span payload, struct journal_switches *ret_switches);

/* START, LOST, COUNTS and ATTEMPTS: the first number of the payload. */
bool journal_read_number(const struct journal_record *record, uint32_t *ret_number);

#endif
