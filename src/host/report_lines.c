/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_lines.c - the lines that a report may have, what each is for and what may stand in it */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <fwquirk/host/rule.h>
#include <fwquirk/version.h>

#include "report_private.h"

const struct report_line report_lines[REPORT_KEY_COUNT] = {
	[REPORT_MAKER] = {"maker", NAME_NONE, VALUE_TEXT,
			  .explanation = "the program that wrote this"},
	[REPORT_DATE] = {"date", NAME_NONE, VALUE_DATE, .explanation = "when it was written"},
	[REPORT_BY] = {"by", NAME_NONE, VALUE_TEXT,
		       .explanation = "who reports it: only what --by was given"},
	[REPORT_NOTE] = {"note", NAME_NONE, VALUE_TEXT, .repeats = true,
			 .explanation = "what happens: only what --note was given"},
	[REPORT_SOURCE] = {"source", NAME_NONE, VALUE_TEXT,
			   .explanation = "what kind of data the identity was read from"},
	[REPORT_IDENTITY] = {"identity", NAME_FIELD, VALUE_TEXT,
			     .explanation =
				     "model or firmware, by which a rule finds such machines"},
	[REPORT_LAYER] = {"layer", NAME_NONE, VALUE_TEXT,
			  .explanation = "version of the firmware layer that ran this boot"},
	[REPORT_LAYER_START] = {"layer-start", NAME_NONE, VALUE_WORD, .words = "driver\0loader\0",
				.explanation = "how the firmware layer was started"},
	[REPORT_TABLE] = {"table", NAME_NONE, VALUE_CRC,
			  .explanation = "checksum of the rules that it carried"},
	[REPORT_TABLE_RULES] = {"table-rules", NAME_NONE, VALUE_COUNT,
				.explanation = "number of rules that it carried"},
	[REPORT_PROBE] = {"probe", NAME_PROBE, VALUE_WORD, .words = "not-run\0no\0yes\0no-answer\0",
			  .explanation = "what a harmless test of the firmware answered"},
	[REPORT_RULE] = {"rule", NAME_RULE, VALUE_RULE,
			 .explanation = "what became of a rule on this machine, and why"},
	[REPORT_ACTION] = {"action", NAME_RULE, VALUE_ACTION, .repeats = true,
			   .explanation = "a workaround that was in effect"},
	[REPORT_LAST_FAULT] = {"last-fault", NAME_NONE, VALUE_TEXT,
			       .explanation = "the last fault that was seen in the firmware"},
	[REPORT_KERNEL] = {"kernel", NAME_NONE, VALUE_TEXT,
			   .explanation = "version of the kernel, without its builder's words"},
	[REPORT_KERNEL_OPTION] = {"kernel-option", NAME_NONE, VALUE_TEXT, .repeats = true,
				  .explanation =
					  "an option that changes how the kernel uses firmware"},
	[REPORT_EFI_BITS] = {"efi-bits", NAME_NONE, VALUE_WORD,
			     .words = "32\0"
				      "64\0",
			     .explanation = "width of the firmware"},
	[REPORT_SECURE_BOOT] = {"secure-boot", NAME_NONE, VALUE_WORD, .words = "off\0on\0",
				.explanation = "whether Secure Boot was on"},
	[REPORT_EFI_TABLE] = {"efi-table", NAME_NONE, VALUE_TEXT, .repeats = true,
			      .explanation = "a table that the firmware has, by name, not where"},
	[REPORT_MEMORY_MAP] =
		{"memory-map", NAME_NONE, VALUE_WORD, .words = "efi\0e820\0",
		 .explanation = "which memory map the next lines count: sizes, no addresses"},
	[REPORT_MEMORY] = {"memory", NAME_MEMORY, VALUE_MEMORY,
			   .explanation =
				   "how much memory of one type there is, in pages of 4 KiB"},
	[REPORT_MEMORY_ATTRIBUTE] = {"memory-attribute", NAME_ATTRIBUTE, VALUE_COUNT,
				     .explanation = "how many descriptors have one attribute"},
	[REPORT_PAGING_LEVELS] = {"paging-levels", NAME_NONE, VALUE_WORD,
				  .words = "4\0"
					   "5\0",
				  .explanation = "levels of the firmware's page tables"},
	[REPORT_PAGES] = {"pages", NAME_PERMISSION, VALUE_COUNT,
			  .explanation =
				  "how many pages of 4 KiB the firmware maps with a permission"},
	[REPORT_KERNEL_SAID] = {"kernel-said", NAME_MESSAGE, VALUE_COUNT,
				.explanation =
					"how often the kernel complained about the firmware"},
};

