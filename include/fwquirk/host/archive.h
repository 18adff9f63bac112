/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* archive.h - files read from front to back as they were before somebody packed them, and tar */
#ifndef FWQUIRK_HOST_ARCHIVE_H
#define FWQUIRK_HOST_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Bytes ------------------------------------------------------------------------------------ */

/* What is unpacked of one file at most: some 200,000 machines as text. A bomb ends here. */
#define STREAM_LIMIT ((uint64_t)4 << 30)
/* How far one can look ahead. */
#define STREAM_PEEK ((size_t)64 << 10)

struct stream;

/*
 * Reads from a descriptor, which it takes over, also on failure. What begins like an xz, zstd, gzip or
 * bzip2 file is unpacked by the program of that name, running beside us; memory does not grow with
 * the file. `name` is for messages and must live as long. NULL and a malloc'ed sentence on failure.
 */
struct stream *stream_open(int fd, const char *name, char **ret_error);
void stream_close(struct stream *stream);

/*
 * The bytes at the front, without taking them: waits until there are `n` (at most STREAM_PEEK) or the
 * stream ends. Returns how many there are, which may be more.
 */
size_t stream_peek(struct stream *stream, size_t n, const uint8_t **ret_at);
/* Takes bytes that stream_peek has shown. */
void stream_take(struct stream *stream, size_t n);
/* Takes up to `n` bytes; fewer only at the end. `to` may be NULL: they are passed over. */
size_t stream_read(struct stream *stream, void *to, size_t n);
/* Nothing is there yet and whoever writes has not finished: a read would wait. */
bool stream_waits(const struct stream *stream);

/*
 * Why the stream ended before its end: it cannot be read, the program finds it damaged or cut off, it
 * is larger than STREAM_LIMIT. A sentence that names it; NULL when all is well. Of the stream.
 */
const char *stream_error(const struct stream *stream);

/* ---- Archives --------------------------------------------------------------------------------- */

/* No description of a machine comes near it. */
#define TAR_MEMBER_LIMIT ((size_t)16 << 20)

/*
 * A reader of tar archives: POSIX.1-1988 ustar, POSIX.1-2001 pax (path and size), GNU long names.
 * Small and strict, and not libarchive, because archives come from strangers and only the bytes of
 * regular members are wanted: nothing is ever written to a disk, no link is followed, no sparse map,
 * no access list, no other format is looked at.
 */
struct tar;

/* True when a block of 512 bytes is the head of a member: its checksum is right. */
bool tar_is(const uint8_t *block, size_t size);

struct tar *tar_open(struct stream *stream);
void tar_close(struct tar *tar);

enum tar_answer {
	TAR_END,     /* no more members */
	TAR_MEMBER,  /* a regular member: tar_read gives its bytes */
	TAR_REFUSED, /* `why` says why this member is not read; go on with the next */
	TAR_BROKEN   /* `why` says where the archive stops making sense; there is no next */
};

struct tar_member {
	const char *
		name; /* of the reader, until the next; never leads out of the archive when MEMBER */
	size_t size;  /* at most TAR_MEMBER_LIMIT when MEMBER */
	const char *why; /* a phrase */
};

/* Folders are passed over in silence. */
enum tar_answer tar_next(struct tar *tar, struct tar_member *ret_member);
/* The bytes of the member, malloc'ed with a zero byte behind. NULL when the archive ends in it. */
uint8_t *tar_read(struct tar *tar, const struct tar_member *member);

#endif
