/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_raw.c - Windows RawSMBIOSData in, its table out; never takes a table for one */
#include "source_private.h"

/*
 * struct RawSMBIOSData of GetSystemFirmwareTable('RSMB'): calling method, version major and minor,
 * DMI revision, one byte each, then the length of the table behind it in four, little-endian.
 */
enum { RAW_MAJOR = 1, RAW_MINOR = 2, RAW_LENGTH = 4, RAW_TABLE = 8 };

enum source_answer source_read_raw(struct source *source, char **ret_error)
{
	struct span table, bytes = span_of(source->bytes, source->size);
	uint8_t major, minor;
	uint32_t length;
	bool is_short;

	(void)ret_error;
	if (!span_u8(bytes, RAW_MAJOR, &major) || !span_u8(bytes, RAW_MINOR, &minor) ||
	    !span_le32(bytes, RAW_LENGTH, &length) || bytes.size <= RAW_TABLE)
		return SOURCE_NO;
	/* A structure header has its length there, 4 at least: no version that exists. */
	if (major < 2 || major > 3)
		return SOURCE_NO;
	is_short = length > bytes.size - RAW_TABLE;
	(void)span_slice(bytes, RAW_TABLE, is_short ? bytes.size - RAW_TABLE : length, &table);
	if (source_table_quality(table, 0) == TABLE_NONE)
		return SOURCE_NO;
	source->kind = SOURCE_RAW_SMBIOS_DATA;
	source->smbios_major = major;
	source->smbios_minor = minor;
	if (is_short)
		source_remark(source, "the header announces %u bytes of table, %zu are there",
			      (unsigned)length, table.size);
	source_take_table(source, table);
	return SOURCE_YES;
}
