/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_stream.c - archives, lists and tables in, pieces for the workers out; never holds a whole one */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rules_memory.h"
#include "scan_parts.h"

/* ---- archives --------------------------------------------------------------------------------- */

static void take_member(struct scan_reader *reader, struct tar *tar,
			const struct tar_member *member, char *id)
{
	uint8_t *bytes = tar_read(tar, member);

	/* Cut off: the next tar_next says so. */
	if (!bytes) {
		free(id);
		return;
	}
	if (tar_is(bytes, member->size)) {
		scan_errorf(reader, id, "%s: an archive in an archive; unpack it first", id);
		free(bytes);
		free(id);
		return;
	}
	queue_put(reader->queue,
		  (struct unit){
			  .kind = UNIT_SOURCE, .name = id, .bytes = bytes, .size = member->size});
}

void scan_tar(struct scan_reader *reader, struct stream *stream, const char *name)
{
	struct tar *tar = tar_open(stream);
	struct tar_member member;
	enum tar_answer answer;

	while ((answer = tar_next(tar, &member)) == TAR_MEMBER || answer == TAR_REFUSED) {
		char *id;

		if (asprintf(&id, "%s:%s", name, member.name) < 0)
			abort();
		if (answer == TAR_MEMBER) {
			take_member(reader, tar, &member, id);
			continue;
		}
		scan_errorf(reader, id, "%s: %s", id, member.why);
		free(id);
	}
	/* What is wrong with the stream itself is told by who opened it. */
	if (answer == TAR_BROKEN && !stream_error(stream))
		scan_errorf(reader, name, "%s: the archive %s", name, member.why);
	tar_close(tar);
}

/* ---- lines ------------------------------------------------------------------------------------ */

#define CHUNK_SIZE ((size_t)256 << 10)

/* Whole lines out of a stream. */
struct lines_in {
	struct stream *stream;
	struct queue *queue;
	char *at; /* CHUNK_SIZE + SCAN_LINE_LIMIT bytes */
	size_t size, n_given;
	bool is_ended;
};

static struct lines_in lines_in(struct scan_reader *reader, struct stream *stream)
{
	struct lines_in in = {.stream = stream, .queue = reader->queue};

	in.at = malloc(CHUNK_SIZE + SCAN_LINE_LIMIT);
	if (!in.at)
		abort();
	return in;
}

/*
 * The next lines, good until the next call; the last one may lack its LF at the end of the stream, or
 * because it is longer than any line may be. What was put before is handed on when nothing more is
 * there yet: who writes may wait for the answer. False at the end.
 */
static bool lines_take(struct lines_in *in, size_t wanted, struct text *ret_lines)
{
	size_t n_searched = 0;
	const char *lf = NULL;

	memmove(in->at, in->at + in->n_given, in->size - in->n_given);
	in->size -= in->n_given;
	while (!in->is_ended && in->size < CHUNK_SIZE + SCAN_LINE_LIMIT) {
		const char *last = memrchr(in->at + n_searched, '\n', in->size - n_searched);
		const uint8_t *more;
		size_t n;

		lf = last ? last : lf;
		n_searched = in->size;
		if (lf && (in->size >= wanted || stream_waits(in->stream)))
			break;
		if (stream_waits(in->stream))
			queue_flush(in->queue);
		n = stream_peek(in->stream, 1, &more);
		if (n > CHUNK_SIZE + SCAN_LINE_LIMIT - in->size)
			n = CHUNK_SIZE + SCAN_LINE_LIMIT - in->size;
		memcpy(in->at + in->size, more, n);
		stream_take(in->stream, n);
		in->size += n;
		in->is_ended = !n;
	}
	in->n_given = lf && !in->is_ended ? (size_t)(lf + 1 - in->at) : in->size;
	*ret_lines = text_sized(in->at, in->n_given);
	return in->n_given > 0;
}

static uint64_t count_lines(struct text text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.size; i++)
		n += text.at[i] == '\n';
	return n;
}

