/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* tables.c - configuration tables (UEFI 2.10 section 4.6) that point nowhere, or into memory that does not last */
#include "lab.h"

#define PAGE 4096u
/* Beyond the address width of every processor: the FPDT of packardbell-dots-fpdt points here. */
#define NOWHERE 0x3001000000000000ull

static const struct {
	const char *name;
	EFI_GUID guid;
} known[] = {
	{"esrt", {0xb122a263, 0x3661, 0x4f68, {0x99, 0x29, 0x78, 0xf8, 0xb0, 0xd6, 0x21, 0x80}}},
	{"tpm-final",
	 {0x1e2ed096, 0x30e2, 0x4254, {0xbd, 0x89, 0x86, 0x3b, 0xbe, 0xf8, 0x23, 0x25}}},
	{"rt-properties",
	 {0xeb66918a, 0x7eef, 0x402a, {0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a, 0xe9}}},
	{"mat", {0xdcfa911d, 0x26eb, 0x469f, {0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20}}},
	{"vendor", {0x66771500, 0x1abc, 0x4def, {0x80, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07}}},
};

static const EFI_GUID *guid_named(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (lab_word_is(name, known[i].name))
			return &known[i].guid;
	return NULL;
}

/* Behind the first comma, or the end. */
static const char *second(const char *value)
{
	while (*value && *value++ != ',')
		;
	return value;
}

/* table-astray=NAME[,ADDRESS]: there, and pointing to where no memory is. */
static EFI_STATUS table_astray(const char *value)
{
	const EFI_GUID *guid = guid_named(value);

	if (!guid)
		return EFI_NOT_FOUND;
	return lab_sane.InstallConfigurationTable((EFI_GUID *)guid,
						  (void *)lab_number(second(value), NOWHERE, NULL));
}

/* An ESRT with one resource (UEFI 2.10 section 23.4), final events without one (TCG EFI Protocol 7.0), or a text. */
static void fill(const char *name, uint8_t *at)
{
	static const uint32_t esrt[] = {
		1, 1, 1, 0,
		/* class, system firmware, version 7, lowest 3, last attempt 7: success */
		0x61626364, 0x41426364, 0x11121383, 0x22212299, 1, 7, 3, 0, 7, 0};
	static const uint64_t final[] = {1, 0};
	static const char vendor[] = "here is the vendor's table";
	const void *from = vendor;
	size_t size = sizeof(vendor);

	if (lab_word_is(name, "esrt")) {
		from = esrt;
		size = sizeof(esrt);
	} else if (lab_word_is(name, "tpm-final")) {
		from = final;
		size = sizeof(final);
	}
	lab_sane.SetMem(at, PAGE, 0);
	lab_sane.CopyMem(at, (void *)from, size);
}

/* table-volatile=NAME[,loader|boot|free]: a good table in memory that somebody will use for something else. */
static EFI_STATUS table_volatile(const char *value)
{
	const EFI_GUID *guid = guid_named(value);
	EFI_MEMORY_TYPE type = EfiLoaderData;
	EFI_PHYSICAL_ADDRESS page;
	EFI_STATUS status;

	if (!guid)
		return EFI_NOT_FOUND;
	if (lab_word_is(second(value), "boot"))
		type = EfiBootServicesData;
	status = lab_sane.AllocatePages(AllocateAnyPages, type, 1, &page);
	if (EFI_ERROR(status))
		return status;
	if (lab_word_is(second(value), "free"))
		lab_sane.FreePages(page, 1);
	fill(value, (uint8_t *)page);
	lab_say_hex("table", page);
	return lab_sane.InstallConfigurationTable((EFI_GUID *)guid, (void *)page);
}

/* runtime-properties=MASK: a firmware that says itself which services it has, as it may. */
static EFI_STATUS runtime_properties(const char *value)
{
	static const char name[] = "rt-properties";
	EFI_STATUS status;
	UINT32 *table;

	status = lab_sane.AllocatePool(EfiRuntimeServicesData, 8, (void **)&table);
	if (EFI_ERROR(status))
		return status;
	table[0] = 8u << 16 | 1;
	table[1] = (UINT32)lab_number(value, 0x3fff, NULL);
	return lab_sane.InstallConfigurationTable((EFI_GUID *)guid_named(name), table);
}

const struct defect defects_tables[] = {
	{"table-astray", "packardbell-dots-fpdt xen-esrt-uncovered", table_astray},
	{"table-volatile", "asus-ux391fa-esrt-kexec quanta-twinlakes-tpmlog", table_volatile},
	{"runtime-properties", "", runtime_properties},
	{NULL, NULL, NULL},
};
