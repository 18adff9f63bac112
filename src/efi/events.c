/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* events.c - what happened in, journal records out; calls no service */
#include <fwquirk/text.h>

#include "events.h"

static struct {
	struct journal_event event;
	char text[JOURNAL_EVENT_MAX];
} kept[EVENTS_MAX];

static unsigned n_events, n_written;

void events_add(enum event event, uint64_t a, uint64_t b, struct text text)
{
	unsigned n = n_events++;

	if (n >= EVENTS_MAX)
		return;
	text.size = text.size < JOURNAL_EVENT_MAX ? text.size : JOURNAL_EVENT_MAX;
	for (size_t i = 0; i < text.size; i++)
		kept[n].text[i] = text.at[i];
	kept[n].event = (struct journal_event){(uint8_t)event, a, b, text_sized(NULL, text.size)};
}

bool events_are_new(void)
{
	return n_events != n_written;
}

void events_write(struct journal_writer *journal)
{
	for (unsigned i = 0; i < n_events && i < EVENTS_MAX; i++) {
		struct journal_event event = kept[i].event;

		event.text.at = kept[i].text;
		journal_add_event(journal, &event);
	}
	if (n_events > EVENTS_MAX)
		journal->n_lost += (uint16_t)(n_events - EVENTS_MAX);
	n_written = n_events;
}
