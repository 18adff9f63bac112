/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* export_readers.c - hwdb files by fnmatch(), dmi tables by strcmp() and strstr(): nothing of ours */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/export_readers.h"

/* Linux drivers/firmware/dmi-id.c. -1: none of our fields. */
static const struct {
	const char *name;
	int field;
} parts[] = {
	{"bvn", FIELD_BIOS_VENDOR},   {"bvr", FIELD_BIOS_VERSION},
	{"bd", FIELD_BIOS_DATE},      {"br", FIELD_BIOS_RELEASE},
	{"efr", FIELD_EC_RELEASE},    {"svn", FIELD_SYS_VENDOR},
	{"pn", FIELD_PRODUCT_NAME},   {"pvr", FIELD_PRODUCT_VERSION},
	{"rvn", FIELD_BOARD_VENDOR},  {"rn", FIELD_BOARD_NAME},
	{"rvr", FIELD_BOARD_VERSION}, {"cvn", -1},
	{"ct", FIELD_CHASSIS_TYPE},   {"cvr", -1},
	{"sku", FIELD_PRODUCT_SKU},
};

static const char *const slots[FIELD_COUNT] = {
	[FIELD_BIOS_VENDOR] = "DMI_BIOS_VENDOR",
	[FIELD_BIOS_VERSION] = "DMI_BIOS_VERSION",
	[FIELD_BIOS_DATE] = "DMI_BIOS_DATE",
	[FIELD_BIOS_RELEASE] = "DMI_BIOS_RELEASE",
	[FIELD_EC_RELEASE] = "DMI_EC_FIRMWARE_RELEASE",
	[FIELD_SYS_VENDOR] = "DMI_SYS_VENDOR",
	[FIELD_PRODUCT_NAME] = "DMI_PRODUCT_NAME",
	[FIELD_PRODUCT_VERSION] = "DMI_PRODUCT_VERSION",
	[FIELD_PRODUCT_SKU] = "DMI_PRODUCT_SKU",
	[FIELD_PRODUCT_FAMILY] = "DMI_PRODUCT_FAMILY",
	[FIELD_BOARD_VENDOR] = "DMI_BOARD_VENDOR",
	[FIELD_BOARD_NAME] = "DMI_BOARD_NAME",
	[FIELD_BOARD_VERSION] = "DMI_BOARD_VERSION",
	[FIELD_CHASSIS_TYPE] = "DMI_CHASSIS_TYPE",
};

void modalias_of(const char *const text[static FIELD_COUNT],
		 char ret_modalias[static MODALIAS_SIZE])
{
	char *at = stpcpy(ret_modalias, "dmi:"), *end = ret_modalias + MODALIAS_SIZE - 8;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *from = parts[i].field < 0 ? "x" : text[parts[i].field];

		if (!from && (!strcmp(parts[i].name, "br") || !strcmp(parts[i].name, "efr")))
			continue;
		at = stpcpy(at, parts[i].name);
		for (; from && *from && at < end; from++)
			if (*from > ' ' && (unsigned char)*from < 127 && *from != ':')
				*at++ = *from;
		*at++ = ':';
	}
	*at = '\0';
}

static void *grown(void *list, size_t n, size_t size)
{
	list = reallocarray(list, n + 1, size);
	if (!list)
		abort();
	return list;
}

/* The longest run without '*', '?', '[' and '\'. */
static void literal_of(const char *pattern, char to[64])
{
	size_t best = 0;

	to[0] = '\0';
	for (; *pattern; pattern++) {
		size_t n = strcspn(pattern, "*?[\\");
		/* What stands in brackets is no literal. */
		const char *close = pattern[n] == '[' ? strchr(pattern + n, ']') : NULL;

		if (n > best && n < 64) {
			best = n;
			snprintf(to, 64, "%.*s", (int)n, pattern);
		}
		pattern += n;
		if (!*pattern)
			return;
		if (*pattern == '\\')
			pattern++;
		if (close)
			pattern = close;
	}
}

