/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_report.c - a report of fwquirk in, the machine that it is about out */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/report.h>

#include "source_private.h"

static size_t texts_size(const struct identity *identity)
{
	size_t size = 1;

	for (unsigned field = 0; field < FIELD_COUNT; field++)
		size += identity->field[field].size;
	return size;
}

/* The report is decoded apart; the source keeps the texts. */
static void take_texts(struct source *source, const struct identity *identity, uint8_t *bytes)
{
	size_t at = 0;

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct text text = identity->field[field];

		if (!(identity->present >> field & 1))
			continue;
		if (text.size)
			memcpy(bytes + at, text.at, text.size);
		identity_set_text(&source->identity, (enum field)field,
				  text_sized((char *)bytes + at, text.size));
		at += text.size;
	}
	free(source->bytes);
	source->bytes = bytes;
	source->size = at;
}

enum source_answer source_read_report(struct source *source, char **ret_error)
{
	struct text start = source_text(source);
	struct report report = {.n = 0};
	struct identity identity;
	uint8_t *bytes;

	if (!text_cut(&start, "fwquirk-report "))
		return SOURCE_NO;
	if (!report_read(source->name, source->bytes, source->size, &report, ret_error))
		return SOURCE_BAD;
	report_identity(&report, &identity);
	bytes = malloc(texts_size(&identity));
	if (!bytes)
		abort();
	take_texts(source, &identity, bytes);
	report_free(&report);
	source->kind = SOURCE_REPORT;
	source->unknowable = FIELDS_OUTSIDE & ~source->identity.present;
	return SOURCE_YES;
}
