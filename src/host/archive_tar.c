/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* archive_tar.c - a stream of a tar archive in, its regular members out; never writes one of them */
#include <stdlib.h>
#include <string.h>

#include <fwquirk/host/archive.h>

#include "rules_memory.h"

#define BLOCK 512u
/* Names and pax records that anybody has a use for. */
#define EXTRA_LIMIT ((size_t)64 << 10)

/* Places in the head of a member: POSIX.1-2001, pax, "ustar Interchange Format". */
#define NAME_AT       0u
#define NAME_SIZE     100u
#define SIZE_AT       124u
#define SIZE_SIZE     12u
#define CHECKSUM_AT   148u
#define CHECKSUM_SIZE 8u
#define KIND_AT       156u
#define MAGIC_AT      257u
#define PREFIX_AT     345u
#define PREFIX_SIZE   155u

struct tar {
	struct stream *stream;
	uint64_t left;   /* bytes of the member, and of its padding, that are still in the stream */
	char *name;      /* of the member */
	char *next_name; /* said ahead of its head by pax or GNU tar; NULL when it was not */
	bool has_next_size;
	uint64_t next_size;
};

struct tar *tar_open(struct stream *stream)
{
	struct tar *tar = calloc(1, sizeof(*tar));

	if (!tar)
		abort();
	tar->stream = stream;
	return tar;
}

void tar_close(struct tar *tar)
{
	if (!tar)
		return;
	free(tar->name);
	free(tar->next_name);
	free(tar);
}

/* Octal digits between blanks, or GNU's base 256 for large numbers. */
static bool number_read(const uint8_t *at, size_t size, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t i = 0;

	if (at[0] == 0x80) {
		for (i = 1; i < size; i++) {
			if (number >> 56)
				return false;
			number = number << 8 | at[i];
		}
		*ret_number = number;
		return true;
	}
	while (i < size && at[i] == ' ')
		i++;
	for (; i < size && at[i] >= '0' && at[i] <= '7'; i++) {
		if (number >> 60)
			return false;
		number = number << 3 | (uint64_t)(at[i] - '0');
	}
	if (i < size && at[i] != ' ' && at[i] != '\0')
		return false;
	*ret_number = number;
	return true;
}

bool tar_is(const uint8_t *block, size_t size)
{
	uint64_t said, sum = 0;

	if (size < BLOCK || !block[NAME_AT] ||
	    !number_read(block + CHECKSUM_AT, CHECKSUM_SIZE, &said))
		return false;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i - CHECKSUM_AT < CHECKSUM_SIZE ? ' ' : block[i];
	return sum == said;
}

