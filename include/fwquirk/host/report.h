/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report.h - what one machine and one boot have to say, in a small text without private data */
#ifndef FWQUIRK_HOST_REPORT_H
#define FWQUIRK_HOST_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fwquirk/host/source.h>
#include <fwquirk/identity.h>
#include <fwquirk/span.h>
#include <fwquirk/status.h>

#define REPORT_VERSION 1
/* A whole report, one of its lines, a value in it: bytes. docs/report-format.md has the format. */
#define REPORT_LIMIT      ((size_t)64 << 10)
#define REPORT_LINE_MAX   1200u
#define REPORT_VALUE_MAX  256u
#define REPORT_REPEAT_MAX 64u /* lines of one key that may repeat */

/* In the order in which a report has them. */
enum report_key {
	REPORT_MAKER,
	REPORT_DATE,
	REPORT_BY,
	REPORT_NOTE,
	REPORT_SOURCE,
	REPORT_IDENTITY, /* of an enum field */
	REPORT_LAYER,
	REPORT_LAYER_START,
	REPORT_TABLE,
	REPORT_TABLE_RULES,
	REPORT_PROBE,  /* of an enum probe */
	REPORT_RULE,   /* of a rule, by its number */
	REPORT_ACTION, /* of a rule, by its number */
	REPORT_LAST_FAULT,
	REPORT_KERNEL,
	REPORT_KERNEL_OPTION,
	REPORT_EFI_BITS,
	REPORT_SECURE_BOOT,
	REPORT_EFI_TABLE,
	REPORT_MEMORY_MAP,
	REPORT_MEMORY,           /* of a memory type, report_memory_name */
	REPORT_MEMORY_ATTRIBUTE, /* of an attribute, report_attribute_name */
	REPORT_PAGING_LEVELS,
	REPORT_PAGES,       /* of a permission, in the order of pagetable_count */
	REPORT_KERNEL_SAID, /* of a message, report_message_name */
	REPORT_KEY_COUNT
};

/* One line. `name` is 0 for a key without one. The value is decoded, owned, without a NUL inside. */
struct report_entry {
	enum report_key key;
	uint32_t name;
	char *value;
	size_t size;
};

/* Zeroed before first use; report_free gives everything back. */
struct report {
	size_t n;
	struct report_entry *entry; /* in the order of keys, then of names, then as added */
	unsigned n_masked;          /* addresses and UUIDs that report_add has masked */
};

void report_free(struct report *report);

/*
 * Reads a report, strictly: what is not exactly of the format is refused, and so is a text in it
 * that is clearly a hardware address or a UUID. On failure false and `*ret_error` is a malloc'ed
 * "NAME:LINE: expected ..., found ..." without a control character in it.
 */
bool report_read(const char *name, const void *bytes, size_t size, struct report *ret_report,
		 char **ret_error);

/* Canonical text; reading it gives the same report. Printable ASCII and LF, whatever the values. */
void report_write(FILE *out, const struct report *report);
/* The same for people: below each line what it is for. */
void report_explain(FILE *out, const struct report *report);

/* The first entry of a key (and name), NULL when there is none. */
const struct report_entry *report_find(const struct report *report, enum report_key key,
				       uint32_t name);

/* "identity", ...; what stands behind it ("sys-vendor", "FWQ-0001"), static storage until the next
 * call, NULL where nothing does. */
const char *report_key_name(enum report_key key);
const char *report_entry_name(const struct report_entry *entry);

/* The machine; borrows the texts of the report. */
void report_identity(const struct report *report, struct identity *ret_identity);

/* Numbers that a value of REPORT_MEMORY holds. */
bool report_memory(const struct report_entry *entry, uint64_t *ret_descriptors,
		   uint64_t *ret_pages);

/* REPORT_RULE: what became of a rule. `what` is borrowed: field, probe or workaround; may be empty. */
bool report_rule(const struct report_entry *entry, enum verdict *ret_verdict,
		 enum reason *ret_reason, struct text *ret_what);

/*
 * Making one. Hardware addresses and UUIDs in the value are masked with x; what is over
 * REPORT_VALUE_MAX or has a NUL in it is left out, and so is a second value of a key that stands
 * once. False for what was left out.
 */
bool report_add(struct report *report, enum report_key key, uint32_t name, struct text value);

/* Kind and identity of a machine: the twenty fields and nothing else. */
void report_add_source(struct report *report, const struct source *source);
/* Layer, table, probes, verdicts, actions. A damaged journal adds nothing. `bytes` with or without
 * the four attribute bytes of efivarfs. */
enum status report_add_journal(struct report *report, struct span bytes);
/* What a kernel log says of the firmware: never an address, a serial number or a name. */
void report_add_kernel_log(struct report *report, struct text log);
/* `release` as of uname: the parts that say which kernel it is, not what its builder called it. */
void report_add_kernel_release(struct report *report, struct text release);

/*
 * What the running system tells: version of the kernel and width of the firmware; `system_root` is
 * /sys. The kernel's log is malloc'ed; on failure false and `*ret_error` says why it cannot be read.
 */
void report_add_machine(struct report *report, const char *system_root);
bool report_kernel_log(char **ret_log, size_t *ret_size, char **ret_error);

/*
 * A malloc'ed copy of a foreign text that can be shown anywhere: UTF-8, in which what is not, does
 * not show or turns the direction of text is \xNN.
 */
char *report_text(struct text text);

/* Types of memory (UEFI 2.10 section 7.2, EFI_MEMORY_TYPE; the last one is "other"), attributes,
 * messages of the kernel: number to name; NULL past the end. */
const char *report_memory_name(uint32_t type);
const char *report_attribute_name(uint32_t attribute);
const char *report_message_name(uint32_t message);
/* The defect that such a message points to. */
enum defect report_message_defect(uint32_t message);

#endif
