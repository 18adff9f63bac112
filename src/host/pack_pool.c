/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pack_pool.c - bytes in, growing buffers and numbered pools of distinct byte strings out */
#include <stdlib.h>
#include <string.h>

#include "pack_parts.h"
#include "rules_memory.h"

static void put_byte(struct pack_bytes *bytes, uint8_t byte)
{
	bytes->at = rules_grow(bytes->at, bytes->size, 1);
	bytes->at[bytes->size++] = byte;
}

void pack_put(struct pack_bytes *bytes, uint64_t value, unsigned n_bytes)
{
	for (; n_bytes; n_bytes--, value >>= 8)
		put_byte(bytes, (uint8_t)value);
}

void pack_put_varint(struct pack_bytes *bytes, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(bytes, (uint8_t)(value | 0x80));
	put_byte(bytes, (uint8_t)value);
}

void pack_put_bytes(struct pack_bytes *bytes, const void *at, size_t size)
{
	const uint8_t *byte = at;

	while (size--)
		put_byte(bytes, *byte++);
}

void pack_put_sized(struct pack_bytes *bytes, const struct pack_bytes *part)
{
	pack_put_varint(bytes, part->size);
	pack_put_bytes(bytes, part->at, part->size);
}

void pack_pool_use(struct pack_pool *pool, const void *at, size_t size)
{
	struct pack_entry entry = {.size = size, .n_uses = 1};

	entry.at = (uint8_t *)rules_copy(at, size);
	pool->entry = rules_grow(pool->entry, pool->n, sizeof(*pool->entry));
	pool->entry[pool->n++] = entry;
}

static int compare_bytes(const void *a_, const void *b_)
{
	const struct pack_entry *a = a_, *b = b_;
	size_t common = a->size < b->size ? a->size : b->size;
	int order = memcmp(a->at, b->at, common);

	return order ? order : (a->size > b->size) - (a->size < b->size);
}

void pack_pool_close(struct pack_pool *pool)
{
	size_t n = 0;

	if (!pool->n)
		return;
	qsort(pool->entry, pool->n, sizeof(*pool->entry), compare_bytes);
	for (size_t i = 1; i < pool->n; i++) {
		if (compare_bytes(&pool->entry[n], &pool->entry[i])) {
			pool->entry[++n] = pool->entry[i];
			continue;
		}
		pool->entry[n].n_uses++;
		free(pool->entry[i].at);
	}
	pool->n = n + 1;
}

const struct pack_entry *pack_pool_find(const struct pack_pool *pool, const void *at, size_t size)
{
	struct pack_entry wanted = {.at = (uint8_t *)at, .size = size};

	if (!pool->n)
		return NULL;
	return bsearch(&wanted, pool->entry, pool->n, sizeof(wanted), compare_bytes);
}

/* Takes away entries used less often; the rest stays in order. */
static void keep_used(struct pack_pool *pool, unsigned least_uses)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n; i++) {
		if (pool->entry[i].n_uses < least_uses)
			free(pool->entry[i].at);
		else
			pool->entry[n++] = pool->entry[i];
	}
	pool->n = n;
}

static struct pack_entry **entries_of(struct pack_pool *pool)
{
	struct pack_entry **list = NULL;

	for (size_t i = 0; i < pool->n; i++) {
		list = rules_grow(list, i, sizeof(*list));
		list[i] = &pool->entry[i];
	}
	return list;
}

static void sort_list(struct pack_entry **list, size_t n,
		      int (*compare)(const void *, const void *))
{
	if (n)
		qsort(list, n, sizeof(*list), compare);
}

static int compare_uses(const void *a_, const void *b_)
{
	const struct pack_entry *a = *(struct pack_entry *const *)a_;
	const struct pack_entry *b = *(struct pack_entry *const *)b_;

	if (a->n_uses != b->n_uses)
		return a->n_uses > b->n_uses ? -1 : 1;
	return compare_bytes(a, b);
}

