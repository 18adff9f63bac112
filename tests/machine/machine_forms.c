/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* machine_forms.c - a built table in, the file that some tool would have written of it out */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/* dmidecode --dump-bin puts the table at 32 and says so in the entry point. */
#define DUMP_TABLE_OFFSET 0x20u
/* What old dumps hold: the address in the machine they were taken from. */
#define PHYSICAL_ADDRESS 0xe0020u

static const char form_names[] =
	"table\0dump32\0dump64\0dump-dmi\0dump-physical\0entry32\0entry64\0"
	"raw-smbios\0";

const char *machine_form_name(unsigned form)
{
	const char *name = text_nth(form_names, form);

	return *name ? name : NULL;
}

static void put_le(uint8_t *at, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Sets the byte at `at` so that all of them sum up to zero, or to one off. */
static void put_checksum(uint8_t *bytes, size_t size, size_t at, bool wrong)
{
	bytes[at] = 0;
	bytes[at] = (uint8_t)(0u - span_sum8(span_of(bytes, size)) + wrong);
}

static uint64_t announced_size(const struct machine *machine)
{
	return machine->announced_size >= 0 ? (uint64_t)machine->announced_size
					    : machine->table_size;
}

/* "_DMI_" half, DSP0134 3.7.0 section 5.2.1; 15 bytes. */
static void put_intermediate(const struct machine *machine, uint32_t address, uint8_t *at)
{
	memcpy(at, "_DMI_", 5);
	put_le(at + 0x06, announced_size(machine), 2);
	put_le(at + 0x08, address, 4);
	put_le(at + 0x0c,
	       machine->announced_count >= 0 ? (uint64_t)machine->announced_count
					     : machine->n_structures,
	       2);
	at[0x0e] = (uint8_t)(machine->major << 4 | (machine->minor & 0xf));
	put_checksum(at, 0x0f, 0x05, machine->wrong_intermediate);
}

static void put_entry_32(const struct machine *machine, uint32_t address, uint8_t *at)
{
	size_t length = machine->entry_length >= 0 ? (size_t)machine->entry_length : 0x1f;

	memcpy(at, "_SM_", 4);
	at[0x05] = (uint8_t)length;
	at[0x06] = machine->major;
	at[0x07] = machine->minor;
	put_le(at + 0x08, machine->largest_structure, 2);
	put_intermediate(machine, address, at + 0x10);
	put_checksum(at, length > 0x20 ? 0x20 : length, 0x04, machine->wrong_checksum);
}

static void put_entry_64(const struct machine *machine, uint64_t address, uint8_t *at)
{
	size_t length = machine->entry_length >= 0 ? (size_t)machine->entry_length : 0x18;

	memcpy(at, "_SM3_", 5);
	at[0x06] = (uint8_t)length;
	at[0x07] = machine->major;
	at[0x08] = machine->minor;
	at[0x09] = machine->docrev;
	at[0x0a] = 1; /* entry point revision */
	put_le(at + 0x0c, announced_size(machine), 4);
	put_le(at + 0x10, address, 8);
	put_checksum(at, length > 0x20 ? 0x20 : length, 0x05, machine->wrong_checksum);
}

/* Writes what stands before the table into 32 bytes; its size. */
static size_t put_head(const struct machine *machine, enum machine_form form, uint8_t *head)
{
	switch (form) {
	case MACHINE_DUMP_32:
	case MACHINE_ENTRY_32:
		put_entry_32(machine, DUMP_TABLE_OFFSET, head);
		return form == MACHINE_ENTRY_32 ? 0x1f : DUMP_TABLE_OFFSET;
	case MACHINE_DUMP_64:
	case MACHINE_ENTRY_64:
		put_entry_64(machine, DUMP_TABLE_OFFSET, head);
		return form == MACHINE_ENTRY_64 ? 0x18 : DUMP_TABLE_OFFSET;
	case MACHINE_DUMP_DMI:
		put_intermediate(machine, DUMP_TABLE_OFFSET, head);
		return DUMP_TABLE_OFFSET;
	case MACHINE_DUMP_PHYSICAL:
		put_entry_32(machine, PHYSICAL_ADDRESS, head);
		return DUMP_TABLE_OFFSET;
	case MACHINE_RAW_SMBIOS:
		/* struct RawSMBIOSData: calling method, version, length; then the table. */
		head[1] = machine->major;
		head[2] = machine->minor;
		head[3] = machine->docrev;
		put_le(head + 4, announced_size(machine), 4);
		return 8;
	default:
		return 0;
	}
}

uint8_t *machine_bytes(const struct machine *machine, enum machine_form form, size_t *ret_size)
{
	bool has_table = form != MACHINE_ENTRY_32 && form != MACHINE_ENTRY_64;
	uint8_t head[DUMP_TABLE_OFFSET] = {0};
	size_t head_size = put_head(machine, form, head);
	size_t table_size = has_table ? machine->table_size : 0;
	uint8_t *bytes = malloc(head_size + table_size + 1);

	if (!bytes)
		abort();
	memcpy(bytes, head, head_size);
	if (table_size)
		memcpy(bytes + head_size, machine->table, table_size);
	*ret_size = head_size + table_size;
	return bytes;
}

void machine_identity(const struct machine *machine, struct identity *ret_identity)
{
	identity_clear(ret_identity);
	identity_from_smbios(ret_identity, span_of(machine->table, machine->table_size), NULL);
	for (unsigned field = FIELD_EFI_VENDOR; field < FIELD_COUNT; field++) {
		/* Numbers that point into the machine's identity live as long as the machine. */
		if (machine->efi.present >> field & 1)
			identity_set_text(ret_identity, (enum field)field,
					  machine->efi.field[field]);
	}
}
