/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mkmachine.c - program: a machine as text in, a dump or arguments for QEMU and our tools out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fwquirk/vocab.h>

#include "machine.h"

static int usage(void)
{
	fprintf(stderr,
		"usage: mkmachine [--form FORM] MACHINE OUTPUT    write SMBIOS bytes\n"
		"       mkmachine --folder MACHINE FOLDER         DMI and smbios_entry_point\n"
		"       mkmachine --identity-args MACHINE         [efi] as FIELD=VALUE lines\n"
		"       mkmachine --qemu-args MACHINE             -smbios arguments, one a line\n"
		"forms:");
	for (unsigned i = 0; machine_form_name(i); i++)
		fprintf(stderr, " %s", machine_form_name(i));
	fprintf(stderr, " (default dump64, or dump32 below SMBIOS 3)\n");
	return 2;
}

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool ok = file && fwrite(bytes, 1, size, file) == size;

	if (file && fclose(file))
		ok = false;
	if (!ok) {
		perror(path);
		if (file)
			remove(path);
	}
	return ok;
}

static bool write_form(const struct machine *machine, unsigned form, const char *path)
{
	size_t size;
	uint8_t *bytes = machine_bytes(machine, (enum machine_form)form, &size);
	bool ok = write_file(path, bytes, size);

	free(bytes);
	return ok;
}

static bool write_folder(const struct machine *machine, const char *folder)
{
	char path[4096];

	(void)mkdir(folder, 0777);
	(void)snprintf(path, sizeof(path), "%s/DMI", folder);
	if (!write_form(machine, MACHINE_TABLE, path))
		return false;
	(void)snprintf(path, sizeof(path), "%s/smbios_entry_point", folder);
	return write_form(machine, machine->major < 3 ? MACHINE_ENTRY_32 : MACHINE_ENTRY_64, path);
}

static void print_identity_args(const struct machine *machine)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (machine->efi.present >> i & 1)
			printf("%s=%.*s\n", field_name(i), (int)machine->efi.field[i].size,
			       machine->efi.field[i].at);
	}
}

/* A comma inside a value is doubled in QEMU's option syntax. */
static void print_qemu_option(const struct identity *identity, enum field field, const char *key)
{
	struct text value = identity->field[field];

	if (!(identity->present >> field & 1))
		return;
	printf(",%s=", key);
	for (size_t i = 0; i < value.size; i++) {
		putchar(value.at[i]);
		if (value.at[i] == ',')
			putchar(',');
	}
}

/* Release 5.12 and the strings of types 0 to 2, as far as QEMU has options for them. */
static void print_qemu_args(const struct machine *machine)
{
	static const struct {
		unsigned type;
		enum field field;
		const char *key;
	} options[] = {
		{0, FIELD_BIOS_VENDOR, "vendor"},      {0, FIELD_BIOS_VERSION, "version"},
		{0, FIELD_BIOS_DATE, "date"},          {0, FIELD_BIOS_RELEASE, "release"},
		{1, FIELD_SYS_VENDOR, "manufacturer"}, {1, FIELD_PRODUCT_NAME, "product"},
		{1, FIELD_PRODUCT_VERSION, "version"}, {1, FIELD_PRODUCT_SKU, "sku"},
		{1, FIELD_PRODUCT_FAMILY, "family"},   {2, FIELD_BOARD_VENDOR, "manufacturer"},
		{2, FIELD_BOARD_NAME, "product"},      {2, FIELD_BOARD_VERSION, "version"},
	};
	struct identity identity;

	machine_identity(machine, &identity);
	for (unsigned type = 0; type <= 2; type++) {
		printf("-smbios\ntype=%u", type);
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
			if (options[i].type == type)
				print_qemu_option(&identity, options[i].field, options[i].key);
		}
		printf("\n");
	}
}

static bool find_form(const char *name, unsigned *ret_form)
{
	for (unsigned i = 0; machine_form_name(i); i++) {
		if (!strcmp(name, machine_form_name(i))) {
			*ret_form = i;
			return true;
		}
	}
	return false;
}

static bool run(const struct machine *machine, const char *option, unsigned form, char **argv)
{
	if (!strcmp(option, "--identity-args"))
		print_identity_args(machine);
	else if (!strcmp(option, "--qemu-args"))
		print_qemu_args(machine);
	else if (!strcmp(option, "--folder"))
		return write_folder(machine, argv[1]);
	else
		return write_form(machine, form, argv[1]);
	return true;
}

int main(int argc, char **argv)
{
	const char *option = argc > 1 && !strncmp(argv[1], "--", 2) ? argv[1] : "";
	bool has_form = !strcmp(option, "--form");
	int at = 1 + (*option != '\0') + has_form;
	bool prints = !strcmp(option, "--identity-args") || !strcmp(option, "--qemu-args");
	unsigned form = MACHINE_FORM_COUNT;
	struct machine *machine;
	char *error;
	bool ok;

	if (argc != at + (prints ? 1 : 2) || (has_form && !find_form(argv[2], &form)) ||
	    (*option && !has_form && !prints && strcmp(option, "--folder") != 0))
		return usage();
	if (!machine_read(argv[at], &machine, &error)) {
		fprintf(stderr, "%s\n", error);
		free(error);
		return 2;
	}
	if (!has_form)
		form = machine->major < 3 ? MACHINE_DUMP_32 : MACHINE_DUMP_64;
	ok = run(machine, option, form, argv + at);
	machine_free(machine);
	return ok ? 0 : 1;
}
