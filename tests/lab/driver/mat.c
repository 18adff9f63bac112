/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * mat.c - defects of the Memory Attributes Table (UEFI 2.10 section 4.6.4): a changed copy of the firmware's own
 * table is put in its place. Firmware that builds a new one later puts an end to the defect.
 */
#include "lab.h"

#define TYPE_CODE 5u
#define XP        (1ull << 14)
#define RO        (1ull << 17)

struct mat {
	UINT32 version, n, size, flags;
	UINT8 entries[];
};

static EFI_GUID guid = {
	0xdcfa911d, 0x26eb, 0x469f, {0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20}};

static EFI_MEMORY_DESCRIPTOR *entry(struct mat *mat, UINT32 n)
{
	return (EFI_MEMORY_DESCRIPTOR *)(mat->entries + (size_t)n * mat->size);
}

static EFI_STATUS copy(struct mat **ret_mat)
{
	struct mat *mat = lab_table(&guid);
	EFI_STATUS status;
	size_t size;

	if (!mat)
		return EFI_NOT_FOUND;
	size = sizeof(*mat) + (size_t)mat->n * mat->size;
	/* Room for each entry twice. */
	status = lab_sane.AllocatePool(EfiBootServicesData, 2 * size, (void **)ret_mat);
	if (!EFI_ERROR(status))
		lab_sane.CopyMem(*ret_mat, mat, size);
	return status;
}

static EFI_STATUS install(struct mat *mat)
{
	return lab_sane.InstallConfigurationTable(&guid, mat);
}

/*
 * mat-size=N: so many entries instead of those that are there. Without N a number whose product with the entry size is
 * the right one when it is computed with 32 bits, so that a check of the product sees nothing.
 */
static EFI_STATUS mat_size(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);

	if (EFI_ERROR(status))
		return status;
	mat->n = (UINT32)lab_number(value, mat->n + 0x10000000u, NULL);
	return install(mat);
}

/* mat-descriptor-size=N: entries of that size, by default one byte more than they have. */
static EFI_STATUS mat_descriptor_size(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);

	if (EFI_ERROR(status))
		return status;
	mat->size = (UINT32)lab_number(value, mat->size + 1, NULL);
	return install(mat);
}

static EFI_STATUS mat_version(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);

	if (EFI_ERROR(status))
		return status;
	mat->version = (UINT32)lab_number(value, 77, NULL);
	return install(mat);
}

/* mat-code-xp: what is code is not executable, and not writable either. */
static EFI_STATUS mat_code_xp(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);

	(void)value;
	if (EFI_ERROR(status))
		return status;
	for (UINT32 i = 0; i < mat->n; i++)
		if (entry(mat, i)->Type == TYPE_CODE && entry(mat, i)->Attribute & RO)
			entry(mat, i)->Attribute |= XP;
	return install(mat);
}

/* mat-missing: nothing that is read-only is listed. */
static EFI_STATUS mat_missing(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);
	UINT32 kept = 0;

	(void)value;
	if (EFI_ERROR(status))
		return status;
	for (UINT32 i = 0; i < mat->n; i++)
		if (!(entry(mat, i)->Attribute & RO))
			lab_sane.CopyMem(entry(mat, kept++), entry(mat, i), mat->size);
	mat->n = kept;
	return install(mat);
}

/* mat-overlap: behind all others, what is code once more, as data. */
static EFI_STATUS mat_overlap(const char *value)
{
	struct mat *mat;
	EFI_STATUS status = copy(&mat);
	UINT32 n;

	(void)value;
	if (EFI_ERROR(status))
		return status;
	n = mat->n;
	for (UINT32 i = 0; i < n; i++)
		if (entry(mat, i)->Attribute & RO) {
			EFI_MEMORY_DESCRIPTOR *more = entry(mat, mat->n++);

			lab_sane.CopyMem(more, entry(mat, i), mat->size);
			more->Attribute = (more->Attribute & ~RO) | XP;
		}
	return install(mat);
}

/* mat-absent: none at all, as on firmware from before it. */
static EFI_STATUS mat_absent(const char *value)
{
	(void)value;
	return lab_sane.InstallConfigurationTable(&guid, NULL);
}

const struct defect defects_mat[] = {
	{"mat-size", "dell-latitude7290-mat", mat_size},
	{"mat-descriptor-size", "dell-latitude7290-mat", mat_descriptor_size},
	{"mat-version", "dell-latitude7290-mat", mat_version},
	{"mat-code-xp", "mat-lost-entries-491", mat_code_xp},
	{"mat-missing", "mat-lost-entries-491", mat_missing},
	{"mat-overlap", "", mat_overlap},
	{"mat-absent", "", mat_absent},
	{NULL, NULL, NULL},
};
