/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source.h - anything that describes a machine, told apart by content, into an identity */
#ifndef FWQUIRK_HOST_SOURCE_H
#define FWQUIRK_HOST_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fwquirk/identity.h>

/* The most that is read of one source: an image of low memory is 1 MiB, a long log a few. */
#define SOURCE_LIMIT ((size_t)64 << 20)

enum source_kind {
	SOURCE_MACHINE_SYSFS,     /* /sys/firmware/dmi/tables */
	SOURCE_MACHINE_DMIDECODE, /* dmidecode --dump-bin on this machine */
	SOURCE_DUMP,              /* file of dmidecode --dump-bin, entry point and table */
	SOURCE_MEMORY_IMAGE,      /* an image of low memory with an entry point somewhere in it */
	SOURCE_FOLDER,            /* folder with DMI and smbios_entry_point */
	SOURCE_TABLE,             /* structures alone */
	SOURCE_RAW_SMBIOS_DATA,   /* Windows GetSystemFirmwareTable('RSMB') */
	SOURCE_DMIDECODE_TEXT,    /* what dmidecode prints */
	SOURCE_SYSFS_TEXT,        /* /sys/class/dmi/id: the folder, or its name=value lines */
	SOURCE_MODALIAS,          /* dmi:bvn...: */
	SOURCE_KERNEL_LINE,       /* DMI: vendor product/board, BIOS version date; or a whole log */
	SOURCE_IDENTITY_JSON,     /* what identify --json prints */
	SOURCE_REPORT,            /* what report writes */
	SOURCE_KIND_COUNT
};

/*
 * An opened source. Owns every byte that the identity borrows; freed by source_close. Not to be
 * copied: numbers of the identity point into it.
 * `unknowable`: bit 1 << field for fields that this kind of source cannot tell (they are absent
 * and never match; messages say "not in this kind of source", not "absent").
 * `lossy`: fields whose text is changed by the kind of source (a modalias drops blanks): conditions
 * on them are decided on what is there, and the tool says so.
 */
struct source {
	enum source_kind kind;
	char *name; /* what to call it in messages: the path, or "this machine" */
	struct identity identity;
	uint32_t unknowable;
	uint32_t lossy;
	uint8_t smbios_major, smbios_minor; /* 0.0 when not known */
	size_t n_remarks; /* things worth telling, each one sentence: table ends early, entry point
			     moved, ...; printable ASCII */
	char **remark;
	uint8_t *bytes;
	size_t size;
};

/*
 * `path`: a file, a folder, "-" for standard input, NULL for this machine. On failure false and
 * `*ret_error` a malloc'ed sentence that says where and what to do.
 *
 * "This machine" is what stands below /sys: first firmware/dmi/tables, then `dmidecode --dump-bin`,
 * then class/dmi/id, which anybody may read and which says less. $FWQUIRK_SYSFS, when set and not
 * empty, stands for /sys; dmidecode is then left out. $FWQUIRK_DMIDECODE names another program.
 */
bool source_open(const char *path, struct source **ret_source, char **ret_error);
/* The same on bytes in memory (copied); `name` for messages. */
bool source_open_bytes(const char *name, const void *bytes, size_t size, struct source **ret_source,
		       char **ret_error);
void source_close(struct source *source);

/* "dmidecode text", "modalias", ...; static storage, never NULL. */
const char *source_kind_name(enum source_kind kind);

#endif
