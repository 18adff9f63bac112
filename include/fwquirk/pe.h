/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pe.h - sections of a loaded PE32+ image */
#ifndef FWQUIRK_PE_H
#define FWQUIRK_PE_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/span.h>
#include <fwquirk/status.h>

/*
 * The section `name` (at most eight characters) of an image that is laid out in memory (`image` from
 * its base, Microsoft "PE Format", sections "COFF File Header" and "Section Table"): VirtualSize bytes.
 *
 * STATUS_ABSENT     no section of that name
 * STATUS_MALFORMED  not a PE image, or a section that leaves it
 */
enum status pe_section_find(struct span image, const char *name, struct span *ret_section);

/* SizeOfImage of the optional header: how many bytes the loaded image has from its base on.
 * STATUS_MALFORMED when there are no PE32+ headers. */
enum status pe_image_size(struct span headers, uint32_t *ret_size_bytes);

/* True for a PE32+ image that says IMAGE_DLLCHARACTERISTICS_NX_COMPAT ("DLL Characteristics"). */
bool pe_is_nx_compatible(struct span headers);

/* The next section with IMAGE_SCN_MEM_EXECUTE ("Section Flags"): start with `*cursor` 0; false when there
 * is none left, or where one leaves the image. */
bool pe_code_next(struct span image, uint32_t *cursor, struct span *ret_code);

#endif
