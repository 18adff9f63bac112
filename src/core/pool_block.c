/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pool_block.c - a pool buffer in, its extent out, from the head and the tail that EDK II puts
 * round it (tianocore/edk2, MdeModulePkg/Core/Dxe/Mem/Pool.c, POOL_HEAD and POOL_TAIL).
 */
#include <stddef.h>

#include <fwquirk/pagetable.h>
#include <fwquirk/pool_block.h>

struct pool_head {
	uint32_t signature;
	uint32_t reserved;
	uint32_t type;
	uint32_t padding;
	uint64_t size; /* head, buffer and tail */
};

struct pool_tail {
	uint32_t signature;
	uint32_t reserved;
	uint64_t size; /* the same */
};

_Static_assert(sizeof(struct pool_head) == 24 && offsetof(struct pool_head, size) == 16,
	       "POOL_HEAD up to Data");
_Static_assert(sizeof(struct pool_tail) == 16 && offsetof(struct pool_tail, size) == 8,
	       "POOL_TAIL");

#define SIGNATURE_HEAD      0x30646870u /* "phd0" */
#define SIGNATURE_PAGE_HEAD 0x31646870u /* "phd1": pool with guard pages */
#define SIGNATURE_TAIL      0x6c617470u /* "ptal" */

static bool is_aligned(uint64_t address)
{
	return address % sizeof(uint64_t) == 0;
}

enum status pool_block_find(const struct pagetable *table, virt_t buffer,
			    struct pool_block *ret_block)
{
	virt_t first = {buffer.at - sizeof(struct pool_head)}, last;
	const struct pool_head *head = (const void *)(uintptr_t)first.at;
	const struct pool_tail *tail;

	if (buffer.at < sizeof(*head) || !is_aligned(buffer.at) ||
	    !pagetable_is_mapped(table, first, sizeof(*head)))
		return STATUS_ABSENT;
	if ((head->signature != SIGNATURE_HEAD && head->signature != SIGNATURE_PAGE_HEAD) ||
	    head->size < sizeof(*head) + sizeof(*tail) || !is_aligned(head->size) ||
	    head->size > UINT64_MAX - first.at)
		return STATUS_ABSENT;
	last.at = first.at + head->size - sizeof(*tail);
	if (!pagetable_is_mapped(table, last, sizeof(*tail)))
		return STATUS_ABSENT;
	tail = (const void *)(uintptr_t)last.at;
	if (tail->signature != SIGNATURE_TAIL || tail->size != head->size)
		return STATUS_ABSENT;
	*ret_block = (struct pool_block){first, head->size};
	return STATUS_OK;
}
