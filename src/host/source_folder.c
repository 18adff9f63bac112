/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_folder.c - a folder with DMI and smbios_entry_point in, an opened source out; never writes
 * to it */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fwquirk/host/file.h>

#include "source_private.h"

#define ENTRY_LIMIT 4096

/* False and `*ret_error` set when it is there and cannot be read; NULL when it is not there. */
static bool read_part(const char *folder, const char *part, size_t limit, uint8_t **ret_bytes,
		      size_t *ret_size, char **ret_error)
{
	bool is_there, is_read;
	char *path;

	*ret_error = NULL;
	if (asprintf(&path, "%s/%s", folder, part) < 0)
		return file_error(ret_error, "%s: out of memory", folder);
	is_there = access(path, F_OK) == 0;
	is_read = is_there && file_read(path, limit, ret_bytes, ret_size, ret_error);
	free(path);
	return is_read;
}

/* Version and announced size; the address is where the table was in memory, not here. */
static void take_entry(struct source *source, const char *folder)
{
	struct smbios_entry entry;
	enum status status;
	uint8_t *bytes;
	char *error;
	size_t size;

	if (!read_part(folder, "smbios_entry_point", ENTRY_LIMIT, &bytes, &size, &error)) {
		source_remark(source, "no entry point can be read beside the table%s%s",
			      error ? ": " : "", error ? error : "");
		free(error);
		return;
	}
	status = smbios_entry_read(span_of(bytes, size), &entry);
	free(bytes);
	if (status != STATUS_OK) {
		source_remark(source, "the entry point cannot be used: %s", status_text(status));
		return;
	}
	source->smbios_major = entry.major;
	source->smbios_minor = entry.minor;
	if (!entry.is_64bit && source->size < entry.table_size_bytes)
		source_remark(source, "the entry point announces %u bytes of table, %zu are there",
			      (unsigned)entry.table_size_bytes, source->size);
}

bool source_open_tables(const char *path, const char *name, enum source_kind kind,
			struct source **ret_source, char **ret_error)
{
	struct source *source;
	struct span table;
	uint8_t *bytes;
	size_t size;

	if (!read_part(path, "DMI", SOURCE_LIMIT, &bytes, &size, ret_error))
		return false;
	table = span_of(bytes, size);
	if (source_table_quality(table, 0) == TABLE_NONE) {
		free(bytes);
		return file_error(ret_error, "%s/DMI: %zu bytes that are no SMBIOS table", path,
				  size);
	}
	source = source_new(name, bytes, size);
	if (!source)
		return file_error(ret_error, "%s: out of memory", path);
	source->kind = kind;
	take_entry(source, path);
	source_take_table(source, table);
	*ret_source = source;
	return true;
}