/* UEFI 2.10 section 7.2, EFI_MEMORY_TYPE, in its order. */
static const char memory_names[] = "reserved\0loader-code\0loader-data\0boot-code\0boot-data\0"
				   "runtime-code\0runtime-data\0conventional\0unusable\0"
				   "acpi-reclaim\0acpi-nvs\0mmio\0mmio-port\0pal-code\0persistent\0"
				   "unaccepted\0other\0";
static const char attribute_names[] = "run\0ro\0xp\0rp\0wp\0sp\0mr\0nv\0cc\0";

/* In the order of pagetable_count. */
static const char permission_names[] = "r--\0rw-\0r-x\0rwx\0";

static const struct {
	const char *name, *text, *meaning;
	enum defect defect;
} messages[] = {
/* Texts of Linux: drivers/firmware/efi/memattr.c, arch/x86/platform/efi/{efi,quirks,memmap}.c,
 * drivers/firmware/efi/{runtime-wrappers,tpm}.c, arch/x86/kernel/check.c. */
#define MESSAGE(name, defect, text, meaning)         \
	{                                            \
		name, text, meaning, DEFECT_##defect \
	}
	MESSAGE("mat-version", MAT_BOGUS, "memattr: Unexpected EFI Memory Attributes table version",
		"the Memory Attributes Table has an unknown version"),
	MESSAGE("mat-corrupted", MAT_BOGUS, "Corrupted EFI Memory Attributes Table detected",
		"the Memory Attributes Table cannot be as large as it says"),
	MESSAGE("mat-type", MAT_BOGUS, "memattr: Entry type should be RuntimeServiceCode/Data",
		"an entry of the Memory Attributes Table is not for runtime memory"),
	MESSAGE("mat-writable-code", MAT_BOGUS,
		"memattr: Entry attributes invalid: RO and XP bits both cleared",
		"an entry of the Memory Attributes Table is writable and executable"),
	MESSAGE("mat-misaligned", MAT_BOGUS, "memattr: Entry address region misaligned",
		"an entry of the Memory Attributes Table is not aligned"),
	MESSAGE("mat-multiple", MAT_BOGUS, "memattr: Entry covers multiple EFI memory map regions",
		"an entry of the Memory Attributes Table spans several descriptors"),
	MESSAGE("mat-deviates", MAT_BOGUS,
		"memattr: Entry type deviates from EFI memory map region type",
		"the Memory Attributes Table contradicts the memory map"),
	MESSAGE("mat-unmatched", MAT_BOGUS,
		"memattr: No matching entry found in the EFI memory map",
		"the Memory Attributes Table speaks of memory that is not in the map"),
	MESSAGE("memmap-invalid", MEMMAP_INVALID, "Invalid EFI memory map entries",
		"descriptors that cannot be"),
	MESSAGE("memmap-lookup", TBL_BOGUS, "Failed to lookup EFI memory descriptor for",
		"a table lies in memory that the map does not have"),
	MESSAGE("mmio-kept", MEMMAP_MMIO, "efi: Not removing mem", "MMIO in the memory map, kept"),
	MESSAGE("mmio-removed", MEMMAP_MMIO, "efi: Remove mem", "MMIO in the memory map, removed"),
	MESSAGE("svam-failed", SVAM_HARMFUL, "nable to switch EFI into virtual mode",
		"SetVirtualAddressMap() failed"),
	MESSAGE("runtime-fault", RT_FAULT, "Page fault caused by firmware at PA",
		"a runtime service faulted"),
	MESSAGE("runtime-frozen", RT_FAULT, "Froze efi_rts_wq and disabled EFI Runtime Services",
		"the kernel gave up on runtime services after a fault"),
	MESSAGE("runtime-reset", RT_SERVICE_BROKEN, "efi_reset_system() buggy",
		"ResetSystem() faulted"),
	MESSAGE("runtime-flags", RT_SERVICE_BROKEN, "IRQ flags corrupted (0x",
		"a runtime service came back with interrupts changed"),
	MESSAGE("runtime-disabled", OTHER, "EFI runtime services will be disabled",
		"runtime services are switched off"),
	MESSAGE("tpm-final-log", TBL_BOGUS, "Failed to parse event in TPM Final Events Log",
		"the TPM's final events log is damaged"),
	MESSAGE("low-memory", LOWMEM_CORRUPT, "Corrupted low memory at",
		"something writes into the first 64 KiB"),
#undef MESSAGE
};

