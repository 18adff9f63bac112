/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hooks.h - pointers of a UEFI service table replaced by ours, and put back */
#ifndef EFI_HOOKS_H
#define EFI_HOOKS_H

#include <stdbool.h>

#include <efi.h>

#include <fwquirk/status.h>

/*
 * One pointer of a service table. `original` is what the replacement has to call: the firmware's own or
 * another replacement of ours; set by hooks_install and kept right when a hook below is removed, so
 * read it anew for each call. `next` belongs to hooks.c. Static storage of the owner.
 */
struct hook {
	void **slot;
	void *replacement;
	void *original;
	struct hook *next;
};

/* A hook on a pointer of a service table: HOOK(firmware.boot->FreePages, free_pages_hook). */
#define HOOK(pointer, function) ((struct hook){(void **)&(pointer), (void *)(function), NULL, NULL})

/* True when the size is that of a service table and the checksum is right. */
bool hooks_checksum_is_right(const EFI_TABLE_HEADER *header);
/* The pointers behind the header of a service table; none where its size is not that of one. */
void **hooks_pointers(const EFI_TABLE_HEADER *header, UINTN *ret_n);
/* Makes the checksum right after something else in the table was changed. */
void hooks_reseal(EFI_TABLE_HEADER *header);

/* STATUS_OK when the table can be hooked: right checksum, writable, no pointer missing. Else
 * STATUS_REFUSED. Changes nothing. */
enum status hooks_check(const EFI_TABLE_HEADER *header, const struct hook *hooks, unsigned n_hooks);

/* All pointers and the table's checksum (UEFI 2.10 section 4.2.1), with every event held off. */
void hooks_install(EFI_TABLE_HEADER *header, struct hook *hooks, unsigned n_hooks);

/* True while every pointer is ours and the checksum is right. */
bool hooks_are_installed(const EFI_TABLE_HEADER *header, const struct hook *hooks,
			 unsigned n_hooks);

/*
 * Takes these hooks out, wherever they are in the chain of ours, and leaves the others of ours in place. STATUS_FAILED when
 * a pointer is neither ours nor what it was: somebody has hooked over us and calls us on, so our
 * code has to stay; that hook stays in the chain. May be called again. Calls no service when `at_handoff`.
 */
enum status hooks_remove(EFI_TABLE_HEADER *header, struct hook *hooks, unsigned n_hooks,
			 bool at_handoff);

/*
 * Some firmware puts its own pointers back in the middle of a boot (acidanthera bugtracker 684). From now on a
 * timer looks after the hooks, behind all others of the same tick: where the firmware's own pointer is back in a
 * slot, ours is put in again and an event tells, the first few times; a pointer of anybody else stays. Without
 * the timer, which a firmware may refuse, the hooks work all the same.
 */
void hooks_watch_begin(void);
void hooks_watch_end(void);

#endif
