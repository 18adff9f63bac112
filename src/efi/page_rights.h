/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* page_rights.h - what pages allow, changed in the page tables in use */
#ifndef EFI_PAGE_RIGHTS_H
#define EFI_PAGE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/status.h>

#define RIGHT_WRITE   1u
#define RIGHT_EXECUTE 2u

/*
 * Pages for tables, so that large leaves can be split where no service may be called: enough for the next
 * rights_change(). Calls AllocatePages(). STATUS_NO_SPACE, also when what it gets cannot be used.
 */
enum status rights_prepare(void);
/* Gives back what was made ready and not used. */
void rights_release(void);

/*
 * Every mapped page of [first, first + size_bytes), whole pages, gains `allow` and loses `withhold`; pages
 * that are not mapped stay so, those that are right already are left alone. Calls no service.
 * STATUS_NO_SPACE: not prepared well enough, a part is as it was.
 */
enum status rights_change(uint64_t first, uint64_t size_bytes, unsigned allow, unsigned withhold);

/* True when some mapped page of the range does not allow all of `wanted`. */
bool rights_lack(uint64_t first, uint64_t size_bytes, unsigned wanted);

#endif
