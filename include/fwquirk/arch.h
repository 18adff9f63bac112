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

/* The time stamp counter. */
uint64_t arch_cycles(void);

/* ---- page tables: the format, as pure functions --------------------------------------------- */

/*
 * How addresses are translated. Levels count from the leaf: 1 holds pages of 4 KiB.
 * `address_mask`: bits of an entry that are an address, without a memory encryption bit. `encrypted`:
 * that bit where the tables in use have it set, so that new entries get it, too; else 0.
 */
struct pagetable {
	phys_t root;
	unsigned n_levels;
	uint64_t address_mask;
	uint64_t encrypted;
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
/* New entries: one that maps memory at a level that can have leaves, without device or cache bits; and
 * one that leads to a table below and allows everything. Supervisor only. */
uint64_t arch_entry_leaf(const struct pagetable *table, phys_t memory, unsigned level,
			 bool writable, bool executable);
uint64_t arch_entry_table(const struct pagetable *table, phys_t below);
/* The same entry, leading elsewhere. */
uint64_t arch_entry_moved(const struct pagetable *table, uint64_t entry, phys_t to);
/* Of the leaf of a level above 1, the leaf one level below that maps its first part alike; each next part
 * is more by the size of one. */
uint64_t arch_entry_part(uint64_t entry, unsigned level);
/* False for an entry that maps nothing and leads nowhere. */
bool arch_entry_is_present(uint64_t entry);
/*
 * How many of the next `n` leaves of 4 KiB, upwards or downwards in the table, are in the state of this one:
 * absent, too, or mapping the memory beside it with the same bits but what the processor notes about use.
 */
unsigned arch_entries_alike(const uint64_t *entry, unsigned n, bool down);
/* True when no entry of the table is present. */
bool arch_table_is_empty(const uint64_t *entries);
/* Bytes that one entry of this level covers. */
uint64_t arch_level_size(unsigned level);
/* Place of the entry for an address in a table of this level. */
unsigned arch_level_index(unsigned level, virt_t address);
/* False for an address that the translation cannot have (x86: not canonical). */
bool arch_address_is_valid(const struct pagetable *table, virt_t address);

/* ---- page tables: the machine ---------------------------------------------------------------- */

/* The translation in use. STATUS_UNSUPPORTED when there is none that we know. */
enum status arch_pagetable_now(struct pagetable *ret_table);
/* Translates by these tables from now on; they have the levels and bits of those in use. */
void arch_pagetable_use(const struct pagetable *table);
/* True while the processor walks these tables: somebody may have put others in their place. */
bool arch_pagetable_is_in_use(const struct pagetable *table);
/* Width of a physical address of this processor. */
unsigned arch_address_bits(void);
/* True when supervisor writes to a page that is not writable fault (x86: CR0.WP). */
bool arch_writes_are_checked(void);
/* Stores `n` entries, `value` and each next one more by `step`, although their page may be read-only,
 * and drops `address` from the TLB. */
void arch_entries_store(uint64_t *entry, unsigned n, uint64_t value, uint64_t step, virt_t address);
static inline void arch_entry_store(uint64_t *entry, uint64_t value, virt_t address)
{
	arch_entries_store(entry, 1, value, 0, address);
}

/* Nothing of what the page tables said before is remembered. */
void arch_tlb_drop_all(void);

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
 * Repairs a fault and returns true, or returns false and has changed nothing: the handler opened before
 * gets it then, at last the firmware's own, with every register and the stack as they were. Runs on a
 * stack of ours with interrupts off; calls no service but in arch_gate_try(). A fault inside it goes to
 * the firmware.
 */
typedef bool fault_handler(const struct fault *fault, void *context);

#define ARCH_GATE_ROOM      32768u
#define ARCH_GATE_MAX_DEPTH 3u

/*
 * Puts our gate in front of the firmware's handler for page faults until arch_gate_close. `room` is
 * ARCH_GATE_ROOM bytes of writable memory, 4 KiB aligned, for as long: for a copy of the firmware's
 * table, which is not written because it may be read-only, and for a stack. Opened again, the new
 * handler is asked first until it is closed; its room is not used then.
 * STATUS_REFUSED      ARCH_GATE_MAX_DEPTH handlers are there already
 * STATUS_UNSUPPORTED  the firmware has no handler of a form that we could stand in front of
 */
enum status arch_gate_open(void *room, fault_handler *handler, void *context);
/* The handler opened last. The firmware's table is put back with the first, unless somebody has loaded
 * another one meanwhile, which stays. */
void arch_gate_close(void);
/* True when the processor would come to our gate now. */
bool arch_gate_is_open(void);

/*
 * Runs `act` while the gate is open. STATUS_FAILED when it ended in a page fault that no handler repaired: what it was
 * doing is left as it was in that moment. STATUS_UNSUPPORTED under shadow stacks, which forbid that; it has not run then.
 */
enum status arch_gate_run(void (*act)(void *context), void *context);

/*
 * For a handler that will return true: `after` runs once the instruction is through, like a handler.
 * False when the firmware's gate for debug exceptions is of no form that we know.
 */
bool arch_gate_step(void (*after)(void *context), void *context);

/*
 * For a handler that will return false: runs `act`, which may call services, as the last thing that we
 * do. False when it ended in a page fault; the one being handled is as it was all the same.
 */
bool arch_gate_try(void (*act)(void *context), void *context);

#endif
