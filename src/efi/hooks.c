/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hooks.c - pointers of service tables exchanged, several hooks on one, checksum kept right; knows no service */
#include <fwquirk/arch.h>
#include <fwquirk/pagetable.h>
#include <fwquirk/span.h>

#include "events.h"
#include "firmware.h"
#include "hooks.h"

/* No service table is larger: EFI_BOOT_SERVICES of UEFI 2.10 has 376 bytes. */
#define TABLE_MAX_BYTES 4096u

/* CRC-32 of the table with its own field taken as zero; UEFI 2.10 section 4.2.1. */
static UINT32 table_crc(const EFI_TABLE_HEADER *header)
{
	static const uint8_t zero[sizeof(header->CRC32)];
	const uint8_t *at = (const uint8_t *)header;
	size_t offset = offsetof(EFI_TABLE_HEADER, CRC32), behind = offset + sizeof(zero);
	uint32_t crc = span_crc32(span_of(at, offset));

	crc = span_crc32_update(crc, span_of(zero, sizeof(zero)));
	return span_crc32_update(crc, span_of(at + behind, header->HeaderSize - behind));
}

void hooks_reseal(EFI_TABLE_HEADER *header)
{
	header->CRC32 = table_crc(header);
}

static bool is_writable(const void *at)
{
	struct leaf leaf;

	if (!firmware.has_pagetable || !arch_writes_are_checked())
		return true;
	return pagetable_find(&firmware.pagetable, (virt_t){(uintptr_t)at}, &leaf) == STATUS_OK &&
	       leaf.writable;
}

static bool size_is_right(const EFI_TABLE_HEADER *header)
{
	return header->HeaderSize >= sizeof(*header) && header->HeaderSize <= TABLE_MAX_BYTES;
}

bool hooks_checksum_is_right(const EFI_TABLE_HEADER *header)
{
	return size_is_right(header) && table_crc(header) == header->CRC32;
}

void **hooks_pointers(const EFI_TABLE_HEADER *header, UINTN *ret_n)
{
	size_t n_bytes = size_is_right(header) ? header->HeaderSize - sizeof(*header) : 0;

	*ret_n = n_bytes / sizeof(void *);
	return (void **)(uintptr_t)(header + 1);
}

enum status hooks_check(const EFI_TABLE_HEADER *header, const struct hook *hooks, unsigned n_hooks)
{
	if (!hooks_checksum_is_right(header) || !is_writable(header))
		return STATUS_REFUSED;
	for (unsigned i = 0; i < n_hooks; i++)
		if (!*hooks[i].slot || !is_writable(hooks[i].slot))
			return STATUS_REFUSED;
	return STATUS_OK;
}

/* Every hook in place, the newest first: of two on one slot the first is the outer one. */
static struct hook *chain;

/* Where the pointer to this hook's replacement is: the slot, or what an outer hook of ours calls. */
static void **holder_of(const struct hook *hook)
{
	if (*hook->slot == hook->replacement)
		return hook->slot;
	for (struct hook *outer = chain; outer; outer = outer->next)
		if (outer->slot == hook->slot && outer->original == hook->replacement)
			return &outer->original;
	return NULL;
}

/* What the slot held before any of us: somebody who puts that back has thrown us out. */
static const void *firmware_pointer(void *const *slot)
{
	const void *pointer = NULL;

	for (const struct hook *at = chain; at; at = at->next)
		if (at->slot == slot)
			pointer = at->original;
	return pointer;
}

static void chain_remove(const struct hook *hook)
{
	for (struct hook **at = &chain; *at; at = &(*at)->next)
		if (*at == hook) {
			*at = hook->next;
			return;
		}
}

static bool is_in_chain(const struct hook *hook)
{
	for (const struct hook *at = chain; at; at = at->next)
		if (at == hook)
			return true;
	return false;
}

void hooks_install(EFI_TABLE_HEADER *header, struct hook *hooks, unsigned n_hooks)
{
	EFI_TPL tpl = firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);

	for (unsigned i = 0; i < n_hooks; i++) {
		hooks[i].original = *hooks[i].slot;
		*hooks[i].slot = hooks[i].replacement;
		hooks[i].next = chain;
		chain = &hooks[i];
	}
	hooks_reseal(header);
	firmware.boot->RestoreTPL(tpl);
}

