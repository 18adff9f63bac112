/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_readers.h - what systemd and Linux make of our exports, for tests: text in, rules of a machine out */
#ifndef FWQUIRK_TESTS_EXPORT_READERS_H
#define FWQUIRK_TESTS_EXPORT_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/vocab.h>

#define MODALIAS_SIZE 2048u

/* Texts of a machine by field, NULL where it has none; what Linux writes into dmi/id/modalias. */
void modalias_of(const char *const text[static FIELD_COUNT],
		 char ret_modalias[static MODALIAS_SIZE]);

/* Patterns of an hwdb file. */
struct hwdb {
	size_t n;
	struct hwdb_pattern {
		char *pattern;
		char literal[64]; /* a part of it without wildcards */
		uint32_t rule;
	} * pattern;
};

void hwdb_read(struct hwdb *hwdb, const char *text);
void hwdb_free(struct hwdb *hwdb);
/* Sets `found[rule]` for every rule that a pattern matching the modalias belongs to. */
void hwdb_find(const struct hwdb *hwdb, const char *modalias, bool *found);

/* Entries of a table of dmi-c, without those for another processor. */
struct dmi_table {
	size_t n;
	struct dmi_entry {
		uint32_t rule;
		unsigned n;
		struct dmi_wanted {
			enum field field;
			bool is_exact;
			char text[80];
		} wanted[4];
	} * entry;
};

void dmi_table_read(struct dmi_table *table, const char *text);
void dmi_table_free(struct dmi_table *table);
void dmi_table_find(const struct dmi_table *table, const char *const text[static FIELD_COUNT],
		    bool *found);

#endif