static bool is_empty(const uint8_t *block)
{
	for (size_t i = 0; i < BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static void name_set(char **name, const char *at, size_t size)
{
	free(*name);
	*name = rules_copy(at, strnlen(at, size));
}

/* The name in the head itself; ustar may have its folders apart. */
static void name_from_head(struct tar *tar, const uint8_t *block)
{
	const char *name = (const char *)block + NAME_AT, *prefix = (const char *)block + PREFIX_AT;
	size_t n_name = strnlen(name, NAME_SIZE), n_prefix = 0;
	char whole[PREFIX_SIZE + 1 + NAME_SIZE];

	/* "ustar", NUL: POSIX. GNU tar has "ustar", a blank, and other things at the prefix. */
	if (memcmp(block + MAGIC_AT, "ustar", 6) == 0 && *prefix) {
		n_prefix = strnlen(prefix, PREFIX_SIZE);
		memcpy(whole, prefix, n_prefix);
		whole[n_prefix++] = '/';
	}
	memcpy(whole + n_prefix, name, n_name);
	name_set(&tar->name, whole, n_prefix + n_name);
}

/* One pax record: "LENGTH KEY=VALUE\n". Returns its length; 0 when it is none. */
static size_t pax_record(struct tar *tar, const char *at, size_t size)
{
	size_t length = 0, i = 0;
	const char *key, *value, *end;

	for (; i < size && at[i] >= '0' && at[i] <= '9' && length < EXTRA_LIMIT; i++)
		length = length * 10 + (size_t)(at[i] - '0');
	if (i >= size || at[i] != ' ' || length <= i + 1 || length > size || at[length - 1] != '\n')
		return 0;
	key = at + i + 1;
	end = at + length - 1;
	value = memchr(key, '=', (size_t)(end - key));
	if (!value)
		return 0;
	value++;
	if (value - key == 5 && memcmp(key, "path=", 5) == 0) {
		name_set(&tar->next_name, value, (size_t)(end - value));
	} else if (value - key == 5 && memcmp(key, "size=", 5) == 0) {
		tar->next_size = 0;
		for (; value < end && *value >= '0' && *value <= '9' && !(tar->next_size >> 59);
		     value++)
			tar->next_size = tar->next_size * 10 + (uint64_t)(*value - '0');
		tar->has_next_size = value == end;
		return value == end ? length : 0;
	}
	return length;
}

/* What stands ahead of a member: `L` of GNU tar is its name, `x` of pax are records. */
static bool extra_read(struct tar *tar, char kind, uint64_t size)
{
	char extra[EXTRA_LIMIT + 1];
	size_t at = 0, n = (size_t)size;
	bool is_good = true;

	if (size > EXTRA_LIMIT || stream_read(tar->stream, extra, n) != n)
		return false;
	tar->left -= n;
	if (kind == 'L')
		name_set(&tar->next_name, extra, n);
	while (kind == 'x' && is_good && at < n) {
		size_t length = pax_record(tar, extra + at, n - at);

		is_good = length != 0;
		at += length;
	}
	return is_good;
}

/* Whether a name, put behind a folder, would be somewhere else. */
static bool leads_out(const char *name)
{
	if (*name == '/')
		return true;
	for (const char *at = name; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (at[0] == '.' && at[1] == '.' && (at[2] == '/' || !at[2]))
			return true;
	}
	return false;
}

static const char *refusal(char kind, const char *name, uint64_t size)
{
	if (kind == '1' || kind == '2')
		return "is a link, which is not followed";
	if (kind == '3' || kind == '4' || kind == '6')
		return "is a device or a pipe, which is not read";
	if (kind != '0' && kind != '7')
		return "is of a kind that is not read";
	if (!*name)
		return "has no name";
	if (leads_out(name))
		return "has a name that leads out of the archive";
	if (size > TAR_MEMBER_LIMIT)
		return "is larger than 16 MiB, the most that is read of one machine";
	return NULL;
}

static enum tar_answer broken(struct tar_member *ret_member, const char *why)
{
	*ret_member = (struct tar_member){.name = "", .why = why};
	return TAR_BROKEN;
}

/* What the stream has behind the last member is padding: to its end, where a checksum may be. */
static enum tar_answer finish(struct tar *tar, struct tar_member *ret_member)
{
	stream_read(tar->stream, NULL, SIZE_MAX);
	return stream_error(tar->stream) ? broken(ret_member, "cannot be read to its end")
					 : TAR_END;
}

/* Head of the next member into tar->name, its kind and its size; extras have been read. */
static enum tar_answer head_next(struct tar *tar, char *ret_kind, uint64_t *ret_size,
				 struct tar_member *ret_member)
{
	const uint8_t *block;
	uint64_t size;
	size_t n;
	char kind;

	for (;;) {
		if (stream_read(tar->stream, NULL, tar->left) != tar->left)
			return broken(ret_member, "ends inside of a member: cut off");
		tar->left = 0;
		n = stream_peek(tar->stream, BLOCK, &block);
		if (n < BLOCK)
			return broken(ret_member, "ends without the empty block that closes an "
						  "archive: cut off");
		if (is_empty(block))
			return finish(tar, ret_member);
		if (!tar_is(block, n) || !number_read(block + SIZE_AT, SIZE_SIZE, &size))
			return broken(ret_member, "is damaged: the head of a member is none");
		kind = block[KIND_AT] ? (char)block[KIND_AT] : '0';
		name_from_head(tar, block);
		stream_take(tar->stream, BLOCK);
		if (tar->has_next_size && kind != 'x' && kind != 'L' && kind != 'K' && kind != 'g')
			size = tar->next_size;
		if (size > STREAM_LIMIT)
			return broken(ret_member, "is damaged: a member larger than any file");
		tar->left = (size + BLOCK - 1) / BLOCK * BLOCK;
		if (kind != 'x' && kind != 'L') {
			if (kind == 'g' || kind == 'K')
				continue;
			break;
		}
		if (!extra_read(tar, kind, size))
			return broken(ret_member,
				      "is damaged: what stands before a member does not "
				      "read");
	}
	*ret_kind = kind;
	*ret_size = size;
	return TAR_MEMBER;
}

enum tar_answer tar_next(struct tar *tar, struct tar_member *ret_member)
{
	enum tar_answer answer;
	uint64_t size;
	char kind;

	do {
		answer = head_next(tar, &kind, &size, ret_member);
		if (answer != TAR_MEMBER)
			return answer;
		if (tar->next_name) {
			free(tar->name);
			tar->name = tar->next_name;
			tar->next_name = NULL;
		}
		tar->has_next_size = false;
		/* Before ustar a folder was a name that ends so. */
	} while (kind == '5' ||
		 (kind == '0' && !size && *tar->name && tar->name[strlen(tar->name) - 1] == '/'));
	*ret_member = (struct tar_member){
		.name = tar->name, .size = (size_t)size, .why = refusal(kind, tar->name, size)};
	return ret_member->why ? TAR_REFUSED : TAR_MEMBER;
}

uint8_t *tar_read(struct tar *tar, const struct tar_member *member)
{
	uint8_t *bytes = malloc(member->size + 1);
	size_t n;

	if (!bytes)
		abort();
	n = stream_read(tar->stream, bytes, member->size);
	tar->left -= n;
	bytes[n] = '\0';
	if (n == member->size)
		return bytes;
	free(bytes);
	return NULL;
}