bool hooks_are_installed(const EFI_TABLE_HEADER *header, const struct hook *hooks, unsigned n_hooks)
{
	for (unsigned i = 0; i < n_hooks; i++)
		if (!holder_of(&hooks[i]))
			return false;
	return table_crc(header) == header->CRC32;
}

/* True when no pointer to these is left; the checksum is only touched when a slot was. */
static bool put_back(EFI_TABLE_HEADER *header, struct hook *hooks, unsigned n_hooks)
{
	bool all = true, any = false;

	for (unsigned i = 0; i < n_hooks; i++) {
		struct hook *hook = &hooks[i];
		void **holder;

		if (!is_in_chain(hook))
			continue;
		holder = holder_of(hook);
		if (holder) {
			*holder = hook->original;
			any |= holder == hook->slot;
		} else if (*hook->slot != firmware_pointer(hook->slot)) {
			all = false;
			continue;
		}
		chain_remove(hook);
	}
	if (any)
		hooks_reseal(header);
	return all;
}

enum status hooks_remove(EFI_TABLE_HEADER *header, struct hook *hooks, unsigned n_hooks,
			 bool at_handoff)
{
	EFI_TPL tpl = at_handoff ? TPL_NOTIFY : firmware.boot->RaiseTPL(TPL_HIGH_LEVEL);
	bool all = put_back(header, hooks, n_hooks);

	if (!at_handoff)
		firmware.boot->RestoreTPL(tpl);
	return all ? STATUS_OK : STATUS_FAILED;
}

/* ---- hooks that the firmware has thrown out -------------------------------------------------- */

/* In units of 100 ns: UEFI 2.10 section 7.1.7. */
#define WATCH_PERIOD 100000u
/* Restored hooks that the journal tells; firmware that does it all the time would fill it. */
#define MAX_TOLD 4u

/*
 * The second look is signalled by the first one, so at a lower level it comes behind everything that the same tick has
 * signalled. It is there as long as the first one is.
 */
static EFI_EVENT watch, second_look;
static unsigned n_restored;

static EFI_TABLE_HEADER *header_of(void *const *slot)
{
	EFI_TABLE_HEADER *boot = &firmware.boot->Hdr;
	uintptr_t offset = (uintptr_t)slot - (uintptr_t)boot;

	return offset < boot->HeaderSize ? boot : &firmware.system->RuntimeServices->Hdr;
}

/* At TPL_NOTIFY, so that it is not interrupted by itself; the chain's first hook on a slot is the outer one. */
static void restore(struct hook *hook)
{
	EFI_TABLE_HEADER *header = header_of(hook->slot);

	if (*hook->slot != firmware_pointer(hook->slot))
		return;
	*hook->slot = hook->replacement;
	hooks_reseal(header);
	if (n_restored++ < MAX_TOLD)
		events_add(EVENT_HOOK_RESTORED, (uintptr_t)hook->slot - (uintptr_t)header, 0,
			   text_sized(NULL, 0));
}

static void look_after(void)
{
	for (struct hook *at = chain; at; at = at->next)
		restore(at);
}

static VOID EFIAPI on_tick(EFI_EVENT event, VOID *context)
{
	(void)event;
	(void)context;
	look_after();
	firmware.boot->SignalEvent(second_look);
}

static VOID EFIAPI on_second_look(EFI_EVENT event, VOID *context)
{
	EFI_TPL tpl = firmware.boot->RaiseTPL(TPL_NOTIFY);

	(void)event;
	(void)context;
	look_after();
	firmware.boot->RestoreTPL(tpl);
}

void hooks_watch_begin(void)
{
	EFI_BOOT_SERVICES *boot = firmware.boot;

	if (!EFI_ERROR(boot->CreateEvent(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, on_second_look, NULL,
					 &second_look)) &&
	    !EFI_ERROR(boot->CreateEvent(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, on_tick, NULL,
					 &watch)))
		boot->SetTimer(watch, TimerPeriodic, WATCH_PERIOD);
}

static void close(EFI_EVENT *event)
{
	if (*event)
		firmware.boot->CloseEvent(*event);
	*event = NULL;
}

void hooks_watch_end(void)
{
	close(&watch);
	close(&second_look);
}
