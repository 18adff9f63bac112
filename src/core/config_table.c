/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* config_table.c - a GUID and the first bytes of a configuration table in, its length out; follows no pointer in it */
#include <fwquirk/config_table.h>

/*
 * The length is `fixed` bytes and `each` of what a number of `width` bytes at `at` says, times the u32 at `times`
 * if that is not zero. With `width` 0 there is no number.
 */
static const struct layout {
	uint8_t guid[16];
	uint8_t fixed, each, width, at, times;
	uint16_t most; /* of the number */
} layouts[] = {
	/* ACPI 1.0: ACPI 6.5 section 5.2.5.3, table 5.3. */
	{{0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0, 0x90, 0x27, 0x3f, 0xc1,
	  0x4d},
	 .fixed = 20},
	/* ACPI 2.0, the same table: Length. */
	{{0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0, 0x80, 0xc7, 0x3c, 0x88,
	  0x81},
	 .each = 1,
	 .width = 4,
	 .at = 20,
	 .most = 4096},
	/* SMBIOS 2.x and 3.x: DSP0134 3.7.0 sections 5.2.1 and 5.2.2, Entry Point Length. */
	{{0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0, 0x90, 0x27, 0x3f, 0xc1,
	  0x4d},
	 .each = 1,
	 .width = 1,
	 .at = 5,
	 .most = 32},
	{{0x44, 0x15, 0xfd, 0xf2, 0x94, 0x97, 0x2c, 0x4a, 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3,
	  0x94},
	 .each = 1,
	 .width = 1,
	 .at = 6,
	 .most = 32},
	/* ESRT: UEFI 2.10 section 23.4; Linux takes 128 resources. */
	{{0x63, 0xa2, 0x22, 0xb1, 0x61, 0x36, 0x68, 0x4f, 0x99, 0x29, 0x78, 0xf8, 0xb0, 0xd6, 0x21,
	  0x80},
	 .fixed = 16,
	 .each = 40,
	 .width = 4,
	 .at = 0,
	 .most = 128},
	/* Memory Attributes Table: UEFI 2.10 section 4.6.4, number and size of its entries. */
	{{0x1d, 0x91, 0xfa, 0xdc, 0xeb, 0x26, 0x9f, 0x46, 0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12,
	  0x20},
	 .fixed = 16,
	 .each = 1,
	 .width = 4,
	 .at = 4,
	 .times = 8,
	 .most = 1024},
	/* EFI_RT_PROPERTIES_TABLE: UEFI 2.10 section 4.6.2, Length. */
	{{0x8a, 0x91, 0x66, 0xeb, 0xef, 0x7e, 0x2a, 0x40, 0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a,
	  0xe9},
	 .each = 1,
	 .width = 2,
	 .at = 2,
	 .most = 64},
};

static bool is_same(const uint8_t *a, const uint8_t *b)
{
	for (unsigned i = 0; i < sizeof(layouts[0].guid); i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static enum status size_by(const struct layout *layout, struct span bytes, size_t *ret_size_bytes)
{
	uint64_t number = 0, size = layout->fixed;
	uint32_t times = 1;
	struct span field;

	if (!span_slice(bytes, layout->at, layout->width, &field) ||
	    (layout->times && !span_le32(bytes, layout->times, &times)))
		return STATUS_TRUNCATED;
	while (field.size--)
		number = number << 8 | field.at[field.size];
	if (number > layout->most || times > CONFIG_TABLE_MAX_BYTES || (layout->width && !number))
		return STATUS_MALFORMED;
	size += number * layout->each * times;
	/* Shorter than what says how long it is. */
	if (size < (size_t)layout->at + layout->width || size > CONFIG_TABLE_MAX_BYTES)
		return STATUS_MALFORMED;
	if (size > bytes.size)
		return STATUS_TRUNCATED;
	*ret_size_bytes = (size_t)size;
	return STATUS_OK;
}

enum status config_table_size(const uint8_t guid[16], struct span bytes, size_t *ret_size_bytes)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (is_same(layouts[i].guid, guid))
			return size_by(&layouts[i], bytes, ret_size_bytes);
	return STATUS_UNSUPPORTED;
}
