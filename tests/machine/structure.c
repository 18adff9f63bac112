/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* structure.c - fields and strings in, the bytes of one SMBIOS structure out; broken only as told */
#include <stdlib.h>
#include <string.h>

#include "structure.h"

void *machine_grow(void *at, size_t size)
{
	at = realloc(at, size);
	if (!at)
		abort();
	return at;
}

void machine_add(struct machine *machine, const void *bytes, size_t size)
{
	if (!size)
		return;
	machine->table = machine_grow(machine->table, machine->table_size + size);
	memcpy(machine->table + machine->table_size, bytes, size);
	machine->table_size += size;
}

void structure_set_handle(struct structure *structure, unsigned handle)
{
	structure->formatted[2] = (uint8_t)handle;
	structure->formatted[3] = (uint8_t)(handle >> 8);
}

void structure_begin(struct structure *structure, uint8_t type, unsigned length, unsigned handle)
{
	*structure =
		(struct structure){.length = length, .claimed_length = -1, .bad_index_offset = -1};
	structure->formatted[0] = type;
	structure_set_handle(structure, handle);
	/* No release is FFh, not 0.0. */
	if (type == 0)
		memset(structure->formatted + 0x14, 0xff, 4);
}

void structure_add_string(struct structure *structure, const char *string, size_t size)
{
	structure->strings = machine_grow(structure->strings, structure->strings_size + size + 1);
	memcpy(structure->strings + structure->strings_size, string, size);
	structure->strings[structure->strings_size + size] = '\0';
	structure->strings_size += size + 1;
	structure->n_strings++;
}

void structure_end(struct structure *structure, struct machine *machine)
{
	size_t before = machine->table_size;

	structure->formatted[1] = (uint8_t)structure->length;
	if (structure->claimed_length >= 0)
		structure->formatted[1] = (uint8_t)structure->claimed_length;
	if (structure->bad_index_offset >= 0)
		structure->formatted[structure->bad_index_offset] =
			(uint8_t)(structure->n_strings + 1);
	machine_add(machine, structure->formatted, structure->length);
	machine_add(machine, structure->strings, structure->strings_size);
	if (!structure->unterminated)
		machine_add(machine, "\0", structure->n_strings || structure->single_nul ? 1 : 2);
	else if (structure->strings_size)
		machine->table_size--;
	free(structure->strings);
	structure->strings = NULL;
	machine->n_structures++;
	if (machine->table_size - before > machine->largest_structure)
		machine->largest_structure = (unsigned)(machine->table_size - before);
}
