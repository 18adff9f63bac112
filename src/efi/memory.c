/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * memory.c - the four functions that a compiler may call by itself (GCC manual, "Language Standards
 * Supported by GCC"); built so that it does not turn them into calls of themselves.
 */
/* clang heeds -fno-builtin here; GCC wants to be told by name. */
#ifndef __clang__
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);

/* Eight bytes at any address, whatever they are declared as. */
typedef uint64_t word __attribute__((may_alias, aligned(1)));

void *memcpy(void *to, const void *from, size_t size)
{
	const uint8_t *source = from;
	uint8_t *target = to;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		*(word *)target = *(const word *)source;
		target += sizeof(word);
		source += sizeof(word);
	}
	while (size--)
		*target++ = *source++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	const uint8_t *source = from;
	uint8_t *target = to;

	if (target <= source) {
		for (size_t i = 0; i < size; i++)
			target[i] = source[i];
		return to;
	}
	while (size--)
		target[size] = source[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	uint64_t pattern = (uint8_t)byte * UINT64_C(0x0101010101010101);
	uint8_t *target = to;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		*(word *)target = pattern;
		target += sizeof(word);
	}
	while (size--)
		*target++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *x = a, *y = b;

	for (size_t i = 0; i < size; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}
