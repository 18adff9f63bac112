/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_dump.c - bytes with an SMBIOS entry point in, the table it means out; never believes where
 * the entry point says that it lies */
#include <string.h>

#include <fwquirk/host/file.h>

#include "source_private.h"

/* dmidecode --dump-bin: entry point at 0, table here. */
#define DUMP_TABLE_OFFSET 0x20

/* More anchors with good checksums than any memory has; a bound on the work. */
#define MAX_ANCHORS 16

static void take_entry(struct source *source, const struct smbios_entry *entry, struct span table)
{
	source->smbios_major = entry->major;
	source->smbios_minor = entry->minor;
	if (entry->is_legacy)
		source_remark(source, "the entry point is a legacy DMI one");
	if (!entry->is_64bit && table.size < entry->table_size_bytes)
		source_remark(source, "the entry point announces %u bytes of table, %zu are there",
			      (unsigned)entry->table_size_bytes, table.size);
	source_take_table(source, table);
}

/* An anchor whose entry point cannot be used: the table may still lie where dumps have it. */
static enum source_answer read_without_entry(struct source *source, enum status status,
					     char **ret_error)
{
	struct span table, bytes = span_of(source->bytes, source->size);

	if (!span_slice(bytes, DUMP_TABLE_OFFSET, bytes.size - DUMP_TABLE_OFFSET, &table) ||
	    source_table_quality(table, 0) == TABLE_NONE) {
		file_error(ret_error,
			   "%s: begins with an SMBIOS entry point that cannot be used (%s), and no "
			   "table follows it; make the dump again with 'dmidecode --dump-bin FILE'",
			   source->name, status_text(status));
		return SOURCE_BAD;
	}
	source->kind = SOURCE_DUMP;
	source_remark(source, "the entry point cannot be used (%s); the table at 0x20 was taken",
		      status_text(status));
	source_take_table(source, table);
	return SOURCE_YES;
}

enum source_answer source_read_dump(struct source *source, char **ret_error)
{
	struct span table = {0}, bytes = span_of(source->bytes, source->size);
	struct smbios_entry entry;
	enum status status = smbios_entry_read(bytes, &entry);
	size_t offset;

	if (status == STATUS_ABSENT)
		return SOURCE_NO;
	if (status != STATUS_OK)
		return read_without_entry(source, status, ret_error);
	if (source_find_table(bytes, 0, &entry, &table, &offset) == TABLE_NONE) {
		/* A table without BIOS, system and board is still what this machine has. */
		if (!span_slice(bytes, DUMP_TABLE_OFFSET, bytes.size - DUMP_TABLE_OFFSET, &table) ||
		    !table.size) {
			file_error(ret_error,
				   "%s: an SMBIOS entry point with no table behind it; name the "
				   "folder that holds it and DMI, or make a dump with 'dmidecode "
				   "--dump-bin FILE'",
				   source->name);
			return SOURCE_BAD;
		}
		offset = DUMP_TABLE_OFFSET;
	}
	source->kind = SOURCE_DUMP;
	if (offset != entry.table_address)
		source_remark(source,
			      "the entry point says that the table is at 0x%llx; the one at 0x%zx "
			      "was taken",
			      (unsigned long long)entry.table_address, offset);
	take_entry(source, &entry, table);
	return SOURCE_YES;
}

struct found {
	struct smbios_entry entry;
	struct span table;
	size_t entry_offset, table_offset;
	enum table_quality quality;
};

/* 3.x before 2.x before the legacy anchor, which also lies inside every 2.x entry point. */
static int entry_rank(const struct smbios_entry *entry)
{
	return entry->is_64bit ? 2 : entry->is_legacy ? 0 : 1;
}

static bool is_better(const struct found *a, const struct found *b)
{
	if (a->quality != b->quality)
		return a->quality > b->quality;
	return a->quality != TABLE_NONE && entry_rank(&a->entry) > entry_rank(&b->entry);
}

enum source_answer source_read_memory_image(struct source *source, char **ret_error)
{
	struct span rest, bytes = span_of(source->bytes, source->size);
	struct found best = {.quality = TABLE_NONE};
	unsigned n_anchors = 0;

	(void)ret_error;
	/* Entry points are on 16-byte borders (DSP0134 3.7.0 section 5.2). */
	for (size_t offset = 0; offset < bytes.size && n_anchors < MAX_ANCHORS; offset += 16) {
		struct found found = {.entry_offset = offset};

		if (bytes.at[offset] != '_' ||
		    !span_slice(bytes, offset, bytes.size - offset, &rest) ||
		    smbios_entry_read(rest, &found.entry) != STATUS_OK)
			continue;
		n_anchors++;
		found.quality = source_find_table(bytes, offset, &found.entry, &found.table,
						  &found.table_offset);
		if (is_better(&found, &best))
			best = found;
	}
	if (best.quality == TABLE_NONE)
		return SOURCE_NO;
	source->kind = SOURCE_MEMORY_IMAGE;
	source_remark(source, "the entry point is at 0x%zx, the table at 0x%zx", best.entry_offset,
		      best.table_offset);
	take_entry(source, &best.entry, best.table);
	return SOURCE_YES;
}
