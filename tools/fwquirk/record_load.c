/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record_load.c - the journal variable or a saved copy into struct record; prints only why it could not */
#include <stdlib.h>
#include <unistd.h>

#include <fwquirk/host/file.h>

#include "record.h"
#include "tool.h"

/* efivarfs puts the variable's attributes, four bytes, before its data (Linux Documentation/filesystems/efivarfs.rst). */
#define EFIVARFS_ATTRIBUTES_SIZE 4u
#define JOURNAL_FILE_MAX_BYTES   (64u << 10)

static bool decode_table(struct record *record, struct span payload)
{
	struct journal_table table;
	if (!journal_read_table(payload, &table))
		return false;
	record->has_table = table.why == STATUS_OK;
	record->no_table = table.why;
	record->table_crc = table.crc;
	record->n_rules = table.n_rules;
	return true;
}

static bool decode_field(struct record *record, struct span payload)
{
	uint8_t field;
	struct text value;
	if (!journal_read_identity(payload, &field, &value) || field >= FIELD_COUNT)
		return false;
	record->present |= UINT32_C(1) << field;
	record->field[field] = value;
	return true;
}

static bool decode_probes(struct record *record, struct span payload)
{
	while (record->n_probes < RECORD_MAX_ENTRIES &&
	       span_take_u8(&payload, &record->probe[record->n_probes]))
		record->n_probes++;
	return payload.size == 0;
}

static bool decode_verdict(struct record *record, struct span payload)
{
	if (record->n_verdicts == RECORD_MAX_ENTRIES ||
	    !journal_read_rule(payload, &record->verdict[record->n_verdicts]))
		return false;
	record->n_verdicts++;
	return true;
}

static bool decode_action(struct record *record, struct span payload)
{
	if (record->n_actions == RECORD_MAX_ENTRIES ||
	    !journal_read_action(payload, &record->action[record->n_actions]))
		return false;
	record->n_actions++;
	return true;
}

static bool decode_event(struct record *record, struct span payload)
{
	if (record->n_events == RECORD_MAX_ENTRIES ||
	    !journal_read_event(payload, &record->event[record->n_events]))
		return false;
	record->n_events++;
	return true;
}

static bool decode_switches(struct record *record, struct span payload)
{
	if (record->n_switches == RECORD_MAX_NOTES ||
	    !journal_read_switches(payload, &record->switches[record->n_switches]))
		return false;
	record->n_switches++;
	return true;
}

static bool decode_fault(struct record *record, struct span payload)
{
	if (record->n_faults == RECORD_MAX_ENTRIES ||
	    !journal_read_fault(payload, &record->fault[record->n_faults]))
		return false;
	record->n_faults++;
	return true;
}

static bool decode_note(struct record *record, struct span payload)
{
	if (record->n_notes == RECORD_MAX_NOTES)
		return false;
	record->note[record->n_notes++] = text_sized((const char *)payload.at, payload.size);
	return true;
}

/* False for what this tool does not know or has no room for. */
static bool decode_record(struct record *record, const struct journal_record *entry)
{
	struct span payload = entry->payload;
	switch (entry->tag) {
	case JOURNAL_BUILD:
		record->build = text_sized((const char *)payload.at, payload.size);
		return true;
	case JOURNAL_START:
		return journal_read_number(entry, &record->start);
	case JOURNAL_TABLE:
		return decode_table(record, payload);
	case JOURNAL_IDENTITY:
		return decode_field(record, payload);
	case JOURNAL_PROBES:
		return decode_probes(record, payload);
	case JOURNAL_RULE:
		return decode_verdict(record, payload);
	case JOURNAL_ACTION:
		return decode_action(record, payload);
	case JOURNAL_EVENT:
		return decode_event(record, payload);
	case JOURNAL_SWITCHES:
		return decode_switches(record, payload);
	case JOURNAL_ATTEMPTS:
		return journal_read_number(entry, &record->n_dead);
	case JOURNAL_LAST_FAULT:
		record->last_fault = payload;
		return true;
	case JOURNAL_FAULT:
		return decode_fault(record, payload);
	case JOURNAL_NOTE:
		return decode_note(record, payload);
	case JOURNAL_COUNTS:
		return journal_read_number(entry, &record->n_not_listed);
	case JOURNAL_LOST:
		return journal_read_number(entry, &record->n_lost);
	default:
		return false;
	}
}

static enum status record_decode(struct span bytes, struct record *record)
{
	struct span cursor;
	struct journal_record entry;
	enum status status = journal_open(bytes, &cursor);
	while (status == STATUS_OK && (status = journal_next(&cursor, &entry)) == STATUS_OK)
		record->n_unknown += !decode_record(record, &entry);
	return status == STATUS_END ? STATUS_OK : status;
}

static enum record_found say_no_record(const char *system_root)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/firmware/efi", system_root);
	if (access(path, F_OK) != 0) {
		tool_error("no record: this machine was not booted by UEFI (no %s)", path);
		return RECORD_NONE;
	}
	snprintf(path, sizeof(path), "%s/firmware/efi/efivars", system_root);
	if (access(path, R_OK | X_OK) != 0) {
		tool_error("no record: %s cannot be read; as root: mount -t efivarfs efivarfs %s",
			   path, path);
		return RECORD_NONE;
	}
	tool_error("no record: the firmware layer did not run this boot, or could not write its "
		   "journal (%s has "
		   "no " JOURNAL_VARIABLE_NAME ")",
		   path);
	return RECORD_NONE;
}

enum record_found record_load(const char *path, struct record *ret_record)
{
	char variable[4096], *error = NULL;
	const char *system_root = getenv("FWQUIRK_SYSFS") ? getenv("FWQUIRK_SYSFS") : "/sys";
	snprintf(variable, sizeof(variable),
		 "%s/firmware/efi/efivars/" JOURNAL_VARIABLE_NAME "-" FWQUIRK_GUID_TEXT,
		 system_root);
	if (!path && access(variable, F_OK) != 0)
		return say_no_record(system_root);
	const char *name = path ? path : variable;
	struct record record = {.no_table = STATUS_OK};
	size_t size;
	if (!file_read(name, JOURNAL_FILE_MAX_BYTES, &record.bytes, &size, &error)) {
		tool_error_take(error);
		return RECORD_ERROR;
	}
	struct span bytes = span_of(record.bytes, size);
	uint32_t magic;
	if (span_le32(bytes, EFIVARFS_ATTRIBUTES_SIZE, &magic) && magic == JOURNAL_MAGIC)
		span_slice(bytes, EFIVARFS_ATTRIBUTES_SIZE, size - EFIVARFS_ATTRIBUTES_SIZE,
			   &bytes);
	enum status status = record_decode(bytes, &record);
	if (status != STATUS_OK) {
		tool_error("%s: not a usable journal: %s", name, status_text(status));
		free(record.bytes);
		return RECORD_ERROR;
	}
	record_decide_others(&record);
	*ret_record = record;
	return RECORD_FOUND;
}

void record_free(struct record *record)
{
	free(record->other);
	free(record->bytes);
	record->other = NULL;
	record->bytes = NULL;
}