#define N_MESSAGES (sizeof(messages) / sizeof(messages[0]))

static const char *nth_or_null(const char *list, uint32_t n)
{
	const char *name = text_nth(list, n);

	return *name ? name : NULL;
}

const char *report_memory_name(uint32_t type)
{
	return nth_or_null(memory_names, type);
}

const char *report_attribute_name(uint32_t attribute)
{
	return nth_or_null(attribute_names, attribute);
}

const char *report_message_name(uint32_t message)
{
	return message < N_MESSAGES ? messages[message].name : NULL;
}

const char *report_message_text(uint32_t message)
{
	return message < N_MESSAGES ? messages[message].text : NULL;
}

enum defect report_message_defect(uint32_t message)
{
	return message < N_MESSAGES ? messages[message].defect : DEFECT_OTHER;
}

static const char *name_of(enum report_name_kind kind, uint32_t name)
{
	switch (kind) {
	case NAME_FIELD:
		return name < FIELD_COUNT ? field_name(name) : NULL;
	case NAME_PROBE:
		return name < PROBE_COUNT ? probe_name(name) : NULL;
	case NAME_MEMORY:
		return report_memory_name(name);
	case NAME_ATTRIBUTE:
		return report_attribute_name(name);
	case NAME_PERMISSION:
		return nth_or_null(permission_names, name);
	case NAME_MESSAGE:
		return report_message_name(name);
	default:
		return NULL;
	}
}

const char *report_name_meaning(enum report_name_kind kind, uint32_t name)
{
	static const char *const origins[] = {
#define FIELD(number, id, name, kind, origin) [number] = origin,
#include <fwquirk/vocab.def>
	};

	if (kind == NAME_FIELD)
		return name < FIELD_COUNT ? origins[name] : NULL;
	if (kind == NAME_PROBE)
		return probe_meaning(name);
	return kind == NAME_MESSAGE && name < N_MESSAGES ? messages[name].meaning : NULL;
}

bool report_name_text(enum report_name_kind kind, uint32_t name, char *buffer)
{
	const char *text = name_of(kind, name);

	if (kind == NAME_RULE && name && name <= RULE_ID_MAX)
		return snprintf(buffer, 64, RULE_ID_FORMAT, (unsigned)name) > 0;
	return text && snprintf(buffer, 64, "%s", text) > 0;
}

bool report_name_number(enum report_name_kind kind, struct text text, uint32_t *ret_name)
{
	char copy[64];

	if (text.size >= sizeof(copy))
		return false;
	if (kind == NAME_RULE) {
		memcpy(copy, text.at, text.size);
		copy[text.size] = '\0';
		return rule_id_from_text(copy, ret_name);
	}
	for (uint32_t i = 0; name_of(kind, i); i++) {
		if (!text_is_same(text_of(name_of(kind, i)), text))
			continue;
		*ret_name = i;
		return true;
	}
	return false;
}

/* ---- values ---- */

static bool is_one_of(const char *words, struct text value)
{
	for (unsigned i = 0; *text_nth(words, i); i++) {
		if (text_is_same(text_of(text_nth(words, i)), value))
			return true;
	}
	return false;
}

static struct text word_take(struct text *rest)
{
	struct text word = text_sized(rest->at, 0);

	while (word.size < rest->size && rest->at[word.size] != ' ')
		word.size++;
	rest->at += word.size + (word.size < rest->size);
	rest->size -= word.size + (word.size < rest->size);
	return word;
}

/* Decimal, no sign, no leading zero, below 2^52: a memory map of more pages there is not. */
static bool count_read(struct text text, uint64_t *ret_count)
{
	uint64_t count = 0;

	if (!text.size || text.size > 15 || (text.size > 1 && *text.at == '0'))
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		count = count * 10 + (uint64_t)(text.at[i] - '0');
	}
	*ret_count = count;
	return true;
}

