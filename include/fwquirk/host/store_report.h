/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* store_report.h - the database of reports, kept apart from the rules, which are built again */
#ifndef FWQUIRK_HOST_STORE_REPORT_H
#define FWQUIRK_HOST_STORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/host/report.h>
#include <fwquirk/table.h>

#define STORE_REPORT_APPLICATION_ID 0x46575152 /* "FWQR" */
#define STORE_REPORT_VERSION        1

/* A report as it came and as it was read. */
struct report_input {
	const char *bytes; /* at most REPORT_LIMIT */
	size_t size;
	const struct report *report;
};

struct report_counts {
	size_t n_new;      /* filed by this call */
	size_t n_known;    /* the same bytes were there already */
	size_t n_firmware; /* firmwares that the call has seen for the first time */
	size_t n_reports;  /* in the database now */
	size_t n_linked;   /* of them, those that some rule matches */
};

/*
 * Files the reports in the database at `path`, which is made when it is not there, and links every
 * report to the rules of the table: one transaction, so that a call does everything or, whatever
 * kills it, nothing. On failure false and `*ret_error` is a malloc'ed sentence.
 */
bool store_report_add(const char *path, const struct report_input *input, size_t n,
		      const struct table *table, struct report_counts *ret_counts,
		      char **ret_error);

/* Who saw it. Texts are owned. */
struct sighting {
	char *firmware; /* "Dell Inc. XPS 13 9360, 1.0.7 of 09/13/2016" */
	char *seen_by;  /* NULL when nobody said so */
	char *date;     /* NULL when the report has none */
	char *result;   /* "applied", "not-probed probe-unknown map-present"; NULL: nothing said */
	int64_t firmware_id, report_id;
};

struct sightings {
	size_t n;
	struct sighting *list; /* by firmware, then by report */
	bool is_stale;         /* linked under a table with another checksum than `table_crc` */
};

/*
 * The reports that a rule matches. No database at `path` is no failure: there are none then. The
 * sightings are the caller's: sightings_free.
 */
bool store_report_sightings(const char *path, uint32_t rule, uint32_t table_crc,
			    struct sightings *ret_sightings, char **ret_error);
void sightings_free(struct sightings *sightings);

/*
 * Gives every report, by ascending number, with the bytes as they came; the texts hold during the
 * call only. False when the database cannot be read.
 */
typedef void store_report_each_fn(void *context, int64_t id, const char *bytes, size_t size);
bool store_report_each(const char *path, store_report_each_fn *each, void *context,
		       char **ret_error);

#endif
