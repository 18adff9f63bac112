/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* seen.c - the reports that a rule matches, in words below the rule and for programs */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <fwquirk/host/store_report.h>

#include "reports.h"

static bool load(const char *db, const struct rule_set *set, uint32_t rule,
		 struct sightings *ret_sightings)
{
	const char *path = reports_path(db);
	struct tool_table table;
	char *error = NULL;
	bool is_loaded;

	*ret_sightings = (struct sightings){.n = 0};
	if (access(path, F_OK) != 0)
		return true;
	if (!reports_table(set, &table))
		return false;
	is_loaded = store_report_sightings(path, rule, table.table.crc, ret_sightings, &error);
	tool_table_close(&table);
	if (!is_loaded)
		tool_error_take(error);
	return is_loaded;
}

/* The reports of one firmware, from `first` on: how many there are. */
static size_t group_size(const struct sightings *sightings, size_t first)
{
	size_t n = 1;

	while (first + n < sightings->n &&
	       sightings->list[first + n].firmware_id == sightings->list[first].firmware_id)
		n++;
	return n;
}

static void print_sighting(FILE *out, const struct sighting *sighting)
{
	fprintf(out, "                report %" PRId64 " by ", sighting->report_id);
	tool_print_text(out, text_of(sighting->seen_by ? sighting->seen_by : "somebody"));
	if (sighting->date)
		fprintf(out, ", %s", sighting->date);
	fputs(": ", out);
	tool_print_text(out,
			text_of(sighting->result ? sighting->result
						 : "matches; the firmware layer says nothing"));
	putc('\n', out);
}

static void print_all(FILE *out, const struct sightings *sightings)
{
	for (size_t i = 0, n; i < sightings->n; i += n) {
		n = group_size(sightings, i);
		fprintf(out, "  %-12s", i ? "" : "Seen on");
		tool_print_text(out, text_of(sightings->list[i].firmware));
		fprintf(out, ": %zu report%s\n", n, n == 1 ? "" : "s");
		for (size_t j = 0; j < n; j++)
			print_sighting(out, &sightings->list[i + j]);
	}
	if (sightings->is_stale)
		fprintf(out,
			"  %-12sthe reports were linked to other rules than these; "
			"'fwquirk import' does it anew\n",
			sightings->n ? "" : "Seen on");
}

bool seen_print(FILE *out, const char *db, const struct rule_set *set, uint32_t rule)
{
	struct sightings sightings;

	if (!load(db, set, rule, &sightings))
		return false;
	print_all(out, &sightings);
	sightings_free(&sightings);
	return true;
}

static json_t *text_or_null(const char *text)
{
	return text ? tool_json_text(text_of(text)) : json_null();
}

json_t *seen_json(const char *db, const struct rule_set *set, uint32_t rule)
{
	json_t *array = json_array();
	struct sightings sightings;

	if (!load(db, set, rule, &sightings)) {
		json_decref(array);
		return NULL;
	}
	for (size_t i = 0; i < sightings.n; i++) {
		const struct sighting *sighting = &sightings.list[i];

		json_array_append_new(array,
				      json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:b}", "report",
						(json_int_t)sighting->report_id, "firmware_id",
						(json_int_t)sighting->firmware_id, "firmware",
						text_or_null(sighting->firmware), "by",
						text_or_null(sighting->seen_by), "date",
						text_or_null(sighting->date), "result",
						text_or_null(sighting->result), "stale",
						(int)sightings.is_stale));
	}
	sightings_free(&sightings);
	return array;
}