static void put_lines(struct scan_reader *reader, enum unit_kind kind, const char *name,
		      struct text before, struct text lines, uint64_t number)
{
	struct unit unit = {.kind = kind,
			    .name = rules_copy(name, strlen(name)),
			    .size = before.size + lines.size,
			    .line = number};

	unit.bytes = malloc(unit.size + 1);
	if (!unit.bytes)
		abort();
	if (before.size)
		memcpy(unit.bytes, before.at, before.size);
	memcpy(unit.bytes + before.size, lines.at, lines.size);
	unit.bytes[unit.size] = '\0';
	queue_put(reader->queue, unit);
}

/* The first line with its LF; the rest stays in `*text`. */
static struct text cut_line(struct text *text)
{
	const char *lf = text->size ? memchr(text->at, '\n', text->size) : NULL;
	struct text line = text_sized(text->at, lf ? (size_t)(lf + 1 - text->at) : text->size);

	*text = text_sized(text->at + line.size, text->size - line.size);
	return line;
}

static bool is_path(struct text line)
{
	while (line.size && text_is_blank(*line.at))
		line = text_sized(line.at + 1, line.size - 1);
	return line.size && *line.at != '{' && !(line.size > 4 && !memcmp(line.at, "dmi:", 4));
}

static void take_path(struct scan_reader *reader, const char *name, struct text line,
		      uint64_t number)
{
	char *path;

	while (line.size && (line.at[line.size - 1] == '\n' || line.at[line.size - 1] == '\r'))
		line.size--;
	path = rules_copy(line.at, line.size);
	if (strlen(path) != line.size || line.size > 4096)
		scan_errorf(reader, name, "%s:%" PRIu64 ": expected JSON, a modalias or a path",
			    name, number);
	else if (strcmp(path, "-") == 0)
		scan_errorf(reader, name, "%s:%" PRIu64 ": standard input is being read already",
			    name, number);
	else
		scan_path(reader, path);
	free(path);
}

/* Paths are gone to when their turn comes: the order of the output is that of the lines. */
static uint64_t take_mixed(struct scan_reader *reader, const char *name, struct text lines,
			   uint64_t number)
{
	const char *from = lines.at;
	uint64_t first = number;

	while (lines.size) {
		struct text line = cut_line(&lines);

		if (is_path(line)) {
			if (line.at > from)
				put_lines(reader, UNIT_LIST, name, text_sized(NULL, 0),
					  text_sized(from, (size_t)(line.at - from)), first);
			take_path(reader, name, line, number);
			from = line.at + line.size;
			first = number + 1;
		}
		number++;
	}
	if (lines.at > from)
		put_lines(reader, UNIT_LIST, name, text_sized(NULL, 0),
			  text_sized(from, (size_t)(lines.at - from)), first);
	return number;
}

void scan_list(struct scan_reader *reader, struct stream *stream, const char *name,
	       bool may_name_paths)
{
	struct lines_in in = lines_in(reader, stream);
	uint64_t number = 1;
	struct text lines;

	while (lines_take(&in, CHUNK_SIZE, &lines)) {
		if (may_name_paths) {
			number = take_mixed(reader, name, lines, number);
			continue;
		}
		put_lines(reader, UNIT_LIST, name, text_sized(NULL, 0), lines, number);
		number += count_lines(lines);
	}
	free(in.at);
}

void scan_table(struct scan_reader *reader, struct stream *stream, const char *name)
{
	struct lines_in in = lines_in(reader, stream);
	struct text lines, header = text_sized(NULL, 0);
	char *kept = NULL;
	uint64_t number = 2;

	while (lines_take(&in, CHUNK_SIZE, &lines)) {
		if (!kept) {
			header = cut_line(&lines);
			kept = rules_copy(header.at, header.size);
			header.at = kept;
		}
		if (lines.size)
			put_lines(reader, UNIT_TABLE, name, header, lines, number);
		number += count_lines(lines);
	}
	free(kept);
	free(in.at);
}
