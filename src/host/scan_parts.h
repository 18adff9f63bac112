/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_parts.h - what the files of a scan share: units of work, the queue that they go through */
#ifndef FWQUIRK_HOST_SCAN_PARTS_H
#define FWQUIRK_HOST_SCAN_PARTS_H

#include <fwquirk/host/archive.h>
#include <fwquirk/host/scan.h>

/* ---- Units: what the reader hands to the workers ---------------------------------------------- */

enum unit_kind {
	UNIT_SOURCE, /* bytes of one machine */
	UNIT_FOLDER, /* `name` is a folder that is one machine */
	UNIT_LIST,   /* lines, each an identity as JSON or a modalias */
	UNIT_TABLE,  /* lines of a table, the header line before them */
	UNIT_ERROR   /* `bytes` are the sentence */
};

struct unit {
	enum unit_kind kind;
	char *name;
	uint8_t *bytes; /* malloc'ed, a zero byte behind */
	size_t size;
	uint64_t line; /* number of the first line, of a table the first behind its header */
};

void unit_free(struct unit *unit);

/* Reads and matches what is in the unit, whose bytes it may take; calls `tell` for every machine. */
typedef void scan_tell(void *context, const struct scan_machine *machine);
void unit_run(struct unit *unit, const struct table *table, scan_tell *tell, void *context);

/* ---- The queue -------------------------------------------------------------------------------- */

struct queue;

struct queue *queue_begin(const struct scan *scan);
/* Takes over name and bytes. Waits while the workers are far behind. */
void queue_put(struct queue *queue, struct unit unit);
/* The workers get what was put so far, and not when there is more. */
void queue_flush(struct queue *queue);
/* Waits for everything. Fills the counts but n_skipped. Frees the queue. */
void queue_end(struct queue *queue, struct scan_counts *counts);

/* ---- The reader ------------------------------------------------------------------------------- */

struct scan_reader {
	struct queue *queue;
	uint64_t n_skipped;
};

/* A file, a folder or "-"; `is_given` by the user: then a link is followed. */
void scan_path(struct scan_reader *reader, const char *path);
/* A descriptor of a file, which it takes over. `may_name_paths`: lines of a list may be paths. */
void scan_file(struct scan_reader *reader, int fd, const char *name, bool may_name_paths);
/* What is in an opened stream. */
void scan_tar(struct scan_reader *reader, struct stream *stream, const char *name);
void scan_list(struct scan_reader *reader, struct stream *stream, const char *name,
	       bool may_name_paths);
void scan_table(struct scan_reader *reader, struct stream *stream, const char *name);

/* Tells an error as if it were a machine; takes over the sentence. */
void scan_error(struct scan_reader *reader, const char *name, char *sentence);
/* "FORMAT..." as such a sentence. */
void scan_errorf(struct scan_reader *reader, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
