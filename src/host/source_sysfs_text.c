/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source_sysfs_text.c - attributes of /sys/class/dmi/id in, an identity out; never keeps a serial
 * number or a UUID */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fwquirk/host/file.h>

#include "source_private.h"

/* Names of drivers/firmware/dmi-id.c of Linux. */
static const struct attribute {
	const char *name;
	enum field field;
} attributes[] = {
	{"bios_vendor", FIELD_BIOS_VENDOR},
	{"bios_version", FIELD_BIOS_VERSION},
	{"bios_date", FIELD_BIOS_DATE},
	{"bios_release", FIELD_BIOS_RELEASE},
	{"ec_firmware_release", FIELD_EC_RELEASE},
	{"sys_vendor", FIELD_SYS_VENDOR},
	{"product_name", FIELD_PRODUCT_NAME},
	{"product_version", FIELD_PRODUCT_VERSION},
	{"product_sku", FIELD_PRODUCT_SKU},
	{"product_family", FIELD_PRODUCT_FAMILY},
	{"board_vendor", FIELD_BOARD_VENDOR},
	{"board_name", FIELD_BOARD_NAME},
	{"board_version", FIELD_BOARD_VERSION},
	{"chassis_type", FIELD_CHASSIS_TYPE},
};

#define N_ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

/* Attributes that came with a later kernel: a missing line tells nothing. */
#define FIELDS_OF_NEW_KERNELS                                                       \
	(FIELD_BIT(BIOS_RELEASE) | FIELD_BIT(EC_RELEASE) | FIELD_BIT(PRODUCT_SKU) | \
	 FIELD_BIT(PRODUCT_FAMILY))

static const struct attribute *attribute_find(struct text name)
{
	for (size_t i = 0; i < N_ATTRIBUTES; i++) {
		if (text_is_same(name, text_of(attributes[i].name)))
			return &attributes[i];
	}
	return NULL;
}

static void set_value(struct identity *identity, enum field field, struct text value)
{
	uint64_t number;

	if (field == FIELD_BIOS_RELEASE || field == FIELD_EC_RELEASE)
		source_set_release(identity, field, value);
	else if (field != FIELD_CHASSIS_TYPE)
		identity_set_text(identity, field, value);
	else if (text_to_u64(value, &number) && number < 0x80)
		identity_set_number(identity, field, number);
}

static void set_smbios_version(struct source *source, struct text value)
{
	unsigned major, minor;

	if (text_cut_number(&value, &major) && text_cut(&value, ".") &&
	    text_cut_number(&value, &minor) && major <= 0xff && minor <= 0xff) {
		source->smbios_major = (uint8_t)major;
		source->smbios_minor = (uint8_t)minor;
	}
}

/* `name=value`, or `/sys/class/dmi/id/name:value` as grep prints it. */
static bool split_line(struct text line, struct text *ret_name, struct text *ret_value)
{
	size_t i = 0, name = 0;

	while (i < line.size && line.at[i] != '=' && line.at[i] != ':') {
		if (line.at[i] == '/')
			name = i + 1;
		i++;
	}
	if (i == line.size)
		return false;
	*ret_name = text_sized(line.at + name, i - name);
	*ret_value = text_sized(line.at + i + 1, line.size - i - 1);
	return true;
}

static void take_line(struct source *source, struct text name, struct text value)
{
	const struct attribute *attribute = attribute_find(name);

	if (!attribute) {
		if (text_is_same(name, text_of("smbios_version")))
			set_smbios_version(source, value);
		return;
	}
	if (source->identity.present >> attribute->field & 1)
		source_remark(source, "%s is there more than once; the first was taken",
			      attribute->name);
	else
		set_value(&source->identity, attribute->field, value);
}

/* The first line that is not blank has to be `name=value` with a name like those of sysfs. */
static bool is_sysfs_text(struct text text)
{
	static const char *const families[] = {"bios_",   "board_",   "chassis_",
					       "ec_",     "modalias", "product_",
					       "smbios_", "sys_",     "uevent"};
	struct lines lines = lines_begin(text);
	struct text line, name, value;

	while (lines_next(&lines, &line)) {
		text_cut_blanks(&line);
		if (!line.size)
			continue;
		if (line.at[0] == '#')
			continue;
		if (!split_line(line, &name, &value))
			return false;
		for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
			if (text_cut(&name, families[i]))
				return true;
		}
		return false;
	}
	return false;
}

enum source_answer source_read_sysfs_text(struct source *source, char **ret_error)
{
	struct lines lines = lines_begin(source_text(source));
	struct text line, name, value;

	(void)ret_error;
	if (!is_sysfs_text(source_text(source)))
		return SOURCE_NO;
	source->kind = SOURCE_SYSFS_TEXT;
	while (lines_next(&lines, &line)) {
		text_cut_blanks(&line);
		if (split_line(line, &name, &value))
			take_line(source, name, value);
	}
	source->unknowable = FIELDS_OUTSIDE | FIELD_BIT(CPU_VERSION) | FIELD_BIT(CPU_ID) |
			     (FIELDS_OF_NEW_KERNELS & ~source->identity.present);
	return SOURCE_YES;
}

/* Appends `name=value` of one attribute file; a missing or unreadable one is an absent field. */
static bool print_attribute(FILE *out, const char *folder, const char *name)
{
	char *path, *error = NULL;
	uint8_t *bytes;
	size_t size;
	bool is_read;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return false;
	is_read = file_read(path, 4096, &bytes, &size, &error);
	free(path);
	free(error);
	if (!is_read)
		return false;
	/* The kernel ends the value with one LF; more of them are the firmware's. */
	if (size && bytes[size - 1] == '\n')
		size--;
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r')
			bytes[i] = ' ';
	}
	fprintf(out, "%s=", name);
	fwrite(bytes, 1, size, out);
	fputc('\n', out);
	free(bytes);
	return true;
}

bool source_open_attributes(const char *path, const char *name, struct source **ret_source,
			    char **ret_error)
{
	char *text = NULL;
	size_t size = 0;
	unsigned n_read = 0;
	FILE *out = open_memstream(&text, &size);

	*ret_error = NULL;
	if (!out)
		return file_error(ret_error, "%s: out of memory", name);
	for (size_t i = 0; i < N_ATTRIBUTES; i++)
		n_read += print_attribute(out, path, attributes[i].name);
	if (fclose(out) || !n_read) {
		free(text);
		return false;
	}
	return source_from_bytes(name, (uint8_t *)text, size, ret_source, ret_error);
}
