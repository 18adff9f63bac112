/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* permissions.h - what a range of memory allows, read from and written into the page tables in use */
#ifndef EFI_PERMISSIONS_H
#define EFI_PERMISSIONS_H

#include <stdint.h>

#include <fwquirk/status.h>

/*
 * Ranges are whole pages, [first, first + size_bytes) without wrapping round; attributes are
 * MEMORY_ATTRIBUTE_RO, _XP and _RP as in proto/memory_attribute.h.
 */

/* Pages for new tables are laid by, as long as memory can be had, and what is left of them given back.
 * STATUS_UNSUPPORTED when the translation is none that we know, STATUS_NO_SPACE. */
enum status permissions_prepare(void);
void permissions_release(void);

/* STATUS_MALFORMED when not all pages allow the same; *ret_attributes is set to what the first one says. */
enum status permissions_get(uint64_t first, uint64_t size_bytes, uint64_t *ret_attributes);

/*
 * Sets and clears RO and XP page by page and reads it back; larger leaves are split at the ends only. What is right already is
 * left alone. Journals what it changed.
 *
 * STATUS_ABSENT       a page is not mapped; nothing has changed
 * STATUS_NO_SPACE     no page is left for tables: the range may have changed up to there
 * STATUS_UNSUPPORTED  execute-disable is asked for where the processor has none; nothing has changed
 * STATUS_FAILED       the read-back does not show it
 */
enum status permissions_change(uint64_t first, uint64_t size_bytes, uint64_t set, uint64_t clear);

#endif
