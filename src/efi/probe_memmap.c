/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* probe_memmap.c - the memory map and the Memory Attributes Table, checked by core; changes neither */
#include <fwquirk/mat.h>

#include "probe.h"
#include "proto/tables.h"

/* As far as a table of the largest size that mat_open takes can reach. */
#define MAT_MAX_BYTES (256u << 10)

void probe_memmap(struct probe_vector *vector)
{
	const struct memmap *map = probe_memory_map();
	unsigned found;

	if (!map)
		return;
	found = memmap_check(map, 1ull << arch_address_bits());
	probe_answers(vector, PROBE_MEMMAP_ZERO_LENGTH, 5, found);
	probe_answer(vector, PROBE_MEMMAP_OVERSIZE, found & MEMMAP_OVERSIZE);
}

void probe_mat(struct probe_vector *vector)
{
	EFI_GUID guid = MEMORY_ATTRIBUTES_TABLE_GUID;
	const void *table = firmware_table(&guid);
	const struct memmap *map = table ? probe_memory_map() : NULL;
	enum status status;
	struct mat mat;
	unsigned found;

	if (!table)
		probe_answers(vector, PROBE_MAT_HEADER_BAD, 5, 0);
	if (!map)
		return;
	status = mat_open(firmware_readable((uintptr_t)table, MAT_MAX_BYTES), map, &mat);
	probe_answer(vector, PROBE_MAT_HEADER_BAD, status != STATUS_OK);
	if (status == STATUS_OK && mat_check(&mat, map, &found) == STATUS_OK)
		probe_answers(vector, PROBE_MAT_OUTSIDE_RUNTIME, 4, found);
}
