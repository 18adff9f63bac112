/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_memory.c - ranges handed out and given back in, the one of an address out; allocates nothing */
#include <stddef.h>

#include <fwquirk/fault_memory.h>

#define PAGE_SHIFT 12u

uint64_t grant_end(const struct grant *grant)
{
	return grant->first + ((uint64_t)grant->n_pages << PAGE_SHIFT);
}

/* The number of grants that begin at or below an address. */
static unsigned count_up_to(const struct fault_memory *memory, uint64_t address)
{
	unsigned low = 0, high = memory->n;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (memory->grant[middle].first <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct grant *fault_memory_find(const struct fault_memory *memory, uint64_t address)
{
	unsigned at = count_up_to(memory, address);

	if (at == 0 || address >= grant_end(&memory->grant[at - 1]))
		return NULL;
	return &memory->grant[at - 1];
}

static void take_out(struct fault_memory *memory, unsigned at)
{
	memory->n--;
	for (; at < memory->n; at++)
		memory->grant[at] = memory->grant[at + 1];
}

static void put_in(struct fault_memory *memory, const struct grant *grant)
{
	unsigned at = count_up_to(memory, grant->first);

	if (memory->n == memory->room) {
		memory->n_lost++;
		return;
	}
	for (unsigned i = memory->n++; i > at; i--)
		memory->grant[i] = memory->grant[i - 1];
	memory->grant[at] = *grant;
}

/* What is left of a grant once [first, end) is gone: nothing, or one piece before and one behind. */
static void cut(struct fault_memory *memory, unsigned at, uint64_t first, uint64_t end)
{
	struct grant before = memory->grant[at], behind = before;

	take_out(memory, at);
	if (grant_end(&behind) > end) {
		behind.n_pages = (uint32_t)((grant_end(&behind) - end) >> PAGE_SHIFT);
		behind.first = end;
		put_in(memory, &behind);
	}
	if (before.first < first) {
		before.n_pages = (uint32_t)((first - before.first) >> PAGE_SHIFT);
		put_in(memory, &before);
	}
}

void fault_memory_remove(struct fault_memory *memory, uint64_t first, uint64_t n_pages)
{
	uint64_t end = first + (n_pages << PAGE_SHIFT);

	if (n_pages > (UINT64_MAX - first) >> PAGE_SHIFT)
		return;
	for (unsigned at = memory->n; at-- > 0;)
		if (memory->grant[at].first < end && grant_end(&memory->grant[at]) > first)
			cut(memory, at, first, end);
}

void fault_memory_add(struct fault_memory *memory, const struct grant *grant)
{
	if (grant->n_pages == 0 || grant->n_pages > (UINT64_MAX - grant->first) >> PAGE_SHIFT)
		return;
	fault_memory_remove(memory, grant->first, grant->n_pages);
	put_in(memory, grant);
}
