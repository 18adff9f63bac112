/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault.h - decisions about a page fault, made on its record alone */
#ifndef FWQUIRK_FAULT_H
#define FWQUIRK_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include <fwquirk/arch.h>

/*
 * True for a plain supervisor write into [first, first + size_bytes) that failed because a mapped page is
 * read-only: the only kind of fault that a probe of read-only memory takes for its own.
 */
bool fault_is_write_to_readonly(const struct fault *fault, virt_t first, uint64_t size_bytes);

#endif