void hwdb_read(struct hwdb *hwdb, const char *text)
{
	size_t first = 0;

	*hwdb = (struct hwdb){.n = 0};
	for (size_t size; *text; text += size + (text[size] == '\n')) {
		unsigned rule;

		size = strcspn(text, "\n");
		if (strncmp(text, "dmi", 3) == 0) {
			struct hwdb_pattern *new;

			hwdb->pattern = grown(hwdb->pattern, hwdb->n, sizeof(*hwdb->pattern));
			new = &hwdb->pattern[hwdb->n++];
			*new = (struct hwdb_pattern){.pattern = strndup(text, size)};
			literal_of(new->pattern, new->literal);
		} else if (sscanf(text, " FWQUIRK_%u=", &rule) == 1) {
			while (first < hwdb->n)
				hwdb->pattern[first++].rule = rule;
		}
	}
}

void hwdb_free(struct hwdb *hwdb)
{
	for (size_t i = 0; i < hwdb->n; i++)
		free(hwdb->pattern[i].pattern);
	free(hwdb->pattern);
}

void hwdb_find(const struct hwdb *hwdb, const char *modalias, bool *found)
{
	for (size_t i = 0; i < hwdb->n; i++) {
		const struct hwdb_pattern *pattern = &hwdb->pattern[i];

		if (!found[pattern->rule] && strstr(modalias, pattern->literal) &&
		    fnmatch(pattern->pattern, modalias, 0) == 0)
			found[pattern->rule] = true;
	}
}

/* MATCH(SLOT, "TEXT"), the text as export_c_text.c spells it. */
static void wanted_read(struct dmi_wanted *wanted, const char *at)
{
	size_t size = strcspn(at, ","), n = 0;
	unsigned field = 0;

	while (field < FIELD_COUNT && (!slots[field] || strlen(slots[field]) != size ||
				       strncmp(slots[field], at, size) != 0))
		field++;
	if (field == FIELD_COUNT)
		abort();
	wanted->field = (enum field)field;
	for (at = strchr(at, '"') + 1; *at != '"'; at++) {
		unsigned octal;

		if (*at == '\\' && sscanf(at, "\\%3o", &octal) == 1) {
			wanted->text[n++] = (char)octal;
			at += 3;
		} else {
			wanted->text[n++] = *at == '\\' ? *++at : *at;
		}
	}
	wanted->text[n] = '\0';
}

void dmi_table_read(struct dmi_table *table, const char *text)
{
	*table = (struct dmi_table){.n = 0};
	for (const char *at = text; (at = strstr(at, ".ident = \"FWQ-")); at++) {
		const char *end = strstr(at, ".driver_data"), *match = at;
		struct dmi_entry *entry;

		table->entry = grown(table->entry, table->n, sizeof(*table->entry));
		entry = &table->entry[table->n++];
		*entry = (struct dmi_entry){.n = 0};
		if (sscanf(end, ".driver_data = (void *)%uUL", &entry->rule) != 1)
			abort();
		for (; (match = strstr(match, "MATCH(DMI_")) && match < end; match++) {
			entry->wanted[entry->n].is_exact = strncmp(match - 6, "EXACT_", 6) == 0;
			wanted_read(&entry->wanted[entry->n++], match + 6);
		}
	}
}

void dmi_table_free(struct dmi_table *table)
{
	free(table->entry);
}

static bool entry_holds(const struct dmi_entry *entry, const char *const *text)
{
	for (unsigned i = 0; i < entry->n; i++) {
		const struct dmi_wanted *wanted = &entry->wanted[i];
		const char *has = text[wanted->field];

		if (!has || (wanted->is_exact ? strcmp(has, wanted->text) != 0
					      : !strstr(has, wanted->text)))
			return false;
	}
	return true;
}

void dmi_table_find(const struct dmi_table *table, const char *const text[static FIELD_COUNT],
		    bool *found)
{
	for (size_t i = 0; i < table->n; i++)
		if (entry_holds(&table->entry[i], text))
			found[table->entry[i].rule] = true;
}
