/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pe.c - an image in memory in, one of its sections out; reads headers, runs nothing */
#include <fwquirk/pe.h>

/* Microsoft "PE Format": "MS-DOS Stub", "Signature", "COFF File Header", "Section Table". */
#define DOS_MAGIC              0x5a4du
#define DOS_OFFSET_PE          0x3cu
#define PE_MAGIC               0x00004550u
#define COFF_OFFSET_N_SECTIONS 6u
#define COFF_OFFSET_OPTIONAL   20u
#define COFF_SIZE              24u
/* "Optional Header Standard Fields" and "Windows-Specific Fields", PE32+. */
#define OPTIONAL_MAGIC        0x20bu
#define OPTIONAL_OFFSET_IMAGE 56u
#define OPTIONAL_OFFSET_DLL   70u
#define DLL_NX_COMPAT         0x0100u
#define SECTION_SIZE          40u
#define SECTION_NAME_SIZE     8u
#define SECTION_OFFSET_FLAGS  36u
#define SECTION_EXECUTE       0x20000000u

static bool name_is(struct span section, const char *name)
{
	for (size_t i = 0; i < SECTION_NAME_SIZE; i++) {
		if (section.at[i] != (uint8_t)*name)
			return false;
		if (*name)
			name++;
	}
	return true;
}

/* From the COFF header on, its signature included; false when there is none. */
static bool coff_header(struct span image, struct span *ret_coff)
{
	uint32_t pe, signature;
	uint16_t magic;

	return span_le16(image, 0, &magic) && magic == DOS_MAGIC &&
	       span_le32(image, DOS_OFFSET_PE, &pe) && pe <= image.size &&
	       span_slice(image, pe, image.size - pe, ret_coff) &&
	       span_le32(*ret_coff, 0, &signature) && signature == PE_MAGIC;
}

/* The section table as a span, one header behind the other. */
static bool section_table(struct span image, struct span *ret_table)
{
	uint16_t n_sections, optional;
	struct span coff;

	return coff_header(image, &coff) && span_le16(coff, COFF_OFFSET_N_SECTIONS, &n_sections) &&
	       span_le16(coff, COFF_OFFSET_OPTIONAL, &optional) &&
	       span_slice(coff, (size_t)COFF_SIZE + optional, (size_t)n_sections * SECTION_SIZE,
			  ret_table);
}

enum status pe_image_size(struct span headers, uint32_t *ret_size_bytes)
{
	struct span coff;
	uint16_t magic;

	if (!coff_header(headers, &coff) || !span_le16(coff, COFF_SIZE, &magic) ||
	    magic != OPTIONAL_MAGIC ||
	    !span_le32(coff, COFF_SIZE + OPTIONAL_OFFSET_IMAGE, ret_size_bytes))
		return STATUS_MALFORMED;
	return STATUS_OK;
}

bool pe_is_nx_compatible(struct span headers)
{
	uint16_t magic, characteristics;
	struct span coff;

	return coff_header(headers, &coff) && span_le16(coff, COFF_SIZE, &magic) &&
	       magic == OPTIONAL_MAGIC &&
	       span_le16(coff, COFF_SIZE + OPTIONAL_OFFSET_DLL, &characteristics) &&
	       characteristics & DLL_NX_COMPAT;
}

static bool section_bytes(struct span image, struct span section, struct span *ret_bytes)
{
	uint32_t size, address;

	return span_le32(section, 8, &size) && span_le32(section, 12, &address) &&
	       span_slice(image, address, size, ret_bytes);
}

enum status pe_section_find(struct span image, const char *name, struct span *ret_section)
{
	struct span table, section;

	if (!section_table(image, &table))
		return STATUS_MALFORMED;
	while (span_take(&table, SECTION_SIZE, &section)) {
		if (!name_is(section, name))
			continue;
		return section_bytes(image, section, ret_section) ? STATUS_OK : STATUS_MALFORMED;
	}
	return STATUS_ABSENT;
}

bool pe_code_next(struct span image, uint32_t *cursor, struct span *ret_code)
{
	struct span table, section;
	uint32_t flags;

	if (!section_table(image, &table))
		return false;
	while (span_slice(table, (size_t)*cursor * SECTION_SIZE, SECTION_SIZE, &section)) {
		++*cursor;
		if (!span_le32(section, SECTION_OFFSET_FLAGS, &flags))
			return false;
		if (flags & SECTION_EXECUTE)
			return section_bytes(image, section, ret_code);
	}
	return false;
}