static bool memory_read(struct text value, uint64_t *ret_descriptors, uint64_t *ret_pages)
{
	uint64_t descriptors, pages;

	if (!count_read(word_take(&value), &descriptors) ||
	    !text_is_same(word_take(&value), text_of("descriptors")) ||
	    !count_read(word_take(&value), &pages) || !text_is_same(value, text_of("pages")))
		return false;
	*ret_descriptors = descriptors;
	*ret_pages = pages;
	return true;
}

bool report_memory(const struct report_entry *entry, uint64_t *ret_descriptors, uint64_t *ret_pages)
{
	return memory_read(text_sized(entry->value, entry->size), ret_descriptors, ret_pages);
}

static bool number_of(const char *(*name)(unsigned), unsigned end, struct text word,
		      unsigned *ret_number)
{
	for (unsigned i = 0; i < end; i++) {
		if (!text_is_same(text_of(name(i)), word) || strcmp(name(i), "?") == 0)
			continue;
		*ret_number = i;
		return true;
	}
	return false;
}

/* What a reason is about: REASONs 1 to 31 a field, some a probe, the rest a workaround. */
static bool is_subject(unsigned reason, struct text what)
{
	enum workaround workaround;
	enum probe probe;
	enum field field;

	if (reason == REASON_NONE)
		return false;
	if (reason < REASON_PROBE_NO)
		return field_from_name(what, &field);
	if (reason_is_about_probe(reason))
		return probe_from_name(what, &probe);
	return workaround_from_name(what, &workaround);
}

static bool rule_read(struct text value, unsigned *ret_verdict, unsigned *ret_reason,
		      struct text *ret_what)
{
	bool has_what;
	struct text reason;

	if (!number_of(verdict_name, VERDICT_COUNT, word_take(&value), ret_verdict))
		return false;
	*ret_reason = REASON_NONE;
	*ret_what = text_sized("", 0);
	if (!value.size)
		return true;
	reason = word_take(&value);
	has_what = value.size > 0;
	if (!number_of(reason_name, REASON_COUNT, reason, ret_reason) ||
	    *ret_reason == REASON_NONE || (has_what && !is_subject(*ret_reason, value)))
		return false;
	*ret_what = value;
	return true;
}

bool report_rule(const struct report_entry *entry, enum verdict *ret_verdict,
		 enum reason *ret_reason, struct text *ret_what)
{
	unsigned verdict, reason;
	struct text what;

	if (!rule_read(text_sized(entry->value, entry->size), &verdict, &reason, &what))
		return false;
	*ret_verdict = (enum verdict)verdict;
	*ret_reason = (enum reason)reason;
	*ret_what = what;
	return true;
}

static bool is_crc(struct text value)
{
	if (value.size != 10 || value.at[0] != '0' || value.at[1] != 'x')
		return false;
	for (size_t i = 2; i < value.size; i++) {
		if (!strchr("0123456789abcdef", value.at[i]) || !value.at[i])
			return false;
	}
	return true;
}

const char *report_value_wrong(enum report_key key, uint32_t name, struct text value)
{
	const struct report_line *line = &report_lines[key];
	unsigned verdict, reason;
	enum workaround workaround;
	uint64_t count, pages;
	struct text what;
	uint32_t date;

	switch (line->value) {
	case VALUE_TEXT:
		return key == REPORT_IDENTITY ? report_number_wrong((enum field)name, value) : NULL;
	case VALUE_DATE:
		return date_read_iso(value, &date) == STATUS_OK ? NULL : "a date as 2026-01-31";
	case VALUE_COUNT:
		return count_read(value, &count) && count <= UINT32_MAX ? NULL : "a number";
	case VALUE_CRC:
		return is_crc(value) ? NULL : "0x and 8 digits in lower case";
	case VALUE_WORD:
		return is_one_of(line->words, value) ? NULL : "one of the words for this line";
	case VALUE_RULE:
		return rule_read(value, &verdict, &reason, &what)
			       ? NULL
			       : "a verdict, a reason and what it is about";
	case VALUE_ACTION:
		return workaround_from_name(value, &workaround) ? NULL : "a workaround";
	case VALUE_MEMORY:
		return memory_read(value, &count, &pages) ? NULL : "N descriptors N pages";
	}
	return "another version of fwquirk";
}
