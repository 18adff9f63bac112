/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_open.c - a path or bytes in, an opened source out; never goes by a file's name */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fwquirk/host/file.h>

#include "source_private.h"

/* In this order: the surest signs first. */
static const struct {
	enum source_answer (*read)(struct source *source, char **ret_error);
	bool is_binary;
} readers[] = {
	{source_read_dump, true},       {source_read_raw, true},
	{source_read_table, true},      {source_read_memory_image, true},
	{source_read_report, false},    {source_read_json, false},
	{source_read_modalias, false},  {source_read_sysfs_text, false},
	{source_read_dmidecode, false}, {source_read_kernel_line, false},
};

static unsigned utf16_unit(const uint8_t *at, bool is_big)
{
	return is_big ? (unsigned)at[0] << 8 | at[1] : (unsigned)at[1] << 8 | at[0];
}

/* RFC 3629; returns the number of bytes, at most 4. */
static size_t utf8_put(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* UTF-16 behind its byte order mark into UTF-8 (RFC 2781); a lone surrogate becomes U+FFFD. */
static bool from_utf16(struct source *source, bool is_big)
{
	size_t n_units = source->size / 2, size = 0;
	uint8_t *text = malloc(n_units * 3 + 1);

	if (!text)
		return false;
	for (size_t i = 1; i < n_units; i++) {
		uint32_t c = utf16_unit(source->bytes + 2 * i, is_big);
		uint32_t low = i + 1 < n_units ? utf16_unit(source->bytes + 2 * i + 2, is_big) : 0;

		if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
			i++;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		size += utf8_put(text + size, c);
	}
	free(source->bytes);
	source->bytes = text;
	source->size = size;
	return true;
}

/* Leaves UTF-8 without a byte order mark. False when there is no memory. */
static bool decode(struct source *source)
{
	const uint8_t *at = source->bytes;

	if (source->size >= 2 && at[0] == 0xff && at[1] == 0xfe)
		return from_utf16(source, false);
	if (source->size >= 2 && at[0] == 0xfe && at[1] == 0xff)
		return from_utf16(source, true);
	if (source->size >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) {
		source->size -= 3;
		memmove(source->bytes, at + 3, source->size);
	}
	return true;
}

static bool unknown_error(const char *name, size_t size, char **ret_error)
{
	if (!size)
		return file_error(ret_error, "%s: is empty, so it describes no machine", name);
	return file_error(ret_error,
			  "%s: not a description of a machine that I know: tried dmidecode "
			  "--dump-bin, RawSMBIOSData, bare SMBIOS table, memory image, identity "
			  "JSON, modalias, /sys/class/dmi/id, dmidecode text, kernel log",
			  name);
}

bool source_from_bytes(const char *name, uint8_t *bytes, size_t size, struct source **ret_source,
		       char **ret_error)
{
	struct source *source = source_new(name, bytes, size);
	enum source_answer answer = SOURCE_NO;
	bool has_nul;

	if (!source || !decode(source)) {
		source_close(source);
		return file_error(ret_error, "%s: out of memory", name);
	}
	/* Every string set of an SMBIOS table ends with two of them. */
	has_nul = source->size && memchr(source->bytes, 0, source->size);
	for (size_t i = 0; answer == SOURCE_NO && i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (has_nul || !readers[i].is_binary)
			answer = readers[i].read(source, ret_error);
	}
	if (answer == SOURCE_YES) {
		*ret_source = source;
		return true;
	}
	if (answer == SOURCE_NO)
		unknown_error(name, source->size, ret_error);
	source_close(source);
	return false;
}

bool source_open_bytes(const char *name, const void *bytes, size_t size, struct source **ret_source,
		       char **ret_error)
{
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		return file_error(ret_error, "%s: out of memory", name);
	if (size)
		memcpy(copy, bytes, size);
	return source_from_bytes(name, copy, size, ret_source, ret_error);
}

static bool open_folder(const char *path, struct source **ret_source, char **ret_error)
{
	if (source_open_tables(path, path, SOURCE_FOLDER, ret_source, ret_error))
		return true;
	if (*ret_error)
		return false;
	if (source_open_attributes(path, path, ret_source, ret_error))
		return true;
	if (*ret_error)
		return false;
	return file_error(ret_error,
			  "%s: a folder with neither DMI (as /sys/firmware/dmi/tables) nor "
			  "sys_vendor and the like (as /sys/class/dmi/id) that can be read",
			  path);
}

bool source_open(const char *path, struct source **ret_source, char **ret_error)
{
	const char *name = path, *file = path;
	struct stat status;
	uint8_t *bytes;
	size_t size;

	if (!path)
		return source_open_machine(ret_source, ret_error);
	if (strcmp(path, "-") == 0) {
		name = "standard input";
		file = "/dev/stdin";
	} else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		return open_folder(path, ret_source, ret_error);
	}
	if (!file_read(file, SOURCE_LIMIT, &bytes, &size, ret_error))
		return false;
	return source_from_bytes(name, bytes, size, ret_source, ret_error);
}
