/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pool_block.h - how far a pool allocation reaches, which FreePool() is not told */
#ifndef FWQUIRK_POOL_BLOCK_H
#define FWQUIRK_POOL_BLOCK_H

#include <stdint.h>

#include <fwquirk/address.h>
#include <fwquirk/pagetable.h>
#include <fwquirk/status.h>

struct pool_block {
	virt_t first;
	uint64_t size_bytes;
};

/*
 * The block that holds `buffer`, firmware's own head and tail included. Only believed when head
 * and tail are mapped, carry EDK II's signatures and agree about the size. Reads, never writes.
 * STATUS_ABSENT: this firmware keeps its pools in another way, or it is no pool buffer.
 */
enum status pool_block_find(const struct pagetable *table, virt_t buffer,
			    struct pool_block *ret_block);

#endif
