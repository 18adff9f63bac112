/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* test_pe.c - sections of a small image made here, found; every wrong number refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fwquirk/pe.h>

#define PE_AT       0x80u
#define OPTIONAL    112u
#define SECTIONS_AT (PE_AT + 24 + OPTIONAL)
#define IMAGE_SIZE  0x400u

static uint8_t image[IMAGE_SIZE];

static void put(size_t offset, uint32_t value, unsigned n_bytes)
{
	for (unsigned i = 0; i < n_bytes; i++, value >>= 8)
		image[offset + i] = (uint8_t)value;
}

static void section(unsigned index, const char *name, uint32_t size, uint32_t address)
{
	size_t at = SECTIONS_AT + index * 40;

	memcpy(&image[at], name, strlen(name));
	put(at + 8, size, 4);
	put(at + 12, address, 4);
}

static struct span build(void)
{
	memset(image, 0, sizeof(image));
	put(0, 0x5a4d, 2);
	put(0x3c, PE_AT, 4);
	put(PE_AT, 0x4550, 4);
	put(PE_AT + 6, 3, 2);
	put(PE_AT + 20, OPTIONAL, 2);
	put(PE_AT + 24, 0x20b, 2);
	put(PE_AT + 24 + 56, 0x12345, 4);
	section(0, ".text", 0x10, 0x200);
	section(1, ".fwquirk", 0x21, 0x300);
	section(2, ".fwquir", 0x1, 0x301);
	return span_of(image, sizeof(image));
}

static void sections_are_found_by_their_whole_name(void **state)
{
	struct span whole = build(), found;
	(void)state;

	assert_int_equal(pe_section_find(whole, ".fwquirk", &found), STATUS_OK);
	assert_ptr_equal(found.at, image + 0x300);
	assert_int_equal(found.size, 0x21);
	assert_int_equal(pe_section_find(whole, ".fwquir", &found), STATUS_OK);
	assert_ptr_equal(found.at, image + 0x301);
	assert_int_equal(pe_section_find(whole, ".tex", &found), STATUS_ABSENT);
	assert_int_equal(pe_section_find(whole, ".text2", &found), STATUS_ABSENT);
}

static void image_size_is_read(void **state)
{
	uint32_t size = 5;
	(void)state;

	assert_int_equal(pe_image_size(build(), &size), STATUS_OK);
	assert_int_equal(size, 0x12345);
	put(PE_AT + 24, 0x10b, 2);
	size = 5;
	assert_int_equal(pe_image_size(span_of(image, sizeof(image)), &size), STATUS_MALFORMED);
	assert_int_equal(size, 5);
}

static void nx_compat_is_read(void **state)
{
	(void)state;

	assert_false(pe_is_nx_compatible(build()));
	put(PE_AT + 24 + 70, 0x0100, 2);
	assert_true(pe_is_nx_compatible(span_of(image, sizeof(image))));
	for (size_t size = 0; size < PE_AT + 24 + 72; size++)
		assert_false(pe_is_nx_compatible(span_of(image, size)));
	put(PE_AT + 24 + 70, 0xfeff, 2);
	assert_false(pe_is_nx_compatible(span_of(image, sizeof(image))));
	put(PE_AT + 24 + 70, 0x0100, 2);
	put(PE_AT + 24, 0x10b, 2);
	assert_false(pe_is_nx_compatible(span_of(image, sizeof(image))));
}

static void every_cut_is_refused(void **state)
{
	struct span whole = build(), found = span_of(NULL, 7);
	uint32_t size_bytes;
	(void)state;

	for (size_t size = 0; size < SECTIONS_AT + 3 * 40; size++) {
		assert_int_equal(pe_section_find(span_of(whole.at, size), ".fwquirk", &found),
				 STATUS_MALFORMED);
		assert_int_equal(pe_image_size(span_of(whole.at, size), &size_bytes),
				 size < PE_AT + 24 + 60 ? STATUS_MALFORMED : STATUS_OK);
	}
	assert_int_equal(found.size, 7);
	assert_int_equal(pe_section_find(span_of(whole.at, 0x320), ".fwquirk", &found),
			 STATUS_MALFORMED);
	assert_int_equal(pe_section_find(span_of(whole.at, 0x321), ".fwquirk", &found), STATUS_OK);
}

static void wrong_numbers_are_refused(void **state)
{
	static const struct {
		size_t offset;
		uint32_t value;
		unsigned n_bytes;
	} wrong[] = {
		{0, 0x4d5a, 2},
		{0x3c, 0xffffffff, 4},
		{0x3c, IMAGE_SIZE, 4},
		{PE_AT, 0x4551, 4},
		{PE_AT + 6, 0xffff, 2},
		{PE_AT + 20, 0xffff, 2},
		{SECTIONS_AT + 40 + 8, IMAGE_SIZE, 4},
		{SECTIONS_AT + 40 + 12, 0xffffffff, 4},
	};
	struct span found;
	(void)state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct span whole = build();

		put(wrong[i].offset, wrong[i].value, wrong[i].n_bytes);
		assert_int_equal(pe_section_find(whole, ".fwquirk", &found), STATUS_MALFORMED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_found_by_their_whole_name),
		cmocka_unit_test(image_size_is_read),
		cmocka_unit_test(nx_compat_is_read),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(wrong_numbers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