void pack_pool_write(struct pack_pool *pool, unsigned least_uses, struct pack_bytes *out,
		     uint32_t *ends)
{
	size_t start = out->size;
	struct pack_entry **list;

	keep_used(pool, least_uses);
	list = entries_of(pool);
	sort_list(list, pool->n, compare_uses);
	for (size_t i = 0; i < pool->n; i++) {
		list[i]->number = (uint32_t)i;
		pack_put_bytes(out, list[i]->at, list[i]->size);
		if (ends)
			ends[i] = (uint32_t)(out->size - start);
	}
	free(list);
}

static size_t count_used(const struct pack_pool *pool, unsigned least_uses)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n; i++)
		n += pool->entry[i].n_uses >= least_uses;
	return n;
}

void pack_pool_write_bodies(struct pack_pool *pool, unsigned least_uses, struct pack_bytes *out)
{
	struct pack_bytes bodies = {.size = 0};
	uint32_t *ends = rules_grow(NULL, 0, (pool->n + 1) * sizeof(*ends));
	unsigned size;

	while (count_used(pool, least_uses) > UINT16_MAX)
		least_uses++;
	pack_pool_write(pool, least_uses, &bodies, ends);
	size = table_number_size((uint32_t)bodies.size);
	if (pool->n) {
		pack_put(out, pool->n, 2);
		pack_put(out, size, 1);
	}
	for (size_t i = 0; i < pool->n; i++)
		pack_put(out, ends[i], size);
	pack_put_bytes(out, bodies.at, bodies.size);
	free(bodies.at);
	free(ends);
}

static bool is_end_of(const struct pack_entry *part, const struct pack_entry *whole)
{
	return part->size <= whole->size &&
	       !memcmp(part->at, whole->at + whole->size - part->size, part->size);
}

/* As texts read from right to left: the end of a string comes right before strings that have it. */
static int compare_reversed(const void *a_, const void *b_)
{
	const struct pack_entry *a = *(struct pack_entry *const *)a_;
	const struct pack_entry *b = *(struct pack_entry *const *)b_;
	size_t common = a->size < b->size ? a->size : b->size;

	for (size_t i = 1; i <= common; i++) {
		int order = a->at[a->size - i] - b->at[b->size - i];

		if (order)
			return order;
	}
	return (a->size > b->size) - (a->size < b->size);
}

/* A string that is the end of another lives in it, and its uses count there. */
static void find_hosts(struct pack_pool *pool)
{
	struct pack_entry **list = entries_of(pool);

	sort_list(list, pool->n, compare_reversed);
	for (size_t i = pool->n; i--;) {
		struct pack_entry *next = i + 1 < pool->n ? list[i + 1] : NULL;

		list[i]->host = list[i];
		if (next && is_end_of(list[i], next)) {
			list[i]->host = next->host;
			((struct pack_entry *)next->host)->n_uses += list[i]->n_uses;
		}
	}
	free(list);
}

void pack_pool_write_strings(struct pack_pool *pool, struct pack_bytes *out)
{
	struct pack_entry **list;

	/* A string used once is shorter in its record than here with a reference there. */
	keep_used(pool, 2);
	find_hosts(pool);
	list = entries_of(pool);
	sort_list(list, pool->n, compare_uses);
	for (size_t i = 0; i < pool->n; i++) {
		if (list[i]->host != list[i])
			continue;
		list[i]->number = (uint32_t)out->size;
		pack_put_bytes(out, list[i]->at, list[i]->size);
		pack_put(out, 0, 1);
	}
	for (size_t i = 0; i < pool->n; i++) {
		const struct pack_entry *host = list[i]->host;

		list[i]->number = (uint32_t)(host->number + host->size - list[i]->size);
	}
	free(list);
}

void pack_pool_free(struct pack_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		free(pool->entry[i].at);
	free(pool->entry);
}
