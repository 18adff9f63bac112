/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* smbios_entry.c - an entry point in, where the table lies out; never follows the address */
#include <fwquirk/smbios.h>

/* 64-bit entry point, DSP0134 3.7.0 section 5.2.2. */
enum {
	E64_LENGTH = 0x06,
	E64_MAJOR = 0x07,
	E64_MINOR = 0x08,
	E64_DOCREV = 0x09,
	E64_TABLE_MAX_SIZE = 0x0c,
	E64_TABLE_ADDRESS = 0x10,
	E64_SIZE = 0x18,
};

/* 32-bit entry point, DSP0134 3.7.0 section 5.2.1; its second half begins at the anchor "_DMI_". */
enum {
	E32_LENGTH = 0x05,
	E32_MAJOR = 0x06,
	E32_MINOR = 0x07,
	E32_INTERMEDIATE = 0x10,
	E32_SIZE = 0x1f,
	E32_SIZE_BEFORE_2_1_ERRATUM = 0x1e,
	E32_SIZE_PADDED = 0x20,
};

/* From "_DMI_" on. */
enum {
	DMI_TABLE_SIZE = 0x06,
	DMI_TABLE_ADDRESS = 0x08,
	DMI_N_STRUCTURES = 0x0c,
	DMI_BCD_REVISION = 0x0e,
	DMI_SIZE = 0x0f,
};

static bool has_anchor(struct span bytes, size_t offset, const char *anchor)
{
	for (; *anchor; anchor++, offset++) {
		uint8_t byte;

		if (!span_u8(bytes, offset, &byte) || byte != (uint8_t)*anchor)
			return false;
	}
	return true;
}

/* `size` bytes must be there and sum up to zero. */
static enum status check_sum(struct span bytes, size_t offset, size_t size)
{
	struct span summed;

	if (!span_slice(bytes, offset, size, &summed))
		return STATUS_TRUNCATED;
	return span_sum8(summed) ? STATUS_CHECKSUM : STATUS_OK;
}

/* Revisions that never were, with what dmidecode takes them for: 2.31, 2.33, 2.51. */
static void correct_version(struct smbios_entry *entry)
{
	if (entry->major != 2)
		return;
	if (entry->minor == 0x1f || entry->minor == 0x21)
		entry->minor = 3;
	else if (entry->minor == 0x33)
		entry->minor = 6;
}

static enum status read_64bit(struct span bytes, struct smbios_entry *ret_entry)
{
	struct smbios_entry entry = {.is_64bit = true};
	uint8_t length;
	enum status status;

	if (!span_u8(bytes, E64_LENGTH, &length) || bytes.size < E64_SIZE)
		return STATUS_TRUNCATED;
	if (length < E64_SIZE || length > 0x20)
		return STATUS_MALFORMED;
	status = check_sum(bytes, 0, length);
	if (status != STATUS_OK)
		return status;
	(void)span_u8(bytes, E64_MAJOR, &entry.major);
	(void)span_u8(bytes, E64_MINOR, &entry.minor);
	(void)span_u8(bytes, E64_DOCREV, &entry.docrev);
	(void)span_le32(bytes, E64_TABLE_MAX_SIZE, &entry.table_size_bytes);
	(void)span_le64(bytes, E64_TABLE_ADDRESS, &entry.table_address);
	*ret_entry = entry;
	return STATUS_OK;
}

/* What both old forms share. Leaves the version alone when `bcd` is false. */
static enum status read_intermediate(struct span bytes, size_t offset, bool has_version,
				     struct smbios_entry *ret_entry)
{
	struct smbios_entry entry = *ret_entry;
	enum status status = check_sum(bytes, offset, DMI_SIZE);
	uint16_t size;
	uint32_t address;
	uint8_t bcd;

	if (status != STATUS_OK)
		return status;
	(void)span_le16(bytes, offset + DMI_TABLE_SIZE, &size);
	(void)span_le32(bytes, offset + DMI_TABLE_ADDRESS, &address);
	(void)span_le16(bytes, offset + DMI_N_STRUCTURES, &entry.n_structures);
	(void)span_u8(bytes, offset + DMI_BCD_REVISION, &bcd);
	entry.table_size_bytes = size;
	entry.table_address = address;
	if (!has_version) {
		entry.major = bcd >> 4;
		entry.minor = bcd & 0xf;
	}
	*ret_entry = entry;
	return STATUS_OK;
}

static enum status read_32bit(struct span bytes, struct smbios_entry *ret_entry)
{
	struct smbios_entry entry = {.is_64bit = false};
	enum status status;
	uint8_t length;

	if (!span_u8(bytes, E32_LENGTH, &length) || bytes.size < E32_SIZE)
		return STATUS_TRUNCATED;
	if (length < E32_SIZE_BEFORE_2_1_ERRATUM || length > E32_SIZE_PADDED ||
	    !has_anchor(bytes, E32_INTERMEDIATE, "_DMI_"))
		return STATUS_MALFORMED;
	status = check_sum(bytes, 0, length);
	if (status == STATUS_OK)
		status = read_intermediate(bytes, E32_INTERMEDIATE, true, &entry);
	if (status != STATUS_OK)
		return status;
	(void)span_u8(bytes, E32_MAJOR, &entry.major);
	(void)span_u8(bytes, E32_MINOR, &entry.minor);
	correct_version(&entry);
	*ret_entry = entry;
	return STATUS_OK;
}

enum status smbios_entry_read(struct span bytes, struct smbios_entry *ret_entry)
{
	struct smbios_entry entry = {.is_legacy = true};
	enum status status;

	if (has_anchor(bytes, 0, "_SM3_"))
		return read_64bit(bytes, ret_entry);
	if (has_anchor(bytes, 0, "_SM_"))
		return read_32bit(bytes, ret_entry);
	if (!has_anchor(bytes, 0, "_DMI_"))
		return STATUS_ABSENT;
	status = read_intermediate(bytes, 0, false, &entry);
	if (status == STATUS_OK)
		*ret_entry = entry;
	return status;
}
