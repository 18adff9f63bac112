/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_key.c - a value in, the hash out that it is filed under; as the reader and the packer take it */
#include "table_record.h"

uint32_t table_key_hash(enum field field, enum operator_ op, struct text value, unsigned most,
			unsigned *ret_size)
{
	bool is_whole = op == OPERATOR_EQUAL;
	struct text_fold fold = text_fold_begin(value);
	uint64_t hash = table_hash_begin(field), bytes;
	unsigned size = 0, n;

	while ((is_whole || size < most) && (bytes = text_fold_word(&fold, &n), n)) {
		if (!is_whole && n > most - size) {
			n = most - size;
			bytes &= table_low_bytes(n);
		}
		hash = table_hash_step(hash, bytes);
		size += n;
	}
	*ret_size = size;
	return table_hash_finish(hash, size, is_whole);
}

unsigned table_key_length(uint64_t lengths, unsigned size)
{
	if (size > TABLE_MAX_PREFIX)
		size = TABLE_MAX_PREFIX;
	while (size && !(lengths >> size & 1))
		size--;
	return size;
}
