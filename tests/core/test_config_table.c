/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_config_table.c - how long configuration tables are, and which are refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/config_table.h>

#define GUID(...) ((const uint8_t[16]){__VA_ARGS__})
#define ACPI1                                                                                 \
	GUID(0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0, 0x90, 0x27, 0x3f, \
	     0xc1, 0x4d)
#define ACPI2                                                                                 \
	GUID(0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0, 0x80, 0xc7, 0x3c, \
	     0x88, 0x81)
#define SMBIOS2                                                                               \
	GUID(0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0, 0x90, 0x27, 0x3f, \
	     0xc1, 0x4d)
#define SMBIOS3                                                                                  \
	GUID(0x44, 0x15, 0xfd, 0xf2, 0x94, 0x97, 0x2c, 0x4a, 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, \
	     0xe3, 0x94)
#define ESRT                                                                                     \
	GUID(0x63, 0xa2, 0x22, 0xb1, 0x61, 0x36, 0x68, 0x4f, 0x99, 0x29, 0x78, 0xf8, 0xb0, 0xd6, \
	     0x21, 0x80)
#define MAT                                                                                      \
	GUID(0x1d, 0x91, 0xfa, 0xdc, 0xeb, 0x26, 0x9f, 0x46, 0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, \
	     0x12, 0x20)
#define RT_PROP                                                                                  \
	GUID(0x8a, 0x91, 0x66, 0xeb, 0xef, 0x7e, 0x2a, 0x40, 0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, \
	     0x8a, 0xe9)
#define TPM_FINAL                                                                                \
	GUID(0x96, 0xd0, 0x2e, 0x1e, 0xe2, 0x30, 0x54, 0x42, 0xbd, 0x89, 0x86, 0x3b, 0xbe, 0xf8, \
	     0x23, 0x25)

static uint8_t bytes[8192];

/* The table has `value` in `width` bytes at `at`; what is asked of the first `size` bytes. */
static enum status size_with(const uint8_t *guid, size_t at, uint64_t value, unsigned width,
			     size_t size, size_t *ret)
{
	for (unsigned i = 0; i < width; i++)
		bytes[at + i] = (uint8_t)(value >> 8 * i);
	*ret = 0;
	return config_table_size(guid, span_of(bytes, size), ret);
}

static void known(void **state)
{
	static const struct {
		const char *name;
		uint8_t guid[16];
		size_t at;
		uint64_t value;
		unsigned width;
		size_t size;
	} cases[] = {
		{"acpi 2.0",
		 {0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0, 0x80, 0xc7, 0x3c,
		  0x88, 0x81},
		 20,
		 36,
		 4,
		 36},
		{"smbios 2",
		 {0x31, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0, 0x90, 0x27, 0x3f,
		  0xc1, 0x4d},
		 5,
		 31,
		 1,
		 31},
		{"smbios 3",
		 {0x44, 0x15, 0xfd, 0xf2, 0x94, 0x97, 0x2c, 0x4a, 0x99, 0x2e, 0xe5, 0xbb, 0xcf,
		  0x20, 0xe3, 0x94},
		 6,
		 24,
		 1,
		 24},
		{"esrt of 3",
		 {0x63, 0xa2, 0x22, 0xb1, 0x61, 0x36, 0x68, 0x4f, 0x99, 0x29, 0x78, 0xf8, 0xb0,
		  0xd6, 0x21, 0x80},
		 0,
		 3,
		 4,
		 16 + 120},
		{"properties",
		 {0x8a, 0x91, 0x66, 0xeb, 0xef, 0x7e, 0x2a, 0x40, 0x84, 0x2e, 0x93, 0x1d, 0x21,
		  0xc3, 0x8a, 0xe9},
		 2,
		 8,
		 2,
		 8},
	};
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(size_with(cases[i].guid, cases[i].at, cases[i].value,
					   cases[i].width, cases[i].size, &size),
				 STATUS_OK);
		assert_int_equal(size, cases[i].size);
		/* One byte less, and it is cut. */
		assert_int_equal(size_with(cases[i].guid, cases[i].at, cases[i].value,
					   cases[i].width, cases[i].size - 1, &size),
				 STATUS_TRUNCATED);
		assert_int_equal(size, 0);
	}
	assert_int_equal(config_table_size(ACPI1, span_of(bytes, 20), &size), STATUS_OK);
	assert_int_equal(size, 20);
	assert_int_equal(config_table_size(ACPI1, span_of(bytes, 19), &size), STATUS_TRUNCATED);
}

static void attributes_table(void **state)
{
	size_t size;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	bytes[8] = 48;
	assert_int_equal(size_with(MAT, 4, 25, 4, sizeof(bytes), &size), STATUS_OK);
	assert_int_equal(size, 16 + 25 * 48);
	/* 0x10000019 * 48 is the same in 32 bits. */
	assert_int_equal(size_with(MAT, 4, 0x10000019, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	bytes[11] = 0x10;
	assert_int_equal(size_with(MAT, 4, 1, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	bytes[11] = 0;
	bytes[9] = 0x10; /* 16 entries of 4,144 bytes: longer than any table */
	assert_int_equal(size_with(MAT, 4, 16, 4, sizeof(bytes), &size), STATUS_MALFORMED);
}

static void impossible(void **state)
{
	size_t size;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(size_with(ESRT, 0, 0, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(ESRT, 0, 129, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(ESRT, 0, 0xffffffff, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(ACPI2, 20, 4097, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	/* Ends before its own length. */
	assert_int_equal(size_with(ACPI2, 20, 23, 4, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(RT_PROP, 2, 3, 2, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(SMBIOS2, 5, 33, 1, sizeof(bytes), &size), STATUS_MALFORMED);
	assert_int_equal(size_with(SMBIOS3, 6, 0, 1, sizeof(bytes), &size), STATUS_MALFORMED);
	/* The number itself cannot be read. */
	assert_int_equal(config_table_size(ESRT, span_of(bytes, 3), &size), STATUS_TRUNCATED);
	assert_int_equal(config_table_size(MAT, span_of(bytes, 9), &size), STATUS_TRUNCATED);
	assert_int_equal(config_table_size(ESRT, span_of(NULL, 0), &size), STATUS_TRUNCATED);
}

static void not_known(void **state)
{
	size_t size = 7;

	(void)state;
	assert_int_equal(config_table_size(TPM_FINAL, span_of(bytes, 64), &size),
			 STATUS_UNSUPPORTED);
	assert_int_equal(config_table_size(GUID(1), span_of(bytes, 64), &size), STATUS_UNSUPPORTED);
	assert_int_equal(size, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(attributes_table),
		cmocka_unit_test(impossible),
		cmocka_unit_test(not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
