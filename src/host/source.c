/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* source.c - life of an opened source, its remarks, its kind by name; never looks at the bytes */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source_private.h"

const char *source_kind_name(enum source_kind kind)
{
	static const char *const names[SOURCE_KIND_COUNT] = {
		[SOURCE_MACHINE_SYSFS] = "SMBIOS tables of this machine",
		[SOURCE_MACHINE_DMIDECODE] = "SMBIOS tables of this machine, read by dmidecode",
		[SOURCE_DUMP] = "dump of dmidecode --dump-bin",
		[SOURCE_MEMORY_IMAGE] = "memory image with an SMBIOS entry point",
		[SOURCE_FOLDER] = "folder with DMI and smbios_entry_point",
		[SOURCE_TABLE] = "bare SMBIOS table",
		[SOURCE_RAW_SMBIOS_DATA] = "Windows RawSMBIOSData",
		[SOURCE_DMIDECODE_TEXT] = "dmidecode text",
		[SOURCE_SYSFS_TEXT] = "attributes of /sys/class/dmi/id",
		[SOURCE_MODALIAS] = "dmi: modalias",
		[SOURCE_KERNEL_LINE] = "kernel log with a DMI: line",
		[SOURCE_IDENTITY_JSON] = "identity JSON",
		[SOURCE_REPORT] = "report",
	};

	return (unsigned)kind < SOURCE_KIND_COUNT ? names[kind] : "?";
}

struct source *source_new(const char *name, uint8_t *bytes, size_t size)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source)
		source->name = strdup(name);
	if (!source || !source->name) {
		free(source);
		free(bytes);
		return NULL;
	}
	identity_clear(&source->identity);
	source->bytes = bytes;
	source->size = size;
	return source;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	for (size_t i = 0; i < source->n_remarks; i++)
		free(source->remark[i]);
	free(source->remark);
	free(source->bytes);
	free(source->name);
	free(source);
}

/* More than anybody reads; bytes made for it would have a remark for every two of them. */
#define MAX_REMARKS 20

void source_remark(struct source *source, const char *format, ...)
{
	char *sentence, **list;
	va_list arguments;
	int size;

	if (source->n_remarks >= MAX_REMARKS)
		return;
	list = realloc(source->remark, (source->n_remarks + 1) * sizeof(*list));
	if (!list)
		return;
	source->remark = list;
	va_start(arguments, format);
	size = source->n_remarks + 1 < MAX_REMARKS
		       ? vasprintf(&sentence, format, arguments)
		       : asprintf(&sentence, "there is more to tell than is told here");
	va_end(arguments);
	/* Without memory a remark is lost, the identity is not. */
	if (size < 0)
		return;
	for (char *at = sentence; *at; at++) {
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	}
	source->remark[source->n_remarks++] = sentence;
}
