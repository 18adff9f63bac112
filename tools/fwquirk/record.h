/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record.h - the journal of a boot, found and decoded for the verbs that render it */
#ifndef FWQUIRK_RECORD_H
#define FWQUIRK_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <fwquirk/journal.h>
#include <fwquirk/journal_fault.h>

#define RECORD_MAX_NOTES   16u
#define RECORD_MAX_ENTRIES 64u

/* Texts are borrowed from `bytes`, which the record owns. */
struct record {
	uint8_t *bytes;
	struct text build;
	uint32_t start; /* enum journal_start, 0 when not said */
	bool has_table;
	uint32_t table_crc, n_rules;
	enum status no_table; /* why, when !has_table */
	uint32_t present;     /* identity */
	struct text field[FIELD_COUNT];
	unsigned n_probes;
	uint8_t probe[RECORD_MAX_ENTRIES];
	unsigned n_verdicts;
	struct journal_rule verdict[RECORD_MAX_ENTRIES];
	/*
	 * The rules whose key was none of this machine's strings, which the firmware passes over by hash:
	 * decided by the tool from the recorded identity, with the same code, when it carries the same table.
	 */
	bool has_others;
	unsigned n_others;
	struct journal_rule *other;
	unsigned n_actions;
	struct journal_action action[RECORD_MAX_ENTRIES];
	unsigned n_events;
	struct journal_event event[RECORD_MAX_ENTRIES];
	unsigned n_faults;
	struct journal_fault fault[RECORD_MAX_ENTRIES];
	unsigned n_notes;
	struct text note[RECORD_MAX_NOTES];
	unsigned n_switches;
	struct journal_switches switches[RECORD_MAX_NOTES];
	uint32_t n_dead;        /* boots with workarounds that did not come to their end */
	struct span last_fault; /* the bytes of last_fault.h; empty when there is none */
	uint32_t n_not_listed;
	uint32_t n_lost;
	unsigned n_unknown; /* records with a tag of a newer layer, or more than fit here */
};

enum record_found { RECORD_FOUND, RECORD_NONE, RECORD_ERROR };

/*
 * `path`: a saved journal, or NULL for the variable of this boot. RECORD_NONE only for the latter, when
 * there is none; then, and on an error, a sentence has been printed on standard error.
 */
enum record_found record_load(const char *path, struct record *ret_record);
void record_free(struct record *record);

/* Fills the others; leaves has_others false when the tool's table is not the one of the record. */
void record_decide_others(struct record *record);

/*
 * The whole of a verb that renders the record: options (--json, --verbose), at most `max_files` file
 * names, the record, and `print` or the JSON of it. Returns an enum tool_exit.
 */
int record_verb(int argc, char **argv, int max_files,
		void (*print)(const struct record *record, bool verbose));

/* Everything, for people and for scripts (one object). */
void record_print(const struct record *record, bool verbose);
json_t *record_json(const struct record *record);

/* One line of it, shared with `status`. */
void record_print_verdict(const struct record *record, const struct journal_rule *rule);
void record_print_others(const struct record *record, bool verbose);
void record_print_events(const struct record *record);
void record_print_faults(const struct record *record);
json_t *record_json_faults(const struct record *record);
void record_print_probes(const struct record *record);
/* Switches, boots that died, and the last fault: nothing where there are none. */
void record_print_said(const struct record *record);
/* Adds "switches", "boots_died" and "last_fault" to the object. */
void record_json_said(const struct record *record, json_t *object);
void record_print_last_fault(struct span bytes);
/* An object, with "error" when the bytes are damaged. */
json_t *record_json_last_fault(struct span bytes);
const char *record_start_name(uint32_t start);

#endif
