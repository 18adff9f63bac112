/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* archive_stream.c - a descriptor in, what was packed in it out, piece by piece; never all at once */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fwquirk/host/archive.h>
#include <fwquirk/host/file.h>

#include "unpack_program.h"

struct stream {
	int fd;
	pid_t pid; /* of the program that unpacks; 0 for none */
	const char *name, *program;
	uint8_t *buffer; /* STREAM_PEEK bytes */
	size_t at, end;  /* what of it is there and was not taken */
	uint64_t n_read;
	bool is_ended;
	char *error;
};

/* The first bytes without taking them: of a file, or of a pipe, which tee(2) copies. */
static size_t first_bytes(int fd, uint8_t start[static UNPACK_MAGIC_SIZE])
{
	ssize_t n = pread(fd, start, UNPACK_MAGIC_SIZE, 0);
	int ends[2];

	if (n >= 0 || errno != ESPIPE || pipe2(ends, O_CLOEXEC))
		return n > 0 ? (size_t)n : 0;
	do
		n = tee(fd, ends[1], UNPACK_MAGIC_SIZE, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		n = read(ends[0], start, UNPACK_MAGIC_SIZE);
	close(ends[0]);
	close(ends[1]);
	return n > 0 ? (size_t)n : 0;
}

/* Puts the program between the descriptor and us. */
static bool unpack(struct stream *stream, char **ret_error)
{
	int out;

	if (!unpack_program_start(stream->program, stream->fd, &stream->pid, &out)) {
		stream->pid = 0;
		return errno == ENOENT
			       ? file_error(ret_error, "%s: is packed by %s; install that program",
					    stream->name, stream->program)
			       : file_error(ret_error, "%s: cannot read: %s", stream->name,
					    strerror(errno));
	}
	close(stream->fd);
	stream->fd = out;
	return true;
}

struct stream *stream_open(int fd, const char *name, char **ret_error)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	uint8_t start[UNPACK_MAGIC_SIZE];

	if (!stream || !(stream->buffer = malloc(STREAM_PEEK)))
		abort();
	stream->fd = fd;
	stream->name = name;
	stream->program = unpack_program_of(start, first_bytes(fd, start));
	if (!stream->program || unpack(stream, ret_error))
		return stream;
	stream_close(stream);
	return NULL;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	close(stream->fd);
	if (stream->pid) {
		kill(stream->pid, SIGKILL);
		unpack_program_finish(stream->pid);
	}
	free(stream->buffer);
	free(stream->error);
	free(stream);
}

static void end(struct stream *stream)
{
	stream->is_ended = true;
	if (!stream->pid)
		return;
	if (stream->error)
		kill(stream->pid, SIGKILL);
	if (!unpack_program_finish(stream->pid) && !stream->error)
		file_error(&stream->error, "%s: %s cannot unpack it: damaged or cut off",
			   stream->name, stream->program);
	stream->pid = 0;
}

/* Reads once, at least a byte unless the stream ends. */
static size_t fill(struct stream *stream, uint8_t *to, size_t room)
{
	ssize_t n;

	if (stream->is_ended)
		return 0;
	do
		n = read(stream->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n > 0 && (stream->n_read += (uint64_t)n) > STREAM_LIMIT) {
		file_error(&stream->error,
			   "%s: more than %u GiB in it, the most that is read of one file; split "
			   "it",
			   stream->name, (unsigned)(STREAM_LIMIT >> 30));
		n = 0;
	} else if (n < 0) {
		file_error(&stream->error, "%s: cannot read: %s", stream->name, strerror(errno));
	}
	if (n <= 0)
		end(stream);
	return n > 0 ? (size_t)n : 0;
}

size_t stream_peek(struct stream *stream, size_t n, const uint8_t **ret_at)
{
	if (stream->at && (stream->at == stream->end || stream->at + n > STREAM_PEEK)) {
		memmove(stream->buffer, stream->buffer + stream->at, stream->end - stream->at);
		stream->end -= stream->at;
		stream->at = 0;
	}
	while (stream->end - stream->at < n) {
		size_t got = fill(stream, stream->buffer + stream->end, STREAM_PEEK - stream->end);

		if (!got)
			break;
		stream->end += got;
	}
	*ret_at = stream->buffer + stream->at;
	return stream->end - stream->at;
}

void stream_take(struct stream *stream, size_t n)
{
	stream->at += n;
}

size_t stream_read(struct stream *stream, void *to, size_t n)
{
	size_t done = 0;

	while (done < n) {
		const uint8_t *at;
		size_t got = stream_peek(stream, 1, &at);

		if (!got)
			break;
		got = got < n - done ? got : n - done;
		if (to)
			memcpy((uint8_t *)to + done, at, got);
		stream_take(stream, got);
		done += got;
	}
	return done;
}

bool stream_waits(const struct stream *stream)
{
	struct pollfd look = {.fd = stream->fd, .events = POLLIN};

	return stream->at == stream->end && !stream->is_ended && poll(&look, 1, 0) == 0;
}

const char *stream_error(const struct stream *stream)
{
	return stream->error;
}
