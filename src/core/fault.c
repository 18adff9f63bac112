/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault.c - the record of a page fault in, ours or not out; changes nothing */
#include <fwquirk/fault.h>

bool fault_is_write_to_readonly(const struct fault *fault, virt_t first, uint64_t size_bytes)
{
	if (fault->access != FAULT_WRITE || !fault->present || fault->unusual)
		return false;
	return fault->address.at >= first.at && fault->address.at - first.at < size_bytes;
}
