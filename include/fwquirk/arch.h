/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* arch.h - the border to the processor; src/arch/ARCH implements it, core and efi act through it */
#ifndef FWQUIRK_ARCH_H
#define FWQUIRK_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/address.h>
#include <fwquirk/status.h>

/* "x86_64", "aarch64": the value of the identity field arch. */
const char *arch_name(void);

/* ---- page tables: the format, as pure functions --------------------------------------------- */

/*
 * How addresses are translated. Levels count from the leaf: 1 holds pages of 4 KiB.
 * `address_mask`: bits of an entry that are an address, without a memory encryption bit.
 */
struct pagetable {
	phys_t root;
	unsigned n_levels;
	uint64_t address_mask;
	bool has_execute_disable;
};

/* One entry, decoded. `next` is the table below, or what a leaf maps. */
struct arch_entry {
	bool present, leaf, writable, executable, user;
	phys_t next;
};

void arch_entry_decode(const struct pagetable *table, uint64_t entry, unsigned level,
		       struct arch_entry *ret_entry);
/* The same entry with these permissions as far as the translation knows them, else as it was. */
uint64_t arch_entry_with(const struct pagetable *table, uint64_t entry, bool writable,
			 bool executable);
/* True when the entry is neither zero nor well formed: bits that have to be zero are set, or the address
 * has more than `address_bits`. */
bool arch_entry_is_garbage(const struct pagetable *table, uint64_t entry, unsigned level,
			   unsigned address_bits);
/* Bytes that one entry of this level covers. */
uint64_t arch_level_size(unsigned level);
/* Place of the entry for an address in a table of this level. */
unsigned arch_level_index(unsigned level, virt_t address);
/* False for an address that the translation cannot have (x86: not canonical). */
bool arch_address_is_valid(const struct pagetable *table, virt_t address);

/* ---- page tables: the machine ---------------------------------------------------------------- */

/* The translation in use. STATUS_UNSUPPORTED when there is none that we know. */
enum status arch_pagetable_now(struct pagetable *ret_table);
/* Width of a physical address of this processor. */
unsigned arch_address_bits(void);
/* True when supervisor writes to a page that is not writable fault (x86: CR0.WP). */
bool arch_writes_are_checked(void);
/* Stores an entry although its page may be read-only, and drops `address` from the TLB. */
void arch_entry_store(uint64_t *entry, uint64_t value, virt_t address);

/* ---- page faults ------------------------------------------------------------------------------ */

enum fault_access { FAULT_READ, FAULT_WRITE, FAULT_EXECUTE };

/* What a page fault says of itself. `unusual` are conditions that nobody here repairs: reserved
 * bits, protection keys, shadow stack, SGX, user mode. */
struct fault {
	virt_t address;
	virt_t instruction;
	enum fault_access access;
	bool present; /* a permission was missing, not the page */
	bool unusual;
	uint64_t raw; /* the machine's own code for it */
};

void arch_fault_decode(uint64_t raw, virt_t address, virt_t instruction, struct fault *ret_fault);

/*
 * Repairs a fault and returns true, or returns false and has changed nothing: the firmware's own
 * handler gets it then, with every register and the stack as they were. Runs on the stack that the
 * firmware chose for this exception, with interrupts as the gate has them; calls no service. A fault
 * inside it goes to the firmware.
 */
typedef bool fault_handler(const struct fault *fault, void *context);

#define ARCH_GATE_ROOM 4096u

/*
 * Puts our gate in front of the firmware's handler for page faults until arch_gate_close. `room` is
 * ARCH_GATE_ROOM bytes of writable memory, 16-byte aligned, for as long: the firmware's own table
 * is not written, it may be read-only. One at a time.
 * STATUS_REFUSED      a gate is open already
 * STATUS_UNSUPPORTED  the firmware has no handler of a form that we could stand in front of
 */
enum status arch_gate_open(void *room, fault_handler *handler, void *context);
void arch_gate_close(void);

#endif
