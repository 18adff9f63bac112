/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_private.h - what the readers of the kinds of source share with each other and nobody else
 */
#ifndef FWQUIRK_HOST_SOURCE_PRIVATE_H
#define FWQUIRK_HOST_SOURCE_PRIVATE_H

#include <fwquirk/host/source.h>
#include <fwquirk/span.h>
#include <fwquirk/text.h>

#define FIELD_BIT(id) ((uint32_t)1 << FIELD_##id)

/* Only running firmware or a running system can tell these. */
#define FIELDS_OF_EFI  (FIELD_BIT(EFI_VENDOR) | FIELD_BIT(EFI_REVISION) | FIELD_BIT(UEFI_REVISION))
#define FIELDS_OUTSIDE (FIELDS_OF_EFI | FIELD_BIT(ARCH))
#define FIELDS_ALL     (((uint32_t)1 << FIELD_COUNT) - 1)

/*
 * What a reader says of source->bytes. NO: another kind; nothing in the source was touched. YES:
 * kind, identity, unknowable, lossy and remarks are set. BAD: it is of this kind and unusable;
 * `*ret_error` is set.
 */
enum source_answer { SOURCE_NO, SOURCE_YES, SOURCE_BAD };

enum source_answer source_read_dump(struct source *source, char **ret_error);
enum source_answer source_read_raw(struct source *source, char **ret_error);
enum source_answer source_read_table(struct source *source, char **ret_error);
enum source_answer source_read_memory_image(struct source *source, char **ret_error);
enum source_answer source_read_json(struct source *source, char **ret_error);
enum source_answer source_read_modalias(struct source *source, char **ret_error);
enum source_answer source_read_sysfs_text(struct source *source, char **ret_error);
enum source_answer source_read_dmidecode(struct source *source, char **ret_error);
enum source_answer source_read_report(struct source *source, char **ret_error);
enum source_answer source_read_kernel_line(struct source *source, char **ret_error);

/* An empty source; NULL when there is no memory. Takes over `bytes`, also on failure. */
struct source *source_new(const char *name, uint8_t *bytes, size_t size);
/* One sentence, without control characters whatever the arguments hold. */
void source_remark(struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Asks the readers in turn. Takes over `bytes`; frees them on failure. */
bool source_from_bytes(const char *name, uint8_t *bytes, size_t size, struct source **ret_source,
		       char **ret_error);

/* DMI and smbios_entry_point below `path`, as `kind`. False and no error: not such a folder. */
bool source_open_tables(const char *path, const char *name, enum source_kind kind,
			struct source **ret_source, char **ret_error);
/* The attribute files of /sys/class/dmi/id. False and no error: not such a folder. */
bool source_open_attributes(const char *path, const char *name, struct source **ret_source,
			    char **ret_error);
bool source_open_machine(struct source **ret_source, char **ret_error);

/* How well bytes read as an SMBIOS table; higher is better. */
enum table_quality {
	TABLE_NONE,     /* nothing that a firmware would have written */
	TABLE_BROKEN,   /* an identity can be read, then the walk breaks off */
	TABLE_COMPLETE, /* comes to a regular end */
};
enum table_quality source_table_quality(struct span table, unsigned n_announced);
/* Fills identity, unknowable and the remarks about how the table ends. */
void source_take_table(struct source *source, struct span table);
/* Looks for the table of `entry` (found at `entry_offset` in `bytes`) at its address, behind the
 * entry point, or counted from where an image that ends at 1 MiB must begin. */
enum table_quality source_find_table(struct span bytes, size_t entry_offset,
				     const struct smbios_entry *entry, struct span *ret_table,
				     size_t *ret_offset);

/* Lines of a text that ends them by LF, CR LF or CR; a line is without its end. */
struct lines {
	struct text rest;
	char terminator;
};
struct lines lines_begin(struct text text);
bool lines_next(struct lines *lines, struct text *ret_line);

struct text source_text(const struct source *source);
/* Steps behind `prefix` (case counts) when the text begins with it. */
bool text_cut(struct text *text, const char *prefix);
/* The part before the first `c`; `*text` goes on behind it. False and untouched without one. */
bool text_cut_at(struct text *text, char c, struct text *ret_before);
/* Drops blanks and tabs at the start; returns how many. */
size_t text_cut_blanks(struct text *text);
/* Decimal digits at the start; at most nine of them. False and untouched without one. */
bool text_cut_number(struct text *text, unsigned *ret_number);
/* Offset of the first `part`, or text.size when there is none. */
size_t text_find(struct text text, const char *part);
/* The number for dmidecode's word for a type of chassis; 0 when it is none. */
unsigned source_chassis_type(struct text word);
/* "5.12" into a release; false when it is not of that form. */
bool source_set_release(struct identity *identity, enum field field, struct text text);

#endif
