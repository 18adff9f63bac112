/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hand_table.c - a table of two rules byte by byte as docs/table-format.md has it; no packer in it */
#include <string.h>

#include <fwquirk/table.h>

#include "support/hand_table.h"

/* clang-format off */
static const uint8_t forms[] = {
	/* 0 */ FIELD_PRODUCT_NAME, OPERATOR_EQUAL, TABLE_FORM_KEY, 1,
	/* 1 */ FIELD_SYS_VENDOR, OPERATOR_PREFIX, ROLE_MATCH, 2,
	/* 2 */ FIELD_BIOS_VERSION, OPERATOR_VERSION,
		ROLE_FIXED | TABLE_FORM_LOW | TABLE_FORM_LOW_INCLUDED, SCHEME_DOTTED,
	/* 3 */ FIELD_BIOS_DATE, OPERATOR_DATE,
		TABLE_FORM_LOW | TABLE_FORM_LOW_INCLUDED | TABLE_FORM_HIGH, 0,
	/* 4 */ FIELD_CPU_ID, OPERATOR_MASKED, ROLE_MATCH, 0,
	/* 5 */ FIELD_BOARD_NAME, OPERATOR_PREFIX, TABLE_FORM_KEY, 1,
};

static const uint8_t strings[] = "Acme"; /* its NUL included */

/* How many bodies, bytes of an end, the ends. */
static const uint8_t shapes[] = {
	1, 0, 1, 3,
	/* 4 */ 0, 1, 2,
};

static const uint8_t actions[] = {
	1, 0, 1, 6,
	/* 4 */ MODE_ARM | CONFIDENCE_ROOT_CAUSED << 2,
	/* 5 */ 2, PROBE_FREE_READONLY_FAULTS << 1 | 1, 0,
	/* 8 */ WORKAROUND_FREE_WRITABLE, 0,
};

static const uint8_t rules[] = {
	/* FWQ-0001: product-name "X1", sys-vendor any-of prefix "Acme" "B", fixed dotted "1.2" */
	/* 0 */ 12, 1 << 1, 1,
	/* 3 */ 2 << 1 | 1, 'X', '1',
	/* 6 */ 0 << 1, 1 << 1 | 1, 'B',
	/* 9 */ 3 << 1 | 1, '1', '.', '2',
	/* FWQ-0005: board-name prefix "Z", dates, cpu-id masked; reserve 0x1000..0x1010 */
	/* 13 */ 24, 1, 3,
	/* 16 */ 3, 5, 3, 4, 0,
	/* 21 */ 7, MODE_OBSERVE | CONFIDENCE_REPRODUCED << 2, 0,
	/* 24 */ WORKAROUND_RESERVE, 3, 0x80, 0x20, 0x10,
	/* 29 */ 1 << 1 | 1, 'Z',
	/* 31 */ 0x21, 0x50, 0x9e, 0x53,
	/* 35 */ 0xff, 0x01, 0x0a,
};

static const uint8_t blocks[2];
static const uint8_t no_keys[1 + TABLE_KEYS_PADDING];
static const uint8_t header[TABLE_HEADER_SIZE] = {
	'F', 'W', 'Q', 'T', [TABLE_AT_VERSION] = TABLE_VERSION, [TABLE_AT_RULES] = 2,
};
/* clang-format on */

void hand_table_empty(struct table_parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	memcpy(parts->header, header, sizeof(header));
	parts->header[TABLE_AT_RULES] = 0;
	table_parts_add(parts, TABLE_SECTION_KEYS, no_keys, sizeof(no_keys));
}

void hand_table(struct table_parts *parts)
{
	memset(parts, 0, sizeof(*parts));
	memcpy(parts->header, header, sizeof(header));
	table_parts_add(parts, TABLE_SECTION_FORMS, forms, sizeof(forms));
	table_parts_add(parts, TABLE_SECTION_SHAPES, shapes, sizeof(shapes));
	table_parts_add(parts, TABLE_SECTION_ACTIONS, actions, sizeof(actions));
	table_parts_add(parts, TABLE_SECTION_STRINGS, strings, sizeof(strings));
	table_parts_add(parts, TABLE_SECTION_RULES, rules, sizeof(rules));
	table_parts_add(parts, TABLE_SECTION_BLOCKS, blocks, sizeof(blocks));
	table_parts_add(parts, TABLE_SECTION_FIELDS, NULL, 0);
	table_parts_add(parts, TABLE_SECTION_KEYS, no_keys, sizeof(no_keys));
	table_parts_add_key(parts, FIELD_PRODUCT_NAME, OPERATOR_EQUAL, "X1", 0);
	table_parts_add_key(parts, FIELD_BOARD_NAME, OPERATOR_PREFIX, "Z", 1);
}
