/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* kernel_dmi.c - a machine as FIELD=VALUE lines in, rules of the dmi-c table that Linux would find out */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What linux/mod_devicetable.h wants around it outside of a kernel, as scripts/mod/file2alias.c has. */
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef unsigned long kernel_ulong_t;
typedef struct {
	__u8 b[16];
} guid_t, uuid_t, uuid_le;
#define BITS_PER_LONG   64
#define UUID_STRING_LEN 36

#include DMI_TABLE

static const struct {
	const char *field;
	enum dmi_field slot;
} slots[] = {
	{"bios-vendor", DMI_BIOS_VENDOR},
	{"bios-version", DMI_BIOS_VERSION},
	{"bios-date", DMI_BIOS_DATE},
	{"bios-release", DMI_BIOS_RELEASE},
	{"ec-release", DMI_EC_FIRMWARE_RELEASE},
	{"sys-vendor", DMI_SYS_VENDOR},
	{"product-name", DMI_PRODUCT_NAME},
	{"product-version", DMI_PRODUCT_VERSION},
	{"product-sku", DMI_PRODUCT_SKU},
	{"product-family", DMI_PRODUCT_FAMILY},
	{"board-vendor", DMI_BOARD_VENDOR},
	{"board-name", DMI_BOARD_NAME},
	{"board-version", DMI_BOARD_VERSION},
	{"chassis-type", DMI_CHASSIS_TYPE},
};

static char ident[DMI_OEM_STRING + 1][256];

static void take_line(char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	value[strcspn(value, "\n")] = '\0';
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (strcmp(slots[i].field, line) == 0)
			snprintf(ident[slots[i].slot], sizeof(ident[0]), "%s", value);
}

/* What the kernel says of dmi_system_id: every match that has a slot must hold. */
static int holds(const struct dmi_system_id *entry)
{
	for (size_t i = 0; i < sizeof(entry->matches) / sizeof(entry->matches[0]); i++) {
		const struct dmi_strmatch *match = &entry->matches[i];

		if (match->slot == DMI_NONE)
			return 1;
		if (match->exact_match ? strcmp(ident[match->slot], match->substr) != 0
				       : !strstr(ident[match->slot], match->substr))
			return 0;
	}
	return 1;
}

int main(void)
{
	char line[512];

	while (fgets(line, sizeof(line), stdin))
		take_line(line);
	for (const struct dmi_system_id *entry = fwquirk_dmi_table; entry->matches[0].slot; entry++)
		if (holds(entry))
			printf("FWQ-%04lu\n", (unsigned long)entry->driver_data);
	return 0;
}
