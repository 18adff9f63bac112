/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_private.h - what the files of the report share: the table of its lines, its masks */
#ifndef FWQUIRK_HOST_REPORT_PRIVATE_H
#define FWQUIRK_HOST_REPORT_PRIVATE_H

#include <fwquirk/host/report.h>
#include <fwquirk/text.h>

/* What stands between a key and its " = ". */
enum report_name_kind {
	NAME_NONE,
	NAME_FIELD,
	NAME_PROBE,
	NAME_RULE,
	NAME_MEMORY,
	NAME_ATTRIBUTE,
	NAME_PERMISSION,
	NAME_MESSAGE,
};

enum report_value_kind {
	VALUE_TEXT,   /* in double quotes */
	VALUE_DATE,   /* yyyy-mm-dd */
	VALUE_COUNT,  /* decimal, 32 bits */
	VALUE_CRC,    /* 0x and 8 digits */
	VALUE_WORD,   /* one of `words` */
	VALUE_RULE,   /* VERDICT [REASON [WHAT]] */
	VALUE_ACTION, /* a workaround */
	VALUE_MEMORY, /* N descriptors N pages */
};

struct report_line {
	const char *key;
	enum report_name_kind name;
	enum report_value_kind value;
	bool repeats;      /* with one name */
	const char *words; /* VALUE_WORD: "one\0two\0" */
	const char *explanation;
};

extern const struct report_line report_lines[REPORT_KEY_COUNT];

/* Number to what stands in the text, into a buffer of 64 bytes; false for a number without one. */
bool report_name_text(enum report_name_kind kind, uint32_t name, char *buffer);
bool report_name_number(enum report_name_kind kind, struct text text, uint32_t *ret_name);
/* What the name stands for, in words; NULL when there is nothing to add. */
const char *report_name_meaning(enum report_name_kind kind, uint32_t name);

/* NULL for a good value, else what was expected. */
const char *report_value_wrong(enum report_key key, uint32_t name, struct text value);

/* The same for a number of the identity; every other field takes any text. */
const char *report_number_wrong(enum field field, struct text value);

/* The parts of a kernel's release that say which kernel it is. */
struct text report_kernel_release(struct text release);
/* One message of the kernel: its number and the text to look for; NULL past the end. */
const char *report_message_text(uint32_t message);

#endif
